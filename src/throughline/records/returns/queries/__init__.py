"""The return of a month: as it was closed, or as far as it is; what is not reported is neither 0 nor blank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from throughline.records.foundation import within_reach
from throughline.records.programme.models import MonthReport, Site
from throughline.records.programme.queries import sites_where
from throughline.records.returns.models import MonthClosing, ReturnCount, ReturnSupply
from throughline.records.returns.queries.counting import Counting, PartCounts, RouteCounts, Supply, counted
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.periods import Month, local_day
from throughline.vocabulary.programme import Reporting
from throughline.vocabulary.returns import Part


@dataclass(frozen=True)
class SiteReturn:
    """A site's month. `closing` is None while it is open, `reporting` where nobody has said how much of it is recorded."""

    site: Site
    month: Month
    reporting: Reporting | None
    closing: MonthClosing | None
    own: PartCounts
    late: PartCounts

    @property
    def is_reported(self) -> bool:
        """Whether no contact is a zero: where it is not, nothing that is not recorded is counted as none."""
        return self.reporting in (Reporting.COMPLETE, Reporting.PARTIAL)

    def part(self, part: Part) -> PartCounts:
        return self.own if part is Part.OWN else self.late


def sites_reported(actor: Actor, programme_id: UUID, month: Month) -> list[Site]:
    """The sites of a month whose counts the actor may see: those they report for."""
    return _open_in(
        sites_where(actor, within_reach(actor, Permission.REPORT_MONTH, site="id")), programme_id, month
    )


def sites_released(actor: Actor, programme_id: UUID, month: Month) -> list[Site]:
    """The sites of a month whose counts may leave at the actor's hand, through the door for tables."""
    reach = within_reach(actor, Permission.RELEASE_TABLES, site="id")
    return _open_in(sites_where(actor, reach), programme_id, month)


def return_for(actor: Actor, programme_id: UUID, month: Month) -> list[SiteReturn]:
    """The month of each of the actor's sites, by name: closed ones as they were closed, open ones as far as they are."""
    sites = sites_reported(actor, programme_id, month)
    closed = {one.site.id: one for one in closed_returns(sites, month)}
    said = reporting_of(sites, month)
    return [closed.get(site.id) or open_return(site, month, said.get(site.id)) for site in sites]


def open_return(site: Site, month: Month, reporting: Reporting | None) -> SiteReturn:
    """The month of a site that is not closed, as far as it is; who may see it is asked before."""
    what = countings(site, month, until=None)
    late = counted(what[Part.LATE], with_contacts=False) if _follows(site, month) else {}
    return SiteReturn(site, month, reporting, None, counted(what[Part.OWN], with_contacts=False), late)


def reporting_of(sites: Iterable[Site], month: Month) -> dict[UUID, Reporting]:
    """Site -> how much of its month was said to be recorded; sites of which nobody said it are left out."""
    rows = MonthReport.objects.filter(site__in=[site.id for site in sites], month=month.first())
    return {site_id: Reporting(said) for site_id, said in rows.values_list("site_id", "reporting")}


def closed_returns(sites: Sequence[Site], month: Month) -> list[SiteReturn]:
    """As they were closed, of the sites whose month is; read from what was kept, whatever was recorded since."""
    rows = MonthClosing.objects.filter(site__in=[site.id for site in sites], month=month.first())
    closings = {row.site_id: row for row in rows}
    parts = _kept([row.id for row in closings.values()])
    return [
        SiteReturn(
            site, month, Reporting(closing.reporting), closing, parts[closing.id, Part.OWN], parts[closing.id, Part.LATE]
        )
        for site in sites
        if (closing := closings.get(site.id)) is not None
    ]  # fmt: skip


def last_closed(site: Site, before: Month | None = None) -> MonthClosing | None:
    """The newest closing of a site, or the newest of a month before another."""
    rows: QuerySet[MonthClosing] = MonthClosing.objects.filter(site=site)
    if before is not None:
        rows = rows.filter(month__lt=before.first())
    return rows.order_by("-month").first()


def next_to_close(site: Site, at: datetime) -> Month | None:
    """The month after the last one closed, once it is over; None where nothing can be closed yet.

    Of a site with no month closed: the last whole month.
    """
    this = Month.of(local_day(at, site.time_zone))
    last = last_closed(site)
    month = this.before() if last is None else Month.of(last.month).next()
    opened = Month.of(site.opened_on)
    return month if opened <= month < this and not _closed_before(site, month) else None


def countings(site: Site, month: Month, until: datetime | None) -> dict[Part, Counting]:
    """What a return of a site's month counts: its own contacts, and late ones since the closing before it."""
    last = last_closed(site, before=month)
    after = last.arrived_until if last else None
    first = MonthClosing.objects.filter(site=site).order_by("month").values_list("month", flat=True).first()
    since = Month.of(first).begins(site.time_zone) if first else None
    return {part: Counting(site, month, part, after, until, since) for part in Part}


def counted_in(closing: MonthClosing, site: Site) -> dict[Part, Counting]:
    """What the return of a closed month counted."""
    found = countings(site, Month.of(closing.month), closing.arrived_until)
    return {part: replace(what, closing=closing) for part, what in found.items()}


def _follows(site: Site, month: Month) -> bool:
    """Whether a month is the one after the last closed: late records go there and nowhere else."""
    last = last_closed(site)
    return last is not None and Month.of(last.month).next() == month


def _open_in(rows: QuerySet[Site], programme_id: UUID, month: Month) -> list[Site]:
    return [
        site
        for site in rows.filter(programme_id=programme_id)
        if Month.of(site.opened_on) <= month and not _closed_before(site, month)
    ]


def _closed_before(site: Site, month: Month) -> bool:
    return site.closed_on is not None and site.closed_on < month.first()


def _kept(closings: Sequence[UUID]) -> dict[tuple[UUID, Part], dict[str, RouteCounts]]:
    given: dict[tuple[UUID, str, str], dict[UUID, Supply]] = defaultdict(dict)
    for row in ReturnSupply.objects.filter(closing__in=closings).order_by("item__name"):
        given[row.closing_id, row.part, row.route][row.item_id] = Supply(row.units, row.contacts)
    parts: dict[tuple[UUID, Part], dict[str, RouteCounts]] = defaultdict(dict)
    for one in ReturnCount.objects.filter(closing__in=closings).order_by("route"):
        supplies = given.get((one.closing_id, one.part, one.route), {})
        parts[one.closing_id, Part(one.part)][one.route] = RouteCounts(
            one.contacts, one.codes, one.new_codes, supplies
        )
    return parts
