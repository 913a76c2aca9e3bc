"""What was answered, for who reads responses: one at a time, and each time it is noted."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from throughline.api.asked import check_any
from throughline.api.files import AS_IT_IS, file_given, gives_file
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, Limit, Offset, Out, answers
from throughline.records.surveys import actions, queries
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.waves import Exclusion

router = Router(tags=["responses"])


class ResponseOut(Out):
    """A complete response by its number; who it was, nobody knows. `exclusion`: why it is left out."""

    id: UUID
    site_id: UUID
    respondent: int
    answered_on: date
    exclusion: Exclusion | None


class AttachedOut(Out):
    number: int
    key: str
    media_type: str
    length_bytes: int


class ResponseWithAnswers(ResponseOut):
    """`answers`: path -> a number, a word, words, a date, or {"nothing": kind}; own words among them."""

    answers: dict[str, Any]
    files: list[AttachedOut]


@router.get("/waves/{wave_id}/responses", response=answers(list[ResponseOut]), operation_id="responses")
def responses(
    request: HttpRequest, wave_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[ResponseOut]:
    """Complete responses of a wave, by site and number."""
    actor = acting(request)
    wave = queries.wave_for(actor, wave_id)
    check_any(request, wave.programme_id, P.SEE_RESPONSES)
    rows = queries.responses_for(actor, wave).filter(completed_at__isnull=False)
    return [_shown(row) for row in rows[offset : offset + limit]]


@router.get("/responses/{response_id}", response=answers(ResponseWithAnswers), operation_id="read_response")
def one(request: HttpRequest, response_id: UUID) -> ResponseWithAnswers:
    """What one person answered. It is noted that it was read; 409 where they withdrew."""
    actor = acting(request)
    row = queries.response_for(actor, response_id)
    check_any(request, row.programme_id, P.SEE_RESPONSES)
    given = actions.read_response(response=row, by=actor, at=now())
    files = [AttachedOut.model_validate(one) for one in queries.attachments_of(actor, row)]
    return ResponseWithAnswers(**_shown(row).model_dump(), answers=given, files=files)


@router.get(
    "/responses/{response_id}/files/{number}", response=FILE, operation_id="read_attachment",
    openapi_extra=gives_file(AS_IT_IS),
)  # fmt: skip
def file(request: HttpRequest, response_id: UUID, number: int) -> HttpResponse:
    """A file that answers a form. It is noted that it was opened."""
    actor = acting(request)
    row = queries.response_for(actor, response_id)
    check_any(request, row.programme_id, P.SEE_RESPONSES)
    found = queries.attachment_for(actor, response_id, number)
    data = actions.read_attachment(attachment=found, by=actor, at=now())
    return file_given(data, AS_IT_IS, f"{number}", {"X-Content-Type-Options": "nosniff"})


def _shown(row: Any) -> ResponseOut:
    return ResponseOut(
        id=row.id, site_id=row.site_id, respondent=row.respondent, answered_on=row.answered_on,
        exclusion=Exclusion(row.exclusion) if row.exclusion else None,
    )  # fmt: skip
