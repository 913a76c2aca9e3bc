"""Whether sites of the two arms changed differently, for each outcome that both arms record.

The unit is the site: its change from before to after. Outcomes are those of the study; steps of the line that can happen
in both arms and that the study does not name are asked too, as exploratory. An outcome that an arm or a phase did not
record is refused with a sentence, and the share of contacts with the step recorded stands beside each.

Accepted and entered are each site's share by day 90 as Aalen and Johansen take it: who was referred late had less time,
and an end that nobody told of is not left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import outside, planned, recording
from throughline.evaluation.questions.recording import COLUMNS, Recorded
from throughline.evaluation.questions.respondents import EACH_RESPONSE, respondents
from throughline.methods.competing_risks import CENSORING, share_by_day
from throughline.methods.contrast import (
    RECORDED_SPEAK,
    LeaveOneSiteOut,
    PermutationOfArms,
    SiteChangeContrast,
    contrast_site_changes,
    leave_one_site_out,
    permute_arms,
)
from throughline.methods.covariates import ALIKE_EVERYWHERE, Adjustment, adjusted_cells
from throughline.methods.covariates import ASSUMPTIONS as ADJUSTING
from throughline.methods.covariates import METHOD as COVARIATES
from throughline.methods.estimate import Missing
from throughline.methods.site_change import (
    SiteChanges,
    SitePhase,
    from_binary,
    from_continuous,
    from_count,
    from_share,
    site_changes,
)
from throughline.rules.expressions import is_settled_in_part, names_in
from throughline.rules.plans import Plan
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import (
    ArmKind,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
    Step,
)

QUESTION = "contrast/3"
BY_DAY = 90
IN_BOTH_ARMS = (Step.CRACK_USE_TOLD, Step.FURTHER_NEED_TOLD, Step.RESPONSE, Step.CAME_BACK)
ADJUSTED_FOR = Sentence("As planned, this is adjusted for %(covariates)s.")
NOT_A_STEP = Sentence(
    "%(measure)s is not a step of the line that both arms can take; it cannot be contrasted."
)

NO_COUNT = Sentence(
    "%(measure)s is called a count, and answers to it lie below 0: it is none. Call the outcome continuous."
)
SETTLED_IN_PART = Sentence(
    "It is worked out of several questions. Where one of them has no answer, only those are known whom another question settles: of"
    " an “or” some of the yeses and no no, of an “and” some of the noes and no yes. The more answers are missing, the less the known"
    " speak for the rest."
)
SHARE_BY_DAY = Sentence(
    "Accepted and entered are each site's share by day %(day)s after a referral was made (Aalen-Johansen); an end that "
    "nobody told of stays in the denominator.",
    day=BY_DAY,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is contrasted. `rank` is exploratory unless the study names it; `is_planned`: a locked plan does, if there is one."""

    code: str
    name: str
    kind: OutcomeKind
    source: OutcomeSourceKind
    measure: str
    rank: OutcomeRank
    success_by: str
    direction: str
    is_planned: bool
    is_plan_locked: bool = False
    covariates: tuple[str, ...] = ()  # survey questions that the plan adjusts for; of a survey's outcome only

    @property
    def is_planned_primary(self) -> bool:
        return self.is_planned and self.rank is OutcomeRank.PRIMARY


