"""Reading what devices sent: one's own held ones, a site's, and what waits."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from throughline.records.accounts.models import Device
from throughline.records.engagement.models import DeviceEvent
from throughline.records.foundation import within_reach
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import EventState
from throughline.vocabulary.errors import NotFound, Sentence


def held_of(actor: Actor) -> QuerySet[DeviceEvent]:
    """What the actor sent and is held, oldest first."""
    rows: QuerySet[DeviceEvent] = DeviceEvent.objects.visible_to(actor).held().filter(account_id=actor.id)
    return rows.order_by("received_at", "id")


def held_event_of(actor: Actor, event_id: UUID) -> DeviceEvent:
    """One of the actor's own held ones, by the id that its device gave it; NotFound where there is none."""
    found = held_of(actor).filter(event_id=event_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such held record. It may have been resolved in the meantime."))
    return found


def held_for(actor: Actor, programme_id: UUID) -> QuerySet[DeviceEvent]:
    """What is held of the sites whose records the actor looks after, and of no known site; oldest first."""
    nowhere = Q(site__isnull=True) & (
        within_reach(actor, Permission.CORRECT_CONTACT, site=None)
        | within_reach(actor, Permission.MANAGE_ACCOUNTS, site=None)
    )
    reach = within_reach(actor, Permission.CORRECT_CONTACT) | nowhere
    rows: QuerySet[DeviceEvent] = DeviceEvent.objects.filter(
        reach, programme_id=programme_id, sealed__isnull=False
    )
    return rows.select_related("account", "site").order_by("received_at", "id")


def held_event_for(actor: Actor, programme_id: UUID, row_id: UUID) -> DeviceEvent:
    found = held_for(actor, programme_id).filter(id=row_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such held record. It may have been resolved in the meantime."))
    return found


def known_events(actor: Actor, event_ids: Collection[UUID]) -> dict[UUID, DeviceEvent]:
    """Those of the actor's events that are here already, by their ids."""
    rows = DeviceEvent.objects.filter(account_id=actor.id, event_id__in=event_ids)
    return {row.event_id: row for row in rows.defer("sealed")}


def event_of(account_id: UUID, event_id: UUID) -> DeviceEvent | None:
    found: DeviceEvent | None = DeviceEvent.objects.filter(account_id=account_id, event_id=event_id).first()
    return found


def waiting_on(contact_ids: Collection[UUID], event_ids: Collection[UUID]) -> list[DeviceEvent]:
    """Whoever's events wait for something about these contacts, or for these events; in the order they were made."""
    waits = DeviceEvent.objects.filter(state=EventState.WAITING.value, resolved_at__isnull=True)
    rows = waits.filter(Q(contact_ref__in=contact_ids) | Q(replaces__in=event_ids))
    return list(rows.select_related("account").order_by("device_id", "device_sequence"))


def waiting_of(actor: Actor, most: int) -> list[DeviceEvent]:
    """The actor's own events that wait, oldest first."""
    waits = DeviceEvent.objects.filter(state=EventState.WAITING.value, resolved_at__isnull=True)
    return list(
        waits.filter(account_id=actor.id).select_related("account").order_by("received_at", "id")[:most]
    )


def devices_of(actor: Actor) -> dict[UUID, Device]:
    """The account's devices, retired ones too."""
    return {row.id: row for row in Device.objects.filter(account_id=actor.id)}


def received_from(device_id: UUID) -> tuple[int, int]:
    """How many events of a device are here, and the highest of their numbers (0 where there is none)."""
    rows = DeviceEvent.objects.filter(device_id=device_id)
    last = rows.order_by("-device_sequence").values_list("device_sequence", flat=True)
    return rows.count(), last.filter(device_sequence__isnull=False).first() or 0
