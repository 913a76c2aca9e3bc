from operator import itemgetter
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.oracles import cumulative_incidence as another
from tests.methods.oracles import share_with_end
from throughline.methods import competing_risks
from throughline.methods.competing_risks import cumulative_incidence, share_by_day
from throughline.vocabulary.errors import Invalid, Unready

CAUSES = ("declined_by_person", "entered", "in_custody")
rows = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from((*CAUSES, "open")), st.sampled_from("abcdefg")),
    min_size=1,
    max_size=60,
)
Rows = list[tuple[int, str, str]]


def generator() -> np.random.Generator:
    return np.random.default_rng(11)


def columns(table: Rows) -> tuple[list[float], list[str], list[str]]:
    return [float(day) for day, _, _ in table], [end for _, end, _ in table], [site for _, _, site in table]


def test_share_by_day_by_hand() -> None:
    # n(2)=6: one enters, 1/6. n(5)=5: one declines; S goes 5/6 -> 4/6. Day 6 one leaves sight open.
    # n(8)=3: one enters, (4/6)(1/3)=2/9; S=4/9. n(12)=2: one in custody 2/9, one open.
    table: Rows = [
        (2, "entered", "a"),
        (5, "declined_by_person", "a"),
        (6, "open", "b"),
        (8, "entered", "b"),
        (12, "in_custody", "c"),
        (12, "open", "c"),
    ]
    found = cumulative_incidence(*columns(table), at=(1, 2, 7, 8, 12), rng=generator())
    assert [row.share for row in found.by_day] == pytest.approx(
        [0, 1 / 6, 1 / 6, 1 / 6 + 2 / 9, 1 / 6 + 2 / 9]
    )
    assert [row.at_risk for row in found.by_day] == [6, 6, 3, 3, 2]
    last = found.by_day[-1]
    assert dict(last.by_end) == pytest.approx(
        {"entered": 7 / 18, "declined_by_person": 1 / 6, "in_custody": 2 / 9}
    )
    assert last.still_open == pytest.approx(2 / 9)
    assert (found.n, found.n_open, found.n_sites) == (6, 2, 3)
    assert found.method == "competing_risks.aalen_johansen/2"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # statsmodels' own standard errors, not used here
@given(rows)
def test_share_agrees_with_statsmodels(table: Rows) -> None:
    if not any(end != "open" for _, end, _ in table):
        return
    status = np.array([0 if end == "open" else CAUSES.index(end) + 1 for _, end, _ in table])
    # statsmodels numbers ends without gaps; a last end that nobody had is added far beyond and changes nothing before.
    time = np.array([day for day, _, _ in table] + [900.0, 901.0, 902.0])
    status = np.append(status, [1, 2, 3])
    ours = [*table, (900, CAUSES[0], "a"), (901, CAUSES[1], "b"), (902, CAUSES[2], "c")]
    theirs = another(time, status)
    found = cumulative_incidence(*columns(ours), at=(0, 7, 28, 40), rng=generator())
    for row in found.by_day:
        place = np.searchsorted(theirs.times, row.day, side="right") - 1
        for number, cause in enumerate(CAUSES):
            expected = theirs.cinc[number][place] if place >= 0 else 0.0
            assert row.by_end[cause] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from((*CAUSES, "open")), st.just("a")),
        min_size=1,
        max_size=40,
        unique_by=itemgetter(0),
    )
)
def test_share_agrees_with_lifelines(table: Rows) -> None:
    """One end a day: lifelines moves those that share one. Its time begins after 0, so that all days are one later."""
    days, ends, sites = columns(table)
    found = cumulative_incidence(days, ends, sites, at=(0, 7, 28, 90), rng=generator())
    status = [0 if end == "open" else CAUSES.index(end) + 1 for end in ends]
    for number in {*status} - {0}:
        theirs = share_with_end([day + 1 for day in days], status, number)
        for row in found.by_day:
            if row.share is not None:
                share = theirs[theirs.index <= row.day + 1].iloc[-1]
                assert row.by_end[CAUSES[number - 1]] == pytest.approx(share, abs=1e-9)


