"""The report as a file: what will leave and under which profile, then through the doors, then the download."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.methods.differencing import PAIRWISE
from throughline.records.inquiry.queries import analyses_for, themes_for
from throughline.records.study.actions import hand_over_report
from throughline.records.study.models import Freeze
from throughline.records.study.queries import ledger_for
from throughline.reporting.checklists import default_for
from throughline.reporting.coding_left import asked_for
from throughline.reporting.coverage_left import COVERAGE
from throughline.reporting.files import FORMATS
from throughline.reporting.funnel_left import parts
from throughline.reporting.gather import SUMMARIES, SUMMARY_WORDS
from throughline.reporting.labels import DOORS
from throughline.reporting.registered import analyses_of
from throughline.reporting.theme_counts import counted
from throughline.reporting.written import check_quotes_may_still_be_told, file_of, written_as
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.web.evaluation.around import freeze_of, result, shared, why_not_report
from throughline.web.evaluation.composition import questions_of
from throughline.web.evaluation.forms import ReportForm
from throughline.web.request import PageRequest, now
from throughline.work import evaluating as tasks
from throughline.work.jobs import ask_for, job_of, jobs_of

FORMAT_WORDS = {"html": _("HTML"), "docx": _("Word"), "pdf": _("PDF")}


@require_http_methods(["GET", "POST"])
def report(request: PageRequest, name: str) -> HttpResponse:
    """What the report would let out; POST asks for it. Each part passes its door or is refused by it."""
    freeze = freeze_of(request, name)
    asked_for = default_for(one.approach for one in analyses_of(request.actor, freeze))
    initial = {"profile": "lt5", "checklists": asked_for}
    form = ReportForm(
        request.POST if request.method == "POST" else None, initial=initial, questions=questions_of(freeze)
    )
    if request.method == "POST":
        for door in (P.RELEASE_TABLES, P.RELEASE_WORDS):
            check_may_release(request.actor, freeze.programme_id, door)
        if form.is_valid():
            job = ask_for(
                freeze.study.programme, kind="report", freeze=freeze.name, asked_by=request.actor.id
            )
            tasks.make_report.enqueue(
                job_id=job.id, freeze_id=str(freeze.id), account_id=request.actor.id, profile=form.cleaned_data["profile"],
                recipient=form.cleaned_data["recipient"], language=get_language() or "en", form=form.cleaned_data["form"],
                checklists=form.cleaned_data["checklists"], contamination=form.cleaned_data["contamination"],
            )  # fmt: skip
            return redirect("evaluation_job", job_id=job.id)
    context = shared(request, freeze, "evaluation_report")
    cannot = why_not_report(request, freeze.study.programme)
    own = [
        {"job": job, "form": written_as(freeze, UUID(job.id))}
        for job in jobs_of(freeze.study.programme, kind="report", freeze=freeze.name)
        if job.asked_by == request.actor.id
    ]
    context |= {
        "form": form,
        "formats": FORMAT_WORDS,
        "cannot": cannot,
        "compared": PAIRWISE,
        "leaves": _leaves(request, freeze),
        "reports": own,
        "ledger": []
        if cannot
        else [
            (line, DOORS[line.door])
            for line in ledger_for(request.actor, freeze.programme_id).filter(freeze=freeze)[:100]
        ],
    }
    return render(request, "evaluation/report.html", context, status=422 if form.errors else 200)


def _leaves(request: PageRequest, freeze: Freeze) -> dict[str, Any]:
    """Names of what will be asked of each door."""
    analyses = analyses_for(request.actor, freeze.programme_id).filter(study=freeze.study)
    found = [theme for theme in result(freeze, "coverage")["themes"] if theme["status"] != "let_go"]
    is_counted = bool(counted(found))
    return {
        "tables": [part.shown for part in parts()],
        "summaries": [
            *(SUMMARY_WORDS[what] for what in SUMMARIES if is_counted or what != COVERAGE),
            *asked_for(analyses, freeze.frozen_at),
        ],
        "concepts": any(not theme["overall"] for theme in found),
        "words": [theme.name for analysis in analyses for theme in themes_for(request.actor, analysis) if theme.status != "let_go"],
    }  # fmt: skip


@require_GET
def download(request: PageRequest, name: str, job_id: UUID) -> HttpResponseBase:
    """The file, for who asked for it: it stands in the ledger since it was written. Each time it is taken is audited."""
    freeze = freeze_of(request, name)
    for door in (P.RELEASE_TABLES, P.RELEASE_WORDS):
        check_may_release(request.actor, freeze.programme_id, door)
    job = job_of(freeze.study.programme, job_id)
    written = written_as(freeze, job_id)
    is_own = job.kind == "report" and job.freeze == freeze.name and job.asked_by == request.actor.id
    if not is_own or job.state != "done" or written is None:
        raise NotFound(Sentence("There is no such report."))
    check_quotes_may_still_be_told(freeze, job_id, by=request.actor, at=now())
    hand_over_report(freeze=freeze, by=request.actor, at=now())
    path = file_of(freeze, job_id, written)
    file = FileResponse(path.open("rb"), as_attachment=True, filename=f"throughline-{freeze.name}.{written}")
    file.headers["Content-Type"] = FORMATS[written].content_type
    return file
