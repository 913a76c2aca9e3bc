"""A baseline as a freeze answers it: a share, a number, categories, and one that an arm did not record."""

from __future__ import annotations

from typing import Any

from throughline.evaluation.questions.baseline import (
    BaselineAnswer,
    Compared,
    Composition,
    SiteWave,
    Variable,
    least_of,
)
from throughline.evaluation.results import to_plain
from throughline.methods.baseline import ArmValues, ColumnKind, compare_arms, summarise
from throughline.methods.estimate import Missing
from throughline.methods.suppression import Profile, ProtectedTable, protect
from throughline.methods.table import crossed
from throughline.reporting.baseline_left import as_left
from throughline.vocabulary.study import ArmKind, PhaseKind

MINE, THEIRS = ArmKind.INTERVENTION, ArmKind.COMPARISON
NUMBER, SHARE, CATEGORIES = ColumnKind


def _values(counts: dict[float | str, int], **missing: int) -> ArmValues:
    return ArmValues(counts, Missing(**missing))


def baseline_answer() -> Any:
    """Plain values, as a page and the command line get them."""
    shared = {MINE: _values({1.0: 44, 0.0: 56}, declined=7), THEIRS: _values({1.0: 40, 0.0: 60}, not_asked=9)}
    given: list[tuple[Variable, dict[ArmKind, ArmValues]]] = [
        (Variable("respondent", "shared_pipe", "Shared a pipe", SHARE), shared),
        (
            Variable("respondent", "age", "Age", NUMBER),
            {
                MINE: _values({20.0 + n: 5 for n in range(10)}, declined=2, not_asked=6),
                THEIRS: _values({25.0 + n: 5 for n in range(10)}, declined=11),
            },
        ),
        (
            Variable("contact", "route", "contacts: route", CATEGORIES),
            {MINE: _values({"service": 60, "peer": 40, "police": 8}), THEIRS: _values({"service": 80, "peer": 20})},
        ),
        (Variable("contact", "mode", "contacts: mode", CATEGORIES), {MINE: _values({"face_to_face": 12}), THEIRS: _values({})}),
    ]  # fmt: skip
    rows = tuple(
        Compared(
            variable, compare_arms(variable.name, variable.kind, arms), least_of(variable.kind, arms.values())
        )
        for variable, arms in given
    )
    cells = tuple(
        SiteWave(f"{arm.value}-{number}", arm, wave, summarise(SHARE, shared[arm]))
        for arm in ArmKind
        for number in (1, 2)
        for wave in (PhaseKind.BEFORE, PhaseKind.AFTER)
        if (number, wave) != (2, PhaseKind.AFTER)
    )
    return to_plain(BaselineAnswer(rows, (Composition(given[0][0], cells),)))


def door(profile: Profile, by: str, **arms: dict[str, int]) -> ProtectedTable:
    values = sorted({value for counts in arms.values() for value in counts})
    counts = {(arm, value): own.get(value, 0) for arm, own in arms.items() for value in values}
    return protect(crossed(("arm", by), counts, margins=()), profile)


def baseline_left(profile: Profile) -> tuple[Any, ...]:
    """A share, means of which few declined, routes, and one that no door counts by, as they leave."""
    shared, age, route, mode = baseline_answer()["rows"]
    held = {"intervention": {"value": 100, "declined": 7}, "comparison": {"value": 100, "not_asked": 9}}
    split = {"intervention": {"yes": 44, "no": 56}, "comparison": {"yes": 40, "no": 60}}
    answered = {
        "intervention": {"value": 50, "declined": 2, "not_asked": 6}, "comparison": {"value": 50, "declined": 11},
    }  # fmt: skip
    routes = {
        "intervention": {"service": 60, "peer": 40, "police": 8},
        "comparison": {"service": 80, "peer": 20},
    }
    doors = (
        (door(profile, "answered", **held), door(profile, "answer_known", **split)),
        (door(profile, "answered", **answered),),
        (door(profile, "route", **routes),),
        (),
    )
    rows = (shared, age, route, mode)
    return tuple(as_left(one, profile, left) for one, left in zip(rows, doors, strict=True))
