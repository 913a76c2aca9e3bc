"""Naming what is given out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from throughline.records.audit import actions as audit
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import check_codes
from throughline.records.supplies.models import Item, Kit, KitComponent, KitVersion
from throughline.rules.access import check_may_manage_supplies
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event


@transaction.atomic
def add_item(
    *, programme: Programme, name: str, kind: str, is_controlled: bool = False, by: Actor, at: datetime
) -> Item:
    """`kind` is of the programme's item list. A controlled item may leave only under a police agreement where needed."""
    check_may_manage_supplies(by, programme.id)
    check_codes(programme.id, "item_kind", {kind})
    item = Item.objects.create(programme=programme, name=name, kind=kind, is_controlled=is_controlled)
    audit.record(Event.ITEM_ADDED, target=item, programme_id=programme.id, by=by, at=at)
    return item


@transaction.atomic
def add_kit_version(
    *, programme: Programme, name: str, components: Mapping[Item, int], from_on: date, by: Actor, at: datetime
) -> KitVersion:
    """What a kit of that name holds from a day on; the kit is added where it is new."""
    check_may_manage_supplies(by, programme.id)
    if not components or any(item.programme_id != programme.id for item in components):
        raise Invalid(Sentence("A kit holds one or more items of its own programme."))
    kit, _ = Kit.objects.get_or_create(programme=programme, name=name)
    newest = KitVersion.objects.filter(kit=kit).aggregate(Max("version"))["version__max"] or 0
    version = KitVersion.objects.create(programme=programme, kit=kit, version=newest + 1, from_on=from_on)
    KitComponent.objects.bulk_create(
        KitComponent(programme=programme, kit_version=version, item=item, quantity=quantity)
        for item, quantity in components.items()
    )
    audit.record(Event.KIT_VERSION_ADDED, target=version, programme_id=programme.id, by=by, at=at)
    return version
