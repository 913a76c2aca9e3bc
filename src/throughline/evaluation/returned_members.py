"""Who stands behind the counts of a monthly return, as numbers that are the same in every freeze.

A return is counted from the records, not from a freeze. Its lines of the ledger name the site, the month, the part and the
route, and who stands behind them is looked up by these again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from throughline.evaluation.extract import member_of
from throughline.evaluation.ledger import apart
from throughline.methods.differencing import CellMembers
from throughline.records.clients.models import Client
from throughline.records.keyring import Purpose, ring
from throughline.records.programme.models import Site
from throughline.records.returns.models import MonthClosing
from throughline.records.returns.queries import counted_in
from throughline.records.returns.queries.counting import Counting, members
from throughline.records.study.models import Release
from throughline.vocabulary.periods import Month
from throughline.vocabulary.returns import ALL_ROUTES, Part

RETURN = "return"  # the column of a line of the ledger that says that it is a return's, and of which month
NEW, KNOWN = "new", "known"
_AT_A_TIME = 500


class Behind:
    """Who stands behind the cells of one part of a site's closed month."""

    def __init__(self, what: Counting) -> None:
        contacts, codes, new = members(what)
        keys = ring()
        key = keys.key(Purpose.LEDGER, what.site.programme_id, min(keys.masters))
        self._contacts = {
            route: apart(
                np.array([member_of(one.hex, key) for one, _ in rows], dtype=np.int64).view(np.uint64),
                np.array([tally for _, tally in rows], dtype=np.int64),
            )
            for route, rows in contacts.items()
        }
        numbers = _of_codes(set().union(*codes.values()), key)
        self._codes = {route: {numbers[one] for one in ones} for route, ones in codes.items()}
        self._new = {route: {numbers[one] for one in ones} for route, ones in new.items()}

    def contacts(self, route: str) -> NDArray[np.uint64]:
        if route != ALL_ROUTES:
            return self._contacts.get(route, np.zeros(0, dtype=np.uint64))
        return np.concatenate([np.zeros(0, dtype=np.uint64), *self._contacts.values()])

    def codes(self, route: str, newness: str | None) -> NDArray[np.uint64]:
        every, new = _of_route(self._codes, route), _of_route(self._new, route)
        found = every if newness is None else new if newness == NEW else every - new
        return np.array(sorted(found), dtype=np.uint64)


def behind(closing: MonthClosing, site: Site, part: Part) -> Behind:
    return Behind(counted_in(closing, site)[part])


def members_returned(releases: Iterable[Release]) -> list[CellMembers]:
    """Members of the cells of returns that left; each site's month is counted once."""
    found: list[CellMembers] = []
    held: dict[tuple[str, str, str], Behind | None] = {}
    for release in releases:
        for line in release.cells:
            where = line["where"]
            if RETURN not in where:
                continue
            place = (where["site"], where[RETURN], where["part"])
            if place not in held:
                held[place] = _looked_up(*place)
            if (one := held[place]) is not None:
                found.append(cell_members(one, line, f"{release.what} ({release.released_at:%Y-%m-%d})"))
    return found


def cell_members(one: Behind, line: dict[str, dict[str, str]], of: str) -> CellMembers:
    """Who is behind a line; `of` names what it stands in, for the guardian."""
    where, unit = line["where"], str(line["unit"])
    label = f"{of}: " + " / ".join(
        f"{name} {value}" for name, value in sorted(where.items()) if name != RETURN
    )
    if unit == "contact":
        return CellMembers(label, unit, one.contacts(where["route"]))
    return CellMembers(label, unit, one.codes(where["route"], where.get("newness")))


def _looked_up(site_id: str, month: str, part: str) -> Behind | None:
    closing = MonthClosing.objects.filter(site_id=UUID(site_id), month=Month.parse(month).first()).first()
    return behind(closing, Site.objects.get(id=site_id), Part(part)) if closing else None


def _of_route(by_route: dict[str, set[int]], route: str) -> set[int]:
    return set().union(*by_route.values()) if route == ALL_ROUTES else by_route.get(route, set())


def _of_codes(clients: set[UUID], key: bytes) -> dict[UUID, int]:
    """A client's number, or that of whom they are merged into: a freeze counts these as one."""
    found: dict[UUID, int] = {}
    wanted: Sequence[UUID] = sorted(clients)
    for start in range(0, len(wanted), _AT_A_TIME):
        rows = Client.objects.filter(id__in=wanted[start : start + _AT_A_TIME])
        for client, root in rows.values_list("id", "merged_into_id"):
            found[client] = member_of((root or client).hex, key) % 2**64
    return found
