"""The books of a shelf: what came, went and was counted (supplies) with what was given out (kit lines), over one span.

The arithmetic is methods/stock. Here the database condenses what was given to one sum an item between two moments that
matter (counts, the start of the days that use is taken from), so that a million contacts are a few dozen rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Max, Min, Q, QuerySet, Sum, Value, When

from throughline.methods.stock import Count, Flow, Stock, stocks
from throughline.records.engagement.models import KitLine
from throughline.records.programme.models import Site, arrived
from throughline.records.supplies.models import KitComponent, StockCount, StockCountLine, StockMovement


@dataclass(frozen=True, slots=True)
class Given:
    """So many of an item that were given out between two moments that matter."""

    item_id: UUID
    bucket: int  # how many of the moments lie before it
    quantity: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class GivenOfLot:
    """So many of a lot that were given out by name, up to `last_at` and after the count of the lot before that."""

    item_id: UUID
    lot_id: UUID
    quantity: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Books:
    """What happened at one site from a moment on. `given` is in buckets between `moments`."""

    site_id: UUID
    movements: tuple[StockMovement, ...]
    counted: tuple[StockCountLine, ...]
    given: tuple[Given, ...]
    moments: tuple[datetime, ...]
    given_of_lots: tuple[GivenOfLot, ...] = ()

    def stocks(self) -> dict[UUID, Stock]:
        """Item -> its stock. A count lot by lot is the sum of its lots."""
        sums: dict[tuple[UUID, UUID], int] = defaultdict(int)
        at = {}
        for line in self.counted:
            sums[line.count_id, line.item_id] += line.counted
            at[line.count_id] = line.count.counted_at
        counts = [
            Count(str(count), self.site_id, item, at[count], number) for (count, item), number in sums.items()
        ]
        found = stocks([*self._moved(), *self._issued()], counts)
        return {item: stock for (place, item), stock in found.items() if place == self.site_id}  # type: ignore[misc]  # keys are the site's and items' ids

    def lots(self) -> dict[tuple[UUID, UUID], int]:
        """(item, lot) -> what was recorded of the lot here: counted by name or come in, less what left or was given by name.

        A count of an item lot by lot that leaves a lot out found none of it.
        """
        named = {(row.item_id, row.lot_id) for row in self.movements if row.lot_id}
        named |= {(row.item_id, row.lot_id) for row in self.counted if row.lot_id}
        lots_of: dict[UUID, set[UUID]] = defaultdict(set)
        for item, lot in named:
            lots_of[item].add(lot)
        said = {(row.count_id, row.item_id, row.lot_id): row.counted for row in self.counted}
        times = {row.count_id: row.count.counted_at for row in self.counted}
        by_lot = {(row.count_id, row.item_id) for row in self.counted if row.lot_id}
        counts = [
            Count(str(count), self.site_id, (item, lot), times[count], said.get((count, item, lot), 0))
            for count, item in by_lot
            for lot in lots_of[item]
        ]
        flows = [_flow(row, (row.item_id, row.lot_id)) for row in self.movements if row.lot_id]
        flows += [
            Flow((row.item_id, row.lot_id), row.quantity, row.last_at, self.site_id, None)
            for row in self.given_of_lots
        ]
        found = stocks(flows, counts)
        return {(item, lot): found[self.site_id, (item, lot)].on_hand or 0 for item, lot in named
                if (self.site_id, (item, lot)) in found}  # fmt: skip

    def given_since(self, moment: datetime) -> dict[UUID, tuple[int, datetime]]:
        """Item -> (how many were given out after one of the moments, when the first of them)."""
        place = self.moments.index(moment)
        found: dict[UUID, tuple[int, datetime]] = {}
        for row in self.given:
            if row.bucket > place:
                number, first = found.get(row.item_id, (0, row.first_at))
                found[row.item_id] = (number + row.quantity, min(first, row.first_at))
        return found

    def _moved(self) -> Iterable[Flow]:
        return [_flow(row, row.item_id) for row in self.movements]

    def _issued(self) -> Iterable[Flow]:
        # Any moment within its bucket gives the same books: nothing that is counted lies between.
        return [Flow(row.item_id, row.quantity, row.last_at, self.site_id, None) for row in self.given]


def _flow(row: StockMovement, item: Any) -> Flow:
    return Flow(item, row.quantity, row.happened_at, row.from_site_id, row.to_site_id)


def read_books(site: Site, *, moments: Iterable[datetime] = ()) -> Books:
    """The books of a site as they stand: from each item's last count, or from the first of it that came in.

    `moments` are further ones between which what was given out is told apart.
    """
    last = _last_counted(site)
    first = _first_in(site, without=set(last))
    since = min([*last.values(), *first.values()], default=None)
    return _read(site, since=since, moments=[*moments, *first.values()], until=None)


def read_counts(site: Site, counts: Sequence[StockCount]) -> Books:
    """The books of a site around some counts: from the count before the first of them to the last of them."""
    if not counts:
        return Books(site.id, (), (), (), ())
    opening, until = min(count.counted_at for count in counts), max(count.counted_at for count in counts)
    items = set(StockCountLine.objects.filter(count__in=counts).values_list("item_id", flat=True))
    last = {item: at for item, at in _last_counted(site, before=opening).items() if item in items}
    first = {item: at for item, at in _first_in(site, without=set(last)).items() if item in items}
    since = min([opening, *last.values(), *first.values()])
    return _read(site, since=since, moments=first.values(), until=until)


def books_began(site: Site) -> dict[UUID, datetime]:
    """Item -> its first count here, or the first that came in where that was earlier."""
    rows = _counted_lines(site).values("item_id").annotate(first=Min("count__counted_at"))
    began = _first_in(site, without=set())
    for row in rows:
        began[row["item_id"]] = min(row["first"], began.get(row["item_id"], row["first"]))
    return began


def _last_counted(site: Site, before: datetime | None = None) -> dict[UUID, datetime]:
    lines = _counted_lines(site)
    if before is not None:
        lines = lines.filter(count__counted_at__lt=before)
    return {
        row["item_id"]: row["last"] for row in lines.values("item_id").annotate(last=Max("count__counted_at"))
    }


def _first_in(site: Site, without: set[UUID]) -> dict[UUID, datetime]:
    rows = StockMovement.objects.standing().filter(to_site=site).exclude(item_id__in=without)
    return {row["item_id"]: row["first"] for row in rows.values("item_id").annotate(first=Min("happened_at"))}


def _counted_lines(site: Site) -> QuerySet[StockCountLine]:
    return StockCountLine.objects.filter(count__site=site, count__withdrawn_at=None)


def _read(
    site: Site, *, since: datetime | None, moments: Iterable[datetime], until: datetime | None
) -> Books:
    """Everything of a site from `since` on; of lots, whose whole history tells what is held, everything."""
    lines = _counted_lines(site)
    rows = StockMovement.objects.standing().filter(Q(from_site=site) | Q(to_site=site))
    if since is not None:
        lines = lines.filter(Q(count__counted_at__gte=since) | Q(lot__isnull=False))
        rows = rows.filter(Q(happened_at__gte=since) | Q(lot__isnull=False))
    if until is not None:
        lines, rows = lines.filter(count__counted_at__lte=until), rows.filter(happened_at__lte=until)
    counted = tuple(lines.select_related("count"))
    marks = {line.count.counted_at for line in counted if since is None or line.count.counted_at >= since}
    marks |= set(moments) | ({since} if since is not None else set())
    ordered = tuple(sorted(marks))
    given = _given(site, ordered, until) if ordered else ()
    moved = tuple(rows)
    lots = {row.lot_id for row in moved if row.lot_id} | {line.lot_id for line in counted if line.lot_id}
    by_lot = _given_of_lots(site, lots, {line.count.counted_at for line in counted}, until) if lots else ()
    return Books(site.id, moved, counted, given, ordered, by_lot)


def _given_of_lots(
    site: Site, lots: set[UUID], counts: set[datetime], until: datetime | None
) -> tuple[GivenOfLot, ...]:
    """What was given out of each lot where somebody said which, between the counts; of a kit, the part of that item."""
    lines = _given_out(site, until).filter(lot_id__in=lots)
    rows = (
        lines.values("lot_id", "lot__item_id", "kit_version_id")
        .annotate(bucket=_bucket(sorted(counts)), total=Sum("quantity"), last_at=Max("contact__device_time"))
        .order_by()
    )
    found = list(rows)
    kits = {row["kit_version_id"] for row in found if row["kit_version_id"]}
    parts = KitComponent.objects.filter(kit_version_id__in=kits) if kits else ()
    inside = {(part.kit_version_id, part.item_id): part.quantity for part in parts}
    return tuple(
        GivenOfLot(
            row["lot__item_id"], row["lot_id"],
            row["total"] * inside.get((row["kit_version_id"], row["lot__item_id"]), 1), row["last_at"],
        )
        for row in found
    )  # fmt: skip


def _bucket(moments: Sequence[datetime]) -> Case | Value:
    """How many of the moments, in order, lie before a line's contact."""
    if not moments:
        return Value(0)
    return Case(
        *(
            When(contact__device_time__gt=moment, then=Value(len(moments) - place))
            for place, moment in enumerate(reversed(moments))
        ),
        default=Value(0), output_field=IntegerField(),
    )  # fmt: skip


