"""Answers that were given elsewhere, through pages: a file is sent, its columns are said, tried, imported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.rows import Left, RowDraft
from throughline.exchange.answers.trying import first_answers
from throughline.exchange.held import GONE, seal
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.content import content_of_file, yaml_of
from throughline.exchange.table.profile import TableProfile
from throughline.records.foundation import new_id
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
    likely_name,
    mapping_of,
    needs_questions,
    said,
    sites_of,
)
from throughline.web.answers_in.state import Begun, keep_state, let_state_go, state_of
from throughline.web.imports.around import is_under_way, looked, working
from throughline.web.request import PageRequest, now, require, show_refusal, words_of
from throughline.web.uploads import held_in_memory
from throughline.work.jobs import ask_for, jobs_of
from throughline.work.sealed import packed_file, told_by

LOOK, TRY, KEEP = "answers-look", "answers-try", "answers-keep"  # kinds of work
WORK = {LOOK: tasks.read_answers, TRY: tasks.try_answers_file, KEEP: tasks.import_answers_file}
STEPS = (
    ("answers_columns", gettext_lazy("Columns")),
    ("answers_rows", gettext_lazy("First rows")),
    ("answers_check", gettext_lazy("Check and import")),
)
SHOWN_ANSWERS = 12


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
    context = {"form": form, "kept": kept, "open": _open(request, programme), "has_waves": waves.exists()}
    return render(request, "answers_in/send.html", context, status=422 if request.method == "POST" else 200)


def _take(request: PageRequest, programme: Programme, given: dict[str, Any]) -> HttpResponse:
    mapping: dict[str, Any] = {}
    if given["mapping"]:
        mapping = content_of_file(given["mapping"].read(), given["mapping"].name, AnswersMapping)
    elif given["kept"]:
        mapping = dict(given["kept"].content)
    else:
        mapping = {"source": given["source"]}
    file = seal(packed_file(given["file"].name, given["file"].read()))
    book = given["dictionary"]
    sent = Begun(
        new_id(), request.actor.id, programme.id, given["wave"].id, given["file"].name, file,
        seal(packed_file(book.name, book.read())) if book else None, mapping,
    )  # fmt: skip
    return _work(programme, sent, LOOK)


def _work(programme: Programme, sent: Begun, kind: str) -> HttpResponse:
    """Ask for work, and go where its progress is shown."""
    job = ask_for(programme, kind=kind, freeze=sent.id.hex, asked_by=sent.owner).id
    changed = {LOOK: {"look": job}, TRY: {"tried": job, "kept": ""}, KEEP: {"kept": job}}[kind]
    keep_state(replace(sent, **changed))  # type: ignore[arg-type]  # fields of Begun
    WORK[kind].enqueue(
        job_id=job, begun_id=str(sent.id), programme_id=str(sent.programme), account_id=sent.owner
    )
    return redirect("answers_begun" if kind == LOOK else "answers_check", begun_id=sent.id)


def _open(request: PageRequest, programme: Programme) -> list[Begun]:
    """One's own files that are on their way, the newest first."""
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
    """How far the reading is; then the columns, or why the file cannot be read."""
    programme, sent, wave = _own(request, begun_id)
    answer = working(request, programme, sent.look, _around(sent, wave, "answers_columns"))
    return answer or redirect("answers_columns", begun_id=begun_id)


