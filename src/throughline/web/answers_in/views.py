"""Answers that were given elsewhere, through pages: a file is sent, its columns are said, tried, imported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.rows import Left, RowDraft
from throughline.exchange.answers.trying import first_answers
from throughline.exchange.held import discard, seal_for
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.content import content_of_file, yaml_of
from throughline.exchange.table.profile import TableProfile
from throughline.records.programme.models import Programme, Site
from throughline.records.surveys import actions, queries
from throughline.records.surveys.models import KeptMapping, Wave
from throughline.rules.access import check_may_run_waves
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.web.answers_in import tasks
from throughline.web.answers_in.forms import NOTHING_WORDS, ColumnsForm, SendForm
from throughline.web.answers_in.said import (
    guesses_for,
    mapping_of,
    needs_questions,
    said,
    sites_of,
)
from throughline.web.answers_in.state import Begun
from throughline.web.imports.forms import likely_name
from throughline.web.imports.wizard import KEEP, LOOK, TRY, Wizard, looked
from throughline.web.request import PageRequest, now, require, show_refusal, words_of
from throughline.web.uploads import held_in_memory
from throughline.work.sealed import packed_file

SHOWN_ANSWERS = 12


def _importing(request: PageRequest) -> Programme:
    programme = require(request, P.RUN_WAVES)
    check_may_run_waves(request.actor, programme.id)
    return programme


def _beside(request: PageRequest, begun: Begun) -> dict[str, Any]:
    return {"wave": queries.wave_for(request.actor, begun.wave)}


ANSWERS = Wizard(
    name="answers", start="answers_in", title=gettext_lazy("Import answers"), kind=Begun, templates="answers_in",
    may=_importing, beside=_beside, steps=(
        ("table", gettext_lazy("The table")), ("columns", gettext_lazy("Columns")), ("rows", gettext_lazy("First rows")),
        ("check", gettext_lazy("Check and import")),
    ),
    works={LOOK: tasks.read_answers, TRY: tasks.try_answers_file, KEEP: tasks.import_answers_file},
    after_reading=lambda begun: "columns",
)  # fmt: skip


@held_in_memory
@require_http_methods(["GET", "POST"])
def answers_in(request: PageRequest) -> HttpResponse:
    """Choose a file and its wave; posting has it read in the background. Nothing of it is kept yet."""
    programme = _importing(request)
    waves = queries.waves_for(request.actor, programme.id).order_by("study__title", "-opens_on")
    kept = KeptMapping.objects.visible_to(request.actor).filter(programme=programme).order_by("name")
    form = SendForm(request.POST or None, request.FILES or None, waves=waves, kept=kept)
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, programme, form.cleaned_data)
        except ThroughlineError as error:
            show_refusal(form, error)
    context = {
        "form": form,
        "kept": kept,
        "open": ANSWERS.on_their_way(request, programme),
        "has_waves": waves.exists(),
    }
    return render(request, "answers_in/send.html", context, status=422 if request.method == "POST" else 200)


def _take(request: PageRequest, programme: Programme, given: dict[str, Any]) -> HttpResponse:
    mapping: dict[str, Any] = {}
    if given["mapping"]:
        mapping = content_of_file(given["mapping"].read(), given["mapping"].name, AnswersMapping)
    elif given["kept"]:
        # Where the header stands is found anew: the lines above it differ from file to file.
        mapping = dict(given["kept"].content)
        mapping["file"] = {key: one for key, one in mapping.get("file", {}).items() if key != "header_line"}
    else:
        mapping = {"source": given["source"]}
    file = seal_for(request.actor.id, packed_file(given["file"].name, given["file"].read()))
    book, dictionary = given["dictionary"], None
    if book:
        try:
            dictionary = seal_for(request.actor.id, packed_file(book.name, book.read()))
        except Unready:
            discard(file)  # it would take its room for a day, and nobody could find it
            raise
    sent = Begun(
        owner=request.actor.id, programme=programme.id, wave=given["wave"].id, filename=given["file"].name, file=file,
        dictionary=dictionary, mapping=mapping,
    )  # fmt: skip
    return ANSWERS.ask(programme, sent, LOOK)


@require_http_methods(["GET", "POST"])
def columns(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """A guess for what is needed; what is chosen is kept on the way."""
    programme, sent, beside = ANSWERS.own(request, begun_id)
    if elsewhere := ANSWERS.busy(programme, sent):
        return elsewhere
    wave, context = beside["wave"], ANSWERS.around(sent, "columns") | beside
    try:
        _about, profile = looked(sent)
    except Unready as why:
        return render(request, "answers_in/columns.html", context | {"refused": why.sentence})
    is_asked = needs_questions(sent, wave) and not any(
        one.get("columns_of") for one in sent.mapping.get("questions", ())
    )
    form = ColumnsForm(
        request.POST or None, profile=profile, mapping=sent.mapping, guesses=guesses_for(wave, profile), sites=sites_of(wave),
        asks=is_asked, name=likely_name(sent.filename, "answers"), elements=queries.code_names(wave),
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            changed = replace(
                sent, mapping=said(sent.mapping, form.cleaned_data, profile, sites_of(wave)), tried="", is_said=True
            )  # fmt: skip
            try:
                mapping_of(changed)
                changed.keep()
                return redirect("answers_rows", begun_id=begun_id)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    context |= {
        "form": form,
        "columns": len(profile.columns),
        "row_count": profile.row_count,
        "asks": is_asked,
    }
    return render(request, "answers_in/columns.html", context, status=status)


@require_http_methods(["GET", "POST"])
def rows(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """The first rows beside what they will be; posting has all rows tried in the background."""
    programme, sent, beside = ANSWERS.own(request, begun_id)
    if elsewhere := ANSWERS.busy(programme, sent):
        return elsewhere
    if not sent.is_said:
        return redirect("answers_columns", begun_id=begun_id)
    if request.method == "POST":
        return ANSWERS.ask(programme, sent, TRY)
    context = ANSWERS.around(sent, "rows") | beside | {
        "yaml": yaml_of(sent.content()), "back_url": reverse("answers_columns", args=[sent.id]),
    }  # fmt: skip
    try:
        _about, profile = looked(sent)
        context["rows"] = _shown(request, beside["wave"], sent, profile)
    except ThroughlineError as error:
        context["misfit"] = words_of(error.sentence)
    return render(request, "answers_in/rows.html", context)


def _shown(request: PageRequest, wave: Wave, sent: Begun, profile: TableProfile) -> list[dict[str, Any]]:
    names = dict(Site.objects.filter(programme=wave.programme_id).values_list("id", "name"))
    found = []
    for shown, row, answers in first_answers(
        profile=profile, mapping=mapping_of(sent), wave=wave, dictionary=sent.given_dictionary(), by=request.actor, at=now()
    ):  # fmt: skip
        told = [(path, _word(given)) for path, given in answers.items()]
        found.append({
            "line": shown.line, "reject": row if isinstance(row, Reject) else None, "is_left_out": isinstance(row, Left),
            "site": names[row.site_id] if isinstance(row, RowDraft) else "",
            "day": row.answered_on if isinstance(row, RowDraft) else None,
            "has_code": isinstance(row, RowDraft) and len(answers) < len(row.answers),
            "may_link": isinstance(row, RowDraft) and row.may_link,
            "says": told[:SHOWN_ANSWERS], "more": max(len(told) - SHOWN_ANSWERS, 0),
        })  # fmt: skip
    return found


def _word(given: Any) -> str:
    if isinstance(given, Nothing):
        return str(NOTHING_WORDS[given])
    if isinstance(given, frozenset | list | tuple):
        return ", ".join(sorted(map(str, given))) or _("none of them")
    return str(given)


@require_POST
def let_go(request: PageRequest, mapping_id: UUID) -> HttpResponse:
    """Keep a mapping no longer; what came with it stays."""
    _importing(request)
    found = KeptMapping.objects.visible_to(request.actor).filter(id=mapping_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such mapping."))
    actions.let_answers_mapping_go(mapping=found, by=request.actor, at=now())
    messages.success(request, _("The mapping is kept no longer. What came with it stays."))
    return redirect("answers_in")
