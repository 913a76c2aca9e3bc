"""Words of stock: how things come and go, why they are written off, why a count differs from the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Unit(StrEnum):
    """What one of an item is, as it is counted on the shelf."""

    PIECE = "piece"
    PAIR = "pair"
    PACK = "pack"
    BOX = "box"


class MovementKind(StrEnum):
    RECEIVED = "received"
    TRANSFERRED = "transferred"
    WRITTEN_OFF = "written_off"


class WriteOffReason(StrEnum):
    EXPIRED = "expired"
    DAMAGED = "damaged"
    LOST = "lost"
    STOLEN = "stolen"
    RECALLED = "recalled"
    OTHER = "other"


class VarianceReason(StrEnum):
    """Why a count differs from the books. That nobody knows is an answer too."""

    GIVEN_NOT_RECORDED = "given_not_recorded"
    RECORDED_TWICE = "recorded_twice"
    DELIVERY_DIFFERED = "delivery_differed"
    DAMAGED_OR_LOST = "damaged_or_lost"
    COUNTED_WRONGLY_BEFORE = "counted_wrongly_before"
    NOT_KNOWN = "not_known"


class WithdrawnWhy(StrEnum):
    """Why a movement or a count no longer counts. It stays, and the right one is recorded anew."""

    TYPING_MISTAKE = "typing_mistake"
    RECORDED_TWICE = "recorded_twice"
    WRONG_ITEM = "wrong_item"
    WRONG_SITE = "wrong_site"
    WRONG_TIME = "wrong_time"


@dataclass(frozen=True, slots=True)
class StockLine:
    """So many of an item that come or go. `batch` with its expiry names a lot; `id` is made where it is written down."""

    item_id: UUID
    quantity: int
    batch: str = ""
    expires_on: date | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CountedLine:
    """So many of an item were on the shelf; with `lot_id`, of that lot."""

    item_id: UUID
    counted: int
    lot_id: UUID | None = None
