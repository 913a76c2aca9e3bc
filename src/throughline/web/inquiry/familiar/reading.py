"""A source as it is read, without codes: its turns, and the notes beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator

from throughline.records.inquiry.models import Code, Memo, Source, Theme, Turn
from throughline.records.inquiry.queries import text_of, turns_of
from throughline.records.inquiry.queries.familiarisation import memos_about, notes_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import MemoKind
from throughline.web.inquiry.people.names import names_of

TURNS_PER_PAGE = 250


@dataclass(frozen=True)
class Note:
    """A note or memo beside a source. `words`: what it lies beside, where that is a passage; "" else."""

    memo: Memo
    who: str
    is_own: bool
    words: str


@dataclass(frozen=True)
class ReadTurn:
    """A turn with its words, the notes that begin in it, and when it begins in the recording (milliseconds)."""

    number: int
    speaker: str
    text: str
    start: int
    end: int
    start_ms: int | None
    time: str  # of `start_ms`, as h:mm:ss; "" where there is none
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class PlainReading:
    """One page of a source. `notes`: on the whole of it, or whose passage a correction took away."""

    page: Page[Any]
    turns: tuple[ReadTurn, ...]
    notes: tuple[Note, ...]


def plain_reading(actor: Actor, source: Source, at: datetime, *, page: Any, turn: int | None) -> PlainReading:
    """One page of a source in the clear, without codes; opening it is written into the audit."""
    text, rows = text_of(actor, source, at), list(turns_of(actor, source))
    if turn is not None and page is None:
        page = (max(turn, 1) - 1) // TURNS_PER_PAGE + 1
    shown = Paginator(rows, TURNS_PER_PAGE).get_page(page or 1)
    notes = _notes(actor, source, text)
    beside = [one for one in notes if one.memo.start is not None and one.memo.lost_in is None]
    turns: list[ReadTurn] = []
    held: list[Turn] = list(shown.object_list)
    for place, one in enumerate(held):
        # what lies between two turns belongs to the one before it
        reach = held[place + 1].start if place + 1 < len(held) else _end_of_page(rows, held, text)
        begins = 0 if one.number == 1 else one.start
        within = tuple(note for note in beside if begins <= (note.memo.start or 0) < reach)
        turns.append(
            ReadTurn(
                one.number, one.speaker, text[one.start : one.end], one.start, one.end, one.start_ms,
                clock(one.start_ms), within,
            )
        )  # fmt: skip
    return PlainReading(shown, tuple(turns), tuple(one for one in notes if one not in beside))


def written_on(actor: Actor, about: Code | Theme) -> list[Note]:
    """The memos on a code or a theme, the newest first."""
    memos = memos_about(actor, about)
    names = names_of(one.written_by for one in memos)
    return [Note(one, names[one.written_by], one.written_by == actor.id, "") for one in memos]


def _end_of_page(rows: list[Turn], held: list[Turn], text: str) -> int:
    following = next((one for one in rows if one.number > held[-1].number), None)
    return following.start if following else len(text) + 1


def _notes(actor: Actor, source: Source, text: str) -> list[Note]:
    memos = [one for one in notes_of(actor, source) if one.kind != MemoKind.ANOTHER_READING.value]
    names = names_of(one.written_by for one in memos)
    return [
        Note(one, names[one.written_by], one.written_by == actor.id, _excerpt(text, one)) for one in memos
    ]


def _excerpt(text: str, memo: Memo, most: int = 60) -> str:
    if memo.start is None or memo.end is None or memo.lost_in is not None:
        return ""
    words = " ".join(text[memo.start : memo.end].split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def clock(milliseconds: int | None) -> str:
    """1:02:03, or 2:03."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
