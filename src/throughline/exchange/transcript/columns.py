"""Transcripts written as a table: when, who and what in columns whose first row says which is which.

As NVivo exports them (Timespan | Content | Speaker), and as people draw them (Line | Speaker | Text | Notes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from throughline.exchange.transcript.lines import Line, Row
from throughline.exchange.transcript.putting_right import MOST_LABEL
from throughline.exchange.transcript.stamps import Stamp, stamp_at

_TIMES = "time|times|timespan|timestamp|timecode|time code|start|start time|begin|zeit|zeitmarke|temps|horodatage|tiempo|hora|tempo"
_ENDS = "end|end time|stop|ende|fin|fine"
_SPEAKERS = (
    "speaker|speakers|speaker name|name|who|participant|sprecher|sprecherin|sprecher/in|locuteur|locutrice|intervenant"
    "|hablante|persona|person|parlante|falante|rolle|role"
)
_CONTENTS = (
    "content|contents|text|transcript|transcription|utterance|speech|dialogue|what was said|words|inhalt|wortlaut|äußerung"
    "|transkript|texte|contenu|texto|contenido|testo|contenuto|conteúdo"
)
_MOST_HEADER = 300


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a transcript stand, from 0; `rest` are the headers of those that hold something else."""

    content: int
    speaker: int | None
    time: int | None
    end: int | None
    rest: tuple[str, ...]
    count: int

    @property
    def order(self) -> tuple[int, ...]:
        """The columns that make a transcript, what was said last."""
        return tuple(at for at in (self.time, self.end, self.speaker, self.content) if at is not None)


def columns_of(cells: Sequence[str]) -> Columns | None:
    """The columns that a row of headers names; None unless one is what was said and another who or when."""
    heads = [" ".join(cell.split()).casefold().strip(":*_") for cell in cells]
    content, speaker = _one(heads, _CONTENTS), _one(heads, _SPEAKERS)
    time, end = _one(heads, _TIMES), _one(heads, _ENDS)
    if content is None or (speaker is None and time is None):
        return None
    used = {content, speaker, time, end}
    rest = tuple(cell.strip() for at, cell in enumerate(cells) if at not in used and cell.strip())
    return Columns(content, speaker, time, end, rest, len(cells))


def _one(heads: Sequence[str], words: str) -> int | None:
    known = words.split("|")
    return next((at for at, head in enumerate(heads) if head in known), None)


def said_in(columns: Columns, cells: Sequence[str]) -> Row:
    """Who speaks in a row, and when; its words stand elsewhere."""
    speaker = " ".join(cells[columns.speaker].split()).rstrip(":") if columns.speaker is not None else ""
    begins = _time(cells, columns.time)
    ends = _time(cells, columns.end)
    return Row(
        speaker if 0 < len(speaker) <= MOST_LABEL else None,
        begins.start_ms if begins else None,
        ends.start_ms if ends else begins.end_ms if begins else None,
    )


def _time(cells: Sequence[str], at: int | None) -> Stamp | None:
    return stamp_at(cells[at].strip(), 0) if at is not None else None


def with_rows(text: str, lines: Sequence[Line]) -> list[Line]:
    """Lines of plain text; where the first says that they are a table's rows with a speaker each, only what was said there."""
    first = next((at for at, line in enumerate(lines[:20]) if "\t" in text[line.start : line.end]), None)
    if first is None or lines[first].end - lines[first].start > _MOST_HEADER:
        return list(lines)
    columns = columns_of(_cells(text, lines[first]))
    if columns is None or columns.speaker is None:
        return list(lines)
    found = [*lines[:first]]
    for line in lines[first + 1 :]:
        cells = _cells(text, line)
        cells += [""] * (columns.count - len(cells))
        if len(cells) != columns.count or not any(cell.strip() for cell in cells[1:]):
            found.append(line)
            continue
        start = _begin(text, line) + sum(len(cell) + 1 for cell in cells[: columns.content])
        words = cells[columns.content]
        bare = words.strip()
        if bare:
            start += words.index(bare)
            row = said_in(columns, cells)
            found.append(replace(line, start=start, end=start + len(bare), bold_end=start, row=row))
    return found


def _begin(text: str, line: Line) -> int:
    """Where a line begins with the tabs before it, which are empty cells."""
    return text.rfind("\n", 0, line.start) + 1


def _cells(text: str, line: Line) -> list[str]:
    return text[_begin(text, line) : line.end].split("\t")
