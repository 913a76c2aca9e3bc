"""What the programme does, where and since when, and what is needed to read its counts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, coded, nothing_field, one_of, value_or_nothing
from throughline.records.programme.models.tenant import Organisation, ProgrammeScopedQuerySet, Site
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.programme import ComponentKind, ProvisionKind, Reporting

APP = "programme"


def _ends_later(model: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name=f"programme_{model}_ends_later"
    )


class Dated(Record):
    """Abstract: something that holds from one day to another, or still."""

    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {"from_on": Privacy.PLAIN, "to_on": Privacy.PLAIN}

    class Meta:
        abstract = True


class PoliceAgreement(Dated):
    """What a force agreed to for an area. Not a licence; the rule that needs one is the programme's setting."""

    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=80)
    item_kinds = models.JSONField()  # codes of the item list, sorted
    document_reference = models.CharField(max_length=120)

    privacy = {
        "force": Privacy.PLAIN, "area": Privacy.PLAIN, "item_kinds": Privacy.PLAIN,
        "document_reference": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [_ends_later("police_agreement")]


class Component(Dated):
    """A dated part of the programme at a site: what was done to move the line (an exposure, never a step of it)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="components")
    kind = coded(ComponentKind)

    privacy = {"site": Privacy.PLAIN, "kind": Privacy.PLAIN}

    class Meta:
        constraints = [_ends_later("component"), one_of(APP, "kind", ComponentKind, model="component")]


class Adaptation(Record):
    """A change of what is done, planned or forced; a change of leadership is one."""

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="adaptations")
    on = models.DateField()
    what = models.CharField(max_length=300)
    why = models.CharField(max_length=300)
    is_planned = models.BooleanField()

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {
        "component": Privacy.PLAIN, "on": Privacy.PLAIN, "what": Privacy.FREE_TEXT, "why": Privacy.FREE_TEXT,
        "is_planned": Privacy.PLAIN,
    }  # fmt: skip


class Provision(Dated):
    """Crack-specific support that a site gives anyway, in either arm."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="provisions")
    kind = coded(ProvisionKind)
    what = models.CharField(max_length=300)

    privacy = {"site": Privacy.PLAIN, "kind": Privacy.PLAIN, "what": Privacy.FREE_TEXT}

    class Meta:
        constraints = [_ends_later("provision"), one_of(APP, "kind", ProvisionKind, model="provision")]


class Monthly(Record):
    """Abstract: something said of a site and a month; `month` is its first day."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {"site": Privacy.PLAIN, "month": Privacy.PLAIN}

    class Meta:
        abstract = True


class OpenHours(Monthly):
    """Hours a site was open in a month: without them there are counts, not rates."""

    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    hours_nothing = nothing_field()

    privacy = {"hours": Privacy.PLAIN, "hours_nothing": Privacy.PLAIN}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "month"], name="programme_open_hours_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="programme_open_hours_first_day"),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gte=0), name="programme_open_hours_positive"
            ),
            value_or_nothing(APP, "hours", model="open_hours"),
        ]


class MonthReport(Monthly):
    """Whether a site's month is all there. `none` is not zero contacts: it is not known."""

    reporting = coded(Reporting)
    reported_at = models.DateTimeField()
    reported_by = models.CharField(max_length=64)

    privacy = {"reporting": Privacy.PLAIN, "reported_at": Privacy.PLAIN, "reported_by": Privacy.DIRECT}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "month"], name="programme_month_report_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="programme_month_report_first_day"),
            one_of(APP, "reporting", Reporting, model="month_report"),
        ]


class Population(Record):
    """How many people a rate is of: an estimate with its source."""

    area = models.CharField(max_length=80)
    year = models.PositiveIntegerField()
    group = models.CharField(max_length=80)
    estimate = models.PositiveIntegerField()
    low = models.PositiveIntegerField(null=True, blank=True)
    low_nothing = nothing_field()
    high = models.PositiveIntegerField(null=True, blank=True)
    high_nothing = nothing_field()
    source = models.CharField(max_length=200)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {
        "area": Privacy.PLAIN, "year": Privacy.PLAIN, "group": Privacy.PLAIN, "estimate": Privacy.PLAIN,
        "low": Privacy.PLAIN, "low_nothing": Privacy.PLAIN, "high": Privacy.PLAIN, "high_nothing": Privacy.PLAIN,
        "source": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "area", "year", "group"], name="programme_population_once"
            ),
            value_or_nothing(APP, "low", model="population"),
            value_or_nothing(APP, "high", model="population"),
            models.CheckConstraint(
                condition=(Q(low__isnull=True) | Q(low__lte=F("estimate")))
                & (Q(high__isnull=True) | Q(high__gte=F("estimate"))),
                name="programme_population_ordered",
            ),
        ]
