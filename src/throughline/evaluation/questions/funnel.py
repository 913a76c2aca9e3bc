"""How far contacts and codes come along the line: of contacts and of codes, by any of route, arm, phase and site.

Each funnel is one pass over a history table of the freeze. The funnel of codes splits by the place of a code's first
contact in the window: its whole time, or each phase where `phase` is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from throughline.evaluation.opened import OpenFreeze
from throughline.methods.competing_risks import CumulativeIncidence, cumulative_incidence
from throughline.methods.estimate import Missing
from throughline.methods.funnel import (
    CodeContrast,
    Funnel,
    GroupFunnel,
    StepCounts,
    funnel,
    may_contrast_codes,
)
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Step

QUESTION = "funnel/2"
SPLITS = ("route", "arm", "phase", "site")
WINDOWS = (28, 90)
Group = tuple[str, ...]
Counts = dict[Group, dict[Step, dict[str, int]]]

OF_CONTACTS = (Step.CRACK_USE_TOLD, Step.FURTHER_NEED_TOLD, Step.RESPONSE)
OF_CODES = (Step.CRACK_USE_TOLD, Step.FURTHER_NEED_TOLD, Step.RESPONSE, Step.ACCEPTED, Step.ENTERED)
OF_REFERRALS = (Step.ACCEPTED, Step.ENTERED)
REFERRAL_VALUES = ("yes", "no", "open", "dont_know")


@dataclass(frozen=True, slots=True)
class EnteredByDay:
    """Share of a group's referrals entered by day 7, 28 and 90, or why there is none."""

    group: Group
    incidence: CumulativeIncidence | None
    refused: Sentence | None


@dataclass(frozen=True, slots=True)
class FunnelAnswer:
    """`by` names what each group's values are of. `routes` says whether codes may be contrasted between routes."""

    by: tuple[str, ...]
    came_back_within: int
    contacts: tuple[GroupFunnel, ...]
    codes: tuple[GroupFunnel, ...]
    routes: CodeContrast
    entered: tuple[EnteredByDay, ...]
    question: str = QUESTION


def ask(
    freeze: OpenFreeze,
    *,
    by: Sequence[str] = (),
    came_back_within: int = 28,
    rng: np.random.Generator,
) -> FunnelAnswer:
    """`rng` draws sites for the intervals. Raises Invalid for a split that is none, or a window other than 28 or 90."""
    names = checked_splits(by)
    if came_back_within not in WINDOWS:
        raise Invalid(Sentence("Coming back is known within 28 or 90 days."))
    contacts = contact_counts(freeze, names)
    codes = code_counts(freeze, names, came_back_within)
    at_sites = checked_splits((*names, "site"))
    return FunnelAnswer(
        by=names,
        came_back_within=came_back_within,
        contacts=funnel(
            Funnel.CONTACTS,
            as_steps(contacts),
            by_site=by_site(contact_counts(freeze, at_sites), names),
            rng=rng,
        ),
        codes=funnel(
            Funnel.CODES,
            as_steps(codes),
            by_site=by_site(code_counts(freeze, at_sites, came_back_within), names),
            rng=rng,
        ),
        routes=_routes(freeze),
        entered=tuple(_entered(freeze, names, rng)),
    )


def checked_splits(by: Sequence[str]) -> tuple[str, ...]:
    """In the order of SPLITS, each once; raises Invalid for another word."""
    for name in by:
        if name not in SPLITS:
            raise Invalid(
                Sentence("A funnel is split by %(known)s; not by %(name)s.", known=tuple(SPLITS), name=name)
            )
    return tuple(name for name in SPLITS if name in by)


def contact_counts(freeze: OpenFreeze, by: tuple[str, ...]) -> Counts:
    """One pass over `history`: per group and step, how many of each value. Referrals count at their first contact."""
    values = ", ".join([*by, *(step.value for step in OF_CONTACTS)])
    sums = ", ".join(
        f"SUM({step.value}_{value}) AS {step.value}_{value}"
        for step in OF_REFERRALS
        for value in REFERRAL_VALUES
    )
    sql = f"SELECT {values}, SUM(n) AS n, {sums} FROM history GROUP BY {values}"  # noqa: S608  (words of ours only)
    found: Counts = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for row in freeze.ask(sql):
        steps = found[tuple(row[name] for name in by)]
        n = int(row["n"])
        steps[Step.CONTACT]["yes"] += n
        for step in OF_CONTACTS:
            if row[step.value] is not None:
                steps[step][row[step.value]] += n
        for step in OF_REFERRALS:
            for value in REFERRAL_VALUES:
                steps[step][value] += int(row[f"{step.value}_{value}"])
    return found


