"""Who answered at each site in each wave, by the attributes that the plan names, and the contrast with that mix held still.

An attribute is a survey question of few values: those that a locked plan adjusts for or makes groups of, else every such question
that is no outcome of the study (and then it is exploratory): an outcome held still would take away what the programme did. Respondents without an answer to it are counted by their kind of nothing; in the standardised
estimate, which stands beside the headline of each survey outcome, they are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import planned
from throughline.evaluation.questions.contrast import ContrastAnswer, Outcome
from throughline.evaluation.questions.outside import check_yes_or_no
from throughline.evaluation.questions.people import Asked, people_of
from throughline.evaluation.questions.respondents import EACH_RESPONSE
from throughline.methods.contrast import SiteChangeContrast
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Floats
from throughline.methods.standardised import SiteStrata, Standardised, Stratum, standardised
from throughline.rules.expressions import names_in
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind, OutcomeSourceKind, PhaseKind

QUESTION = "composition/1"
MOST_VALUES = 6  # of an attribute: with more its strata are too thin to be held still

NO_ATTRIBUTE = Sentence(
    "The plan names no attribute of respondents (covariates, subgroups), and no question that is not an outcome itself has 2 to"
    " %(most)s different answers, so that nothing tells whether the same sort of people answered. Name some in the plan.",
    most=MOST_VALUES,
)


@dataclass(frozen=True, slots=True)
class WhoAnswered:
    """The respondents of a site in a wave: how many gave each value, and how many none."""

    site: str
    name: str
    arm: ArmKind
    wave: PhaseKind
    counts: Mapping[str, int]
    missing: Missing


@dataclass(frozen=True, slots=True)
class MixEstimate:
    """An outcome's headline, and the same with the attribute's mix of before; `refused`: why there is none."""

    outcome: str
    name: str
    kind: OutcomeKind
    headline: SiteChangeContrast | None
    found: Standardised | None
    refused: Sentence | None


@dataclass(frozen=True, slots=True)
class AttributeAnswer:
    """`values` in their order; of a question of yes and no they are 0 and 1. `refused`: why it makes no table."""

    attribute: str
    name: str
    is_planned: bool
    values: tuple[str, ...]
    who: tuple[WhoAnswered, ...]
    estimates: tuple[MixEstimate, ...]
    refused: Sentence | None = None


@dataclass(frozen=True, slots=True)
class CompositionAnswer:
    attributes: tuple[AttributeAnswer, ...]
    refused: Sentence | None
    question: str = QUESTION


def ask(freeze: OpenFreeze, *, contrasts: ContrastAnswer) -> CompositionAnswer:
    """Every attribute that the plan names; where it names none, every question of few values."""
    plan = planned.ask(freeze)
    named = tuple(dict.fromkeys((*plan.covariates, *plan.subgroups)))
    attributes = named or _of_few_values(freeze)
    if not attributes:
        return CompositionAnswer((), NO_ATTRIBUTE)
    return CompositionAnswer(
        tuple(_attribute(freeze, one, contrasts, bool(named)) for one in attributes), None
    )


def _of_few_values(freeze: OpenFreeze) -> tuple[str, ...]:
    """No outcome, and none of the questions that an outcome is worked out of."""
    outcomes = freeze.ask("SELECT measure FROM outcomes WHERE source = 'survey'")
    own = {name for row in outcomes for name in (row["measure"], *names_in(row["measure"]))}
    rows = freeze.ask(
        "SELECT question FROM survey_answers WHERE arm <> 'none' AND value IS NOT NULL GROUP BY question"
        " HAVING COUNT(DISTINCT value) BETWEEN 2 AND ? ORDER BY question",
        [MOST_VALUES],
    )
    return tuple(row["question"] for row in rows if row["question"] not in own)


def _attribute(
    freeze: OpenFreeze, attribute: str, contrasts: ContrastAnswer, is_planned: bool
) -> AttributeAnswer:
    surveys = [one for one in contrasts.outcomes if one.outcome.source is OutcomeSourceKind.SURVEY]
    name = next(
        (one.outcome.name for one in surveys if one.outcome.measure == attribute), attribute.replace("_", " ")
    )
    who, values = _who(freeze, attribute)
    if not 2 <= len(values) <= MOST_VALUES:
        refused = Sentence(
            "%(attribute)s has %(count)s different answer; a mix is told and held still over 2 to %(most)s. Ask"
            " it in bands.",
            "%(attribute)s has %(count)s different answers; a mix is told and held still over 2 to %(most)s. Ask"
            " it in bands.",
            attribute=attribute,
            count=len(values),
            most=MOST_VALUES,
        )
        return AttributeAnswer(attribute, name, is_planned, (), (), (), refused)
    estimates = tuple(
        _estimate(freeze, attribute, one.outcome, one.headline)
        for one in surveys
        if attribute not in names_in(one.outcome.measure)
    )
    return AttributeAnswer(attribute, name, is_planned, values, who, estimates)


def _who(freeze: OpenFreeze, attribute: str) -> tuple[tuple[WhoAnswered, ...], tuple[str, ...]]:
    """All who answered anything; silence about the attribute is not recorded. And its values, in order."""
    rows = freeze.ask(
        "WITH people AS (SELECT DISTINCT site, arm, phase, respondent FROM survey_answers WHERE arm <> 'none')"
        " SELECT p.site, s.name, p.arm, p.phase, CAST(a.value AS DOUBLE) AS value,"
        " CASE WHEN a.value IS NULL THEN COALESCE(a.value_nothing, 'not_recorded') END AS nothing, COUNT(*) AS n"
        " FROM people AS p JOIN sites AS s ON s.site = p.site LEFT JOIN survey_answers AS a ON a.question = ? AND a.site = p.site"
        " AND a.phase = p.phase AND a.respondent = p.respondent GROUP BY ALL ORDER BY p.arm DESC, p.site, p.phase, value",
        [attribute],
    )
    places: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        places.setdefault((row["site"], row["name"], row["arm"], row["phase"]), []).append(row)
    who = tuple(
        WhoAnswered(
            site, name, ArmKind(arm), PhaseKind(phase),
            {_label(row["value"]): row["n"] for row in held if row["value"] is not None},
            Missing.from_counts({row["nothing"]: row["n"] for row in held if row["value"] is None}),
        )
        for (site, name, arm, phase), held in places.items()
    )  # fmt: skip
    return who, tuple(
        _label(value) for value in sorted({row["value"] for row in rows if row["value"] is not None})
    )


def _label(value: float) -> str:
    return f"{value:g}"


def _estimate(
    freeze: OpenFreeze, attribute: str, outcome: Outcome, headline: SiteChangeContrast | None
) -> MixEstimate:
    found: Standardised | None = None
    refused: Sentence | None = None
    try:
        if outcome.kind is OutcomeKind.BINARY:
            check_yes_or_no(freeze, outcome.measure)
        found = standardised(strata_of(freeze, attribute, outcome), outcome.kind)
        told = replace(found.contrast, assumptions=(*found.contrast.assumptions, EACH_RESPONSE))
        found = replace(found, contrast=told)
    except Unready as refusal:
        refused = refusal.sentence
    return MixEstimate(outcome.code, outcome.name, outcome.kind, headline, found, refused)


def strata_of(freeze: OpenFreeze, attribute: str, outcome: Outcome) -> list[SiteStrata]:
    """Each site's answers to an outcome before and after, by what the same people said to the attribute."""
    people = people_of(freeze)
    asked = people.asked(outcome.measure)
    told = people.said(attribute, asked.person)
    sites = dict(zip(asked.site.tolist(), asked.arm.tolist(), strict=True))
    return [
        _strata(asked, told, site, ArmKind(arm), is_yes_no=outcome.kind is OutcomeKind.BINARY)
        for site, arm in sites.items()
    ]


def _strata(asked: Asked, told: Floats, site: str, arm: ArmKind, *, is_yes_no: bool) -> SiteStrata:
    """`told`: what each who was asked said to the attribute."""
    here = asked.site == site
    answered, known = here & ~np.isnan(asked.value), ~np.isnan(told)
    kinds = asked.nothing[here & ~answered].tolist()
    phases: dict[bool, dict[str, Stratum]] = {False: {}, True: {}}
    for is_after, held in phases.items():
        of_phase = answered & (asked.is_after == is_after)
        for value in np.unique(told[of_phase & known]).tolist():
            values = asked.value[of_phase & (told == value)]
            total = np.count_nonzero(values) if is_yes_no else values.sum()
            held[_label(value)] = Stratum(values.size, float(total))
    return SiteStrata(
        site, arm, phases[False], phases[True],
        Missing.from_counts({kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}), int((answered & ~known).sum()),
    )  # fmt: skip
