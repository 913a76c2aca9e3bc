"""What the actions of supplies are called with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from throughline.records.supplies.actions import add_item


def _kit(cast: Cast, now: datetime) -> dict[str, Any]:
    item = add_item(programme=cast.programme, name="Foil", kind="foil", by=SYSTEM, at=now)
    return {"programme": cast.programme, "name": "Kit", "components": {item: 2}, "from_on": date(2025, 3, 1)}


CALLS = {
    "add_item": lambda cast, now: {"programme": cast.programme, "name": "New", "kind": "foil"},
    "add_kit_version": _kit,
}
