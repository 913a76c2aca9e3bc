"""Moments as lists of other towns and programs write them. Pure: no database."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from throughline.exchange.table.cells import Cells, moment_in
from throughline.exchange.table.dates import reading_of
from throughline.exchange.table.mapping import ISO, Clock, When

NOW = datetime(2026, 3, 2, tzinfo=UTC)
AFTERNOON = datetime(2024, 3, 1, 20, 30, tzinfo=UTC)


def moment(cell: str, form: str, *, is_day: bool = False, zone: str = "America/Chicago") -> object:
    clock = Clock(column="when", format=(form,))
    when = When(date=clock) if is_day else When(at=clock)
    return moment_in(Cells(2, (cell,), {"when": 0}, {}), when, ZoneInfo(zone), NOW)


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("2024/03/01 20:30:00+00", "iso"),
        ("March 1, 2024 2:30 PM", "Mon D, YYYY hh:mm am"),
        ("3/1/2024 2:30 p.m.", "M/D/YYYY hh:mm am"),
        ("3/1/2024 2:30:00 P. M.", "MM/DD/YYYY hh:mm:ss am"),
    ],
)
def test_times_of_other_towns_are_read(cell: str, form: str) -> None:
    assert moment(cell, form) == AFTERNOON


def test_day_that_is_written_as_a_moment_elsewhere_is_the_day_here() -> None:
    of_a_map = moment("2024/02/29 23:00:00+00", "iso", is_day=True, zone="Europe/Berlin")
    assert of_a_map == datetime(2024, 3, 1, 11, tzinfo=UTC)
    assert moment("2024-03-01T00:00:00Z", "iso", is_day=True) == datetime(2024, 3, 1, 18, tzinfo=UTC)


def test_year_first_with_an_offset_needs_no_format() -> None:
    read = reading_of("2024/03/01 20:30:00+00")
    assert read is not None and (read.only, read.year) == (ISO, 2024)
    without = reading_of("2024/03/01 20:30:00")
    assert without is not None and without.only == "YYYY/MM/DD HH:mm:ss"
