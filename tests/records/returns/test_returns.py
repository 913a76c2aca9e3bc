"""A month's return against the same counts in plain Python; closing, what comes late, and what was not reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import SYSTEM, Cast
from tests.examples import examples
from tests.records.made import an_import_run, events
from throughline.records.clients.models import Client, ClientMerge
from throughline.records.engagement.actions import record_contact, withdraw_contact
from throughline.records.engagement.models import Contact, KitLine
from throughline.records.programme.actions import report_month
from throughline.records.programme.models import ImportRun
from throughline.records.returns.actions import LEEWAY, close_month
from throughline.records.returns.queries import closed_returns, counted_in, next_to_close, return_for
from throughline.records.returns.queries.counting import PartCounts, members
from throughline.records.supplies.actions import add_item, add_kit_version
from throughline.records.supplies.models import Item, KitVersion
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import NotAllowed, Unready
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import ImportState, Reporting
from throughline.vocabulary.returns import ALL_ROUTES, Part

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = Month(2026, 3), Month(2026, 4), Month(2026, 5)
START = datetime(2026, 2, 20, tzinfo=UTC)
CLOSED = {MARCH: datetime(2026, 4, 6, tzinfo=UTC), APRIL: datetime(2026, 5, 5, tzinfo=UTC)}
UNTIL = {month: at - LEEWAY for month, at in CLOSED.items()}


@dataclass(frozen=True)
class Met:
    """A contact of the simulated line."""

    happened: datetime
    arrived: datetime
    route: str
    who: int | None  # None: nobody known, a tally
    tally: int
    here: bool
    state: str  # stands, withdrawn, running (an import), imported (one that is complete)
    pipes: int
    kits: int
    moved: tuple[Month, int] | None  # after that month was closed, to so many hours later

    @property
    def counts(self) -> bool:
        return self.here and self.state in ("stands", "imported")

    def happened_by(self, month: Month) -> datetime:
        """When it happened, as the records say it when a month is closed."""
        if self.moved is None or self.moved[0] >= month:
            return self.happened
        return self.happened + timedelta(hours=self.moved[1])

    def month_by(self, month: Month) -> Month:
        return Month.of(self.happened_by(month).astimezone(ZoneInfo("Europe/London")).date())


# Hours around the ends of months, where a day in London is another in UTC in summer.
HOURS = st.one_of(st.integers(0, 24 * 95), st.sampled_from([38 * 24 + h for h in (21, 22, 23, 24, 25)] + [68 * 24 + h + 0 for h in (21, 22, 23, 24)]))  # fmt: skip
MEETINGS = st.builds(
    lambda hours, delay, route, who, tally, here, state, pipes, kits, moved: Met(
        START + timedelta(hours=hours), START + timedelta(hours=hours + delay), route, who, 1 if who is not None else tally,
        here, state, pipes, kits, moved,
    ),
    HOURS, st.sampled_from([0, 1, 30, 24 * 12, 24 * 40]), st.sampled_from(["service", "peer"]),
    st.one_of(st.none(), st.integers(0, 4)), st.integers(1, 5), st.sampled_from([True, True, True, False]),
    st.sampled_from(["stands", "stands", "imported", "withdrawn", "running"]), st.integers(0, 3), st.integers(0, 2),
    st.none() | st.tuples(st.sampled_from([MARCH, APRIL]), st.sampled_from([-24 * 31, -24, 24, 24 * 31])),
)  # fmt: skip


MERGED: set[bool] = set()  # whether 0 and 1 are merged where the site sees it (2 and 3 are, elsewhere)


def _one_of(person: int) -> int:
    return 0 if person == 1 and MERGED else person


Told = dict[str, tuple[int, int, int, dict[str, tuple[int, int | None]]]]


def _told(part: PartCounts) -> Told:
    """Route -> contacts, codes, new codes, item -> units and contacts."""
    return {
        route: (
            one.contacts, one.codes, one.new_codes,
            {str(item): (given.units, given.contacts) for item, given in one.supplies.items()},
        )
        for route, one in part.items()
    }  # fmt: skip


@dataclass(frozen=True)
class Walked:
    """One part of one return: the contacts in it, and whose codes are not new any more."""

    inside: list[Met]
    known: set[int]


def _walked(line: list[Met]) -> dict[tuple[Month, bool], Walked]:
    """Return, and whether late -> what is in it: each closing in turn, contact by contact."""
    found: dict[tuple[Month, bool], Walked] = {}
    returned: dict[int, Month] = {}  # place in the line -> the month in whose return it is
    for month in (MARCH, APRIL, MAY):
        after, until = UNTIL.get(month.before()), UNTIL.get(month)
        own, late, known, known_late = [], [], set(), set()
        for place, met in enumerate(line):
            if not met.counts or (until is not None and met.arrived > until):
                continue
            of = met.month_by(month)
            is_unseen = place not in returned and after is not None and (met.arrived > after or of >= MARCH)
            if place not in returned and of == month:
                own.append(place)
            if of < month and is_unseen:
                late.append(place)
            if met.who is not None and (of < month or place in returned):
                known.add(_one_of(met.who))
                if not is_unseen:
                    known_late.add(_one_of(met.who))
        found[month, False] = Walked([line[place] for place in own], known)
        found[month, True] = Walked([line[place] for place in late], known_late)
        returned |= dict.fromkeys([*own, *late], month)
    return found


def _expected(walked: Walked, month: Month, pipe: str, foil: str, *, with_contacts: bool) -> Told:
    """By walking the line, contact by contact."""
    inside = walked.inside
    first: dict[int, Met] = {}
    for one in sorted(inside, key=lambda met: (met.happened_by(month), met.route)):
        if one.who is not None:
            first.setdefault(_one_of(one.who), one)
    found: Told = {}
    for route in sorted({one.route for one in inside}) + ([ALL_ROUTES] if inside else []):
        by = [one for one in inside if route in (one.route, ALL_ROUTES)]
        given: dict[str, tuple[int, int | None]] = {}
        for item, units in ((pipe, lambda met: met.pipes + met.kits), (foil, lambda met: 2 * met.kits)):
            total = sum(units(met) for met in by)
            if total:
                given[item] = (total, sum(met.tally for met in by if units(met)) if with_contacts else None)
        codes = {_one_of(met.who) for met in by if met.who is not None}
        new = {
            one for one, met in first.items() if one not in walked.known and route in (met.route, ALL_ROUTES)
        }
        found[route] = (sum(met.tally for met in by), len(codes), len(new), given)
    return found


def test_returns_are_what_walking_the_line_gives(cast: Cast, now: datetime) -> None:
    world = _world(cast, now)
    for month, at in CLOSED.items():
        report_month(site=cast.site, month=month.first(), reporting=Reporting.COMPLETE, by=SYSTEM, at=at)

    @given(st.lists(MEETINGS, max_size=14), st.booleans())
    @settings(max_examples=examples(14))
    def walk(line: list[Met], are_merged: bool) -> None:
        MERGED.clear()
        MERGED.update({True} if are_merged else ())
        with transaction.atomic():
            if not are_merged:
                ClientMerge.objects.filter(kept=world.people[0]).delete()
            _check(cast, world, line, _write(cast, world, line, now))
            transaction.set_rollback(True)

    walk()


def _check(cast: Cast, world: World, line: list[Met], written: list[Contact]) -> None:
    for month, at in CLOSED.items():
        close_month(site=cast.site, month=month, by=cast.alice.actor, at=at)
        for met, contact in zip(line, written, strict=True):
            if met.moved and met.moved[0] == month:
                Contact.objects.filter(id=contact.id).update(device_time=met.happened_by(month.next()))
    returns = [*(closed_returns([cast.site], month)[0] for month in CLOSED)]
    returns += return_for(cast.alice.actor, cast.programme.id, MAY)
    pipe, foil, walked = str(world.pipe.id), str(world.foil.id), _walked(line)
    for one in returns:
        for part in Part:
            of_it, counts = walked[one.month, part is Part.LATE], one.closing is not None
            assert _told(one.part(part)) == _expected(of_it, one.month, pipe, foil, with_contacts=counts)
            if one.closing is not None:
                behind = members(counted_in(one.closing, one.site)[part])[0]
                assert sum(tally for rows in behind.values() for _, tally in rows) == sum(
                    m.tally for m in of_it.inside
                )
    # in one return at most, and nobody is new twice
    places = [id(met) for of_it in walked.values() for met in of_it.inside]
    assert len(places) == len(set(places))
    of_all = {_one_of(met.who) for of_it in walked.values() for met in of_it.inside if met.who is not None}
    new = [part[ALL_ROUTES].new_codes for one in returns for part in (one.own, one.late) if part]
    assert sum(new) <= len(of_all)


@dataclass(frozen=True)
class World:
    """What contacts refer to."""

    pipe: Item
    foil: Item
    kit: KitVersion  # a pipe and two foils
    people: list[Client]
    runs: dict[str, ImportRun]


def _world(cast: Cast, now: datetime) -> World:
    pipe = add_item(programme=cast.programme, name="Pipe", kind="safe_inhalation_pipe", by=SYSTEM, at=START)
    foil = add_item(programme=cast.programme, name="Foil", kind="foil", by=SYSTEM, at=START)
    kit = add_kit_version(
        programme=cast.programme, name="Kit", components={pipe: 1, foil: 2}, from_on=START.date(), by=SYSTEM, at=START
    )  # fmt: skip
    people = [Client.objects.create(programme=cast.programme, added_at=START) for _ in range(5)]
    runs = {
        "running": an_import_run(cast, ImportState.BROKEN), "imported": an_import_run(cast, ImportState.COMPLETE)
    }  # fmt: skip
    ImportRun.objects.filter(id=runs["running"].id).update(ended_at=now)
    for one, other, site in ((0, 1, cast.site), (2, 3, cast.other_site)):
        ClientMerge.objects.create(
            programme=cast.programme, kept=people[one], merged=people[other], sites=[str(site.id)], merged_at=START,
            merged_by=SYSTEM.id,
        )  # fmt: skip
    return World(pipe, foil, kit, people, runs)


def _write(cast: Cast, world: World, line: list[Met], now: datetime) -> list[Contact]:
    written = []
    for met in line:
        contact = Contact.objects.create(
            programme=cast.programme, site=cast.site if met.here else cast.other_site, route=met.route,
            kind="tally" if met.who is None else "single", tally=met.tally, is_anonymous=met.who is None,
            client=None if met.who is None else world.people[met.who], on_behalf_of_nothing="not_recorded",
            device_time=met.happened, server_time=met.arrived, recorded_by=SYSTEM.id,
            import_run=world.runs.get(met.state), withdrawn_at=now if met.state == "withdrawn" else None,
            withdrawn_by=SYSTEM.id if met.state == "withdrawn" else None,
        )  # fmt: skip
        same = {"programme": cast.programme, "contact": contact, "returned_nothing": "not_recorded"}
        if met.pipes:
            KitLine.objects.create(**same, item=world.pipe, quantity=met.pipes)
        if met.kits:
            KitLine.objects.create(**same, kit_version=world.kit, quantity=met.kits)
        written.append(contact)
    return written


def test_month_is_closed_once_in_order_after_it_was_reported(cast: Cast, now: datetime) -> None:
    """`now` is 2 March 2026; Alice reports for Harrowmere alone."""
    february, alice = Month(2026, 2), cast.alice.actor
    late = record_contact(
        draft=ContactDraft(site_id=cast.site.id, route=Route.PEER, device_time=now - timedelta(days=40)),
        by=cast.bob.actor, at=now - timedelta(days=39),
    )  # fmt: skip
    assert next_to_close(cast.site, now) == february
    with pytest.raises(Unready, match="Report it first"):
        close_month(site=cast.site, month=february, by=alice, at=now)
    for reporting, month in ((Reporting.COMPLETE, february), (Reporting.NONE, MARCH)):
        report_month(site=cast.site, month=month.first(), reporting=reporting, by=alice, at=now)
    run = an_import_run(cast)
    with pytest.raises(Unready, match="An import is not finished"):
        close_month(site=cast.site, month=february, by=alice, at=now)
    ImportRun.objects.filter(id=run.id).update(state=ImportState.COMPLETE.value, ended_at=now)
    for who in ("bob", "priya", "chen", "dana", "stranger"):
        with pytest.raises(NotAllowed):
            close_month(site=cast.site, month=february, by=cast.everybody()[who], at=now)
    with pytest.raises(NotAllowed):
        close_month(site=cast.other_site, month=february, by=alice, at=now)
    close_month(site=cast.site, month=february, by=alice, at=now)
    assert len(events("month_closed")) == 1
    with pytest.raises(Unready, match="not opened again"):
        close_month(site=cast.site, month=february, by=alice, at=now)
    with pytest.raises(Unready, match="not over yet"):
        close_month(site=cast.site, month=MARCH, by=alice, at=now)
    may = now + timedelta(days=65)
    report_month(site=cast.site, month=APRIL.first(), reporting=Reporting.COMPLETE, by=alice, at=may)
    with pytest.raises(Unready, match="Close March 2026 first"):
        close_month(site=cast.site, month=APRIL, by=alice, at=may)
    withdraw_contact(contact=late, base_version=1, by=cast.bob.actor, at=now)
    (one,) = return_for(alice, cast.programme.id, february)
    assert one.is_reported and (one.own, one.late) == (
        {},
        {},
    )  # January's contact came before anything was returned
    close_month(site=cast.site, month=MARCH, by=alice, at=may)
    assert not return_for(alice, cast.programme.id, MARCH)[0].is_reported
    assert [row.site.name for row in return_for(alice, cast.programme.id, APRIL)] == ["Harrowmere"]
    assert return_for(cast.bob.actor, cast.programme.id, APRIL) == []