@dataclass(frozen=True, slots=True)
class OutcomeContrast:
    """One outcome. Where there is no headline `refused` says why, and what there is of the rest stays: arms without
    scatter between their sites have no interval, but can still be drawn in every way. `not_permuted`: why they were not.
    """

    outcome: Outcome
    cells: tuple[
        SitePhase, ...
    ]  # as recorded, and so are `changes`: an adjusted headline has its own in `adjusted`
    changes: SiteChanges | None
    headline: SiteChangeContrast | None
    permutation: PermutationOfArms | None
    leave_one_out: LeaveOneSiteOut | None
    refused: Sentence | None
    recorded: tuple[Recorded, ...]
    not_permuted: Sentence | None = None
    adjusted: Adjusted | None = None
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What the plan's covariates took out. `unadjusted`: what the headline would have been, beside it and never in its place."""

    adjustment: Adjustment
    changes: SiteChanges
    unadjusted: SiteChangeContrast | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What a set of site changes gives: each part for itself, or the sentence that refused it."""

    changes: SiteChanges | None
    headline: SiteChangeContrast | None
    permutation: PermutationOfArms | None
    leave_one_out: LeaveOneSiteOut | None
    refused: Sentence | None
    not_permuted: Sentence | None


@dataclass(frozen=True, slots=True)
class ContrastAnswer:
    outcomes: tuple[OutcomeContrast, ...]
    question: str = QUESTION


def ask(freeze: OpenFreeze) -> ContrastAnswer:
    return ContrastAnswer(tuple(_contrast(freeze, outcome) for outcome in outcomes_of(freeze)))


def outcomes_of(freeze: OpenFreeze) -> list[Outcome]:
    """The study's outcomes, primary ones first; then the steps that it does not name."""
    order, plan = list(OutcomeRank), planned.ask(freeze)
    rows = freeze.ask("SELECT * FROM outcomes ORDER BY code")
    is_locked = any(row["is_plan_locked"] for row in rows)
    named = [
        Outcome(
            code=row["code"], name=row["name"], kind=OutcomeKind(row["kind"]), source=OutcomeSourceKind(row["source"]),
            measure=row["measure"], rank=OutcomeRank(row["rank"]), success_by=row["success_by"], direction=row["direction"],
            is_planned=row["is_planned"], is_plan_locked=is_locked, covariates=_covariates(plan, row),
        )
        for row in rows
    ]  # fmt: skip
    measured = {outcome.measure for outcome in named if outcome.source is OutcomeSourceKind.MONITORING}
    rest = [
        Outcome(
            code=step.value, name=step.value.replace("_", " "), kind=OutcomeKind.BINARY, source=OutcomeSourceKind.MONITORING,
            measure=step.value, rank=OutcomeRank.EXPLORATORY, success_by=Nothing.NOT_RECORDED.value,
            direction="higher_is_better", is_planned=False, is_plan_locked=is_locked,
        )
        for step in IN_BOTH_ARMS
        if step.value not in measured
    ]  # fmt: skip
    return [*sorted(named, key=lambda outcome: (order.index(outcome.rank), outcome.code)), *rest]


def _covariates(plan: Plan, row: Mapping[str, Any]) -> tuple[str, ...]:
    """An outcome is not adjusted for itself, and a step of the line for nothing: contacts are not respondents."""
    is_survey = row["source"] == OutcomeSourceKind.SURVEY
    own = names_in(row["measure"])
    return tuple(code for code in plan.covariates if code not in own) if is_survey else ()


def _contrast(freeze: OpenFreeze, outcome: Outcome) -> OutcomeContrast:
    cells: tuple[SitePhase, ...] = ()
    adjusted: Adjusted | None = None
    try:
        cells = tuple(cells_of(freeze, outcome))
        found = compare(cells, planned_primary=outcome.is_planned_primary)
        if outcome.covariates and found.changes is not None:
            found, adjusted = _adjust(freeze, outcome, found, found.changes)
    except Unready as refusal:
        found = Compared(None, None, None, None, refusal.sentence, None)
    if _is_by_day(outcome):
        found = _taken_by_day(found)
    elif outcome.source is OutcomeSourceKind.SURVEY:
        more = (SETTLED_IN_PART,) if is_settled_in_part(outcome.measure) else ()
        found = _assuming(found, lambda told: (*told, *more, EACH_RESPONSE))
    return OutcomeContrast(
        outcome, cells, found.changes, found.headline, found.permutation, found.leave_one_out, found.refused,
        _recorded(freeze, outcome), found.not_permuted, adjusted, outside.notes(freeze, outcome.source, outcome.measure),
    )  # fmt: skip


def _adjust(
    freeze: OpenFreeze, outcome: Outcome, found: Compared, changes: SiteChanges
) -> tuple[Compared, Adjusted | None]:
    """The headline of residuals in place of the plain one; refused, with nothing in its place, where it cannot be had."""
    sites = [(one.site, one.arm) for one in changes.sites]
    try:
        asked = respondents(freeze, outcome.measure, outcome.kind, sites, outcome.covariates)
        without = int((asked.answered & ~asked.has_all_beside).sum())
        cells, adjustment = adjusted_cells(
            asked.answers(with_beside=True), outcome.covariates, without=without
        )
        made = compare(cells, planned_primary=outcome.is_planned_primary)
    except (Unready, Invalid) as refusal:
        reason = Sentence(
            "The plan adjusts for %(covariates)s, and that cannot be done. %(reason)s",
            covariates=tuple(outcome.covariates),
            reason=refusal.sentence,
        )
        return replace(found, headline=None, permutation=None, leave_one_out=None, refused=reason), None
    if made.changes is None:
        return replace(made, changes=changes), None
    told = ADJUSTED_FOR.given(covariates=tuple(outcome.covariates))
    headline, permutation, left = made.headline, made.permutation, made.leave_one_out
    missing, still_open = changes.missing, changes.still_open
    return replace(
        made,
        changes=changes,
        headline=headline and replace(headline, method=COVARIATES, assumptions=(told, *ADJUSTING), missing=missing, still_open=still_open),
        permutation=permutation and replace(permutation, missing=missing, assumptions=(*permutation.assumptions, ALIKE_EVERYWHERE)),
        leave_one_out=left and replace(left, assumptions=(told, *ADJUSTING)),
    ), Adjusted(adjustment, made.changes, found.headline)  # fmt: skip


