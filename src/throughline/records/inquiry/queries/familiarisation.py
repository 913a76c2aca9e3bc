"""What was noted beside sources, who has read which, the journals, and all memos in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from throughline.records.inquiry.models import (
    Analysis,
    Code,
    JournalEntry,
    Memo,
    MemoRevision,
    Position,
    ReadMark,
    Source,
    Theme,
)
from throughline.records.inquiry.queries.reading import analysis_for, memos_for, source_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence

ABOUT = ("source", "code", "coding", "theme")  # what a memo may be about; "analysis": the analysis as a whole


@dataclass(frozen=True)
class ReadThrough:
    """Who has read which source to its end: a row per source by name, a column per analyst."""

    analysts: tuple[str, ...]
    rows: tuple[tuple[Source, tuple[datetime | None, ...]], ...]


def notes_of(actor: Actor, source: Source) -> list[Memo]:
    """What was written beside a source: of the whole of it first, then in order of place. Lost places come last."""
    rows = Memo.objects.visible_to(actor).filter(source=source_for(actor, source.id))
    return list(
        rows.order_by(F("lost_in").asc(nulls_first=True), F("start").asc(nulls_first=True), "written_at")
    )


def memos_about(actor: Actor, about: Code | Theme, *, start: int = 0, most: int | None = None) -> list[Memo]:
    """What was written on a code or a theme, the newest first. From the `start`-th on, counted from 0; None: all of it."""
    rows: QuerySet[Memo] = Memo.objects.visible_to(actor).filter(**{type(about).__name__.lower(): about})
    return list(rows.order_by("-written_at", "-id")[start : None if most is None else start + most])


def has_read(actor: Actor, source: Source) -> ReadMark | None:
    """The actor's own mark on a source."""
    found: ReadMark | None = (
        ReadMark.objects.visible_to(actor).filter(source=source, analyst=actor.id).first()
    )
    return found


def read_through(actor: Actor, analysis: Analysis) -> ReadThrough:
    """Over the sources that the actor may read. Analysts: who marked one, wrote a position, and the actor."""
    of = analysis_for(actor, analysis.id)
    sources: list[Source] = list(
        Source.objects.visible_to(actor)
        .filter(analysis=of, erased_at=None)
        .only("id", "name")
        .order_by("name", "id")
    )
    marks = {
        (mark.source_id, mark.analyst): mark.read_at
        for mark in ReadMark.objects.visible_to(actor).filter(source__analysis=of)
    }
    wrote = Position.objects.visible_to(actor).filter(analysis=of).values_list("analyst", flat=True)
    analysts = sorted({analyst for _, analyst in marks} | set(wrote) | {actor.id})
    rows = tuple((one, tuple(marks.get((one.id, analyst)) for analyst in analysts)) for one in sources)
    return ReadThrough(tuple(analysts), rows)


def journal_for(actor: Actor, analysis: Analysis) -> QuerySet[JournalEntry]:
    """One's own entries and those that colleagues shared, the newest first."""
    rows: QuerySet[JournalEntry] = JournalEntry.objects.visible_to(actor).filter(
        analysis=analysis_for(actor, analysis.id)
    )
    return rows.order_by("-written_at", "-id")


def entry_for(actor: Actor, entry_id: UUID) -> JournalEntry:
    found: JournalEntry | None = JournalEntry.objects.visible_to(actor).filter(id=entry_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such entry in a journal."))
    return found


def memo_for(actor: Actor, memo_id: UUID) -> Memo:
    found: Memo | None = (
        Memo.objects.visible_to(actor)
        .select_related("analysis", "source", "code", "theme", "coding__code", "coding__source")
        .defer("source__text", "source__raw", "coding__source__text", "coding__source__raw")
        .filter(id=memo_id)
        .first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such memo."))
    return found


def revisions_of(actor: Actor, memo: Memo) -> Sequence[MemoRevision]:
    """What a memo was, the newest first."""
    return list(MemoRevision.objects.visible_to(actor).filter(memo=memo).order_by("-version"))


def memos_found(
    actor: Actor, analysis: Analysis, *, kind: str = "", about: str = "", analyst: str = "", words: str = ""
) -> list[UUID]:
    """The ids of the memos that fit all that is given, the newest first. `words`: in title or text, in any case.

    Words are compared here and not in the database: one of the two compares only English letters without their case.
    """
    rows = memos_for(actor, analysis)
    if kind:
        rows = rows.filter(kind=kind)
    if analyst:
        rows = rows.filter(written_by=analyst)
    if about == "analysis":
        rows = rows.filter(Q(**{f"{one}__isnull": True for one in ABOUT}))
    elif about in ABOUT:
        rows = rows.filter(**{f"{about}__isnull": False})
    if not words.strip():
        return list(rows.values_list("id", flat=True))
    sought = " ".join(words.split()).casefold()
    return [
        pk
        for pk, title, text in rows.values_list("id", "title", "text")
        if sought in " ".join(f"{title} {text}".split()).casefold()
    ]


def memo_writers(actor: Actor, analysis: Analysis) -> list[str]:
    """Who wrote a memo that the actor may read."""
    return sorted(set(memos_for(actor, analysis).order_by().values_list("written_by", flat=True)))
