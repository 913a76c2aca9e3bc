"""What devices sent and could not be recorded, for who looks after a site's records; and the devices themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import StrictBool

from throughline.api.contact_shapes import ContactOut, shown_contact
from throughline.api.recorder_shapes import DropIn
from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Offset, Out, answers
from throughline.exchange.device_event.load import (
    account_of,
    opened_again,
    said_again,
    sentence_of,
    settle_after,
)
from throughline.records.accounts.models import Device
from throughline.records.accounts.queries import device_for, devices_of_accounts
from throughline.records.engagement.actions import apply_event, drop_event
from throughline.records.engagement.models import DeviceEvent
from throughline.records.engagement.queries import flagged_supplies, with_lines
from throughline.records.engagement.queries.device_events import clock_skews, held_event_for
from throughline.records.programme.actions import retire_device
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import colleagues_within, programme_for
from throughline.rules.access import check, holds
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import Why
from throughline.work.waiting import held_to_look_at

router = Router(tags=["arrivals"])
FLAGGED_SHOWN = timedelta(days=365)


class ArrivalOut(Out):
    """`contact`: what was told, without the client code, for who may see contacts there. `contact_id`: what it is about."""

    id: UUID
    kind: str | None
    state: Literal["rejected", "conflict", "waiting"]
    why: str
    made_at: datetime | None
    received_at: datetime
    site_id: UUID | None
    contact_id: UUID | None
    contact: dict[str, Any] | None
    has_client_code: bool


class ApplyIn(In):
    """`is_on_top`: record it on top of what stands there now."""

    is_on_top: StrictBool = False


class HeldDeviceOut(Out):
    """`skew_seconds`: how far its clock was off lately; null where it has sent nothing by itself."""

    id: UUID
    account: str
    is_own: bool
    registered_at: datetime
    retired_at: datetime | None
    skew_seconds: float | None


@router.get(
    "/programmes/{programme_id}/arrivals", response=answers(list[ArrivalOut]), operation_id="arrivals"
)
def listed(
    request: HttpRequest, programme_id: UUID, limit: Limit = 20, offset: Offset = 0
) -> list[ArrivalOut]:
    """What is held of the sites whose records one looks after, the oldest first."""
    actor, at = acting(request), now()
    programme = _looked_after(actor, programme_id)
    rows = held_to_look_at(actor, programme, at)[offset : offset + limit]
    return [_shown(row, actor) for row in rows]


@router.post(
    "/programmes/{programme_id}/arrivals/{arrival_id}/apply", response=answers(None, 204), operation_id="apply_arrival"
)  # fmt: skip
def apply(request: HttpRequest, programme_id: UUID, arrival_id: UUID, wanted: ApplyIn) -> Status[Any]:
    """Record what is held after all; 409, saying why, where it still cannot be."""
    actor, at = acting(request), now()
    row = held_event_for(actor, _looked_after(actor, programme_id).id, arrival_id)
    said, account = said_again(row)
    apply_event(event=row, said=said, account=account, is_on_top=wanted.is_on_top, by=actor, at=at)
    settle_after(row, now)
    return Status(204, None)


@router.post(
    "/programmes/{programme_id}/arrivals/{arrival_id}/drop", response=answers(None, 204), operation_id="drop_arrival"
)  # fmt: skip
def drop(request: HttpRequest, programme_id: UUID, arrival_id: UUID, dropping: DropIn) -> Status[Any]:
    """It is not to be recorded: what it says is destroyed, that it came stays."""
    actor = acting(request)
    row = held_event_for(actor, _looked_after(actor, programme_id).id, arrival_id)
    drop_event(event=row, why=dropping.why, by=actor, at=now())
    return Status(204, None)


@router.get(
    "/programmes/{programme_id}/flagged-supplies", response=answers(list[ContactOut]), operation_id="flagged_supplies"
)  # fmt: skip
def flagged(
    request: HttpRequest, programme_id: UUID, limit: Limit = 20, offset: Offset = 0
) -> list[ContactOut]:
    """Contacts of the last year at which a controlled item left without a valid agreement; of whom, is not told."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    check(actor, P.CORRECT_CONTACT, programme.id)
    rows = with_lines(flagged_supplies(actor, programme.id, now() - FLAGGED_SHOWN))
    return [shown_contact(row, with_client=False) for row in rows[offset : offset + limit]]


@router.get(
    "/programmes/{programme_id}/devices", response=answers(list[HeldDeviceOut]), operation_id="devices"
)
def devices(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[HeldDeviceOut]:
    """One's own devices, and those of who works at the sites that one looks after."""
    actor = acting(request)
    programme = _with_devices(actor, programme_id)
    shown = devices_of_accounts(_whose(actor, programme))[offset : offset + limit]
    return _devices(actor, shown)


@router.post(
    "/programmes/{programme_id}/devices/{device_id}/retire", response=answers(None, 204), operation_id="retire_device"
)  # fmt: skip
def retire(request: HttpRequest, programme_id: UUID, device_id: UUID) -> Status[Any]:
    """A device that is lost or given back sends nothing any more."""
    actor = acting(request)
    programme = _with_devices(actor, programme_id)
    device = device_for(_whose(actor, programme), device_id)
    retire_device(programme=programme, device=device, by=actor, at=now())
    return Status(204, None)


def _looked_after(actor: Actor, programme_id: UUID) -> Programme:
    programme = programme_for(actor, programme_id)
    if not holds(actor, P.MANAGE_ACCOUNTS, programme.id):
        check(actor, P.CORRECT_CONTACT, programme.id)
    return programme


def _with_devices(actor: Actor, programme_id: UUID) -> Programme:
    programme = programme_for(actor, programme_id)
    if not holds(actor, P.RETIRE_DEVICE, programme.id):
        check(actor, P.RECORD_CONTACT, programme.id)
    return programme


def _whose(actor: Actor, programme: Programme) -> set[str]:
    return {actor.id} | colleagues_within(actor, P.RETIRE_DEVICE, programme.id)


def _devices(actor: Actor, rows: list[Device]) -> list[HeldDeviceOut]:
    skews = clock_skews([row.id for row in rows])
    return [
        HeldDeviceOut(
            id=row.id, account=row.account.display_name, is_own=str(row.account_id) == actor.id,
            registered_at=row.registered_at, retired_at=row.retired_at, skew_seconds=skews.get(row.id),
        )
        for row in rows
    ]  # fmt: skip


def _shown(row: DeviceEvent, actor: Actor) -> ArrivalOut:
    contact, has_code = None, False
    if row.site_id is not None and holds(actor, P.SEE_CONTACTS, row.programme_id, row.site_id):
        said = opened_again(row)
        # nothing of what somebody else recorded than who sent it
        is_theirs = not isinstance(said, Why) and str(said.account_id) == account_of(row).id
        if not isinstance(said, Why) and is_theirs and said.contact is not None:
            contact = said.contact.model_dump(mode="json", exclude={"client_code", "id"})
            has_code = said.contact.client_code is not None
    return ArrivalOut(
        id=row.id, kind=row.kind, state=row.state, why=str(sentence_of(row)), made_at=row.made_at,
        received_at=row.received_at, site_id=row.site_id, contact_id=row.contact_ref, contact=contact,
        has_client_code=has_code,
    )  # fmt: skip
