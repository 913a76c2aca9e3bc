"""Which formats the dates of a column are written in, and how many cells follow each. Pure; nothing is guessed for a cell.

A cell such as 13/04/2026 can be read in one order only; 03/04/2026 in two, and somebody who knows has to say which.
What is found is a `format` of a mapping (docs/mappings.md), so that a page and a mapping file read alike.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from throughline.exchange.table.mapping import ISO, as_iso, pattern_of

_PARTS = re.compile(
    r"(?P<a>\d{1,4})(?P<sep>[-/.]|[ ])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{4}|\d{1,2})(?P<gap>[ T]|, )?(?P<time>\d{1,2}[:.].*)?"
)
_WORDS = re.compile(
    r"(?:(?P<d1>\d{1,2})(?P<s1>[ -])(?P<m1>[A-Za-z]{3,9})(?P=s1)|(?P<m2>[A-Za-z]{3,9}) (?P<d2>\d{1,2}),? )"
    r"(?P<y>\d{4}|\d{2})(?P<gap>[ T]|, )?(?P<time>\d{1,2}[:.].*)?"
)
_TIME = re.compile(r"\d{1,2}([:.])\d{2}(?:\1(\d{2}))?( ?[AaPp][Mm])?")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:.{2,})?")
_OFFSET = re.compile(r"(?:Z|[+-]\d{2}(?::?\d{2})?)$")
FEWEST_TO_TELL = 5  # real dates, before their days tell anything
_DAY_COUNT = re.compile(r"[1-6]\d{4}(?:\.\d+)?")  # what a spreadsheet makes of days since 1900


class Order(StrEnum):
    """Which of two numbers is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class Reading:
    """How one cell can be read: by `only` one format, or by two of which either the day or the month comes first.

    `is_same`: both give the same day, as for 03/03/2026.
    """

    only: str = ""
    day_first: str = ""
    month_first: str = ""
    is_same: bool = False
    year: int = 0


@dataclass(frozen=True)
class WrittenDates:
    """How the cells of a column are written: format -> how many cells.

    `either` counts those that are another day in each order, by (day first, month first) format; `same` those that are the
    same in both. `strange` have no format; `day_counts` of these look like a number of days since 1900. `has_short_years`:
    years of two digits are among them. `years`: year -> cells of it.
    """

    only: dict[str, int]
    either: dict[tuple[str, str], int]
    same: dict[tuple[str, str], int]
    years: dict[int, int]
    strange: int = 0
    day_counts: int = 0
    has_short_years: bool = False
    early_days: int = 0  # of the ISO dates, those of the first twelve days of a month

    @property
    def is_to_be_asked(self) -> bool:
        """Whether some cells could be read in two orders."""
        return bool(self.either)

    def only_in(self, order: Order) -> int:
        """Cells of numbers alone that can be read in one order only."""
        first = "D" if order is Order.DAY_FIRST else "M"
        return sum(n for form, n in self.only.items() if form.startswith(first) and "MM" in form)

    @property
    def is_likely_swapped(self) -> bool:
        """Whether a spreadsheet program took months for days: it makes dates of what fits its order, and leaves the rest text.

        Then every real date has a day of 12 or less, and every one left as text a number above 12.
        """
        real, text = self.only.get(ISO, 0), self.only_in(Order.DAY_FIRST) + self.only_in(Order.MONTH_FIRST)
        return real >= FEWEST_TO_TELL and self.early_days == real and text > 0 and not self.either

    @property
    def evident(self) -> Order:
        """The order in which more cells can only be read; day first where neither is."""
        more_months = self.only_in(Order.MONTH_FIRST) > self.only_in(Order.DAY_FIRST)
        return Order.MONTH_FIRST if more_months else Order.DAY_FIRST

    def formats(self, order: Order | None) -> tuple[str, ...]:
        """The formats to read the column by, those of the chosen order before the other's; most frequent first.

        ISO 8601 is always understood and left out. Where cells could be either and no order is chosen, these have none.
        """
        found: Counter[str] = Counter(self.only)
        pairs = Counter(self.same) + Counter(self.either if order else {})
        for pair, count in pairs.items():
            found[pair[(order or self.evident) is Order.MONTH_FIRST]] += count
        first = "M" if (order or self.evident) is Order.MONTH_FIRST else "D"
        ranked = sorted(found, key=lambda form: (not form.startswith(first), -found[form], form))
        return tuple(form for form in ranked if form != ISO)


