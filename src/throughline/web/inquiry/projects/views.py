"""Projects of other programs come in: they are sent, told of, and only then kept; and an analysis leaves as a project."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.exchange.held import GONE, discard, is_sealed, seal_for, unseal
from throughline.exchange.project.report import NAMES, Kind
from throughline.records.programme.models import Programme
from throughline.records.study.queries import studies_for
from throughline.rules.access import check_may_add_source, check_may_manage_codebook
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, Unready
from throughline.web.inquiry.around import around
from throughline.web.inquiry.projects import tasks
from throughline.web.inquiry.projects.forms import ImportForm
from throughline.web.inquiry.projects.waiting import packed, unpacked_report
from throughline.web.inquiry.projects.words import OFFSETS, STAGES
from throughline.web.request import PageRequest, require
from throughline.web.uploads import held_in_memory
from throughline.web.words import APPROACHES
from throughline.work.jobs import Job, ask_for, job_of, jobs_of

LOOK, KEEP = "project-look", "project-keep"  # kinds of work
PER_PAGE = 50  # of what was not understood


def _holding_sources(request: PageRequest) -> Programme:
    """Who brings texts and codes in."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    check_may_manage_codebook(request.actor, programme.id)
    return programme


@held_in_memory
@require_http_methods(["GET", "POST"])
def import_project(request: PageRequest) -> HttpResponse:
    """Choose a project; posting has it read in the background and told of. Nothing is kept yet."""
    programme = _holding_sources(request)
    context = around(request, programme, "sources")
    studies = list(studies_for(request.actor, programme.id))
    form = ImportForm(
        request.POST or None, request.FILES or None, studies=studies, analyses=context["analyses"],
        initial={"study": str(studies[0].id)} if studies else {},
    )  # fmt: skip
    if request.method == "POST" and studies and form.is_valid():
        try:
            held = seal_for(request.actor.id, packed(form.waiting()))
        except Unready as full:
            form.add_error("file", str(full.sentence))
        else:
            return _begin(request, programme, LOOK, held)
    context |= {"form": form, "studies": studies, "works": _open_works(request, programme)}
    status = 422 if request.method == "POST" else 200
    return render(request, "inquiry/projects/import.html", context, status=status)


def _begin(request: PageRequest, programme: Programme, kind: str, file: UUID) -> HttpResponse:
    # What the work is about is named by the place of the file, which tells nobody anything.
    job = ask_for(programme, kind=kind, freeze=file.hex, asked_by=request.actor.id)
    tasks.take_project.enqueue(
        job_id=job.id, file=str(file), programme_id=str(programme.id), account_id=request.actor.id,
        is_dry_run=kind == LOOK,
    )  # fmt: skip
    return redirect("project_work", job_id=job.id)


def _open_works(request: PageRequest, programme: Programme) -> list[tuple[Job, datetime]]:
    """One's own files that are held, with their newest work and when it was last heard of."""
    found: dict[str, Job] = {}
    for kind in (KEEP, LOOK):
        for job in jobs_of(programme, kind=kind):
            if job.asked_by == request.actor.id and is_sealed(UUID(job.freeze)):
                found.setdefault(job.freeze, job)
    return [(job, datetime.fromisoformat(job.beat_at)) for job in found.values()]


@require_GET
def work(request: PageRequest, job_id: UUID) -> HttpResponse:
    """How far it is, then what was told. One's own only; the page asks again by itself and may be left."""
    programme = _holding_sources(request)
    job = _own(request, programme, job_id)
    stage = STAGES.get(job.stage, job.stage)
    if getattr(request, "htmx", False):
        answer = render(request, "evaluation/progress.html", {"job": job, "stage": stage})
        if job.is_over:
            # The whole page, with what comes next.
            answer.headers["HX-Refresh"] = "true"
        return answer
    context = around(request, programme, "sources") | {
        "job": job,
        "stage": stage,
        "is_dry_run": job.kind == LOOK,
        "is_held": is_sealed(UUID(job.freeze)),
    }
    if job.state == "done":
        context |= _shown(unpacked_report(unseal(job_id)), request.GET.get("page"))
    return render(request, "inquiry/projects/work.html", context)


def _own(request: PageRequest, programme: Programme, job_id: UUID) -> Job:
    job = job_of(programme, job_id)
    if job.asked_by != request.actor.id or job.kind not in (LOOK, KEEP):
        raise NotFound(Sentence("There is no such work."))
    return job


def _shown(told: dict[str, Any], page: str | None) -> dict[str, Any]:
    """The report in words that are shown."""
    if "refused" in told:
        return {"refused": told["refused"]}
    for one in (*told["kinds"], *told["not_understood"]):
        one["name"] = str(NAMES[Kind(one["kind"])])
    return {
        "told": told,
        "approach": APPROACHES[told["approach"]],
        "counted": OFFSETS[told["offsets"]["count"]] if told["offsets"] else None,
        "page": Paginator(told["not_understood"], PER_PAGE).get_page(page),
    }


@require_POST
def keep(request: PageRequest, job_id: UUID) -> HttpResponse:
    """Import what was told of, in the background."""
    programme = _holding_sources(request)
    file = UUID(_own(request, programme, job_id).freeze)
    under_way = _keeping(request, programme, file)
    if under_way is not None:
        return redirect("project_work", job_id=under_way.id)
    if not is_sealed(file):
        raise NotFound(GONE)
    return _begin(request, programme, KEEP, file)


def _keeping(request: PageRequest, programme: Programme, file: UUID) -> Job | None:
    """The import of this file that waits or runs."""
    jobs = jobs_of(programme, kind=KEEP, freeze=file.hex)
    return next((job for job in jobs if not job.is_over and job.asked_by == request.actor.id), None)


@require_POST
def drop(request: PageRequest, job_id: UUID) -> HttpResponse:
    """Let the file go, and what was told of it."""
    programme = _holding_sources(request)
    file = UUID(_own(request, programme, job_id).freeze)
    if _keeping(request, programme, file) is not None:
        raise Unready(Sentence("This file is being imported. Wait until that is done."))
    discard(file)
    discard(job_id)
    messages.success(request, _("The file was let go. Nothing of it was kept."))
    return redirect(reverse("import_project"))
