"""What is given out. A kit is a versioned list of items; stock (lots, movements, counts) is not kept yet."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record, coded
from throughline.records.programme.models.tenant import ProgrammeScopedQuerySet
from throughline.vocabulary.chain import ItemKind
from throughline.vocabulary.privacy import Privacy


class Item(Record):
    """Something given out. `kind` is of the programme's item list; controlled ones may need a police agreement."""

    name = models.CharField(max_length=120)
    kind = coded(ItemKind)
    is_controlled = models.BooleanField(default=False)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {"name": Privacy.PLAIN, "kind": Privacy.PLAIN, "is_controlled": Privacy.PLAIN}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="supplies_item_once")]

    def __str__(self) -> str:
        return self.name


class Kit(Record):
    """A named set of items, whose content has versions."""

    name = models.CharField(max_length=120)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {"name": Privacy.PLAIN}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="supplies_kit_once")]

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
