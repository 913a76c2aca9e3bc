"""Taking what a report needs through the doors: each part is let out, or refused, and is a line of the ledger either way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import tables_door
from throughline.evaluation.questions import planned
from throughline.evaluation.questions.baseline import QUESTION as BASELINE
from throughline.evaluation.questions.beforehand import QUESTION as BEFOREHAND
from throughline.evaluation.questions.contamination import check_asked
from throughline.evaluation.questions.flow import QUESTION as FLOW
from throughline.evaluation.questions.sensitivity import QUESTION as SENSITIVITY
from throughline.evaluation.questions.series import CONTACTS, WITHOUT_INCIDENTS
from throughline.evaluation.questions.series import QUESTION as SERIES
from throughline.evaluation.theme_records import themes_found
from throughline.evaluation.told import result_told
from throughline.methods.imputation import IMPUTED
from throughline.methods.suppression import Profile, ProtectedTable
from throughline.records.inquiry.models import Theme
from throughline.records.study.models import Freeze
from throughline.reporting import (
    attitudes_left,
    baseline_left,
    beforehand_left,
    checked,
    composition_left,
    flow_left,
    funnel_left,
    incidents_left,
    judged,
    sensitivity_left,
    summaries,
)
from throughline.reporting.centres import centres_of, let_out
from throughline.reporting.coding_left import coding_left
from throughline.reporting.coverage_left import COVERAGE
from throughline.reporting.document import Quote
from throughline.reporting.further import attributes, further
from throughline.reporting.groups_left import Attribute
from throughline.reporting.material import (
    Analysed,
    Estimate,
    Material,
    Place,
    Plain,
    Referrals,
    Refused,
    WaveFlow,
    WaveHeld,
)
from throughline.reporting.named import look_for_names
from throughline.reporting.passing import Passing
from throughline.reporting.referrals import LAST_DAY
from throughline.reporting.registered import analyses_of, design_of, themes_of, waves_of
from throughline.reporting.series_left import as_left
from throughline.reporting.theme_counts import counted
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.rules.plans import Plan
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.sentences import Sentence
from throughline.vocabulary.study import OutcomeSourceKind

Progress = Callable[[str, int, int], None]
SUMMARIES = (
    "estimates",
    "entered by day",
    "exposures by month",
    COVERAGE,
    "series over months",
    "baseline of the arms",
)


# The same in the reader's language; what the ledger holds is English.
SUMMARY_WORDS: Mapping[str, Sentence] = {
    "estimates": Sentence("estimates"),
    "entered by day": Sentence("entered by day"),
    "exposures by month": Sentence("exposures by month"),
    COVERAGE: Sentence("coverage of themes"),
    "series over months": Sentence("series over months"),
    "baseline of the arms": Sentence("baseline of the arms"),
}


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def gather(
    *,
    freeze: Freeze,
    profile: Profile,
    recipient: str,
    by: Actor,
    at: datetime,
    contamination: str = "",
    progress: Progress = silent,
) -> Material:
    """Let out what a report tells. Raises NotAllowed; NotFound where the freeze was not evaluated yet.

    `contamination`: the survey question that tells who got or used a pipe of the programme; Invalid where there is none such.

    A part that its door refuses is left out and named with the reason; the rest leaves. Unready where a name of a list stands
    in what is told as it was registered.
    """
    check_may_release(by, freeze.programme_id, Permission.RELEASE_TABLES)
    check_may_release(by, freeze.programme_id, Permission.RELEASE_WORDS)
    results = {
        name: result_told(freeze, name)
        for name in ("run", "funnel", "contrast", "coverage", "exposures", "joint")
    }
    if BASELINE in results["run"]["questions"]:
        results["baseline"] = result_told(freeze, "baseline")
    held, waves = themes_of(by, freeze), waves_of(by, freeze)
    themes = themes_found(freeze, results["coverage"]["themes"], held)
    centres = centres_of(results["coverage"], themes)
    reasons = judged.reasons_of(by, freeze, results["joint"]["rows"], themes)
    with tables_door(freeze=freeze, profile=profile, recipient=recipient, by=by, at=at) as door:
        if contamination:
            check_asked(door.opened, contamination)
        asked = attributes(door.opened, results)
        named = look_for_names(
            freeze,
            results,
            (theme.name for theme in held),
            waves=waves,
            codes=[*(one.code for one in asked), *([contamination] if contamination else [])],
            centres=centres.values(),
            reasons=reasons.values(),
            by=by,
            at=at,
        )
        passing = Passing(freeze, profile, recipient, by, at, refused=[*named.said], named=named, door=door)
        found = _let_out(passing, results, themes, waves, asked, centres, reasons, progress)
        # last: no other part gives way to it
        told = composition_left.reached_of_report(passing, contamination, results["run"]["seed"])
        before = (Refused("counts of this report", one) for one in passing.for_before)
        return replace(found, reached=told, refused=(*passing.refused, *before), ledger=tuple(passing.lines))


def _let_out(
    passing: Passing,
    results: Mapping[str, Any],
    held: Mapping[int, Theme],
    waves: Sequence[WaveHeld],
    asked: Sequence[Attribute],
    centres: Mapping[int, str],
    reasons: Mapping[Place, str],
    progress: Progress,
) -> Material:
    """Every part in turn: what comes first is not refused for the sake of what comes later."""
    freeze, profile, named = passing.freeze, passing.profile, passing.named
    funnels = funnel_left.funnels(passing, progress)
    quotes, withheld = _quotes(passing, held)
    split = {tuple(answer["by"]): answer for answer in results["funnel"]}
    behind = _behind(passing, results["contrast"]["outcomes"], progress)
    uncoded = behind.without_code
    estimates = tuple(
        checked.estimate(found, profile, by_site=by_site, overall=overall)
        for found, (overall, by_site) in zip(results["contrast"]["outcomes"], behind.estimates, strict=True)
    )
    estimates = _with_tables(passing, results, estimates, profile)
    entered = (
        *checked.entered(split[()], profile, behind.entered, behind.still_open),
        *checked.entered(split["arm", "phase"], profile, behind.entered, behind.still_open),
    )
    months = tuple(checked.months(results["exposures"]["rows"], profile, behind.by_month))
    themes = checked.themes(
        named.coverage(results["coverage"]), {site["site"]: site["arm"] for site in results["run"]["sites"]}
    )
    flow = _flow(passing, results)
    series = _series(freeze, results["run"], profile, behind.by_month)
    before = _baseline(passing, results)
    outcomes = results["contrast"]["outcomes"]
    told = further(
        passing, results, asked, estimates=estimates, by_month=behind.by_month,
        by_site={one["outcome"]["measure"]: tables[1] for one, tables in zip(outcomes, behind.estimates, strict=True)},
    )  # fmt: skip
    counts = counted(themes)
    for what, one in zip(SUMMARIES, (estimates, entered, months, counts, series, before), strict=True):
        if what != COVERAGE or counts:
            passing.summary(what, one)
    return Material(
        design=design_of(freeze, results["run"]),
        profile=profile,
        funnels=funnels,
        without_code=uncoded,
        codes_by_route=checked.why_no_contrast(split[()]["routes"], uncoded),
        estimates=estimates,
        entered=entered,
        months=months,
        themes=themes,
        joint=checked.joint(results["joint"]["rows"], themes),
        quotes=quotes,
        concepts=let_out(passing, centres),
        reasons=judged.let_out(passing, reasons),
        coded=coding_left(passing),
        withheld=withheld,
        refused=tuple(passing.refused),
        ledger=tuple(passing.lines),
        trained_in=results["exposures"].get("trained_in"),
        given_anyway=tuple(results["exposures"].get("given_anyway") or ()),
        referrals=Referrals(behind.accepted, behind.entered.get((("arm", "phase"), LAST_DAY))),
        series=series,
        groups=told.groups,
        mix=told.mix,
        components=told.components,
        baseline=before,
        attitudes=attitudes_left.of_report(passing, results["run"]),
        beforehand=_beforehand(passing, results, estimates),
        incidents=_incidents(passing, results["run"]),
        flow=flow,
        waves=tuple(waves),
        analyses=_analysed(passing),
    )


def _analysed(passing: Passing) -> tuple[Analysed, ...]:
    return tuple(
        Analysed(one.question, one.approach, one.orientation, one.theory)
        for one in analyses_of(passing.by, passing.freeze)
    )


def _with_tables(
    passing: Passing, results: Mapping[str, Any], estimates: Sequence[Estimate], profile: Profile
) -> tuple[Estimate, ...]:
    """Each estimate with its sensitivity table; none of a freeze that was asked before there were such tables."""
    if SENSITIVITY not in results["run"]["questions"]:
        return tuple(estimates)
    answer = result_told(passing.freeze, "sensitivity")
    plan = Plan() if passing.door is None else planned.ask(passing.door.opened)
    kinds = tuple(Nothing(kind) for kind in plan.imputed) or IMPUTED
    tables = {one["outcome"]["code"]: one for one in answer["outcomes"]}
    return tuple(
        replace(
            one, beside=sensitivity_left.as_left(one, found, table, profile, seed=answer["seed"], kinds=kinds)
        )
        if (table := tables.get(found["outcome"]["code"])) is not None
        else one
        for one, found in zip(estimates, results["contrast"]["outcomes"], strict=True)
    )


def _series(
    freeze: Freeze, run: Mapping[str, Any], profile: Profile, by_month: ProtectedTable | None
) -> tuple[Plain, ...]:
    """Fitted again from the months that left; nothing of a freeze that was asked before there were series."""
    if not {SERIES, WITHOUT_INCIDENTS} & set(run["questions"]):
        return ()
    return tuple(as_left(result_told(freeze, "series"), profile, {CONTACTS: by_month}))


def _incidents(passing: Passing, run: Mapping[str, Any]) -> dict[str, Any] | None:
    """Each table through the door; nothing of a freeze that was asked before there was the question, or holds none."""
    answer = result_told(passing.freeze, "series").get("incidents") if SERIES in run["questions"] else None
    if answer is None:
        return None
    tables = zip(incidents_left.TABLES, passing.tables(list(incidents_left.TABLES.values())), strict=True)
    told = incidents_left.incidents_left(answer, passing.profile, dict(tables))
    passing.summary("incidents by month", told)
    return told


def _flow(passing: Passing, results: Mapping[str, Any]) -> tuple[WaveFlow, ...]:
    """Each wave's table through the door; nothing of a freeze that was asked before there was the question."""
    if FLOW not in results["run"]["questions"]:
        return ()
    answer = result_told(passing.freeze, "flow")
    specs = [spec for _, _, spec in flow_left.specs_of(answer)]
    return flow_left.flow_left(answer, list(passing.tables(specs)) if specs else [])


