"""A reader who attacks a release: integer bounds of each hidden cell, from all that was released and nothing else.

Shares no code with what it attacks. What is unknown are the innermost counts (the rows of each combination of values);
every released cell is a sum of them, known, known to its rounding, or hidden. The lowest and highest that a hidden cell
can be are found by HiGHS, in whole numbers. The reader is told besides which cells are hidden for being small themselves,
which no release says: who does not know that has wider bounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Inner = tuple[str, ...]
HIDDEN = "suppressed"


@dataclass(frozen=True)
class Released:
    """A cell: the innermost counts that it adds up, what is said of it, why (for the insider), and what it is in truth.

    `times`: how often it adds up an innermost count, where that is not once.
    """

    name: str
    inner: frozenset[Inner]
    told: int | str
    why: str
    truth: int
    times: Mapping[Inner, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A hidden cell of which the release tells too much: the values that are left."""

    cell: Released
    low: int
    high: float


def found_out(cells: Sequence[Released], threshold: int, rounding: int) -> Iterator[Told]:
    """Every hidden cell whose bounds do not cover the profile's whole range."""
    attack = _Attack(cells, threshold, rounding)
    for cell in cells:
        if cell.told != HIDDEN:
            continue
        low, high = attack.bounds(cell)
        if not _covers(cell, low, high, threshold):
            yield Told(cell, low, high)


def _covers(cell: Released, low: int, high: float, threshold: int) -> bool:
    """A small count: each of 1..t-1. A part of a small group: 0 too. Hidden for another's sake: as many values as these."""
    if cell.why == "secondary":
        return high - low + 1 >= threshold - 1
    return low <= (1 if cell.why == "primary" else 0) and high >= threshold - 1


class _Attack:
    def __init__(self, cells: Sequence[Released], threshold: int, rounding: int) -> None:
        self._place = {
            key: at for at, key in enumerate(sorted({key for cell in cells for key in cell.inner}))
        }
        rows, low, high = [], [], []
        for cell in cells:
            bounds = _behind(cell, threshold, rounding)
            if bounds != (0, np.inf):
                rows.append(self._row(cell))
                low.append(bounds[0])
                high.append(bounds[1])
        self._known = [LinearConstraint(np.array(rows), low, high)] if rows else []

    def bounds(self, cell: Released) -> tuple[int, float]:
        row = self._row(cell)
        low = self._solve(row)
        return int(low), -self._solve(-row)

    def _solve(self, aim: np.ndarray) -> float:
        found = milp(aim, constraints=self._known, bounds=Bounds(0, np.inf), integrality=np.ones(aim.size))
        if found.status in (3, 4) and aim.min() < 0:  # no upper end
            return -np.inf
        assert found.x is not None, found.message
        return float(round(found.fun))

    def _row(self, cell: Released) -> np.ndarray:
        row = np.zeros(len(self._place))
        for key in cell.inner:
            row[self._place[key]] = cell.times.get(key, 1)
        return row


def _behind(cell: Released, threshold: int, rounding: int) -> tuple[float, float]:
    """What is said of a cell, as the lowest and highest count that it can be; the profile is public."""
    if cell.told == HIDDEN:
        return (1, threshold - 1) if cell.why == "primary" else (0, np.inf)
    assert isinstance(cell.told, int)
    if cell.told == 0:
        return 0, 0
    alike = [n for n in range(threshold, cell.told + rounding + 1) if _nearest(n, rounding) == cell.told]
    return min(alike), max(alike)


def _nearest(count: int, rounding: int) -> int:
    """Halves up."""
    below = count // rounding * rounding
    return below + rounding if 2 * (count - below) >= rounding else below


def released_of(
    told: Mapping[tuple[str, ...], int | str],
    why: Mapping[tuple[str, ...], str],
    inner: Mapping[Inner, int],
    whole: str,
) -> list[Released]:
    """The cells of one table; `whole` is the word of a total. A kind of nothing is no cell."""
    cells = []
    for key, value in told.items():
        within = frozenset(
            one for one in inner if all(w in (whole, v) for v, w in zip(one, key, strict=True))
        )
        if within:
            cells.append(
                Released(" / ".join(key), within, value, why.get(key, ""), sum(inner[one] for one in within))
            )
    return cells
