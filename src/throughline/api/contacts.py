"""Recording contacts, putting them right, and what is done about needs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from throughline.api.contact_shapes import (
    ActionOut,
    ContactOut,
    CorrectionIn,
    NeedOut,
    WithdrawalIn,
    shown_contact,
    shown_need,
)
from throughline.api.session import acting, acting_at, now
from throughline.api.shapes import Code, In, Limit, Offset, answers
from throughline.exchange.device_event.contact import ContactIn, draft_of
from throughline.records.engagement.actions import (
    close_need,
    correct_contact,
    note_contact_read,
    record_action,
    record_contact,
    withdraw_contact,
)
from throughline.records.engagement.models import Contact
from throughline.records.engagement.queries import contact_for, is_in_sight, need_for, recorded_by
from throughline.rules.access import RECENT, check_may_see_client_history, may
from throughline.vocabulary.chain import ActionKind
from throughline.vocabulary.errors import Sentence, Unready

router = Router(tags=["contacts"])


class ClosingIn(In):
    closed_as: Code


class ActionIn(In):
    kind: ActionKind


@router.post("/contacts", response=answers(ContactOut, 201), operation_id="record_contact")
def record(request: HttpRequest, contact: ContactIn) -> Status[Any]:
    """Record a contact. The same id again is the same contact: it is answered as it stands.

    409 where it arrived so long ago that the account is shown it no longer; it is kept as it stands.
    """
    actor = acting_at(request, contact.site_id)
    row = record_contact(draft=draft_of(contact), by=actor, at=now())
    if not is_in_sight(actor, row):
        raise Unready(
            Sentence("This contact arrived before and is kept, too long ago to be shown to you again.")
        )
    return Status(201, _shown(request, row))


@router.get("/contacts", response=answers(list[ContactOut]), operation_id="own_contacts")
def own(request: HttpRequest, limit: Limit = 100, offset: Offset = 0) -> list[ContactOut]:
    """What the account recorded in the last 18 hours, the newest first."""
    rows = recorded_by(acting(request), now() - RECENT)[offset : offset + limit]
    return [_shown(request, row) for row in rows]


@router.get("/contacts/{contact_id}", response=answers(ContactOut), operation_id="contact")
def one(request: HttpRequest, contact_id: UUID) -> ContactOut:
    """One contact. Opening a colleague's with a client is an event of the audit, as reading the client's history is."""
    actor = acting(request)
    contact = contact_for(actor, contact_id)
    note_contact_read(contact=contact, by=actor, at=now())
    return _shown(request, contact)


@router.put("/contacts/{contact_id}", response=answers(ContactOut), operation_id="correct_contact")
def correct(request: HttpRequest, contact_id: UUID, correction: CorrectionIn) -> ContactOut:
    """Replace what a contact says; 409 where another correction came first. What it said before is kept beside it."""
    actor = acting(request)
    row = correct_contact(
        contact=contact_for(actor, contact_id),
        draft=draft_of(correction.contact, contact_id=contact_id, keeps_client=correction.keeps_client),
        base_version=correction.base_version, why=correction.why, by=actor, at=now(),
    )  # fmt: skip
    return _shown(request, row)


@router.post("/contacts/{contact_id}/withdraw", response=answers(None, 204), operation_id="withdraw_contact")
def withdraw(request: HttpRequest, contact_id: UUID, withdrawal: WithdrawalIn) -> Status[Any]:
    """It did not happen: it no longer counts, and stays as a tombstone."""
    actor = acting(request)
    withdraw_contact(
        contact=contact_for(actor, contact_id), base_version=withdrawal.base_version, by=actor, at=now()
    )
    return Status(204, None)


@router.post("/needs/{need_id}/close", response=answers(NeedOut), operation_id="close_need")
def close(request: HttpRequest, need_id: UUID, closing: ClosingIn) -> NeedOut:
    """Met, or closed for a reason on the programme's list; 409 where it is closed already."""
    actor = acting(request)
    return shown_need(
        close_need(need=need_for(actor, need_id), closed_as=closing.closed_as, by=actor, at=now())
    )


@router.post("/needs/{need_id}/actions", response=answers(ActionOut, 201), operation_id="record_action")
def act(request: HttpRequest, need_id: UUID, action: ActionIn) -> Status[Any]:
    """What was done about a need, later than at its contact."""
    actor = acting(request)
    row = record_action(need=need_for(actor, need_id), kind=action.kind, by=actor, at=now())
    return Status(201, ActionOut(id=row.id, kind=row.kind, taken_at=row.taken_at))


def _shown(request: HttpRequest, row: Contact) -> ContactOut:
    sees = may(check_may_see_client_history, acting(request), row.programme_id)
    return shown_contact(row, with_client=sees)
