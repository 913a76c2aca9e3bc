"""What stands further down in a report: effects by group, who answered and the mix held still, and components by their own dates.

Their tables are asked for after all others, so that no other part gives way to them, and their lines of the ledger are called as
those of the pages' own releases are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.pooled import line_of as line_of_groups
from throughline.evaluation.questions.composition import QUESTION as COMPOSITION
from throughline.evaluation.questions.staggered import MEASURES
from throughline.evaluation.questions.staggered import QUESTION as STAGGERED
from throughline.evaluation.told import result_told
from throughline.methods.suppression import LE7_ROUND5, ProtectedTable
from throughline.reporting import composition_left, groups_left, staggered_left
from throughline.reporting.groups_left import Attribute
from throughline.reporting.material import Estimate, Plain
from throughline.reporting.passing import Passing
from throughline.reporting.summaries import BY_MONTH
from throughline.vocabulary.study import OutcomeKind, OutcomeSourceKind

Tables = Sequence[ProtectedTable | None]


@dataclass(frozen=True, slots=True)
class Further:
    """Each in plain values, as it leaves; none where the freeze holds nothing of it."""

    groups: tuple[Plain, ...] = ()
    mix: tuple[Plain, ...] = ()
    components: tuple[Plain, ...] = ()


def attributes(opened: OpenFreeze, results: Mapping[str, Any]) -> tuple[Attribute, ...]:
    """The questions by which a report tells groups and mixes."""
    return groups_left.attributes_of(opened, results["contrast"]["outcomes"])


def further(
    passing: Passing,
    results: Mapping[str, Any],
    asked: Sequence[Attribute],
    *,
    estimates: Sequence[Estimate],
    by_site: Mapping[str, Tables],
    by_month: ProtectedTable | None,
) -> Further:
    """`by_site`: of outcomes, by the question that measures each, their tables by site, for each phase; `by_month`: contacts."""
    outcomes = results["contrast"]["outcomes"]
    who = _who(passing, asked, outcomes, by_site)
    components = _components(passing, results["run"], by_month)
    if passing.door is None or not asked:
        return _written(passing, Further(components=components))
    # After every table of the report has left, so that these are compared with all of them.
    is_apart = partial(passing.door.may_stand_beside, least=LE7_ROUND5.threshold)
    behind = groups_left.Behind(passing.door.opened, is_apart)
    for one in estimates:
        if one.found["headline"] and one.found["outcome"]["source"] == OutcomeSourceKind.SURVEY:
            behind.headline(one.found)
    measures = {one["outcome"]["code"]: one["outcome"]["measure"] for one in outcomes}
    headlines = {one.found["outcome"]["code"]: one.found["headline"] for one in estimates}
    groups = tuple(groups_left.groups_left(behind, asked, passing.profile, measures))
    mix: tuple[Plain, ...] = ()
    if COMPOSITION in results["run"]["questions"]:
        answer = result_told(passing.freeze, "composition")
        mix = tuple(groups_left.mix_left(behind, answer, passing.profile, measures, who, headlines))
    return _written(passing, Further(groups, mix, components))


def _written(passing: Passing, told: Further) -> Further:
    """The same, with its lines in the ledger."""
    for one in told.groups:
        passing.summary(line_of_groups(one["by"]), one)
    if told.mix:
        passing.summary(composition_left.WHAT, told.mix)
    for one in told.components:
        passing.summary(staggered_left.line_of(one["component"]), one)
    return told


def _who(
    passing: Passing, asked: Sequence[Attribute], outcomes: Sequence[Plain], by_site: Mapping[str, Tables]
) -> dict[str, Tables]:
    """Of an attribute that is an outcome too, the tables are those that its estimate is told from."""
    shares = {one["outcome"]["measure"] for one in outcomes if one["outcome"]["kind"] == OutcomeKind.BINARY}
    found: dict[str, Tables] = {
        one.code: by_site[one.code]
        for one in asked
        if one.is_yes_no and one.code in shares and by_site.get(one.code)
    }
    others = [one for one in asked if one.code not in found]
    for one in others:
        specs = groups_left.who_specs(one)
        found[one.code] = tuple(passing.tables(specs))
    return found


def _components(passing: Passing, run: Plain, by_month: ProtectedTable | None) -> tuple[Plain, ...]:
    """Estimated again from the months that left; nothing of a freeze that holds no dates of components."""
    if STAGGERED not in run["questions"]:
        return ()
    answer = result_told(passing.freeze, "staggered")
    if answer["refused"]:
        return ()
    specs = {
        spec.title: spec for measure in MEASURES if (spec := staggered_left.spec_of(measure)) is not BY_MONTH
    }
    left = dict(zip(specs, passing.tables(list(specs.values())), strict=True)) | {BY_MONTH.title: by_month}
    return tuple(
        {
            **found,
            "measures": [
                staggered_left.as_left(
                    one, passing.profile, left[staggered_left.spec_of(one["measure"]).title], answer["seed"]
                )
                for one in found["measures"]
            ],
        }
        for found in answer["components"]
    )
