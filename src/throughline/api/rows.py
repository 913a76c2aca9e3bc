"""Rows for a named recipient: asking, a second person's answer, letting them leave, taking the files; and the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StringConstraints

from throughline.api.asked import check_any, named, programme_where
from throughline.api.evaluation import Profile, Recipient
from throughline.api.files import file_given, gives_file
from throughline.api.findings import freeze_of
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, In, Limit, Offset, Out, Words, answers
from throughline.evaluation import rows as door
from throughline.evaluation.codebook import TABLES, offered
from throughline.records.study import actions
from throughline.records.study.actions import RowsDraft
from throughline.records.study.models import Release, RowsRequest
from throughline.records.study.queries import ledger_for, rows_request_for, rows_requests_for
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.study import ReleaseDoor, RowsState

router = Router(tags=["rows"])
MAY_LOOK = (P.ASK_FOR_ROWS, P.APPROVE_ROWS, P.SEE_LEDGER)
MAY_SEE_LEDGER = (*MAY_LOOK, P.RELEASE_TABLES, P.RELEASE_WORDS)
ZIP = "application/zip"
FieldCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}(:[a-z]{1,10})?$")]


class OfferedTold(Out):
    """A field that may leave; `label` is how much it tells."""

    code: str
    label: str
    meaning: str


class TableTold(Out):
    name: str
    row: str
    fields: list[OfferedTold]


class RowsIn(In):
    """Which fields of which table, for whom, under which agreement, for what. A day can be told as `local_on:month`."""

    what: Annotated[Words, Field(max_length=120)]
    table: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
    fields: Annotated[list[FieldCode], Field(min_length=1, max_length=60)]
    recipient: Recipient
    agreement: Annotated[Words, Field(max_length=160)]
    profile: Profile = "lt5"


class RowsTold(Out):
    """A request. `smallest_group`: people in the smallest group over its fields; `release_id` once the rows left."""

    id: UUID
    freeze_id: UUID
    what: str
    table: str
    fields: list[str]
    recipient: str
    agreement: str
    profile: str
    row_count: int
    smallest_group: int
    state: RowsState
    asked_at: datetime
    asked_by: str
    answered_by: str | None
    release_id: UUID | None


class LineTold(Out):
    """A line of the ledger. `row_count` and `smallest_group` are of rows; null through other doors."""

    id: UUID
    door: str
    freeze_id: UUID | None
    what: str
    recipient: str
    profile: str
    agreement: str
    is_refused: bool
    refusal: str
    content_hash: str
    row_count: int | None
    smallest_group: int | None
    released_at: datetime
    released_by: str
    approved_by: str | None


@router.get("/rows/tables", response=answers(list[TableTold]), operation_id="rows_tables")
def tables(request: HttpRequest) -> list[dict[str, Any]]:
    """Which tables rows may be asked for of, and the fields that never stand for a person."""
    return [
        {
            "name": name, "row": str(table.row),
            "fields": [
                {"code": one.code, "label": one.label.value, "meaning": str(one.meaning)} for one in offered(name)
            ],
        }
        for name, table in TABLES.items()
    ]  # fmt: skip


@router.post("/freezes/{freeze_id}/rows", response=answers(RowsTold, 201), operation_id="ask_for_rows")
def ask(request: HttpRequest, freeze_id: UUID, wanted: RowsIn) -> Status[Any]:
    """Ask for rows of a freeze; nothing leaves yet. 409, and a line of the ledger, where a group of few would stand out."""
    actor, freeze = acting(request), freeze_of(request, freeze_id)
    check_may_release(actor, freeze.programme_id, P.ASK_FOR_ROWS)
    draft = RowsDraft(
        wanted.what, wanted.table, tuple(wanted.fields), wanted.recipient, wanted.agreement, wanted.profile
    )
    return Status(201, _shown([door.ask_for_rows(freeze=freeze, draft=draft, by=actor, at=now())])[0])


@router.get("/programmes/{programme_id}/rows", response=answers(list[RowsTold]), operation_id="rows_requests")
def requests(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[RowsTold]:
    """Requests for rows: all for who answers them, else one's own; those that wait come first."""
    programme = programme_where(request, programme_id, *MAY_LOOK)
    return _shown(list(rows_requests_for(acting(request), programme.id)[offset : offset + limit]))


