"""Interrupted time series of monthly counts, site by site (`series_together`: over sites and against comparison sites).

Estimates: for each site, by which factor its count (or its count per open hour) changed at the intervention month (level)
    and by which factor more or less it then changed each month (slope), against the line that its months before run on.
Formula: log E(y_t) = log(exposure_t) + a + b t + c A_t + d t A_t (+ one yearly sine and cosine from 24 months on), t months
    since the intervention month, A_t 1 from it on; level = exp(c), slope = exp(d). Intervals from t(n - k): quasi-Poisson,
    Newey-West, and AR(1) by REML on the logarithm (`segmented_fits`).
Source: Wagner et al. (2002) J Clin Pharm Ther 27:299-309; Bernal, Cummins, Gasparrini (2017, 2018) Int J Epidemiol
    46:348-355 and 47:2082-2093; Turner et al. (2021) BMC Med Res Methodol 21:134.
Assumptions: in words with each result.
When not to use it: with fewer than 8 months on either side (description only); where nothing was counted on one side, or
    every month holds the same number (refused); where something else began in the same month at the same sites.
Checked against: statsmodels GLM and GLS, hand examples, the monthly naloxone counts of a city
    (tests/methods/test_series.py).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from throughline.methods import segmented_fits as fits
from throughline.methods.estimate import Interval, Missing
from throughline.methods.intervals import check_level
from throughline.methods.segmented_fits import Fit, Floats, Ints
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import ArmKind

METHOD = "series.quasi_poisson/1"
NEWEY_WEST_METHOD = "series.newey_west/1"
AR1_METHOD = "series.ar1_reml/1"

LEAST_MONTHS = 8
SEASON_FROM = 24
YEAR = 12

SAME_LINE = Sentence(
    "Without the programme, each site's months would have gone on along the line (on the logarithm) of its months before."
)
NOTHING_ELSE = Sentence("Nothing else that moves the count began in the intervention month.")
APART = Sentence("What is left of one month does not carry over into the next.")
FADES = Sentence("What is left of a month carries over into those after it, ever less.")
NOT_ALL = Sentence("Months that are missing would have been on the same lines as those that are there.")
CANNOT_SHOW = Sentence(
    "It cannot tell the programme from anything else that began in that month, nor a count that rose from one that was"
    " written down more completely. It counts contacts or things, not people."
)
TOO_NARROW = Sentence("In a series this short the Newey-West interval is known to be too narrow.")


@dataclass(frozen=True, slots=True)
class SeriesMonth:
    """A month's count, or which kind of nothing; `exposure` in hours (or whatever a rate is per), None where not known."""

    month: Month
    count: int | Nothing
    exposure: float | None = None


@dataclass(frozen=True, slots=True)
class SiteSeries:
    """A site's months in order. `starts`: the intervention month, the first that counts as with the programme.

    `name` is what sentences call the site; without one they take `site`, which tells it from others.
    """

    site: str
    arm: ArmKind
    months: tuple[SeriesMonth, ...]
    starts: Month
    name: str = ""

    @property
    def called(self) -> str:
        return self.name or self.site


@dataclass(frozen=True, slots=True)
class Ratio:
    """A factor with its interval; `log` and `standard_error` are on the logarithm."""

    ratio: float
    interval: Interval
    log: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class SegmentedFit:
    """Level and slope change of one fit. `extra`: dispersion, lags, or correlation from month to month, as `method` says."""

    level: Ratio
    slope: Ratio
    df: int
    extra: float
    method: str
    assumptions: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """What was counted in the months of one side that hold a number, and per what; `rate` is per month or per exposure."""

    months: int
    counted: int
    exposure: float
    rate: float | None


@dataclass(frozen=True, slots=True)
class SiteFound:
    """One site. `main` is None where only a description is given, and `refused` says why; `beside` are other fits."""

    site: str
    arm: ArmKind
    starts: Month
    is_rate: bool
    has_season: bool
    before: Described
    after: Described
    n: int
    missing: Missing
    main: SegmentedFit | None
    beside: tuple[SegmentedFit, ...]
    refused: Sentence | None
    notes: tuple[Sentence, ...]
    cannot_show: Sentence = CANNOT_SHOW


