"""Wilson's score interval for a share.

Estimates: the share p of "yes" among n values that were recorded as yes or no.
Formula: with z the normal quantile of the level and s = yes/n,
    centre = (s + z^2/2n) / (1 + z^2/n);  half = z/(1 + z^2/n) * sqrt(s(1-s)/n + z^2/4n^2).
    At yes = 0 the lower end is exactly 0 and at yes = n the upper end is exactly 1.
Source: Wilson (1927) JASA 22:209-212; Brown, Cai, DasGupta (2001) Statistical Science 16:101-133.
Assumptions: the n values are independent. Contacts of one person or one site are not, so the interval shows
    less uncertainty than there is; each result says so.
When not to use: to compare arms (use `contrast`, whose unit is the site), for shares by a day where some are
    still open (use `competing_risks`), or for a share of nothing (n = 0 is refused).
Checked against: statsmodels `proportion_confint(method="wilson")`; the values 0.0 and 0.2775 for 0 of 10;
    properties (holds the share, mirrors when yes and no are swapped, narrows as n grows).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri

from throughline.methods.estimate import Interval, Missing
from throughline.vocabulary.errors import Invalid, Sentence, Unready

METHOD = "intervals.wilson/1"

INDEPENDENCE = Sentence(
    "Every record is counted as if it stood alone; records of the same person or site resemble each other, "
    "so the true uncertainty is larger than the interval shows."
)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n recorded values; `missing` were neither yes nor no and are in neither n nor yes."""

    yes: int
    n: int
    missing: Missing
    share: float
    interval: Interval
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (INDEPENDENCE,)


def wilson(yes: int, n: int, *, level: float = 0.95, missing: Missing | None = None) -> Share:
    """The share yes/n with Wilson's interval.

    Raises Unready where n is 0 and Invalid where yes is not within 0..n or the level not within 0..1.
    """
    check_level(level)
    if n == 0:
        raise Unready(Sentence("There is no recorded value to take a share of."))
    if not 0 <= yes <= n:
        raise Invalid(Sentence("%(yes)s of %(n)s is not a share: count yes within 0 and n.", yes=yes, n=n))
    z = float(ndtri(0.5 + level / 2))
    share = yes / n
    shrink = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    half = z / shrink * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if yes == 0 else max(0.0, centre - half)
    high = 1.0 if yes == n else min(1.0, centre + half)
    return Share(yes, n, missing or Missing(), share, Interval(low, high, level))


def check_level(level: float) -> None:
    """Raise Invalid unless the level of an interval lies strictly between 0 and 1."""
    if not 0 < level < 1:
        raise Invalid(
            Sentence(
                "The level of an interval lies between 0 and 1, such as 0.95; not %(level)s.", level=level
            )
        )
