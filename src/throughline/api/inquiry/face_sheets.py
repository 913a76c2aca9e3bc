"""Face sheets: what a table says of participants and sources, looked at first and then kept."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictBool, StringConstraints

from throughline.api.files import TAKES_FILE, file_sent
from throughline.api.session import acting, now
from throughline.api.shapes import In, Line, Out, answers
from throughline.exchange.face_sheet.load import FaceMatch, keep_face_sheet, match_face_sheet, names_in
from throughline.exchange.face_sheet.read import read_face_sheet
from throughline.exchange.held import hold, let_go, take_up
from throughline.records.inquiry.models import Analysis
from throughline.records.inquiry.queries import analysis_for
from throughline.rules.access import check_may_add_source
from throughline.vocabulary.actor import Actor

router = Router(tags=["sources"])
TableForm = Literal["csv", "xlsx"]
Column = Annotated[Line, StringConstraints(max_length=120)]


class FaceSheetIn(In):
    """`match`: the column that names; empty, the one that fits best. `is_kept` false: only tell what would be."""

    ticket: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}\.[A-Za-z0-9_-]{43}=$")]
    match: Column = ""
    leave_out: Annotated[list[Column], Field(max_length=200)] = []
    is_kept: StrictBool = True


class SaidOut(Out):
    """A row of the sheet, and whom it says something of."""

    line: int
    participant_id: UUID | None
    source_id: UUID | None


class LineRefusedOut(Out):
    line: int
    reason: str


class FaceSheetOut(Out):
    """What a sheet says, or said. `unmatched`: lines that name nobody here; `unsaid`: labels and names that no row names.

    `derived`: columns left out, for arm and phase follow from site and day. `kept` is null where nothing was kept.
    """

    ticket: str
    match: str
    columns: list[str]
    derived: list[str]
    said: list[SaidOut]
    unmatched: list[int]
    refused: list[LineRefusedOut]
    unsaid: list[str]
    kept: int | None


@router.post(
    "/analyses/{analysis_id}/face-sheets", response=answers(FaceSheetOut, 201), operation_id="read_face_sheet",
    openapi_extra=TAKES_FILE,
)  # fmt: skip
def look(request: HttpRequest, analysis_id: UUID, form: TableForm) -> Status[Any]:
    """See what a face sheet says of whom; its bytes are the body. Nothing is kept yet."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    check_may_add_source(actor, analysis.programme_id)
    data = file_sent(request)
    match = _matched(actor, analysis, form, data, "", [])
    return Status(201, _told(match, hold(form.encode() + b"\n" + data, owner=actor.id), None))


@router.post(
    "/analyses/{analysis_id}/face-sheets/keep", response=answers(FaceSheetOut), operation_id="keep_face_sheet"
)
def keep(request: HttpRequest, analysis_id: UUID, wanted: FaceSheetIn) -> FaceSheetOut:
    """Keep what a sheet says, less the columns left out. 404 where its ticket is none any more."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    check_may_add_source(actor, analysis.programme_id)
    head, _newline, data = take_up(wanted.ticket, owner=actor.id).partition(b"\n")
    match = _matched(actor, analysis, head.decode("ascii", "replace"), data, wanted.match, wanted.leave_out)
    if not wanted.is_kept:
        return _told(match, wanted.ticket, None)
    kept = keep_face_sheet(match=match, by=actor, at=now())
    let_go(wanted.ticket, owner=actor.id)
    return _told(match, wanted.ticket, kept)


def _matched(
    actor: Actor, analysis: Analysis, form: str, data: bytes, column: str, leave_out: list[str]
) -> FaceMatch:
    names = () if column.strip() else names_in(analysis, actor)
    sheet = read_face_sheet(data, f"face-sheet.{form}", match=column, names=names)
    return match_face_sheet(sheet=sheet, analysis=analysis, leave_out=leave_out, by=actor)


def _told(match: FaceMatch, ticket: str, kept: int | None) -> FaceSheetOut:
    said: list[tuple[int, UUID | None, UUID | None]] = [
        (one.row.line, one.participant.id, None) for one in match.people
    ]
    said += [(one.row.line, None, one.source.id) for one in match.sources]
    return FaceSheetOut(
        ticket=ticket, match=match.sheet.match, columns=list(match.sheet.columns), derived=list(match.derived),
        said=[SaidOut(line=line, participant_id=who, source_id=what) for line, who, what in sorted(said, key=str)],
        unmatched=[row.line for row in match.unmatched], unsaid=list(match.unsaid), kept=kept,
        refused=[LineRefusedOut(line=one.line, reason=str(one.sentence)) for one in match.refused],
    )  # fmt: skip
