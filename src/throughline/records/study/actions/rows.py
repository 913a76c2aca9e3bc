"""Rows for a named recipient: one person asks, another approves or declines, and they leave once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.study.models import Freeze, Release, RowsRequest
from throughline.rules.access import (
    check_may_approve_release,
    check_may_release,
    check_may_take_rows,
)
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import ReleaseDoor


@dataclass(frozen=True)
class RowsDraft:
    """Which fields of which table, for whom, under which agreement and profile. All of it stands in the ledger later."""

    what: str
    table: str
    fields: tuple[str, ...]
    recipient: str
    agreement: str
    profile: str


@transaction.atomic
def ask_for_rows(
    *, freeze: Freeze, draft: RowsDraft, row_count: int, smallest_group: int, by: Actor, at: datetime
) -> RowsRequest:
    """Ask for rows; nothing leaves yet. `smallest_group` is for who approves. Raises Invalid where a name is missing."""
    check_may_release(by, freeze.programme_id, Permission.ASK_FOR_ROWS)
    told = {"recipient": draft.recipient, "agreement": draft.agreement, "what": draft.what}
    empty = [name for name, given in told.items() if not given.strip()]
    if empty or not draft.fields:
        raise Invalid(
            Sentence("Rows leave for a named recipient, under an agreement, for a purpose, as named fields."),
            fields={name: Sentence("Fill this in.") for name in empty},
        )
    request = RowsRequest.objects.create(
        programme_id=freeze.programme_id, freeze=freeze, what=draft.what, table=draft.table,
        fields=list(draft.fields), recipient=draft.recipient, agreement=draft.agreement, profile=draft.profile,
        row_count=row_count, smallest_group=smallest_group, asked_at=at, asked_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.ROWS_ASKED_FOR, target=request, programme_id=freeze.programme_id, by=by, at=at, count=row_count
    )
    return request


@transaction.atomic
def approve_rows(*, request: RowsRequest, by: Actor, at: datetime) -> RowsRequest:
    """Let rows leave that another person asked for."""
    check_may_approve_release(by, request.programme_id, is_own=request.asked_by == by.id)
    _answer(request, approved_at=at, approved_by=by.id)
    audit.record(Event.ROWS_APPROVED, target=request, programme_id=request.programme_id, by=by, at=at)
    return request


@transaction.atomic
def decline_rows(*, request: RowsRequest, by: Actor, at: datetime) -> RowsRequest:
    """Say no: these rows never leave under this request."""
    check_may_approve_release(by, request.programme_id, is_own=request.asked_by == by.id)
    _answer(request, declined_at=at, declined_by=by.id)
    audit.record(Event.ROWS_DECLINED, target=request, programme_id=request.programme_id, by=by, at=at)
    return request


@transaction.atomic
def record_rows_left(
    *, request: RowsRequest, content_hash: str, row_count: int, smallest_group: int, by: Actor, at: datetime
) -> Release:
    """The line of the ledger of rows whose files are whole, in the same transaction in which they get their place.

    Raises Unready where nobody approved them, or they left already.
    """
    check_may_take_rows(by, request.programme_id, is_own=request.asked_by == by.id)
    held = RowsRequest.objects.select_for_update().get(id=request.id)
    if held.release_id is not None:
        raise Unready(Sentence("These rows have left already. Ask for them again to let them leave anew."))
    if held.approved_at is None:
        raise Unready(Sentence("Another person must approve these rows before they leave."))
    release = Release.objects.create(
        programme_id=held.programme_id, freeze_id=held.freeze_id, door=ReleaseDoor.ROWS.value, what=held.what,
        recipient=held.recipient, profile=held.profile, content_hash=content_hash, agreement=held.agreement,
        row_count=row_count, smallest_group=smallest_group, released_at=at, released_by=by.id,
        approved_at=held.approved_at, approved_by=held.approved_by,
    )  # fmt: skip
    RowsRequest.objects.filter(id=held.id).update(release=release)
    audit.record(
        Event.RELEASED, target=release, programme_id=held.programme_id, by=by, at=at,
        reason=ReleaseDoor.ROWS.value, count=row_count,
    )  # fmt: skip
    request.refresh_from_db()
    return release


@transaction.atomic
def hand_over_rows(*, request: RowsRequest, by: Actor, at: datetime) -> None:
    """Say that the files of rows that left were taken, each time they are."""
    check_may_take_rows(by, request.programme_id, is_own=request.asked_by == by.id)
    if request.release_id is None:
        raise Unready(Sentence("These rows have not left yet."))
    audit.record(Event.ROWS_HANDED_OVER, target=request, programme_id=request.programme_id, by=by, at=at)


def _answer(request: RowsRequest, **answer: object) -> None:
    waiting = RowsRequest.objects.filter(id=request.id, approved_at=None, declined_at=None)
    if not waiting.update(**answer):
        raise Unready(Sentence("This request was answered already."))
    request.refresh_from_db()
