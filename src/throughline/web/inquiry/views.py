"""Sources: the table of them and adding one; themes and memos."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.exchange.transcript.load import Outcome, TranscriptResult, import_transcript
from throughline.records.inquiry.models import Analysis
from throughline.records.inquiry.queries import quotes_of, sources_for, themes_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.inquiry.around import around, chosen_analysis, sites_of
from throughline.web.inquiry.forms import SourceFilter, UploadForm
from throughline.web.inquiry.reading import counts_codes, hues_of, nodes_of
from throughline.web.request import PageRequest, now, require, show_refusal, words_of
from throughline.web.words import SOURCE_KINDS, STEPS, THEME_STATUSES

PER_PAGE = 50


@require_GET
def inquiry(request: PageRequest) -> HttpResponse:
    """The sources of an analysis, with filters."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "sources")
    analysis: Analysis | None = context["analysis"]
    if analysis is None:
        return render(request, "inquiry/no_analysis.html", context)
    filters = SourceFilter(request.GET or None, sites=sites_of(request, programme))
    rows: Any = sources_for(request.actor, programme.id)  # annotated there with standing_codings
    rows = rows.filter(analysis=analysis)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    if chosen.get("kind"):
        rows = rows.filter(kind=chosen["kind"])
    if chosen.get("site"):
        rows = rows.filter(site_id=chosen["site"])
    if chosen.get("coded") == "no":
        rows = rows.filter(standing_codings=0, erased_at=None)
    elif chosen.get("coded") == "yes":
        rows = rows.filter(standing_codings__gt=0)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    query = "".join(f"{name}={value}&" for name, value in chosen.items() if value)
    context |= {
        "filters": filters,
        "page": page,
        "query": f"analysis={analysis.id}&{query}",
        "sources": [(row, SOURCE_KINDS[row.kind]) for row in page.object_list],
        "counts": counts_codes(analysis),
        "is_filtered": bool(query),
    }
    return render(request, "inquiry/sources.html", context)


@require_http_methods(["GET", "POST"])
def upload(request: PageRequest) -> HttpResponse:
    """Add a transcript. What could not be read is refused with a sentence; nothing is half taken in."""
    programme = require(request, P.ADD_SOURCES)
    context = around(request, programme, "sources")
    analysis = chosen_analysis(context)
    form = UploadForm(request.POST or None, request.FILES or None, sites=sites_of(request, programme))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = import_transcript(
                    file=form.transcript(), analysis=analysis, about=form.about(), by=request.actor, at=now()
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                _tell(request, done)
                return redirect("source", source_id=done.source_id)
    return render(request, "inquiry/upload.html", context | {"form": form}, status=status)


def _tell(request: PageRequest, done: TranscriptResult) -> None:
    if done.outcome is Outcome.THERE_ALREADY:
        messages.info(request, _("This very file is there already. Nothing was added."))
        return
    messages.success(request, _("The source is added, encrypted under a key of its own."))
    for note in done.notes:
        messages.info(request, words_of(note))


@require_GET
def themes(request: PageRequest) -> HttpResponse:
    """The themes with what stands for and against them, in people's own words where they agreed to be quoted."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "themes")
    analysis = chosen_analysis(context)
    nodes = nodes_of(request.actor, analysis)
    hues, at = hues_of(nodes), now()
    sites = {site.id: site.name for site in sites_of(request, programme)}
    context["themes"] = [
        {
            "theme": theme,
            "status": THEME_STATUSES[theme.status],
            "steps": [STEPS[step] for step in theme.steps],
            "codes": [(code.name, hues.get(code.id, 8)) for code in theme.codes.all()],
            "quotes": _quotes(quotes := quotes_of(request.actor, theme, at), sites, is_contrary=False),
            "contrary": _quotes(quotes, sites, is_contrary=True),
            "withheld": quotes.withheld,
        }
        for theme in themes_for(request.actor, analysis)
    ]
    return render(request, "inquiry/themes.html", context)


def _quotes(quotes: Any, sites: dict[Any, str], *, is_contrary: bool) -> list[dict[str, Any]]:
    return [
        {
            "text": one.text,
            "who": ", ".join(speaker.label for speaker in one.speakers) or _("observation"),
            "where": sites.get(one.site_id, ""),
            "language": "" if one.language == "not_recorded" else one.language,
        }
        for one in quotes.shown
        if one.is_contrary == is_contrary
    ]
