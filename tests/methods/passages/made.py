"""Small worlds of passages for Hypothesis, and the same told character by character."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from throughline.methods.passages.spans import Spans

SOURCES, LENGTH = 3, 14
Place = tuple[int, int]  # a source's number and a character of it


@st.composite
def spans(draw: st.DrawFn, most: int = 6) -> Spans:
    rows = []
    for _ in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, LENGTH - 1))
        rows.append((draw(st.integers(0, SOURCES - 1)), start, draw(st.integers(start + 1, LENGTH))))
    return Spans.of(rows)


@st.composite
def turns(draw: st.DrawFn) -> Spans:
    """Apart and in order, with or without gaps."""
    rows = []
    for source in range(SOURCES):
        ends = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=6)))
        rows += [(source, start, end) for start, end in pairwise(ends) if draw(st.booleans())]
    return Spans.of(rows)


def places(of: Spans) -> set[Place]:
    return {(source, at) for source, start, end in of.rows() for at in range(start, end)}


def as_runs(of: set[Place]) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    for source, at in sorted(of):
        if found and found[-1][0] == source and found[-1][2] == at:
            found[-1] = (source, found[-1][1], at + 1)
        else:
            found.append((source, at, at + 1))
    return found
