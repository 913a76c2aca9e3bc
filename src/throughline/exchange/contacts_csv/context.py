"""What the rows of a contact log are held against: the programme's sites, items, kits and code lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from throughline.exchange.contacts_csv.mapping import NONE, ContactMapping
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.unfit import nearest
from throughline.vocabulary.errors import Sentence


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


NO_SITE = Sentence("There is no site `%(name)s` at which you may record; %(nearest)s")
NO_ITEM = Sentence("There is no item `%(name)s` of that name; %(nearest)s")
NO_KIT = Sentence("There is no kit `%(name)s` of that name; %(nearest)s")
NOT_LISTED = {
    "place": Sentence("`%(word)s` is not on the programme's list of place; %(nearest)s"),
    "topic": Sentence("`%(word)s` is not on the programme's list of topic; %(nearest)s"),
    "need_domain": Sentence("`%(word)s` is not on the programme's list of need domain; %(nearest)s"),
    "barrier_kind": Sentence("`%(word)s` is not on the programme's list of barrier kind; %(nearest)s"),
}


def misfits(mapping: ContactMapping, context: ContactContext) -> Iterator[Sentence]:
    """What a mapping names that the programme does not have, a sentence each."""
    sites = mapping.site.values.values() if mapping.site.always is None else [mapping.site.always]
    yield from _unknown(NO_SITE, sites, context.sites)
    yield from _unknown(NO_ITEM, (kit.item for kit in mapping.kit if kit.item), context.items)
    yield from _unknown(NO_KIT, (kit.kit for kit in mapping.kit if kit.kit), context.kits)
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
        for word in sorted(words - context.codes[list_name]):
            near = nearest(word, context.codes[list_name])
            yield NOT_LISTED[list_name].given(word=word[:40], nearest=near)


def _unknown(absent: Sentence, names: Iterable[str], known: Iterable[str]) -> Iterator[Sentence]:
    there = set(known)
    for name in sorted(set(names)):
        if folded(name) not in there:
            yield absent.given(name=name[:60], nearest=nearest(folded(name), there))