def interrupted(series: SiteSeries, *, is_rate: bool, level: float = 0.95) -> SiteFound:
    """One site's series. A refusal is in the result, beside the description that stays.

    Raises Invalid for months out of order or doubled, a count or exposure below 0, or a level outside 0..1.
    """
    check_level(level)
    _check(series)
    used = used_months(series, is_rate)
    before, after = _described(series, used, is_rate, False), _described(series, used, is_rate, True)
    main: SegmentedFit | None = None
    beside: list[SegmentedFit] = []
    notes: list[Sentence] = []
    refused = _why_not(series, used, before, after, is_rate)
    if refused is None:
        x, y, exposure, month = arrays_of(series, used, is_rate)
        try:
            main = _fit(
                fits.quasi_poisson(x, y, exposure), METHOD, (SAME_LINE, NOTHING_ELSE, APART, NOT_ALL), level
            )
            kept = fits.newey_west(x, y, exposure, month, np.zeros(y.size, dtype=np.int64))
            beside.append(
                _fit(kept, NEWEY_WEST_METHOD, (SAME_LINE, NOTHING_ELSE, FADES, NOT_ALL, TOO_NARROW), level)
            )
        except Unready as refusal:
            refused, main, beside = refusal.sentence, None, []
        else:
            _add_ar1(beside, notes, (x, y, exposure, month), level)
    return SiteFound(
        series.site, series.arm, series.starts, is_rate, has_season(used), before, after, len(used), _missing(series, used),
        main, tuple(beside), refused, tuple(notes),
    )  # fmt: skip


def arrays_of(
    series: SiteSeries, used: Sequence[SeriesMonth], is_rate: bool, *, may_season: bool = True
) -> tuple[Floats, Floats, Floats, Ints]:
    """x (1, t, A, tA, then the season where there is one), counts, exposure, months since the year 0."""
    month = np.array([_number(one.month) for one in used], dtype=np.int64)
    since = (month - _number(series.starts)).astype(np.float64)
    after = (since >= 0).astype(np.float64)
    x = np.column_stack([np.ones(since.size), since, after, since * after])
    if may_season and has_season(used):
        x = np.hstack([x, season_of(month)])
    y = np.array([one.count for one in used], dtype=np.float64)
    exposure = np.array([one.exposure if is_rate else 1.0 for one in used], dtype=np.float64)
    return x, y, exposure, month


def season_of(month: Ints) -> Floats:
    turn = 2 * np.pi * month / YEAR
    return np.column_stack([np.sin(turn), np.cos(turn)])


def _number(month: Month) -> int:
    return month.year * YEAR + month.month - 1


def used_months(series: SiteSeries, is_rate: bool) -> list[SeriesMonth]:
    """Months with a count, and an exposure above 0 where a rate is asked."""
    return [
        one for one in series.months if not isinstance(one.count, Nothing) and (not is_rate or one.exposure)
    ]


def has_season(used: Sequence[SeriesMonth]) -> bool:
    return len(used) >= SEASON_FROM


def _missing(series: SiteSeries, used: Sequence[SeriesMonth]) -> Missing:
    """By kind; a month whose exposure is not known is not recorded, and one with an exposure of 0 has no rate."""
    held = {one.month for one in used}
    counts = dict.fromkeys((kind.value for kind in Nothing), 0)
    for one in series.months:
        if one.month not in held:
            unknown = Nothing.NOT_RECORDED if one.exposure is None else Nothing.NOT_APPLICABLE
            counts[(one.count if isinstance(one.count, Nothing) else unknown).value] += 1
    return Missing.from_counts(counts)


def _described(series: SiteSeries, used: Sequence[SeriesMonth], is_rate: bool, is_after: bool) -> Described:
    own = [one for one in used if (one.month >= series.starts) == is_after]
    counted = sum(one.count for one in own if not isinstance(one.count, Nothing))
    exposure = sum(one.exposure or 0.0 for one in own) if is_rate else float(len(own))
    return Described(len(own), counted, exposure, counted / exposure if exposure else None)


