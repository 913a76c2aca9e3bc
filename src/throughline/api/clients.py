"""Looking a client up by code, and what was told before. Both are sensitive reads, and audited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from throughline.api.contact_shapes import ContactOut, NeedOut, shown_contact, shown_need
from throughline.api.session import acting, now
from throughline.api.shapes import ClientCode, In, Limit, Offset, Out, answers
from throughline.records.clients.actions import look_up_client, note_history_read
from throughline.records.clients.models import Client
from throughline.records.clients.queries import (
    client_for,
    description_for,
    ids_of,
    merges_in_sight,
    state_for,
)
from throughline.records.clients.queries.likely import likely_for
from throughline.records.engagement.queries import contacts_of, needs_told, told_before, with_lines
from throughline.records.programme.queries import programme_for
from throughline.records.referral.models import ReferralNeed
from throughline.records.referral.queries import lines_for
from throughline.rules.access import check_may_merge_clients, may
from throughline.vocabulary.actor import Actor

router = Router(tags=["clients"])
MOST_OPEN = 500


class LookUpIn(In):
    client_code: ClientCode


class LookUpOut(Out):
    """`client_id` is null where the account's sites do not know the code."""

    client_id: UUID | None


class ToldOut(Out):
    topic: str
    first_at: datetime
    times: int


class StateOut(Out):
    """Their life on a day, as they said it."""

    id: UUID
    site_id: UUID
    as_of: date
    housing: str
    smokes_crack: str
    injects_crack: str
    uses_heroin: str
    injects: str
    recorded_at: datetime


class MergedClientOut(Out):
    """A client that counts as this one. `merge_id`: to undo it by."""

    merge_id: UUID
    client_id: UUID


class ReferredOut(Out):
    need_id: UUID
    referral_id: UUID


class ClientOut(Out):
    """The bands, and `state`, are what the account's own sites wrote down; `not_recorded` or null where they wrote none.

    `referred`: which of the needs shown were referred. `alike` and `merged` are empty for who may not say who is one person.
    """

    id: UUID
    birth_year_band: str
    gender: str
    area: str
    state: StateOut | None
    told_before: list[ToldOut]
    open_needs: list[NeedOut]
    closed_needs: list[NeedOut]
    referred: list[ReferredOut]
    alike: list[UUID]
    merged: list[MergedClientOut]
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
def one(request: HttpRequest, client_id: UUID, limit: Limit = 100, offset: Offset = 0) -> ClientOut:
    """A client's contacts at the account's sites, newest first; what was told before, so that nobody asks twice.

    Of the needs come all that are open, the oldest first, and of the closed ones the last, at most so many as contacts.
    """
    actor, at = acting(request), now()
    client = client_for(actor, client_id)
    note_history_read(client=client, by=actor, at=at)
    bands, state = description_for(actor, client), state_for(actor, client)
    needs = needs_told(actor, client, most_open=MOST_OPEN, most_closed=limit)
    decides = may(check_may_merge_clients, actor, client.programme_id)
    return ClientOut(
        id=client.id, birth_year_band=bands.birth_year_band, gender=bands.gender, area=bands.area,
        state=StateOut.model_validate(state) if state else None,
        told_before=[ToldOut.model_validate(told) for told in told_before(actor, client)],
        open_needs=[shown_need(need) for need in needs.open], closed_needs=[shown_need(need) for need in needs.closed],
        referred=_referred(actor, client, [need.id for need in (*needs.open, *needs.closed)], at),
        alike=[pair.second for pair in likely_for(actor, client)] if decides else [],
        merged=_merged(actor, client) if decides else [],
        contacts=[
            shown_contact(row, with_client=True) for row in with_lines(contacts_of(actor, client))[offset : offset + limit]
        ],
    )  # fmt: skip


def _referred(actor: Actor, client: Client, needs: list[UUID], at: datetime) -> list[ReferredOut]:
    """As far as the actor may know of the referrals."""
    rows: Any = ReferralNeed.objects.filter(need_id__in=needs).order_by("referral__made_at", "referral_id")
    pairs = list(rows.values_list("need_id", "referral_id"))
    known = lines_for(actor, client.programme_id, {referral for _, referral in pairs}, at)
    return [ReferredOut(need_id=need, referral_id=referral) for need, referral in pairs if referral in known]


def _merged(actor: Actor, client: Client) -> list[MergedClientOut]:
    family = ids_of(actor, client)
    return [
        MergedClientOut(merge_id=row.id, client_id=row.merged_id if row.kept_id == client.id else row.kept_id)
        for row in (merges_in_sight(actor, family) if len(family) > 1 else ())
        if {row.kept_id, row.merged_id} <= set(family)
    ]
