"""The monthly return through the door for tables: suppressed, compared with what left before, a line of the ledger.

Only closed months leave, so that a number that left never changes. Contacts and codes, by route and in all, are protected
with proof (returned_counts); how much of an item was given is told where the contacts at which it was given, and the contacts of
the route, are enough to be told (methods/table). Codes of two months are not compared with each other: neither is a part
of the other, and who comes every month would shut the door for ever (docs/adr/0032). What stands too close to another cell
of this return, or to one that left a freeze, is hidden, and with it all that its part of the site's month would let add it
up again; units of all routes are told where each route's are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from throughline.evaluation.doors import profile_named, word_of, write_line
from throughline.evaluation.ledger import earlier_members
from throughline.evaluation.returned_counts import counts_told, of
from throughline.evaluation.returned_members import KNOWN, NEW, RETURN, behind, cell_members
from throughline.methods.differencing import CellMembers, check_differencing
from throughline.methods.suppression import Profile
from throughline.records.programme.models import Programme
from throughline.records.returns.queries import SiteReturn, closed_returns, sites_released
from throughline.records.returns.queries.counting import RouteCounts
from throughline.records.study.actions import ReleaseDraft, refuse_release
from throughline.records.study.models import Release
from throughline.records.study.queries import tables_released
from throughline.records.supplies.models import Item
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import ItemKind, Route
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.periods import Month
from throughline.vocabulary.returns import ALL_ROUTES, Part
from throughline.vocabulary.study import ReleaseDoor

NOT_REPORTED = "not_reported"
NALOXONE = frozenset({ItemKind.NALOXONE_NASAL.value, ItemKind.NALOXONE_INJECTABLE.value})
Shown = int | str  # a number, SUPPRESSED or NOT_REPORTED


@dataclass(frozen=True)
class ReturnRow:
    """A site's route as it may be told. `supplies`: item -> units, for every item of the return."""

    site_id: UUID
    site: str
    part: Part
    route: str
    contacts: Shown
    codes: Shown
    new_codes: Shown
    naloxone: Shown
    supplies: Mapping[UUID, Shown] = field(default_factory=dict)


@dataclass(frozen=True)
class ToldReturn:
    """A month as it may be told. `items` are those of any row, by name; a site that did not report has one row."""

    month: Month
    profile: Profile
    items: tuple[Item, ...]
    rows: tuple[ReturnRow, ...]


@dataclass(frozen=True)
class LeftReturn:
    """What left, and its line in the ledger."""

    told: ToldReturn
    release: Release


def told_return(actor: Actor, programme: Programme, month: Month, profile: Profile) -> ToldReturn:
    """The closed months of the sites whose counts may leave at the actor's hand, protected. Nothing leaves by this."""
    check_may_release(actor, programme.id, Permission.RELEASE_TABLES)
    sites = sites_released(actor, programme.id, month)
    closed = {one.site.id: one for one in closed_returns(sites, month)}
    told = [one for one in closed.values() if one.is_reported]
    given = {item for one in told for part in Part for by in one.part(part).values() for item in by.supplies}
    items = tuple(Item.objects.filter(id__in=given).order_by("name"))
    routes = sorted({route for one in told for part in Part for route in one.part(part)} - {ALL_ROUTES})
    rows: list[ReturnRow] = []
    for site in sites:
        one = closed.get(site.id)
        if one is None or not one.is_reported:
            silent = dict.fromkeys([item.id for item in items], NOT_REPORTED)
            rows.append(
                ReturnRow(
                    site.id, site.name, Part.OWN, ALL_ROUTES, NOT_REPORTED, NOT_REPORTED, NOT_REPORTED, NOT_REPORTED,
                    silent,
                )
            )  # fmt: skip
        else:
            rows += _rows(one, routes, items, profile)
    return ToldReturn(month, profile, items, tuple(rows))


def release_return(
    *, programme: Programme, month: Month, profile: Profile, recipient: str, by: Actor, at: datetime
) -> LeftReturn:
    """Let a month leave. Raises NotAllowed; Unready where no site's month is closed, or, after writing the refusal into
    the ledger, where what left before cannot be looked up.
    """
    check_may_release(by, programme.id, Permission.RELEASE_TABLES)
    told = told_return(by, programme, month, profile)
    closed = {one.site.id: one for one in closed_returns(sites_released(by, programme.id, month), month)}
    if not closed:
        raise Unready(Sentence("No site has closed this month yet. It can leave when it is closed."))
    released = list(tables_released(programme.id).select_related("freeze__study__programme"))
    threshold = max([profile.threshold, *(_threshold(release) for release in released)])
    draft = ReleaseDraft(
        ReleaseDoor.TABLES, f"Monthly return {month}", recipient, word_of(profile), content_hash=""
    )
    try:
        told, lines = _apart_from(told, closed, earlier_members(released), threshold)
    except Unready as refusal:
        refuse_release(programme=programme, draft=draft, refusal=refusal.sentence, by=by, at=at)
        raise
    draft = replace(draft, content_hash=content_hash(told), cells=tuple(lines))
    return LeftReturn(told, write_line(programme, draft, {release.id for release in released}, by, at))


def content_hash(told: ToldReturn) -> str:
    """SHA-256 of what the reader gets, however it is written."""
    rows = [
        [row.site, row.part.value, row.route, row.contacts, row.codes, row.new_codes, row.naloxone,
         [[item.name, row.supplies[item.id]] for item in told.items]]
        for row in told.rows
    ]  # fmt: skip
    return hashlib.sha256(json.dumps([str(told.month), rows], separators=(",", ":")).encode()).hexdigest()


def _threshold(release: Release) -> int:
    return profile_named(release.profile).threshold


