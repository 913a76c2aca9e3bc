"""Long work on freezes: making one, asking its questions, writing a report; how far it is, and taking the report."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StringConstraints

from throughline.api.asked import check_any, programme_where
from throughline.api.evaluation import Profile, Recipient
from throughline.api.files import file_given, gives_file
from throughline.api.findings import Question, freeze_of
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, In, Out, answers
from throughline.evaluation.freeze import NAME, RESERVED
from throughline.records.programme.models import Programme
from throughline.records.study.actions import hand_over_report
from throughline.records.study.models import Freeze
from throughline.records.study.queries import freezes_for, study_for
from throughline.reporting.files import FORMATS
from throughline.reporting.written import check_quotes_may_still_be_told, file_of, written_as
from throughline.rules.access import check_may_evaluate, check_may_freeze, check_may_release
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.work import evaluating
from throughline.work.jobs import Job, ask_for, job_of, jobs_of

router = Router(tags=["freezes"])
NO_REPORT = Sentence("There is no such report.")
Checklist = Literal["trend", "tidier", "gramms", "rtarg", "coreq", "srqr"]


class FreezeIn(In):
    """Small letters, digits and hyphens, such as 2026-03. A name is never used twice."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]


class ReportIn(In):
    """Each part passes its door or is refused by it. `contamination`: the question that tells what reached comparison sites."""

    recipient: Recipient
    profile: Profile = "lt5"
    form: Literal["html", "docx", "pdf"] = "html"
    checklists: Annotated[list[Checklist], Field(max_length=6)] = []
    contamination: Question | None = None


class WorkOut(Out):
    """`state` is waiting, running, done or failed; `failure`: why. `freeze`: the name that it is about."""

    id: UUID
    kind: str
    freeze: str
    state: Literal["waiting", "running", "done", "failed"]
    stage: str
    done: int
    total: int
    beat_at: datetime
    failure: str


@router.post("/studies/{study_id}/freezes", response=answers(WorkOut, 202), operation_id="make_freeze")
def make_freeze(request: HttpRequest, study_id: UUID, wanted: FreezeIn) -> Status[Any]:
    """Freeze all that the study's programme recorded, and ask its questions; a worker does it. 409 for a name that is taken."""
    actor = acting(request)
    study = study_for(actor, study_id)
    check_may_freeze(actor, study.programme_id)
    check_may_evaluate(actor, study.programme_id)
    if not NAME.fullmatch(wanted.name) or wanted.name in RESERVED:
        raise Invalid(Sentence("Choose another name: this one stands for something else."))
    if freezes_for(actor, study.programme_id).filter(name=wanted.name).exists():
        raise Unready(Sentence("There is a freeze of this name already. Choose another."))
    job = ask_for(study.programme, kind="freeze", freeze=wanted.name, asked_by=actor.id)
    evaluating.make_freeze.enqueue(
        job_id=job.id, study_id=str(study.id), name=wanted.name, account_id=actor.id
    )
    return Status(202, _shown(job))


@router.post("/freezes/{freeze_id}/ask", response=answers(WorkOut, 202), operation_id="evaluate")
def ask(request: HttpRequest, freeze_id: UUID) -> Status[Any]:
    """Ask a freeze its questions, again or for the first time; a worker does it."""
    actor, freeze = acting(request), freeze_of(request, freeze_id)
    check_may_evaluate(actor, freeze.programme_id)
    job = ask_for(freeze.study.programme, kind="evaluate", freeze=freeze.name, asked_by=actor.id)
    evaluating.ask_questions.enqueue(job_id=job.id, freeze_id=str(freeze.id), account_id=actor.id)
    return Status(202, _shown(job))


@router.post("/freezes/{freeze_id}/reports", response=answers(WorkOut, 202), operation_id="make_report")
def make_report(request: HttpRequest, freeze_id: UUID, wanted: ReportIn) -> Status[Any]:
    """Take a report through the doors for tables and for words, and write it down; a worker does it."""
    actor, freeze = acting(request), freeze_of(request, freeze_id)
    _check_both_doors(actor, freeze)
    job = ask_for(freeze.study.programme, kind="report", freeze=freeze.name, asked_by=actor.id)
    evaluating.make_report.enqueue(
        job_id=job.id, freeze_id=str(freeze.id), account_id=actor.id, profile=wanted.profile,
        recipient=wanted.recipient, language=get_language() or "en", form=wanted.form,
        checklists=list(wanted.checklists), contamination=wanted.contamination or "",
    )  # fmt: skip
    return Status(202, _shown(job))


@router.get("/freezes/{freeze_id}/reports", response=answers(list[WorkOut]), operation_id="reports")
def reports(request: HttpRequest, freeze_id: UUID) -> list[WorkOut]:
    """The account's own reports of a freeze, the newest first."""
    actor, freeze = acting(request), freeze_of(request, freeze_id)
    rows = jobs_of(freeze.study.programme, kind="report", freeze=freeze.name)
    return [_shown(job) for job in rows if job.asked_by == actor.id]


@router.get(
    "/freezes/{freeze_id}/reports/{job_id}", response=FILE, operation_id="take_report",
    openapi_extra=gives_file(*(one.content_type.partition(";")[0] for one in FORMATS.values())),
)  # fmt: skip
def take(request: HttpRequest, freeze_id: UUID, job_id: UUID) -> HttpResponse:
    """The file, for who asked for it: it stands in the ledger since it was written. Each time it is taken is audited.

    409 where somebody whose words are in it has withdrawn since: then it is deleted.
    """
    actor, freeze = acting(request), freeze_of(request, freeze_id)
    _check_both_doors(actor, freeze)
    job = _own(actor, freeze.study.programme, job_id, NO_REPORT)
    form = written_as(freeze, job_id)
    if job.kind != "report" or job.freeze != freeze.name or job.state != "done" or form is None:
        raise NotFound(NO_REPORT)
    check_quotes_may_still_be_told(freeze, job_id, by=actor, at=now())
    hand_over_report(freeze=freeze, by=actor, at=now())
    content = file_of(freeze, job_id, form).read_bytes()
    return file_given(content, FORMATS[form].content_type, f"throughline-{freeze.name}.{form}")


@router.get(
    "/programmes/{programme_id}/freezes/under-way", response=answers(list[WorkOut]), operation_id="freezes_under_way"
)  # fmt: skip
def under_way(request: HttpRequest, programme_id: UUID) -> list[WorkOut]:
    """Freezes that are being made or wait for it, whoever asked; the newest first."""
    programme = programme_where(request, programme_id, P.SEE_STUDY)
    check_any(request, programme.id, P.SEE_SOURCES)
    return [_shown(job) for job in jobs_of(programme, kind="freeze") if not job.is_over]


@router.get("/programmes/{programme_id}/work/{job_id}", response=answers(WorkOut), operation_id="work")
def work(request: HttpRequest, programme_id: UUID, job_id: UUID) -> WorkOut:
    """How far work is that the account asked for."""
    programme = programme_where(request, programme_id, P.SEE_STUDY)
    return _shown(_own(acting(request), programme, job_id, Sentence("There is no such work.")))


def _own(actor: Actor, programme: Programme, job_id: UUID, missing: Sentence) -> Job:
    job = job_of(programme, job_id)
    if job.asked_by != actor.id:
        raise NotFound(missing)
    return job


def _check_both_doors(actor: Actor, freeze: Freeze) -> None:
    for door in (P.RELEASE_TABLES, P.RELEASE_WORDS):
        check_may_release(actor, freeze.programme_id, door)


def _shown(job: Job) -> WorkOut:
    return WorkOut.model_validate(job)
