"""Where a selection lies: what a program's offsets count, found out from the file, turned into code points of the text.

REFI-QDA says Unicode code points; programs write UTF-16 units (NVivo for Windows, Qt), UTF-8 bytes (Taguette) and code
points, and count a carriage return with its line feed as two or as one. Each way of counting is tried on every
selection: quoted words decide where the file quotes, otherwise ends that fall on the edges of words and selections that
lie inside the text; the way that the program is known for holds unless another is clearly better. The text itself is
never changed: its line ends become line feeds, and the offsets follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

import numpy as np
from numpy.typing import NDArray

from throughline.exchange.transcript.encoding import scrub

# A rival must be better by more than one selection's two ends, for one selection may begin inside a word by intent.
_MARGIN = 3


class OffsetMode(StrEnum):
    """What is counted, and whether CR LF counts as two or as one."""

    CODE_POINTS = "code points"
    CODE_POINTS_LF = "code points, CR LF as one"
    UTF16 = "UTF-16 units"
    UTF16_LF = "UTF-16 units, CR LF as one"
    UTF8 = "UTF-8 bytes"
    UTF8_LF = "UTF-8 bytes, CR LF as one"

    @property
    def is_crlf_one(self) -> bool:
        """Whether a carriage return and its line feed count as one."""
        return self in (OffsetMode.CODE_POINTS_LF, OffsetMode.UTF16_LF, OffsetMode.UTF8_LF)


class Misplaced(Enum):
    """Why offsets are no place in a text."""

    BACKWARDS = "it ends before it begins"
    OUTSIDE = "it lies past the end of the text"
    SPLIT = "it begins or ends inside a character"
    OTHER_WORDS = "the words at its place are not those that the file quotes"


# A shorter name may begin a stretch by chance.
_MIN_NAME = 4
_OUTSIDE = -1
_SPLIT = -2


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch as a file gives it; `quote` are the words that the file says lie there, where it says so."""

    start: int
    end: int
    quote: str = ""


@dataclass(frozen=True, slots=True)
class OffsetsUsed:
    """The way of counting that was used and what spoke for it.

    `quoted` of the selections come with words; `quoted_equal` of these lie on exactly those words. `on_edges` counts ends of
    selections on the edges of words, of `ends` in all. `exceptions` lie on their quoted words only if counted another
    way. `is_decided` is False where every way gives the same places.
    """

    mode: OffsetMode
    selections: int
    quoted: int
    quoted_equal: int
    on_edges: int
    ends: int
    is_decided: bool
    exceptions: int = 0


class Ruler:
    """A text as the file holds it, and the way from its offsets to code points of the text with line feeds only."""

    def __init__(self, raw: str) -> None:
        self.text = scrub(raw)[0]
        self._raw = raw
        self._units: dict[OffsetMode, NDArray[np.int64] | None] = {}
        self._is_plain = raw.isascii() and "\r\n" not in raw

    @property
    def is_plain(self) -> bool:
        """Whether every way of counting gives the same places."""
        return self._is_plain

    def places(self, marks: Sequence[Mark], mode: OffsetMode) -> list[tuple[int, int] | Misplaced]:
        """For each mark its start and end in code points of `text`, or why there is no such place."""
        starts = self._indices([mark.start for mark in marks], mode)
        ends = self._indices([mark.end for mark in marks], mode)
        return [
            _place(start, end, is_backwards=mark.end < mark.start)
            for mark, start, end in zip(marks, starts, ends, strict=True)
        ]

    def forget(self) -> None:
        """Give back the memory of the tables of offsets."""
        self._units.clear()

    def _indices(self, offsets: Sequence[int], mode: OffsetMode) -> list[int]:
        """Code points of `text`; _OUTSIDE and _SPLIT for what is no place in it."""
        units = self._table(mode)
        last = len(self.text) if units is None else int(units[-1])
        bounded = [offset if 0 <= offset <= last else _OUTSIDE for offset in offsets]
        if units is None:
            return bounded
        asked = np.array(bounded, dtype=np.int64)
        found = np.searchsorted(units, asked)
        inexact = np.flatnonzero((units[found] != asked) & (asked >= 0))
        found[asked < 0] = _OUTSIDE
        for at in inexact:
            # Between CR and LF is the line's end; anything else between two places is the inside of a character.
            index = int(found[at]) - 1
            found[at] = index if self.text[index] == "\n" else _SPLIT
        return [int(index) for index in found]

    def _table(self, mode: OffsetMode) -> NDArray[np.int64] | None:
        """The offset of every code point of `text` and of its end; None where offsets are code points of it."""
        if self._is_plain:
            return None
        if mode not in self._units:
            self._units[mode] = _units(self._raw, mode)
        return self._units[mode]


