"""What sums alone rule out, span by span: cheap, and never more than what is so.

Estimates: for each cell the lowest and the highest whole number that every single sum, beside the spans of the others, lets it be.
Formula: in a sum, total - parts = 0. So each member lies between what the least and the most of the others leave it; with narrower
    spans the others narrow too, again and again until nothing changes. Whatever lies outside is not possible; what lies within may be.
Source: bound propagation as in Savelsbergh (1994) ORSA Journal on Computing 6:445-454, on whole numbers.
Assumptions: none. All numbers are whole and far below 2**53, so that floating point is exact.
When not to use it: to show that a value is possible (`disclosure_bounds` solves for that).
Checked against: brute-force enumeration of what `disclosure_bounds` makes of it (tests/methods/test_disclosure_bounds.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

ROUNDS = 20  # stopping earlier rules out less, and never what is possible
Floats = NDArray[np.float64]


def narrowed(rows: csr_array, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """`low` and `high` of each cell as far as sums narrow them; `rows` holds 1 for a total, -1 for each part.

    The counts as they are must lie in the spans that are given, and then lie in those that come back.
    """
    column, sign = rows.indices, rows.data
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    if not (np.abs(sign) == 1).all():
        return low, high  # a sum that names a cell twice: left to who solves
    is_total = sign > 0
    for _ in range(ROUNDS):
        least = np.where(is_total, low[column], -high[column])
        most = np.where(is_total, high[column], -low[column])
        # what the others of the sum come to at least and at most
        others_least = _without_own(least, row, rows.shape[0], -np.inf)
        others_most = _without_own(most, row, rows.shape[0], np.inf)
        lowest = np.where(is_total, -others_most, others_least)
        highest = np.where(is_total, -others_least, others_most)
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, column, lowest)
        np.minimum.at(new_high, column, highest)
        if np.array_equal(new_low, low) and np.array_equal(new_high, high):
            break
        low, high = new_low, new_high
    return low, high


def _without_own(ends: Floats, row: NDArray[np.intp], count: int, open_end: float) -> Floats:
    """For each member of a sum what the ends of the others add up to; `open_end` where one of them has none."""
    is_open = np.isinf(ends)
    finite = np.where(is_open, 0.0, ends)
    total = np.bincount(row, finite, count)[row] - finite
    others_open = np.bincount(row, is_open, count)[row] - is_open
    return np.where(others_open > 0, open_end, total)
