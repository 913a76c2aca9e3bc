"""What the actions of supplies are called with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from throughline.records.supplies.actions import add_item, add_kit_version, count_stock, receive_stock
from throughline.records.supplies.models import Item
from throughline.vocabulary.stock import CountedLine, StockLine, VarianceReason, WithdrawnWhy, WriteOffReason


def _kit(cast: Cast, now: datetime) -> dict[str, Any]:
    item = add_item(programme=cast.programme, name="Foil", kind="foil", by=SYSTEM, at=now)
    return {"programme": cast.programme, "name": "Kit", "components": {item: 2}, "from_on": date(2025, 3, 1)}


def _item(cast: Cast, now: datetime) -> Item:
    return add_item(programme=cast.programme, name="Foil", kind="foil", by=SYSTEM, at=now)


def _lines(cast: Cast, now: datetime) -> dict[str, Any]:
    return {"lines": [StockLine(_item(cast, now).id, 5)], "happened_at": now}


def _count(cast: Cast, now: datetime) -> dict[str, Any]:
    line = CountedLine(_item(cast, now).id, 5)
    return {"count": count_stock(site=cast.site, lines=[line], counted_at=now, by=SYSTEM, at=now)}


def _movement(cast: Cast, now: datetime) -> dict[str, Any]:
    (row,) = receive_stock(site=cast.site, **_lines(cast, now), by=SYSTEM, at=now)
    return {"movement": row, "why": WithdrawnWhy.TYPING_MISTAKE}


def _explain(cast: Cast, now: datetime) -> dict[str, Any]:
    counted = _count(cast, now)
    item = Item.objects.get(name="Foil")
    return counted | {"item": item, "reason": VarianceReason.NOT_KNOWN, "difference": 2}


CALLS = {
    "add_item": lambda cast, now: {"programme": cast.programme, "name": "New", "kind": "foil"},
    "add_kit_version": _kit,
    "retire_item": lambda cast, now: {"item": _item(cast, now)},
    "reinstate_item": lambda cast, now: {"item": _item(cast, now)},
    "retire_kit": lambda cast, now: {"kit": add_kit_version(**_kit(cast, now), by=SYSTEM, at=now).kit},
    "reinstate_kit": lambda cast, now: {"kit": add_kit_version(**_kit(cast, now), by=SYSTEM, at=now).kit},
    "add_lot": lambda cast, now: {
        "item": _item(cast, now),
        "batch": "L1",
        "expires_on": date(2027, 3, 1),
    },
    "receive_stock": lambda cast, now: {"site": cast.site, **_lines(cast, now)},
    "transfer_stock": lambda cast, now: {
        "from_site": cast.site,
        "to_site": cast.other_site,
        **_lines(cast, now),
    },
    "write_off_stock": lambda cast, now: {
        "site": cast.site,
        "reason": WriteOffReason.LOST,
        **_lines(cast, now),
    },
    "withdraw_movement": _movement,
    "count_stock": lambda cast, now: {
        "site": cast.site,
        "lines": [CountedLine(_item(cast, now).id, 5)],
        "counted_at": now,
    },
    "explain_variance": _explain,
    "withdraw_count": lambda cast, now: _count(cast, now) | {"why": WithdrawnWhy.TYPING_MISTAKE},
}
