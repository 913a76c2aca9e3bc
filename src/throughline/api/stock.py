"""Stock: what is on a shelf, what comes and goes, counts and why they differ."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from throughline.api.session import acting, now
from throughline.api.shapes import answers
from throughline.api.stock_shapes import (
    CountIn,
    CountOut,
    MovementOut,
    ReasonIn,
    ReceivedIn,
    ShelfOut,
    StockWithdrawalIn,
    TransferredIn,
    WrittenOffIn,
    counted_of,
    lines_of,
    shown_count,
    shown_movement,
    shown_shelf,
)
from throughline.records.engagement.queries.stock import COVER_DAYS, counted_items, on_hand_for, silence_at
from throughline.records.programme.queries import site_for
from throughline.records.supplies import actions
from throughline.records.supplies.models import Item, StockCount
from throughline.records.supplies.queries import count_for, movement_for, stock_site_for
from throughline.vocabulary.errors import NotFound, Sentence

router = Router(tags=["stock"])
CoverDays = Annotated[int, Field(ge=1, le=365)]


@router.get("/sites/{site_id}/stock", response=answers(ShelfOut), operation_id="stock")
def shelf(request: HttpRequest, site_id: UUID, cover_days: CoverDays = COVER_DAYS) -> ShelfOut:
    """On hand, use of the last 28 days, days left, lots, and what to order so that it lasts `cover_days`."""
    actor, at = acting(request), now()
    found = on_hand_for(actor, site_id, at, cover_days=cover_days)
    is_still = bool(found.lines) and not any(line.used for line in found.lines)
    return shown_shelf(found, silence_at(actor, found.site, at) if is_still else None)


@router.post(
    "/sites/{site_id}/stock/received", response=answers(list[MovementOut], 201), operation_id="receive_stock"
)
def receive(request: HttpRequest, site_id: UUID, delivery: ReceivedIn) -> Status[Any]:
    """A delivery. A line whose id is there already is the same line; 409 where it says something else."""
    rows = actions.receive_stock(
        site=stock_site_for(acting(request), site_id), lines=lines_of(delivery.lines),
        happened_at=delivery.happened_at, by=acting(request), at=now(),
    )  # fmt: skip
    return Status(201, [shown_movement(row) for row in rows])


@router.post(
    "/sites/{site_id}/stock/transferred", response=answers(list[MovementOut], 201), operation_id="transfer_stock"
)  # fmt: skip
def transfer(request: HttpRequest, site_id: UUID, sent: TransferredIn) -> Status[Any]:
    """To another site of the programme. It takes the permission where it leaves."""
    rows = actions.transfer_stock(
        from_site=stock_site_for(acting(request), site_id), to_site=site_for(acting(request), sent.to_site_id),
        lines=lines_of(sent.lines), happened_at=sent.happened_at, by=acting(request), at=now(),
    )  # fmt: skip
    return Status(201, [shown_movement(row) for row in rows])


@router.post(
    "/sites/{site_id}/stock/written-off", response=answers(list[MovementOut], 201), operation_id="write_off_stock"
)  # fmt: skip
def write_off(request: HttpRequest, site_id: UUID, gone: WrittenOffIn) -> Status[Any]:
    """What is gone and was given to nobody. What a count finds missing needs none: the count says so."""
    rows = actions.write_off_stock(
        site=stock_site_for(acting(request), site_id), lines=lines_of(gone.lines), reason=gone.reason,
        happened_at=gone.happened_at, by=acting(request), at=now(),
    )  # fmt: skip
    return Status(201, [shown_movement(row) for row in rows])


@router.post("/sites/{site_id}/stock/counts", response=answers(CountOut, 201), operation_id="count_stock")
def count(request: HttpRequest, site_id: UUID, counted: CountIn) -> Status[Any]:
    """What was found, whatever the books say; the answer shows both. 409 where the id is another count's."""
    row = actions.count_stock(
        site=stock_site_for(acting(request), site_id), lines=counted_of(counted.lines),
        counted_at=counted.counted_at, count_id=counted.id, by=acting(request), at=now(),
    )  # fmt: skip
    return Status(201, _beside(row))


@router.get("/stock-counts/{count_id}", response=answers(CountOut), operation_id="stock_count")
def one_count(request: HttpRequest, count_id: UUID) -> CountOut:
    """A count beside the books. Records that arrive late may change what the books said."""
    return _beside(count_for(acting(request), count_id))


@router.post(
    "/stock-counts/{count_id}/reasons", response=answers(CountOut, 201), operation_id="explain_variance"
)
def explain(request: HttpRequest, count_id: UUID, said: ReasonIn) -> Status[Any]:
    """Why an item of a count differs. Nothing is edited: the difference stays, with its reason."""
    actor = acting(request)
    row = count_for(actor, count_id)
    item = Item.objects.visible_to(actor).filter(id=said.item_id, programme_id=row.programme_id).first()
    if item is None:
        raise NotFound(Sentence("There is no such item."))
    actions.explain_variance(
        count=row, item=item, reason=said.reason, difference=said.difference, by=actor, at=now()
    )
    return Status(201, _beside(row))


@router.post("/stock-counts/{count_id}/withdraw", response=answers(CountOut), operation_id="withdraw_count")
def withdraw_count(request: HttpRequest, count_id: UUID, withdrawal: StockWithdrawalIn) -> CountOut:
    """It counts no more and stays; 409 where it is withdrawn already."""
    actor = acting(request)
    row = actions.withdraw_count(count=count_for(actor, count_id), why=withdrawal.why, by=actor, at=now())
    return _beside(row)


@router.post(
    "/stock-movements/{movement_id}/withdraw", response=answers(MovementOut), operation_id="withdraw_movement"
)  # fmt: skip
def withdraw_movement(request: HttpRequest, movement_id: UUID, withdrawal: StockWithdrawalIn) -> MovementOut:
    """It counts no more and stays; record what did happen anew."""
    actor = acting(request)
    row = actions.withdraw_movement(
        movement=movement_for(actor, movement_id), why=withdrawal.why, by=actor, at=now()
    )
    return shown_movement(row)


def _beside(row: StockCount) -> CountOut:
    return shown_count(row, counted_items(row.site, [row]).get(row.id, []))
