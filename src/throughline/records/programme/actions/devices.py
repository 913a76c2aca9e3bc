"""Retiring a device: one's own, or the lost phone of somebody who works at one's sites."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.records.accounts.models import Device
from throughline.records.audit import actions as audit
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import colleagues_within
from throughline.rules.access import check_may_retire_device
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event


@transaction.atomic
def retire_device(*, programme: Programme, device: Device, by: Actor, at: datetime) -> Device:
    """It sends nothing any more. What it had sent stays; what it still holds can be sent from another device, in a file."""
    colleagues = colleagues_within(by, Permission.RETIRE_DEVICE, programme.id)
    check_may_retire_device(
        by,
        programme.id,
        is_own=str(device.account_id) == by.id,
        is_of_colleague=str(device.account_id) in colleagues,
    )
    if Device.objects.filter(id=device.id, retired_at=None).update(retired_at=at):
        audit.record(Event.DEVICE_RETIRED, target=device, programme_id=programme.id, by=by, at=at)
    device.refresh_from_db()
    return device
