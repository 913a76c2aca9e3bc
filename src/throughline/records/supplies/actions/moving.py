"""Stock that comes, goes to another site, or is written off. What was given at a contact is never moved here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.programme.models import Site
from throughline.records.supplies.actions.checking import AT_ONCE, TAKEN, check_moment, items_of
from throughline.records.supplies.actions.naming import add_lot
from throughline.records.supplies.models import Item, Lot, StockMovement
from throughline.rules.access import check_may_move_stock
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.stock import MovementKind, StockLine, WithdrawnWhy, WriteOffReason


@transaction.atomic
def receive_stock(
    *, site: Site, lines: Sequence[StockLine], happened_at: datetime | None, by: Actor, at: datetime
) -> list[StockMovement]:
    """A delivery: a movement a line, in their order. A line that names a batch adds the lot where it is new.

    `happened_at` None: now. A line whose id is there already with the same content is the same movement (sent again
    with None: whenever it was first), Unready with another content.
    """
    check_may_move_stock(by, site.programme_id, site.id)
    way = {"kind": MovementKind.RECEIVED.value, "to_site_id": site.id}
    return _move(site, way, lines, happened_at, Event.STOCK_RECEIVED, by=by, at=at)


@transaction.atomic
def transfer_stock(
    *,
    from_site: Site,
    to_site: Site,
    lines: Sequence[StockLine],
    happened_at: datetime | None,
    by: Actor,
    at: datetime,
) -> list[StockMovement]:
    """To another site of the programme. It takes the permission where it leaves; that it arrived, a count there tells.

    A line that names a batch names a lot that is there. Ids as in receive_stock.
    """  # fmt: skip
    check_may_move_stock(by, from_site.programme_id, from_site.id)
    if to_site.programme_id != from_site.programme_id or to_site.id == from_site.id:
        raise Invalid(
            Sentence("Stock is transferred to another site of the same programme."),
            fields={"to_site": Sentence("Choose another site.")},
        )
    way = {
        "kind": MovementKind.TRANSFERRED.value,
        "from_site_id": from_site.id,
        "to_site_id": to_site.id,
    }
    return _move(from_site, way, lines, happened_at, Event.STOCK_TRANSFERRED, by=by, at=at)


@transaction.atomic
def write_off_stock(
    *,
    site: Site,
    lines: Sequence[StockLine],
    reason: WriteOffReason,
    happened_at: datetime | None,
    by: Actor,
    at: datetime,
) -> list[StockMovement]:
    """Expired, damaged, lost, stolen, recalled: gone, but to nobody. Lots and ids as in transfer_stock."""
    check_may_move_stock(by, site.programme_id, site.id)
    way = {"kind": MovementKind.WRITTEN_OFF.value, "from_site_id": site.id, "reason": reason.value}
    return _move(
        site, way, lines, happened_at, Event.STOCK_WRITTEN_OFF, by=by, at=at, audited_reason=reason.value
    )


@transaction.atomic
def withdraw_movement(
    *, movement: StockMovement, why: WithdrawnWhy, by: Actor, at: datetime
) -> StockMovement:
    """It never happened so: it stays to be read and counts no more. Record what did happen anew."""
    check_may_move_stock(by, movement.programme_id, movement.answered_for_at)
    changed = StockMovement.objects.filter(id=movement.id, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by.id, withdrawn_why=why.value
    )
    if not changed:
        raise Unready(Sentence("This movement is withdrawn already."))
    movement.refresh_from_db()
    audit.record(
        Event.STOCK_MOVEMENT_WITHDRAWN, target=movement, programme_id=movement.programme_id,
        site_id=movement.answered_for_at, by=by, at=at, reason=why.value,
    )  # fmt: skip
    return movement


def _move(
    site: Site, way: dict[str, Any], lines: Sequence[StockLine], happened_at: datetime | None, event: Event, *, by: Actor,
    at: datetime, audited_reason: str = "",
) -> list[StockMovement]:  # fmt: skip
    moment = happened_at or at
    check_moment(moment, at)
    items = items_of(
        site.programme_id, [line.item_id for line in lines], [line.quantity for line in lines], least=1
    )
    ids = [line.id for line in lines if line.id is not None]
    if len(ids) != len(set(ids)):
        raise Invalid(Sentence("Two lines have the same id."))
    lots = _lots(items, lines, by, at, may_add=way["kind"] == MovementKind.RECEIVED.value)
    known = {row.id: row for row in StockMovement.objects.filter(id__in=ids)}
    rows, fresh = [], []
    for line in lines:
        row = StockMovement(
            id=line.id or new_id(), programme_id=site.programme_id, item_id=line.item_id,
            lot=lots.get((line.item_id, line.batch)), quantity=line.quantity, happened_at=moment,
            recorded_at=at, recorded_by=by.id, **way,
        )  # fmt: skip
        there = known.get(row.id)
        if there is None:
            fresh.append(row)
        elif not _is_same(there, row) or happened_at not in (None, there.happened_at):
            raise Unready(TAKEN)
        rows.append(there or row)
    if fresh:
        try:
            with transaction.atomic():
                StockMovement.objects.bulk_create(fresh)
        except IntegrityError:
            raise Unready(AT_ONCE) from None
        audit.record(
            event, target=site, programme_id=site.programme_id, site_id=site.id, by=by, at=at,
            count=len(fresh), reason=audited_reason,
        )  # fmt: skip
    return rows


def _is_same(there: StockMovement, sent: StockMovement) -> bool:
    names = (
        "programme_id", "kind", "item_id", "lot_id", "quantity", "from_site_id", "to_site_id", "reason", "recorded_by",
    )  # fmt: skip
    return all(getattr(there, name) == getattr(sent, name) for name in names)


def _lots(
    items: dict[UUID, Item], lines: Sequence[StockLine], by: Actor, at: datetime, *, may_add: bool
) -> dict[tuple[UUID, str], Lot]:
    """(item, batch) -> lot, for the lines that name one. A delivery adds it; elsewhere it has to be there."""
    named = {(line.item_id, line.batch): line for line in lines if line.batch or line.expires_on}
    found: dict[tuple[UUID, str], Lot] = {}
    for (item_id, batch), line in named.items():
        item = items[item_id]
        if may_add:
            if line.expires_on is None or not batch.strip():
                raise Invalid(
                    Sentence(
                        "%(item)s: a batch number goes with the day it expires on. Enter both, or neither.",
                        item=item.name,
                    )
                )
            found[item_id, batch] = add_lot(item=item, batch=batch, expires_on=line.expires_on, by=by, at=at)
            continue
        lot = Lot.objects.filter(item=item, batch=batch.strip()).first()
        if lot is None:
            raise Invalid(Sentence("There is no batch %(batch)s of %(item)s.", batch=batch, item=item.name))
        found[item_id, batch] = lot
    return found
