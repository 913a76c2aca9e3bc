"""What a coding workspace asks for, carried out one change after the other. Sent again, a change is there once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.records.inquiry.actions import apply_code, move_coding, remove_coding, restore_coding
from throughline.records.inquiry.models import Coding, Source
from throughline.records.inquiry.queries import code_for, coding_for
from throughline.records.inquiry.queries.workspace import Placed, check_text_version, placed_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError, Unready
from throughline.web.inquiry.workspace_wire import Apply, Move, Remove, Restore


def changed(
    source: Source, change: Apply | Move | Remove | Restore, version: int, *, by: Actor, at: datetime
) -> Placed | ThroughlineError:
    """The coding after one change, or why not. `version`: of the text that its places count in."""
    try:
        if isinstance(change, Remove | Restore):
            return placed_of(_taken_off_or_back(_on(source, change.id, by), change, by, at))
        with transaction.atomic():
            placed = _laid(source, change, by, at)
            # the change has locked the source: nobody corrects its text before this is written
            check_text_version(source, version)
        return placed
    except ThroughlineError as error:
        return error


def _laid(source: Source, change: Apply | Move, by: Actor, at: datetime) -> Placed:
    if isinstance(change, Apply):
        code = code_for(by, change.code)
        coding = apply_code(
            source=source, code=code, start=change.start, end=change.end, coding_id=change.id, by=by, at=at
        )
        return placed_of(coding)
    row = _on(source, change.id, by)
    moved = move_coding(
        coding=row, start=change.start, end=change.end, base_version=change.base, by=by, at=at
    )
    return placed_of(moved)


def _on(source: Source, coding_id: UUID, by: Actor) -> Coding:
    row = coding_for(by, coding_id)
    if row.source_id != source.id:
        raise NotFound(Sentence("There is no such coding."))
    return row


def _taken_off_or_back(row: Coding, change: Remove | Restore, by: Actor, at: datetime) -> Coding:
    act = remove_coding if isinstance(change, Remove) else restore_coding
    try:
        return act(coding=row, by=by, at=at)
    except Unready:
        there = coding_for(by, row.id)
        if (there.removed_at is not None) is isinstance(change, Remove):
            return there  # it is as was asked for: the answer to the first request was lost
        raise
