"""Freezes, and tables of them through the door: nothing leaves here that was not checked for disclosure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StringConstraints

from throughline.api.asked import named
from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Line, Offset, Out, Word, answers
from throughline.evaluation.doors import TableSpec, profile_named, release_table
from throughline.evaluation.told import is_evaluated
from throughline.records.inquiry.actions.blind import studies_coded_blindly
from throughline.records.programme.queries import programme_for
from throughline.records.study.models import Freeze
from throughline.records.study.queries import freezes_for
from throughline.rules.access import check_may_release, holds
from throughline.rules.permissions import Permission
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.nothing import Nothing

router = Router(tags=["evaluation"])

Title = Annotated[Line, StringConstraints(min_length=1, max_length=120)]
Recipient = Annotated[Line, StringConstraints(min_length=1, max_length=160)]
Profile = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_:]{1,40}$")]
Value = Annotated[Line, StringConstraints(max_length=120)]


class FreezeOut(Out):
    """`rows`: of each table, for who may freeze or evaluate and does not code blindly in its study; others get counts through
    the door for tables alone.

    `is_evaluated`: its questions were asked. `frozen_by`: an account's name, or the name of system work.
    """

    id: UUID
    study_id: UUID
    name: str
    content_hash: str
    rows: dict[str, int] | None
    frozen_at: datetime
    frozen_by: str
    is_evaluated: bool


class TableIn(In):
    """Counts of contacts or of codes, split by columns of the history, narrowed to some values of others."""

    title: Title
    unit: Literal["contact", "code"]
    dimensions: Annotated[list[Word], Field(min_length=1, max_length=4)]
    where: Annotated[dict[Word, Value], Field(max_length=8)] = {}
    profile: Profile = "lt5"
    recipient: Recipient


class CellOut(Out):
    """`key`: a value for each dimension, or the word for all. What is hidden is `suppressed`, never 0 and never blank."""

    key: list[str]
    value: int | Nothing | Literal["suppressed"]


class TableOut(Out):
    release_id: UUID
    content_hash: str
    dimensions: list[str]
    cells: list[CellOut]


@router.get("/programmes/{programme_id}/freezes", response=answers(list[FreezeOut]), operation_id="freezes")
def freezes(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[FreezeOut]:
    """Freezes that the account may know of, the newest first."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    found = list(freezes_for(actor, programme.id)[offset : offset + limit])
    names = named(row.frozen_by for row in found)
    may_count = any(holds(actor, one, programme.id) for one in (Permission.FREEZE, Permission.EVALUATE))
    hidden = studies_coded_blindly(actor)
    return [
        FreezeOut(
            id=row.id, study_id=row.study_id, name=row.name, content_hash=row.content_hash,
            rows=row.rows if may_count and row.study_id not in hidden else None, frozen_at=row.frozen_at, frozen_by=names[row.frozen_by],
            is_evaluated=is_evaluated(row),
        )
        for row in found
    ]  # fmt: skip


@router.post("/freezes/{freeze_id}/tables", response=answers(TableOut, 201), operation_id="release_table")
def table(request: HttpRequest, freeze_id: UUID, wanted: TableIn) -> Status[Any]:
    """Let a table leave: small counts are suppressed, and it becomes a line of the ledger.

    409 where too much could be worked out from it, or from it and what left before; that is a line of the ledger, too.
    """
    actor = acting(request)
    freeze = Freeze.objects.visible_to(actor).filter(id=freeze_id).select_related("study__programme").first()
    if freeze is None:
        raise NotFound(Sentence("There is no such freeze."))
    check_may_release(actor, freeze.programme_id, Permission.RELEASE_TABLES)
    spec = TableSpec(wanted.title, wanted.unit, tuple(wanted.dimensions), dict(wanted.where))
    left = release_table(
        freeze=freeze,
        spec=spec,
        profile=profile_named(wanted.profile),
        recipient=wanted.recipient,
        by=actor,
        at=now(),
    )
    cells = [
        CellOut.model_validate({"key": list(key), "value": value})
        for key, value in left.table.released().items()
    ]
    return Status(
        201,
        TableOut(
            release_id=left.release.id, content_hash=left.release.content_hash,
            dimensions=list(left.table.dimensions), cells=cells,
        ),
    )  # fmt: skip
