"""Becoming familiar: who has read which source to its end, and each analyst's journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from throughline.api.inquiry.people import WhoOut, people_of
from throughline.api.inquiry.shapes import Written
from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Offset, Out, answers
from throughline.records.inquiry.actions import mark_read, share_journal, write_journal
from throughline.records.inquiry.models import Analysis, JournalEntry
from throughline.records.inquiry.queries import analysis_for, source_for
from throughline.records.inquiry.queries.familiarisation import entry_for, journal_for, read_through

router = Router(tags=["familiarisation"])


class ReadMarkOut(Out):
    analyst: WhoOut
    read_at: datetime


class SourceReadOut(Out):
    """A source, and who has read it to its end."""

    source_id: UUID
    name: str
    read: list[ReadMarkOut]


class JournalEntryIn(In):
    text: Written


class JournalEntryOut(Out):
    """`shared_at` is null for an entry of one's own that nobody else reads."""

    id: UUID
    analyst: WhoOut
    text: str
    written_at: datetime
    shared_at: datetime | None


@router.get(
    "/analyses/{analysis_id}/reading", response=answers(list[SourceReadOut]), operation_id="who_has_read"
)
def reading(request: HttpRequest, analysis_id: UUID) -> list[SourceReadOut]:
    """The sources that one may read, by name, and who has read each to its end."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    table = read_through(actor, analysis)
    people = people_of(analysis, table.analysts)
    return [
        SourceReadOut(
            source_id=source.id, name=source.name,
            read=[
                ReadMarkOut(analyst=people[who], read_at=at)
                for who, at in zip(table.analysts, marks, strict=True)
                if at is not None
            ],
        )
        for source, marks in table.rows
    ]  # fmt: skip


@router.post("/sources/{source_id}/read", response=answers(None, 204), operation_id="mark_read")
def read(request: HttpRequest, source_id: UUID) -> Status[Any]:
    """Say that one has read a source to its end. 409 where one has said so already."""
    actor = acting(request)
    mark_read(source=source_for(actor, source_id), by=actor, at=now())
    return Status(204, None)


@router.get(
    "/analyses/{analysis_id}/journal", response=answers(list[JournalEntryOut]), operation_id="journal"
)
def journal(
    request: HttpRequest, analysis_id: UUID, limit: Limit = 50, offset: Offset = 0
) -> list[JournalEntryOut]:
    """One's own entries and those that colleagues shared, the newest first."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    return _shown(analysis, list(journal_for(actor, analysis)[offset : offset + limit]))


@router.post(
    "/analyses/{analysis_id}/journal", response=answers(JournalEntryOut, 201), operation_id="write_journal"
)
def write(request: HttpRequest, analysis_id: UUID, entry: JournalEntryIn) -> Status[Any]:
    """Write in one's own journal. Nobody else reads it before it is shared."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    row = write_journal(analysis=analysis, text=entry.text, by=actor, at=now())
    return Status(201, _shown(analysis, [row])[0])


@router.post(
    "/journal/{journal_entry_id}/share", response=answers(JournalEntryOut), operation_id="share_journal"
)
def share(request: HttpRequest, journal_entry_id: UUID) -> JournalEntryOut:
    """Let the team read an entry of one's own, for good."""
    actor = acting(request)
    row = share_journal(entry=entry_for(actor, journal_entry_id), by=actor, at=now())
    return _shown(analysis_for(actor, row.analysis_id), [row])[0]


def _shown(analysis: Analysis, rows: list[JournalEntry]) -> list[JournalEntryOut]:
    people = people_of(analysis, (row.analyst for row in rows))
    return [
        JournalEntryOut(
            id=row.id, analyst=people[row.analyst], text=row.text, written_at=row.written_at,
            shared_at=row.shared_at,
        )
        for row in rows
    ]  # fmt: skip
