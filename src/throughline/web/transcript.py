"""How a turn with its codings is drawn: the text is cut where a coding begins or ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Mark:
    """One coding: a span of the source in code points, its code's name and hue (1 to 8)."""

    start: int
    end: int
    code: str
    hue: int


@dataclass(frozen=True)
class Piece:
    """A stretch of text under the same codings; no marks where it is uncoded."""

    text: str
    marks: tuple[Mark, ...]


def mark_of(coding: Any) -> Mark:
    """A coding as a mark, from a mapping or an object with start, end, code and hue."""
    if isinstance(coding, Mark):
        return coding
    parts = ("start", "end", "code", "hue")
    if isinstance(coding, Mapping):
        start, end, code, hue = (coding[part] for part in parts)
    else:
        start, end, code, hue = (getattr(coding, part) for part in parts)
    return Mark(int(start), int(end), str(code), int(hue))


def marks_within(codings: Sequence[Any], start: int, end: int) -> list[Mark]:
    """The codings that touch [start, end), in order of where they begin; longer ones first."""
    marks = [mark_of(coding) for coding in codings]
    return sorted(
        (mark for mark in marks if mark.start < end and mark.end > start),
        key=lambda mark: (mark.start, -mark.end, mark.code),
    )


def pieces_of(text: str, start: int, codings: Sequence[Any]) -> list[Piece]:
    """Cut a turn's text at every edge of a coding; the pieces joined are the text again."""
    end = start + len(text)
    marks = marks_within(codings, start, end)
    edges = {start, end}
    for mark in marks:
        edges |= {max(mark.start, start), min(mark.end, end)}
    cuts = sorted(edges)
    return [
        Piece(
            text[left - start : right - start],
            tuple(mark for mark in marks if mark.start <= left and mark.end >= right),
        )
        for left, right in pairwise(cuts)
    ]
