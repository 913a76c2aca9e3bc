"""The thematic map: to look at, and to hand in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from throughline.reporting.theme_map import SVG, map_of, map_svg
from throughline.rules.permissions import Permission as P
from throughline.web.inquiry.around import chosen_analysis
from throughline.web.inquiry.themes.views import around_themes
from throughline.web.request import PageRequest, require


@require_GET
def theme_map(request: PageRequest) -> HttpResponse:
    """The themes that were not let go, with their subthemes and how they bear on each other; the same in words below."""
    programme = require(request, P.SEE_SOURCES)
    context = around_themes(request, programme, "map")
    analysis = chosen_analysis(context)
    context |= map_of(request.actor, analysis)
    return render(request, "inquiry/themes/theme_map.html", context)


@require_GET
def theme_map_file(request: PageRequest) -> HttpResponse:
    """The map as an SVG file. It holds names of themes and kinds of relations: nothing that anybody said."""
    programme = require(request, P.SEE_SOURCES)
    analysis = chosen_analysis(around_themes(request, programme, "map"))
    content = map_svg(request.actor, analysis)
    name = slugify(f"{analysis.name}-map") or "map"
    headers = {"Content-Disposition": f'attachment; filename="{name}.svg"'}
    return HttpResponse(content, content_type=f"{SVG}; charset=utf-8", headers=headers)
