"""What officers and workers answered, through pages: a file is sent, its columns are said, tried, imported."""

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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.exchange.attitudes.mapping import AttitudesMapping
from throughline.exchange.attitudes.trying import first_attitudes
from throughline.exchange.held import GONE, seal
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.content import content_of_file, yaml_of
from throughline.records.foundation import new_id
from throughline.records.programme.models import Programme, Site
from throughline.records.workforce.models import AttitudeScale
from throughline.records.workforce.queries import scale_for, scales_for
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.web.answers_in.forms import NOTHING_WORDS, SHOWN
from throughline.web.attitudes_in import tasks
from throughline.web.attitudes_in.forms import GROUPS, MOMENTS, ColumnsForm, SendForm
from throughline.web.attitudes_in.said import mapping_of, said
from throughline.web.attitudes_in.scales import recording
from throughline.web.attitudes_in.state import Begun, keep_state, let_state_go, state_of
from throughline.web.imports.around import is_under_way, looked, working
from throughline.web.request import PageRequest, now, show_refusal, words_of
from throughline.web.uploads import held_in_memory
from throughline.work.jobs import ask_for, jobs_of
from throughline.work.sealed import packed_file, told_by

LOOK, TRY, KEEP = "attitudes-look", "attitudes-try", "attitudes-keep"  # kinds of work
WORK = {LOOK: tasks.read_attitudes, TRY: tasks.try_attitudes_file, KEEP: tasks.import_attitudes_file}
STEPS = (
    ("attitudes_columns", gettext_lazy("Columns")),
    ("attitudes_rows", gettext_lazy("First rows")),
    ("attitudes_check", gettext_lazy("Check and import")),
)


@held_in_memory
@require_http_methods(["GET", "POST"])
def attitudes_in(request: PageRequest) -> HttpResponse:
    """Choose a file and its questionnaire; posting has it read in the background. Nothing of it is kept yet."""
    programme = recording(request)
    scales = scales_for(request.actor, programme.id)
    form = SendForm(request.POST or None, request.FILES or None, scales=scales)
    if request.method == "POST" and form.is_valid():
        try:
            return _take(request, programme, form.cleaned_data)
        except ThroughlineError as error:
            show_refusal(form, error)
    context = {"form": form, "open": _open(request, programme), "has_scales": scales.exists()}
    return render(request, "attitudes_in/send.html", context, status=422 if request.method == "POST" else 200)


def _take(request: PageRequest, programme: Programme, given: dict[str, Any]) -> HttpResponse:
    mapping, file = given["mapping"], given["file"]
    content = content_of_file(mapping.read(), mapping.name, AttitudesMapping) if mapping else {}
    sealed = seal(packed_file(file.name, file.read()))
    sent = Begun(new_id(), request.actor.id, programme.id, given["scale"].id, file.name, sealed, content)
    return _work(programme, sent, LOOK)


def _work(programme: Programme, sent: Begun, kind: str) -> HttpResponse:
    """Ask for work, and go where its progress is shown."""
    job = ask_for(programme, kind=kind, freeze=sent.id.hex, asked_by=sent.owner).id
    changed = {LOOK: {"look": job}, TRY: {"tried": job, "kept": ""}, KEEP: {"kept": job}}[kind]
    keep_state(replace(sent, **changed))  # type: ignore[arg-type]  # fields of Begun
    WORK[kind].enqueue(
        job_id=job, begun_id=str(sent.id), programme_id=str(sent.programme), account_id=sent.owner
    )
    return redirect("attitudes_begun" if kind == LOOK else "attitudes_check", begun_id=sent.id)


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
    """How far the reading is; then the columns, or the first rows where a mapping file said what they mean."""
    programme, sent, scale = _own(request, begun_id)
    answer = working(request, programme, sent.look, _around(sent, scale, "attitudes_columns"))
    return answer or redirect("attitudes_rows" if sent.mapping else "attitudes_columns", begun_id=begun_id)


