"""What stands beside the headline of a survey outcome: the same difference from individual answers, in several ways.

The answer to an outcome is the headline (`contrast`: site changes, every site weighing the same). This table shows how much
hangs on that choice. Its lines are of the same sites as the headline, weigh people instead of sites, and carry no verdict;
p is there only where a locked plan names the outcome as primary. What cannot be estimated is refused line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import contrast
from throughline.evaluation.questions.contrast import ContrastAnswer, Outcome, OutcomeContrast
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters import jackknife
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.methods.few_clusters.cr2 import cr2
from throughline.methods.few_clusters.estimated import ClusteredEstimate
from throughline.methods.few_clusters.jackknife import LeftOutTable
from throughline.methods.few_clusters.normal import cr1_normal
from throughline.methods.few_clusters.ratios import FromLogit, from_logit, rate_ratio
from throughline.methods.few_clusters.wild import WildBootstrap, wild_bootstrap
from throughline.methods.site_change import SiteChanges
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import OutcomeKind, OutcomeSourceKind, PhaseKind

QUESTION = "sensitivity/1"


class Way(StrEnum):
    """The lines of the table, in their order."""

    CR2 = "cr2"
    JACKKNIFE = "jackknife"
    WILD_BOOTSTRAP = "wild_bootstrap"
    NORMAL = "normal"
    ATT = "att"
    ODDS_RATIO = "odds_ratio"
    RATE_RATIO = "rate_ratio"


@dataclass(frozen=True, slots=True)
class Line:
    """One way: what it gives, or the sentence that refuses it."""

    way: Way
    estimate: ClusteredEstimate | WildBootstrap | None
    refused: Sentence | None = None


@dataclass(frozen=True, slots=True)
class OutcomeSensitivity:
    """One survey outcome. `refused`: there is no table at all, and why; each line may be refused for itself."""

    outcome: Outcome
    lines: tuple[Line, ...]
    without_site: LeftOutTable | None
    refused: Sentence | None
    without_site_refused: Sentence | None = None


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
    lines = tuple(_lines(answers, planned=found.outcome.is_planned_primary, seed=seed))
    try:
        return OutcomeSensitivity(found.outcome, lines, jackknife.leave_one_site_out(answers), None)
    except Unready as refusal:
        return OutcomeSensitivity(found.outcome, lines, None, None, refusal.sentence)


def individual_answers(freeze: OpenFreeze, outcome: Outcome, changes: SiteChanges) -> Answers:
    """Each respondent's answer at the sites that the headline rests on.

    Raises Unready where arms, sites or values lack what a difference of changes needs; Invalid for values of another kind.
    """
    table = freeze.table(
        "SELECT site, phase, CAST(value AS DOUBLE) AS value, value_nothing FROM survey_answers"
        " WHERE question = ? AND arm <> 'none' AND phase IN ('before', 'after') ORDER BY site, phase, respondent",
        [outcome.measure],
    )
    places = {one.site: place for place, one in enumerate(changes.sites)}
    site = np.array([places.get(name, -1) for name in table["site"].to_pylist()], dtype=np.intp)
    nothing = np.array(table["value_nothing"].to_pylist(), dtype=object)
    has_value = np.array([one is None for one in nothing], dtype=np.bool_)
    after = np.array(table["phase"].to_pylist()) == PhaseKind.AFTER.value
    values = np.array(table["value"].to_pylist(), dtype=np.float64)
    if outcome.kind is OutcomeKind.BINARY:
        values = (values != 0).astype(np.float64)
    kept = (site >= 0) & has_value
    return answers_of(
        kind=outcome.kind, sites=[one.site for one in changes.sites], arms=[one.arm for one in changes.sites],
        site=site[kept], is_after=after[kept], y=values[kept], missing=_missing(nothing[(site >= 0) & ~has_value].tolist()),
    )  # fmt: skip


def _missing(kinds: Sequence[str]) -> Missing:
    return Missing.from_counts({kind: kinds.count(kind) for kind in set(kinds)})


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
