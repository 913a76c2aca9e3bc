"""What is no longer given out, and what is again. Records that name it stay, and late ones land."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.supplies.models import Item, Kit
from throughline.rules.access import check_may_manage_supplies
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event


@transaction.atomic
def retire_item(*, item: Item, by: Actor, at: datetime) -> Item:
    """No longer offered. Kits that hold it are given out as they were packed, until another version is put together."""
    check_may_manage_supplies(by, item.programme_id)
    Item.objects.filter(id=item.id, retired_at=None).update(retired_at=at, retired_by=by.id)
    item.refresh_from_db()
    audit.record(Event.ITEM_RETIRED, target=item, programme_id=item.programme_id, by=by, at=at)
    return item


@transaction.atomic
def reinstate_item(*, item: Item, by: Actor, at: datetime) -> Item:
    """Offered again."""
    check_may_manage_supplies(by, item.programme_id)
    Item.objects.filter(id=item.id).update(retired_at=None, retired_by=None)
    item.refresh_from_db()
    audit.record(Event.ITEM_REINSTATED, target=item, programme_id=item.programme_id, by=by, at=at)
    return item


@transaction.atomic
def retire_kit(*, kit: Kit, by: Actor, at: datetime) -> Kit:
    """No version of it is offered any longer."""
    check_may_manage_supplies(by, kit.programme_id)
    Kit.objects.filter(id=kit.id, retired_at=None).update(retired_at=at, retired_by=by.id)
    kit.refresh_from_db()
    audit.record(Event.KIT_RETIRED, target=kit, programme_id=kit.programme_id, by=by, at=at)
    return kit


@transaction.atomic
def reinstate_kit(*, kit: Kit, by: Actor, at: datetime) -> Kit:
    """Offered again, in its newest version."""
    check_may_manage_supplies(by, kit.programme_id)
    Kit.objects.filter(id=kit.id).update(retired_at=None, retired_by=None)
    kit.refresh_from_db()
    audit.record(Event.KIT_REINSTATED, target=kit, programme_id=kit.programme_id, by=by, at=at)
    return kit