def _place(start: int, end: int, *, is_backwards: bool) -> tuple[int, int] | Misplaced:
    if is_backwards:
        return Misplaced.BACKWARDS
    if _OUTSIDE in (start, end):
        return Misplaced.OUTSIDE
    if _SPLIT in (start, end):
        return Misplaced.SPLIT
    return start, end


def _units(raw: str, mode: OffsetMode) -> NDArray[np.int64]:
    points = np.frombuffer(raw.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths = np.ones(len(points), dtype=np.int64)
    if mode in (OffsetMode.UTF16, OffsetMode.UTF16_LF):
        widths += points > 0xFFFF
    elif mode in (OffsetMode.UTF8, OffsetMode.UTF8_LF):
        widths += (points > 0x7F).astype(np.int64) + (points > 0x7FF) + (points > 0xFFFF)
    returns = np.flatnonzero((points[:-1] == 13) & (points[1:] == 10))
    if not mode.is_crlf_one:
        widths[returns + 1] = 2
    return np.concatenate([[0], np.cumsum(np.delete(widths, returns))])


@dataclass(slots=True)
class _Score:
    inside: int = 0
    quoted: int = 0
    equal: int = 0
    edges: int = 0
    ends: int = 0

    def add(self, text: str, mark: Mark, place: tuple[int, int] | Misplaced, *, is_quote_whole: bool) -> None:
        self.quoted += bool(mark.quote)
        if isinstance(place, Misplaced):
            return
        start, end = place
        self.inside += 1
        self.equal += is_quoted(text, start, end, mark.quote, is_whole=is_quote_whole)
        if start < end:
            self.ends += 2
            self.edges += _begins_word(text, start) + _ends_word(text, end)


def detect(
    texts: Sequence[tuple[Ruler, Sequence[Mark]]],
    modes: Sequence[OffsetMode],
    *,
    is_quote_whole: bool,
) -> OffsetsUsed | None:
    """The way of counting of a whole file; None without selections.

    `modes`: those that the program may use, the one it is known for first. `is_quote_whole`: quotes are the whole words of a
    selection; otherwise they are names, which may be its first words and may be something else.
    """
    if not any(marks for _, marks in texts):
        return None
    scores: dict[OffsetMode, _Score] = {}
    is_decided = any(not ruler.is_plain and marks for ruler, marks in texts)
    for mode in modes if is_decided else modes[:1]:
        scores[mode] = score = _Score()
        for ruler, marks in texts:
            for mark, place in zip(marks, ruler.places(marks, mode), strict=True):
                score.add(ruler.text, mark, place, is_quote_whole=is_quote_whole)
            ruler.forget()
    best = modes[0]
    for mode, score in scores.items():
        if _is_better(score, scores[best]):
            best = mode
    chosen = scores[best]
    is_decided = any(score != chosen for score in scores.values())
    total = sum(len(marks) for _, marks in texts)
    return OffsetsUsed(
        best, total, chosen.quoted, chosen.equal, chosen.edges, chosen.ends, is_decided=is_decided
    )


def _is_better(rival: _Score, held: _Score) -> bool:
    """Whether a rival speaks louder than chance: a few odd selections never turn a whole file."""
    if rival.equal != held.equal:
        return rival.equal > held.equal
    gain = rival.edges - held.edges
    if gain >= _MARGIN and 3 * rival.edges >= 2 * rival.ends:
        return True
    return rival.inside >= held.inside + 2 and gain >= 0


def is_quoted(text: str, start: int, end: int, quote: str, *, is_whole: bool) -> bool:
    """Whether a stretch holds the quoted words, white space counting alike; `is_whole` False: begins with them."""
    if not quote:
        return False
    wanted = " ".join(quote.split())
    there = " ".join(text[start:end].split())
    if is_whole:
        return there == wanted
    return len(wanted) >= _MIN_NAME and there.startswith(
        wanted.removesuffix("…").removesuffix("...").rstrip()
    )


def _begins_word(text: str, start: int) -> bool:
    if text[start].isspace():
        return False
    return start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())


def _ends_word(text: str, end: int) -> bool:
    if text[end - 1].isspace():
        return False
    return end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum())
