"""What a reader can work out about a hidden count, in whole numbers.

Estimates: for each hidden cell the whole numbers that it can still be, given everything released.
Formula: unknown counts x are whole numbers with low <= x <= high, cell by cell, and x_total = sum of x_parts for each
    sum. A value v is possible for cell i if the system with x_i = v has a whole-number solution. A shown cell has
    low = high (or the span that rounds to it); what is known of a hidden one is said by the caller.
    What single sums rule out, span by span, is ruled out first (`spans`). The rest is solved (`whole_numbers`), aiming at values of
    other cells that are not yet known to be possible: a solution shows every cell's value in it to be possible, so that few systems
    have to be solved. Cells that do not hang together through sums are asked apart. Where the solver comes to no answer nothing is
    known: neither that a value can be (`can_be`) nor that it cannot (`cannot_be`).
Source: Fischetti and Salazar (2001) Management Science 47:1008-1027 (attacker's bounds); Hundepool et al. (2012) ch. 5.
Assumptions: the reader knows these bounds and sums, and nothing else: not what sits in earlier releases (`differencing`
    asks that), nor somebody of the group by name, nor how the cells to hide were chosen.
When not to use it: for quantities that are not whole numbers.
Checked against: brute-force enumeration of small tables (tests/methods/test_disclosure_bounds.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from throughline.methods.spans import narrowed
from throughline.methods.table import Key, Sum
from throughline.methods.whole_numbers import Effort, System
from throughline.vocabulary.errors import Invalid, Sentence

FEW = 20  # values that a cell may have, for others to be aimed at


class Reader:
    """Someone who knows `spans` (lowest and highest of each cell, None without an upper end) and all `sums`.

    `truth` are the counts as they are; they must lie in the spans. Raises Invalid where they do not.
    """

    def __init__(
        self,
        truth: Mapping[Key, int],
        spans: Mapping[Key, tuple[int, int | None]],
        sums: tuple[Sum, ...],
        effort: Effort | None = None,
    ) -> None:
        self._effort = effort or Effort()
        self._keys = list(truth)
        self._place = {key: place for place, key in enumerate(self._keys)}
        self._truth = np.array([truth[key] for key in self._keys], dtype=np.int64)
        self._low = np.zeros(len(self._keys))
        self._high = np.zeros(len(self._keys))
        self._rows = _as_matrix(sums, self._place)
        self._row_of = np.repeat(np.arange(self._rows.shape[0]), np.diff(self._rows.indptr))
        self._possible: list[set[int]] = [{int(count)} for count in self._truth]
        for key in self._keys:
            self._set(key, spans[key])
        self._components: NDArray[np.int32] | None = None
        self._parts: dict[int, _Part] = {}

    def learns_less(self, key: Key, span: tuple[int, int | None]) -> None:
        """Hide a cell further: its span grows. What was possible stays possible."""
        place = self._place[key]
        if span[0] > self._low[place] or (math.inf if span[1] is None else span[1]) < self._high[place]:
            raise Invalid(Sentence("A span can only grow here; begin with a new reader to tell more."))
        self._set(key, span)
        self._components, self._parts = None, {}

    def can_be(self, key: Key, value: int) -> bool:
        """Whether the cell certainly can be `value`, for all that the reader knows."""
        return self._is_possible(key, value) is True

    def cannot_be(self, key: Key, value: int) -> bool:
        """Whether the cell certainly cannot be `value`."""
        return self._is_possible(key, value) is False

    def span(self, key: Key) -> tuple[int, int | None]:
        """The lowest and highest that the cell can be; None where it has no upper end."""
        place = self._place[key]
        low, high = self._furthest(place, 1.0), self._furthest(place, -1.0)
        if low is None:
            raise Invalid(Sentence("The lowest value of a cell could not be found."))
        return low, high

    def _is_possible(self, key: Key, value: int) -> bool | None:
        """None where it is not known."""
        place = self._place[key]
        if value in self._possible[place]:
            return True
        part = self._part_of(place)
        if not part.low[place] <= value <= part.high[place]:
            return False
        low, high = self._low[part.cells].copy(), self._high[part.cells].copy()
        here = int(np.searchsorted(part.cells, place))
        low[here] = high[here] = value
        solution, is_impossible = part.system.solved(low, high, self._aim(part.cells), self._effort)
        if solution is None:
            return False if is_impossible else None
        self._learn(part, solution)
        return True

    def _furthest(self, place: int, weight: float) -> int | None:
        """The lowest (1) or the highest (-1) that a cell can be; None where nothing is found: there is no upper end."""
        part = self._part_of(place)
        here = int(np.searchsorted(part.cells, place))
        aim = np.zeros(part.cells.size)
        aim[here] = weight
        spans = self._low[part.cells], self._high[part.cells]
        solution, _ = part.system.solved(*spans, aim, self._effort, exactly=True)
        if solution is None:
            return None
        self._learn(part, solution)
        return int(solution[here])

    def _learn(self, part: _Part, solution: NDArray[np.int64]) -> None:
        for cell, value in zip(part.cells.tolist(), solution.tolist(), strict=True):
            self._possible[cell].add(value)

    def _set(self, key: Key, span: tuple[int, int | None]) -> None:
        place = self._place[key]
        low, high = span[0], math.inf if span[1] is None else span[1]
        if not low <= self._truth[place] <= high:
            raise Invalid(Sentence("What the reader is told about %(cell)s is not so.", cell=" / ".join(key)))
        self._low[place], self._high[place] = low, high

    def _part_of(self, place: int) -> _Part:
        """The cells that are not fixed and hang together with one through sums, and the sums in which they stand."""
        if self._components is None:
            free = csr_array(self._rows.multiply(self._low < self._high))
            self._components = connected_components(csr_array(abs(free).T @ abs(free)), directed=False)[1]
        label = int(self._components[place])
        if label not in self._parts:
            cells = np.flatnonzero(self._components == label)
            is_in = (self._components == label) & (self._low < self._high)
            used = np.unique(self._row_of[is_in[self._rows.indices]])
            rows = self._rows[used]
            self._effort.spend(rows.nnz)
            rest = self._truth.astype(np.float64)
            rest[cells] = 0
            low, high = narrowed(rows, self._low, self._high)
            system = System(csr_array(rows[:, cells]), -(rows @ rest), self._truth[cells])
            self._parts[label] = _Part(cells, system, low, high)
        return self._parts[label]

    def _aim(self, chosen: NDArray[np.intp]) -> NDArray[np.float64]:
        """Of each cell with few values towards the side on which one is not yet known to be possible."""
        aim = np.zeros(chosen.size)
        for place, cell in enumerate(chosen.tolist()):
            low, high = self._low[cell], self._high[cell]
            if low < high <= low + FEW:
                aim[place] = (int(high) not in self._possible[cell]) * -1.0 or float(
                    int(low) not in self._possible[cell]
                )
        return aim


@dataclass(frozen=True)
class _Part:
    """Cells that hang together, by their places, as a system; what single sums leave of the spans of all cells."""

    cells: NDArray[np.intp]
    system: System
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def _as_matrix(sums: tuple[Sum, ...], place: Mapping[Key, int]) -> csr_array:
    """One row for each sum: 1 for the total and -1 for each part."""
    entries, at_row, at_column = [], [], []
    for row, sum_ in enumerate(sums):
        for key, sign in ((sum_.total, 1.0), *((part, -1.0) for part in sum_.parts)):
            entries.append(sign)
            at_row.append(row)
            at_column.append(place[key])
    return csr_array((entries, (at_row, at_column)), shape=(len(sums), len(place)))
