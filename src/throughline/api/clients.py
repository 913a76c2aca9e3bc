"""Looking a client up by code, and what was told before. Both are sensitive reads, and audited."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from throughline.api.contact_shapes import ContactOut, NeedOut, shown_contact, shown_need
from throughline.api.session import acting, now
from throughline.api.shapes import ClientCode, In, Out, answers
from throughline.records.clients.actions import look_up_client, note_history_read
from throughline.records.clients.queries import client_for, description_for
from throughline.records.engagement.queries import open_needs, timeline_for, told_before
from throughline.records.programme.queries import programme_for

router = Router(tags=["clients"])


class LookUpIn(In):
    client_code: ClientCode


class LookUpOut(Out):
    """`client_id` is null where the account's sites do not know the code."""

    client_id: UUID | None


class ToldOut(Out):
    topic: str
    first_at: datetime
    times: int


class ClientOut(Out):
    """The bands are those that the account's own sites wrote down; `not_recorded` where they wrote none."""

    id: UUID
    birth_year_band: str
    gender: str
    area: str
    told_before: list[ToldOut]
    open_needs: list[NeedOut]
    contacts: list[ContactOut]


@router.post(
    "/programmes/{programme_id}/clients/lookup", response=answers(LookUpOut), operation_id="look_up_client"
)
def look_up(request: HttpRequest, programme_id: UUID, wanted: LookUpIn) -> LookUpOut:
    """Whether the account's sites know a code. The code travels in the body only; guessing is flagged, then refused."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    return LookUpOut(
        client_id=look_up_client(programme=programme, code=wanted.client_code, by=actor, at=now())
    )


@router.get("/clients/{client_id}", response=answers(ClientOut), operation_id="client")
def one(request: HttpRequest, client_id: UUID) -> ClientOut:
    """A client's contacts at the account's sites, newest first; what was told before, so that nobody asks twice."""
    actor = acting(request)
    client = client_for(actor, client_id)
    note_history_read(client=client, by=actor, at=now())
    bands = description_for(actor, client)
    return ClientOut(
        id=client.id, birth_year_band=bands.birth_year_band, gender=bands.gender, area=bands.area,
        told_before=[ToldOut.model_validate(told) for told in told_before(actor, client)],
        open_needs=[shown_need(need) for need in open_needs(actor, client)],
        contacts=[shown_contact(row, with_client=True) for row in timeline_for(actor, client)],
    )  # fmt: skip
