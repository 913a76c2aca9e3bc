"""A return in words and numbers for its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.evaluation.returned import NALOXONE, NOT_REPORTED, ReturnRow, ToldReturn
from throughline.records.programme.models import Programme
from throughline.records.returns.queries import SiteReturn
from throughline.records.returns.queries.counting import RouteCounts
from throughline.records.supplies.models import Item
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.returns import ALL_ROUTES, Part
from throughline.web.words import REPORTING, ROUTES

PARTS: dict[Part, Promise | str] = {
    Part.OWN: gettext_lazy("this month"), Part.LATE: gettext_lazy("late, earlier months"),
}  # fmt: skip


@dataclass(frozen=True)
class ShownRow:
    """A route of a site. A number, or a word where there is none to show."""

    part: Any
    route: Any
    is_total: bool
    contacts: Any
    codes: Any
    new_codes: Any
    naloxone: Any
    given: list[tuple[str, Any]]


@dataclass(frozen=True)
class ShownSite:
    """A site's month."""

    name: str
    reporting: Any
    closed_at: datetime | None
    is_reported: bool
    rows: list[ShownRow]


def shown_sites(returns: Iterable[SiteReturn], programme: Programme) -> list[ShownSite]:
    """Counts as they are, for who reports for these sites. No contact at a site that did not report is no 0."""
    items = {item.id: item for item in Item.objects.filter(programme=programme)}
    found = []
    for one in returns:
        rows = [
            _row(part, route, counts, items)
            for part in Part
            for route, counts in sorted(one.part(part).items(), key=_routes_first)
        ]
        if not one.own:
            rows.insert(0, _empty(one))
        found.append(
            ShownSite(
                one.site.name, REPORTING[one.reporting] if one.reporting else _("not reported yet"),
                one.closing.closed_at if one.closing else None, one.is_reported, rows,
            )
        )  # fmt: skip
    return found


def shown_told(told: ToldReturn, programme: Programme) -> list[ShownSite]:
    """Counts as they may be told, for who sees no other."""
    by_site: dict[Any, list[ReturnRow]] = {}
    for row in told.rows:
        by_site.setdefault(row.site_id, []).append(row)
    names = {item.id: item.name for item in told.items}
    return [
        ShownSite(
            rows[0].site, _("not reported") if rows[0].contacts == NOT_REPORTED else _("reported and closed"), None,
            rows[0].contacts != NOT_REPORTED,
            [
                ShownRow(
                    PARTS[row.part], _route(row.route), row.route == ALL_ROUTES, _said(row.contacts), _said(row.codes),
                    _said(row.new_codes), _said(row.naloxone),
                    [(names[item], _said(units)) for item, units in row.supplies.items() if units],
                )
                for row in rows
            ],
        )
        for rows in by_site.values()
    ]  # fmt: skip


def _routes_first(pair: tuple[str, RouteCounts]) -> tuple[bool, str]:
    return pair[0] == ALL_ROUTES, pair[0]


def _route(route: str) -> Any:
    return _("all routes") if route == ALL_ROUTES else ROUTES[route]


def _said(one: Any) -> Any:
    return _("not reported") if one == NOT_REPORTED else SUPPRESSED if one == SUPPRESSED else one


def _row(part: Part, route: str, counts: RouteCounts, items: dict[Any, Item]) -> ShownRow:
    given = [(items[item], supply.units) for item, supply in counts.supplies.items()]
    return ShownRow(
        PARTS[part], _route(route), route == ALL_ROUTES, counts.contacts, counts.codes, counts.new_codes,
        sum(units for item, units in given if item.kind in NALOXONE),
        sorted((item.name, units) for item, units in given),
    )  # fmt: skip


def _empty(one: SiteReturn) -> ShownRow:
    """A site without a contact: none where it reported, and otherwise not known."""
    number: Any = 0 if one.is_reported else _("not reported")
    return ShownRow(PARTS[Part.OWN], _("all routes"), True, number, number, number, number, [])
