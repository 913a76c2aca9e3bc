"""An analysis leaves as a project of REFI-QDA, through the door for words."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from throughline.exchange.project.leave import ProjectFormat, export_project
from throughline.exchange.project.staying import staying
from throughline.records.inquiry.models import Analysis, Source
from throughline.rules.access import check_may_add_source, check_may_release, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.projects.forms import ExportForm
from throughline.web.request import PageRequest, now, require, show_refusal

TYPES = {
    ProjectFormat.QDPX: "application/zip",
    ProjectFormat.QDE: "application/xml; charset=utf-8",
    ProjectFormat.QDC: "application/xml; charset=utf-8",
}


@require_http_methods(["GET", "POST"])
def export(request: PageRequest) -> HttpResponse:
    """Say as what and for whom; posting answers with the file. It is a line of the ledger."""
    programme = require(request, P.RELEASE_WORDS)
    require(request, P.SEE_SOURCES)
    check_may_release(request.actor, programme.id, P.RELEASE_WORDS)
    context = around(request, programme, "sources")
    analysis = chosen_analysis(context)
    form = ExportForm(request.POST or None)
    why = why_not(check_may_add_source, request.actor, programme.id)
    if why:
        del form.fields["is_untouched"]
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _file(request, analysis, form.cleaned_data)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    sources = Source.objects.visible_to(request.actor).filter(analysis=analysis, erased_at__isnull=True)
    context |= {
        "form": form,
        "why_not": why,
        "sources": sources.count(),
        "untouched": sources.filter(is_deidentified=False).count(),
        "stays": staying(request.actor, analysis),
    }
    return render(request, "inquiry/projects/export.html", context, status=status)


def _file(request: PageRequest, analysis: Analysis, given: dict[str, Any]) -> HttpResponse:
    form: ProjectFormat = given["form"]
    left = export_project(
        analysis=analysis, form=form, recipient=given["recipient"], is_untouched=given.get("is_untouched", False),
        by=request.actor, at=now(),
    )  # fmt: skip
    name = slugify(analysis.name) or "project"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form.value}"'}
    return HttpResponse(left.data, content_type=TYPES[form], headers=headers)