def compare(cells: Sequence[SitePhase], *, planned_primary: bool) -> Compared:
    """The headline, the permutation and the table without each site. Raises Invalid as `site_changes` does."""
    headline: SiteChangeContrast | None = None
    permutation: PermutationOfArms | None = None
    without: LeaveOneSiteOut | None = None
    refused: Sentence | None = None
    not_permuted: Sentence | None = None
    try:
        changes = site_changes(cells)
    except Unready as refusal:
        return Compared(None, None, None, None, refusal.sentence, None)
    try:
        headline = contrast_site_changes(changes, planned_primary=planned_primary)
    except Unready as refusal:
        refused = refusal.sentence
    try:
        permutation = permute_arms(changes, planned_primary=planned_primary)
    except Unready as refusal:
        not_permuted = refusal.sentence
    try:
        without = leave_one_site_out(changes)
    except Unready as refusal:
        # Too few sites: it refuses what the headline refused, with the same sentence.
        refused = refused or refusal.sentence
    return Compared(changes, headline, permutation, without, refused, not_permuted)


def _is_by_day(outcome: Outcome) -> bool:
    return outcome.source is OutcomeSourceKind.MONITORING and outcome.measure in (Step.ACCEPTED, Step.ENTERED)


def _taken_by_day(found: Compared) -> Compared:
    """With the assumptions that a share by a day rests on, in place of those of a share of recorded values."""
    return _assuming(
        found, lambda told: (*(one for one in told if one != RECORDED_SPEAK), SHARE_BY_DAY, CENSORING)
    )


def _assuming(found: Compared, told: Callable[[tuple[Sentence, ...]], tuple[Sentence, ...]]) -> Compared:
    """Every part with what `told` makes of its assumptions."""
    headline, permutation, without = found.headline, found.permutation, found.leave_one_out
    return replace(
        found,
        headline=replace(headline, assumptions=told(headline.assumptions)) if headline else None,
        permutation=replace(permutation, assumptions=told(permutation.assumptions)) if permutation else None,
        leave_one_out=replace(without, assumptions=told(without.assumptions)) if without else None,
    )


def cells_of(freeze: OpenFreeze, outcome: Outcome) -> Iterator[SitePhase]:
    """What each site recorded before and after. Raises Unready for a measure that is no step of the line."""
    if outcome.source is OutcomeSourceKind.SURVEY:
        yield from _survey_cells(freeze, outcome)
        return
    if outcome.measure not in {step.value for step in COLUMNS}:
        raise Unready(NOT_A_STEP.given(measure=outcome.measure))
    yield from _step_cells(freeze, Step(outcome.measure))


def _step_cells(freeze: OpenFreeze, step: Step) -> Iterator[SitePhase]:
    """Shares of contacts; of codes for coming back, which only a code can be known to do; of referrals for theirs."""
    if step in (Step.ACCEPTED, Step.ENTERED):
        yield from _referral_cells(freeze, step)
        return
    counts: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in freeze.ask(_step_sql(step)):
        cell = counts.setdefault((row["site"], row["arm"], row["phase"]), {})
        cell[row["value"]] = cell.get(row["value"], 0) + int(row["n"])
    for (site, arm, phase), values in sorted(counts.items()):
        missing = {kind.value: values.get(kind.value, 0) for kind in Nothing}
        yield from_binary(
            site=site, arm=ArmKind(arm), phase=PhaseKind(phase), yes=values.get("yes", 0), no=values.get("no", 0),
            missing=Missing.from_counts(missing), still_open=values.get("open", 0),
        )  # fmt: skip


