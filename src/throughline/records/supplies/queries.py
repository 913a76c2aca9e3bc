"""Reading items and kits."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from throughline.records.supplies.models import Item, KitComponent, KitVersion
from throughline.vocabulary.actor import Actor


def items_for(actor: Actor, programme_id: UUID) -> list[Item]:
    return list(Item.objects.visible_to(actor).filter(programme_id=programme_id).order_by("name"))


def kits_for(actor: Actor, programme_id: UUID, on: date) -> list[KitVersion]:
    """The version of each kit that holds on a day, by name."""
    rows = KitVersion.objects.visible_to(actor).filter(programme_id=programme_id, from_on__lte=on)
    newest: dict[UUID, KitVersion] = {}
    for row in rows.select_related("kit").order_by("version"):
        newest[row.kit_id] = row
    return sorted(newest.values(), key=lambda row: row.kit.name)


def controlled_kinds(item_ids: set[UUID], kit_version_ids: set[UUID]) -> set[str]:
    """Kinds of the controlled items among some items and in some kits."""
    rows = Item.objects.filter(id__in=item_ids, is_controlled=True).values_list("kind", flat=True)
    inside = KitComponent.objects.filter(kit_version_id__in=kit_version_ids, item__is_controlled=True)
    return set(rows) | set(inside.values_list("item__kind", flat=True))
