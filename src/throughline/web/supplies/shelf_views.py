"""What is on the shelves of a site, and what ever happened on them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from throughline.records.engagement.queries.stock import (
    COVER_DAYS,
    EXPIRING_DAYS,
    RUNS_OUT_DAYS,
    USE_DAYS,
    Shelf,
    on_hand_for,
    silence_at,
)
from throughline.records.programme.models import Programme, Site
from throughline.records.supplies.models import StockCount, StockMovement
from throughline.records.supplies.queries import counts_at, movements_at, stock_site_for, stock_sites_for
from throughline.rules.access import holds
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.web.request import PageRequest, has_any, now, require, uuid_or_none
from throughline.web.supplies.forms import CoverForm
from throughline.web.supplies.words import COUNTED_IN, MOVEMENTS, WITHDRAWN_WHYS, WRITE_OFF_REASONS
from throughline.web.words import listed
from throughline.work.shelves import Summary, summaries

SITE = "stock_site"  # in the session: which shelf was looked at last
A_PAGE = 40


def site_of(request: PageRequest, site_id: UUID) -> Site:
    """A site of the programme that is open; 404 where its shelves are not the actor's to see."""
    programme = require(request, P.COUNT_STOCK)
    site = stock_site_for(request.actor, site_id)
    if site.programme_id != programme.id:
        raise NotFound(Sentence("There is no such site."))
    return site


def may_manage(request: PageRequest, site: Site) -> bool:
    return holds(request.actor, P.MANAGE_SUPPLIES, site.programme_id, site.id)


@require_GET
def supplies(request: PageRequest) -> HttpResponse:
    """The shelf of one site (`?site=`), how long it lasts, what to order (`?days=`)."""
    programme = require(request, P.COUNT_STOCK)
    at = now()
    sites = stock_sites_for(request.actor, programme.id, at.date())
    site = _chosen(request, sites)
    if site is None:
        return render(request, "supplies/no_site.html", {"manages": has_any(request, [P.MANAGE_PROGRAMME])})
    request.session[SITE] = str(site.id)
    cover = CoverForm(request.GET if "days" in request.GET else None)
    days = (cover.cleaned_data["days"] if cover.is_bound and cover.is_valid() else None) or COVER_DAYS
    shelf = on_hand_for(request.actor, site.id, at, cover_days=days)
    context = {
        "shelf": shelf, "site": site, "sites": sites, "may_manage": may_manage(request, site), "cover": cover,
        "unexplained": _unexplained(request, site), "use_days": USE_DAYS, "runs_out_days": RUNS_OUT_DAYS,
        "expiring_days": EXPIRING_DAYS,
        "rows": [(line, COUNTED_IN[line.item.unit]) for line in shelf.lines],
        "order": [(line, COUNTED_IN[line.item.unit]) for line in shelf.order],
        "can_order": any(not isinstance(line.to_order, Nothing) for line in shelf.lines),
        "silence": silence_at(request.actor, site, at) if shelf.lines and not any(one.used for one in shelf.lines) else None,
        "covers": _covers(programme, shelf), "needs_agreement": programme.is_agreement_needed,
    }  # fmt: skip
    return render(request, "supplies/shelf.html", context)


def _chosen(request: PageRequest, sites: list[Site]) -> Site | None:
    """The site asked for, else the one looked at last, else the first; 404 for one that is not the actor's."""
    by_id = {site.id: site for site in sites}
    if "site" in request.GET:
        asked = by_id.get(uuid_or_none(request.GET["site"]))  # type: ignore[arg-type]  # None is no key: not found
        if asked is None:
            raise NotFound(Sentence("There is no such site."))
        return asked
    last = uuid_or_none(request.session.get(SITE))
    return by_id.get(last, sites[0] if sites else None) if last else (sites[0] if sites else None)


def _unexplained(request: PageRequest, site: Site) -> dict[str, Any] | None:
    """The newest count, where items of it differ and nobody has said why."""
    newest = counts_at(request.actor, site).filter(withdrawn_at=None).first()
    if newest is None:
        return None
    number = summaries(site, [newest])[newest.id].unexplained
    return {"count": newest, "number": number} if number else None


def _covers(programme: Programme, shelf: Shelf) -> list[tuple[Any, Any]]:
    kinds = listed(programme.id, "item_kind", with_retired=True)
    return [(one, kinds.get(one.item_kind, one.item_kind)) for one in shelf.covers]


@require_GET
def history(request: PageRequest, site_id: UUID) -> HttpResponse:
    """Everything that came, left or was counted, newest first; the withdrawn things, too."""
    site = site_of(request, site_id)
    moved, counted = movements_at(request.actor, site), counts_at(request.actor, site)
    told = [
        *((at, "movement", pk) for pk, at in moved.values_list("id", "happened_at")),
        *((at, "count", pk) for pk, at in counted.values_list("id", "counted_at")),
    ]
    page = Paginator(sorted(told, reverse=True), A_PAGE).get_page(request.GET.get("page"))
    keys = {pk for _at, _kind, pk in page.object_list}
    movements = {row.id: row for row in moved.filter(id__in=keys)}
    counts = {row.id: row for row in counted.filter(id__in=keys)}
    told_of = summaries(site, list(counts.values()))
    lines = [
        _moved(site, movements[pk]) if kind == "movement" else _counted(counts[pk], told_of.get(pk))
        for _at, kind, pk in page.object_list
    ]
    context = {"site": site, "page": page, "lines": lines, "may_manage": may_manage(request, site)}
    return render(request, "supplies/history.html", context)


def _moved(site: Site, row: StockMovement) -> dict[str, Any]:
    is_in = row.to_site_id == site.id
    return {
        "movement": row, "at": row.happened_at, "what": MOVEMENTS[row.kind], "is_in": is_in,
        "unit": COUNTED_IN[row.item.unit], "other": (row.from_site if is_in else row.to_site),
        "reason": WRITE_OFF_REASONS.get(row.reason), "withdrawn": WITHDRAWN_WHYS.get(row.withdrawn_why),
        "is_own": row.answered_for_at == site.id,
    }  # fmt: skip


def _counted(row: StockCount, summary: Summary | None) -> dict[str, Any]:
    return {
        "count": row, "at": row.counted_at, "summary": summary, "withdrawn": WITHDRAWN_WHYS.get(row.withdrawn_why),
    }  # fmt: skip