def _given_out(site: Site, until: datetime | None) -> QuerySet[KitLine]:
    lines = KitLine.objects.filter(
        arrived("contact__"), contact__withdrawn_at=None, contact__programme=site.programme_id, contact__site=site,
        quantity__gt=0,
    )  # fmt: skip
    return lines if until is None else lines.filter(contact__device_time__lte=until)


def _given(site: Site, moments: Sequence[datetime], until: datetime | None) -> tuple[Given, ...]:
    """What was given out from the first moment on, by item and between which moments; kits as what is in them."""
    lines = _given_out(site, until).filter(contact__device_time__gte=moments[0])
    rows = (
        lines.values("item_id", "kit_version_id")
        .annotate(
            bucket=_bucket(moments), total=Sum("quantity"), first_at=Min("contact__device_time"),
            last_at=Max("contact__device_time"),
        )
        .order_by()
    )  # fmt: skip
    found = list(rows)
    inside: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    kits = {row["kit_version_id"] for row in found if row["kit_version_id"]}
    for part in KitComponent.objects.filter(kit_version_id__in=kits):
        inside[part.kit_version_id].append((part.item_id, part.quantity))
    return tuple(
        Given(item_id, row["bucket"], row["total"] * number, row["first_at"], row["last_at"])
        for row in found
        for item_id, number in (
            inside[row["kit_version_id"]] if row["kit_version_id"] else [(row["item_id"], 1)]
        )
    )