@router.get("/rows/{request_id}", response=answers(RowsTold), operation_id="rows_request")
def one(request: HttpRequest, request_id: UUID) -> RowsTold:
    """All that who approves must know."""
    return _shown([_request(request, request_id)])[0]


@router.post("/rows/{request_id}/approve", response=answers(RowsTold), operation_id="approve_rows")
def approve(request: HttpRequest, request_id: UUID) -> RowsTold:
    """Let rows leave that another person asked for. 409 where somebody answered already."""
    found = _request(request, request_id)
    return _shown([actions.approve_rows(request=found, by=acting(request), at=now())])[0]


@router.post("/rows/{request_id}/decline", response=answers(RowsTold), operation_id="decline_rows")
def decline(request: HttpRequest, request_id: UUID) -> RowsTold:
    """Say no: these rows never leave under this request."""
    found = _request(request, request_id)
    return _shown([actions.decline_rows(request=found, by=acting(request), at=now())])[0]


@router.post("/rows/{request_id}/release", response=answers(RowsTold), operation_id="release_rows")
def release(request: HttpRequest, request_id: UUID) -> RowsTold:
    """Let approved rows leave: the files are written, read again, and stand in the ledger. 409 before they are approved."""
    door.release_rows(request=_request(request, request_id), by=acting(request), at=now())
    return one(request, request_id)


@router.get(
    "/rows/{request_id}/files", response=FILE, operation_id="take_rows",
    openapi_extra=gives_file(ZIP),
)  # fmt: skip
def files(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The files of rows that left, checked once more, as a zip, for who asked for them. Each time is audited."""
    found = _request(request, request_id)
    left = door.handed_over(request=found, by=acting(request), at=now())
    return file_given(door.packed_rows(left).getvalue(), ZIP, "rows.zip", {"Cache-Control": "no-store"})


@router.get("/programmes/{programme_id}/ledger", response=answers(list[LineTold]), operation_id="ledger")
def ledger(
    request: HttpRequest, programme_id: UUID, door: ReleaseDoor | None = None,
    outcome: Literal["left", "refused"] | None = None, limit: Limit = 100, offset: Offset = 0,
) -> list[LineTold]:  # fmt: skip
    """What left, through which door, to whom; refusals too. All lines for who keeps it, else one's own; the newest first."""
    programme = programme_where(request, programme_id, *MAY_SEE_LEDGER)
    rows = ledger_for(acting(request), programme.id).defer("cells")
    if door is not None:
        rows = rows.filter(door=door.value)
    if outcome is not None:
        rows = rows.filter(is_refused=outcome == "refused")
    found = list(rows[offset : offset + limit])
    names = named(who for row in found for who in (row.released_by, row.approved_by))
    return [_line(row, names) for row in found]


def _request(request: HttpRequest, request_id: UUID) -> RowsRequest:
    found = rows_request_for(acting(request), request_id)
    check_any(request, found.programme_id, *MAY_LOOK)
    return found


def _shown(rows: list[RowsRequest]) -> list[RowsTold]:
    names = named(who for row in rows for who in (row.asked_by, row.approved_by, row.declined_by))
    plain = ("id", "freeze_id", "what", "table", "fields", "recipient", "agreement", "profile", "row_count",
             "smallest_group", "state", "asked_at", "release_id")  # fmt: skip
    return [
        RowsTold(
            **{name: getattr(row, name) for name in plain}, asked_by=names[row.asked_by],
            answered_by=names.get(row.approved_by or row.declined_by or ""),
        )
        for row in rows
    ]  # fmt: skip


def _line(row: Release, names: dict[str, str]) -> LineTold:
    plain = ("id", "door", "freeze_id", "what", "recipient", "profile", "agreement", "is_refused", "refusal",
             "content_hash", "row_count", "smallest_group", "released_at")  # fmt: skip
    return LineTold(
        **{name: getattr(row, name) for name in plain}, released_by=names[row.released_by],
        approved_by=names.get(row.approved_by or ""),
    )  # fmt: skip
