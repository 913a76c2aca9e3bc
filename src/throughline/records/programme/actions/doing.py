"""Saying what a programme does where, and what of it was reported."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.programme.models import (
    Adaptation,
    Component,
    MonthReport,
    OpenHours,
    Population,
    Programme,
    Provision,
    Site,
)
from throughline.rules.access import check_may_manage_programme, check_may_report_month
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.programme import ComponentKind, ProvisionKind, Reporting


@transaction.atomic
def start_component(
    *, site: Site, kind: ComponentKind, from_on: date, to_on: date | None = None, by: Actor, at: datetime
) -> Component:
    """Part of the programme is done at a site from a day on. Invalid where its last day is before its first."""
    check_may_manage_programme(by, site.programme_id)
    _check_ends_later(from_on, to_on)
    row = Component.objects.create(
        programme_id=site.programme_id, site=site, kind=kind.value, from_on=from_on, to_on=to_on
    )
    audit.record(Event.COMPONENT_STARTED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def end_component(*, component: Component, on: date, by: Actor, at: datetime) -> Component:
    """Name its last day; named again, it replaces the one before. Invalid where it is before its first."""
    check_may_manage_programme(by, component.programme_id)
    _check_ends_later(component.from_on, on)
    Component.objects.filter(id=component.id).update(to_on=on)
    component.refresh_from_db()
    audit.record(Event.COMPONENT_ENDED, target=component, programme_id=component.programme_id, by=by, at=at)
    return component


@transaction.atomic
def record_adaptation(
    *, component: Component, on: date, what: str, why: str, is_planned: bool, by: Actor, at: datetime
) -> Adaptation:
    check_may_manage_programme(by, component.programme_id)
    row = Adaptation.objects.create(
        programme_id=component.programme_id,
        component=component,
        on=on,
        what=what,
        why=why,
        is_planned=is_planned,
    )
    audit.record(Event.ADAPTATION_RECORDED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def record_provision(
    *,
    site: Site,
    kind: ProvisionKind,
    what: str,
    from_on: date,
    to_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Provision:
    """Support that a site gives people who use crack anyway. Invalid where its last day is before its first."""
    check_may_manage_programme(by, site.programme_id)
    _check_ends_later(from_on, to_on, "to_on")
    row = Provision.objects.create(
        programme_id=site.programme_id, site=site, kind=kind.value, what=what, from_on=from_on, to_on=to_on
    )
    audit.record(Event.PROVISION_RECORDED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def end_provision(*, provision: Provision, on: date, by: Actor, at: datetime) -> Provision:
    """Name its last day; named again, it replaces the one before. Invalid where it is before its first."""
    check_may_manage_programme(by, provision.programme_id)
    _check_ends_later(provision.from_on, on)
    Provision.objects.filter(id=provision.id).update(to_on=on)
    provision.refresh_from_db()
    audit.record(Event.PROVISION_ENDED, target=provision, programme_id=provision.programme_id, by=by, at=at)
    return provision


@transaction.atomic
def record_open_hours(
    *, site: Site, month: date, hours: Decimal | Nothing, by: Actor, at: datetime
) -> OpenHours:
    """`month` is its first day; `hours` a number, or which kind of nothing is known."""
    check_may_report_month(by, site.programme_id, site.id)
    value = (None, hours.value) if isinstance(hours, Nothing) else (hours, None)
    row, _ = OpenHours.objects.update_or_create(
        site=site,
        month=month,
        programme_id=site.programme_id,
        defaults={"hours": value[0], "hours_nothing": value[1]},
    )
    audit.record(Event.OPEN_HOURS_RECORDED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def report_month(*, site: Site, month: date, reporting: Reporting, by: Actor, at: datetime) -> MonthReport:
    """Say whether a site's month is all there. Saying it again replaces it."""
    check_may_report_month(by, site.programme_id, site.id)
    row, _ = MonthReport.objects.update_or_create(
        site=site, month=month, programme_id=site.programme_id,
        defaults={"reporting": reporting.value, "reported_at": at, "reported_by": by.id},
    )  # fmt: skip
    audit.record(Event.MONTH_REPORTED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def record_population(
    *,
    programme: Programme,
    area: str,
    year: int,
    group: str,
    estimate: int,
    low: int | Nothing,
    high: int | Nothing,
    source: str,
    by: Actor,
    at: datetime,
) -> Population:
    """An estimate of an area's group in a year, with its source. Said again, it replaces what was said before."""
    check_may_manage_programme(by, programme.id)
    _check_ordered(estimate, low, high)
    row, _ = Population.objects.update_or_create(
        programme=programme, area=area, year=year, group=group,
        defaults={
            "estimate": estimate, "source": source,
            "low": None if isinstance(low, Nothing) else low, "low_nothing": low.value if isinstance(low, Nothing) else None,
            "high": None if isinstance(high, Nothing) else high, "high_nothing": high.value if isinstance(high, Nothing) else None,
        },
    )  # fmt: skip
    audit.record(Event.POPULATION_RECORDED, target=row, programme_id=programme.id, by=by, at=at)
    return row


def _check_ordered(estimate: int, low: int | Nothing, high: int | Nothing) -> None:
    if not isinstance(low, Nothing) and low > estimate:
        raise Invalid(
            Sentence("The low end of an estimate is not above it."),
            fields={"low": Sentence("This is more than the estimate.")},
        )
    if not isinstance(high, Nothing) and high < estimate:
        raise Invalid(
            Sentence("The high end of an estimate is not below it."),
            fields={"high": Sentence("This is less than the estimate.")},
        )


def _check_ends_later(from_on: date, to_on: date | None, field: str = "on") -> None:
    if to_on is not None and to_on < from_on:
        raise Invalid(
            Sentence("Its last day is before its first, %(first)s.", first=from_on),
            fields={field: Sentence("Choose a day from %(first)s on.", first=from_on)},
        )
