"""What a month of a site comes to, counted from its contacts.

A return counts what stands and has arrived (an import that is not complete has not), by the day at the site. A contact is
in one return only: of its own month where it arrived before that was closed, else of the next that was closed after it
arrived, as late. Months before the first one closed were never returned; what arrives of them later is late. In which return it
was counted is kept: moved to another month or site later, it is not counted again; moved into a month that is closed before it
was in any, it is late.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Count, Exists, Min, OuterRef, Q, Sum
from django.db.models.functions import Cast

from throughline.records.clients.models import Client, ClientMerge
from throughline.records.clients.queries import joined
from throughline.records.engagement.models import Contact, KitLine
from throughline.records.programme.models import Site, arrived
from throughline.records.returns.models import MonthClosing, ReturnedContact
from throughline.records.supplies.models import KitComponent
from throughline.vocabulary.periods import Month
from throughline.vocabulary.returns import ALL_ROUTES, Part

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Supply:
    """Units of an item given out, and at how many contacts; these are None where they were not counted."""

    units: int
    contacts: int | None = None


@dataclass(frozen=True, slots=True)
class RouteCounts:
    """One route's, or all routes' together. `supplies`: item -> what was given of it."""

    contacts: int = 0
    codes: int = 0
    new_codes: int = 0
    supplies: Mapping[UUID, Supply] = field(default_factory=dict)


# Route, or ALL_ROUTES -> counts; a route by which nothing came is left out.
PartCounts = Mapping[str, RouteCounts]


@dataclass(frozen=True, slots=True)
class Counting:
    """Which contacts are counted: of one part of a site's month. `after` and `until` are of arrival."""

    site: Site
    month: Month
    part: Part
    after: datetime | None  # when the month before was closed; late is what arrived since
    until: datetime | None  # None: the month is open
    since: datetime | None = None  # when the site's first closed month begins
    closing: MonthClosing | None = (
        None  # of a month whose contacts are kept: they are those, whatever became of them
    )

    def contacts(self, through: str = "") -> Q:
        """Those counted, where `through` leads to them."""
        if self.closing is not None:
            kept = ReturnedContact.objects.filter(closing=self.closing, part=self.part.value)
            return Q(**{f"{through}id__in": kept.values("contact_id")})
        returned = ReturnedContact.objects.filter(contact_id=OuterRef(f"{through}id"))
        found = (
            self._standing(through)
            & self._of(through, "server_time", "lte", self.until)
            & ~Q(Exists(returned))
        )
        if self.part is Part.LATE:
            return found & self._earlier(through) & self._new_to_returns(through)
        begins, ends = self.month.begins(self.site.time_zone), self.month.next().begins(self.site.time_zone)
        return (
            found
            & self._of(through, "device_time", "gte", begins)
            & self._of(through, "device_time", "lt", ends)
        )

    def before(self) -> Q:
        """Contacts whose codes are not new any more: earlier ones; for late ones, those that were returned earlier."""
        returned = ReturnedContact.objects.filter(
            contact_id=OuterRef("id"), closing__site=self.site, closing__month__lt=self.month.first()
        )
        earlier = self._earlier("") & (~self._new_to_returns("") if self.part is Part.LATE else Q())
        return (
            self._standing("")
            & self._of("", "server_time", "lte", self.until)
            & (earlier | Q(Exists(returned)))
        )

    def _new_to_returns(self, through: str) -> Q:
        """What arrived after the last closing, or lies in a month that is closed."""
        found = self._of(through, "server_time", "gt", self.after)
        return found if self.since is None else found | self._of(through, "device_time", "gte", self.since)

    def _standing(self, through: str) -> Q:
        return arrived(through) & Q(
            **{
                f"{through}withdrawn_at": None,
                f"{through}programme": self.site.programme_id,
                f"{through}site": self.site,
            }
        )

    def _earlier(self, through: str) -> Q:
        return self._of(through, "device_time", "lt", self.month.begins(self.site.time_zone))

    @staticmethod
    def _of(through: str, name: str, how: str, moment: datetime | None) -> Q:
        return Q() if moment is None else Q(**{f"{through}{name}__{how}": moment})


