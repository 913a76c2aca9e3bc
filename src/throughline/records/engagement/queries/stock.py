"""What is on the shelves of a site, how long it lasts, what to order; how counts differed; what was taken for others.

Asked here because engagement is the lowest app that sees both what supplies records (movements, counts) and the kit lines
that are the issue. Who may count the stock of a site may ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Sum

from throughline.methods.stock import LotHeld, Stock, days_left, left_in_lots, to_order
from throughline.records.engagement.models import Contact, KitLine
from throughline.records.engagement.queries.books import Books, books_began, read_books, read_counts
from throughline.records.programme.models import Site
from throughline.records.supplies.models import (
    CountExplanation,
    Item,
    Lot,
    StockCount,
    StockCountLine,
    StockMovement,
)
from throughline.records.supplies.queries import (
    covers_of,
    stock_site_for,
)
from throughline.rules.supply import Cover
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import local_day

USE_DAYS = 28  # use is what was given out in so many days
COVER_DAYS = 42  # an order lasts so many days unless another number is asked for
EXPIRING_DAYS = 90
RUNS_OUT_DAYS = 14  # what lasts no longer is shown to whoever manages it


@dataclass(frozen=True, slots=True)
class LotLeft:
    """A lot here and what is estimated left of it, as if what expires first left first."""

    lot: Lot
    left: int
    days_to_expiry: int  # negative: expired so many days ago

    @property
    def is_expired(self) -> bool:
        return self.days_to_expiry < 0

    @property
    def is_expiring(self) -> bool:
        return 0 <= self.days_to_expiry <= EXPIRING_DAYS


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """One item at one site.

    on_hand: NOT_RECORDED where it was never counted and none came in. usable: less what is left of expired lots. used: given
    out in USE_DAYS; use_days is fewer where the item is new here. days_left and to_order: NOT_APPLICABLE where none was
    used, NOT_RECORDED where on hand is.
    """

    item: Item
    on_hand: int | Nothing
    usable: int | Nothing
    counted_at: datetime | None  # None: never counted, its books begin with the first that came in
    used: int
    use_days: int
    days_left: int | Nothing
    to_order: int | Nothing
    lots: tuple[LotLeft, ...]

    @property
    def runs_out(self) -> bool:
        return not isinstance(self.days_left, Nothing) and self.days_left < RUNS_OUT_DAYS


@dataclass(frozen=True, slots=True)
class TakenForOthers:
    """Secondary distribution at one site: counted, never who received. Contacts at which something was given out."""

    contacts: int
    for_others: int  # of these: how many took something for others
    others: int  # for so many others
    not_recorded: int  # of these: nothing was recorded about others


@dataclass(frozen=True, slots=True)
class Shelf:
    """A site's stock as one page shows it."""

    site: Site
    lines: tuple[ShelfLine, ...]
    cover_days: int
    covers: tuple[Cover, ...]
    taken_for_others: TakenForOthers

    @property
    def lots(self) -> list[LotLeft]:
        """Lots with something left that expired or will within EXPIRING_DAYS, the first to expire on top."""
        found = [
            lot
            for line in self.lines
            for lot in line.lots
            if lot.left and (lot.is_expired or lot.is_expiring)
        ]
        return sorted(found, key=lambda one: one.days_to_expiry)

    @property
    def order(self) -> list[ShelfLine]:
        """What to order: the lines with a number above 0."""
        return [one for one in self.lines if not isinstance(one.to_order, Nothing) and one.to_order > 0]


@dataclass(frozen=True, slots=True)
class CountedItem:
    """An item of a count beside the books. `expected` is None where the books had not begun: an opening count."""

    item: Item
    counted: int
    expected: int | None
    explanation: CountExplanation | None  # the latest

    @property
    def difference(self) -> int | None:
        return None if self.expected is None else self.counted - self.expected

    @property
    def needs_reason(self) -> bool:
        """It differs and nobody said why, or by how much it differs has changed since."""
        if not self.difference:
            return False
        return self.explanation is None or self.explanation.difference != self.difference


