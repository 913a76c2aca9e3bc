"""A source beside its words: what is known of it, its recording, and that the team may read it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from throughline.api.files import TAKES_FILE, file_given, file_sent, gives_file
from throughline.api.inquiry.facts_shapes import RecordingOut, SourceFactsIn, SourceFactsOut, shown_facts
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, answers
from throughline.exchange.recording.read import read_recording
from throughline.records.inquiry.actions import (
    add_recording,
    declare_deidentified,
    describe_source,
    hear_recording,
)
from throughline.records.inquiry.actions.recordings import PLAYED
from throughline.records.inquiry.queries import source_for
from throughline.records.inquiry.queries.recordings import bytes_of, recording_for
from throughline.rules.access import check_may_add_source

router = Router(tags=["sources"])


@router.get("/sources/{source_id}/facts", response=answers(SourceFactsOut), operation_id="source_facts")
def facts(request: HttpRequest, source_id: UUID) -> SourceFactsOut:
    """What is known of a source beside its words: for who holds the sources."""
    actor = acting(request)
    row = source_for(actor, source_id)
    check_may_add_source(actor, row.programme_id)
    return shown_facts(actor, row)


@router.put("/sources/{source_id}/facts", response=answers(SourceFactsOut), operation_id="describe_source")
def describe(request: HttpRequest, source_id: UUID, said: SourceFactsIn) -> SourceFactsOut:
    """Say anew what is known of a source; it replaces what stood there."""
    actor = acting(request)
    row = source_for(actor, source_id)
    check_may_add_source(actor, row.programme_id)
    return shown_facts(actor, describe_source(source=row, facts=said.facts(actor), by=actor, at=now()))


@router.post(
    "/sources/{source_id}/deidentified", response=answers(None, 204), operation_id="declare_deidentified"
)
def declare(request: HttpRequest, source_id: UUID) -> Status[Any]:
    """Open a source to the team: nothing in it names anybody any more. 409 where it is open already."""
    actor = acting(request)
    declare_deidentified(source=source_for(actor, source_id), by=actor, at=now())
    return Status(204, None)


@router.get(
    "/sources/{source_id}/recording", response=FILE, operation_id="hear_recording",
    openapi_extra=gives_file(*PLAYED),
)  # fmt: skip
def hear(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The recording, whole. A voice names its speaker: for who holds the sources, and each time is audited."""
    actor = acting(request)
    held = recording_for(actor, source_for(actor, source_id))
    hear_recording(recording=held, by=actor, at=now())
    sound = b"".join(bytes_of(held, 0, held.length_bytes - 1))
    return file_given(sound, held.media_type, "recording", {"X-Content-Type-Options": "nosniff"})


@router.post(
    "/sources/{source_id}/recording", response=answers(RecordingOut, 201), operation_id="add_recording",
    openapi_extra=TAKES_FILE,
)  # fmt: skip
def record(request: HttpRequest, source_id: UUID) -> Status[Any]:
    """Keep a source's recording, sealed under the source's own key. One that was there makes room; its bytes are the body."""
    actor = acting(request)
    row = source_for(actor, source_id)
    check_may_add_source(actor, row.programme_id)
    draft = read_recording(file_sent(request), "The recording", max_bytes=settings.THROUGHLINE_UPLOAD_LIMIT)
    return Status(201, add_recording(source=row, draft=draft, by=actor, at=now()))
