"""The flow of participants as it leaves: who was approached, eligible, agreed, complete and analysed, by wave and arm.

Each wave is a table of where people ended, which passes the door for tables; a step is told where the ends that make it up were,
or where it follows from all who were approached and the ends before it: a reader could add up no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from throughline.evaluation.doors import TableSpec
from throughline.evaluation.questions.flow import UNIT
from throughline.methods.suppression import ProtectedTable
from throughline.methods.table import ALL
from throughline.reporting.material import Plain, WaveFlow
from throughline.reporting.summaries import ARMS
from throughline.vocabulary.study import ArmKind

NOT_ELIGIBLE, REFUSED, NOT_COMPLETE, LEFT_OUT, ANALYSED = (
    "not_eligible", "refused", "not_complete", "left_out", "analysed",
)  # fmt: skip
HERE = (NOT_ELIGIBLE, REFUSED, NOT_COMPLETE, LEFT_OUT, ANALYSED)
ELSEWHERE = (f"{LEFT_OUT}_elsewhere", f"{ANALYSED}_elsewhere")


@dataclass(frozen=True, slots=True)
class Steps:
    """One arm of a wave as it is told: a count, None where it is suppressed.

    `has_approaches` False: nobody was approached here, answers came as files alone; then the steps before `complete` are
    of nobody known.
    """

    approached: int | None
    not_eligible: int | None
    eligible: int | None
    refused: int | None
    agreed: int | None
    not_complete: int | None
    elsewhere: int | None
    complete: int | None
    left_out: int | None
    analysed: int | None
    has_approaches: bool


def specs_of(answer: Plain) -> list[tuple[str, str, TableSpec]]:
    """Wave, phase and table, in the order of the answer."""
    waves = dict.fromkeys((one["wave"], one["phase"]) for one in answer["waves"])
    return [(wave, phase, _spec(wave)) for wave, phase in waves]


def _spec(wave: str) -> TableSpec:
    return TableSpec(
        f"flow of the wave {wave}"[:120], UNIT, ("arm", "step"), {"arm": ARMS, "wave": wave}, (("arm",),)
    )


def flow_left(answer: Plain, left: Sequence[ProtectedTable | None]) -> tuple[WaveFlow, ...]:
    """Each wave with its table; None where the door refused it."""
    return tuple(
        WaveFlow(wave, phase, table) for (wave, phase, _), table in zip(specs_of(answer), left, strict=True)
    )


def steps_of(flow: WaveFlow) -> Iterator[tuple[ArmKind, Steps]]:
    """What is told of each arm that anybody was asked in."""
    if flow.table is None:
        return
    for arm in ArmKind:
        ends = {key[1]: cell.count for key, cell in flow.table.cells.items() if key[0] == arm.value}
        if ends:
            yield arm, _steps(ends)


def _steps(ends: Mapping[str, int | None]) -> Steps:
    whole = ends.get(ALL)
    at = {end: ends.get(end, 0) for end in (*HERE, *ELSEWHERE)}
    elsewhere = _sum(at[end] for end in ELSEWHERE)
    everybody = _less(whole, elsewhere)
    up, down = _upwards(at), _downwards(at, everybody)
    agreed, eligible, approached = (
        own if own is not None else other for own, other in zip(up, down, strict=True)
    )
    return Steps(
        approached=approached, not_eligible=at[NOT_ELIGIBLE], eligible=eligible, refused=at[REFUSED], agreed=agreed,
        not_complete=at[NOT_COMPLETE], elsewhere=elsewhere,
        complete=_sum(at[end] for end in (LEFT_OUT, ANALYSED, *ELSEWHERE)),
        left_out=_sum((at[LEFT_OUT], at[ELSEWHERE[0]])), analysed=_sum((at[ANALYSED], at[ELSEWHERE[1]])),
        has_approaches=any(end in ends and ends[end] != 0 for end in HERE),
    )  # fmt: skip


def _upwards(at: Mapping[str, int | None]) -> tuple[int | None, int | None, int | None]:
    """Agreed, eligible, approached, added up from the ends."""
    agreed = _sum((at[ANALYSED], at[LEFT_OUT], at[NOT_COMPLETE]))
    eligible = _sum((agreed, at[REFUSED]))
    return agreed, eligible, _sum((eligible, at[NOT_ELIGIBLE]))


def _downwards(
    at: Mapping[str, int | None], approached: int | None
) -> tuple[int | None, int | None, int | None]:
    """The same, taken away from all who were approached."""
    eligible = _less(approached, at[NOT_ELIGIBLE])
    return _less(eligible, at[REFUSED]), eligible, approached


def _sum(parts: Iterator[int | None] | Sequence[int | None]) -> int | None:
    found = 0
    for part in parts:
        if part is None:
            return None
        found += part
    return found


def _less(whole: int | None, part: int | None) -> int | None:
    # Of rounded counts a part may be more than its whole: then nobody is left.
    return None if whole is None or part is None else max(whole - part, 0)
