"""Closing a month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.inserting import insert, insert_values
from throughline.records.programme.models import MonthReport, Site
from throughline.records.programme.queries import unfinished_imports
from throughline.records.returns.models import MonthClosing, ReturnCount, ReturnedContact, ReturnSupply
from throughline.records.returns.queries import countings, last_closed
from throughline.records.returns.queries.counting import PartCounts, contacts_of, counted
from throughline.rules.access import check_may_report_month
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.periods import Month
from throughline.vocabulary.returns import Part

# What is being written while a month is closed may carry a time before the closing and appear after it.
LEEWAY = timedelta(seconds=60)


@transaction.atomic
def close_month(*, site: Site, month: Month, by: Actor, at: datetime) -> MonthClosing:
    """Return a site's month: its counts are kept as they are, and never change again.

    Unready where the month is not over, not reported, closed already, or not the next one; or while an import runs, whose
    records would be in no return.
    """
    check_may_report_month(by, site.programme_id, site.id)
    Site.objects.select_for_update(no_key=True).get(id=site.id)
    said = MonthReport.objects.filter(site=site, month=month.first()).first()
    _check_may_close(site, month, said, at)
    row = MonthClosing.objects.create(
        programme_id=site.programme_id, site=site, month=month.first(), reporting=said.reporting if said else "",
        arrived_until=at - LEEWAY, closed_at=at, closed_by=by.id,
    )  # fmt: skip
    parts = countings(site, month, until=row.arrived_until)
    counts = {part: counted(what, with_contacts=True) for part, what in parts.items()}
    for part, what in parts.items():
        _keep(row, part, counts[part], contacts_of(what))
    audit.record(Event.MONTH_CLOSED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


def _check_may_close(site: Site, month: Month, said: MonthReport | None, at: datetime) -> None:
    if at - LEEWAY < month.next().begins(site.time_zone):
        raise Unready(
            Sentence("This month is not over yet. It can be closed from the first of the next one on.")
        )
    last = last_closed(site)
    if last is not None and Month.of(last.month) >= month:
        raise Unready(
            Sentence(
                "This month is closed, and is not opened again. What is recorded of it now goes into the next return, as"
                " late."
            )
        )
    if last is not None and Month.of(last.month).next() != month:
        raise Unready(
            Sentence(
                "Close %(month)s first: months are closed in their order.", month=Month.of(last.month).next()
            )
        )
    if said is None:
        raise Unready(
            Sentence(
                "Nobody has said yet how much of this month is recorded. Report it first, then close it."
            )
        )
    if unfinished_imports(site.programme_id).exists():
        raise Unready(Sentence("An import is not finished. Wait for it, or remove it, then close the month."))


def _keep(closing: MonthClosing, part: Part, counts: PartCounts, contacts: Iterable[str]) -> None:
    same = {"programme_id": closing.programme_id, "closing": closing, "part": part.value}
    columns = ("id", "programme_id", "closing_id", "part", "contact_id")
    told = (closing.programme_id, closing.id, part.value)
    insert_values(ReturnedContact, columns, ((new_id(), *told, one) for one in contacts))
    insert(
        [
            ReturnCount(**same, route=route, contacts=one.contacts, codes=one.codes, new_codes=one.new_codes)
            for route, one in counts.items()
        ]
    )
    insert(
        [
            ReturnSupply(**same, route=route, item_id=item, units=given.units, contacts=given.contacts or 0)
            for route, one in counts.items()
            for item, given in one.supplies.items()
        ]
    )
