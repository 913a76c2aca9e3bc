"""Sums over many contacts that pages show as reminders, held for some minutes: numbers and ids, nothing of a person.

What is counted, moved or explained shows at once. Contacts that come in meanwhile show when it is reckoned anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.cache import cache

from throughline.records.engagement.queries.stock import counted_items, running_out_at
from throughline.records.programme.models import Programme, Site
from throughline.records.supplies.models import Item, StockCount
from throughline.records.supplies.queries import stock_sites_for, stock_written_at, where_stock_is_kept
from throughline.vocabulary.actor import Actor
from throughline.work.reckoning import HELD_SECONDS, Reckoned, held_name, reckoned


@dataclass(frozen=True)
class RunningOut:
    """How many items run out, and the one that does first."""

    number: int
    site: Site
    item: Item
    days_left: int


@dataclass(frozen=True)
class Summary:
    """Of a count: its items, how many differ from the books, and how many of these nobody has explained."""

    items: int
    differ: int
    unexplained: int


@dataclass(frozen=True)
class Shelves:
    """What lasts least at some sites; None where nothing runs out, or not all of them have been looked at."""

    looked_at: Reckoned[UUID, tuple[Any, ...]]
    first: RunningOut | None


def running_out(actor: Actor, programme: Programme, at: datetime) -> Shelves:
    """What lasts least at the sites that the actor may count."""
    sites = {site.id: site for site in stock_sites_for(actor, programme.id, at.date())}
    kept, mark = where_stock_is_kept(sites), stock_written_at(sites)
    looked_at = reckoned(
        {
            site.id: (held_name("out", site.id, mark), partial(_running_out, site, at))
            for site in sites.values()
            if site.id in kept
        }
    )
    found = [
        (days_left, sites[site_id].name, site_id, item_id)
        for site_id, (_, item_id, days_left) in ((key, out) for key, out in looked_at.found.items() if out)
    ]
    if not (found and looked_at.is_whole):
        return Shelves(looked_at, None)
    days_left, _, site_id, item_id = min(found)
    item = Item.objects.filter(id=item_id).first()
    number = sum(out[0] for out in looked_at.found.values() if out)
    return Shelves(looked_at, RunningOut(number, sites[site_id], item, days_left) if item else None)


def _running_out(site: Site, at: datetime) -> tuple[Any, ...]:
    """How many items run out, the first of them, and in how many days; nothing where none does."""
    found = running_out_at(site, at)
    return (len(found), found[0].item.id, found[0].days_left) if found else ()


def summaries(site: Site, counts: Sequence[StockCount]) -> dict[UUID, Summary]:
    """Count -> its summary; withdrawn counts have none."""
    mark = stock_written_at([site.id])
    keys = {held_name("count", count.id, mark): count for count in counts if count.withdrawn_at is None}
    held: dict[str, tuple[int, int, int]] = cache.get_many(keys)
    missing = [count for key, count in keys.items() if key not in held]
    items = counted_items(site, missing)
    fresh = {
        key: (
            len(items[count.id]),
            sum(1 for one in items[count.id] if one.difference),
            sum(1 for one in items[count.id] if one.needs_reason),
        )
        for key, count in keys.items()
        if key not in held
    }
    cache.set_many(fresh, HELD_SECONDS)
    return {count.id: Summary(*(held | fresh)[key]) for key, count in keys.items()}
