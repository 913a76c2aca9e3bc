"""Whether the arms differ more in one group of respondents than among the others, for every survey outcome.

A group is who gave one answer to another question of the same survey (women; people without a home). Only people whose group is known
are compared. A locked plan names the attributes that were decided on; any other one is exploratory, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import outside, planned
from throughline.evaluation.questions.contrast import Outcome, outcomes_of
from throughline.evaluation.questions.respondents import EACH_RESPONSE, Respondents, respondents
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Bools
from throughline.methods.site_change import SitePhase
from throughline.methods.subgroups import Interaction, interaction
from throughline.rules.expressions import is_code, names_in
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, OutcomeKind, OutcomeSourceKind, PhaseKind

QUESTION = "subgroups/1"
MOST_GROUPS = 6
TOO_MANY = Sentence(
    "%(code)s has %(count)s value; groups are made of at most %(most)s. Record it in bands, or ask of another"
    " attribute.",
    "%(code)s has %(count)s different values; groups are made of at most %(most)s. Record it in bands, or ask of"
    " another attribute.",
)
ONE_VALUE = Sentence("Everybody gave the same answer to %(code)s, so it makes no groups.")


@dataclass(frozen=True, slots=True)
class GroupContrast:
    """`group` of an outcome against all others whose group is known; `value` is the answer that makes the group."""

    outcome: Outcome
    value: float
    found: Interaction | None
    refused: Sentence | None


@dataclass(frozen=True, slots=True)
class SubgroupsAnswer:
    """`unknown`: respondents, of all outcomes' sites and phases, whose group is not known, by kind of nothing."""

    by: str
    is_planned: bool
    rows: tuple[GroupContrast, ...]
    unknown: Missing
    question: str = QUESTION


def attributes_of(freeze: OpenFreeze) -> tuple[tuple[str, bool], ...]:
    """Questions that make groups, and whether the plan names each: planned ones first."""
    named = planned.ask(freeze).subgroups
    rows = freeze.ask(
        "SELECT question FROM survey_answers WHERE arm <> 'none' AND value IS NOT NULL GROUP BY question"
        " HAVING COUNT(DISTINCT value) BETWEEN 2 AND ? ORDER BY question",
        [MOST_GROUPS],
    )
    codes = [row["question"] for row in rows if is_code(row["question"])]
    return tuple((code, code in named) for code in sorted(codes, key=lambda code: (code not in named, code)))


def ask(freeze: OpenFreeze, *, by: str) -> SubgroupsAnswer:
    """Every survey outcome but the attribute's own. Raises Invalid for a question that nobody was asked, and one that makes no groups."""
    try:
        outside.check_asked(freeze, by)
    except Unready as refusal:
        raise Invalid(refusal.sentence) from refusal
    values = [
        float(row["value"])
        for row in freeze.ask(
            "SELECT DISTINCT value FROM survey_answers WHERE question = ? AND arm <> 'none' AND value IS NOT NULL ORDER BY value", [by]
        )
    ]  # fmt: skip
    if len(values) > MOST_GROUPS:
        raise Invalid(TOO_MANY.given(code=by, count=len(values), most=MOST_GROUPS))
    if len(values) < 2:
        raise Invalid(ONE_VALUE.given(code=by))
    groups = values[1:] if len(values) == 2 else values
    unknown = freeze.ask(
        "SELECT value_nothing AS kind, COUNT(*) AS n FROM survey_answers WHERE question = ? AND arm <> 'none'"
        " AND phase IN ('before', 'after') AND value IS NULL GROUP BY ALL",
        [by],
    )
    surveys = [
        one
        for one in outcomes_of(freeze)
        if one.source is OutcomeSourceKind.SURVEY and by not in names_in(one.measure)
    ]
    return SubgroupsAnswer(
        by, by in planned.ask(freeze).subgroups, tuple(row for one in surveys for row in _rows(freeze, one, by, groups)),
        Missing.from_counts({row["kind"]: row["n"] for row in unknown}),
    )  # fmt: skip


def _rows(freeze: OpenFreeze, outcome: Outcome, by: str, groups: list[float]) -> Iterator[GroupContrast]:
    try:
        sites = freeze.ask("SELECT site, arm FROM sites WHERE arm <> 'none' ORDER BY arm, site")
        named = [(row["site"], ArmKind(row["arm"])) for row in sites]
        outside.check_asked(freeze, outcome.measure)
        if outcome.kind is OutcomeKind.BINARY:
            outside.check_yes_or_no(freeze, outcome.measure)
        asked = respondents(
            freeze, outcome.measure, outcome.kind, named, (by,), "the attribute of the groups"
        )
    except Unready as refusal:
        yield from (GroupContrast(outcome, value, None, refusal.sentence) for value in groups)
        return
    told = asked.beside[:, 0]
    for value in groups:
        try:
            found = interaction(
                list(_cells(asked, told == value)), list(_cells(asked, ~np.isnan(told) & (told != value)))
            )
            told_of = replace(found.difference, assumptions=(*found.difference.assumptions, EACH_RESPONSE))
            yield GroupContrast(outcome, value, replace(found, difference=told_of), None)
        except Unready as refusal:
            yield GroupContrast(outcome, value, None, refusal.sentence)


def _cells(asked: Respondents, who: Bools) -> Iterator[SitePhase]:
    for place, (site, arm) in enumerate(zip(asked.sites, asked.arms, strict=True)):
        for phase in (PhaseKind.BEFORE, PhaseKind.AFTER):
            here = who & (asked.site == place) & (asked.is_after == (phase is PhaseKind.AFTER))
            values = asked.y[here & asked.answered]
            kinds = [Nothing(kind) for kind in asked.nothing[here & ~asked.answered].tolist()]
            yield SitePhase(
                site, arm, phase, asked.kind, float(values.mean()) if values.size else None, int(values.size),
                Missing.from_counts({kind.value: kinds.count(kind) for kind in set(kinds)}),
            )  # fmt: skip