@require_http_methods(["GET", "POST"])
def columns(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """A guess for what is needed; what is chosen is kept on the way."""
    programme, sent, scale = _own(request, begun_id)
    context = _around(sent, scale, "attitudes_columns")
    if is_under_way(programme, sent.look):
        return redirect("attitudes_begun", begun_id=begun_id)
    try:
        _about, profile = looked(sent)  # type: ignore[arg-type]  # it reads `look` and `kept` alone
    except Unready as why:
        return render(request, "attitudes_in/columns.html", context | {"refused": why.sentence})
    form = ColumnsForm(request.POST or None, profile=profile, scale=scale, mapping=sent.mapping)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            changed = replace(sent, mapping=said(form.cleaned_data), tried="")
            try:
                mapping_of(changed)
                keep_state(changed)
                return redirect("attitudes_rows", begun_id=begun_id)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    context |= {"form": form, "columns": len(profile.columns), "row_count": profile.row_count}
    return render(request, "attitudes_in/columns.html", context, status=status)


@require_http_methods(["GET", "POST"])
def rows(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """The first rows as they will be; posting has all rows tried in the background."""
    programme, sent, scale = _own(request, begun_id)
    if not sent.mapping:
        return redirect("attitudes_columns", begun_id=begun_id)
    if request.method == "POST":
        return _work(programme, sent, TRY)
    back_url = reverse("attitudes_columns", args=[sent.id])
    context = _around(sent, scale, "attitudes_rows") | {"yaml": yaml_of(sent.mapping), "back_url": back_url}
    try:
        context["rows"] = _shown(request, scale, sent)
    except ThroughlineError as error:
        context["misfit"] = words_of(error.sentence)
    return render(request, "attitudes_in/rows.html", context)


def _shown(request: PageRequest, scale: AttitudeScale, sent: Begun) -> list[dict[str, Any]]:
    """Labels are shown nowhere: that there is one is all that is said."""
    _about, profile = looked(sent)  # type: ignore[arg-type]  # it reads `look` and `kept` alone
    names = dict(Site.objects.filter(programme=scale.programme_id).values_list("id", "name"))
    found = []
    for shown, row in first_attitudes(profile=profile, mapping=mapping_of(sent), scale=scale, by=request.actor, at=now()):  # fmt: skip
        told: dict[str, Any] = {"line": shown.line, "reject": row if isinstance(row, Reject) else None}
        if not isinstance(row, Reject):
            one = row.draft
            answers = one.scores if one.scores is not None else {_("item %(n)s") % {"n": n}: a for n, a in one.answers.items()}  # fmt: skip
            told |= {
                "site": names[one.site_id], "day": one.taken_on, "group": GROUPS[one.group], "moment": MOMENTS[one.moment],
                "has_label": bool(one.label.strip()), "is_of_training": one.training_id is not None,
                "says": [(name[:SHOWN], _word(given)) for name, given in answers.items()],
            }  # fmt: skip
        found.append(told)
    return found


def _word(given: float | Nothing) -> str:
    return str(NOTHING_WORDS[given]) if isinstance(given, Nothing) else f"{given:g}"


@require_GET
def check(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """How far the trial or the import is, then what it told."""
    programme, sent, scale = _own(request, begun_id)
    newest = sent.kept or sent.tried
    if not newest:
        return redirect("attitudes_rows", begun_id=begun_id)
    context = _around(sent, scale, "attitudes_check")
    answer = working(request, programme, newest, context)
    if answer is not None:
        return answer
    told = told_by(newest)
    trial = _told(sent.tried) if sent.kept else told
    context |= {
        "told": told, "is_import": bool(sent.kept), "is_done": bool(sent.kept) and "refused" not in told,
        "reasons": trial.get("reasons", []), "rejects_url": reverse("attitudes_rejects", args=[sent.id]),
        "keep_url": reverse("keep_attitudes", args=[sent.id]), "columns_url": reverse("attitudes_columns", args=[sent.id]),
        "note_tone": "info",
    }  # fmt: skip
    return render(request, "attitudes_in/check.html", context)


@require_POST
def keep(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """Import the rows that can be used, in the background. Sent twice, it is done once."""
    programme, sent, _scale = _own(request, begun_id)
    if sent.kept and (is_under_way(programme, sent.kept) or "refused" not in _told(sent.kept)):
        return redirect("attitudes_check", begun_id=begun_id)
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
    _programme, sent, _scale = _own(request, begun_id)
    told = _told(sent.tried) if sent.tried else {}
    if "rejects" not in told:
        raise NotFound(GONE)
    headers = {
        "Content-Disposition": 'attachment; filename="attitudes-rejects.csv"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(told["rejects"], content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
def drop(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """Let the file go, and all that was read and said of it."""
    programme, sent, _scale = _own(request, begun_id)
    if sent.kept and is_under_way(programme, sent.kept):
        raise Unready(Sentence("This file is being imported. Wait until that is done."))
    let_state_go(sent)
    messages.success(request, _("The file was let go. Nothing of it was kept."))
    return redirect("attitudes_in")


def _own(request: PageRequest, begun_id: UUID) -> tuple[Programme, Begun, AttitudeScale]:
    programme = recording(request)
    sent = state_of(begun_id, request.actor, programme)
    return programme, sent, scale_for(request.actor, sent.scale)


def _around(sent: Begun, scale: AttitudeScale, step: str) -> dict[str, Any]:
    return {
        "begun": sent, "scale": scale, "import_title": _("Import attitudes"), "imports_url": reverse("attitudes_in"),
        "drop_url": reverse("drop_attitudes", args=[sent.id]),
        "steps": [{"name": name, "label": label, "current": name == step} for name, label in STEPS],
    }  # fmt: skip
