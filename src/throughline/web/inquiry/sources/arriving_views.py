"""Transcripts come in: they are read, looked at, put right and only then kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.exchange.held import hold, let_go, take_up
from throughline.exchange.transcript.held import Held, packed, unpacked
from throughline.exchange.transcript.load import (
    Outcome,
    TranscriptFile,
    TranscriptResult,
    keep_transcript,
    there_already,
)
from throughline.exchange.transcript.read import read_transcript
from throughline.records.inquiry.models import Analysis
from throughline.rules.access import check_may_add_source
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.inquiry.around import around, chosen_analysis, sites_of
from throughline.web.inquiry.sources.arriving_forms import UploadForm
from throughline.web.inquiry.sources.looking import Look, chosen_for, look_at
from throughline.web.request import PageRequest, now, require, words_of
from throughline.web.uploads import held_in_memory

MOST_FILES = 500


@held_in_memory
@require_http_methods(["GET", "POST"])
def upload(request: PageRequest) -> HttpResponse:
    """Choose transcripts; posting shows how each was read. Nothing is kept yet."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    context = around(request, programme, "sources")
    analysis = chosen_analysis(context)
    form = UploadForm(request.POST or None, request.FILES or None, sites=sites_of(request, programme))
    status = 200
    if request.method == "POST":
        status = 422
        tickets = request.POST.getlist("held")[:MOST_FILES]
        if form.is_valid():
            tickets += [_put_aside(request, file) for file in form.cleaned_data["transcripts"][:MOST_FILES]]
            if tickets:
                return _look(request, context, analysis, form, dict(enumerate(tickets)))
            form.add_error("transcripts", _("Choose at least one file."))
        for ticket in tickets:
            let_go(ticket, owner=request.actor.id)
    return render(request, "inquiry/sources/upload.html", context | {"form": form}, status=status)


@held_in_memory
@require_POST
def hold_source(request: PageRequest) -> HttpResponse:
    """Read one file and put it aside: answers with the ticket to it, for the page that sends many one by one."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    file = request.FILES.get("transcripts")
    if file is None:
        return HttpResponse(status=422)
    return HttpResponse(_put_aside(request, file), content_type="text/plain")


def _put_aside(request: PageRequest, file: Any) -> str:
    """Why a file cannot be read is put aside in its place."""
    name, data = file.name, file.read()
    try:
        return hold(packed(Held(name, data, read_transcript(data, name))), owner=request.actor.id)
    except ThroughlineError as refused:
        return hold(packed(Held(name, refused=refused.sentence)), owner=request.actor.id)


@require_POST
def look_again(request: PageRequest) -> HttpResponse:
    """The same files with a turn put right, or with other turns of theirs to look at. Nothing is kept yet."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    context = around(request, programme, "sources")
    analysis = chosen_analysis(context)
    form = UploadForm(request.POST, sites=sites_of(request, programme))
    tickets = _tickets(request)
    if not form.is_valid() or not tickets:
        return render(request, "inquiry/sources/upload.html", context | {"form": form}, status=422)
    return _look(request, context, analysis, form, tickets)


def _tickets(request: PageRequest) -> dict[int, str]:
    """The place of a file on the page -> its ticket."""
    given = {
        name.removeprefix("ticket-"): value
        for name, value in request.POST.items()
        if name.startswith("ticket-")
    }
    return {
        int(place): str(ticket) for place, ticket in given.items() if place.isdecimal() and len(place) < 5
    }


def _look(
    request: PageRequest,
    context: dict[str, Any],
    analysis: Analysis,
    form: UploadForm,
    tickets: Mapping[int, str],
) -> HttpResponse:
    looks: list[Look] = []
    given = request.POST.dict() if request.POST.get("is_again") else None
    for place, ticket in tickets.items():
        try:
            held = unpacked(take_up(ticket, owner=request.actor.id))
        except ThroughlineError as gone:
            held = Held(_("A file"), refused=gone.sentence)
        there = there_already(TranscriptFile(held.filename, held.data), analysis) if held.data else None
        looks.append(look_at(place, ticket, held, there, len(tickets), given))
        if not looks[-1].can_be_kept:
            let_go(ticket, owner=request.actor.id)
    context |= {
        "looks": looks,
        "kept": [one for one in looks if one.can_be_kept],
        "carried": form.carried(),
    }
    is_refused = not context["kept"] or any(one.refusal for one in looks)
    return render(request, "inquiry/sources/look.html", context, status=422 if is_refused else 200)


@require_POST
def keep_sources(request: PageRequest) -> HttpResponse:
    """Keep what was looked at, as it was put right; each file has its own result."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    context = around(request, programme, "sources")
    analysis = chosen_analysis(context)
    form = UploadForm(request.POST, sites=sites_of(request, programme))
    if not form.is_valid():
        return render(request, "inquiry/sources/upload.html", context | {"form": form}, status=422)
    results = [_keep(request, analysis, form, place) for place in list(_tickets(request))[:MOST_FILES]]
    added = [one for one in results if one.outcome is Outcome.ADDED]
    if len(results) == 1 and results[0].source_id is not None:
        _tell(request, results[0])
        return redirect("read_source", source_id=results[0].source_id)
    status = 200 if added or any(one.source_id for one in results) else 422
    context |= {"results": results, "added": len(added)}
    return render(request, "inquiry/sources/kept.html", context, status=status)


def _keep(request: PageRequest, analysis: Analysis, form: UploadForm, place: int) -> TranscriptResult:
    ticket, name = request.POST.get(f"ticket-{place}", ""), request.POST.get(f"name-{place}", "")
    try:
        held = unpacked(take_up(ticket, owner=request.actor.id))
        if held.document is None:
            return TranscriptResult(held.filename, Outcome.REFUSED, sentence=held.refused)
        done = keep_transcript(
            file=TranscriptFile(held.filename, held.data), document=held.document, analysis=analysis,
            about=form.about(name), choices=chosen_for(request.POST.dict(), place, held.document),
            by=request.actor, at=now(),
        )  # fmt: skip
    except ThroughlineError as refused:
        return TranscriptResult(name or _("A file"), Outcome.REFUSED, sentence=refused.sentence)
    let_go(ticket, owner=request.actor.id)
    return done


def _tell(request: PageRequest, done: TranscriptResult) -> None:
    if done.outcome is Outcome.THERE_ALREADY:
        messages.info(request, _("This very file is there already. Nothing was added."))
        return
    messages.success(request, _("The source is added, encrypted under a key of its own."))
    for note in done.notes:
        messages.info(request, words_of(note))
