"""Beside the contrast of each step that services record: how the arms moved before the programme, month by month.

The share of contacts with a yes among those recorded, in every month of the before phase, by arm; the arms' trends set against
each other; and the headline at a date in the middle of that phase, when nothing began.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions.recording import COLUMNS
from throughline.methods.beforehand import (
    CANNOT_SHOW,
    MonthBefore,
    Placebo,
    SiteBefore,
    Trends,
    placebo,
    trends,
)
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import Nothing, nearest_of
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import ArmKind, Step

QUESTION = "beforehand/1"
STEPS = (Step.CRACK_USE_TOLD, Step.FURTHER_NEED_TOLD, Step.RESPONSE)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ArmMonth:
    """Of `n` contacts with a recorded value `yes` said yes; share None where none has one, and `nothing` says which kind that is."""

    arm: ArmKind
    month: str
    yes: int
    n: int
    share: float | None
    missing: Missing
    nothing: Nothing | None = None


@dataclass(frozen=True, slots=True)
class StepBefore:
    """Each part, or the sentence that says why it is not there."""

    step: Step
    months: tuple[ArmMonth, ...]
    trends: Trends | None
    no_trends: Sentence | None
    placebo: Placebo | None
    no_placebo: Sentence | None


@dataclass(frozen=True, slots=True)
class BeforehandAnswer:
    steps: tuple[StepBefore, ...]
    cannot_show: Sentence = CANNOT_SHOW
    question: str = QUESTION


def ask(freeze: OpenFreeze) -> BeforehandAnswer:
    """Every step that can happen in both arms and is counted of contacts."""
    return BeforehandAnswer(tuple(_step(freeze, step) for step in STEPS))


def _step(freeze: OpenFreeze, step: Step) -> StepBefore:
    column = COLUMNS[step]
    kinds = ", ".join(_counted(column, kind.value) for kind in Nothing)
    rows = freeze.ask(
        f"SELECT site, arm, month, {_counted(column, 'yes')}, {_counted(column, 'no')}, {kinds} FROM history"  # noqa: S608  (words of ours only)
        " WHERE arm <> 'none' AND phase = 'before' GROUP BY ALL ORDER BY arm DESC, site, month"
    )
    sites: dict[tuple[str, str], list[MonthBefore]] = {}
    for row in rows:
        month = Month.parse(row["month"])
        told = MonthBefore(12 * month.year + month.month, row["yes"], row["no"], _missing(row))
        sites.setdefault((row["site"], row["arm"]), []).append(told)
    held = [SiteBefore(site, ArmKind(arm), tuple(months)) for (site, arm), months in sites.items()]
    moved, why_not_moved = _told(lambda: trends(held))
    found, why_not_found = _told(lambda: placebo(held))
    return StepBefore(step, _by_arm(rows), moved, why_not_moved, found, why_not_found)


def _counted(column: str, value: str) -> str:
    return f"CAST(SUM(CASE WHEN {column} = '{value}' THEN n ELSE 0 END) AS BIGINT) AS {value}"


def _missing(row: Mapping[str, Any]) -> Missing:
    return Missing.from_counts({kind.value: row[kind.value] for kind in Nothing})


def _by_arm(rows: list[Mapping[str, Any]] | list[dict[str, Any]]) -> tuple[ArmMonth, ...]:
    counts: dict[tuple[ArmKind, str], tuple[int, int, Missing]] = {}
    for row in rows:
        key = (ArmKind(row["arm"]), row["month"])
        yes, n, missing = counts.get(key, (0, 0, Missing()))
        counts[key] = (yes + row["yes"], n + row["yes"] + row["no"], missing + _missing(row))
    return tuple(
        ArmMonth(arm, month, yes, n, yes / n if n else None, missing, None if n else _kind(missing))
        for (arm, month), (yes, n, missing) in sorted(counts.items())
    )


def _kind(missing: Missing) -> Nothing:
    """Of contacts none of which has a value: of the step that nobody could take there is none to record."""
    return nearest_of(
        [kind for kind, count in missing.by_kind().items() if count] or [Nothing.NOT_APPLICABLE]
    )


def _told(estimate: Callable[[], Found]) -> tuple[Found | None, Sentence | None]:
    try:
        return estimate(), None
    except Unready as refusal:
        return None, refusal.sentence