def code_counts(freeze: OpenFreeze, by: tuple[str, ...], came_back_within: int) -> Counts:
    """One pass over one window (or each phase) of `code_history`."""
    back = f"came_back_{came_back_within}"
    values = ", ".join([*by, *(step.value for step in OF_CODES), back])
    window = "code_window <> 'all'" if "phase" in by else "code_window = 'all'"
    sql = f"SELECT {values}, COUNT(*) AS n FROM code_history WHERE {window} GROUP BY {values}"  # noqa: S608
    found: Counts = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for row in freeze.ask(sql):
        steps = found[tuple(row[name] for name in by)]
        steps[Step.CONTACT]["yes"] += row["n"]
        steps[Step.CAME_BACK][row[back]] += row["n"]
        for step in OF_CODES:
            if row[step.value] is not None:
                steps[step][row[step.value]] += row["n"]
    return found


def step_counts(values: Mapping[str, int]) -> StepCounts:
    """Counts by value as `methods` takes them."""
    kinds = {kind.value: values.get(kind.value, 0) for kind in Nothing}
    return StepCounts(
        yes=values.get("yes", 0),
        no=values.get("no", 0),
        still_open=values.get("open", 0),
        missing=Missing.from_counts(kinds),
    )


def as_steps(counts: Counts) -> dict[Group, dict[Step, StepCounts]]:
    """Groups in order, each with every step: one that nobody could take has an empty denominator, not none."""
    steps = {step for group in counts.values() for step in group}
    return {
        group: {step: step_counts(counts[group].get(step, {})) for step in Step if step in steps}
        for group in sorted(counts)
    }


def by_site(counts: Counts, names: tuple[str, ...]) -> dict[Group, dict[Step, dict[str, tuple[int, int]]]]:
    """From counts split by `names` and by site: for each group and step, yes and n of its sites. `site` is the last split."""
    found: dict[Group, dict[Step, dict[str, tuple[int, int]]]] = defaultdict(lambda: defaultdict(dict))
    for key, steps in counts.items():
        group = key if SPLITS[-1] in names else key[:-1]
        for step, values in steps.items():
            told = step_counts(values)
            found[group][step][key[-1]] = (told.yes, told.n)
    return found


def _routes(freeze: OpenFreeze) -> CodeContrast:
    rows = freeze.ask(
        "SELECT route, SUM(CASE WHEN client_no IS NULL THEN 0 ELSE n END) AS coded,"
        " SUM(CASE WHEN client_no IS NULL THEN n ELSE 0 END) AS uncoded FROM history GROUP BY route ORDER BY route"
    )
    return may_contrast_codes({row["route"]: (int(row["coded"]), int(row["uncoded"])) for row in rows})


def _entered(freeze: OpenFreeze, by: tuple[str, ...], rng: np.random.Generator) -> list[EnteredByDay]:
    """Referrals are counted by the engine, by where they were made, how they ended and after how many days: no row for each."""
    columns = ", ".join(dict.fromkeys([*by, "site"]))
    # Undivided they are of the study: what a site outside it referred is told only where it stands apart.
    where = "" if by else " WHERE arm <> 'none'"
    rows = freeze.ask(
        f"SELECT {columns}, ended_as, days, COUNT(*) AS n FROM referral_history{where} GROUP BY ALL ORDER BY ALL"  # noqa: S608  (words of ours only)
    )
    groups: dict[Group, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in by), []).append(row)
    return [_entered_of(group, groups[group], rng) for group in sorted(groups)]


def _entered_of(group: Group, rows: list[dict[str, Any]], rng: np.random.Generator) -> EnteredByDay:
    times = [row["n"] for row in rows]
    days = np.array([np.nan if row["days"] is None else row["days"] for row in rows], dtype=np.float64)
    try:
        found = cumulative_incidence(
            np.repeat(days, times), np.repeat([row["ended_as"] for row in rows], times).tolist(),
            np.repeat([row["site"] for row in rows], times).tolist(), rng=rng,
        )  # fmt: skip
    except Unready as refused:
        return EnteredByDay(group, None, refused.sentence)
    return EnteredByDay(group, found, None)