def on_hand_for(actor: Actor, site_id: UUID, at: datetime, *, cover_days: int = COVER_DAYS) -> Shelf:
    """The shelf of a site: every item with something to tell, by name. NotFound where the actor may not see it."""
    site = stock_site_for(actor, site_id)
    today = local_day(at, site.time_zone)
    lines = _lines(site, at, today, cover_days)
    kinds = {line.item.kind for line in lines if line.item.is_controlled}
    return Shelf(
        site, lines, cover_days, tuple(covers_of(site, kinds, today)), taken_for_others(actor, site, at)
    )


def running_out_at(site: Site, at: datetime) -> list[ShelfLine]:
    """What lasts less than RUNS_OUT_DAYS at a site, the shortest first; who may count its stock is asked before."""
    found = (line for line in _lines(site, at, local_day(at, site.time_zone), COVER_DAYS) if line.runs_out)
    return sorted(found, key=lambda line: (line.days_left, line.item.name))


def taken_for_others(actor: Actor, site: Site, at: datetime, *, days: int = USE_DAYS) -> TakenForOthers:
    """Of the contacts of some days at which something was given out: at how many for others, and for how many."""
    stock_site_for(actor, site.id)
    given = KitLine.objects.filter(contact=OuterRef("pk"), quantity__gt=0)
    rows = Contact.objects.arrived().filter(
        Exists(given), programme=site.programme_id, site=site, device_time__gt=at - timedelta(days=days)
    )
    sums = rows.aggregate(
        contacts=Count("id"), for_others=Count("id", filter=Q(on_behalf_of__gt=0)), others=Sum("on_behalf_of"),
        not_recorded=Count("id", filter=Q(on_behalf_of__isnull=True)),
    )  # fmt: skip
    return TakenForOthers(sums["contacts"], sums["for_others"], sums["others"] or 0, sums["not_recorded"])


@dataclass(frozen=True, slots=True)
class Silence:
    """No contact for USE_DAYS at a site: when the last was, and what was given out in the USE_DAYS up to it, by name."""

    last_at: datetime
    given: tuple[tuple[Item, int], ...]


def silence_at(actor: Actor, site: Site, at: datetime) -> Silence | None:
    """Why a shelf shows no use: None where there was a contact within USE_DAYS, or never one."""
    stock_site_for(actor, site.id)
    rows = Contact.objects.arrived().filter(programme=site.programme_id, site=site, device_time__lte=at)
    last = rows.order_by("-device_time").values_list("device_time", flat=True).first()
    if last is None or last > at - timedelta(days=USE_DAYS):
        return None
    since = last - timedelta(days=USE_DAYS)
    given = read_books(site, moments=[since]).given_since(since)
    named = {item.id: item for item in Item.objects.filter(id__in=given)}
    found = ((named[item], used) for item, (used, _) in given.items() if used)
    return Silence(last, tuple(sorted(found, key=lambda pair: pair[0].name)))


def counted_items(site: Site, counts: Sequence[StockCount]) -> dict[UUID, list[CountedItem]]:
    """Count -> its items beside what the books said just before it, by name. Withdrawn counts have none.

    Worked out anew each time: what happened before a count and arrives after it changes what the books said.
    """
    standing = [count for count in counts if count.withdrawn_at is None]
    books = read_counts(site, standing)
    said: dict[tuple[UUID, UUID], CountExplanation] = {}
    for row in CountExplanation.objects.filter(count__in=standing).order_by("explained_at", "id"):
        said[row.count_id, row.item_id] = row
    names = {item.id: item for item in Item.objects.filter(programme=site.programme_id)}
    found: dict[UUID, list[CountedItem]] = {count.id: [] for count in standing}
    for item_id, stock in books.stocks().items():
        for variance in stock.variances:
            count_id = UUID(variance.count_id)
            if count_id in found:
                found[count_id].append(
                    CountedItem(
                        names[item_id], variance.counted, variance.expected, said.get((count_id, item_id))
                    )
                )
    return {count: sorted(items, key=lambda one: one.item.name) for count, items in found.items()}


