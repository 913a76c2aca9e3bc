"""Months that were closed, and the counts that they were closed with (docs/adr/0032)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.engagement.models import Contact
from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.programme.models import Site
from throughline.records.supplies.models import Item
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import Route
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.programme import Reporting
from throughline.vocabulary.returns import ALL_ROUTES, Part

APP = "returns"
ROUTES = [*(route.value for route in Route), ALL_ROUTES]


class MonthClosingQuerySet(models.QuerySet["MonthClosing"]):
    def visible_to(self, actor: Actor) -> MonthClosingQuerySet:
        """Of the sites whose months the actor reports. Others ask for counts through the door for tables."""
        return self.filter(within_reach(actor, Permission.REPORT_MONTH))


class MonthClosing(Record):
    """A site's month is returned: who closed it, when, and up to which arrival. It is never opened again.

    What arrives later goes into the next return of the site, as late.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    reporting = coded(Reporting)  # what was said of the month when it was closed
    arrived_until = models.DateTimeField()
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = MonthClosingQuerySet.as_manager()

    privacy = {
        "site": Privacy.PLAIN, "month": Privacy.PLAIN, "reporting": Privacy.PLAIN, "arrived_until": Privacy.PLAIN,
        "closed_at": Privacy.PLAIN, "closed_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "month"], name="returns_month_closing_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="returns_month_closing_first_day"),
            one_of(APP, "reporting", Reporting, model="month_closing"),
        ]


class Returned(Record):
    """Abstract: counts of a closed month, of its own or late contacts, by one route or by all."""

    closing = models.ForeignKey(MonthClosing, on_delete=models.CASCADE, related_name="+")
    part = coded(Part)
    route = coded(Route)

    privacy = {"closing": Privacy.PLAIN, "part": Privacy.PLAIN, "route": Privacy.PLAIN}

    class Meta:
        abstract = True


class ReturnCount(Returned):
    """Contacts, distinct codes, and codes not met at this site before. Codes by all routes are fewer than their sum."""

    contacts = models.PositiveIntegerField()
    codes = models.PositiveIntegerField()
    new_codes = models.PositiveIntegerField()

    privacy = {"contacts": Privacy.QUASI, "codes": Privacy.QUASI, "new_codes": Privacy.QUASI}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["closing", "part", "route"], name="returns_return_count_once"),
            one_of(APP, "part", Part, model="return_count"),
            models.CheckConstraint(condition=Q(route__in=ROUTES), name="returns_return_count_route_known"),
        ]


class ReturnSupply(Returned):
    """Units of an item that were given out, kits as what is in them, and at how many contacts."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    contacts = models.PositiveIntegerField()

    privacy = {"item": Privacy.PLAIN, "units": Privacy.QUASI, "contacts": Privacy.QUASI}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "part", "route", "item"], name="returns_return_supply_once"
            ),
            one_of(APP, "part", Part, model="return_supply"),
            models.CheckConstraint(condition=Q(route__in=ROUTES), name="returns_return_supply_route_known"),
        ]


class ReturnedContact(Record):
    """In which return a contact was counted. It is in no other, whatever is corrected later."""

    closing = models.ForeignKey(MonthClosing, on_delete=models.CASCADE, related_name="+")
    part = coded(Part)
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+")

    privacy = {"closing": Privacy.PLAIN, "part": Privacy.PLAIN, "contact": Privacy.QUASI}

    class Meta:
        constraints = [one_of(APP, "part", Part, model="returned_contact")]
        indexes = [models.Index(fields=["closing", "part"], name="returns_returned_contact_of")]
