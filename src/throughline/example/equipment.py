"""What was given out: pipes only where there is supply and an agreement, everything else everywhere."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from throughline.example import rates
from throughline.example.arrays import ITEMS, KIT_1, KIT_2, TOLD, Bools, Contacts, Ints, KitLines, Told
from throughline.example.chance import pick
from throughline.example.parameters import AgreementPart, Parameters
from throughline.vocabulary.chain import ItemKind, Route
from throughline.vocabulary.programme import ComponentKind


def supply_days(p: Parameters) -> tuple[Bools, Bools]:
    """(sites, days) on which the counter gives pipes, and on which peers do.

    Where an agreement runs out and another follows, the counter goes on without one and peers stop some days later.
    """
    counter = np.zeros((len(p.sites), p.period.days), bool)
    for component in p.components:
        if component.kind is ComponentKind.SUPPLY_ROUTE:
            last = p.period.days if component.to_on is None else rates.day_of(p, component.to_on) + 1
            place = [site.name for site in p.sites].index(component.site)
            counter[place, rates.day_of(p, component.from_on) : last] = True
    peers = counter.copy()
    for number, site in enumerate(p.sites):
        held = [agreement for agreement in p.agreements if agreement.area == site.name]
        for day in range(p.period.days):
            peers[number, day] &= _peers_may(p, held, day)
        if not held:
            counter[number] = False
    return counter, peers


def _peers_may(p: Parameters, held: list[AgreementPart], day: int) -> bool:
    """Whether an agreement held on the day or ran out so lately that peers have not heard."""
    since = timedelta(days=p.peers_stop_after_lapse_days)
    on = p.period.from_on + timedelta(days=day)
    return any(
        one.holds(on) or (one.to_on is not None and one.to_on < on < one.to_on + since) for one in held
    )


def is_supplied(p: Parameters, contacts: Contacts) -> Bools:
    """Whether pipes could be given at each contact."""
    counter, peers = supply_days(p)
    is_peer = contacts.route == p.route_order.index(Route.PEER)
    where = contacts.site, contacts.day
    return np.where(is_peer, peers[where], counter[where]) & contacts.is_single


def draw_kit(
    p: Parameters, contacts: Contacts, told: Told, supplied: Bools, rng: np.random.Generator
) -> tuple[KitLines, Ints]:
    """Kit lines, and for each contact how many others something was taken for (-1: not recorded)."""
    supply = p.supply
    chance = np.where(told.crack == TOLD, supply.pipe_where_told, supply.pipe_where_not)
    with_pipe = np.flatnonzero(supplied & (rng.random(contacts.count) < chance))
    parts = [_pipes(p, contacts, with_pipe, rng)]
    for kind, share in supply.other.items():
        rows = np.flatnonzero(contacts.is_single & (rng.random(contacts.count) < share))
        most = 20 if kind is ItemKind.NEEDLE else 3
        quantity = rng.integers(1, most + 1, rows.size)
        returned = np.full(rows.size, -1)
        if kind is ItemKind.NEEDLE:
            counted = rng.random(rows.size) < supply.returned_known
            returned = np.where(counted, rng.integers(0, 21, rows.size), -1)
        parts.append((rows, np.full(rows.size, ITEMS.index(kind)), quantity, returned))
    contact, item, quantity, returned = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((item, contact))
    others = np.full(contacts.count, -1)
    others[with_pipe] = 0
    passing = with_pipe[rng.random(with_pipe.size) < supply.passed_on]
    others[passing] = rng.integers(1, 5, passing.size)
    return KitLines(contact[order], item[order], quantity[order], returned[order]), others


def _pipes(
    p: Parameters, contacts: Contacts, rows: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    """Kits (the second version once it is there) or single pipes, these with mouthpieces and screens."""
    newer = [a.day for a in p.adaptations if a.component is ComponentKind.SUPPLY_ROUTE and a.is_planned]
    second_from = min((rates.day_of(p, day) for day in newer), default=p.period.days)
    is_kit = rng.random(rows.size) < p.supply.as_kit_share
    kits, loose = rows[is_kit], rows[~is_kit]
    version = np.where(contacts.day[kits] >= second_from, KIT_2, KIT_1)
    many = 1 + pick(rng, p.supply.quantity, loose.size)
    pipe, mouthpiece, screen = (ITEMS.index(k) for k in (ItemKind.PIPE, ItemKind.MOUTHPIECE, ItemKind.SCREEN))
    contact = np.concatenate([kits, loose, loose, loose])
    item = np.concatenate([version, *(np.full(loose.size, kind) for kind in (pipe, mouthpiece, screen))])
    quantity = np.concatenate([np.ones(kits.size, np.int64), many, many, 5 * many])
    return contact, item, quantity, np.full(contact.size, -1)
