"""What a reader can work out about a hidden count, in whole numbers.

Estimates: for each hidden cell the whole numbers that it can still be, given everything released.
Formula: unknown counts x are whole numbers with low <= x <= high, cell by cell, and x_total = sum of x_parts for each
    sum. A value v is possible for cell i if the system with x_i = v has a whole-number solution. A shown cell has
    low = high (or the span that rounds to it); what is known of a hidden one is said by the caller.
    What single sums rule out, span by span, is ruled out first (`spans`). The rest is solved, first in fractions, aiming at values of other cells that are not yet known to be possible: most corners of such a
    system are whole numbers; else by branch and bound (HiGHS through scipy.optimize.milp). A solution found is checked in whole
    numbers, and it shows every other cell's value in it to be possible too, so that few systems have to be solved. Where the
    solver comes to no answer the value counts as not possible: the side that hides more.
Source: Fischetti and Salazar (2001) Management Science 47:1008-1027 (attacker's bounds); Hundepool et al. (2012) ch. 5.
Assumptions: the reader knows these bounds and sums, and nothing else: not what sits in earlier releases (`differencing`
    asks that), nor somebody of the group by name, nor how the cells to hide were chosen.
When not to use it: for quantities that are not whole numbers.
Checked against: brute-force enumeration of small tables (tests/methods/test_disclosure_bounds.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from throughline.methods.spans import narrowed
from throughline.methods.table import Key, Sum
from throughline.vocabulary.errors import Invalid, Sentence

FEW = 20  # values that a cell may have, for others to be aimed at
IMPOSSIBLE = 2  # the solver's word for a system that has no solution


class Reader:
    """Someone who knows `spans` (lowest and highest of each cell, None without an upper end) and all `sums`.

    `truth` are the counts as they are; they must lie in the spans. Raises Invalid where they do not.
    """

    def __init__(
        self, truth: Mapping[Key, int], spans: Mapping[Key, tuple[int, int | None]], sums: tuple[Sum, ...]
    ) -> None:
        self._keys = list(truth)
        self._place = {key: place for place, key in enumerate(self._keys)}
        self._truth = np.array([truth[key] for key in self._keys], dtype=np.int64)
        self._low = np.zeros(len(self._keys))
        self._high = np.zeros(len(self._keys))
        self._rows = _as_matrix(sums, self._place)
        self._possible: list[set[int]] = [{int(count)} for count in self._truth]
        for key in self._keys:
            self._set(key, spans[key])
        self._components = self._find_components()
        self._narrowed: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None

    def learns_less(self, key: Key, span: tuple[int, int | None]) -> None:
        """Hide a cell further: its span grows. What was possible stays possible."""
        place = self._place[key]
        if span[0] > self._low[place] or (math.inf if span[1] is None else span[1]) < self._high[place]:
            raise Invalid(Sentence("A span can only grow here; begin with a new reader to tell more."))
        self._set(key, span)
        self._components = self._find_components()
        self._narrowed = None

    def can_be(self, key: Key, value: int) -> bool:
        """Whether the cell can be `value`, for all that the reader knows."""
        place = self._place[key]
        if value in self._possible[place]:
            return True
        if self._narrowed is None:
            self._narrowed = narrowed(self._rows, self._low, self._high)
        low, high = self._narrowed
        if not low[place] <= value <= high[place]:
            return False
        return self._solve(place, fixed=value) is not None

    def span(self, key: Key) -> tuple[int, int | None]:
        """The lowest and highest that the cell can be; None where it has no upper end."""
        place = self._place[key]
        low, high = self._solve(place, weight=1.0), self._solve(place, weight=-1.0)
        if low is None:
            raise Invalid(Sentence("The lowest value of a cell could not be found."))
        return low, high

    def _set(self, key: Key, span: tuple[int, int | None]) -> None:
        place = self._place[key]
        low, high = span[0], math.inf if span[1] is None else span[1]
        if not low <= self._truth[place] <= high:
            raise Invalid(Sentence("What the reader is told about %(cell)s is not so.", cell=" / ".join(key)))
        self._low[place], self._high[place] = low, high

    def _find_components(self) -> NDArray[np.int32]:
        """A number for each cell: cells that are not fixed and hang together through sums share it."""
        free = csr_array(self._rows.multiply(self._low < self._high))
        links = csr_array(abs(free).T @ abs(free))
        labels: NDArray[np.int32] = connected_components(links, directed=False)[1]
        return labels

    def _solve(self, place: int, *, fixed: int | None = None, weight: float = 0.0) -> int | None:
        """Solve for the cells that hang together with `place`; returns its value, or None without a solution.

        For `weight` -1 (highest), None says that there is no upper end.
        """
        chosen = np.flatnonzero(self._components == self._components[place])
        rows = self._rows[:, chosen]
        used = np.flatnonzero(np.diff(rows.indptr))
        from scipy.optimize import Bounds, LinearConstraint, milp  # half a second that no page need wait for

        rest = self._truth.astype(np.float64)
        rest[chosen] = 0
        known = -(self._rows[used] @ rest)
        low, high = self._low[chosen].copy(), self._high[chosen].copy()
        here = int(np.searchsorted(chosen, place))
        if fixed is not None:
            low[here] = high[here] = fixed
        constraints = [LinearConstraint(rows[used], known, known)] if used.size else []

        def solved(aim: NDArray[np.float64], whole: int) -> tuple[NDArray[np.int64] | None, bool]:
            """A solution in whole numbers, and whether there is certainly none."""
            found = milp(
                aim,
                constraints=constraints,
                bounds=Bounds(low, high),
                integrality=np.full(chosen.size, whole),
            )
            if found.x is None:
                return None, found.status == IMPOSSIBLE
            numbers: NDArray[np.int64] = np.rint(found.x).astype(np.int64)
            return (numbers if self._holds(rows[used], known, numbers, low, high) else None), False

        aim = np.zeros(chosen.size)
        aim[here] = weight
        solution, is_impossible = solved(self._aim(chosen), 0) if fixed is not None else (None, False)
        if solution is None and not is_impossible:
            solution, _ = solved(aim, 1)
        if solution is None:
            return None
        for cell, value in zip(chosen, solution, strict=True):
            self._possible[cell].add(int(value))
        return int(solution[here])

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

    @staticmethod
    def _holds(
        rows: csr_array,
        known: NDArray[np.float64],
        solution: NDArray[np.int64],
        low: NDArray[np.float64],
        high: NDArray[np.float64],
    ) -> bool:
        """Checked in whole numbers, since the solver works in floating point with a tolerance."""
        adds_up = np.array_equal(rows.astype(np.int64) @ solution, known.astype(np.int64))
        return bool(adds_up and np.all(solution >= low) and np.all(solution <= high))


def _as_matrix(sums: tuple[Sum, ...], place: Mapping[Key, int]) -> csr_array:
    """One row for each sum: 1 for the total and -1 for each part."""
    entries, at_row, at_column = [], [], []
    for row, sum_ in enumerate(sums):
        for key, sign in ((sum_.total, 1.0), *((part, -1.0) for part in sum_.parts)):
            entries.append(sign)
            at_row.append(row)
            at_column.append(place[key])
    return csr_array((entries, (at_row, at_column)), shape=(len(sums), len(place)))