@given(rows)
def test_ends_and_still_open_add_up_to_one(table: Rows) -> None:
    for row in cumulative_incidence(*columns(table), at=(0, 7, 28), rng=generator(), resamples=20).by_day:
        if row.share is None:
            assert row.reason is not None
        else:
            assert row.still_open is not None
            assert sum(row.by_end.values()) + row.still_open == pytest.approx(1)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(CAUSES), st.sampled_from("abc")),
        min_size=1,
        max_size=50,
    )
)
def test_share_is_plain_share_where_nothing_is_open(table: Rows) -> None:
    found = cumulative_incidence(*columns(table), at=(7, 28, 90), rng=generator())
    for row in found.by_day:
        plain = sum(end == "entered" and day <= row.day for day, end, _ in table) / len(table)
        assert row.share == pytest.approx(plain)


@given(rows, st.randoms())
def test_order_of_rows_does_not_matter(table: Rows, random: Random) -> None:
    shuffled = list(table)
    random.shuffle(shuffled)
    one = cumulative_incidence(*columns(table), at=(7, 28), rng=generator(), resamples=50)
    two = cumulative_incidence(*columns(shuffled), at=(7, 28), rng=generator(), resamples=50)
    assert one == two


def test_share_beyond_last_watched_day_is_not_told() -> None:
    found = cumulative_incidence([3, 20, 20], ["entered", "open", "open"], ["a", "a", "b"], rng=generator())
    assert [row.share for row in found.by_day] == [pytest.approx(1 / 3), None, None]
    assert "No referral was watched for 28 days" in str(found.by_day[1].reason)


def test_share_is_told_for_ever_once_all_have_ended() -> None:
    found = cumulative_incidence([3, 5], ["entered", "expired"], ["a", "a"], rng=generator())
    assert [row.share for row in found.by_day] == [0.5, 0.5, 0.5]


def test_unplaced_end_counts_as_not_recorded() -> None:
    found = cumulative_incidence(
        [3, float("nan"), 5], ["entered", "entered", "expired"], ["a"] * 3, rng=generator()
    )
    assert (found.n, found.missing.not_recorded) == (2, 1)


def sites_table(n_sites: int, seed: int = 5) -> Rows:
    rng = np.random.default_rng(seed)
    table: Rows = []
    for number in range(n_sites):
        entering = rng.uniform(0.2, 0.6)
        for _ in range(80):
            end = "entered" if rng.random() < entering else "declined_by_person"
            day = int(rng.integers(0, 30))
            watched = int(rng.integers(20, 120))
            table.append((day, end, f"s{number}") if day <= watched else (watched, "open", f"s{number}"))
    return table


def test_interval_is_absent_under_five_sites() -> None:
    four = cumulative_incidence(*columns(sites_table(4)), rng=generator())
    five = cumulative_incidence(*columns(sites_table(5)), rng=generator())
    assert all(row.interval is None for row in four.by_day)
    assert "from 4 sites; an interval needs at least 5" in str(four.by_day[0].no_interval)
    for row in five.by_day:
        assert row.share is not None
        assert row.interval is not None
        assert row.interval.low < row.share < row.interval.high


def test_interval_agrees_with_resampling_rows_of_drawn_sites() -> None:
    table = sites_table(6)
    names = sorted({site for _, _, site in table})
    weights = np.random.default_rng(11).multinomial(6, np.full(6, 1 / 6), size=200)
    shares = []
    for draw in weights:
        drawn = [
            row
            for name, times in zip(names, draw, strict=True)
            for row in table
            if row[2] == name
            for _ in range(times)
        ]
        shares.append(
            cumulative_incidence(*columns(drawn), at=(28,), rng=generator(), resamples=1).by_day[0].share
        )
    low, high = np.quantile(np.array(shares, dtype=float), [0.025, 0.975])
    found = cumulative_incidence(*columns(table), at=(28,), rng=np.random.default_rng(11), resamples=200)
    interval = found.by_day[0].interval
    assert interval is not None
    assert (interval.low, interval.high) == (pytest.approx(low), pytest.approx(high))


def test_interval_of_a_day_is_the_same_whichever_days_are_asked_for_and_draws_are_gone_through_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table, made, curves = sites_table(6), [], competing_risks._curves

    def counted(counts: Any, weights: Any) -> Any:
        made.append(len(weights))
        return curves(counts, weights)

    monkeypatch.setattr(competing_risks, "_curves", counted)
    several = cumulative_incidence(*columns(table), at=(7, 14, 28), rng=generator(), resamples=50)
    assert made.count(50) == 1
    for row in several.by_day:
        alone = cumulative_incidence(*columns(table), at=(row.day,), rng=generator(), resamples=50)
        assert row == alone.by_day[0] and row.interval is not None


