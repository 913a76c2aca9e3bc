"""Whole numbers that add up as they must, each within its span: one solution, or the proof that there is none.

Estimates: nothing; it solves what `disclosure_bounds` asks.
Formula: rows @ x = known, low <= x <= high, x whole. Fractions first, towards what is aimed at: most corners of such a system are
    whole numbers, and where fractions have no solution whole numbers have none. Where the corner is not whole, the solution nearest
    (in the sum of absolute differences) to the corner rounded, then nearest to one that is known: what is nearest to whole numbers is
    nearly always whole, since it exchanges a few cells against each other. Only what is left is branched and bounded (HiGHS through
    scipy.optimize.milp), up to a number of nodes.
Source: Diaconis and Sturmfels (1998) Annals of Statistics 26:363-397 (tables with the same sums differ by small exchanges); Fischetti and
    Salazar (2001) Management Science 47:1008-1027.
Assumptions: none. What is found is checked in whole numbers; what is not found is known not to be, or not known.
When not to use it: for the lowest and highest of a sum of cells, unless it is aimed at in whole numbers (`exactly`).
Checked against: enumeration (tests/methods/test_disclosure_bounds.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from throughline.vocabulary.errors import Sentence, Unready

NODES = 500  # of branch and bound, for one question
LONGEST = 120.0  # seconds: no question so long has been seen; it is there so that none is endless
IMPOSSIBLE, STOPPED = 2, 1  # the solver's words
WHOLE_COSTS = 20  # as much as so many questions in fractions
Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class TooMuch(Unready):
    """What was asked for takes more work than is given to it."""


@dataclass
class Effort:
    """Work that may still be done, in entries of the systems solved; the same for the same table, however busy the machine.

    A million are between two and five seconds of one core. Raises TooMuch where it is used up.
    """

    left: int = 10_000_000

    def spend(self, entries: int) -> None:
        self.left -= entries
        if self.left < 0:
            raise too_much()


def too_much() -> TooMuch:
    """Told as what to do."""
    return TooMuch(
        Sentence(
            "This table has too many small counts, beside what left before, to prove that none can be worked out. Ask for a coarser "
            "one: fewer columns, merged values, or without its totals."
        )
    )


@dataclass(frozen=True)
class System:
    """Cells that hang together: `rows` @ x = `known` (n sums x n cells); `truth` is one solution."""

    rows: csr_array
    known: Floats
    truth: Whole

    def solved(
        self, low: Floats, high: Floats, aim: Floats, effort: Effort, *, exactly: bool = False
    ) -> tuple[Whole | None, bool]:
        """A solution towards the least of `aim`, and whether there is certainly none. `exactly`: the least itself."""
        if not exactly:
            found = self._solve(aim, low, high, effort)
            if found.x is None:
                return None, bool(found.status == IMPOSSIBLE)
            corner = np.rint(found.x)
            for centre in (corner, self.truth.astype(np.float64)):
                if (solution := self._checked(centre, low, high)) is not None:
                    return solution, False
                near = self._nearest(np.clip(centre, low, high), low, high, effort)
                if near is not None and (solution := self._checked(near, low, high)) is not None:
                    return solution, False
            aim = np.zeros(aim.size)
        found = self._solve(aim, low, high, effort, whole=True)
        if found.x is None:
            return None, bool(found.status == IMPOSSIBLE)
        return self._checked(found.x, low, high), False

    def _nearest(self, centre: Floats, low: Floats, high: Floats, effort: Effort) -> Floats | None:
        """The solution in fractions that differs least from `centre`, which lies within the spans."""
        rest = System(csr_array(hstack([self.rows, -self.rows])), self.known - self.rows @ centre, self.truth)
        room = np.concatenate([high - centre, centre - low])
        found = rest._solve(np.ones(room.size), np.zeros(room.size), room, effort)
        if found.x is None:
            return None
        nearest: Floats = centre + found.x[: centre.size] - found.x[centre.size :]
        return nearest

    def _solve(self, aim: Floats, low: Floats, high: Floats, effort: Effort, *, whole: bool = False) -> Any:
        from scipy.optimize import Bounds, LinearConstraint, milp  # half a second that no page need wait for

        effort.spend((self.rows.nnz + aim.size) * (WHOLE_COSTS if whole else 1))
        found = milp(
            aim,
            constraints=[LinearConstraint(self.rows, self.known, self.known)] if self.known.size else [],
            bounds=Bounds(low, high),
            integrality=np.full(aim.size, int(whole)),
            options={"node_limit": NODES, "time_limit": LONGEST} if whole else {"time_limit": LONGEST},
        )
        if found.status == STOPPED and (found.mip_node_count or 0) < NODES:
            raise too_much()
        return found

    def _checked(self, found: Floats, low: Floats, high: Floats) -> Whole | None:
        """In whole numbers, since the solver works in floating point with a tolerance."""
        numbers: Whole = np.rint(found).astype(np.int64)
        adds_up = np.array_equal(self.rows.astype(np.int64) @ numbers, self.known.astype(np.int64))
        return numbers if adds_up and bool(np.all(numbers >= low) and np.all(numbers <= high)) else None
