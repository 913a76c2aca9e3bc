"""What the rows of a contact log are held against: the programme's sites, items, kits and code lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from throughline.exchange.contacts_csv.mapping import NONE, ContactMapping
from throughline.exchange.table.mapping import folded, nearest


@dataclass(frozen=True)
class SiteRef:
    id: UUID
    time_zone: str


@dataclass(frozen=True)
class ContactContext:
    """Sites at which the importing person may record, and all items, kits and codes, by folded name.

    `kits` gives each kit's versions with the day from which they hold, oldest first. `lots` are by item and folded batch
    number; `inside` are the items of each kit's version.
    """

    sites: Mapping[str, SiteRef]
    items: Mapping[str, UUID]
    kits: Mapping[str, tuple[tuple[date, UUID], ...]]
    codes: Mapping[str, frozenset[str]]
    code_pattern: str
    code_hint: str
    lots: Mapping[tuple[UUID, str], UUID] = field(default_factory=dict)
    inside: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)

    def kit_on(self, name: str, day: date) -> UUID:
        """The version of a kit that held on a day; the oldest for days before all."""
        versions = self.kits[folded(name)]
        held = [version for since, version in versions if since <= day]
        return held[-1] if held else versions[0][1]


def misfits(mapping: ContactMapping, context: ContactContext) -> Iterator[str]:
    """What a mapping names that the programme does not have, a sentence each."""
    sites = mapping.site.values.values() if mapping.site.always is None else [mapping.site.always]
    yield from _unknown("site", sites, context.sites, "at which you may record")
    yield from _unknown("item", (kit.item for kit in mapping.kit if kit.item), context.items)
    yield from _unknown("kit", (kit.kit for kit in mapping.kit if kit.kit), context.kits)
    listed = {
        "place": mapping.place.words(),
        "topic": {disclosure.topic for disclosure in mapping.disclosures},
        "need_domain": {word for need in mapping.needs for word in need.values.values()} - {NONE},
        "barrier_kind": {
            word
            for barrier in (*mapping.barriers, *(b for need in mapping.needs for b in need.barriers))
            for word in barrier.values.values()
        }
        - {NONE},
    }
    for list_name, words in listed.items():
        what = list_name.replace("_", " ")
        for word in sorted(words - context.codes[list_name]):
            yield f"`{word[:40]}` is not on the programme's list of {what}; {nearest(word, context.codes[list_name])}"


def _unknown(
    what: str, names: Iterable[str], known: Iterable[str], which: str = "of that name"
) -> Iterator[str]:
    there = set(known)
    for name in sorted(set(names)):
        if folded(name) not in there:
            yield f"There is no {what} `{name[:60]}` {which}; {nearest(folded(name), there)}"
