"""What is held, as it is shown to who looks after a site's records: facts as they were told, never a client code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.exchange.device_event.contact import ContactIn
from throughline.exchange.device_event.load import account_of, opened_again, sentence_of
from throughline.records.engagement.actions import note_contact_read
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.rules.access import holds
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import DropReason, EventKind, EventState, Why
from throughline.web.arrivals.told import Beside, Teller, standing
from throughline.web.words import Words

KINDS: Words = {
    EventKind.CONTACT: _("A contact"),
    EventKind.CORRECTION: _("A correction"),
    EventKind.WITHDRAWAL: _("A contact taken back"),
    EventKind.FORM: _("A survey: who was asked, and what they answered"),
}
DROP_REASONS: Words = {
    DropReason.RECORDED_ELSEWHERE: _("it is recorded elsewhere"),
    DropReason.DID_NOT_HAPPEN: _("it did not happen"),
    DropReason.STANDS_AS_IT_IS: _("what stands there now is right"),
    DropReason.CANNOT_BE_READ: _("it cannot be read"),
}


@dataclass(frozen=True)
class Arrival:
    """A held record as the page tells of it."""

    row: DeviceEvent
    kind: Promise | str
    why: Any
    is_conflict: bool
    is_waiting: bool
    facts: tuple[tuple[Promise | str, str], ...]
    has_code: bool
    stands: UUID | None  # the contact that it is about, where it is there to be looked at
    is_standing: bool  # whether the facts are of what stands: nothing was told of a contact
    beside: tuple[Beside, ...]  # what was sent and what stands, where both are there to be shown


def arrival(row: DeviceEvent, actor: Actor, at: datetime) -> Arrival:
    """Shows the contact that stands, too, where the actor may see it: the audit has that it was read."""
    contact, stands, tells = _contact(row, actor), _stands(row, actor, at), Teller(row.programme_id)
    told = contact or (standing(stands) if stands is not None else None)
    return Arrival(
        row=row, kind=KINDS[row.kind] if row.kind else _("A record that cannot be read"), why=sentence_of(row),
        is_conflict=row.state == EventState.CONFLICT.value, is_waiting=row.state == EventState.WAITING.value,
        facts=tells.facts(told) if told is not None else (),
        has_code=contact is not None and contact.client_code is not None,
        stands=stands.id if stands is not None else None, is_standing=contact is None and stands is not None,
        beside=tells.beside(contact, standing(stands)) if contact is not None and stands is not None else (),
    )  # fmt: skip


def _stands(row: DeviceEvent, actor: Actor, at: datetime) -> Contact | None:
    if row.contact_ref is None or row.kind == EventKind.CONTACT:
        return None
    rows = Contact.objects.visible_to(actor).filter(id=row.contact_ref).select_related("client")
    found: Contact | None = rows.first()
    if found is not None:
        note_contact_read(contact=found, by=actor, at=at)
    return found


def _contact(row: DeviceEvent, actor: Actor) -> ContactIn | None:
    """What was told, for who may see contacts at its site; nothing of what somebody else recorded than who sent it."""
    if row.site_id is None or not holds(actor, P.SEE_CONTACTS, row.programme_id, row.site_id):
        return None
    said = opened_again(row)
    if isinstance(said, Why) or str(said.account_id) != account_of(row).id:
        return None
    return said.contact
