"""Dates that lie far outside their own file: typing mistakes and rows of another time. They are kept, and flagged.

The rule. A few dates at an end of the file (one in a thousand, at least one) are stray where the gap between them
and the next is longer than 30 days and than 20 times the usual gap; the usual gap is the one that nine in ten
successive dates do not exceed. So a file that is sparse throughout has no stray dates, and neither the shape of the
distribution nor how many dates are wrong on the other side matters. With fewer than 20 dates nothing is said.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

FEWEST = 20
SHARE = 1_000
LEAST_GAP = timedelta(days=30)
TIMES_USUAL = 20


def main_stretch(moments: Sequence[datetime]) -> tuple[datetime, datetime] | None:
    """The first and last moment that are not stray; None where there are too few to tell."""
    ordered = sorted(moments)
    if len(ordered) < FEWEST:
        return None
    gaps = [later - earlier for earlier, later in itertools.pairwise(ordered)]
    usual = sorted(gaps)[(len(gaps) * 9 + 9) // 10 - 1]
    limit = max(LEAST_GAP, TIMES_USUAL * usual)
    few = max(1, len(ordered) // SHARE)
    low = max((at + 1 for at in range(few) if gaps[at] > limit), default=0)
    high = max((at + 1 for at in range(few) if gaps[-1 - at] > limit), default=0)
    return ordered[low], ordered[len(ordered) - 1 - high]
