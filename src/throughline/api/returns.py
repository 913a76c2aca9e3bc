"""The monthly return: one's own sites as they are, other sites as they may be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from throughline.api.asked import month_of
from throughline.api.session import acting, now
from throughline.api.shapes import Out, answers
from throughline.evaluation.returned import NOT_REPORTED, Shown, told_return
from throughline.methods.suppression import LT5
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import programme_for
from throughline.records.returns.queries import SiteReturn, next_to_close, reporting_of, return_for
from throughline.records.supplies.models import Item
from throughline.rules.access import check_may_release, holds
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import Reporting
from throughline.vocabulary.returns import ALL_ROUTES, Part

router = Router(tags=["returns"])


class GivenOut(Out):
    item_id: UUID
    item: str
    units: int | str


class ReturnRowOut(Out):
    """A route of a site, or `all`. A count is a number, `suppressed` or `not_reported`; `part` is `own` or `late`."""

    site_id: UUID
    site: str
    part: Part
    route: str
    contacts: int | str
    codes: int | str
    new_codes: int | str
    given_out: list[GivenOut]


class ReturnOut(Out):
    """`is_protected`: counts as they may be told, of closed months alone. `closed`: site -> when it was closed.

    `reported`: site -> how much of the month was said to be recorded. `closable`: sites whose next month to close this is.
    """

    month: str
    is_protected: bool
    closed: dict[UUID, datetime]
    reported: dict[UUID, Reporting]
    closable: list[UUID]
    rows: list[ReturnRowOut]


@router.get(
    "/programmes/{programme_id}/returns/{month}", response=answers(ReturnOut), operation_id="month_return"
)
def month_return(request: HttpRequest, programme_id: UUID, month: str) -> ReturnOut:
    """A month (`YYYY-MM`) by site and route: as it was closed, or, of sites that one reports for, as far as it is."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    asked, at = month_of(month), now()
    if holds(actor, Permission.REPORT_MONTH, programme.id):
        returns = return_for(actor, programme.id, asked)
        sites = [one.site for one in returns]
        closed = {one.site.id: one.closing.closed_at for one in returns if one.closing}
        names = dict(Item.objects.filter(programme=programme).values_list("id", "name"))
        rows = [row for one in returns for row in _own(one, names)]
        return ReturnOut(
            month=str(asked), is_protected=False, closed=closed, reported=reporting_of(sites, asked),
            closable=[site.id for site in sites if next_to_close(site, at) == asked], rows=rows,
        )  # fmt: skip
    check_may_release(actor, programme.id, Permission.RELEASE_TABLES)
    return ReturnOut(
        month=str(asked), is_protected=True, closed={}, reported={}, closable=[], rows=list(_told(actor, programme, asked))
    )  # fmt: skip


def _own(one: SiteReturn, names: dict[UUID, str]) -> Iterator[ReturnRowOut]:
    if not one.own:
        number: Shown = 0 if one.is_reported else NOT_REPORTED
        yield ReturnRowOut(
            site_id=one.site.id, site=one.site.name, part=Part.OWN, route=ALL_ROUTES, contacts=number, codes=number,
            new_codes=number, given_out=[],
        )  # fmt: skip
    for part in Part:
        for route, counts in one.part(part).items():
            yield ReturnRowOut(
                site_id=one.site.id, site=one.site.name, part=part, route=route, contacts=counts.contacts,
                codes=counts.codes, new_codes=counts.new_codes,
                given_out=[
                    GivenOut(item_id=item, item=names[item], units=given.units)
                    for item, given in counts.supplies.items()
                ],
            )  # fmt: skip


def _told(actor: Actor, programme: Programme, month: Month) -> Iterator[ReturnRowOut]:
    told = told_return(actor, programme, month, LT5)
    for row in told.rows:
        yield ReturnRowOut(
            site_id=row.site_id, site=row.site, part=row.part, route=row.route, contacts=row.contacts, codes=row.codes,
            new_codes=row.new_codes,
            given_out=[
                GivenOut(item_id=item.id, item=item.name, units=row.supplies[item.id]) for item in told.items
            ],
        )  # fmt: skip
