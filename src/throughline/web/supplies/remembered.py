"""Sums over many contacts that pages show as reminders, held for some minutes: numbers and ids, nothing of a person.

What is counted, moved or explained shows at once. Contacts that come in meanwhile show when it is reckoned anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.cache import cache

from throughline.records.engagement.queries.stock import counted_items, running_out_for
from throughline.records.programme.models import Programme, Site
from throughline.records.supplies.models import Item, StockCount
from throughline.records.supplies.queries import stock_sites_for, stock_written_at
from throughline.vocabulary.actor import Actor

HELD_SECONDS = 300


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


def running_out(actor: Actor, programme: Programme, at: datetime) -> RunningOut | None:
    """What lasts least at the sites that the actor may count; None where nothing runs out."""
    sites = {site.id: site for site in stock_sites_for(actor, programme.id, at.date())}
    found: tuple[Any, ...] | None = cache.get_or_set(
        _key("out", programme.id, *sites, stock_written_at(sites)),
        lambda: _running_out(actor, programme, at),
        HELD_SECONDS,
    )
    if not found:
        return None
    number, site_id, item_id, days_left = found
    item = Item.objects.filter(id=item_id).first()
    return RunningOut(number, sites[site_id], item, days_left) if item else None


def _running_out(actor: Actor, programme: Programme, at: datetime) -> tuple[Any, ...]:
    found = running_out_for(actor, programme, at)
    return (len(found), found[0][0].id, found[0][1].item.id, found[0][1].days_left) if found else ()


def summaries(site: Site, counts: Sequence[StockCount]) -> dict[UUID, Summary]:
    """Count -> its summary; withdrawn counts have none."""
    mark = stock_written_at([site.id])
    keys = {_key("count", count.id, mark): count for count in counts if count.withdrawn_at is None}
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


def _key(*parts: object) -> str:
    return "stock-" + sha256("|".join(str(part) for part in parts).encode()).hexdigest()
