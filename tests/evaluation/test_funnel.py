"""The funnel from a freeze against a count in plain Python, over worlds that Hypothesis draws."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.evaluation import oracle
from tests.evaluation.conftest import frozen
from tests.evaluation.oracle import Counted
from tests.evaluation.world import WContact, WNeed, World, WReferral, WSite, write
from tests.evaluation.worlds import of_six_sites
from throughline.evaluation.questions import funnel

SITES = (
    WSite("Aston", "intervention", "Pacific/Auckland", (("before", date(2025, 1, 1), date(2025, 1, 31)), ("after", date(2025, 2, 15), None))),
    WSite("Brook", "comparison", "America/Los_Angeles", (("before", date(2025, 1, 1), date(2025, 2, 14)), ("after", date(2025, 2, 15), date(2025, 3, 31)))),
    WSite("Cove"),
    WSite("Dale", "comparison"),
)  # fmt: skip
CODES = {("topic", "rock"): "crack_use", ("topic", "rent"): "housing", ("need_domain", "rent"): "housing"}
BYS = [(), ("route",), ("site",), ("arm", "phase"), ("route", "arm", "phase", "site")]

FIRST = datetime(2024, 12, 30, tzinfo=UTC)
moments = st.integers(0, 97 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
ENDS = (
    ("sent",), ("sent", "received"), ("sent", "accepted"), ("sent", "accepted", "entered"), ("sent", "entered", "completed"),
    ("sent", "rejected_by_receiver"), ("sent", "accepted", "declined_by_person"), ("sent", "in_custody"),
    ("sent", "in_custody", "entered"), ("sent", "could_not_contact"), (),
)  # fmt: skip


@st.composite
def referrals(draw: st.DrawFn) -> WReferral:
    at = draw(moments)
    source = draw(st.sampled_from(["receiver_confirmed", "unknown"]))
    events = tuple(
        (state, source, at + timedelta(days=n * draw(st.integers(0, 40))))
        for n, state in enumerate(draw(st.sampled_from(ENDS)))
    )
    return WReferral(events, draw(st.booleans()) or draw(st.booleans()))


needs = st.builds(
    WNeed,
    st.sampled_from(["housing", "rent", "legal"]),
    st.lists(st.sampled_from(["given_here", "referred", "advised", "nothing_possible"]), max_size=2).map(
        tuple
    ),
    st.lists(referrals(), max_size=2).map(tuple),
)
answers = st.sampled_from(
    ["told", "said_no", "not_asked", "declined", "dont_know", "not_applicable", "not_recorded"]
)
told = st.dictionaries(
    st.sampled_from(["crack_use", "rock", "housing", "rent", "court"]), answers, max_size=3
)


@st.composite
def contacts(draw: st.DrawFn) -> WContact:
    client = draw(st.none() | st.integers(1, 5))
    return WContact(
        site=draw(st.integers(0, 3)),
        at=draw(moments),
        route=draw(st.sampled_from(["service", "peer"])),
        client=client,
        tally=1 if client is not None else draw(st.sampled_from([1, 1, 4])),
        told=tuple(sorted(draw(told).items())),
        needs=draw(st.lists(needs, max_size=2).map(tuple)),
        run=draw(st.sampled_from([None, None, None, "complete", "running", "broken"])),
        is_withdrawn=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    merged = draw(st.sampled_from([{}, {2: 1}, {3: 2, 2: 1}, {5: 4}]))
    reported = draw(
        st.dictionaries(
            st.tuples(st.integers(0, 3), st.sampled_from([date(2025, month, 1) for month in range(1, 6)])),
            st.sampled_from(["complete", "partial", "none"]),
            max_size=6,
        )
    )
    months = tuple((site, month, said) for (site, month), said in reported.items())
    return World(SITES, draw(st.lists(contacts(), max_size=24).map(tuple)), merged, CODES, months=months)


def plain(counted: Counted | funnel.Counts) -> dict[tuple[str, ...], dict[str, dict[str, int]]]:
    """Without empty counts, with steps as words."""
    return {
        group: {
            str(step): {v: n for v, n in values.items() if n}
            for step, values in steps.items()
            if any(values.values())
        }
        for group, steps in counted.items()
    }


def _codes(world: World) -> dict[str, dict[str, int]]:
    with frozen(write(world)) as freeze:
        return plain(funnel.code_counts(freeze, (), 28))[()]


@pytest.mark.django_db(transaction=True)
def test_a_month_not_reported_makes_no_return_unknown_and_not_a_no() -> None:
    def met(day: date, client: int, site: int = 0) -> WContact:
        return WContact(site, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), client=client)

    contacts = (
        met(date(2025, 1, 20), 1), met(date(2025, 3, 20), 1),  # the window ends in February, of which nothing was reported
        met(date(2025, 1, 2), 2),  # the window ends in January, which was reported
        met(date(2025, 1, 20), 3), met(date(2025, 2, 10), 3),  # came back all the same
        met(date(2025, 1, 20), 4, site=1),  # at another site, which reported
        met(date(2025, 3, 4), 5),  # the window lies in March, reported in part
        met(date(2025, 6, 1), 6), met(date(2025, 6, 9), 6), met(date(2025, 7, 20), 7),
    )  # fmt: skip
    months = (
        (0, date(2025, 2, 1), "none"),
        (0, date(2025, 3, 1), "partial"),
        (1, date(2025, 2, 1), "complete"),
    )
    counted = _codes(World(SITES, contacts, months=months))
    assert counted["came_back"] == {"yes": 2, "no": 2, "not_recorded": 2, "open": 1}


@pytest.mark.django_db(transaction=True)
def test_an_end_that_nobody_told_of_stands_before_a_no() -> None:
    at = datetime(2025, 1, 6, 12, tzinfo=UTC)
    told = WReferral((("sent", None, at), ("declined_by_person", "person_said", at + timedelta(days=3))))
    unknown = WReferral((("sent", None, at), ("could_not_contact", "unknown", at + timedelta(days=9))))
    both = WContact(0, at, client=1, needs=(WNeed("housing", (), (told,)), WNeed("legal", (), (unknown,))))
    apart = tuple(
        WContact(0, at + timedelta(days=n), client=2, needs=(WNeed("housing", (), (one,)),))
        for n, one in enumerate((unknown, told))
    )
    counted = _codes(World(SITES, (both, *apart)))
    assert counted["accepted"] == counted["entered"] == {"dont_know": 2}


@pytest.mark.django_db(transaction=True)
def test_shares_entered_of_all_are_of_the_studys_sites_and_of_others_where_they_stand_apart() -> None:
    at = datetime(2025, 1, 6, 12, tzinfo=UTC)
    sent = WReferral((("sent", None, at),))
    contacts = tuple(
        WContact(site, at, client=10 * site + n, needs=(WNeed("housing", (), (sent,)),))
        for site, how_many in ((0, 4), (1, 3), (2, 9))  # Cove is outside the study
        for n in range(how_many)
    )
    with frozen(write(World(SITES, contacts))) as freeze:
        (whole,) = funnel.ask(freeze, rng=np.random.default_rng(1)).entered
        apart = funnel.ask(freeze, by=("arm",), rng=np.random.default_rng(1)).entered
    assert whole.incidence is not None and whole.incidence.n == 7
    assert {one.group: one.incidence.n for one in apart if one.incidence} == {
        ("comparison",): 3, ("intervention",): 4, ("none",): 9,
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=7, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(worlds(), st.permutations(BYS))
def test_funnel_agrees_with_a_count_in_plain_python(world: World, bys: list[tuple[str, ...]]) -> None:
    """Few worlds, large ones: to freeze one takes most of the time. Three of the splits each."""
    call_command("flush", interactive=False, verbosity=0)
    written = write(world)
    with frozen(written) as freeze:
        for by in bys[:3]:
            split = funnel.checked_splits(by)
            assert plain(funnel.contact_counts(freeze, split)) == plain(oracle.contacts_funnel(world, split))
            for window in (28, 90):
                counted = funnel.code_counts(freeze, split, window)
                assert plain(counted) == plain(oracle.codes_funnel(world, split, window))
            # What is counted also fits the arithmetic: denominators agree, whatever the world.
            funnel.ask(freeze, by=by, rng=np.random.default_rng(1))


@pytest.mark.django_db(transaction=True)
def test_shares_have_an_interval_where_five_sites_stand_behind_them_and_a_reason_where_not() -> None:
    world = of_six_sites()
    with frozen(write(world)) as freeze:
        whole = funnel.ask(freeze, rng=np.random.default_rng(1))
        arms = funnel.ask(freeze, by=("arm",), rng=np.random.default_rng(1))
        sites = funnel.ask(freeze, by=("site",), rng=np.random.default_rng(1))
    (group,) = whole.contacts
    told = next(row for row in group.steps if row.step == "crack_use_told")
    counted = oracle.contacts_funnel(world, ("site",))
    held = {
        site: (steps["crack_use_told"]["yes"], sum(steps["crack_use_told"].values()))
        for (site,), steps in counted.items()
    }
    assert told.interval is not None and told.share is not None
    assert min(yes / n for yes, n in held.values()) <= told.interval.low <= told.share <= told.interval.high
    for answer in (arms, sites):
        for group in (*answer.contacts, *answer.codes):
            assert all(row.interval is None and row.no_interval is not None for row in group.steps)
