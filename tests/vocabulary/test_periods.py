"""Months, and days at a site."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.vocabulary.periods import Month, local_day

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


@given(DAYS)
def test_month_of_a_day_holds_it(day: date) -> None:
    month = Month.of(day)
    assert month.first() <= day < month.next().first()
    assert Month.parse(str(month)) == month


@given(DAYS, DAYS)
def test_months_order_as_their_text_and_their_days(one: date, other: date) -> None:
    first, second = Month.of(one), Month.of(other)
    assert (first < second) == (str(first) < str(second)) == (first.first() < second.first())


def test_month_next_over_the_year() -> None:
    assert Month(2025, 12).next() == Month(2026, 1)
    assert (Month(2026, 2).next().first() - Month(2026, 2).first()).days == 28


@pytest.mark.parametrize(
    "text", ["2026", "2026-1", "26-01", "2026-13", "2026-00", "2026/01", "", "2026-01-01", "0000-01"]
)
def test_month_parse_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        Month.parse(text)


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        # London's clocks go forward on 29 March 2026: 23:30 UTC is the next day from that day on.
        ("2026-03-28T23:30", "Europe/London", "2026-03-28"),
        ("2026-03-29T23:30", "Europe/London", "2026-03-30"),
        # and back on 25 October 2026.
        ("2026-10-24T23:30", "Europe/London", "2026-10-25"),
        ("2026-10-25T23:30", "Europe/London", "2026-10-25"),
        # The hour that happens twice is of one day both times.
        ("2026-10-25T00:30", "Europe/London", "2026-10-25"),
        ("2026-10-25T01:30", "Europe/London", "2026-10-25"),
        ("2026-03-02T04:30", "America/New_York", "2026-03-01"),
        # Samoa left out 30 December 2011 altogether.
        ("2011-12-30T09:30", "Pacific/Apia", "2011-12-29"),
        ("2011-12-30T10:30", "Pacific/Apia", "2011-12-31"),
        ("2026-03-02T12:00", "Pacific/Kiritimati", "2026-03-03"),
    ],
)
def test_local_day_is_the_sites(moment: str, zone: str, day: str) -> None:
    assert local_day(datetime.fromisoformat(moment).replace(tzinfo=UTC), zone) == date.fromisoformat(day)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2050, 1, 1)))  # noqa: DTZ001 (hypothesis wants naive bounds)
def test_local_day_is_within_a_day_of_utc(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    for zone in ("Europe/London", "Pacific/Auckland", "America/Anchorage"):
        assert abs(local_day(at, zone) - at.date()) <= timedelta(days=1)


def test_local_day_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 3, 2, 10), "Europe/London")  # noqa: DTZ001 (the naive value is what is refused)
