"""Shapes of stock as they come in and go out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictInt, StringConstraints

from throughline.api.shapes import In, Line, Moment, Out
from throughline.records.engagement.queries.stock import CountedItem, Shelf, Silence
from throughline.records.supplies.models import StockCount, StockMovement
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.stock import (
    CountedLine,
    MovementKind,
    StockLine,
    VarianceReason,
    WithdrawnWhy,
    WriteOffReason,
)

LINES = 200
Some = Annotated[StrictInt, Field(ge=1, le=1_000_000)]
Found = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Batch = Annotated[Line, StringConstraints(max_length=40)]


class StockLineIn(In):
    """So many of an item. `batch` names a lot: in a delivery with its expiry. `id` is yours: sent twice it counts once."""

    item_id: UUID
    quantity: Some
    batch: Batch = ""
    expires_on: date | None = None
    id: UUID | None = None


class ReceivedIn(In):
    lines: Annotated[list[StockLineIn], Field(min_length=1, max_length=LINES)]
    happened_at: Moment


class TransferredIn(ReceivedIn):
    to_site_id: UUID


class WrittenOffIn(ReceivedIn):
    reason: WriteOffReason


class CountedLineIn(In):
    """So many were there: of the item as a whole, or of one lot."""

    item_id: UUID
    counted: Found
    lot_id: UUID | None = None


class CountIn(In):
    """What is not named was not counted, which is not 0. `id` is yours: sent twice it counts once."""

    lines: Annotated[list[CountedLineIn], Field(min_length=1, max_length=LINES)]
    counted_at: Moment
    id: UUID | None = None


class ReasonIn(In):
    """Why an item of a count differs, and by how much it did when you saw it."""

    item_id: UUID
    reason: VarianceReason
    difference: Annotated[StrictInt, Field(ge=-1_000_000_000, le=1_000_000_000)]


class StockWithdrawalIn(In):
    why: WithdrawnWhy


class MovementOut(Out):
    id: UUID
    kind: MovementKind
    item_id: UUID
    lot_id: UUID | None
    quantity: int
    from_site_id: UUID | None
    to_site_id: UUID | None
    reason: WriteOffReason | None
    happened_at: datetime
    withdrawn_why: WithdrawnWhy | None


class CountedItemOut(Out):
    """`expected` and `difference` are null where the books had not begun: an opening count."""

    item_id: UUID
    counted: int
    expected: int | None
    difference: int | None
    reason: VarianceReason | None
    needs_reason: bool


class CountOut(Out):
    """`items` beside what the books said just before; empty where the count is withdrawn."""

    id: UUID
    site_id: UUID
    counted_at: datetime
    withdrawn_why: WithdrawnWhy | None
    items: list[CountedItemOut]


class LotOut(Out):
    """`left` is estimated as if what expires first left first."""

    lot_id: UUID
    batch: str
    expires_on: date
    left: int
    is_expired: bool


class ShelfLineOut(Out):
    """Counts are numbers or a kind of nothing: `not_recorded` without books, `not_applicable` without use in 28 days."""

    item_id: UUID
    item: str
    unit: str
    on_hand: int | Nothing
    usable: int | Nothing
    counted_at: datetime | None
    used: int
    use_days: int
    days_left: int | Nothing
    to_order: int | Nothing
    lots: list[LotOut]


class CoverOut(Out):
    """How long police agreements cover an item kind here; a null end is none named, or none valid today."""

    item_kind: str
    is_valid: bool
    until_on: date | None
    days_left: int | None


class TakenForOthersOut(Out):
    """Of the contacts of 28 days at which something was given: how many took for others, for how many. Never who."""

    contacts: int
    for_others: int
    others: int
    not_recorded: int


class GivenBeforeOut(Out):
    item_id: UUID
    used: int


class SilenceOut(Out):
    """No contact of the last 28 days is here: when the last one was, and what was given in the 28 days before it."""

    last_at: datetime
    given: list[GivenBeforeOut]


class ShelfOut(Out):
    """`covers` is empty where the programme needs no police agreement. `to_order` lasts `cover_days`.

    `silence`: why nothing was used; null where something was, or nobody was ever met here.
    """

    site_id: UUID
    silence: SilenceOut | None
    cover_days: int
    lines: list[ShelfLineOut]
    covers: list[CoverOut]
    taken_for_others: TakenForOthersOut


def lines_of(lines: list[StockLineIn]) -> list[StockLine]:
    return [StockLine(**line.model_dump()) for line in lines]


def counted_of(lines: list[CountedLineIn]) -> list[CountedLine]:
    return [CountedLine(**line.model_dump()) for line in lines]


def shown_movement(row: StockMovement) -> MovementOut:
    return MovementOut.model_validate(row, from_attributes=True)


def shown_count(row: StockCount, items: list[CountedItem]) -> CountOut:
    shown = [
        CountedItemOut(
            item_id=one.item.id, counted=one.counted, expected=one.expected, difference=one.difference,
            reason=VarianceReason(one.explanation.reason) if one.explanation else None,
            needs_reason=one.needs_reason,
        )
        for one in items
    ]  # fmt: skip
    return CountOut(
        id=row.id, site_id=row.site_id, counted_at=row.counted_at, items=shown,
        withdrawn_why=WithdrawnWhy(row.withdrawn_why) if row.withdrawn_why else None,
    )  # fmt: skip


def shown_shelf(shelf: Shelf, silence: Silence | None) -> ShelfOut:
    lines = [
        ShelfLineOut(
            item_id=line.item.id, item=line.item.name, unit=line.item.unit, on_hand=line.on_hand, usable=line.usable,
            counted_at=line.counted_at, used=line.used, use_days=line.use_days, days_left=line.days_left,
            to_order=line.to_order,
            lots=[
                LotOut(
                    lot_id=one.lot.id, batch=one.lot.batch, expires_on=one.lot.expires_on, left=one.left,
                    is_expired=one.is_expired,
                )
                for one in line.lots
            ],
        )
        for line in shelf.lines
    ]  # fmt: skip
    return ShelfOut(
        site_id=shelf.site.id, silence=_silence(silence) if silence else None, cover_days=shelf.cover_days, lines=lines,
        covers=[CoverOut.model_validate(one, from_attributes=True) for one in shelf.covers],
        taken_for_others=TakenForOthersOut.model_validate(shelf.taken_for_others, from_attributes=True),
    )  # fmt: skip


def _silence(one: Silence) -> SilenceOut:
    given = [GivenBeforeOut(item_id=item.id, used=used) for item, used in one.given]
    return SilenceOut(last_at=one.last_at, given=given)