def _beforehand(
    passing: Passing, results: Mapping[str, Any], estimates: Sequence[Estimate]
) -> tuple[Plain, ...]:
    """Of each step whose contrast is told; nothing of a freeze that was asked before there was the question."""
    if BEFOREHAND not in results["run"]["questions"]:
        return ()
    outcomes = [one.found["outcome"] | {"is_told": bool(one.found["headline"])} for one in estimates]
    steps = {
        one["measure"] for one in outcomes if one["source"] == OutcomeSourceKind.MONITORING and one["is_told"]
    }
    told = tuple(
        beforehand_left.left(one, passing.profile)
        for one in result_told(passing.freeze, "beforehand")["steps"]
        if one["step"] in steps
    )
    if told:
        passing.summary(beforehand_left.WHAT, told)
    return told


def _baseline(passing: Passing, results: Mapping[str, Any]) -> tuple[Plain, ...]:
    """The arms before, each row from tables that left. They are asked for last: no other part gives way to them."""
    rows = results["baseline"]["rows"] if "baseline" in results else ()
    specs = [baseline_left.specs_of(one["variable"]) for one in rows]
    left = passing.tables([spec for some in specs for spec in some])
    return baseline_left.rows_left(
        rows, passing.profile, [tuple(itertools.islice(left, len(some))) for some in specs]
    )


