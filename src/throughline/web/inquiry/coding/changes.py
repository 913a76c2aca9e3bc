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
from throughline.records.inquiry.queries.workspace import Placed, codes_seen, placed_of, text_version_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError, Unready
from throughline.web.inquiry.coding.wire import Apply, Move, Remove, Restore

AnyChange = Apply | Move | Remove | Restore
Outcome = Placed | ThroughlineError


def carry_out(
    source: Source, changes: Sequence[AnyChange], version: int, *, by: Actor, at: Callable[[], datetime]
) -> tuple[list[Outcome], int]:
    """For each change in turn the coding after it, or why not; and the version of the text that the last of them counts in.

    `version`: of the text that the places given count in; where it was corrected since, what was marked on it lies on the
    same words by now, or is kept as lost."""
    corrections = Corrections(by)
    wanted = {change.code for change in changes if isinstance(change, Apply)}
    # that they may be seen; as they stand they are read where they are held
    codes = {one: Code(id=one) for one in codes_seen(by, wanted)}
    marked = Marked(text_version=version, corrections=corrections)
    found = [_carried_out(source, change, marked, codes, by, at()) for change in changes]
    rows = [one for one in found if isinstance(one, Coding)]
    # each row came with its source as it was then
    now = rows[-1].source.version if rows else text_version_of(source)
    return [placed_of(one) if isinstance(one, Coding) else one for one in found], now


class Marked(TypedDict):
    """The text that the places of a change count in."""

    text_version: int
    corrections: Corrections


def _carried_out(
    source: Source, change: AnyChange, marked: Marked, codes: Mapping[UUID, Code], by: Actor, at: datetime
) -> Coding | ThroughlineError:
    try:
        if isinstance(change, Remove):
            return _taken_off(_on(source, change.id, by), by, at)
        if isinstance(change, Restore):
            return _put_back(_on(source, change.id, by), marked["text_version"], by, at)
        if isinstance(change, Apply):
            if change.code not in codes:
                raise NotFound(Sentence("There is no such code."))
            return apply_code(
                source=source, code=codes[change.code], start=change.start, end=change.end, coding_id=change.id,
                **marked, by=by, at=at,
            )  # fmt: skip
        return move_coding(
            coding=_on(source, change.id, by), start=change.start, end=change.end, base_version=change.base,
            **marked, by=by, at=at,
        )  # fmt: skip
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
        there = _as_it_is(row)
        if there.removed_at is None:
            raise
        return there


def _put_back(row: Coding, text_version: int, by: Actor, at: datetime) -> Coding:
    try:
        return restore_coding(coding=row, text_version=text_version, by=by, at=at)
    except Unready:
        there = _as_it_is(row)
        if there.removed_at is not None:
            raise
        return there


def _as_it_is(row: Coding) -> Coding:
    rows = Coding.objects.select_related("source").defer("source__text", "source__raw")
    there: Coding = rows.get(id=row.id)
    return there
