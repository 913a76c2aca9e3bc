"""What an evaluation counts in a simulation, without a database: yes, no and kinds of nothing by site and phase.

The same definitions as `truth`; the evaluation itself counts from frozen records, by other code.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from throughline.example import rates, truth
from throughline.example.arrays import (
    ANSWERS,
    BEFORE,
    NO_ROW,
    NOTHINGS,
    PHASES,
    SAID_NO,
    TOLD,
    Bools,
    Ints,
    SurveyAnswers,
)
from throughline.example.parameters import Parameters
from throughline.example.simulate import Monitoring
from throughline.methods.estimate import Missing
from throughline.methods.site_change import SitePhase, from_binary, from_count
from throughline.vocabulary.chain import Answer
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import PhaseKind

TIMES = (PhaseKind.BEFORE, PhaseKind.AFTER)


def monitoring_cells(p: Parameters, seen: Monitoring) -> dict[str, list[SitePhase]]:
    """The cells of each estimand of monitoring, by its code in `truth`."""
    found: dict[str, list[SitePhase]] = {truth.CONTACTS_PER_MONTH: list(_monthly(p, seen))}
    crack, need = seen.told.crack, seen.told.need
    for site, phase, rows in _rows(p, seen):
        here = rows & (crack == TOLD)
        for code, answers, asked, is_of_contacts in (
            (truth.CRACK_USE_TOLD, crack, rows, False),
            (truth.CRACK_USE_TOLD_OF_CONTACTS, crack, rows, True),
            (truth.FURTHER_NEED_TOLD, need, rows, False),
            (truth.FURTHER_NEED_TOLD_OF_CONTACTS, need, rows, True),
            (truth.FURTHER_NEED_WHERE_TOLD, need, here, False),
        ):
            told = asked & (answers == TOLD)
            no = asked & ~told if is_of_contacts else asked & (answers == SAID_NO)
            missing = Missing() if is_of_contacts else _missing(answers[asked])
            found.setdefault(code, []).append(_cell(p, site, phase, told, no, missing))
    return found


def survey_cells(p: Parameters, answers: SurveyAnswers) -> dict[str, list[SitePhase]]:
    """The cells of each question, by `survey.<question>`."""
    found: dict[str, list[SitePhase]] = {}
    for number, name in enumerate(p.survey.questions):
        for site in range(len(p.sites)):
            for phase in TIMES:
                rows = (
                    (answers.question == number)
                    & (answers.site == site)
                    & (answers.phase == PHASES.index(phase))
                )
                nothing = {
                    kind.value: int((rows & (answers.nothing == n)).sum()) for n, kind in enumerate(NOTHINGS)
                }
                yes, no = rows & (answers.value == 1), rows & (answers.value == 0)
                cell = _cell(p, site, phase, yes, no, Missing.from_counts(nothing))
                found.setdefault(f"survey.{name}", []).append(cell)
    return found


def _missing(answers: Ints) -> Missing:
    """How many answers are which kind of nothing; no row at all is not recorded."""
    counts = {kind.value: int((answers == ANSWERS.index(Answer(kind.value))).sum()) for kind in Nothing}
    counts[Nothing.NOT_RECORDED.value] += int((answers == NO_ROW).sum())
    return Missing.from_counts(counts)


def _rows(p: Parameters, seen: Monitoring) -> Iterator[tuple[int, PhaseKind, Bools]]:
    contacts = seen.contacts
    for site in range(len(p.sites)):
        for phase in TIMES:
            yield (
                site,
                phase,
                contacts.is_single & (contacts.site == site) & (contacts.phase == PHASES.index(phase)),
            )


def _cell(p: Parameters, site: int, phase: PhaseKind, yes: Bools, no: Bools, missing: Missing) -> SitePhase:
    return from_binary(
        site=p.sites[site].name,
        arm=p.sites[site].arm,
        phase=phase,
        yes=int(yes.sum()),
        no=int(no.sum()),
        missing=missing,
    )


def _monthly(p: Parameters, seen: Monitoring) -> Iterator[SitePhase]:
    whole = truth.whole_months(p)
    month = rates.month_of_days(p)[seen.contacts.day]
    for number, site in enumerate(p.sites):
        here = seen.contacts.is_single & (seen.contacts.site == number)
        counts = np.bincount(month[here], minlength=whole.shape[1])
        for phase in TIMES:
            taken = whole[number] == PHASES.index(phase)
            same = rates.phases(p)[number] == PHASES.index(phase)
            touched = (
                len(set(rates.month_of_days(p)[same])) if phase is not PHASES[BEFORE] else int(taken.sum())
            )
            yield from_count(
                site=site.name, arm=site.arm, phase=phase, events=int(counts[taken].sum()),
                exposure=float(taken.sum()), n=int(taken.sum()),
                missing=Missing(not_recorded=max(touched - int(taken.sum()), 0)),
            )  # fmt: skip
