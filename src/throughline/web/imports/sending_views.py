"""A log is sent and read; how it is read can be changed; it can be let go at any time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.exchange.contacts_csv.choices import Choices, choices_from
from throughline.exchange.contacts_csv.load import KIND
from throughline.exchange.held import seal
from throughline.records.foundation import new_id
from throughline.records.programme.models import ImportMapping, ImportRun, Programme
from throughline.vocabulary.errors import NotFound, Sentence, Unready
from throughline.web.imports.around import (
    LOOK,
    begin,
    context_for,
    enqueue,
    importing,
    is_under_way,
    looked,
    own,
    progress_of,
)
from throughline.web.imports.forms import FileForm, TableForm
from throughline.web.imports.state import About, Begun, keep_state, let_state_go, state_of
from throughline.web.request import PageRequest
from throughline.web.uploads import held_in_memory
from throughline.work.jobs import jobs_of
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
        return _take(request, programme, form.cleaned_data)
    runs = ImportRun.objects.visible_to(request.actor).filter(
        programme=programme, kind=KIND, ended_at__isnull=False
    )
    context = {
        "form": form,
        "kept": kept,
        "open": _open(request, programme),
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
    file = seal(packed_file(name, given["file"].read()))
    sent = Begun(new_id(), request.actor.id, programme.id, name, file, choices)
    return read_anew(request, programme, sent)


def read_anew(request: PageRequest, programme: Programme, sent: Begun) -> HttpResponse:
    job = begin(programme, request, LOOK, sent.id)
    sent = keep_state(replace(sent, look=job, tried="", kept="", is_worded=False))
    enqueue(LOOK, job, sent)
    return redirect("import_begun", begun_id=sent.id)


def _open(request: PageRequest, programme: Programme) -> list[Begun]:
    """One's own imports that are on their way, the newest first."""
    found: dict[str, Begun] = {}
    for job in jobs_of(programme, kind=LOOK):
        if job.asked_by == request.actor.id and job.freeze not in found:
            try:
                found[job.freeze] = state_of(UUID(job.freeze), request.actor, programme)
            except NotFound:
                continue
    return [one for one in found.values() if not one.kept or is_under_way(programme, one.kept)]


@require_GET
def begun(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """How far the reading is; then the table, or why it cannot be read."""
    programme, sent = own(request, begun_id)
    if sent.kept:
        return redirect("import_check", begun_id=begun_id)
    answer = progress_of(request, programme, sent.look, sent, "import_table")
    return answer or redirect("import_table", begun_id=begun_id)


@require_http_methods(["GET", "POST"])
def table(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """How the file was read, and what of it was chosen; changing it reads the file again."""
    programme, sent = own(request, begun_id)
    about, profile, refused = None, None, None
    try:
        about, profile = looked(sent)
    except Unready as why:
        if is_under_way(programme, sent.look):
            return redirect("import_begun", begun_id=begun_id)
        refused = why.sentence
    form = TableForm(request.POST or None, about=about, initial=_initial(about, sent))
    if request.method == "POST" and form.is_valid():
        file = _file(about, form.cleaned_data, sent.choices.file)
        changed = replace(sent, choices=replace(sent.choices, file=file))
        if about is None or _reads_otherwise(about, form.cleaned_data, sent.choices.file):
            return read_anew(request, programme, changed)
        keep_state(replace(changed, tried=""))
        return redirect("import_columns", begun_id=begun_id)
    context = context_for(sent, "import_table") | {
        "form": form, "about": about, "profile": profile, "refused": refused,
        "header_again": profile.faults.get("header_again", 0) if profile else 0,
    }  # fmt: skip
    return render(request, "imports/table.html", context, status=422 if request.method == "POST" else 200)


def _initial(about: About | None, sent: Begun) -> dict[str, Any]:
    file = sent.choices.file
    said = {"delimiter": file.get("delimiter", ""), "encoding": file.get("encoding", "")}
    if about is None:
        return said
    merged = "fill" if about.is_filled else file.get("merged")
    return said | {"sheet": about.sheet, "header_line": about.header_line, "merged": merged}


def _file(about: About | None, given: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What a mapping says of the file: only what could not be found out."""
    file = {name: given.get(name, "") for name in ("delimiter", "encoding")}
    if about is None:
        return {key: value for key, value in (before | file).items() if value}
    file |= {"sheet": given.get("sheet", ""), "merged": given.get("merged", before.get("merged", ""))}
    return {key: value for key, value in file.items() if value} | {"header_line": given["header_line"]}


def _reads_otherwise(about: About, given: dict[str, Any], before: dict[str, Any]) -> bool:
    return (
        given["header_line"] != about.header_line
        or given.get("sheet", about.sheet) != about.sheet
        or ("merged" in given and (given["merged"] == "fill") != about.is_filled)
        or any(given.get(name, "") != before.get(name, "") for name in ("delimiter", "encoding"))
    )


@require_POST
def drop(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """Let the file go, and all that was read and said of it."""
    programme, sent = own(request, begun_id)
    if sent.kept and is_under_way(programme, sent.kept):
        raise Unready(Sentence("This file is being imported. Wait until that is done."))
    let_state_go(sent)
    messages.success(request, _("The file was let go. Nothing of it was kept."))
    return redirect("imports")
