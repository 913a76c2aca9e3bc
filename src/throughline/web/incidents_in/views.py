"""A list of incidents through pages: a file is sent, its columns and words are said, tried, imported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from throughline.exchange.contacts_csv.again import check_not_counted_twice
from throughline.exchange.held import seal_for
from throughline.exchange.incidents_csv.load import KIND
from throughline.exchange.incidents_csv.mapping import IncidentMapping
from throughline.exchange.incidents_csv.trying import check_same_incidents, first_incidents
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.content import content_of_file, yaml_of
from throughline.exchange.table.profile import TableProfile
from throughline.records.programme.models import ImportMapping, Programme, Site
from throughline.rules.access import check_may_record_incident
from throughline.vocabulary.errors import ThroughlineError, Unready
from throughline.web.imports.around import importing
from throughline.web.imports.forms import NameForm, likely_name
from throughline.web.imports.state import About
from throughline.web.imports.wizard import KEEP, LOOK, TRY, Wizard, looked
from throughline.web.incidents_in import tasks
from throughline.web.incidents_in.forms import ColumnsForm, SendForm, WordsForm
from throughline.web.incidents_in.said import UNNAMED, columns_said, mapping_of, said, worded
from throughline.web.incidents_in.shown import said_of
from throughline.web.incidents_in.state import Begun
from throughline.web.request import PageRequest, now, show_refusal, words_of
from throughline.web.uploads import held_in_memory
from throughline.work.sealed import packed_file


def _importing(request: PageRequest) -> Programme:
    programme = importing(request)
    check_may_record_incident(request.actor, programme.id, None)
    return programme


INCIDENTS = Wizard(
    name="incidents", start="incidents_in", title=_("Import incidents"), kind=Begun, templates="incidents_in",
    may=_importing, steps=(
        ("table", _("The table")), ("columns", _("Columns")), ("words", _("Words")), ("rows", _("First rows")),
        ("check", _("Check and import")),
    ),
    works={LOOK: tasks.read_incidents, TRY: tasks.try_incidents_file, KEEP: tasks.import_incidents_file},
    after_reading=lambda begun: "columns",
)  # fmt: skip


@held_in_memory
@require_http_methods(["GET", "POST"])
def incidents_in(request: PageRequest) -> HttpResponse:
    """Choose a file; posting has it read in the background. Nothing of it is kept yet."""
    programme = _importing(request)
    kept = ImportMapping.objects.visible_to(request.actor).filter(programme=programme, kind=KIND)
    form = SendForm(
        request.POST or None,
        request.FILES or None,
        names=kept.order_by("name").values_list("name", flat=True),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, programme, form.cleaned_data)
        except ThroughlineError as error:
            show_refusal(form, error)
    context = {
        "form": form,
        "kept": kept.order_by("name"),
        "open": INCIDENTS.on_their_way(request, programme),
    }
    return render(request, "incidents_in/send.html", context, status=422 if request.method == "POST" else 200)


def _take(request: PageRequest, programme: Programme, given: dict[str, Any]) -> HttpResponse:
    mapping: dict[str, Any] = {}
    if given["said"]:
        mapping = content_of_file(given["said"].read(), given["said"].name, IncidentMapping)
    elif given["mapping"]:
        kept = ImportMapping.objects.visible_to(request.actor).get(
            programme=programme, kind=KIND, name=given["mapping"]
        )
        mapping = dict(kept.choices)
    name = given["file"].name
    file = seal_for(request.actor.id, packed_file(name, given["file"].read()))
    sent = Begun(owner=request.actor.id, programme=programme.id, filename=name, file=file, mapping=mapping)
    return INCIDENTS.ask(programme, sent, LOOK)


@require_http_methods(["GET", "POST"])
def columns(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """A guess for what is needed; what is chosen is kept on the way."""
    programme, sent, _beside = INCIDENTS.own(request, begun_id)
    if elsewhere := INCIDENTS.busy(programme, sent):
        return elsewhere
    context = INCIDENTS.around(sent, "columns")
    try:
        _about, profile = looked(sent)
    except Unready as why:
        return render(request, "incidents_in/columns.html", context | {"refused": why.sentence})
    zone = (
        Site.objects.filter(programme=programme).order_by("name").values_list("time_zone", flat=True).first()
    )
    form = ColumnsForm(request.POST or None, profile=profile, mapping=sent.mapping, time_zone=zone or "")
    if request.method == "POST" and form.is_valid():
        mapping = said(sent.mapping, form.cleaned_data, profile)
        is_same = columns_said(mapping) == columns_said(sent.mapping)
        replace(sent, mapping=mapping, tried="", is_said=True, is_worded=sent.is_worded and is_same).keep()
        return INCIDENTS.go("words", sent)
    context |= {"form": form, "columns": len(profile.columns), "row_count": profile.row_count}
    return render(
        request, "incidents_in/columns.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "POST"])
def words(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """What words stand for, and which stand for nothing."""
    programme, sent, _beside = INCIDENTS.own(request, begun_id)
    if elsewhere := INCIDENTS.busy(programme, sent):
        return elsewhere
    if not sent.is_said:
        return INCIDENTS.go("columns", sent)
    _about, profile = looked(sent)
    form = WordsForm(request.POST or None, profile=profile, mapping=sent.mapping)
    if request.method == "POST" and form.is_valid():
        mapping = worded(sent.mapping, form.cleaned_data)
        replace(sent, mapping=mapping, tried="", is_worded=True).keep()
        return INCIDENTS.go("rows", sent)
    context = INCIDENTS.around(sent, "words") | {
        "form": form, "rows": form.rows(), "back_url": INCIDENTS.to("incidents_columns", sent),
    }  # fmt: skip
    return render(
        request, "incidents_in/words.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "POST"])
def rows(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """The first rows beside what stands in the file; posting has all rows tried in the background."""
    programme, sent, _beside = INCIDENTS.own(request, begun_id)
    if elsewhere := INCIDENTS.busy(programme, sent):
        return elsewhere
    if not sent.is_worded:
        return redirect("incidents_words", begun_id=begun_id)
    about, profile = looked(sent)
    name = sent.mapping_name or likely_name(sent.filename, "incidents")
    form, status = NameForm(request.POST or None, initial={"name": name}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _try(programme, sent, about, form.cleaned_data)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    context = INCIDENTS.around(sent, "rows") | {
        "form": form, "back_url": reverse("incidents_words", args=[sent.id]), "yaml": yaml_of({"name": UNNAMED} | sent.content()),
    }  # fmt: skip
    try:
        context["rows"] = _shown(request, programme, sent, profile)
    except ThroughlineError as error:
        context["misfit"] = words_of(error.sentence)
    return render(request, "incidents_in/rows.html", context, status=status)


def _try(programme: Programme, sent: Begun, about: About, given: dict[str, Any]) -> HttpResponse:
    named = replace(sent, mapping=sent.mapping | {"name": given["name"]}, is_another=given["is_another"])
    check_same_incidents(programme, mapping_of(named))
    if not given["is_another"]:
        check_not_counted_twice(programme, given["name"], about.sha256, KIND)
    return INCIDENTS.ask(programme, named, TRY)


def _shown(
    request: PageRequest, programme: Programme, sent: Begun, profile: TableProfile
) -> list[dict[str, Any]]:
    mapping = mapping_of(sent)
    used = set(mapping.columns())
    at = [column for column in profile.columns if column.name in used]
    numbers: dict[str, int] = {}
    found = []
    for shown, row in first_incidents(profile=profile, mapping=mapping, programme=programme, by=request.actor, at=now()):  # fmt: skip
        told: dict[str, Any] = {
            "line": shown.line, "reject": row if isinstance(row, Reject) else None,
            "cells": [(one.name, shown.cells[one.at] if one.at < len(shown.cells) else "") for one in at],
        }  # fmt: skip
        if not isinstance(row, Reject):
            number = numbers.setdefault(row.incident, len(numbers) + 1)
            told["says"] = list(said_of(row, number, mapping.time_zone))
        found.append(told)
    return found
