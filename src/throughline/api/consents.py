"""What participants of the study agreed to, by the sheet that they signed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from throughline.api.asked import check_any
from throughline.api.session import acting, now
from throughline.api.shapes import Day, In, Label, Out, answers
from throughline.records.inquiry.actions import rest_on_consent
from throughline.records.inquiry.queries.participants import participant_for
from throughline.records.study.actions import record_research_consent
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.study import ConsentScope

router = Router(tags=["participants"])


class ConsentIn(In):
    sheet_version: Label
    scopes: Annotated[list[ConsentScope], Field(min_length=1, max_length=len(ConsentScope))]
    given_on: Day


class ConsentOut(Out):
    id: UUID
    sheet_version: str
    scopes: list[ConsentScope]
    given_on: date


@router.post(
    "/participants/{participant_id}/consents", response=answers(ConsentOut, 201),
    operation_id="record_research_consent",
)  # fmt: skip
def record(request: HttpRequest, participant_id: UUID, said: ConsentIn) -> Status[Any]:
    """What a participant agreed to; it takes the place of an earlier one."""
    actor = acting(request)
    row = participant_for(actor, participant_id)
    check_any(request, row.programme_id, P.ADD_SOURCES)
    with transaction.atomic():
        consent = record_research_consent(
            study=row.analysis.study, **said.model_dump(), by=actor, at=now()
        )  # fmt: skip
        rest_on_consent(participant=row, consent=consent, by=actor, at=now())
    return Status(201, consent)
