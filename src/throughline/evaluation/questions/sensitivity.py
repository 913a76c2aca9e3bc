"""What stands beside the headline of a survey outcome: the same difference from individual answers, in several ways.

The answer to an outcome is the headline (`contrast`: site changes, every site weighing the same). This table shows how much
hangs on that choice. Its lines are of the same sites as the headline, weigh people instead of sites, and carry no verdict;
p is there only where a locked plan names the outcome as primary. What cannot be estimated is refused line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

import numpy as np

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import contrast, planned
from throughline.evaluation.questions.contrast import ContrastAnswer, Outcome, OutcomeContrast
from throughline.evaluation.questions.respondents import Respondents, respondents
from throughline.methods.contrast import SiteChangeContrast
from throughline.methods.few_clusters import jackknife
from throughline.methods.few_clusters.answers import Answers
from throughline.methods.few_clusters.cr2 import cr2
from throughline.methods.few_clusters.estimated import ClusteredEstimate
from throughline.methods.few_clusters.jackknife import LeftOutTable
from throughline.methods.few_clusters.normal import cr1_normal
from throughline.methods.few_clusters.ratios import FromLogit, from_logit, rate_ratio
from throughline.methods.few_clusters.wild import WildBootstrap, wild_bootstrap
from throughline.methods.imputation import IMPUTED, Differing, Imputed, impute
from throughline.methods.site_change import SiteChanges
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Direction, OutcomeKind, OutcomeSourceKind

QUESTION = "sensitivity/2"
NO_ANSWER = Sentence("No site has answers both before and after.")
NOT_PLANNED = Sentence("No plan of before the data says what is imputed: that line is exploratory.")


class Way(StrEnum):
    """The lines of the table, in their order."""

    UNADJUSTED = "unadjusted"
    CR2 = "cr2"
    JACKKNIFE = "jackknife"
    WILD_BOOTSTRAP = "wild_bootstrap"
    NORMAL = "normal"
    ATT = "att"
    ODDS_RATIO = "odds_ratio"
    RATE_RATIO = "rate_ratio"
    IMPUTED = "imputed"


@dataclass(frozen=True, slots=True)
class Line:
    """One way: what it gives, or the sentence that refuses it."""

    way: Way
    estimate: ClusteredEstimate | WildBootstrap | SiteChangeContrast | Imputed | None
    refused: Sentence | None = None


@dataclass(frozen=True, slots=True)
class OutcomeSensitivity:
    """One survey outcome. `refused`: there is no table at all, and why; each line may be refused for itself.

    `differing`: what if those who did not answer differ from those who did.
    """

    outcome: Outcome
    lines: tuple[Line, ...]
    without_site: LeftOutTable | None
    refused: Sentence | None
    without_site_refused: Sentence | None = None
    differing: Differing | None = None


@dataclass(frozen=True, slots=True)
class SensitivityAnswer:
    """`seed`: of the bootstrap's draws, where sites are too many for all of them."""

    outcomes: tuple[OutcomeSensitivity, ...]
    seed: int
    question: str = QUESTION


def ask(freeze: OpenFreeze, *, seed: int, contrasts: ContrastAnswer | None = None) -> SensitivityAnswer:
    """A table for each survey outcome; `contrasts` saves asking for the headlines again."""
    headlines = contrast.ask(freeze) if contrasts is None else contrasts
    surveys = [one for one in headlines.outcomes if one.outcome.source is OutcomeSourceKind.SURVEY]
    return SensitivityAnswer(tuple(_of(freeze, one, seed) for one in surveys), seed)


def _of(freeze: OpenFreeze, found: OutcomeContrast, seed: int) -> OutcomeSensitivity:
    if found.changes is None:
        return OutcomeSensitivity(found.outcome, (), None, found.refused)
    try:
        answers = individual_answers(freeze, found.outcome, found.changes)
    except (Unready, Invalid) as refusal:
        # Invalid: a count that is no whole number, for instance; the other outcomes are still asked.
        return OutcomeSensitivity(found.outcome, (), None, refusal.sentence)
    made = from_answers(found.outcome, answers, seed=seed)
    line, differing = _imputed(freeze, found, seed)
    before = (
        [Line(Way.UNADJUSTED, found.adjusted.unadjusted)]
        if found.adjusted and found.adjusted.unadjusted
        else []
    )
    return replace(made, lines=(*before, *made.lines, line), differing=differing)


