"""The table of sources."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from throughline.records.inquiry.models import Analysis, Source
from throughline.records.inquiry.queries.catalogue import (
    attributes_in,
    catalogue,
    coded_among,
    codings_on,
    languages_in,
    read_by,
)
from throughline.records.inquiry.queries.derived import derived_by
from throughline.rules.permissions import Permission as P
from throughline.web.inquiry.around import around, sites_of
from throughline.web.inquiry.coding.reading import counts_codes
from throughline.web.inquiry.sources.facts_forms import ARMS, LANGUAGES, PHASES
from throughline.web.inquiry.sources.forms import SourceFilter
from throughline.web.request import PageRequest, require
from throughline.web.words import SOURCE_KINDS

PER_PAGE = 50


@require_GET
def inquiry(request: PageRequest) -> HttpResponse:
    """The sources of an analysis, filtered and sorted."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "sources")
    analysis: Analysis | None = context["analysis"]
    if analysis is None:
        return render(request, "inquiry/no_analysis.html", context)
    filters = SourceFilter(
        request.GET or None, sites=sites_of(request, programme), languages=languages_in(request.actor, analysis),
        attributes=attributes_in(request.actor, analysis),
    )  # fmt: skip
    rows = catalogue(request.actor, analysis, filters.sought())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    chosen = filters.chosen()
    context |= {
        "filters": filters,
        "page": page,
        "query": urlencode({"analysis": str(analysis.id), **chosen}) + "&",
        "sources": _shown(request, analysis, list(page.object_list)),
        "counts": counts_codes(analysis),
        "is_filtered": bool(set(chosen) - {"sort"}),
    }
    return render(request, "inquiry/sources/sources.html", context)


def _shown(request: PageRequest, analysis: Analysis, rows: list[Source]) -> list[dict[str, Any]]:
    """The rows of the table with what is derived and counted for them."""
    ids, derived = [row.id for row in rows], derived_by(analysis)
    codings = codings_on(request.actor, ids) if counts_codes(analysis) else {}
    coded, read = set(codings) or coded_among(request.actor, ids), read_by(request.actor, ids)
    shown = []
    for row in rows:
        follows = derived(row)
        shown.append(
            {
                "source": row,
                "kind": SOURCE_KINDS[row.kind],
                "arm": ARMS[follows.arm] if follows.arm else "",
                "phase": PHASES[follows.phase] if follows.phase else "",
                "language": dict(LANGUAGES).get(row.language, row.language),
                "codings": codings.get(row.id, 0),
                "is_coded": row.id in coded,
                "is_read": row.id in read,
            }
        )
    return shown