def lots_offered(site: Site, today: date) -> dict[UUID, list[Lot]]:
    """Item -> its lots that are here, for whoever gives something out there: what expires first on top.

    Asked by whoever may record at the site, who need not see its stock: how many are left is not told. Where all is reckoned to
    be gone, which it cannot be when some is given, all that came and have not expired are.
    """
    by_lot = StockMovement.objects.standing().filter(to_site=site, lot__isnull=False).exists()
    if not by_lot and not StockCountLine.objects.filter(count__site=site, lot__isnull=False).exists():
        return {}
    books = read_books(site)
    found, stocks = {}, books.stocks()
    for item, lots in _lots(books, today).items():
        stock = stocks.get(item)
        on_hand = stock.on_hand if stock and stock.on_hand is not None else 0
        left = left_in_lots(on_hand, [LotHeld(lot.id, lot.expires_on, held) for lot, held, _ in lots])
        here = [lot for lot, _, _ in lots if left[lot.id]] or [lot for lot, _, days in lots if days >= 0]
        if here:
            found[item] = here
    return found


def _lines(site: Site, at: datetime, today: date, cover_days: int) -> tuple[ShelfLine, ...]:
    use_from = at - timedelta(days=USE_DAYS)
    books = read_books(site, moments=[use_from])
    found, given, lots = books.stocks(), books.given_since(use_from), _lots(books, today)
    first_known, lines = books_began(site), []
    for item in Item.objects.filter(programme=site.programme_id).order_by("name"):
        stock, (used, first) = found.get(item.id), given.get(item.id, (0, at))
        is_gone = item.retired_at is not None and stock is not None and stock.on_hand == 0
        if not used and (stock is None or is_gone):
            continue
        # New here: its books began within these days, and none was given out before them.
        began = min(first_known.get(item.id, use_from), first)
        use_days = min(max((at - began).days, 1), USE_DAYS)
        lines.append(_line(item, stock, lots.get(item.id, []), used, use_days, cover_days))
    return tuple(lines)


def _line(
    item: Item, stock: Stock | None, lots: list[tuple[Lot, int, int]], used: int, use_days: int, cover_days: int
) -> ShelfLine:  # fmt: skip
    if stock is None or stock.on_hand is None:
        unknown = Nothing.NOT_RECORDED
        return ShelfLine(item, unknown, unknown, None, used, use_days, unknown, unknown, ())
    left = left_in_lots(stock.on_hand, [LotHeld(lot.id, lot.expires_on, held) for lot, held, _ in lots])
    known = tuple(LotLeft(lot, left[lot.id], days) for lot, _, days in lots)
    usable = stock.on_hand - sum(lot.left for lot in known if lot.is_expired)
    lasts = days_left(usable, used, use_days)
    return ShelfLine(
        item, stock.on_hand, usable, stock.counted_at, used, use_days,
        Nothing.NOT_APPLICABLE if lasts is None else lasts,
        to_order(usable, used, use_days, cover_days) if used else Nothing.NOT_APPLICABLE, known,
    )  # fmt: skip


def _lots(books: Books, today: date) -> dict[UUID, list[tuple[Lot, int, int]]]:
    """Item -> its lots here: what was recorded of each, and in how many days it expires."""
    held = books.lots()
    found: dict[UUID, list[tuple[Lot, int, int]]] = {}
    for lot in (
        Lot.objects.filter(id__in={lot for _, lot in held}).select_related("item").order_by("expires_on")
    ):
        days = (lot.expires_on - today).days
        found.setdefault(lot.item_id, []).append((lot, held[lot.item_id, lot.id], days))
    return found