def _why_not(
    series: SiteSeries, used: Sequence[SeriesMonth], before: Described, after: Described, is_rate: bool
) -> Sentence | None:
    if is_rate and not any(one.exposure for one in series.months):
        return Sentence(
            "%(site)s has no month with open hours, so that there are counts, not rates. Record open hours, or ask for counts.",
            site=series.called,
        )
    numbers = {
        "site": series.called,
        "month": series.starts,
        "before": before.months,
        "after": after.months,
    }
    if not before.months or not after.months:
        return Sentence(
            "The intervention month %(month)s of %(site)s leaves %(before)s months before it and %(after)s from it on: there"
            " is nothing to compare.",
            **numbers,
        )
    if min(before.months, after.months) < LEAST_MONTHS:
        return Sentence(
            "%(site)s has %(before)s months before %(month)s and %(after)s from it on that hold a number. With fewer than"
            " %(least)s on either side its months are described and not fitted.",
            least=LEAST_MONTHS,
            **numbers,
        )
    if len({_rate(one, is_rate) for one in used}) == 1:
        return Sentence(
            "Every month of %(site)s holds the same number, so that there is no change to estimate and no scatter to judge it"
            " by.",
            site=series.called,
        )
    if not before.counted or not after.counted:
        return Sentence(
            "On one side of %(month)s nothing was counted at %(site)s: a ratio to nothing is no number.",
            **numbers,
        )
    return None


def _rate(one: SeriesMonth, is_rate: bool) -> float:
    count = 0 if isinstance(one.count, Nothing) else one.count
    return count / one.exposure if is_rate and one.exposure else float(count)


def _add_ar1(
    beside: list[SegmentedFit],
    notes: list[Sentence],
    arrays: tuple[Floats, Floats, Floats, Ints],
    level: float,
) -> None:
    x, y, exposure, month = arrays
    if not np.all(y > 0):
        notes.append(
            Sentence(
                "A month counts 0, whose logarithm is no number: there is no fit with correlation from month to month."
            )
        )
        return
    try:
        found = fits.ar1_reml(x, np.log(y / exposure), month)
    except Unready as refusal:
        notes.append(refusal.sentence)
    else:
        beside.append(_fit(found, AR1_METHOD, (SAME_LINE, NOTHING_ELSE, FADES, NOT_ALL), level))


def _fit(found: Fit, method: str, assumptions: tuple[Sentence, ...], level: float) -> SegmentedFit:
    level_change, slope_change = ratios_of(found, (2, 3), level)
    return SegmentedFit(level_change, slope_change, found.df, found.extra, method, assumptions)


def ratios_of(found: Fit, places: tuple[int, int], level: float) -> list[Ratio]:
    return [
        ratio_of(float(found.coefficients[place]), math.sqrt(found.covariance[place, place]), found.df, level)
        for place in places
    ]


def ratio_of(log: float, error: float, df: int, level: float) -> Ratio:
    half = float(special.stdtrit(df, 0.5 + level / 2)) * error
    low, high = _exp(log - half), _exp(log + half)
    return Ratio(_exp(log), Interval(low, high, level), log, error)


def _exp(log: float) -> float:
    """Held within what a number can be written as: an interval of three sites may run far."""
    return math.exp(min(max(log, -700.0), 700.0))


def _check(series: SiteSeries) -> None:
    months = [one.month for one in series.months]
    if any(later <= earlier for earlier, later in itertools.pairwise(months)):
        raise Invalid(
            Sentence(
                "The months of %(site)s are not in order, or one stands there twice.", site=series.called
            )
        )
    for one in series.months:
        if (not isinstance(one.count, Nothing) and one.count < 0) or (one.exposure or 0) < 0:
            raise Invalid(
                Sentence(
                    "%(month)s of %(site)s is below 0; a count and an exposure are 0 or more.",
                    month=one.month, site=series.called,
                )
            )  # fmt: skip
