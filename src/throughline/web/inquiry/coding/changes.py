"""What a coding workspace asks for, carried out one change after the other. Sent again, a change is there once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from throughline.records.inquiry.actions import apply_code, move_coding, remove_coding, restore_coding
from throughline.records.inquiry.actions.earlier import Corrections
from throughline.records.inquiry.models import Code, Coding, Source
from throughline.records.inquiry.queries import coding_for
from throughline.records.inquiry.queries.workspace import Placed, placed_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError, Unready
from throughline.web.inquiry.coding.wire import Apply, Move, Remove, Restore

AnyChange = Apply | Move | Remove | Restore
Outcome = Placed | ThroughlineError


def carry_out(
    source: Source, changes: Sequence[AnyChange], version: int, *, by: Actor, at: Callable[[], datetime]
) -> list[Outcome]:
    """For each change in turn the coding after it, or why not. `version`: of the text that places count in; where it was
    corrected since, what was marked on it lies on the same words by now, or is kept as lost."""
    corrections = Corrections(by)
    wanted = {change.code for change in changes if isinstance(change, Apply)}
    codes = {
        code.id: code for code in Code.objects.visible_to(by).filter(id__in=wanted).select_related("codebook")
    }
    return [
        _carried_out(source, change, Marked(text_version=version, corrections=corrections), codes, by, at())
        for change in changes
    ]


class Marked(TypedDict):
    """The text that the places of a change count in."""

    text_version: int
    corrections: Corrections


def _carried_out(
    source: Source, change: AnyChange, marked: Marked, codes: Mapping[UUID, Code], by: Actor, at: datetime
) -> Outcome:
    try:
        if isinstance(change, Remove):
            row = _taken_off(_on(source, change.id, by), by, at)
        elif isinstance(change, Restore):
            row = _put_back(_on(source, change.id, by), marked["text_version"], by, at)
        elif isinstance(change, Apply):
            if change.code not in codes:
                raise NotFound(Sentence("There is no such code."))
            row = apply_code(
                source=source, code=codes[change.code], start=change.start, end=change.end, coding_id=change.id,
                **marked, by=by, at=at,
            )  # fmt: skip
        else:
            row = move_coding(
                coding=_on(source, change.id, by), start=change.start, end=change.end, base_version=change.base,
                **marked, by=by, at=at,
            )  # fmt: skip
        return placed_of(row)
    except ThroughlineError as error:
        return error


def _on(source: Source, coding_id: UUID, by: Actor) -> Coding:
    """One's own coding on a source that one reads, or whichever else one may see."""
    own: Coding | None = Coding.objects.filter(id=coding_id, source=source, analyst=by.id).first()
    row = own or coding_for(by, coding_id)
    if row.source_id != source.id:
        raise NotFound(Sentence("There is no such coding."))
    return row


def _taken_off(row: Coding, by: Actor, at: datetime) -> Coding:
    """It is as was asked for where the answer to the first request was lost; so too below."""
    try:
        return remove_coding(coding=row, by=by, at=at)
    except Unready:
        there = Coding.objects.get(id=row.id)
        if there.removed_at is None:
            raise
        return there


def _put_back(row: Coding, text_version: int, by: Actor, at: datetime) -> Coding:
    try:
        return restore_coding(coding=row, text_version=text_version, by=by, at=at)
    except Unready:
        there = Coding.objects.get(id=row.id)
        if there.removed_at is not None:
            raise
        return there
