"""What a coding workspace asks for, carried out one change after the other. Sent again, a change is there once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.records.inquiry.actions import apply_code, move_coding, remove_coding, restore_coding
from throughline.records.inquiry.models import Code, Coding, Source
from throughline.records.inquiry.queries import coding_for
from throughline.records.inquiry.queries.workspace import Placed, check_text_version, placed_of, was_laid
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError, Unready
from throughline.web.inquiry.workspace_wire import Apply, Move, Remove, Restore

AnyChange = Apply | Move | Remove | Restore
Outcome = Placed | ThroughlineError


def carry_out(
    source: Source, changes: Sequence[AnyChange], version: int, *, by: Actor, at: Callable[[], datetime]
) -> list[Outcome]:
    """For each change in turn the coding after it, or why not. `version`: of the text that places count in."""
    wanted = {change.code for change in changes if isinstance(change, Apply)}
    codes = {
        code.id: code for code in Code.objects.visible_to(by).filter(id__in=wanted).select_related("codebook")
    }
    return [_carried_out(source, change, version, codes, by, at()) for change in changes]


def _carried_out(
    source: Source, change: AnyChange, version: int, codes: Mapping[UUID, Code], by: Actor, at: datetime
) -> Outcome:
    try:
        if isinstance(change, Remove | Restore):
            return placed_of(_taken_off_or_back(_on(source, change.id, by), change, by, at))
        with transaction.atomic():
            placed = (
                _put(source, change, codes, by, at)
                if isinstance(change, Apply)
                else _laid(source, change, by, at)
            )
            # the change has locked the source: nobody corrects its text before this is written
            check_text_version(source, version)
        return placed
    except ThroughlineError as error:
        return error


def _put(source: Source, change: Apply, codes: Mapping[UUID, Code], by: Actor, at: datetime) -> Placed:
    code = codes.get(change.code)
    if code is None:
        raise NotFound(Sentence("There is no such code."))
    coding = apply_code(
        source=source, code=code, start=change.start, end=change.end, coding_id=change.id, by=by, at=at
    )
    return placed_of(coding)


def _laid(source: Source, change: Move, by: Actor, at: datetime) -> Placed:
    row = _on(source, change.id, by)
    if was_laid(row, change.base, change.start, change.end):
        return placed_of(row)  # and moved on since: the answer to the first request was lost
    moved = move_coding(
        coding=row, start=change.start, end=change.end, base_version=change.base, by=by, at=at
    )
    return placed_of(moved)


def _on(source: Source, coding_id: UUID, by: Actor) -> Coding:
    """One's own coding on a source that one reads, or whichever else one may see."""
    own: Coding | None = Coding.objects.filter(id=coding_id, source=source, analyst=by.id).first()
    row = own or coding_for(by, coding_id)
    if row.source_id != source.id:
        raise NotFound(Sentence("There is no such coding."))
    return row


def _taken_off_or_back(row: Coding, change: Remove | Restore, by: Actor, at: datetime) -> Coding:
    act = remove_coding if isinstance(change, Remove) else restore_coding
    try:
        return act(coding=row, by=by, at=at)
    except Unready:
        there = Coding.objects.get(id=row.id)
        if (there.removed_at is not None) is isinstance(change, Remove):
            return there  # it is as was asked for: the answer to the first request was lost
        raise
