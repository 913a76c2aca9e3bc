"""Codings: put on passages, moved, taken off and put back; and what changed on a source since one looked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Offset, Out, Place, Problem, Version, answers
from throughline.records.inquiry.actions import (
    CodingDraft,
    apply_code,
    apply_codes,
    move_coding,
    remove_coding,
    restore_coding,
)
from throughline.records.inquiry.models import Coding
from throughline.records.inquiry.queries import code_for, coding_for, codings_of, source_for
from throughline.records.inquiry.queries.workspace import feed_for
from throughline.vocabulary.errors import Sentence, Unready

router = Router(tags=["codings"])
Since = Annotated[int, Field(ge=0, le=2**62)]


class CodingOut(Out):
    """`lost_in`: the version of the text in which its words are gone; places then count in the version before."""

    id: UUID
    source_id: UUID
    code_id: UUID
    analyst: str
    start: int
    end: int
    applied_at: datetime
    version: int
    lost_in: int | None


class CodingIn(In):
    """[start, end) in Unicode code points of the text; `text_version`: the version read, null for the text as it stands."""

    code_id: UUID
    start: Place
    end: Place
    text_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class MovedIn(In):
    """New borders of one's own coding. `base_version`: of the coding one saw; `text_version`: of the text, null as it stands."""

    start: Place
    end: Place
    base_version: Version
    text_version: Version | None = None


class RestoreIn(In):
    text_version: Version | None = None


class CodedPlaceIn(In):
    code_id: UUID
    start: Place
    end: Place


class ManyCodingsIn(In):
    """Many codes on one source, all or none. `text_version`: the text that the places count in."""

    text_version: Version
    places: Annotated[list[CodedPlaceIn], Field(min_length=1, max_length=200)]


class ChangedCodingOut(Out):
    """`stands` is false for one that was taken off or lost its words."""

    id: UUID
    code_id: UUID
    start: int
    end: int
    analyst: str
    version: int
    change: int
    stands: bool


class ChangesOut(Out):
    """`at`: ask with it the next time. `is_blind`: in a blind round, own codings alone."""

    at: int
    text_version: int
    is_blind: bool
    codings: list[ChangedCodingOut]


@router.get("/sources/{source_id}/codings", response=answers(list[CodingOut]), operation_id="codings")
def codings(request: HttpRequest, source_id: UUID, limit: Limit = 100, offset: Offset = 0) -> list[Coding]:
    """The codings that stand on a source, in order of place."""
    actor = acting(request)
    return list(codings_of(actor, source_for(actor, source_id))[offset : offset + limit])


@router.post(
    "/sources/{source_id}/codings",
    response=answers(CodingOut, 201) | {410: Problem},
    operation_id="apply_code",
)
def apply(request: HttpRequest, source_id: UUID, coding: CodingIn) -> Status[Any]:
    """Put a code on a passage; 409 where the account has put it on this very passage already.

    Where the text was corrected since the `text_version` given, the coding lies on the same words by now, or is kept as
    lost with them (`lost_in`); 410 where that version is kept no longer.
    """
    actor = acting(request)
    source, code = source_for(actor, source_id), code_for(actor, coding.code_id)
    row = apply_code(
        source=source, code=code, start=coding.start, end=coding.end, text_version=coding.text_version, by=actor,
        at=now(),
    )  # fmt: skip
    return Status(201, row)


@router.delete("/codings/{coding_id}", response=answers(None, 204), operation_id="remove_coding")
def remove(request: HttpRequest, coding_id: UUID) -> Status[Any]:
    """Take a code off a passage; a tombstone stays."""
    actor = acting(request)
    remove_coding(coding=coding_for(actor, coding_id), by=actor, at=now())
    return Status(204, None)


@router.get("/sources/{source_id}/changes", response=answers(ChangesOut), operation_id="coding_changes")
def changes(request: HttpRequest, source_id: UUID, since: Since = 0) -> ChangesOut:
    """The codings of a source that changed after the change numbered `since`; 0: those that stand now."""
    feed = feed_for(acting(request), source_id, since)
    return ChangesOut(
        at=feed.at, text_version=feed.text_version, is_blind=feed.is_blind,
        codings=[ChangedCodingOut.model_validate(one) for one in feed.placed],
    )  # fmt: skip


@router.post(
    "/sources/{source_id}/codings/many", response=answers(list[CodingOut], 201), operation_id="apply_codes"
)
def apply_many(request: HttpRequest, source_id: UUID, wanted: ManyCodingsIn) -> Status[Any]:
    """Put codes on many places. Those where the account has put them already are passed over; answered are the new ones."""
    actor = acting(request)
    source = source_for(actor, source_id)
    if source.version != wanted.text_version:
        raise Unready(
            Sentence("%(source)s was corrected since you searched. Search again.", source=source.name)
        )
    codes = {pk: code_for(actor, pk) for pk in {one.code_id for one in wanted.places}}
    drafts = [CodingDraft(codes[one.code_id], one.start, one.end) for one in wanted.places]
    return Status(201, apply_codes(source=source, drafts=drafts, by=actor, at=now()))


@router.put("/codings/{coding_id}", response=answers(CodingOut), operation_id="move_coding")
def move(request: HttpRequest, coding_id: UUID, wanted: MovedIn) -> Coding:
    """Widen, narrow or shift one's own coding. 409 where it was moved meanwhile."""
    actor = acting(request)
    return move_coding(
        coding=coding_for(actor, coding_id), start=wanted.start, end=wanted.end, base_version=wanted.base_version,
        text_version=wanted.text_version, by=actor, at=now(),
    )  # fmt: skip


@router.post("/codings/{coding_id}/restore", response=answers(CodingOut), operation_id="restore_coding")
def restore(request: HttpRequest, coding_id: UUID, wanted: RestoreIn) -> Coding:
    """Put a coding back that was taken off. 409 where it stands, or its words are gone."""
    actor = acting(request)
    coding = coding_for(actor, coding_id)
    return restore_coding(coding=coding, text_version=wanted.text_version, by=actor, at=now())
