"""What is on a shelf, what a count found that the books did not say, how long it lasts and what to order.

Estimates: on hand and variances are sums, not estimates. Days left, what to order and what is left of a lot are estimates
    without an interval: they carry on what happened lately.
Formula: on hand = last count + what came in after it - what went out after it, by the time at which things happened (never
    the time at which they were told). Variance of a count = counted - what the books said just before it. An item's books
    at a place begin with its first count or with the first that came in; what went out before that changes nothing, and
    the first count of books that had not begun has no variance. At one same moment what went out goes first, then what came
    in, then counts, by their ids.
    Days left = floor(usable x days / used); usable = on hand less what is left of expired lots, at least 0.
    To order = ceil(used x cover / days) - usable, at least 0.
    Left in lots: nobody writes down of which lot something was given, so the lot that expires first is taken to have left
    first, and what has no lot before that: on hand is shared out to lots from the latest expiry backwards, to each at most
    what was recorded of it.
Source: perpetual inventory with stocktakes, as in WHO/MSH (2012) MDS-3, chapter 23 (consumption-based quantification); FEFO.
Assumptions: use goes on as in the last days. Use while a shelf was empty counts as no use, so that after an empty shelf
    days left come out too long.
When not to use it: to find out who took what. A variance is of a shelf, never of a person.
Checked against: a brute-force oracle straight from the definition; properties over any order of arrival
    (tests/methods/test_stock.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

METHOD = "stock.books/1"
WENT_OUT, CAME_IN, COUNTED = range(3)  # at one moment, in this order


@dataclass(frozen=True, slots=True)
class Flow:
    """So many of an item that came from somewhere, went somewhere, or both. None: the outside."""

    item: Hashable
    quantity: int
    at: datetime
    source: Hashable | None
    target: Hashable | None


@dataclass(frozen=True, slots=True)
class Count:
    """So many of an item were found at a place. `id` orders counts of one moment."""

    id: str
    place: Hashable
    item: Hashable
    at: datetime
    counted: int


@dataclass(frozen=True, slots=True)
class Variance:
    """A count beside what the books said just before it: None where they had not begun."""

    count_id: str
    at: datetime
    counted: int
    expected: int | None

    @property
    def difference(self) -> int | None:
        return None if self.expected is None else self.counted - self.expected


@dataclass(frozen=True, slots=True)
class Stock:
    """One item at one place. `on_hand` is None where its books have not begun; it may be negative, which is an error of
    the books and is shown as it is."""

    on_hand: int | None
    counted_at: datetime | None
    variances: tuple[Variance, ...]


Key = tuple[Hashable, Hashable]
_Event = tuple[datetime, int, str, int]


def stocks(flows: Iterable[Flow], counts: Iterable[Count]) -> dict[Key, Stock]:
    """(place, item) -> its stock. The order in which flows and counts are given does not matter."""
    events: dict[Key, list[_Event]] = defaultdict(list)
    for flow in flows:
        if flow.target is not None:
            events[flow.target, flow.item].append((flow.at, CAME_IN, "", flow.quantity))
        if flow.source is not None:
            events[flow.source, flow.item].append((flow.at, WENT_OUT, "", -flow.quantity))
    for count in counts:
        events[count.place, count.item].append((count.at, COUNTED, count.id, count.counted))
    return {key: _stock(sorted(found)) for key, found in events.items()}


def _stock(events: Sequence[_Event]) -> Stock:
    on_hand: int | None = None
    counted_at: datetime | None = None
    variances: list[Variance] = []
    for at, kind, count_id, number in events:
        if kind == COUNTED:
            variances.append(Variance(count_id, at, number, on_hand))
            on_hand, counted_at = number, at
        elif on_hand is not None:
            on_hand += number
        elif kind == CAME_IN:
            on_hand = number
    return Stock(on_hand, counted_at, tuple(variances))


def days_left(usable: int, used: int, days: int) -> int | None:
    """Whole days that `usable` lasts where `used` went in `days`; None where nothing was used."""
    return None if used <= 0 else max(usable, 0) * days // used


def to_order(usable: int, used: int, days: int, cover_days: int) -> int:
    """What to order so that it lasts `cover_days`, rounded up to whole ones."""
    return max(-(-used * cover_days // days) - max(usable, 0), 0)


@dataclass(frozen=True, slots=True)
class LotHeld:
    """What was recorded of a lot at a place: counted or come in, less what left by name."""

    lot: Hashable
    expires_on: date
    held: int


def left_in_lots(on_hand: int, lots: Iterable[LotHeld]) -> Mapping[Hashable, int]:
    """Lot -> what is estimated left of it, where what expires first left first."""
    rest, left = max(on_hand, 0), {}
    for lot in sorted(lots, key=lambda one: (one.expires_on, str(one.lot)), reverse=True):
        left[lot.lot] = min(max(lot.held, 0), rest)
        rest -= left[lot.lot]
    return left
