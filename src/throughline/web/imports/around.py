"""What every page of an import asks first: who may, whose file it is, how it was read, what its columns can mean."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from throughline.exchange.contacts_csv.guess import Offered
from throughline.exchange.contacts_csv.load import context_of
from throughline.exchange.table.profile import TableProfile
from throughline.records.programme.models import Programme, Site
from throughline.records.supplies.models import Item, Kit
from throughline.rules.access import check_may_import_records
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, Unready
from throughline.web.imports import tasks
from throughline.web.imports.state import About, Begun, look_of, state_of
from throughline.web.request import PageRequest, require
from throughline.web.words import Words, listed
from throughline.work.jobs import Job, ask_for, job_of

LOOK, TRY, KEEP = "import-look", "import-try", "import-keep"  # kinds of work
STEPS = (
    ("import_table", _("The table")),
    ("import_columns", _("Columns")),
    ("import_words", _("Words and dates")),
    ("import_rows", _("First rows")),
    ("import_check", _("Check and import")),
)
STAGES: Words = {
    "": _("Opening the file"),
    "reading": _("Reading the file"),
    "trying": _("Checking every row; nothing is kept yet"),
    "importing": _("Importing"),
}


def importing(request: PageRequest) -> Programme:
    """The programme, for whoever may import records into it."""
    programme = require(request, P.IMPORT_RECORDS)
    check_may_import_records(request.actor, programme.id)
    return programme


def own(request: PageRequest, begun_id: UUID) -> tuple[Programme, Begun]:
    programme = importing(request)
    return programme, state_of(begun_id, request.actor, programme)


def looked(begun: Begun) -> tuple[About, TableProfile]:
    """How the file was read. Unready while it is being read; NotFound where it could not be, or is gone."""
    try:
        found = look_of(begun)
    except NotFound:
        if begun.kept:
            raise
        raise Unready(Sentence("The file is still being read. Look again in a moment.")) from None
    if isinstance(found, Sentence):
        raise Unready(found)
    return found


def context_for(begun: Begun, step: str) -> dict[str, Any]:
    return {
        "begun": begun,
        "steps": [{"name": name, "label": label, "current": name == step} for name, label in STEPS],
    }


def begin(programme: Programme, request: PageRequest, kind: str, begun_id: UUID) -> str:
    """A note of work that is wanted; hand its id to the begun import before `enqueue`."""
    # What the work is about is named by the place of what was said, which tells nobody anything.
    return ask_for(programme, kind=kind, freeze=begun_id.hex, asked_by=request.actor.id).id


def enqueue(kind: str, job_id: str, begun: Begun) -> None:
    wanted = {LOOK: tasks.read_log, TRY: tasks.try_log, KEEP: tasks.import_log}[kind]
    wanted.enqueue(
        job_id=job_id, begun_id=str(begun.id), programme_id=str(begun.programme), account_id=begun.owner
    )  # fmt: skip


def progress_of(
    request: PageRequest, programme: Programme, job_id: str, begun: Begun, step: str
) -> HttpResponse | None:
    """The page of a contact log's work; None once it has told something."""
    return working(request, programme, job_id, context_for(begun, step))


def working(
    request: PageRequest, programme: Programme, job_id: str, context: dict[str, Any]
) -> HttpResponse | None:
    """The page of a work that is not over, or that stopped; None once it has told something."""
    job = job_of(programme, UUID(job_id))
    stage = STAGES.get(job.stage, job.stage)
    if getattr(request, "htmx", False):
        answer = render(request, "evaluation/progress.html", {"job": job, "stage": stage})
        if job.is_over:
            answer.headers["HX-Refresh"] = "true"
        return answer
    if job.state == "done":
        return None
    return render(request, "imports/working.html", context | {"job": job, "stage": stage})


def is_under_way(programme: Programme, job_id: str) -> bool:
    if not job_id:
        return False
    job: Job = job_of(programme, UUID(job_id))
    return not job.is_over


def offered_in(programme: Programme, request: PageRequest) -> Offered:
    """What columns and words can name here: only sites at which the person may record."""
    sites = {site.id for site in context_of(programme, request.actor).sites.values()}
    named = Site.objects.filter(id__in=sites).order_by("name").values_list("name", flat=True)
    items = Item.objects.filter(programme=programme).order_by("name").values_list("name", flat=True)
    kits = Kit.objects.filter(programme=programme).order_by("name").values_list("name", flat=True)
    lists = {
        name: {code: str(label) for code, label in listed(programme.id, name).items()}
        for name in ("topic", "need_domain", "barrier_kind", "place")
    }
    return Offered(
        {name: name for name in named}, {name: name for name in items}, {name: name for name in kits},
        lists["topic"], lists["need_domain"], lists["barrier_kind"], lists["place"],
    )  # fmt: skip
