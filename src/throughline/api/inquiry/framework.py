"""The framework matrix, what each case says to each theme; and the trail of decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictInt, StringConstraints

from throughline.api.files import file_given, gives_file
from throughline.api.inquiry.people import WhoOut, people_of
from throughline.api.inquiry.shapes import Written
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, Day, In, Limit, Line, Offset, Out, Place, Version, answers
from throughline.evaluation.matrix_leaving import release_matrix
from throughline.records.inquiry.actions import PassageDraft, TookPart, record_decision, write_cell
from throughline.records.inquiry.models import Analysis, Decision, Participant, Theme
from throughline.records.inquiry.queries import analysis_for, source_for, theme_for
from throughline.records.inquiry.queries.framework import (
    cell_of,
    matrix_for,
    participant_for,
    places_of_cell,
    revisions_of_cell,
)
from throughline.records.inquiry.queries.theming import decisions_for, places_said_by
from throughline.reporting.table_files import matrix_table, table_file
from throughline.reporting.words_files import TYPES
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence

router = Router(tags=["framework"])
AsFile = Literal["docx", "xlsx", "csv"]
GroupName = Annotated[Line, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class LeavingIn(In):
    """Who gets it, and as what kind of file. It becomes a line of the ledger."""

    recipient: Annotated[Line, StringConstraints(min_length=1, max_length=160, strip_whitespace=True)]
    form: AsFile = "docx"


class CellPlaceIn(In):
    source_id: UUID
    start: Place
    end: Place


class CellIn(In):
    """`base_version` null where the cell was empty. Written anew, it asks for a `reason`."""

    summary: Written
    passages: Annotated[list[CellPlaceIn], Field(max_length=200)] = []
    base_version: Version | None = None
    reason: Annotated[Line, StringConstraints(max_length=400)] = ""


class CellPlaceOut(Out):
    source_id: UUID
    start: int
    end: int


class CellWasOut(Out):
    version: int
    summary: str
    reason: str
    written_at: datetime
    written_by: WhoOut


class FrameworkCellOut(Out):
    """`version` and `summary` are null where nothing is written yet.

    `said`: the passages of the theme in which the participant speaks, whether or not the cell rests on them.
    """

    participant_id: UUID
    theme_id: UUID
    version: int | None
    summary: str | None
    passages: list[CellPlaceOut]
    said: list[CellPlaceOut]
    earlier: list[CellWasOut]


class MatrixCellOut(Out):
    theme_id: UUID
    version: int
    summary: str


class CaseOut(Out):
    """A participant, and the cells that are written."""

    participant_id: UUID
    label: str
    cells: list[MatrixCellOut]


class MatrixOut(Out):
    """The themes that were not let go, in their order, by participants who did not withdraw."""

    theme_ids: list[UUID]
    cases: list[CaseOut]


class TookPartIn(In):
    """How many of a group took part. Never who."""

    group: GroupName
    number: Annotated[StrictInt, Field(ge=1, le=10_000)]


class TrailStepIn(In):
    text: Written
    decided_on: Day
    took_part: Annotated[list[TookPartIn], Field(max_length=20)] = []
    theme_id: UUID | None = None


class TookPartOut(Out):
    group: str
    number: int


class DecisionOut(Out):
    id: UUID
    text: str
    decided_on: date
    took_part: list[TookPartOut]
    theme_id: UUID | None
    recorded_at: datetime
    recorded_by: WhoOut


@router.get("/analyses/{analysis_id}/framework", response=answers(MatrixOut), operation_id="framework")
def matrix(request: HttpRequest, analysis_id: UUID) -> MatrixOut:
    """What each participant says to each theme, in the analysts' words."""
    actor = acting(request)
    found = matrix_for(actor, analysis_for(actor, analysis_id))
    cases = [
        CaseOut(
            participant_id=row.participant.id, label=row.participant.label,
            cells=[
                MatrixCellOut(theme_id=theme.id, version=cell.version, summary=cell.summary)
                for theme, cell in row.pairs
                if cell is not None
            ],
        )
        for row in found.rows
    ]  # fmt: skip
    return MatrixOut(theme_ids=[theme.id for theme in found.themes], cases=cases)


