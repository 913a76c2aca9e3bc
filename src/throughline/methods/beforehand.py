"""Whether the arms moved alike before the programme: the trend of each arm's months, and the headline at a date that is none.

Estimates: (1) the difference of the arms in the mean slope of a monthly share, over the months before; (2) the headline
    (`contrast`) of the later against the earlier half of the months before, as if the programme had begun in their middle.
Formula: (1) slope b_j of site j: least squares of the month's share y_jm on the month m, each month weighted by how many it
    counts (the slope of single answers on their months); the difference of the arms' means with one pooled variance, t(G-2).
    (2) c_j = share of the later months - share of the earlier ones; then as `contrast.site_change`.
Source: placebo dates and pre-period trends: Angrist and Pischke (2009) Mostly Harmless Econometrics, ch. 5.2; Roth (2022) Am
    Econ Rev Insights 4:305-322 (why passing such a test proves little).
Assumptions: within a month the recorded speak for those not recorded; sites are alike in scatter, as for the headline.
When not to use it: as a test that has to be passed before the headline is believed; with fewer than 4 months before.
Checked against: statsmodels' weighted least squares, scipy's t test (tests/methods/test_beforehand.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from throughline.methods.contrast import SiteChangeContrast, contrast_site_changes, difference_of_means
from throughline.methods.estimate import Interval, Missing
from throughline.methods.site_change import from_binary, site_changes
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import ArmKind, PhaseKind

TREND_METHOD = "beforehand.slopes/1"
PLACEBO_METHOD = "beforehand.placebo_date/1"
NONE_MISSING = Missing()
LEAST_MONTHS = 4  # of a site: two on either side of a date in their middle

STRAIGHT = Sentence(
    "Before the programme, a site's share moved by about as much from each month to the next."
)
RECORDED_ALIKE = Sentence("Within a month the recorded values speak for those that are not recorded.")
FEW_MONTHS = Sentence(
    "No site of one of the arms has %(least)s months with recorded values before the programme, so nothing is told of how they moved.",
    least=LEAST_MONTHS,
)
CANNOT_SHOW = Sentence(
    "That the arms moved alike before does not show that they would have gone on alike; and over a few months at a few sites a"
    " difference that matters can stay unseen. It is no test that the headline passes or fails."
)


@dataclass(frozen=True, slots=True)
class MonthBefore:
    """A month before the programme, counted from any fixed one: how many yes, how many no, and how many of each kind of nothing."""

    month: int
    yes: int
    no: int
    missing: Missing = NONE_MISSING


@dataclass(frozen=True, slots=True)
class SiteBefore:
    site: str
    arm: ArmKind
    months: tuple[MonthBefore, ...]

    @property
    def counted(self) -> tuple[MonthBefore, ...]:
        """Months with a recorded value, in order."""
        return tuple(sorted((one for one in self.months if one.yes + one.no), key=lambda one: one.month))


@dataclass(frozen=True, slots=True)
class Trends:
    """Change of the share by month (1: a hundred points), of the average site of each arm, and their difference. `n` counts recorded
    values and `missing` those that are not, at the sites of which it is; `left_out`: how many sites have too few months."""

    intervention: float
    comparison: float
    difference: float
    interval: Interval
    df: int
    n: int
    sites: int
    left_out: int
    missing: Missing
    method: str = TREND_METHOD
    assumptions: tuple[Sentence, ...] = (STRAIGHT, RECORDED_ALIKE)


@dataclass(frozen=True, slots=True)
class Placebo:
    """The headline at a date that is none. `smallest`: the fewest recorded values in a half of any site."""

    found: SiteChangeContrast
    smallest: int
    left_out: int
    method: str = PLACEBO_METHOD
    assumptions: tuple[Sentence, ...] = (RECORDED_ALIKE,)


def slope(site: SiteBefore) -> float:
    """Of the share on the month, weighted by how many it counts. Needs two months at least."""
    months = site.counted
    n = np.array([one.yes + one.no for one in months], dtype=np.float64)
    x = np.array([one.month - months[0].month for one in months], dtype=np.float64)
    y = np.array([one.yes for one in months], dtype=np.float64) / n
    x, y = x - np.average(x, weights=n), y - np.average(y, weights=n)
    return float((n * x * y).sum() / (n * x * x).sum())


def trends(sites: Sequence[SiteBefore], *, level: float = 0.95) -> Trends:
    """Raises Unready with fewer than 2 sites of enough months in an arm, or where nothing scatters."""
    kept = _with_months(sites)
    treated, compared = (
        np.array([slope(one) for one in kept if one.arm is arm], dtype=np.float64) for arm in ArmKind
    )
    difference, interval, df = difference_of_means(treated, compared, scale=1, level=level)
    return Trends(
        float(treated.mean()), float(compared.mean()), difference, interval, df,
        sum(month.yes + month.no for one in kept for month in one.counted), len(kept), len(sites) - len(kept),
        Missing.sum(month.missing for one in kept for month in one.months),
    )  # fmt: skip


def placebo(sites: Sequence[SiteBefore], *, level: float = 0.95) -> Placebo:
    """As if the programme had begun in the middle of each site's months before. Raises Unready as the headline does."""
    kept = _with_months(sites)
    cells, smallest = [], []
    for one in kept:
        months = one.counted
        date = months[len(months) // 2].month
        halves = (
            [month for month in one.months if month.month < date],
            [month for month in one.months if month.month >= date],
        )
        for phase, half in zip((PhaseKind.BEFORE, PhaseKind.AFTER), halves, strict=True):
            yes, no = sum(month.yes for month in half), sum(month.no for month in half)
            smallest.append(yes + no)
            missing = Missing.sum(month.missing for month in half)
            cells.append(
                from_binary(site=one.site, arm=one.arm, phase=phase, yes=yes, no=no, missing=missing)
            )
    found = contrast_site_changes(site_changes(cells), level=level)
    return Placebo(found, min(smallest), len(sites) - len(kept))


def _with_months(sites: Sequence[SiteBefore]) -> list[SiteBefore]:
    kept = [one for one in sites if len(one.counted) >= LEAST_MONTHS]
    if {one.arm for one in kept} != set(ArmKind):
        raise Unready(FEW_MONTHS)
    return kept
