"""Stock: counted before the programme began, delivered each month, sent on, damaged, counted again."""

from __future__ import annotations

from datetime import datetime, timedelta

from throughline.example.arrays import ITEMS
from throughline.example.loading.world import World
from throughline.example.shelves import Counted, Sent, Shelves
from throughline.records.supplies import actions
from throughline.records.supplies.models import Item
from throughline.vocabulary.chain import ItemKind
from throughline.vocabulary.stock import CountedLine, StockLine, VarianceReason, WriteOffReason

KEEPS_DAYS = 270  # naloxone, from its delivery on
REASONS = (VarianceReason.GIVEN_NOT_RECORDED, VarianceReason.DAMAGED_OR_LOST, VarianceReason.NOT_KNOWN)


def keep_stock(world: World, shelves: Shelves, items: list[Item]) -> None:
    """All of it through the actions that pages call. The last counts are still to be explained."""
    total = len(shelves.deliveries) + len(shelves.sent) + len(shelves.counts)
    _progress(world, 0, total)
    for one in shelves.deliveries:
        at = world.moment(one.day, 10 * 60)
        lines = [_line(items, item, number, at) for item, number in one.numbers.items()]
        actions.receive_stock(site=world.sites[one.site], lines=lines, happened_at=at, by=world.by, at=at)
    _progress(world, len(shelves.deliveries), total)
    for leaving in shelves.sent:
        _send(world, leaving, items)
    last = max((one.day for one in shelves.counts), default=-1)
    for number, counted in enumerate(shelves.counts):
        _count(world, counted, items, is_explained=counted.day < last, place=number)
    _progress(world, total, total)


def _progress(world: World, done: int, total: int) -> None:
    world.progress("stock", done, total)


def _line(items: list[Item], item: int, number: int, at: datetime) -> StockLine:
    if ITEMS[item] is not ItemKind.NALOXONE_NASAL:
        return StockLine(items[item].id, number)
    expires_on = (at + timedelta(days=KEEPS_DAYS)).date()
    return StockLine(items[item].id, number, batch=f"NX{at:%y%m}", expires_on=expires_on)


def _send(world: World, one: Sent, items: list[Item]) -> None:
    at, lines = world.moment(one.day, 11 * 60), [StockLine(items[one.item].id, one.number)]
    if one.to is None:
        actions.write_off_stock(
            site=world.sites[one.site],
            lines=lines,
            reason=WriteOffReason.DAMAGED,
            happened_at=at,
            by=world.by,
            at=at,
        )
        return
    actions.transfer_stock(
        from_site=world.sites[one.site],
        to_site=world.sites[one.to],
        lines=lines,
        happened_at=at,
        by=world.by,
        at=at,
    )


def _count(world: World, one: Counted, items: list[Item], *, is_explained: bool, place: int) -> None:
    """Before the first day, or a minute before midnight of a day."""
    at = world.moment(0, 0) if one.day < 0 else world.moment(one.day, 23 * 60 + 59)
    lines = [CountedLine(items[item].id, number) for item, number in one.numbers.items()]
    count = actions.count_stock(site=world.sites[one.site], lines=lines, counted_at=at, by=world.by, at=at)
    for number, (item, difference) in enumerate(one.differs.items() if is_explained else ()):
        actions.explain_variance(
            count=count, item=items[item], reason=REASONS[(place + number) % len(REASONS)],
            difference=difference, by=world.by, at=at + timedelta(minutes=1),
        )  # fmt: skip
