"""Which dates lie far outside their own file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from throughline.exchange.incidents_csv.strays import main_stretch

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
DAILY = [FIRST + timedelta(days=at) for at in range(400)]


def test_main_stretch_leaves_out_a_date_years_before_and_one_years_after() -> None:
    early, late = datetime(2002, 1, 1, tzinfo=UTC), datetime(2202, 1, 1, tzinfo=UTC)
    assert main_stretch([*DAILY, early]) == (DAILY[0], DAILY[-1])
    assert main_stretch([late, *DAILY, early]) == (DAILY[0], DAILY[-1])
    assert main_stretch(DAILY) == (DAILY[0], DAILY[-1])


def test_main_stretch_keeps_dates_after_a_month_without_any() -> None:
    assert main_stretch([*DAILY, DAILY[-1] + timedelta(days=30)]) == (
        DAILY[0],
        DAILY[-1] + timedelta(days=30),
    )
    assert main_stretch([*DAILY, DAILY[-1] + timedelta(days=31)]) == (DAILY[0], DAILY[-1])


def test_main_stretch_of_a_sparse_file_keeps_all() -> None:
    sparse = [FIRST + timedelta(days=60 * at) for at in range(25)]
    assert main_stretch(sparse) == (sparse[0], sparse[-1])


def test_main_stretch_of_more_than_a_few_dates_apart_keeps_them() -> None:
    """Two of 402 are too many to be a mistake: there the file simply has a gap."""
    earlier = [FIRST - timedelta(days=900), FIRST - timedelta(days=901)]
    assert main_stretch([*DAILY, *earlier]) == (earlier[1], DAILY[-1])


def test_main_stretch_of_few_dates_says_nothing() -> None:
    assert main_stretch(DAILY[:19]) is None
    assert main_stretch([]) is None


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=20, max_size=60))
def test_main_stretch_leaves_out_at_most_one_in_a_thousand_at_each_end(moments: list[datetime]) -> None:
    stretch = main_stretch(moments)
    assert stretch is not None
    assert sum(1 for moment in moments if moment < stretch[0]) <= 1
    assert sum(1 for moment in moments if moment > stretch[1]) <= 1
