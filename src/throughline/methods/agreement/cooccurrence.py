"""Which codes lie on the same text.

Estimates: for every two codes, how many pairs of passages (one of each) share a unit, and how many units have both. It is
    a description of what was coded, not of how the codes relate.
Formula: with passages [first, last) on the line, a pair is counted where max(first) < min(last). Units: overlapping passages
    of one code are joined first, so that no unit counts twice. On the diagonal: passages of the code, units under it.
Source: none; it is a count.
Assumptions: none. With level `turn` or `sentence`, codes meet where they touch the same turn or sentence.
When not to use it: as a measure of agreement, or across coders where several coded the same source and only one coder's view is
    meant (`within_coder`).
Checked against: every pair of passages, and a count unit by unit (tests/methods/agreement/test_cooccurrence.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from throughline.methods.agreement.codings import Codings, Continuum, Numbers, place
from throughline.methods.agreement.sweep import overlapping
from throughline.vocabulary.errors import Sentence

METHOD = "agreement.cooccurrence/1"

ANYONE = Sentence("Passages of different coders count together.")
SAME_CODER = Sentence("Only passages of the same coder count together; units are added up over coders.")


@dataclass(frozen=True, slots=True, eq=False)
class Cooccurrence:
    """codes x codes, symmetric: `passages` pairs that share a unit, `units` that have both; `n` passages were looked at.

    `outside` passages touched no unit of the continuum and are in neither.
    """

    codes: tuple[str, ...]
    passages: Numbers
    units: Numbers
    n: int
    outside: int
    assumptions: tuple[Sentence, ...]
    method: str = METHOD


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """Of `Cooccurrence` the passages alone, in half the time: codes x codes, symmetric."""

    codes: tuple[str, ...]
    passages: Numbers
    method: str = METHOD


def meetings(continuum: Continuum, codings: Codings) -> Meetings:
    """The `passages` of `cooccurrence`, of different coders together. Raises as it does."""
    placed = place(continuum, codings)
    return Meetings(codings.codes, _pairs(placed.code, placed.first, placed.last, len(codings.codes)))


def cooccurrence(continuum: Continuum, codings: Codings, *, within_coder: bool = False) -> Cooccurrence:
    """All codes of the codings against each other, over the continuum.

    Raises Invalid for a coder who is not named with a source. Time grows with n log n and the overlapping pairs.
    """
    placed = place(continuum, codings)
    line = placed.coder * (continuum.n + 1) if within_coder else np.zeros(len(placed.first), dtype=np.int64)
    first, last = placed.first + line, placed.last + line
    size = len(codings.codes)
    passages = _pairs(placed.code, first, last, size)
    code, first, last = _joined(placed.code, first, last)
    units = np.diag(np.bincount(code, last - first, minlength=size).astype(np.int64))
    for i, j in overlapping(first, last):
        shared = np.minimum(last[i], last[j]) - np.maximum(first[i], first[j])
        units += _both_ways(code[i], code[j], shared, size)
    return Cooccurrence(
        codes=codings.codes,
        passages=passages,
        units=units,
        n=len(placed.first),
        outside=placed.outside,
        assumptions=(SAME_CODER if within_coder else ANYONE,),
    )


def _pairs(code: Numbers, first: Numbers, last: Numbers, size: int) -> Numbers:
    """Pairs of passages that share a unit, by their codes; on the diagonal a code's passages."""
    passages = np.diag(np.bincount(code, minlength=size))
    for i, j in overlapping(first, last):
        passages += _both_ways(code[i], code[j], None, size)
    return passages


def _joined(code: Numbers, first: Numbers, last: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Passages of one code that overlap or touch, as one."""
    if not len(code):
        return code, first, last
    stride = int(last.max()) + 1
    order = np.argsort(code * stride + first)
    begin, close = (code * stride + first)[order], np.maximum.accumulate((code * stride + last)[order])
    starts = np.flatnonzero(np.concatenate(([True], begin[1:] > close[:-1])))
    joined = begin[starts] // stride
    ends = np.append(starts[1:], len(order)) - 1
    return joined, begin[starts] - joined * stride, close[ends] - joined * stride


def _both_ways(one: Numbers, other: Numbers, weights: Numbers | None, size: int) -> Numbers:
    """Weights (None: 1 each) added up by pair of codes, symmetric; a code with itself is left out, the diagonal holds something else."""
    added = np.bincount(one * size + other, weights, minlength=size * size)
    added = added.astype(np.int64, copy=False).reshape(size, size)
    np.fill_diagonal(added, 0)
    return added + added.T
