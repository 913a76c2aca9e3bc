"""The first rows as they will be, a trial of all rows with what cannot be used, and the import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.exchange.contacts_csv.again import check_not_counted_twice, check_same_rows
from throughline.exchange.contacts_csv.choices import Choices, mapping_of, yaml_of
from throughline.exchange.contacts_csv.choices import Meaning as M
from throughline.exchange.contacts_csv.trying import first_rows
from throughline.exchange.held import GONE
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.profile import TableProfile
from throughline.records.programme.actions.imports import MAPPING_NAME
from throughline.records.programme.models import Programme
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, ThroughlineError, Unready
from throughline.web.imports.around import (
    KEEP,
    TRY,
    begin,
    context_for,
    enqueue,
    is_under_way,
    looked,
    own,
    progress_of,
)
from throughline.web.imports.forms import NameForm
from throughline.web.imports.shown import RowShower
from throughline.web.imports.state import About, Begun, keep_state
from throughline.web.request import PageRequest, now, show_refusal, words_of
from throughline.work.sealed import told_by

UNNAMED = "log"


@require_http_methods(["GET", "POST"])
def rows(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """The first rows beside what stands in the file; posting has all rows tried in the background."""
    programme, sent = own(request, begun_id)
    about, profile = looked(sent)
    if not sent.is_worded:
        return redirect("import_words", begun_id=begun_id)
    form = NameForm(request.POST or None, initial={"name": sent.choices.name or _likely_name(sent.filename)})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _try(request, programme, sent, about, form.cleaned_data)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    context = context_for(sent, "import_rows") | {
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


def _likely_name(filename: str) -> str:
    """The file's name without what differs from month to month: digits and what stands between them."""
    stem = "".join(" " if one.isdigit() or one in "._" else one for one in PurePath(filename).stem)
    return slugify(stem)[:60].strip("-_") or "contact-log"


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


def _try(
    request: PageRequest, programme: Programme, sent: Begun, about: About, given: dict[str, Any]
) -> HttpResponse:
    if not MAPPING_NAME.fullmatch(given["name"]):
        raise Invalid(
            Sentence("The name is small letters, digits, - and _: for example harbour-log."),
            fields={"name": Sentence("Small letters, digits, - and _.")},
        )
    choices = replace(sent.choices, name=given["name"])
    mapping_of(choices)
    check_same_rows(programme, choices.name, [one.column for one in choices.of(M.ID)])
    if not given["is_another"]:
        check_not_counted_twice(programme, choices.name, about.sha256)
    job = begin(programme, request, TRY, sent.id)
    tried = keep_state(replace(sent, choices=choices, tried=job, kept=""))
    enqueue(TRY, job, tried)
    return redirect("import_check", begun_id=sent.id)


@require_GET
def check(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """How far the trial or the import is, then what it told."""
    programme, sent = own(request, begun_id)
    newest = sent.kept or sent.tried
    if not newest:
        return redirect("import_rows", begun_id=begun_id)
    answer = progress_of(request, programme, newest, sent, "import_check")
    if answer is not None:
        return answer
    told = told_by(newest)
    trial = _told(sent.tried) if sent.kept else told
    context = context_for(sent, "import_check") | {
        "told": told, "is_import": bool(sent.kept),
        "is_done": bool(sent.kept) and "refused" not in told, "reasons": trial.get("reasons", []),
        "keep_url": reverse("keep_import", args=[sent.id]), "columns_url": reverse("import_columns", args=[sent.id]),
        "rejects_url": reverse("import_rejects", args=[sent.id]), "mapping_name": sent.choices.name, "note_tone": "warn",
    }  # fmt: skip
    return render(request, "imports/check.html", context)


@require_POST
def keep(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """Import the rows that can be used, in the background. Sent twice, it is done once."""
    programme, sent = own(request, begun_id)
    if sent.kept and (is_under_way(programme, sent.kept) or "refused" not in _told(sent.kept)):
        return redirect("import_check", begun_id=begun_id)
    if not sent.tried or is_under_way(programme, sent.tried) or "refused" in _told(sent.tried):
        raise Unready(Sentence("All rows have to be checked before they are imported. Do that first."))
    job = begin(programme, request, KEEP, sent.id)
    keeping = keep_state(replace(sent, kept=job))
    enqueue(KEEP, job, keeping)
    return redirect("import_check", begun_id=begun_id)


def _told(job: str) -> dict[str, Any]:
    try:
        return told_by(job)
    except NotFound:
        return {"refused": GONE}


@require_GET
def rejects(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """Which rows cannot be used, where and why. Like the command line's, it never holds what stands in a cell."""
    _programme, sent = own(request, begun_id)
    told = told_by(sent.tried) if sent.tried else {}
    if "rejects" not in told:
        raise NotFound(GONE)
    name = slugify(sent.choices.name) or "import"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-rejects.csv"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(told["rejects"], content_type="text/csv; charset=utf-8", headers=headers)
