"""Freezes, making one, and how far long work is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.evaluation.freeze import RESERVED
from throughline.evaluation.told import is_evaluated
from throughline.records.programme.models import Programme
from throughline.records.study.models import Freeze
from throughline.records.study.queries import freezes_for, studies_for
from throughline.rules.access import check_may_evaluate, check_may_freeze
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.web.evaluation.around import (
    freeze_of,
    looking,
    people_named,
    why_not_freeze,
)
from throughline.web.evaluation.forms import FreezeForm
from throughline.web.request import PageRequest
from throughline.work import evaluating as tasks
from throughline.work.jobs import ask_for, job_of, jobs_of

# What evaluation and reporting call their stages, in words that are shown; the first word tells.
STAGES = {
    "copying": gettext_lazy("Taking a copy of the records"),
    "reading": gettext_lazy("Reading the records"),
    "building": gettext_lazy("Building the tables"),
    "done": gettext_lazy("Frozen; asking the questions"),
    "funnel": gettext_lazy("Asking how far contacts come along the line"),
    "contrast": gettext_lazy("Asking whether the arms changed differently"),
    "sensitivity": gettext_lazy("Asking how much hangs on the way of estimating"),
    "coverage": gettext_lazy("Asking who spoke of what"),
    "exposures": gettext_lazy("Asking what was done to move the line"),
    "joint": gettext_lazy("Putting numbers beside words"),
    "composition": gettext_lazy("Asking who answered"),
    "attitudes": gettext_lazy("Asking about attitudes"),
    "beforehand": gettext_lazy("Asking how the arms moved before"),
    "staggered": gettext_lazy("Asking what changed where components began"),
    "site_month": gettext_lazy("Making a page for each site and month"),
    "tables": gettext_lazy("Taking the tables through their door"),
}


@require_http_methods(["GET", "POST"])
def evaluation(request: PageRequest) -> HttpResponse:
    """The freezes of the programme; POST makes one, in the background."""
    programme = looking(request)
    studies = studies_for(request.actor, programme.id)
    form = FreezeForm(request.POST if request.method == "POST" else None, studies=studies)
    if request.method == "POST":
        check_may_freeze(request.actor, programme.id)
        check_may_evaluate(request.actor, programme.id)
        if form.is_valid() and _is_free(request, programme, form):
            return _start(request, programme, form)
    rows = list(freezes_for(request.actor, programme.id))
    names = people_named(freeze.frozen_by for freeze in rows)
    context = {
        "freezes": [_row(freeze, names) for freeze in rows],
        "form": form,
        "has_study": studies.exists(),
        "cannot": why_not_freeze(request, programme),
        "works": [job for job in jobs_of(programme, kind="freeze") if not job.is_over],
    }
    return render(request, "evaluation/freezes.html", context, status=422 if form.errors else 200)


def _is_free(request: PageRequest, programme: Programme, form: FreezeForm) -> bool:
    """Said at once; the action asks again."""
    name = form.cleaned_data["name"]
    if name != name.lower() or "_" in name or name in RESERVED:
        form.add_error("name", str(form.fields["name"].help_text))
        return False
    if freezes_for(request.actor, programme.id).filter(name=name).exists():
        form.add_error("name", _("There is a freeze of this name already. Choose another."))
        return False
    return True


def _start(request: PageRequest, programme: Programme, form: FreezeForm) -> HttpResponse:
    given = form.cleaned_data
    job = ask_for(programme, kind="freeze", freeze=given["name"], asked_by=request.actor.id)
    tasks.make_freeze.enqueue(
        job_id=job.id, study_id=str(given["study"].id), name=given["name"], account_id=request.actor.id
    )
    return redirect("evaluation_job", job_id=job.id)


@require_POST
def ask(request: PageRequest, name: str) -> HttpResponse:
    """Ask a freeze its questions, in the background."""
    freeze = freeze_of(request, name)
    check_may_evaluate(request.actor, freeze.programme_id)
    job = ask_for(freeze.study.programme, kind="evaluate", freeze=name, asked_by=request.actor.id)
    tasks.ask_questions.enqueue(job_id=job.id, freeze_id=str(freeze.id), account_id=request.actor.id)
    return redirect("evaluation_job", job_id=job.id)


@require_GET
def job(request: PageRequest, job_id: UUID) -> HttpResponse:
    """How far work is; one's own only. The page asks again by itself and may be left."""
    programme = looking(request)
    found = job_of(programme, job_id)
    if found.asked_by != request.actor.id:
        raise NotFound(Sentence("There is no such work."))
    is_partial = bool(getattr(request, "htmx", False))
    template = "evaluation/progress.html" if is_partial else "evaluation/job.html"
    stage = STAGES.get(found.stage.partition(" ")[0].rstrip(":"), found.stage)
    response = render(request, template, {"job": found, "stage": stage})
    if is_partial and found.is_over:
        # The whole page, with what comes next.
        response.headers["HX-Refresh"] = "true"
    return response


def _row(freeze: Freeze, names: dict[str, str]) -> dict[str, Any]:
    return {
        "freeze": freeze,
        "is_evaluated": is_evaluated(freeze),
        "contacts": freeze.rows.get("contacts"),
        "by": names[freeze.frozen_by],
    }