def _rows(
    one: SiteReturn, routes: Sequence[str], items: Sequence[Item], profile: Profile
) -> Iterator[ReturnRow]:
    for part in Part:
        counts = one.part(part)
        if part is Part.LATE and not counts:
            continue
        used = routes or [Route.SERVICE.value]
        told = counts_told(counts, used, profile)
        of_routes = {by: _supplied(of(counts, by), told.contacts(by), items, profile) for by in used}
        for by in [*routes, ALL_ROUTES]:
            given = _added(of_routes, of(counts, by), items, profile) if by == ALL_ROUTES else of_routes[by]
            yield ReturnRow(
                one.site.id, one.site.name, part, by, told.contacts(by), told.codes(by), told.new_codes(by),
                naloxone=_naloxone(given, items), supplies=given,
            )  # fmt: skip


def _supplied(
    one: RouteCounts, contacts: Shown, items: Sequence[Item], profile: Profile
) -> dict[UUID, Shown]:
    """Units, where the contacts beneath them may be told. None given is 0 only where the contacts themselves are told."""
    found: dict[UUID, Shown] = {}
    for item in items:
        given = one.supplies.get(item.id)
        hidden = contacts == SUPPRESSED or (given is not None and profile.hides(given.contacts or 0))
        found[item.id] = SUPPRESSED if hidden else profile.rounded(given.units) if given else 0
    return found


def _added(
    of_routes: Mapping[str, Mapping[UUID, Shown]], every: RouteCounts, items: Sequence[Item], profile: Profile
) -> dict[UUID, Shown]:
    """Of all routes: told where each route's is, since what is hidden of one could be taken from the sum."""
    found: dict[UUID, Shown] = {}
    for item in items:
        given = every.supplies.get(item.id)
        is_hidden = any(units[item.id] == SUPPRESSED for units in of_routes.values())
        found[item.id] = SUPPRESSED if is_hidden else profile.rounded(given.units) if given else 0
    return found


def _naloxone(given: Mapping[UUID, Shown], items: Sequence[Item]) -> Shown:
    units = [given[item.id] for item in items if item.kind in NALOXONE]
    return SUPPRESSED if SUPPRESSED in units else sum(one for one in units if isinstance(one, int))


def _apart_from(
    told: ToldReturn, closed: Mapping[UUID, SiteReturn], earlier: Sequence[CellMembers], threshold: int
) -> tuple[ToldReturn, list[dict[str, Any]]]:
    """What stands far enough from everything else, and its lines for the ledger.

    Of two too close the smaller is hidden, with what it could be added up from: routes sum to all of them.
    """
    lines = [line for row in told.rows for line in _lines(told.month, row)]
    held = {
        (site_id, part): behind(one.closing, one.site, part)
        for site_id, one in closed.items()
        for part in Part
        if one.closing is not None and one.part(part)
    }
    new = [
        cell_members(
            held[UUID(line["where"]["site"]), Part(line["where"]["part"])], line, f"Return {told.month}"
        )
        for line in lines
    ]
    hidden: set[int] = set()
    while True:
        left = [place for place in range(len(lines)) if place not in hidden]
        check = check_differencing([new[place] for place in left], earlier, threshold=threshold)
        if check.may_leave:
            break
        by_label = {new[place].label: place for place in left}
        pair = [
            by_label[name] for name in (check.refused[0].first, check.refused[0].second) if name in by_label
        ]
        hidden |= _hidden_with(lines, min(pair, key=lambda place: (new[place].members.size, place)))
    gone = {(lines[place]["unit"], *_part(lines[place])) for place in hidden}
    rows = tuple(_less(row, gone) for row in told.rows)
    return replace(told, rows=rows), [line for place, line in enumerate(lines) if place not in hidden]


def _hidden_with(lines: Sequence[Mapping[str, Any]], place: int) -> set[int]:
    """The codes of a part of a site's month stand and fall together, over all routes, and fall with its contacts.

    One route's contacts, units or new codes are those of all routes less the others': hidden alone, it would be told.
    """
    here, units = _part(lines[place]), {lines[place]["unit"], "code"}
    return {other for other, line in enumerate(lines) if _part(line) == here and line["unit"] in units}


def _less(row: ReturnRow, gone: Collection[tuple[str, ...]]) -> ReturnRow:
    """A row without what is hidden; where contacts are, nothing more is told."""
    part = (str(row.site_id), row.part.value)
    if ("contact", *part) in gone:
        units = dict.fromkeys(row.supplies, SUPPRESSED)
        return replace(
            row,
            contacts=SUPPRESSED,
            codes=SUPPRESSED,
            new_codes=SUPPRESSED,
            naloxone=SUPPRESSED,
            supplies=units,
        )
    return replace(row, codes=SUPPRESSED, new_codes=SUPPRESSED) if ("code", *part) in gone else row


def _lines(month: Month, row: ReturnRow) -> Iterator[dict[str, Any]]:
    where = {RETURN: str(month), "site": str(row.site_id), "part": row.part.value, "route": row.route}
    known = (
        row.codes - row.new_codes
        if isinstance(row.codes, int) and isinstance(row.new_codes, int)
        else SUPPRESSED
    )
    for unit, more, shown in (
        ("contact", {}, row.contacts), ("code", {}, row.codes), ("code", {"newness": NEW}, row.new_codes),
        ("code", {"newness": KNOWN}, known),
    ):  # fmt: skip
        if isinstance(shown, int) and shown:
            yield {"unit": unit, "where": {**where, **more}, "shown": shown}


def _part(line: Mapping[str, Any]) -> tuple[str, str]:
    return line["where"]["site"], line["where"]["part"]
