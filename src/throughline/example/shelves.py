"""What came to the shelves, what was counted there and how that differed: drawn around what was given out.

Each site orders once a month what it expects to use and a third more. It counts before it opens, and twice a year; a count
finds some less, now and then some more. Days and sites are places, as everywhere in the example.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from throughline.example import rates
from throughline.example.arrays import ITEMS, KIT_1, KIT_2, Contacts, Ints, KitLines
from throughline.example.parameters import Parameters
from throughline.vocabulary.chain import ItemKind

COUNT_EVERY = 6  # months
SPARE = 1.33
# What each version of the inhalation kit holds, by place in ITEMS.
IN_KIT: dict[int, dict[int, int]] = {
    kit: {
        ITEMS.index(ItemKind.PIPE): pipes, ITEMS.index(ItemKind.MOUTHPIECE): 2 * pipes,
        ITEMS.index(ItemKind.SCREEN): 5 * pipes, ITEMS.index(ItemKind.PUSH_STICK): 1,
    }
    for kit, pipes in ((KIT_1, 1), (KIT_2, 2))
}  # fmt: skip
# (from, to, month, item, number): what one site sent to another, where both have it.
TRANSFERS = ((0, 1, 7, ItemKind.FOIL, 40), (3, 5, 11, ItemKind.NALOXONE_NASAL, 6))
# (site, month, item, number): what was damaged.
DAMAGED = ((3, 9, ItemKind.FOIL, 12), (0, 13, ItemKind.CONDOM, 30))


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came to a site on a day: item -> number."""

    site: int
    day: int
    numbers: dict[int, int]


@dataclass(frozen=True, slots=True)
class Sent:
    """From a site to another, or (`to` None) thrown away damaged."""

    site: int
    to: int | None
    day: int
    item: int
    number: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A count at the end of a day (-1: before the first); `differs` from the books by so many, where it does."""

    site: int
    day: int
    numbers: dict[int, int]
    differs: dict[int, int]


@dataclass(frozen=True, slots=True)
class Shelves:
    deliveries: tuple[Delivery, ...]
    sent: tuple[Sent, ...]
    counts: tuple[Counted, ...]
    closing: Ints  # (sites, items): on hand when the period is over


def given_by_month(p: Parameters, contacts: Contacts, lines: KitLines) -> Ints:
    """(sites, items, months): what was given out, kits as what they hold."""
    months = rates.month_of_days(p)
    given = np.zeros((len(p.sites), len(ITEMS), len(rates.months(p))), np.int64)
    sites, when = contacts.site[lines.contact], months[contacts.day[lines.contact]]
    for item in range(len(ITEMS)):
        rows = lines.item == item
        np.add.at(given, (sites[rows], item, when[rows]), lines.quantity[rows])
    for kit, held in IN_KIT.items():
        rows = lines.item == kit
        for item, number in held.items():
            np.add.at(given, (sites[rows], item, when[rows]), number * lines.quantity[rows])
    return given


def draw_shelves(p: Parameters, contacts: Contacts, lines: KitLines, rng: np.random.Generator) -> Shelves:
    """Month by month at each site; items that a site never gave are not kept there."""
    given = given_by_month(p, contacts, lines)
    on_hand = np.zeros(given.shape[:2], np.int64)
    first_days = [rates.day_of(p, f"{month}-01") for month in rates.months(p)]
    deliveries, sent, counts = [], [], []
    kept = [np.flatnonzero(given[site].sum(axis=1)).tolist() for site in range(len(p.sites))]
    for site, items in enumerate(kept):
        numbers = {item: int(given[site, item, 0] * rng.uniform(0.3, 0.8)) + 5 for item in items}
        on_hand[site, items] = list(numbers.values())
        if numbers:
            counts.append(Counted(site, -1, numbers, {}))
    for month, first in enumerate(first_days):
        day = max(first, 0) + 1
        for site, items in enumerate(kept):
            came = {item: _ordered(given[site, item, month], on_hand[site, item], rng) for item in items}
            came = {item: number for item, number in came.items() if number}
            for item, number in came.items():
                on_hand[site, item] += number
            if came:
                deliveries.append(Delivery(site, day, came))
        for one in _leaving(month, day, kept):
            sent.append(one)
            on_hand[one.site, one.item] -= one.number
            if one.to is not None:
                on_hand[one.to, one.item] += one.number
        on_hand -= given[:, :, month]
        if month % COUNT_EVERY == COUNT_EVERY - 1:
            last = first_days[month + 1] - 1 if month + 1 < len(first_days) else p.period.days - 1
            counts += [_count(site, last, items, on_hand, rng) for site, items in enumerate(kept) if items]
    return Shelves(tuple(deliveries), tuple(sent), tuple(counts), on_hand)


def _ordered(expected: np.int64, on_hand: np.int64, rng: np.random.Generator) -> int:
    """In tens: what will be used, guessed a little wrong, and a third more, less what is there."""
    wanted = float(expected) * rng.uniform(0.95, 1.1) * SPARE + 10 - int(on_hand)
    return max(int(np.ceil(wanted / 10)) * 10, 0)


def _leaving(month: int, day: int, kept: list[list[int]]) -> Iterator[Sent]:
    for site, to, when, kind, number in TRANSFERS:
        item = ITEMS.index(kind)
        if when == month and item in kept[site] and item in kept[to]:
            yield Sent(site, to, day + 1, item, number)
    for site, when, kind, number in DAMAGED:
        item = ITEMS.index(kind)
        if when == month and item in kept[site]:
            yield Sent(site, None, day + 2, item, number)


def _count(site: int, day: int, items: list[int], on_hand: Ints, rng: np.random.Generator) -> Counted:
    """What is found: mostly what the books say. Sets the books to it."""
    numbers, differs = {}, {}
    for item in items:
        books = int(on_hand[site, item])
        off = int(rng.integers(-8, 4)) if rng.random() < 0.3 else 0
        numbers[item] = max(books + off, 0)
        if numbers[item] != books:
            differs[item] = numbers[item] - books
        on_hand[site, item] = numbers[item]
    return Counted(site, day, numbers, differs)