@dataclass(frozen=True)
class _Behind:
    """Tables that numbers are told from, as they left; None where the door refused one."""

    without_code: ProtectedTable | None
    by_month: ProtectedTable | None
    estimates: tuple[tuple[tuple[ProtectedTable | None, ...], tuple[ProtectedTable | None, ...]], ...]
    entered: Mapping[tuple[tuple[str, ...], int], ProtectedTable | None]
    still_open: Mapping[tuple[str, ...], ProtectedTable | None]
    accepted: ProtectedTable | None


def _behind(passing: Passing, outcomes: Sequence[Mapping[str, Any]], progress: Progress) -> _Behind:
    """The planned outcomes come first, so that where two cannot both leave it is theirs that do."""
    behind = [
        summaries.estimate_specs(found["outcome"]) if found["changes"] else summaries.NO_TABLES
        for found in outcomes
    ]
    entered = list(summaries.entered_specs())
    still_open = list(summaries.open_specs())
    specs = [
        summaries.WITHOUT_CODE, summaries.BY_MONTH,
        *(spec for one in behind for spec in (*one.overall, *one.by_site)),
        *(spec for _, _, spec in entered),
        *(spec for _, spec in still_open),
        summaries.ACCEPTED,
    ]  # fmt: skip
    left: list[ProtectedTable | None] = []
    for table in passing.tables(specs):
        left.append(table)
        progress("tables", len(left), len(specs))
    tables = iter(left)
    return _Behind(
        without_code=next(tables),
        by_month=next(tables),
        estimates=tuple(
            (
                tuple(itertools.islice(tables, len(one.overall))),
                tuple(itertools.islice(tables, len(one.by_site))),
            )
            for one in behind
        ),
        entered={(by, day): next(tables) for by, day, _ in entered},
        still_open={by: next(tables) for by, _ in still_open},
        accepted=next(tables),
    )


def _quotes(passing: Passing, themes: Mapping[int, Theme]) -> tuple[dict[int, tuple[Quote, ...]], int]:
    quotes: dict[int, tuple[Quote, ...]] = {}
    withheld = 0
    for number, theme in themes.items():
        if theme.quotes.exists():
            quotes[number], held = passing.words(theme)
            withheld += held
    return quotes, withheld