def written_dates(cells: Iterable[tuple[str, int]]) -> WrittenDates:
    """The formats of a column's distinct cells, each with how often it stands there; empty cells are left out."""
    only: Counter[str] = Counter()
    either: Counter[tuple[str, str]] = Counter()
    same: Counter[tuple[str, str]] = Counter()
    years: Counter[int] = Counter()
    strange = day_counts = early = 0
    is_short = False
    for cell, count in cells:
        read = reading_of(cell)
        if read is None:
            strange += count
            day_counts += count if _DAY_COUNT.fullmatch(cell) else 0
            continue
        if read.only:
            only[read.only] += count
            early += count if read.only == ISO and int(cell[8:10]) <= 12 else 0
        else:
            (same if read.is_same else either)[(read.day_first, read.month_first)] += count
        years[read.year] += count
        is_short = is_short or not any(long in (read.only or read.day_first) for long in ("YYYY", "%Y", ISO))
    return WrittenDates(
        dict(only), dict(either), dict(same), dict(years), strange, day_counts, has_short_years=is_short, early_days=early
    )  # fmt: skip


@functools.lru_cache(maxsize=4096)
def reading_of(cell: str) -> Reading | None:
    """How a cell can be read as a day, perhaps with a time; None where it cannot."""
    bare = as_iso(cell)
    if _ISO_DAY.fullmatch(bare) and (bare == cell or _OFFSET.search(cell)):
        try:
            return Reading(ISO, year=datetime.fromisoformat(bare).year)
        except ValueError:
            return None
    found = _PARTS.fullmatch(cell)
    if found is not None:
        return _of_numbers(cell, found)
    found = _WORDS.fullmatch(cell)
    return _of_words(cell, found) if found is not None else None


def is_time(cell: str) -> bool:
    """Whether a cell is a time of the day alone."""
    return _TIME.fullmatch(cell) is not None


def time_formats(cells: Iterable[str]) -> tuple[str, ...]:
    """The formats of cells that hold times alone; `9:05` and `09:05:00` need none."""
    found = (_time_form(cell) for cell in cells)
    return tuple(dict.fromkeys(form for form in found if form and form not in ("HH:mm", "HH:mm:ss")))


def _of_numbers(cell: str, found: re.Match[str]) -> Reading | None:
    sep, time = found["sep"], _tail(found)
    if time is None:
        return None
    if len(found["a"]) == 4:
        if len(found["c"]) > 2:
            return None
        return _first(cell, f"YYYY{sep}MM{sep}DD{time}")
    if len(found["a"]) > 2 or len(found["c"]) == 1:
        return None
    year = "Y" * len(found["c"])
    day_first, month_first = f"DD{sep}MM{sep}{year}{time}", f"MM{sep}DD{sep}{year}{time}"
    one, other = _read(cell, day_first), _read(cell, month_first)
    if one is not None and other is not None:
        return Reading(day_first=day_first, month_first=month_first, is_same=one == other, year=one.year)
    return _first(cell, day_first, month_first)


def _of_words(cell: str, found: re.Match[str]) -> Reading | None:
    time = _tail(found)
    if time is None:
        return None
    gap, year = found["gap"] or "", "%Y" if len(found["y"]) == 4 else "%y"
    clock = gap + pattern_of(time[len(gap) :]) if time else ""
    if found["d1"]:
        day = f"%d{found['s1']}MONTH{found['s1']}{year}{clock}"
    else:
        comma = "," if f"{found['d2']}," in cell else ""
        day = f"MONTH %d{comma} {year}{clock}"
    return _first(cell, day.replace("MONTH", "%b"), day.replace("MONTH", "%B"))


def _tail(found: re.Match[str]) -> str | None:
    """The format of the time behind a day, with what stands between; empty where there is none, None where it is no time."""
    if not found["time"]:
        return None if found["gap"] else ""
    form = _time_form(found["time"])
    return f"{found['gap']}{form}" if found["gap"] and form else None


def _time_form(cell: str) -> str:
    found = _TIME.fullmatch(cell)
    if found is None:
        return ""
    sep, half = found[1], found[3]
    form = f"{'hh' if half else 'HH'}{sep}mm" + (f"{sep}ss" if found[2] else "")
    return form + (f"{' ' if half.startswith(' ') else ''}am" if half else "")


def _first(cell: str, *forms: str) -> Reading | None:
    for form in forms:
        read = _read(cell, form)
        if read is not None:
            return Reading(form, year=read.year)
    return None


def _read(cell: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(cell, pattern_of(form))  # noqa: DTZ007 - only whether it can be read is asked
    except ValueError:
        return None
