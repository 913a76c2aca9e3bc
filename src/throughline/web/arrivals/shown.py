"""What is held, as it is shown to who looks after a site's records: facts as they were told, never a client code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.exchange.device_event.contact import ContactIn
from throughline.exchange.device_event.load import account_of, opened_again, sentence_of
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.records.engagement.queries.device_events import held_for
from throughline.records.programme.models import Programme
from throughline.records.supplies.models import Item, KitVersion
from throughline.rules.access import holds
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import DropReason, EventKind, EventState, Why
from throughline.web.words import ROUTES, Words, listed

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
# What waits for another record is no work for anybody at first: phones come back.
WAITS_UNSEEN = timedelta(hours=24)


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


def shown_for(actor: Actor, programme: Programme, at: datetime) -> list[DeviceEvent]:
    """What is held for the actor to look at, oldest first; what waits for another only once that is long away."""
    rows = held_for(actor, programme.id)
    return [
        row for row in rows if row.state != EventState.WAITING.value or at - row.received_at > WAITS_UNSEEN
    ]


def arrival(row: DeviceEvent, actor: Actor) -> Arrival:
    contact = _contact(row, actor)
    return Arrival(
        row=row, kind=KINDS[row.kind] if row.kind else _("A record that cannot be read"), why=sentence_of(row),
        is_conflict=row.state == EventState.CONFLICT.value, is_waiting=row.state == EventState.WAITING.value,
        facts=_facts(contact, row) if contact is not None else (),
        has_code=contact is not None and contact.client_code is not None, stands=_stands(row, actor),
    )  # fmt: skip


def _stands(row: DeviceEvent, actor: Actor) -> UUID | None:
    if row.contact_ref is None or row.kind == EventKind.CONTACT:
        return None
    is_there = Contact.objects.visible_to(actor).filter(id=row.contact_ref).exists()
    return row.contact_ref if is_there else None


def _contact(row: DeviceEvent, actor: Actor) -> ContactIn | None:
    """What was told, for who may see contacts at its site; nothing of what somebody else recorded than who sent it."""
    if row.site_id is None or not holds(actor, P.SEE_CONTACTS, row.programme_id, row.site_id):
        return None
    said = opened_again(row)
    if isinstance(said, Why) or str(said.account_id) != account_of(row).id:
        return None
    return said.contact


def _facts(contact: ContactIn, row: DeviceEvent) -> tuple[tuple[Promise | str, str], ...]:
    topics, domains = listed(row.programme_id, "topic"), listed(row.programme_id, "need_domain")
    places = listed(row.programme_id, "place", with_retired=True)
    found: list[tuple[Promise | str, str]] = [
        (_("By which route"), str(ROUTES[contact.route])),
        (_("Place"), _word(places, contact.place)),
    ]
    if contact.kit_lines:
        found.append((_("Given"), ", ".join(_given(contact, row))))
    if contact.disclosures:
        found.append((_("Came up"), ", ".join(_word(topics, one.topic) for one in contact.disclosures)))
    if contact.needs:
        found.append((_("Needs"), ", ".join(_word(domains, one.domain) for one in contact.needs)))
    return tuple(found)


def _word(words: Mapping[str, Any], code: str) -> str:
    return str(words.get(code, code))


def _given(contact: ContactIn, row: DeviceEvent) -> list[str]:
    lines = contact.kit_lines
    items = Item.objects.filter(
        programme_id=row.programme_id, id__in=[one.item_id for one in lines if one.item_id]
    )
    kits = KitVersion.objects.filter(
        programme_id=row.programme_id, id__in=[one.kit_version_id for one in lines if one.kit_version_id]
    ).select_related("kit")
    names = {one.id: one.name for one in items} | {one.id: one.kit.name for one in kits}
    unknown = str(_("something that is not on the list"))
    return [
        f"{one.quantity} × {names.get(one.item_id or one.kit_version_id or row.id, unknown)}" for one in lines
    ]
