"""The lines of a text, and which of them are headings, stage directions or rules rather than speech."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto


class LineKind(Enum):
    """What a line is, as far as its form shows."""

    SPEECH = auto()
    HEADING = auto()
    ASIDE = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """Who speaks in a row of a table whose columns say so (None: nobody is named there), and when in milliseconds."""

    speaker: str | None
    start_ms: int | None
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its surrounding white space. `gap_before`: a blank line or the beginning stands before it.

    `bold_end` is where bold type at the line's beginning ends (equal to `start` without any). `row`: the line is what
    was said in a row of a table.
    """

    start: int
    end: int
    kind: LineKind
    gap_before: bool
    bold_end: int
    row: Row | None = None


_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"([-=_*^~#+.\"'`])\1{2,}|[-_* ]{5,}")
_UNDERLINE = re.compile(r"([-=^~#+*\"'`])\1{2,}")
# "#00:00:12-4#" is a time and no heading.
_HASHES = re.compile(r"#{1,6}(?!\d[\d:.,-]+#)\s*\S")
# Marks of writing direction and blanks without width, which programs put where nobody sees them.
MARKS = "\u200b\u2060\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_BLANKS = "".join(
    map(
        chr,
        (
            *range(9, 14),
            *range(28, 33),
            0x85,
            0xA0,
            0x1680,
            *range(0x2000, 0x200B),
            0x2028,
            0x2029,
            0x202F,
            0x205F,
            0x3000,
        ),
    )
)
# What programs that transcribe write about themselves beside what was said.
_MACHINE = re.compile(
    r"Transcribed by https?://\S+|Transcription ended after [\d:]+|.{1,60} (?:started|stopped) transcription"
    r"|This (?:editable )?transcript was computer[- ]generated .{0,200}",
    re.IGNORECASE,
)
# "0 minutes 3 seconds0:03"
_READ_OUT = re.compile(
    r"(?:\d{1,2} [^\W\d_]{3,8},? )?\d{1,3} [^\W\d_]{3,8},? \d{1,2} [^\W\d_]{3,9}\d{1,3}:\d{2}(?::\d{2})?"
)
# "(A short break)", "[Pause]", "*(10.00 am)*", "_laughter_", "（播放影片）" as a whole line.
_STAGE = re.compile(r"[*_]{0,3}[(\[（【][^()\[\]（）【】]{1,300}[)\]）】][*_]{0,3}[.。]?")
_EMPHASIS = re.compile(r"(?:\*(?![*\s])[^*]{1,300}(?<!\s)\*|_(?![_\s])[^_]{1,300}(?<!\s)_)")


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of `text` that hold more than white space."""
    found: list[Line] = []
    reached = 0
    for match in _LINE.finditer(text):
        line = match.group()
        bare = without_marks(line)
        if not bare:
            continue
        start = match.start() + line.index(bare)
        gap = not found or text.count("\n", reached, match.start()) > 1
        found.append(Line(start, start + len(bare), kind_of(bare), gap, start))
        reached = start + len(bare)
    return tuple(_mark_read_out(text, tuple(_mark_underlined(text, found))))


def without_marks(text: str) -> str:
    """A text without the white space and the marks of writing direction around it."""
    bare = text.strip()
    return bare.strip(_BLANKS + MARKS) if bare and (bare[0] in MARKS or bare[-1] in MARKS) else bare


def kind_of(bare: str) -> LineKind:
    """What a stripped line is by its own form alone."""
    if bare.startswith("#") and _HASHES.match(bare):
        return LineKind.HEADING
    if bare.startswith(">") and not bare.startswith(">>"):
        return LineKind.ASIDE
    if (
        _RULE.fullmatch(bare)
        or _STAGE.fullmatch(bare)
        or _EMPHASIS.fullmatch(bare)
        or _MACHINE.fullmatch(bare)
    ):
        return LineKind.ASIDE
    return LineKind.SPEECH


def _mark_read_out(text: str, found: Sequence[Line]) -> Iterator[Line]:
    """Names and times that a page of a meeting program shows twice, once for reading out, are no speech the first time."""
    for index, line in enumerate(found):
        above, below = (found[at] if 0 <= at < len(found) else line for at in (index - 1, index + 1))
        is_twice = _READ_OUT.fullmatch(text, line.start, line.end) or (
            above is not below
            and _READ_OUT.fullmatch(text, below.start, below.end)
            and index + 2 < len(found)
            and text.startswith(text[line.start : line.end], found[index + 2].start)
        )
        yield replace(line, kind=LineKind.ASIDE) if is_twice else line


def _mark_underlined(text: str, found: Sequence[Line]) -> Iterable[Line]:
    """A line with a rule of about its own length below it is a heading (Markdown, reStructuredText, typed)."""
    for index, line in enumerate(found):
        below = found[index + 1] if index + 1 < len(found) else None
        if (
            below is not None
            and line.kind is LineKind.SPEECH
            and below.kind is LineKind.ASIDE
            and line.end - line.start <= 200
            and _UNDERLINE.fullmatch(text, below.start, below.end)
            and (below.end - below.start) * 10 >= (line.end - line.start) * 8
        ):
            yield replace(line, kind=LineKind.HEADING)
        else:
            yield line
