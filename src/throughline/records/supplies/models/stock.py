"""What came and went on the shelves of a site, and what was counted there.

What was given at a contact is not here: the kit line of engagement is the issue.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.programme.models import Site
from throughline.records.supplies.models.items import APP, Item, Lot
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.stock import MovementKind, VarianceReason, WithdrawnWhy, WriteOffReason


def _withdrawn_whole(model: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_why__isnull=True)
        | Q(
            withdrawn_at__isnull=False,
            withdrawn_by__isnull=False,
            withdrawn_why__isnull=False,
            withdrawn_why__in=[why.value for why in WithdrawnWhy],
        ),
        name=f"{APP}_{model}_withdrawn_whole",
    )


class MovementQuerySet(models.QuerySet["StockMovement"]):
    def visible_to(self, actor: Actor) -> MovementQuerySet:
        """What came to or left a site whose stock the actor may count; the withdrawn ones, too."""
        left = within_reach(actor, Permission.COUNT_STOCK, site="from_site_id")
        return self.filter(left | within_reach(actor, Permission.COUNT_STOCK, site="to_site_id"))

    def standing(self) -> MovementQuerySet:
        return self.filter(withdrawn_at__isnull=True)


class StockMovement(Record):
    """So many of an item were received, transferred to another site, or written off. Never edited: withdrawn."""

    kind = coded(MovementKind)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    from_site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = coded(WriteOffReason, null=True, blank=True)
    happened_at = models.DateTimeField()  # by the clock of whoever wrote it down
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=64, null=True, blank=True)
    withdrawn_why = coded(WithdrawnWhy, null=True, blank=True)

    objects: models.Manager[Any] = MovementQuerySet.as_manager()

    privacy = {
        "kind": Privacy.PLAIN, "item": Privacy.PLAIN, "lot": Privacy.PLAIN, "quantity": Privacy.PLAIN,
        "from_site": Privacy.PLAIN, "to_site": Privacy.PLAIN, "reason": Privacy.PLAIN, "happened_at": Privacy.PLAIN,
        "recorded_at": Privacy.PLAIN, "recorded_by": Privacy.DIRECT, "withdrawn_at": Privacy.PLAIN,
        "withdrawn_by": Privacy.DIRECT, "withdrawn_why": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="received", from_site__isnull=True, to_site__isnull=False, reason__isnull=True)
                | Q(
                    kind="transferred", from_site__isnull=False, to_site__isnull=False, reason__isnull=True
                )
                | Q(
                    kind="written_off", from_site__isnull=False, to_site__isnull=True, reason__isnull=False,
                    reason__in=[reason.value for reason in WriteOffReason],
                ),
                name="supplies_stock_movement_one_way",
            ),
            models.CheckConstraint(
                condition=Q(from_site__isnull=True) | Q(to_site__isnull=True) | ~Q(from_site=F("to_site")),
                name="supplies_stock_movement_elsewhere",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="supplies_stock_movement_some"),
            _withdrawn_whole("stock_movement"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["to_site", "happened_at"], name="supplies_movement_to"),
            models.Index(fields=["from_site", "happened_at"], name="supplies_movement_from"),
        ]

    @property
    def answered_for_at(self) -> UUID:
        """The site whose managers answer for it: the one that it left, or that it came to from outside."""
        return cast(
            UUID, self.from_site_id or self.to_site_id
        )  # one of them stands: supplies_stock_movement_one_way


class CountQuerySet(models.QuerySet["StockCount"]):
    def visible_to(self, actor: Actor) -> CountQuerySet:
        return self.filter(within_reach(actor, Permission.COUNT_STOCK))

    def standing(self) -> CountQuerySet:
        return self.filter(withdrawn_at__isnull=True)


class StockCount(Record):
    """A stocktake of some or all items of a site at a moment. What it does not name was not counted, which is not 0."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()  # by the clock of whoever counted
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=64, null=True, blank=True)
    withdrawn_why = coded(WithdrawnWhy, null=True, blank=True)

    objects: models.Manager[Any] = CountQuerySet.as_manager()

    privacy = {
        "site": Privacy.PLAIN, "counted_at": Privacy.PLAIN, "recorded_at": Privacy.PLAIN,
        "recorded_by": Privacy.DIRECT, "withdrawn_at": Privacy.PLAIN, "withdrawn_by": Privacy.DIRECT,
        "withdrawn_why": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [_withdrawn_whole("stock_count")]
        indexes = [models.Index(fields=["site", "counted_at"], name="supplies_count_site_time")]


class StockCountLine(Record):
    """So many of an item, as a whole or lot by lot. Whether the books said so is worked out, never stored."""

    count = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    counted = models.PositiveIntegerField()

    privacy = {
        "count": Privacy.PLAIN, "item": Privacy.PLAIN, "lot": Privacy.PLAIN, "counted": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["count", "item"], condition=Q(lot__isnull=True), name="supplies_count_line_once"
            ),
            models.UniqueConstraint(fields=["count", "item", "lot"], name="supplies_count_line_lot_once"),
        ]


class CountExplanation(Record):
    """Why a count of an item differs from the books, and by how much it did when the reason was given."""

    count = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="explanations")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    reason = coded(VarianceReason)
    difference = models.IntegerField()
    explained_at = models.DateTimeField()
    explained_by = models.CharField(max_length=64)

    privacy = {
        "count": Privacy.PLAIN, "item": Privacy.PLAIN, "reason": Privacy.PLAIN, "difference": Privacy.PLAIN,
        "explained_at": Privacy.PLAIN, "explained_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "reason", VarianceReason, model="count_explanation"),
            models.CheckConstraint(
                condition=~Q(difference=0), name="supplies_count_explanation_of_something"
            ),
        ]
