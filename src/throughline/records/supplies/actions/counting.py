"""Counting the shelf, and saying why a count differs from the books. Neither is ever edited.

A count is written down as it was found, whatever the books say: so it is blind, and no count is lost because somebody has
no reason at hand. What differs is worked out when it is read, as things that happened before a count may arrive after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.programme.models import Site
from throughline.records.supplies.actions.checking import AT_ONCE, TAKEN, check_moment, items_of
from throughline.records.supplies.models import CountExplanation, Item, Lot, StockCount, StockCountLine
from throughline.rules.access import check_may_count_stock, check_may_move_stock
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.stock import CountedLine, VarianceReason, WithdrawnWhy


@transaction.atomic
def count_stock(
    *,
    site: Site,
    lines: Sequence[CountedLine],
    counted_at: datetime | None,
    count_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> StockCount:
    """What was found of each item: as a whole, or lot by lot. An item without a line was not counted, which is not 0.

    `counted_at` None: now. The same `count_id` with the same content is the same count (sent again with None: whenever
    it was first); Unready with another.
    """
    check_may_count_stock(by, site.programme_id, site.id)
    check_moment(counted_at or at, at)
    items_of(site.programme_id, [line.item_id for line in lines], [line.counted for line in lines], least=0)
    _check_lots(lines)
    if count_id is not None:
        there = StockCount.objects.filter(id=count_id).first()
        if there is not None:
            return _same(there, site, lines, counted_at, by)
    count = StockCount(
        id=count_id or new_id(), programme_id=site.programme_id, site=site, counted_at=counted_at or at, recorded_at=at,
        recorded_by=by.id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            count.save(force_insert=True)
            StockCountLine.objects.bulk_create(
                StockCountLine(
                    programme_id=site.programme_id, count=count, item_id=line.item_id, lot_id=line.lot_id,
                    counted=line.counted,
                )
                for line in lines
            )  # fmt: skip
    except IntegrityError:
        raise Unready(AT_ONCE) from None
    audit.record(
        Event.STOCK_COUNTED, target=count, programme_id=site.programme_id, site_id=site.id, by=by, at=at,
        count=len(lines),
    )  # fmt: skip
    return count


@transaction.atomic
def explain_variance(
    *, count: StockCount, item: Item, reason: VarianceReason, difference: int, by: Actor, at: datetime
) -> CountExplanation:
    """Why a count of an item differs from the books by so many. Said again, both stand; the latest is shown."""
    check_may_count_stock(by, count.programme_id, count.site_id)
    if difference == 0:
        raise Invalid(Sentence("What does not differ needs no reason."))
    if count.withdrawn_at is not None or not count.lines.filter(item=item).exists():
        raise Unready(Sentence("This count says nothing of this item, or is withdrawn."))
    row = CountExplanation.objects.create(
        programme_id=count.programme_id, count=count, item=item, reason=reason.value, difference=difference,
        explained_at=at, explained_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.VARIANCE_EXPLAINED, target=count, programme_id=count.programme_id, site_id=count.site_id, by=by, at=at,
        reason=reason.value,
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw_count(*, count: StockCount, why: WithdrawnWhy, by: Actor, at: datetime) -> StockCount:
    """It stays to be read and counts no more: on hand goes back to the count before it, with what happened since."""
    check_may_move_stock(by, count.programme_id, count.site_id)
    changed = StockCount.objects.filter(id=count.id, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by.id, withdrawn_why=why.value
    )
    if not changed:
        raise Unready(Sentence("This count is withdrawn already."))
    count.refresh_from_db()
    audit.record(
        Event.STOCK_COUNT_WITHDRAWN, target=count, programme_id=count.programme_id, site_id=count.site_id, by=by,
        at=at, reason=why.value,
    )  # fmt: skip
    return count


def _check_lots(lines: Sequence[CountedLine]) -> None:
    """Each item once as a whole, or once a lot; and each lot of its own item."""
    said = [(line.item_id, line.lot_id) for line in lines]
    whole = {line.item_id for line in lines if line.lot_id is None}
    if len(said) != len(set(said)) or any(line.lot_id and line.item_id in whole for line in lines):
        raise Invalid(Sentence("An item is counted once: as a whole, or lot by lot."))
    lots = {line.lot_id for line in lines if line.lot_id}
    items = dict(Lot.objects.filter(id__in=lots).values_list("id", "item_id"))
    if any(line.lot_id and items.get(line.lot_id) != line.item_id for line in lines):
        raise Invalid(Sentence("A lot is not of the item that it stands beside."))


def _same(
    there: StockCount, site: Site, lines: Sequence[CountedLine], counted_at: datetime | None, by: Actor
) -> StockCount:
    stands = set(there.lines.values_list("item_id", "lot_id", "counted"))
    sent = {(line.item_id, line.lot_id, line.counted) for line in lines}
    is_same = (there.site_id, there.recorded_by) == (site.id, by.id) and counted_at in (
        None,
        there.counted_at,
    )
    if not is_same or stands != sent:
        raise Unready(TAKEN)
    return there