@router.post(
    "/analyses/{analysis_id}/framework/file", response=FILE, operation_id="release_framework",
    openapi_extra=gives_file(*TYPES.values()),
)  # fmt: skip
def leave(request: HttpRequest, analysis_id: UUID, wanted: LeavingIn) -> HttpResponse:
    """Let the matrix leave, as far as it may, through the door for words. 409 where nothing of it may."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    check_may_release(actor, analysis.programme_id, Permission.RELEASE_WORDS)
    left = release_matrix(
        analysis=analysis, recipient=wanted.recipient,
        write=lambda found: table_file(wanted.form, matrix_table("Framework matrix", found)), by=actor, at=now(),
    )  # fmt: skip
    return file_given(left.content, TYPES[wanted.form], f"framework-matrix.{wanted.form}")


@router.get(
    "/framework/{participant_id}/{theme_id}",
    response=answers(FrameworkCellOut),
    operation_id="framework_cell",
)
def cell(request: HttpRequest, participant_id: UUID, theme_id: UUID) -> FrameworkCellOut:
    """A cell: what it says, the passages it rests on, and what it said before."""
    actor = acting(request)
    return _told(actor, *_of(actor, participant_id, theme_id))


@router.put(
    "/framework/{participant_id}/{theme_id}", response=answers(FrameworkCellOut), operation_id="write_cell"
)
def write(request: HttpRequest, participant_id: UUID, theme_id: UUID, wanted: CellIn) -> FrameworkCellOut:
    """Write what a case says to a theme. 409 where somebody wrote meanwhile."""
    actor = acting(request)
    person, theme = _of(actor, participant_id, theme_id)
    sources = {pk: source_for(actor, pk) for pk in {one.source_id for one in wanted.passages}}
    write_cell(
        participant=person, theme=theme, summary=wanted.summary,
        passages=[PassageDraft(sources[one.source_id], one.start, one.end) for one in wanted.passages],
        base_version=wanted.base_version, reason=wanted.reason, by=actor, at=now(),
    )  # fmt: skip
    return _told(actor, person, theme)


@router.get(
    "/analyses/{analysis_id}/decisions", response=answers(list[DecisionOut]), operation_id="decisions"
)
def trail(
    request: HttpRequest, analysis_id: UUID, limit: Limit = 50, offset: Offset = 0
) -> list[DecisionOut]:
    """The trail of decisions, the newest first."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    return _decisions(analysis, list(decisions_for(actor, analysis)[offset : offset + limit]))


@router.post(
    "/analyses/{analysis_id}/decisions", response=answers(DecisionOut, 201), operation_id="record_decision"
)
def decide(request: HttpRequest, analysis_id: UUID, wanted: TrailStepIn) -> Status[Any]:
    """Add a step to the trail; a later one may take it back, but it stays."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    row = record_decision(
        analysis=analysis, text=wanted.text, decided_on=wanted.decided_on,
        took_part=[TookPart(one.group, one.number) for one in wanted.took_part],
        theme=theme_for(actor, wanted.theme_id) if wanted.theme_id else None, by=actor, at=now(),
    )  # fmt: skip
    return Status(201, _decisions(analysis, [row])[0])


def _of(actor: Actor, participant_id: UUID, theme_id: UUID) -> tuple[Participant, Theme]:
    person, theme = participant_for(actor, participant_id), theme_for(actor, theme_id)
    if person.analysis_id != theme.analysis_id:
        raise NotFound(Sentence("There is no such cell."))
    return person, theme


def _told(actor: Actor, person: Participant, theme: Theme) -> FrameworkCellOut:
    held = cell_of(actor, person, theme)
    earlier = revisions_of_cell(actor, held) if held else []
    people = people_of(person.analysis, (was.written_by for was in earlier))
    places = sorted(places_of_cell(held)) if held else []
    return FrameworkCellOut(
        participant_id=person.id, theme_id=theme.id, version=held.version if held else None,
        summary=held.summary if held else None, passages=[CellPlaceOut.model_validate(one) for one in places],
        said=[CellPlaceOut.model_validate(one.place) for one in places_said_by(actor, person, theme)],
        earlier=[
            CellWasOut(
                version=was.version, summary=was.summary, reason=was.reason, written_at=was.written_at,
                written_by=people[was.written_by],
            )
            for was in earlier
        ],
    )  # fmt: skip


def _decisions(analysis: Analysis, rows: list[Decision]) -> list[DecisionOut]:
    people = people_of(analysis, (row.recorded_by for row in rows))
    return [
        DecisionOut(
            id=row.id, text=row.text, decided_on=row.decided_on, theme_id=row.theme_id, recorded_at=row.recorded_at,
            took_part=[TookPartOut(**one) for one in row.took_part], recorded_by=people[row.recorded_by],
        )
        for row in rows
    ]  # fmt: skip
