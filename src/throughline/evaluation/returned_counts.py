"""Contacts and codes of a part of a site's month, by route and in all, protected as one: readers add up across them.

Contacts add up over routes, and so do new codes: a code is new by the route of its first contact. Codes do not, for who came
by two routes; but all routes' are no more than the routes' together, a route's no more than its contacts, and new codes are
codes. So a route's codes, hidden for being few, are at least all routes' less the others', and its new codes are just that:
the reader whom this defends against knows it all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from throughline.methods.suppression import Profile, ProtectedTable, protect
from throughline.methods.table import Key, Sum, Table
from throughline.records.returns.queries.counting import PartCounts, RouteCounts
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.returns import ALL_ROUTES

CONTACTS, CODES, NEW, KNOWN = "contacts", "codes", "new", "known"
# What is known of no route, but that it is 0 or more: contacts beyond each code's first; routes of a code beyond its first.
FURTHER, MET, AGAIN = "further", "met", "again"
Shown = int | str  # a number, or SUPPRESSED


@dataclass(frozen=True)
class CountsTold:
    """Contacts and codes as they may be told; where a route's contacts are hidden, nothing more of it is told."""

    table: ProtectedTable

    def contacts(self, route: str) -> Shown:
        return self.table.released()[CONTACTS, route]

    def codes(self, route: str) -> Shown:
        return self._beside_contacts(CODES, route)

    def new_codes(self, route: str) -> Shown:
        return self._beside_contacts(NEW, route)

    def _beside_contacts(self, what: str, route: str) -> Shown:
        return SUPPRESSED if self.contacts(route) == SUPPRESSED else self.table.released()[what, route]


def counts_told(counts: PartCounts, routes: Sequence[str], profile: Profile) -> CountsTold:
    """Protect the counts of these routes and of all, with proof."""
    cells = dict(_cells(counts, routes))
    never = {key for key in cells if key[0] in (FURTHER, MET, AGAIN)}
    table = Table(("what", "route"), cells, tuple(_sums(routes)))
    contacts = [(CONTACTS, by) for by in (ALL_ROUTES, *routes)]
    most_needed = [*contacts, (CODES, ALL_ROUTES), (NEW, ALL_ROUTES)]
    return CountsTold(protect(table, profile, never=never, last=most_needed))


def of(counts: PartCounts, route: str) -> RouteCounts:
    """A route's counts; nothing came by one that is left out."""
    return counts.get(route, RouteCounts())


def _cells(counts: PartCounts, routes: Sequence[str]) -> Iterator[tuple[Key, int]]:
    for by in (*routes, ALL_ROUTES):
        one = of(counts, by)
        yield (CONTACTS, by), one.contacts
        yield (CODES, by), one.codes
        yield (NEW, by), one.new_codes
        yield (KNOWN, by), one.codes - one.new_codes
        yield (FURTHER, by), one.contacts - one.codes
    met = sum(of(counts, by).codes for by in routes)
    yield (MET, ALL_ROUTES), met
    yield (AGAIN, ALL_ROUTES), met - of(counts, ALL_ROUTES).codes


def _sums(routes: Sequence[str]) -> Iterator[Sum]:
    for by in (*routes, ALL_ROUTES):
        yield Sum((CODES, by), ((NEW, by), (KNOWN, by)))
        yield Sum((CONTACTS, by), ((CODES, by), (FURTHER, by)))
    for what, total in ((CONTACTS, CONTACTS), (NEW, NEW), (CODES, MET)):
        yield Sum((total, ALL_ROUTES), tuple((what, by) for by in routes))
    yield Sum((MET, ALL_ROUTES), ((CODES, ALL_ROUTES), (AGAIN, ALL_ROUTES)))
