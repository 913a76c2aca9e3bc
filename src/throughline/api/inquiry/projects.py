"""Coded projects of other programs, in and out: the files of `throughline import project` and `export project`."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StringConstraints

from throughline.api.evaluation import Recipient
from throughline.api.files import BYTES, TAKES_FILE, file_given, file_sent
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, In, Out
from throughline.exchange.project.leave import ProjectFormat, export_project
from throughline.exchange.project.load import Into, ProjectFile, ProjectOutcome, import_project
from throughline.exchange.project.told import as_plain
from throughline.records.inquiry.queries import analysis_for
from throughline.records.programme.queries import programme_for
from throughline.records.study.models import Study
from throughline.records.study.queries import studies_for
from throughline.rules.access import check_may_add_source, check_may_manage_codebook
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Approach, SourceKind

router = Router(tags=["projects"])
UNNAMED = "The file"
STAYS = "X-Stays-Behind"
TYPES = {
    ProjectFormat.QDPX: "application/zip",
    ProjectFormat.QDE: "application/xml",
    ProjectFormat.QDC: "application/xml",
}
Number = Annotated[int, Field(ge=1, le=1_000_000_000)]
Tongue = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,20}$")]


class KindTold(Out):
    """One kind of thing: how many the file holds, and what became of them; found + added = rows + carried + not understood."""

    kind: str
    found: int
    added: int
    understood: int
    rows: int
    carried: int
    not_understood: int


class RefusalTold(Out):
    kind: str
    what: str
    place: str
    reason: str


class OffsetsTold(Out):
    """How places in texts are counted in the file, and what spoke for it."""

    count: str
    selections: int
    quoted: int
    quoted_equal: int
    exceptions: int


class ProjectTold(Out):
    """`analysis_id` is null where none was opened."""

    outcome: Literal["added", "would_be_added", "there_already"]
    analysis: str
    analysis_id: UUID | None
    approach: str
    format: str
    origin: str
    offsets: OffsetsTold | None
    kinds: list[KindTold]
    not_understood: list[RefusalTold]
    notes: list[str]


class LeaveIn(In):
    """`is_untouched`: texts from which names were not taken out leave too; the ledger keeps that they did."""

    form: Literal["qdpx", "qde", "qdc"] = "qdpx"
    recipient: Recipient
    is_untouched: bool = False


@router.post(
    "/programmes/{programme_id}/projects", response={200: ProjectTold, 201: ProjectTold},
    operation_id="import_project",
    openapi_extra=TAKES_FILE,
)  # fmt: skip
def take(
    request: HttpRequest,
    programme_id: UUID,
    study_id: UUID | None = None,
    analysis_id: UUID | None = None,
    approach: Approach | None = None,
    kind: SourceKind = SourceKind.INTERVIEW,
    language: Tongue = Nothing.NOT_RECORDED.value,
    is_deidentified: bool = False,
    number: Number | None = None,
    dry_run: bool = False,
) -> Status[Any]:
    """Import a project, whole or not at all: REFI-QDA (.qdpx, .qde, .qdc), Taguette or QualCoder; its bytes are the body.

    `study_id` may be left out where the programme has one study, `analysis_id` for an analysis of its own; `number` says
    which project, where a Taguette file holds several. 201 where it was added; 200 for a dry run, which keeps nothing, and
    where this very project is there already. The file's name does not come in: addresses hold no words.
    """
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    check_may_add_source(actor, programme.id)
    check_may_manage_codebook(actor, programme.id)
    study = _study(actor, programme.id, study_id)
    target = None
    if analysis_id is not None:
        target = analysis_for(actor, analysis_id)
        if target.study_id != study.id:
            raise NotFound(Sentence("There is no such analysis in this study."))
    given = ProjectFile(UNNAMED, file_sent(request), project=str(number) if number else None)
    done = import_project(
        file=given, into=Into(study, target, approach, kind, language, is_deidentified), is_dry_run=dry_run, by=actor,
        at=now(),
    )  # fmt: skip
    return Status(201 if done.outcome is ProjectOutcome.ADDED else 200, as_plain(done))


@router.post(
    "/analyses/{analysis_id}/project", response=FILE, operation_id="export_project",
    openapi_extra={
        "responses": {200: {
            "description": "The file",
            "content": {one: {"schema": BYTES} for one in sorted(set(TYPES.values()))},
            "headers": {STAYS: {"description": "What stays behind: sentences, as a list in JSON.", "schema": {"type": "string"}}},
        }}
    },
)  # fmt: skip
def leave(request: HttpRequest, analysis_id: UUID, wanted: LeaveIn) -> HttpResponse:
    """Let an analysis leave as a project of REFI-QDA, through the door for words: it becomes a line of the ledger.

    The standard has no place for rounds with their settlements, earlier versions of themes, what analysts say of where they
    stand, and the approach: they stay behind, as do entries of journals that were not shared. What of that there is, the
    header `X-Stays-Behind` says, as the page and the command line do. 409 where a text may still name somebody, unless they leave untouched, which takes who holds the sources.
    """
    actor, form = acting(request), ProjectFormat(wanted.form)
    left = export_project(
        analysis=analysis_for(actor, analysis_id), form=form, recipient=wanted.recipient,
        is_untouched=wanted.is_untouched, by=actor, at=now(),
    )  # fmt: skip
    stays = json.dumps([str(one) for one in left.stays])  # in ASCII, as a header must be
    return file_given(left.data, TYPES[form], f"project.{form.value}", {STAYS: stays})


def _study(actor: Actor, programme_id: UUID, study_id: UUID | None) -> Study:
    rows = studies_for(actor, programme_id)
    found = list((rows.filter(id=study_id) if study_id else rows)[:2])
    if study_id and not found:
        raise NotFound(Sentence("There is no such study."))
    if len(found) != 1:
        which = Sentence("The programme does not have exactly one study.")
        raise Invalid(Sentence("Say which study the project belongs to."), fields={"study_id": which})
    return found[0]