def _step_sql(step: Step) -> str:
    column = COLUMNS[step]
    table, n, window = "history", "SUM(n)", ""
    if step is Step.CAME_BACK:
        table, n, window = "code_history", "COUNT(*)", " AND code_window = phase"
    return (
        f"SELECT site, arm, phase, {column} AS value, {n} AS n FROM {table}"  # noqa: S608  (words of ours only)
        f" WHERE arm <> 'none' AND phase IN ('before', 'after') AND {column} IS NOT NULL{window}"
        f" GROUP BY site, arm, phase, {column}"
    )


def _referral_cells(freeze: OpenFreeze, step: Step) -> Iterator[SitePhase]:
    """Each site's share by day 90. Accepting comes before the end of a referral, so it is dated for itself."""
    end, days = "ended_as", "days"
    if step is Step.ACCEPTED:
        end = "CASE WHEN accepted_on IS NOT NULL THEN 'accepted' ELSE ended_as END"
        days = "CASE WHEN accepted_on IS NOT NULL THEN GREATEST(accepted_on - sent_on, 0) ELSE days END"
    rows = freeze.ask(
        f"SELECT site, arm, phase, {end} AS ended, {days} AS after, COUNT(*) AS n FROM referral_history"  # noqa: S608
        " WHERE arm <> 'none' AND phase IN ('before', 'after') GROUP BY ALL ORDER BY ALL"
    )
    cells: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        cells.setdefault((row["site"], row["arm"], row["phase"]), []).append(row)
    for (site, arm, phase), told in cells.items():
        times = [row["n"] for row in told]
        after = np.repeat([np.nan if row["after"] is None else float(row["after"]) for row in told], times)
        ended = np.repeat([row["ended"] for row in told], times).tolist()
        share = share_by_day(after, ended, end=step.value, day=BY_DAY)
        yield from_share(
            site=site, arm=ArmKind(arm), phase=PhaseKind(phase), share=share.share, n=share.decided,
            missing=share.missing, still_open=share.still_open,
        )  # fmt: skip


def _survey_cells(freeze: OpenFreeze, outcome: Outcome) -> Iterator[SitePhase]:
    outside.check_asked(freeze, outcome.measure)
    if outcome.kind is OutcomeKind.BINARY:
        outside.check_yes_or_no(freeze, outcome.measure)
    rows = freeze.ask(
        "SELECT site, arm, phase, COALESCE(value_nothing, 'value') AS told, COUNT(*) AS n,"
        " SUM(CASE WHEN value <> 0 THEN 1 ELSE 0 END) AS yes, SUM(CAST(value AS DOUBLE)) AS total, MIN(value) < 0 AS below FROM survey_answers"
        " WHERE question = ? AND arm <> 'none' AND phase IN ('before', 'after')"
        " GROUP BY site, arm, phase, COALESCE(value_nothing, 'value')",
        [outcome.measure],
    )
    if outcome.kind is OutcomeKind.COUNT and any(row["below"] for row in rows):
        raise Unready(NO_COUNT.given(measure=outcome.measure))
    cells: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
    for row in rows:
        cells.setdefault((row["site"], row["arm"], row["phase"]), {})[row["told"]] = row
    for (site, arm, phase), told in sorted(cells.items()):
        missing = Missing.from_counts({kind: row["n"] for kind, row in told.items() if kind != "value"})
        value = told.get("value", {"n": 0, "yes": 0, "total": 0.0})
        yield _survey_cell(outcome.kind, site, ArmKind(arm), PhaseKind(phase), value, missing)


def _survey_cell(
    kind: OutcomeKind, site: str, arm: ArmKind, phase: PhaseKind, value: dict[str, Any], missing: Missing
) -> SitePhase:
    n, yes, total = int(value["n"]), int(value["yes"]), float(value["total"])
    if kind is OutcomeKind.BINARY:
        return from_binary(site=site, arm=arm, phase=phase, yes=yes, no=n - yes, missing=missing)
    if kind is OutcomeKind.CONTINUOUS:
        return from_continuous(site=site, arm=arm, phase=phase, total=total, n=n, missing=missing)
    # A count that each respondent gives: per respondent.
    return from_count(site=site, arm=arm, phase=phase, events=total, exposure=float(n), n=n, missing=missing)


def _recorded(freeze: OpenFreeze, outcome: Outcome) -> tuple[Recorded, ...]:
    """By site and month for steps; a survey's missing answers stand in its cells."""
    if outcome.source is OutcomeSourceKind.SURVEY or outcome.measure not in {step.value for step in COLUMNS}:
        return ()
    return recording.ask(freeze, step=Step(outcome.measure)).rows
