"""Reading what devices sent: one's own held ones, a site's, and what waits."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from throughline.records.accounts.models import Account, Device
from throughline.records.composed import Composed, Given
from throughline.records.engagement.models import DeviceEvent
from throughline.records.foundation import within_reach
from throughline.records.programme.models import Programme
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import EventState
from throughline.vocabulary.errors import NotFound, Sentence


def held_of(actor: Actor) -> QuerySet[DeviceEvent]:
    """What the actor sent and is held or waits, oldest first: its sealed bytes are kept as long."""
    rows: QuerySet[DeviceEvent] = DeviceEvent.objects.visible_to(actor).filter(
        account_id=actor.id, sealed__isnull=False
    )
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
    """Those of the actor's events that are here already, by their ids; without their sealed bytes."""
    ids = list(event_ids)
    # the next power of two: few shapes of the question; a place that is left over asks for the last one again
    size = 1 << (len(ids) - 1).bit_length()
    asked = {f"e{n}": ids[min(n, len(ids) - 1)] for n in range(size)}
    rows = (DeviceEvent.from_db("default", _OF_EVENT, row) for row in _known(size)(account=actor.id, **asked))
    return {row.event_id: row for row in rows}


_OF_EVENT = [field.attname for field in DeviceEvent._meta.concrete_fields if field.name != "sealed"]


@lru_cache(maxsize=16)
def _known(size: int) -> Composed:
    event_id: Any = DeviceEvent._meta.get_field("event_id")
    return Composed(
        lambda: DeviceEvent.objects.filter(
            account_id=Given("account", Account._meta.get_field("id")),
            event_id__in=[Given(f"e{n}", event_id) for n in range(size)],
        ).values_list(*_OF_EVENT)
    )


def is_any_waiting(programme_id: UUID) -> bool:
    """Whether anything in a programme waits for something else: mostly nothing does."""
    return bool(_ANY_WAITING(programme=programme_id))


def event_of(account_id: UUID, event_id: UUID) -> DeviceEvent | None:
    found: DeviceEvent | None = DeviceEvent.objects.filter(account_id=account_id, event_id=event_id).first()
    return found


def waiting_on(contact_ids: Collection[UUID], event_ids: Collection[UUID]) -> list[DeviceEvent]:
    """Whoever's events wait for something about these contacts, or for these events; in the order they were made."""
    waits = DeviceEvent.objects.filter(state=EventState.WAITING.value, resolved_at__isnull=True)
    rows = waits.filter(Q(contact_ref__in=contact_ids) | Q(replaces__in=event_ids))
    return list(rows.select_related("account").order_by("device_id", "device_sequence"))


def waiting_of(actor: Actor, programme_ids: Collection[UUID], most: int) -> list[DeviceEvent]:
    """The actor's own events that wait in these programmes, oldest first."""
    if not any(is_any_waiting(one) for one in programme_ids):
        return []
    waits = DeviceEvent.objects.filter(
        state=EventState.WAITING.value, sealed__isnull=False, programme_id__in=programme_ids
    )
    return list(
        waits.filter(account_id=actor.id).select_related("account").order_by("received_at", "id")[:most]
    )


def devices_of(actor: Actor) -> dict[UUID, Device]:
    """The account's devices, retired ones too."""
    rows = (Device.from_db("default", _OF_DEVICE, row) for row in _DEVICES(account=actor.id))
    return {row.id: row for row in rows}


# asked with each request of a phone
_OF_DEVICE = [field.attname for field in Device._meta.concrete_fields]
_DEVICES = Composed(
    lambda: Device.objects.filter(account_id=Given("account", Account._meta.get_field("id"))).values_list(
        *_OF_DEVICE
    )
)
_ANY_WAITING = Composed(
    lambda: DeviceEvent.objects.filter(
        programme_id=Given("programme", Programme._meta.get_field("id")),
        state=EventState.WAITING.value,
        sealed__isnull=False,
    ).values_list("id")[:1]
)


def received_from(device_id: UUID) -> tuple[int, int]:
    """How many events of a device are here, and the highest of their numbers (0 where there is none)."""
    rows = DeviceEvent.objects.filter(device_id=device_id)
    last = rows.order_by("-device_sequence").values_list("device_sequence", flat=True)
    return rows.count(), last.filter(device_sequence__isnull=False).first() or 0


def clock_skews(device_ids: Collection[UUID]) -> dict[UUID, float]:
    """By device, how far its clock was ahead of the server's when it last sent by itself, in seconds; behind is below 0."""
    sent = DeviceEvent.objects.filter(device_id=OuterRef("id"), clock_skew_seconds__isnull=False)
    last = sent.order_by("-device_sequence").values("clock_skew_seconds")[:1]
    rows = Device.objects.filter(id__in=list(device_ids)).annotate(skew=Subquery(last))
    return dict(rows.filter(skew__isnull=False).values_list("id", "skew"))
