"""Dates as they are written: what can be read one way, what could be either, and that a format reads what it was found in."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from throughline.exchange.table.dates import Order, reading_of, written_dates
from throughline.exchange.table.mapping import ISO, pattern_of

SHAPES = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%y",
    "%d-%m-%Y %H:%M",
    "%Y/%m/%d",
    "%d %b %Y",
    "%d-%B-%y",
    "%b %d, %Y",
    "%d/%m/%Y %I:%M %p",
)
DAYS = st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31))  # noqa: DTZ001 - written without a zone


@given(st.lists(st.tuples(DAYS, st.sampled_from(SHAPES)), min_size=1, max_size=30))
def test_written_dates_count_each_cell_once_and_read_what_was_written(
    cells: list[tuple[datetime, str]],
) -> None:
    written = [(moment.strftime(shape), 1) for moment, shape in cells]
    found = written_dates(written)
    assert sum(found.only.values()) + sum(found.either.values()) + sum(found.same.values()) == len(cells)
    assert found.strange == 0 and sum(found.years.values()) == len(cells)
    for (text, _count), (moment, shape) in zip(written, cells, strict=True):
        order = Order.MONTH_FIRST if shape.startswith("%m") else Order.DAY_FIRST
        form = next(form for form in found.formats(order) if _reads(text, form))
        assert datetime.strptime(text, pattern_of(form)).date() == moment.date()  # noqa: DTZ007 - as above


def _reads(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, pattern_of(form))  # noqa: DTZ007 - as above
    except ValueError:
        return False
    return True


def test_ambiguous_cells_are_counted_apart_and_wait_for_an_order() -> None:
    found = written_dates([("03/04/2026", 5), ("13/04/2026", 2), ("05/05/2026", 1), ("2026-04-03", 4), ("46115", 3), ("soon", 1), ("31/31/2026", 1)])  # fmt: skip
    assert found.is_to_be_asked and sum(found.either.values()) == 5 and sum(found.same.values()) == 1
    assert (found.only_in(Order.DAY_FIRST), found.only_in(Order.MONTH_FIRST)) == (2, 0)
    assert (found.strange, found.day_counts, found.only[ISO]) == (5, 3, 4)
    assert found.formats(Order.MONTH_FIRST) == ("MM/DD/YYYY", "DD/MM/YYYY")
    assert found.evident is Order.DAY_FIRST
    read = reading_of("03/04/26")
    assert read is not None and read.day_first == "DD/MM/YY" and date(2026, 4, 3).year == read.year
