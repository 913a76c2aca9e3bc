"""Instruments: forms come in, are looked at before they are kept, and are shown version by version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.exchange.held import hold, let_go, take_up
from throughline.exchange.xlsform.choosing import nothings_in, with_nothings
from throughline.exchange.xlsform.read import FormRefused, read_xlsform
from throughline.records.programme.models import Programme
from throughline.records.study.queries import studies_for, study_for
from throughline.records.surveys.actions import add_instrument_version
from throughline.records.surveys.models import Instrument, InstrumentVersion
from throughline.records.surveys.queries import questions_of, version_for
from throughline.rules.access import check_may_run_waves, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.surveys import InstrumentDraft, Question
from throughline.web.request import PageRequest, now, require, show_refusal, uuid_or_none
from throughline.web.surveys.drawing import as_text
from throughline.web.surveys.instrument_forms import FormFileForm, KeepForm
from throughline.web.surveys.question_words import asks_for_files, kinds_told, languages_told, shown
from throughline.web.uploads import held_in_memory

MOST_FAULTS = 40


@require_GET
def instruments(request: PageRequest) -> HttpResponse:
    """Every form of the programme's studies, with its versions."""
    programme = require(request, P.SEE_WAVES, P.RUN_WAVES)
    versions = InstrumentVersion.objects.defer("xlsform", "xform", "questions").order_by("-number")
    rows = (
        Instrument.objects.visible_to(request.actor)
        .filter(programme=programme)
        .select_related("study")
        .prefetch_related(Prefetch("versions", queryset=versions))
        .order_by("study__title", "code")
    )
    why = why_not(check_may_run_waves, request.actor, programme.id)
    return render(request, "surveys/instruments.html", {"instruments": rows, "why_not_add": why})


@held_in_memory
@require_http_methods(["GET", "POST"])
def add_instrument(request: PageRequest) -> HttpResponse:
    """Choose a form; posting reads it and shows what it asks, or why it cannot be used. Nothing is kept yet."""
    programme = _running(request)
    form = FormFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        name, content = form.cleaned_data["file"].name, form.cleaned_data["file"].read()
        try:
            draft = read_xlsform(name, content)
        except Invalid as refused:
            show_refusal(form, refused)
            faults = refused.faults if isinstance(refused, FormRefused) else ()
            context |= {"faults": faults[:MOST_FAULTS], "more": max(len(faults) - MOST_FAULTS, 0)}
        else:
            ticket = hold(json.dumps(draft.file_name).encode() + b"\n" + content, owner=request.actor.id)
            keep = _keep_form(request, programme, draft, initial=KeepForm.initial_of(draft, ticket))
            return _look(request, draft, keep)
    status = 422 if request.method == "POST" else 200
    return render(request, "surveys/add_instrument.html", context, status=status)


@require_POST
def keep_instrument(request: PageRequest) -> HttpResponse:
    """Keep the form that was looked at as the next version of its instrument."""
    programme = _running(request)
    ticket = str(request.POST.get("held", ""))
    name, _line, content = take_up(ticket, owner=request.actor.id).partition(b"\n")
    try:
        file_name = str(json.loads(name))
    except ValueError:
        raise Invalid(Sentence("What is held under this ticket is no form. Choose the form again.")) from None
    draft = read_xlsform(file_name, content)
    form = _keep_form(request, programme, draft, data=request.POST)
    if not form.is_valid():
        return _look(request, draft, form, status=422)
    given = form.cleaned_data
    try:
        version = add_instrument_version(
            study=study_for(request.actor, UUID(given["study"])), code=given["code"], title=given["title"],
            draft=with_nothings(draft, form.said()), by=request.actor, at=now(),
        )  # fmt: skip
    except Invalid as refused:
        show_refusal(form, refused)
        return _look(request, draft, form, status=422)
    let_go(ticket, owner=request.actor.id)
    return redirect("instrument_version", version_id=version.id)


@require_GET
def instrument_version(request: PageRequest, version_id: UUID) -> HttpResponse:
    """What a version asks, in a language of its own."""
    programme, version = _version(request, version_id)
    questions = questions_of(version)
    language = request.GET.get("language", "")
    language = language if language in version.languages else next(iter(version.languages), "")
    context = {
        "version": version, "instrument": version.instrument, "study": version.instrument.study,
        "questions": shown(questions, language), "language": language, "kinds": kinds_told(questions),
        "languages": languages_told(questions, version.languages), "nothings": _nothings(questions, language),
        "asks_for_files": asks_for_files(questions),
        "files": version.xform.count("jr://images/") + version.xform.count("jr://file"),
        "why_not_add": why_not(check_may_run_waves, request.actor, programme.id),
    }  # fmt: skip
    return render(request, "surveys/instrument_version.html", context)


@require_GET
def instrument_file(request: PageRequest, version_id: UUID) -> FileResponse:
    """The untouched file of a version."""
    _programme, version = _version(request, version_id)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(
        [bytes(version.xlsform)], as_attachment=True, filename=version.file_name, content_type=kind
    )


@require_GET
def instrument_xform(request: PageRequest, version_id: UUID) -> HttpResponse:
    """The compiled form, for the page that draws it."""
    _programme, version = _version(request, version_id)
    return as_text(version.xform)


def _running(request: PageRequest) -> Programme:
    programme = require(request, P.RUN_WAVES)
    check_may_run_waves(request.actor, programme.id)
    return programme


def _version(request: PageRequest, version_id: UUID) -> tuple[Programme, InstrumentVersion]:
    programme = require(request, P.SEE_WAVES, P.RUN_WAVES)
    return programme, version_for(request.actor, version_id)


def _keep_form(request: PageRequest, programme: Programme, draft: InstrumentDraft, **given: Any) -> KeepForm:
    studies = list(studies_for(request.actor, programme.id))
    asked = uuid_or_none(request.GET.get("study"))
    return KeepForm(studies=sorted(studies, key=lambda one: one.id != asked), draft=draft, **given)


def _look(request: PageRequest, draft: InstrumentDraft, form: KeepForm, *, status: int = 200) -> HttpResponse:
    """What would be kept."""
    context = {
        "draft": draft, "form": form, "questions": shown(draft.questions, draft.languages[0]),
        "kinds": kinds_told(draft.questions), "languages": languages_told(draft.questions, draft.languages),
        "asks_for_files": asks_for_files(draft.questions),
        "files": draft.xform.count("jr://images/") + draft.xform.count("jr://file"),
    }  # fmt: skip
    return render(request, "surveys/look_instrument.html", context, status=status)


def _nothings(questions: Sequence[Question], language: str) -> list[dict[str, Any]]:
    return [
        {"question": question.label(language), "choice": choice.label(language), "kind": choice.nothing}
        for question, choice in nothings_in(questions)
    ]  # fmt: skip
