"""The first rows as they will be, and the name by which they are recognised when they come again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from throughline.exchange.contacts_csv.again import check_not_counted_twice, check_same_rows
from throughline.exchange.contacts_csv.choices import Choices, mapping_of, yaml_of
from throughline.exchange.contacts_csv.choices import Meaning as M
from throughline.exchange.contacts_csv.trying import first_rows
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.profile import TableProfile
from throughline.records.programme.models import Programme
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.imports.around import LOG
from throughline.web.imports.forms import NameForm, likely_name
from throughline.web.imports.shown import RowShower
from throughline.web.imports.state import About, Begun
from throughline.web.imports.wizard import TRY, looked
from throughline.web.request import PageRequest, now, show_refusal, words_of

UNNAMED = "log"


@require_http_methods(["GET", "POST"])
def rows(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """The first rows beside what stands in the file; posting has all rows tried in the background."""
    programme, sent, _beside = LOG.own(request, begun_id)
    if elsewhere := LOG.busy(programme, sent):
        return elsewhere
    about, profile = looked(sent)
    if not sent.is_worded:
        return redirect("import_words", begun_id=begun_id)
    form = NameForm(
        request.POST or None, initial={"name": sent.choices.name or likely_name(sent.filename, "contact-log")}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _try(programme, sent, about, form.cleaned_data)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    context = LOG.around(sent, "rows") | {
        "form": form,
        "back_url": reverse("import_words", args=[sent.id]),
    }
    try:
        named = replace(sent.choices, name=sent.choices.name or UNNAMED)
        context["rows"] = _shown(request, programme, profile, named)
        context["yaml"] = yaml_of(named)
    except ThroughlineError as error:
        context["misfit"] = words_of(error.sentence)
    return render(request, "imports/rows.html", context, status=status)


def _shown(
    request: PageRequest, programme: Programme, profile: TableProfile, choices: Choices
) -> list[dict[str, Any]]:
    used = {choice.column for choice in choices.columns if choice.meaning is not M.LEFT_OUT}
    at = [column.at for column in profile.columns if column.name in used]
    shower, found = RowShower(programme), []
    for row, draft in first_rows(
        profile=profile, mapping=mapping_of(choices), programme=programme, by=request.actor, at=now()
    ):
        cells = [
            (profile.columns[place].name, row.cells[place] if place < len(row.cells) else "") for place in at
        ]
        is_bad = isinstance(draft, Reject)
        found.append({
            "line": row.line, "cells": cells, "reject": draft if is_bad else None,
            "says": [] if isinstance(draft, Reject) else shower.of(draft),
        })  # fmt: skip
    return found


def _try(programme: Programme, sent: Begun, about: About, given: dict[str, Any]) -> HttpResponse:
    choices = replace(sent.choices, name=given["name"])
    mapping_of(choices)
    check_same_rows(programme, choices.name, [one.column for one in choices.of(M.ID)])
    if not given["is_another"]:
        check_not_counted_twice(programme, choices.name, about.sha256)
    return LOG.ask(programme, replace(sent, choices=choices, is_another=given["is_another"]), TRY)
