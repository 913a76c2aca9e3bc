"""An interval for a share of records that come from several sites: whole sites are drawn, never records.

Estimates: the share of "yes" among all records of a group, where records of one site resemble each other.
Formula: with y_j of n_j at site j, share = sum y_j / sum n_j. S sites are drawn with replacement, S as many as there are,
    and the share is taken again; the interval holds the middle part (quantiles) of the draws.
Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 3.8.
Assumptions: sites are independent. With few sites the interval is too narrow; each result says so.
When not to use: with fewer than 5 sites, or where every site has the same share (there is nothing to draw from: no
    interval, and the reason); to compare arms (use `contrast`); for shares by a day where some are still open (use
    `competing_risks`, which draws in the same way). An interval that takes each record for itself would be too narrow
    by as much as records of a site resemble each other: there is none here.
Checked against: all draws that there are, enumerated; properties (tests/methods/test_intervals.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from throughline.methods.estimate import Interval
from throughline.vocabulary.errors import Invalid, Sentence

LEAST_SITES = 5
RESAMPLES = 1000

SITES_DRAWN = Sentence(
    "The interval comes from drawing whole sites again and again; with few sites it shows less uncertainty than there is."
)

SAME_SHARE = Sentence("Every site has the same share, so there is no scatter to take an interval from.")


def by_drawing_sites(
    counts: Mapping[str, tuple[int, int]],
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> tuple[Interval | None, Sentence | None]:
    """From yes and n of each site: the interval of their share, or why there is none; one of the two is None.

    Sites without a record (n of 0) are no sites of this share. Raises Invalid where yes is not within 0..n, or the level
    not within 0..1.
    """
    check_level(level)
    if any(not 0 <= yes <= n for yes, n in counts.values()):
        raise Invalid(Sentence("A site's yes lies between 0 and its n; correct the counts."))
    held = [counts[site] for site in sorted(counts) if counts[site][1]]
    if len(held) < LEAST_SITES:
        return None, Sentence(
            "Records come from %(count)s site; an interval by drawing sites needs at least %(least)s.",
            "Records come from %(count)s sites; an interval by drawing sites needs at least %(least)s.",
            count=len(held),
            least=LEAST_SITES,
        )
    yes, n = np.array(held, dtype=np.float64).T
    drawn = rng.multinomial(len(held), np.full(len(held), 1 / len(held)), size=resamples).astype(np.float64)
    if np.all(yes * n[0] == yes[0] * n):
        return None, SAME_SHARE
    low, high = np.quantile((drawn @ yes) / (drawn @ n), [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level), None


def check_level(level: float) -> None:
    """Raise Invalid unless the level of an interval lies strictly between 0 and 1."""
    if not 0 < level < 1:
        raise Invalid(
            Sentence(
                "The level of an interval lies between 0 and 1, such as 0.95; not %(level)s.", level=level
            )
        )