def counted(what: Counting, *, with_contacts: bool) -> dict[str, RouteCounts]:
    """Route -> its counts, and ALL_ROUTES. `with_contacts`: at how many contacts each item was given, too (it takes longer)."""
    if what.part is Part.LATE and what.after is None:
        return {}
    families = _families(what.site)
    tallied = _tallied_by_code(what, families) if families else _tallied(what)
    if not tallied.contacts:
        return {}
    units = _units(what)
    beneath = _beneath(what) if with_contacts else {}
    found = {
        route: RouteCounts(
            contacts=number, codes=tallied.codes.get(route, 0), new_codes=tallied.new.get(route, 0),
            supplies={
                item: Supply(total, beneath.get((route, item)))
                for (by, item), total in sorted(units.items()) if by == route
            },
        )
        for route, number in sorted(tallied.contacts.items())
    }  # fmt: skip
    found[ALL_ROUTES] = RouteCounts(
        contacts=sum(tallied.contacts.values()), codes=tallied.every_code, new_codes=sum(tallied.new.values()),
        supplies=_over_routes(found),
    )  # fmt: skip
    return found


def contacts_of(what: Counting) -> list[str]:
    """Ids of the contacts that are counted, as the database writes them."""
    if what.part is Part.LATE and what.after is None:
        return []
    rows = Contact.objects.filter(what.contacts()).order_by("id")
    return list(rows.values_list(Cast("id", CharField()), flat=True))


def members(
    what: Counting,
) -> tuple[dict[str, list[tuple[UUID, int]]], dict[str, set[UUID]], dict[str, set[UUID]]]:
    """Who stands behind the counts, by route: contacts with how many each is, codes, and new codes (by their clients)."""
    rows = Contact.objects.filter(what.contacts()).order_by("id")
    contacts: dict[str, list[tuple[UUID, int]]] = defaultdict(list)
    for contact_id, route, tally in rows.values_list("id", "route", "tally"):
        contacts[route].append((contact_id, tally))
    codes, new = _codes(what, _met(what), _families(what.site))
    return contacts, codes, new


def _over_routes(found: PartCounts) -> dict[UUID, Supply]:
    """A contact has one route, so that contacts add up as units do."""
    totals: dict[UUID, Supply] = {}
    for one in found.values():
        for item, given in one.supplies.items():
            had = totals.get(item, Supply(0, 0))
            both = None if given.contacts is None or had.contacts is None else had.contacts + given.contacts
            totals[item] = Supply(had.units + given.units, both)
    return totals


@dataclass(frozen=True, slots=True)
class _Tallied:
    """By route: contacts, codes, new codes; and the codes by all routes."""

    contacts: Mapping[str, int]
    codes: Mapping[str, int]
    new: Mapping[str, int]
    every_code: int


def _tallied(what: Counting) -> _Tallied:
    """Counted by the database, where nobody was merged: then a code is a client."""
    rows = Contact.objects.filter(what.contacts()).order_by()
    by_route = list(
        rows.values_list("route").annotate(n=Sum("tally"), codes=Count("client_id", distinct=True))
    )
    every = rows.aggregate(n=Count("client_id", distinct=True))["n"] if len(by_route) > 1 else None
    new: dict[UUID, tuple[datetime, str]] = {}
    for client, route, first in _firsts(what, _fresh(what, {}) if by_route else ()):
        new[client] = min(new.get(client, (first, route)), (first, route))
    return _Tallied(
        {route: number for route, number, _ in by_route}, {route: codes for route, _, codes in by_route},
        Counter(route for _, route in new.values()),
        sum(codes for _, _, codes in by_route) if every is None else every,
    )  # fmt: skip


def _tallied_by_code(what: Counting, families: Mapping[UUID, set[UUID]]) -> _Tallied:
    """Counted client by client: those who were merged are one code."""
    met = _met(what)
    contacts: dict[str, int] = defaultdict(int)
    for _, route, number in met:
        contacts[route] += number
    codes, new = _codes(what, met, families)
    return _Tallied(
        contacts, {route: len(ones) for route, ones in codes.items()},
        {route: len(ones) for route, ones in new.items()}, len(set().union(*codes.values())),
    )  # fmt: skip


# A client (None: of no code), a route, and how many contacts they had by it.
Met = tuple[UUID | None, str, int]


def _met(what: Counting) -> list[Met]:
    rows = Contact.objects.filter(what.contacts()).order_by()
    return list(rows.values_list("client_id", "route").annotate(n=Sum("tally")))


