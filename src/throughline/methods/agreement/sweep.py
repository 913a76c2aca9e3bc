"""Who had which code where: one pass over the ends of codings, all codes at once.

Estimates: nothing itself; it cuts the line into pieces on which, for one code, nothing changes.
Formula: ends are sorted by code and place, each +1 or -1 for its coder; running sums say how many of a coder's codings are
    open. A piece lies between two ends with at least one coder's coding open; what no coder coded is never listed, it is
    what remains of the line. O(n log n) in codings for a given number of coders, whatever the length of the text.
Source: the sweep line of Shamos and Hoey (1976), 17th Symposium on Foundations of Computer Science 208-215, in one dimension.
Assumptions: none. Codings of one coder that overlap or touch under one code count once.
When not to use it: where a coder's neighbouring passages must stay two (see `unitizing`).
Checked against: expansion unit by unit (tests/methods/agreement/test_per_code.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.methods.agreement.codings import Continuum, Numbers, Placed

PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Pieces [first, last) of the line under a code; `coded` is pieces x coders, true where the coder has the code."""

    code: Numbers
    source: Numbers
    first: Numbers
    last: Numbers
    coded: NDArray[np.bool_]

    @property
    def units(self) -> Numbers:
        """How long each piece is."""
        return self.last - self.first


def pieces(continuum: Continuum, placed: Placed) -> Pieces:
    """All pieces of all codes, in order of code and place."""
    stride = continuum.n + 1
    key = np.concatenate((placed.code * stride + placed.first, placed.code * stride + placed.last))
    order = np.argsort(key)
    key = key[order]
    change = np.zeros((len(key), len(continuum.coders)), dtype=np.int32)
    step = np.where(order < len(placed.first), 1, -1)
    change[np.arange(len(key)), np.concatenate((placed.coder, placed.coder))[order]] = step
    coded = np.cumsum(change, axis=0)[:-1] > 0
    # Between the last end of one code and the first of the next nothing is open, so no piece spans two codes, or two sources.
    kept = np.flatnonzero((np.diff(key) > 0) & coded.any(axis=1)) if len(key) else np.zeros(0, dtype=np.int64)
    code, first = np.divmod(key[kept], stride)
    last = key[kept + 1] - code * stride if len(kept) else first
    source = np.searchsorted(continuum.line_start, first, side="right") - 1
    return Pieces(code, source, first, last, coded[kept])


def overlapping(
    first: Numbers, last: Numbers, *, at_once: int = PAIRS_AT_ONCE
) -> Iterator[tuple[Numbers, Numbers]]:
    """Every two of the passages [first, last) that share a unit, as positions (i, j), i the one that begins earlier.

    In parts of about `at_once` pairs, so that memory stays flat where everything lies on everything. Time grows with
    n log n and the number of pairs.
    """
    order = np.argsort(first, kind="stable")
    starts = first[order]
    # The passages that begin after this one does and before it ends stand right behind it.
    behind = np.searchsorted(starts, last[order], side="left") - np.arange(1, len(order) + 1)
    before = np.concatenate(([0], np.cumsum(behind)))
    low = 0
    while low < len(order):
        high = max(low + 1, int(np.searchsorted(before, before[low] + at_once, side="right")) - 1)
        i = np.repeat(np.arange(low, high), behind[low:high])
        j = i + 1 + np.arange(len(i)) - (before[i] - before[low])
        if len(i):
            yield order[i], order[j]
        low = high
