"""Passages [start, end) of many sources in columns, and what is common, joined or left over.

Estimates: nothing; it is arithmetic of intervals.
Formula: all sources lie on one line, each `room` beyond the end of the one before, so that no two touch; a passage is
    [start, end) on it. Passages joined are the runs of the line under any of them; common is the line under both, left over
    the line under the first alone: one sweep over sorted ends each, O(n log n).
Source: offsets as in REFI-QDA 1.5: Unicode code points from 0, end exclusive.
Assumptions: passages of one source are of one version of its text.
When not to use it: to count: joined passages lose how many they were made of.
Checked against: the same on sets of characters, one by one (tests/methods/passages/test_spans.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.vocabulary.errors import Invalid, Sentence

Numbers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Passages in columns: `source` is a source's number, [start, end) code points of it. In no order, and may overlap."""

    source: Numbers
    start: Numbers
    end: Numbers

    def __post_init__(self) -> None:
        if not len(self.source) == len(self.start) == len(self.end):
            raise Invalid(Sentence("The columns of passages are of different lengths."))
        if np.any(self.start < 0) or np.any(self.end <= self.start):
            raise Invalid(
                Sentence("A passage holds no text: it begins at 0 or later and ends after it begins.")
            )

    def __len__(self) -> int:
        return len(self.source)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int]]) -> Spans:
        """From (source, start, end)."""
        columns = np.array(list(rows), dtype=np.int64).reshape(-1, 3)
        return cls(*(np.ascontiguousarray(column) for column in columns.T))

    def rows(self) -> list[tuple[int, int, int]]:
        return list(zip(self.source.tolist(), self.start.tolist(), self.end.tolist(), strict=True))

    def where(self, kept: Booleans | Numbers) -> Spans:
        """Those that a mask, or positions, choose."""
        return Spans(self.source[kept], self.start[kept], self.end[kept])

    def distinct(self) -> Spans:
        """Each once, in order of source and place."""
        if not len(self):
            return self
        rows = np.unique(np.stack((self.source, self.start, self.end), axis=1), axis=0)
        return Spans(*(np.ascontiguousarray(column) for column in rows.T))


def one_after_another(lists: Sequence[Spans]) -> Spans:
    """Several lists of passages, one after the other."""
    if not lists:
        return Spans.of([])
    return Spans(*(np.concatenate([getattr(one, c) for one in lists]) for c in ("source", "start", "end")))


def both(one: Spans, other: Spans) -> Spans:
    """The line that several lists of passages stand on together."""
    return one_after_another((one, other))


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Where each source begins on a line that holds all passages of some lists, `room` apart."""

    base: Numbers

    @classmethod
    def under(cls, *lists: Spans, room: int = 1) -> Line:
        sources = 1 + max((int(spans.source.max()) for spans in lists if len(spans)), default=-1)
        reach = np.zeros(sources, dtype=np.int64)
        for spans in lists:
            np.maximum.at(reach, spans.source, spans.end)
        return cls(np.concatenate(([0], np.cumsum(reach + room)))[:sources])

    def put(self, spans: Spans) -> tuple[Numbers, Numbers]:
        """[first, last) on the line."""
        base = self.base[spans.source]
        return base + spans.start, base + spans.end

    def back(self, first: Numbers, last: Numbers) -> Spans:
        source = np.searchsorted(self.base, first, side="right") - 1
        return Spans(source, first - self.base[source], last - self.base[source])


def runs(first: Numbers, last: Numbers) -> tuple[Numbers, Numbers]:
    """[first, last) joined where they overlap or touch, in order."""
    if not len(first):
        return first, last
    order = np.argsort(first, kind="stable")
    begin, reach = first[order], np.maximum.accumulate(last[order])
    opens = np.concatenate(([True], begin[1:] > reach[:-1]))
    starts = np.flatnonzero(opens)
    return begin[starts], reach[np.append(starts[1:], len(order)) - 1]


def joined(spans: Spans) -> Spans:
    """The text under any of the passages, in runs, in order of source and place."""
    line = Line.under(spans)
    return line.back(*runs(*line.put(spans)))


def common(one: Spans, other: Spans) -> Spans:
    """The text that lies under both, in runs."""
    return _swept(one, other, lambda a, b: a & b)


def either(one: Spans, other: Spans) -> Spans:
    """The text that lies under one of them or both, in runs."""
    return joined(both(one, other))


def left_over(one: Spans, other: Spans) -> Spans:
    """The text under the first that does not lie under the other, in runs."""
    return _swept(one, other, lambda a, b: a & ~b)


def _swept(one: Spans, other: Spans, wanted: Callable[[Booleans, Booleans], Booleans]) -> Spans:
    line = Line.under(one, other)
    a_first, a_last = runs(*line.put(one))
    b_first, b_last = runs(*line.put(other))
    ends = np.concatenate((a_first, a_last, b_first, b_last))
    if not len(ends):
        return one
    sizes = (len(a_first), len(a_last), len(b_first), len(b_last))
    order = np.argsort(ends, kind="stable")
    ends = ends[order]
    under_a = np.cumsum(np.repeat([1, -1, 0, 0], sizes)[order])[:-1] > 0
    under_b = np.cumsum(np.repeat([0, 0, 1, -1], sizes)[order])[:-1] > 0
    kept = wanted(under_a, under_b) & (np.diff(ends) > 0)
    return line.back(*runs(ends[:-1][kept], ends[1:][kept]))