def test_interval_is_absent_where_few_draws_reach_the_day() -> None:
    table: Rows = [(10, "open", f"s{number}") for number in range(6)] + [
        (5, "entered", f"s{number}") for number in range(6)
    ]
    found = cumulative_incidence(*columns([*table, (40, "open", "s0")]), at=(28,), rng=generator())
    assert found.by_day[0].share is not None
    assert found.by_day[0].interval is None
    assert "Too few sites watched referrals for 28 days" in str(found.by_day[0].no_interval)


def test_interval_is_absent_where_every_site_has_the_same_share() -> None:
    table: Rows = [(day, "entered", f"s{number}") for number in range(6) for day in (10, 10, 20)]
    found = cumulative_incidence(*columns(table), at=(7, 10, 28), rng=generator())
    assert [row.share for row in found.by_day] == pytest.approx([0, 2 / 3, 1])
    for row in found.by_day:
        assert row.interval is None
        assert "Every site has the same share" in str(row.no_interval)


def test_one_minus_kaplan_meier_is_larger() -> None:
    """What the module warns of: treating other ends as censored gives a larger number."""
    table: Rows = [(1, "declined_by_person", "a")] * 5 + [(2, "entered", "a")] * 5
    right = cumulative_incidence(*columns(table), at=(7,), rng=generator())
    wrong = cumulative_incidence(
        *columns([(d, "open" if e == "declined_by_person" else e, s) for d, e, s in table]),
        at=(7,),
        rng=generator(),
    )
    assert (right.by_day[0].share, wrong.by_day[0].share) == (0.5, 1.0)


def test_broken_columns_are_refused() -> None:
    with pytest.raises(Invalid, match="equal length"):
        cumulative_incidence([1.0, 2.0], ["entered"], ["a", "b"], rng=generator())
    with pytest.raises(Invalid, match="whole number of days"):
        cumulative_incidence([-1.0], ["entered"], ["a"], rng=generator())
    with pytest.raises(Invalid, match="whole number of days"):
        cumulative_incidence([1.5], ["entered"], ["a"], rng=generator())
    with pytest.raises(Invalid, match="whole number of days"):
        cumulative_incidence([float("inf")], ["open"], ["a"], rng=generator())
    with pytest.raises(Invalid, match="at least one day"):
        cumulative_incidence([1.0], ["entered"], ["a"], at=(), rng=generator())
    with pytest.raises(Unready, match="No referral has a day"):
        cumulative_incidence([float("nan")], ["entered"], ["a"], rng=generator())


def test_every_end_of_the_list_is_kept_in_the_denominator() -> None:
    ends = [
        "entered",
        "rejected_by_receiver",
        "could_not_contact",
        "in_custody",
        "deceased",
        "closed_unknown",
    ]
    found = cumulative_incidence([1.0] * 6, ends, ["a"] * 6, at=(7,), rng=generator())
    assert dict(found.by_day[0].by_end) == pytest.approx(dict.fromkeys(ends, 1 / 6))


def test_share_of_one_group_by_a_day_is_that_of_the_curve() -> None:
    rng = np.random.default_rng(11)
    days = rng.integers(0, 200, size=120).astype(float)
    days[3] = np.nan
    ends = rng.choice(["entered", "declined", "unknown", "open"], size=120).tolist()
    whole = cumulative_incidence(days, ends, ["a"] * 120, rng=rng, at=(90,))
    one = share_by_day(days, ends, day=90)
    assert one.share == pytest.approx(whole.by_day[0].share)
    seen = [(day, end) for day, end in zip(days, ends, strict=True) if not np.isnan(day)]
    assert one.still_open == sum(end == "open" and day < 90 for day, end in seen) > 0
    assert (one.decided + one.still_open, one.missing.not_recorded) == (119, 1)


def test_share_of_one_group_is_none_where_nobody_was_watched_so_long() -> None:
    assert share_by_day([10, 20], ["open", "entered"], day=90).share == 1  # nobody was open after day 20
    none = share_by_day([10, 20], ["entered", "open"], day=90)
    assert (none.share, none.decided, none.still_open) == (None, 1, 1)
    assert share_by_day([], [], day=90).share is None
