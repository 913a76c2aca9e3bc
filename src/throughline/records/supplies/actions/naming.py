"""Naming what is given out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from throughline.records.audit import actions as audit
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import check_codes
from throughline.records.racing import again_if_raced
from throughline.records.supplies.models import Item, Kit, KitComponent, KitVersion, Lot
from throughline.rules.access import check_may_manage_supplies
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.stock import Unit


@again_if_raced
def add_item(
    *,
    programme: Programme,
    name: str,
    kind: str,
    is_controlled: bool = False,
    unit: Unit = Unit.PIECE,
    by: Actor,
    at: datetime,
) -> Item:
    """`kind` is of the programme's item list. A controlled item may leave only under a police agreement where needed."""
    check_may_manage_supplies(by, programme.id)
    check_codes(programme.id, "item_kind", {kind})
    if Item.objects.filter(programme=programme, name=name).exists():
        raise Invalid(
            Sentence("There is an item called %(name)s already.", name=name),
            fields={"name": Sentence("Choose another name.")},
        )
    item = Item.objects.create(
        programme=programme, name=name, kind=kind, is_controlled=is_controlled, unit=unit.value
    )
    audit.record(Event.ITEM_ADDED, target=item, programme_id=programme.id, by=by, at=at)
    return item


@again_if_raced
def add_kit_version(
    *, programme: Programme, name: str, components: Mapping[Item, int], from_on: date, by: Actor, at: datetime
) -> KitVersion:
    """What a kit of that name holds from a day on; the kit is added where it is new."""
    check_may_manage_supplies(by, programme.id)
    if not components or any(item.programme_id != programme.id for item in components):
        raise Invalid(Sentence("A kit holds one or more items of its own programme."))
    gone = sorted(item.name for item in components if item.retired_at is not None)
    if gone:
        raise Invalid(Sentence("A new kit holds nothing that is retired: %(names)s.", names=tuple(gone)))
    if Kit.objects.filter(programme=programme, name=name, retired_at__isnull=False).exists():
        raise Invalid(
            Sentence("The kit %(name)s is retired.", name=name),
            fields={"name": Sentence("Bring it back first, or choose another name.")},
        )
    kit, _ = Kit.objects.get_or_create(programme=programme, name=name)
    newest = KitVersion.objects.filter(kit=kit).aggregate(Max("version"))["version__max"] or 0
    version = KitVersion.objects.create(programme=programme, kit=kit, version=newest + 1, from_on=from_on)
    KitComponent.objects.bulk_create(
        KitComponent(programme=programme, kit_version=version, item=item, quantity=quantity)
        for item, quantity in components.items()
    )
    audit.record(Event.KIT_VERSION_ADDED, target=version, programme_id=programme.id, by=by, at=at)
    return version


@transaction.atomic
def add_lot(*, item: Item, batch: str, expires_on: date, by: Actor, at: datetime) -> Lot:
    """A batch of an item, by the maker's number. The same again is the same lot; Invalid with another expiry."""
    check_may_manage_supplies(by, item.programme_id)
    number = batch.strip()
    if not number:
        raise Invalid(Sentence("A lot has a batch number."), fields={"batch": Sentence("Say which.")})
    lot, is_new = Lot.objects.get_or_create(
        item=item, batch=number, defaults={"programme_id": item.programme_id, "expires_on": expires_on}
    )
    if lot.expires_on != expires_on:
        raise Invalid(
            Sentence(
                "Batch %(batch)s of %(item)s is recorded as expiring on %(expires)s. Look at the box again. Where the"
                " earlier record is the wrong one, write a mark behind the number of this batch.",
                batch=number, item=item.name, expires=lot.expires_on,
            ),
            fields={"expires_on": Sentence("Another day is recorded for this batch.")},
        )  # fmt: skip
    if is_new:
        audit.record(Event.LOT_ADDED, target=lot, programme_id=item.programme_id, by=by, at=at)
    return lot