def _codes(
    what: Counting, met: Iterable[Met], families: Mapping[UUID, set[UUID]]
) -> tuple[dict[str, set[UUID]], dict[str, set[UUID]]]:
    """Route -> codes met by it, and those of them that are new, by the route of their first contact."""
    root = {client: min(family) for client, family in families.items()}
    codes: dict[str, set[UUID]] = defaultdict(set)
    for client, route, _ in met:
        if client is not None:
            codes[route].add(root.get(client, client))
    firsts: dict[UUID, tuple[datetime, str]] = {}
    for client, route, first in _firsts(what, _fresh(what, families)):
        one = root.get(client, client)
        firsts[one] = min(firsts.get(one, (first, route)), (first, route))
    new: dict[str, set[UUID]] = defaultdict(set)
    for one, (_, route) in firsts.items():
        new[route].add(one)
    return dict(codes), dict(new)


def _fresh(what: Counting, families: Mapping[UUID, set[UUID]]) -> set[UUID]:
    """Of the clients met, those of whom neither they nor anybody merged with them had a contact before."""
    before = Contact.objects.filter(what.before(), client_id=OuterRef("pk"))
    of_those_met = (
        Contact.objects.filter(what.contacts(), client__isnull=False).order_by().values("client_id")
    )
    fresh = set(Client.objects.filter(~Exists(before), id__in=of_those_met).values_list("id", flat=True))
    known: set[UUID] = set()
    for some in _some({other for client in fresh for other in families.get(client, ())}):
        known |= set(Client.objects.filter(Exists(before), id__in=some).values_list("id", flat=True))
    return {client for client in fresh if known.isdisjoint(families.get(client, ()))}


def _firsts(what: Counting, clients: Collection[UUID]) -> Iterator[tuple[UUID, str, datetime]]:
    """Client, route, and the first contact by it among those counted."""
    for some in _some(clients):
        rows = Contact.objects.filter(what.contacts(), client_id__in=some).order_by()
        yield from rows.values_list("client_id", "route").annotate(first=Min("device_time"))


def _some(ids: Collection[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _AT_A_TIME):
        yield ordered[start : start + _AT_A_TIME]


def _families(site: Site) -> dict[UUID, set[UUID]]:
    """Client -> those who are one with it, by merges that are in sight at a site: any other would tell of another site."""
    rows = ClientMerge.objects.filter(programme_id=site.programme_id, unmerged_at=None)
    edges = [
        (kept, merged)
        for kept, merged, sites, is_everywhere in rows.values_list(
            "kept_id", "merged_id", "sites", "is_everywhere"
        )
        if is_everywhere or str(site.id) in sites
    ]
    beside: dict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    for edge in edges:
        for end in edge:
            beside[end].append(edge)
    found: dict[UUID, set[UUID]] = {}
    for client in beside:
        if client not in found:
            family = joined(client, lambda ids: [edge for one in ids for edge in beside[one]])
            found |= dict.fromkeys(family, family)
    return found


def _units(what: Counting) -> dict[tuple[str, UUID], int]:
    lines = KitLine.objects.filter(what.contacts("contact__"), quantity__gt=0).order_by()
    rows = list(lines.values_list("contact__route", "item_id", "kit_version_id").annotate(n=Sum("quantity")))
    inside = _inside(kit for _, _, kit, _ in rows if kit)
    found: dict[tuple[str, UUID], int] = defaultdict(int)
    for route, item, kit, number in rows:
        for one, quantity in inside[kit] if kit else [(item, 1)]:
            found[route, one] += number * quantity
    return found


def _beneath(what: Counting) -> dict[tuple[str, UUID], int]:
    """At how many contacts each item was given: one with a kit and the item itself is one."""
    lines = KitLine.objects.filter(what.contacts("contact__"), quantity__gt=0).order_by()
    # as they lie there: to make an id of each of thousands takes longer than to read them
    of, item_, kit_ = (Cast(name, CharField()) for name in ("contact_id", "item_id", "kit_version_id"))
    rows = list(lines.values_list(of, "contact__route", "contact__tally", item_, kit_))
    ids = {one: UUID(one) for one in {one for *_, item, kit in rows for one in (item, kit) if one}}
    inside = _inside(ids[kit] for kit in {kit for *_, kit in rows if kit})
    things = {kit: [one for one, _ in inside[ids[kit]]] for kit in {kit for *_, kit in rows if kit}}
    at: dict[tuple[str, UUID], dict[str, int]] = defaultdict(dict)
    for contact, route, tally, item, kit in rows:
        for one in things[kit] if kit else [ids[item]]:
            at[route, one][contact] = tally
    return {key: sum(ones.values()) for key, ones in at.items()}


def _inside(kits: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, int]]]:
    found: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    for part in KitComponent.objects.filter(kit_version_id__in=set(kits)):
        found[part.kit_version_id].append((part.item_id, part.quantity))
    return found