@require_http_methods(["GET", "POST"])
def columns(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """A guess for what is needed; what is chosen is kept on the way."""
    programme, sent, wave = _own(request, begun_id)
    context = _around(sent, wave, "answers_columns")
    if is_under_way(programme, sent.look):
        return redirect("answers_begun", begun_id=begun_id)
    try:
        _about, profile = looked(sent)  # type: ignore[arg-type]  # it reads `look` and `kept` alone
    except Unready as why:
        return render(request, "answers_in/columns.html", context | {"refused": why.sentence})
    is_asked = needs_questions(sent, wave) and not any(
        one.get("columns_of") for one in sent.mapping.get("questions", ())
    )
    form = ColumnsForm(
        request.POST or None, profile=profile, mapping=sent.mapping, guesses=guesses_for(wave, profile), sites=sites_of(wave),
        asks=is_asked, name=likely_name(sent.filename), elements=queries.code_names(wave),
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
                keep_state(changed)
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
    programme, sent, wave = _own(request, begun_id)
    if not sent.is_said:
        return redirect("answers_columns", begun_id=begun_id)
    if request.method == "POST":
        return _work(programme, sent, TRY)
    back_url = reverse("answers_columns", args=[sent.id])
    context = _around(sent, wave, "answers_rows") | {"yaml": yaml_of(sent.mapping), "back_url": back_url}
    try:
        _about, profile = looked(sent)  # type: ignore[arg-type]  # it reads `look` and `kept` alone
        context["rows"] = _shown(request, wave, sent, profile)
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


@require_GET
def check(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """How far the trial or the import is, then what it told."""
    programme, sent, wave = _own(request, begun_id)
    newest = sent.kept or sent.tried
    if not newest:
        return redirect("answers_rows", begun_id=begun_id)
    context = _around(sent, wave, "answers_check")
    answer = working(request, programme, newest, context)
    if answer is not None:
        return answer
    told = told_by(newest)
    trial = _told(sent.tried) if sent.kept else told
    context |= {
        "told": told, "is_import": bool(sent.kept), "is_done": bool(sent.kept) and "refused" not in told,
        "reasons": trial.get("reasons", []), "rejects_url": reverse("answers_rejects", args=[sent.id]),
        "keep_url": reverse("keep_answers", args=[sent.id]), "columns_url": reverse("answers_columns", args=[sent.id]),
        "mapping_name": sent.mapping.get("name", ""), "note_tone": "info",
    }  # fmt: skip
    return render(request, "answers_in/check.html", context)


@require_POST
def keep(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """Import the rows that can be used, in the background. Sent twice, it is done once."""
    programme, sent, _wave = _own(request, begun_id)
    if sent.kept and (is_under_way(programme, sent.kept) or "refused" not in _told(sent.kept)):
        return redirect("answers_check", begun_id=begun_id)
    if not sent.tried or is_under_way(programme, sent.tried) or "refused" in _told(sent.tried):
        raise Unready(Sentence("All rows have to be checked before they are imported. Do that first."))
    return _work(programme, sent, KEEP)


def _told(job: str) -> dict[str, Any]:
    try:
        return told_by(job)
    except NotFound:
        return {"refused": GONE}


@require_GET
def rejects(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """Which rows cannot be used, where and why. Like the command line's, it never holds what stands in a cell."""
    _programme, sent, _wave = _own(request, begun_id)
    told = _told(sent.tried) if sent.tried else {}
    if "rejects" not in told:
        raise NotFound(GONE)
    name = slugify(sent.mapping.get("name", "")) or "answers"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-rejects.csv"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(told["rejects"], content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
def drop(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """Let the file go, and all that was read and said of it."""
    programme, sent, _wave = _own(request, begun_id)
    if sent.kept and is_under_way(programme, sent.kept):
        raise Unready(Sentence("This file is being imported. Wait until that is done."))
    let_state_go(sent)
    messages.success(request, _("The file was let go. Nothing of it was kept."))
    return redirect("answers_in")


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


def _importing(request: PageRequest) -> Programme:
    programme = require(request, P.RUN_WAVES)
    check_may_run_waves(request.actor, programme.id)
    return programme


def _own(request: PageRequest, begun_id: UUID) -> tuple[Programme, Begun, Wave]:
    programme = _importing(request)
    sent = state_of(begun_id, request.actor, programme)
    return programme, sent, queries.wave_for(request.actor, sent.wave)


def _around(sent: Begun, wave: Wave, step: str) -> dict[str, Any]:
    return {
        "begun": sent, "wave": wave, "import_title": _("Import answers"), "imports_url": reverse("answers_in"),
        "drop_url": reverse("drop_answers", args=[sent.id]),
        "steps": [{"name": name, "label": label, "current": name == step} for name, label in STEPS],
    }  # fmt: skip
