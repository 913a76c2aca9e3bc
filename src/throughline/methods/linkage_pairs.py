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
    k = elements.shape[1]
    mine, theirs = _hashed(elements, site), _hashed(others, their_site)
    missing, they_miss = np.sum(elements == 0, axis=1), np.sum(others == 0, axis=1)
    parts = []
    listed = 0
    for place in (None, *range(k)):
        one, other = _joined(
            _keyed(mine, place), _whole(elements, missing, place),
            _keyed(theirs, place), _whole(others, they_miss, place), MOST_PAIRS - listed,
        )  # fmt: skip
        listed += one.size
        same = (elements[one] == others[other]) & (elements[one] != 0)
        keep = same.sum(axis=1) == (k if place is None else k - 1)
        if place is not None:
            keep &= ~same[:, place]
        parts.append((one[keep], other[keep], np.full(int(keep.sum()), place is None)))
    first, second, is_exact = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((second, first))
    return Pairs(first[order], second[order], is_exact[order])


def frequency_agreement(mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> float:
    """The chance that two codes drawn from how often each value is given agree exactly or in all but one element."""
    agree = np.array([_alike(mine[:, place], theirs[:, place]) for place in range(mine.shape[1])])
    chance = float(np.prod(agree))
    for place in range(agree.size):
        chance += float((1 - agree[place]) * np.prod(np.delete(agree, place)))
    return chance


def _alike(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """The share of pairs that have the same value; 0 is none."""
    values, codes = np.unique(np.concatenate([one, other]), return_inverse=True)
    shares = [
        np.bincount(part, minlength=values.size) / part.size
        for part in (codes[: one.size], codes[one.size :])
    ]
    return float(np.sum((shares[0] * shares[1])[values != 0]))


def _hashed(elements: NDArray[np.int64], site: NDArray[np.int64]) -> NDArray[np.uint64]:
    """n x (k + 1): the hash of each element with its place, and last that of the site."""
    columns = np.column_stack([elements, site]).astype(np.uint64)
    return _mixed(columns + _mixed(np.arange(1, columns.shape[1] + 1, dtype=np.uint64) * _ODD))


def _mixed(numbers: NDArray[Any]) -> NDArray[np.uint64]:
    mixed: NDArray[np.uint64] = numbers.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    last: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return last


def _keyed(hashed: NDArray[np.uint64], place: int | None) -> NDArray[np.uint64]:
    whole: NDArray[np.uint64] = hashed.sum(axis=1, dtype=np.uint64)
    return whole if place is None else whole - hashed[:, place]


def _whole(elements: NDArray[np.int64], missing: NDArray[np.int64], place: int | None) -> NDArray[np.int64]:
    """Rows with every element that is joined on."""
    return np.flatnonzero(missing == 0 if place is None else missing - (elements[:, place] == 0) == 0)


def _joined(
    mine: NDArray[np.uint64],
    rows: NDArray[np.int64],
    theirs: NDArray[np.uint64],
    their_rows: NDArray[np.int64],
    most: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair of rows with the same key."""
    rows, their_rows = rows[np.argsort(mine[rows])], their_rows[np.argsort(theirs[their_rows])]
    keys, held = mine[rows], theirs[their_rows]
    start, stop = np.searchsorted(held, keys, "left"), np.searchsorted(held, keys, "right")
    many = stop - start
    total = int(many.sum())
    if total > most:
        raise Unready(
            Sentence("Codes are too coarse to be linked: more pairs agree than anybody could look at. Ask for more elements.")
        )  # fmt: skip
    within = np.arange(total) - np.repeat(np.cumsum(many) - many, many)
    return np.repeat(rows, many), their_rows[np.repeat(start, many) + within]
