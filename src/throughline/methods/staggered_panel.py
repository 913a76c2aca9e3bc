"""Sites by months as numbers, for `staggered`: values, and in which month each site begins.

Estimates: nothing itself; holds what `staggered` and its permutation take their differences from.
Formula: none. Months are numbered from the first that any site has, without gaps: a month that nobody has is a column of
    missing values, so that the month before a start is always the calendar's.
Source: none.
Assumptions: none.
When not to use it: for anything but months.
Checked against: tests/methods/test_staggered.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.periods import Month

NEVER = 1_000_000  # of a site that does not begin within the months watched: later than any


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """`values`: sites x months, nan where missing. `begins`: a month's number for each site, or NEVER."""

    sites: tuple[str, ...]
    first: Month
    values: NDArray[np.float64]
    begins: NDArray[np.int64]

    @property
    def months(self) -> int:
        return int(self.values.shape[1])

    @property
    def groups(self) -> tuple[int, ...]:
        """The months in which any site begins, in order."""
        return tuple(int(one) for one in np.unique(self.begins) if one != NEVER)


def panel_of(sites: Mapping[str, tuple[Month | None, Mapping[Month, float]]]) -> Panel:
    """From each site's month of beginning and its values. A start after the last month is none within the months watched.

    Raises Invalid for a value that is infinite.
    """
    months = [month for _, values in sites.values() for month in values]
    if not months:
        return Panel(tuple(sites), Month(1, 1), np.zeros((len(sites), 0)), np.full(len(sites), NEVER))
    first, count = min(months), _number(max(months)) - _number(min(months)) + 1
    values = np.full((len(sites), count), np.nan)
    begins = np.full(len(sites), NEVER, dtype=np.int64)
    for row, (site, (start, held)) in enumerate(sites.items()):
        for month, value in held.items():
            if np.isinf(value):
                raise Invalid(
                    Sentence("%(site)s has a value in %(month)s that is no number.", site=site, month=month)
                )
            values[row, _number(month) - _number(first)] = value
        if start is not None and _number(start) - _number(first) < count:
            begins[row] = _number(start) - _number(first)
    return Panel(tuple(sites), first, values, begins)


def month_at(panel: Panel, place: int) -> Month:
    return panel.first.before(-place)


def _number(month: Month) -> int:
    return month.year * 12 + month.month
