"""Pairs of codes that agree exactly or in all but one element, found by joins.

Estimates: nothing; it lists pairs for `linkage`, and says how many agree by chance.
Formula: each element is hashed with its place (the finaliser of splitmix64), a code's hash is the sum of these and its site's,
    modulo 2^64: without an element it is that sum less that element's. Equal sums are looked up in sorted ones; the pairs
    found are then compared element by element, so that two codes that share a hash by chance are no pair.
Source: Steele, Lea and Flood (2014) OOPSLA (splitmix64); joins on all but one element as in Schnell et al. (2010).
Assumptions: none; what is listed is exact.
When not to use it: for codes so coarse that pairs by the million agree (refused).
Checked against: every pair compared in plain Python (tests/methods/test_linkage.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.vocabulary.errors import Sentence, Unready

MOST_PAIRS = 20_000_000
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Rows of the first and of the second wave, sorted; each pair once."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    is_exact: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.first[chosen], self.second[chosen], self.is_exact[chosen])


def agreeing(
    elements: NDArray[np.int64],
    site: NDArray[np.int64],
    others: NDArray[np.int64],
    their_site: NDArray[np.int64],
) -> Pairs:
    """Pairs of one site that agree exactly or in all but one element. Raises Unready for more than can be listed."""
    mine, theirs = _Keys(elements, site), _Keys(others, their_site)
    parts = []
    listed = 0
    for place in (None, *range(elements.shape[1])):
        one, other = _joined(mine.sorted(place), theirs.sorted(place), MOST_PAIRS - listed)
        listed += one.size
        if (
            place is not None
        ):  # where the element left out agrees, too, the pair is exact and was found before
            left_out = mine.columns[place][one]
            differs = (left_out != theirs.columns[place][other]) | (left_out == 0)
            one, other = one[differs], other[differs]
        parts.append((one, other, np.full(one.size, -1 if place is None else place)))
    first, second, left = (np.concatenate(column) for column in zip(*parts, strict=True))
    is_pair = np.ones(first.size, dtype=bool)
    for place, (column, their_column) in enumerate(zip(mine.columns, theirs.columns, strict=True)):
        is_pair &= (column[first] == their_column[second]) | (left == place)
    order = np.lexsort((second[is_pair], first[is_pair]))
    return Pairs(first[is_pair][order], second[is_pair][order], left[is_pair][order] == -1)


class _Keys:
    """The codes of a wave as keys to join on: whole, or without the element at a place."""

    def __init__(self, elements: NDArray[np.int64], site: NDArray[np.int64]) -> None:
        self.columns = [np.ascontiguousarray(column) for column in elements.T]
        self._hashed = [_hashed(column, place) for place, column in enumerate([*self.columns, site])]
        self._sum = np.zeros(site.size, dtype=np.uint64)
        for hashed in self._hashed:
            self._sum += hashed
        self._missing = np.zeros(site.size, dtype=np.int64)
        for column in self.columns:
            self._missing += column == 0

    def sorted(self, place: int | None) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """The keys of those who have every element that is joined on, sorted, and their rows."""
        missing = self._missing if place is None else self._missing - (self.columns[place] == 0)
        rows = np.flatnonzero(missing == 0)
        keys = self._sum[rows] if place is None else self._sum[rows] - self._hashed[place][rows]
        order = np.argsort(keys)
        return keys[order], rows[order]


def frequency_agreement(mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> tuple[float, float]:
    """The chance that two codes drawn from how often each value is given agree exactly, and that they do in all but one element."""
    agree = np.array([_alike(mine[:, place], theirs[:, place]) for place in range(mine.shape[1])])
    nearly = sum((1 - agree[place]) * np.prod(np.delete(agree, place)) for place in range(agree.size))
    return float(np.prod(agree)), float(nearly)


def _alike(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """The share of pairs that have the same value; 0 is none."""
    values, codes = np.unique(np.concatenate([one, other]), return_inverse=True)
    shares = [
        np.bincount(part, minlength=values.size) / part.size
        for part in (codes[: one.size], codes[one.size :])
    ]
    return float(np.sum((shares[0] * shares[1])[values != 0]))


def _hashed(column: NDArray[np.int64], place: int) -> NDArray[np.uint64]:
    """Each value's hash, which differs from place to place."""
    return _mixed(column.astype(np.uint64) + _mixed(np.array([place + 1], dtype=np.uint64) * _ODD))


def _mixed(numbers: NDArray[Any]) -> NDArray[np.uint64]:
    mixed: NDArray[np.uint64] = numbers.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    last: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return last


def _joined(
    mine: tuple[NDArray[np.uint64], NDArray[np.int64]],
    theirs: tuple[NDArray[np.uint64], NDArray[np.int64]],
    most: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair of rows with the same key."""
    (keys, rows), (held, their_rows) = mine, theirs
    start = np.searchsorted(held, keys, "left")
    found = np.flatnonzero(start < held.size)
    found = found[held[start[found]] == keys[found]]
    start, rows = start[found], rows[found]
    many = np.searchsorted(held, keys[found], "right") - start
    total = int(many.sum())
    if total > most:
        raise Unready(
            Sentence("Codes are too coarse to be linked: more pairs agree than anybody could look at. Ask for more elements.")
        )  # fmt: skip
    within = np.arange(total) - np.repeat(np.cumsum(many) - many, many)
    return np.repeat(rows, many), their_rows[np.repeat(start, many) + within]