def from_answers(outcome: Outcome, answers: Answers, *, seed: int) -> OutcomeSensitivity:
    """The table of one outcome from its individual answers; what cannot be estimated is refused line by line."""
    lines = tuple(_lines(answers, planned=outcome.is_planned_primary, seed=seed))
    try:
        return OutcomeSensitivity(outcome, lines, jackknife.leave_one_site_out(answers), None)
    except Unready as refusal:
        return OutcomeSensitivity(outcome, lines, None, None, refusal.sentence)


def individual_answers(freeze: OpenFreeze, outcome: Outcome, changes: SiteChanges) -> Answers:
    """Each respondent's answer at the sites that the headline rests on.

    Raises Unready where arms, sites or values lack what a difference of changes needs; Invalid for values of another kind.
    """
    return _respondents(freeze, outcome, changes).answers(with_beside=bool(outcome.covariates))


def _respondents(freeze: OpenFreeze, outcome: Outcome, changes: SiteChanges) -> Respondents:
    sites = [(one.site, one.arm) for one in changes.sites]
    return respondents(freeze, outcome.measure, outcome.kind, sites, outcome.covariates)


def _imputed(freeze: OpenFreeze, found: OutcomeContrast, seed: int) -> tuple[Line, Differing | None]:
    """The headline with unanswered questions drawn; in cells of the planned covariates, which it is then not adjusted for twice."""
    outcome, plan = found.outcome, planned.ask(freeze)
    kinds = tuple(Nothing(kind) for kind in plan.imputed) or IMPUTED
    try:
        if found.changes is None:
            raise Unready(found.refused or NO_ANSWER)
        asked = _respondents(freeze, outcome, found.changes)
        made, differing = impute(
            asked.answers(still_missing=[kind for kind in Nothing if kind not in kinds]), asked.unanswered(kinds),
            direction=Direction(outcome.direction), rng=np.random.default_rng(seed),
        )  # fmt: skip
    except (Unready, Invalid) as refusal:
        return Line(Way.IMPUTED, None, refusal.sentence), None
    told = () if plan.imputed or not made.imputed else (NOT_PLANNED,)
    return Line(Way.IMPUTED, replace(made, assumptions=(*made.assumptions, *told))), differing


def _lines(answers: Answers, *, planned: bool, seed: int) -> Iterator[Line]:
    rng = np.random.default_rng(seed)
    ways: Mapping[Way, Callable[[], ClusteredEstimate | WildBootstrap]] = {
        Way.CR2: partial(cr2, answers, planned_primary=planned),
        Way.JACKKNIFE: partial(jackknife.jackknife, answers, planned_primary=planned),
        Way.WILD_BOOTSTRAP: partial(wild_bootstrap, answers, rng=rng, planned_primary=planned),
        Way.NORMAL: partial(cr1_normal, answers, planned_primary=planned),
    }
    for way, estimate in ways.items():
        try:
            yield Line(way, estimate())
        except Unready as refusal:
            yield Line(way, None, refusal.sentence)
    if answers.kind is OutcomeKind.BINARY:
        yield from _of_logit(answers, planned)
    elif answers.kind is OutcomeKind.COUNT:
        try:
            yield Line(Way.RATE_RATIO, rate_ratio(answers, planned_primary=planned))
        except Unready as refusal:
            yield Line(Way.RATE_RATIO, None, refusal.sentence)


def _of_logit(answers: Answers, planned: bool) -> Iterator[Line]:
    """Both readings come of one set of fits, and are refused together."""
    try:
        found: FromLogit = from_logit(answers, planned_primary=planned)
    except Unready as refusal:
        yield from (Line(way, None, refusal.sentence) for way in (Way.ATT, Way.ODDS_RATIO))
        return
    yield Line(Way.ATT, found.att)
    yield Line(Way.ODDS_RATIO, found.odds_ratio)
