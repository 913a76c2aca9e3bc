"""A log is sent; beside it the mappings that are kept, and what was imported last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from throughline.exchange.contacts_csv.choices import Choices, choices_from
from throughline.exchange.contacts_csv.load import KIND
from throughline.exchange.held import seal_for
from throughline.records.programme.models import ImportMapping, ImportRun, Programme
from throughline.rules.access import check_may_record_incident, may
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.imports.around import LOG, importing
from throughline.web.imports.forms import FileForm
from throughline.web.imports.state import Begun
from throughline.web.imports.wizard import LOOK
from throughline.web.request import PageRequest, show_refusal
from throughline.web.uploads import held_in_memory
from throughline.work.sealed import packed_file

SHOWN_RUNS = 12


@held_in_memory
@require_http_methods(["GET", "POST"])
def imports(request: PageRequest) -> HttpResponse:
    """Choose a file; posting has it read in the background. Nothing of it is kept yet."""
    programme = importing(request)
    kept = (
        ImportMapping.objects.visible_to(request.actor)
        .filter(programme=programme, kind=KIND)
        .order_by("name")
    )
    form = FileForm(request.POST or None, request.FILES or None, names=[one.name for one in kept])
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, programme, form.cleaned_data)
        except ThroughlineError as error:
            show_refusal(form, error)
    runs = ImportRun.objects.visible_to(request.actor).filter(
        programme=programme, kind=KIND, ended_at__isnull=False
    )
    context = {
        "form": form,
        "kept": kept,
        "open": LOG.on_their_way(request, programme),
        "takes_incidents": may(check_may_record_incident, request.actor, programme.id, None),
        "runs": runs.order_by("-ended_at")[:SHOWN_RUNS],
    }
    return render(request, "imports/imports.html", context, status=422 if request.method == "POST" else 200)


def _take(request: PageRequest, programme: Programme, given: dict[str, Any]) -> HttpResponse:
    choices = Choices("")
    if given["mapping"]:
        kept = ImportMapping.objects.visible_to(request.actor).get(
            programme=programme, kind=KIND, name=given["mapping"]
        )
        choices = choices_from(kept.choices)
        # Where the header stands is found anew: the lines above it differ from month to month.
        choices = replace(choices, file={k: v for k, v in choices.file.items() if k != "header_line"})
    name = given["file"].name
    file = seal_for(request.actor.id, packed_file(name, given["file"].read()))
    sent = Begun(owner=request.actor.id, programme=programme.id, filename=name, file=file, choices=choices)
    return LOG.ask(programme, sent, LOOK)
