"""What is given out. A kit is a versioned list of items; what expires comes in lots."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.programme.models.tenant import ProgrammeScopedQuerySet
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import ItemKind
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.stock import Unit

APP = "supplies"


class Item(Record):
    """Something given out. `kind` is of the programme's item list; controlled ones may need a police agreement."""

    name = models.CharField(max_length=120)
    kind = coded(ItemKind)
    unit = coded(Unit, default=Unit.PIECE)
    is_controlled = models.BooleanField(default=False)
    retired_at = models.DateTimeField(
        null=True, blank=True
    )  # no longer offered; what was recorded of it stays
    retired_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {
        "name": Privacy.PLAIN, "kind": Privacy.PLAIN, "unit": Privacy.PLAIN, "is_controlled": Privacy.PLAIN,
        "retired_at": Privacy.PLAIN, "retired_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="supplies_item_once"),
            one_of(APP, "unit", Unit, model="item"),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="supplies_item_retired_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Kit(Record):
    """A named set of items, whose content has versions."""

    name = models.CharField(max_length=120)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {"name": Privacy.PLAIN, "retired_at": Privacy.PLAIN, "retired_by": Privacy.DIRECT}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="supplies_kit_once"),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="supplies_kit_retired_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class KitVersion(Record):
    """What a kit holds from a day on. Once given out, a version never changes."""

    kit = models.ForeignKey(Kit, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    from_on = models.DateField()

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {"kit": Privacy.PLAIN, "version": Privacy.PLAIN, "from_on": Privacy.PLAIN}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kit", "version"], name="supplies_kit_version_once")]


class KitComponent(Record):
    kit_version = models.ForeignKey(KitVersion, on_delete=models.PROTECT, related_name="components")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    privacy = {"kit_version": Privacy.PLAIN, "item": Privacy.PLAIN, "quantity": Privacy.PLAIN}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kit_version", "item"], name="supplies_kit_component_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="supplies_kit_component_some"),
        ]


class LotQuerySet(models.QuerySet["Lot"]):
    def visible_to(self, actor: Actor) -> LotQuerySet:
        return self.filter(within_reach(actor, Permission.COUNT_STOCK, site=None))


class Lot(Record):
    """One batch of an item, by the maker's number, and the day it expires on."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lots")
    batch = models.CharField(max_length=40)
    expires_on = models.DateField()

    objects: models.Manager[Any] = LotQuerySet.as_manager()

    privacy = {"item": Privacy.PLAIN, "batch": Privacy.PLAIN, "expires_on": Privacy.PLAIN}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "batch"], name="supplies_lot_once"),
            models.CheckConstraint(condition=~Q(batch=""), name="supplies_lot_has_a_number"),
        ]

    def __str__(self) -> str:
        return self.batch
