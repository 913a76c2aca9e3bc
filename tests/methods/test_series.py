"""Interrupted series against statsmodels, a restricted likelihood in dense matrices, and a city's naloxone counts."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from tests.methods.oracles import generalised_least_squares, poisson_regression, t_test
from throughline.methods import segmented_fits
from throughline.methods.series import (
    AR1_METHOD,
    METHOD,
    NEWEY_WEST_METHOD,
    SeriesMonth,
    SiteSeries,
    arrays_of,
    interrupted,
    used_months,
)
from throughline.methods.series_together import arms_apart, controlled, together
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import ArmKind

FIRST = Month(2024, 1)
NOT_REPORTED = Nothing.NOT_RECORDED


def month_at(place: int) -> Month:
    return FIRST.before(-place)


def a_series(
    seed: int,
    *,
    before: int = 10,
    after: int = 9,
    site: str = "aston",
    arm: ArmKind = ArmKind.INTERVENTION,
    gaps: tuple[int, ...] = (),
    change: float = 0.3,
) -> SiteSeries:
    """Counts that scatter more than Poisson's; `gaps` are months that were not reported."""
    rng = np.random.default_rng(seed)
    months = []
    for place in range(before + after):
        exposure = float(rng.uniform(80, 160))
        since = place - before
        rate = math.exp(-1 + 0.02 * place + (change + 0.03 * since) * (since >= 0))
        count = int(rng.negative_binomial(8, 8 / (8 + rate * exposure)))
        months.append(SeriesMonth(month_at(place), NOT_REPORTED if place in gaps else count, exposure))
    return SiteSeries(site, arm, tuple(months), month_at(before))


def design_of(series: SiteSeries) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Written for itself: x with its season from 24 months on, counts, hours, months since the first."""
    held = [(place, one) for place, one in enumerate(series.months) if isinstance(one.count, int)]
    start = next(place for place, one in enumerate(series.months) if one.month == series.starts)
    rows = []
    for place, one in held:
        row = [1.0, place - start, float(place >= start), float(max(place - start, 0))]
        if len(held) >= 24:
            turn = 2 * math.pi * (one.month.year * 12 + one.month.month - 1) / 12
            row += [math.sin(turn), math.cos(turn)]
        rows.append(row)
    numbers = np.array([place for place, _ in held])
    return (
        np.array(rows),
        np.array([one.count for _, one in held]),
        np.array([one.exposure for _, one in held]),
        numbers,
    )


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.integers(8, 16), st.integers(8, 14), st.booleans())
def test_a_site_is_fitted_as_statsmodels_fits_it(seed: int, before: int, after: int, has_gap: bool) -> None:
    gaps = (before - 3, before + 2) if has_gap and min(before, after) > 9 else ()
    series = a_series(seed, before=before, after=after, gaps=gaps)
    found = interrupted(series, is_rate=True)
    assert found.main is not None and found.main.method == METHOD, found.refused
    assert (found.n, found.missing.not_recorded) == (before + after - len(gaps), len(gaps))
    x, y, hours, place = design_of(series)
    assert found.has_season is (y.size >= 24) and found.main.df == y.size - x.shape[1]
    glm = poisson_regression(y, x, hours, scale="X2")
    for ratio, at in ((found.main.level, 2), (found.main.slope, 3)):
        assert ratio.log == pytest.approx(glm.params[at], abs=1e-7)
        assert ratio.standard_error == pytest.approx(glm.bse[at], rel=1e-6)
        half = stats.t.ppf(0.975, glm.df_resid) * glm.bse[at]
        assert ratio.interval.high == pytest.approx(math.exp(glm.params[at] + half), rel=1e-6)
    assert found.main.extra == pytest.approx(glm.scale, rel=1e-6)
    beside = {fit.method: fit for fit in found.beside}
    if not gaps:
        kept = beside[NEWEY_WEST_METHOD]
        hac = poisson_regression(
            y, x, hours, cov_type="HAC", cov_kwds={"maxlags": int(kept.extra), "use_correction": True}
        )
        assert kept.slope.standard_error == pytest.approx(hac.bse[3], rel=1e-6)
        assert kept.level.log == found.main.level.log
    rho = beside[AR1_METHOD].extra
    gls = generalised_least_squares(np.log(y / hours), x, rho ** np.abs(place[:, None] - place[None, :]))
    assert beside[AR1_METHOD].level.log == pytest.approx(gls.params[2], abs=1e-8)
    assert beside[AR1_METHOD].level.standard_error == pytest.approx(gls.bse[2], rel=1e-8)
    # Its correlation is the best of the restricted likelihood, written out with whole matrices.
    best = dense_likelihood(rho, x, np.log(y / hours), place)
    assert all(
        best >= dense_likelihood(r, x, np.log(y / hours), place) - 1e-6 for r in np.linspace(-0.94, 0.97, 40)
    )


def dense_likelihood(rho: float, x: NDArray[Any], y: NDArray[Any], place: NDArray[Any]) -> float:
    apart = np.abs(place[:, None] - place[None, :])
    correlation = np.sign(rho) ** apart * abs(rho) ** apart if rho else np.eye(y.size)
    inverse = np.linalg.inv(correlation)
    crossed = x.T @ inverse @ x
    rest = y - x @ np.linalg.solve(crossed, x.T @ inverse @ y)
    df = y.size - x.shape[1]
    logs = np.linalg.slogdet(correlation)[1] + np.linalg.slogdet(crossed)[1]
    return float(-0.5 * (df * math.log(float(rest @ inverse @ rest) / df) + logs))


def test_newey_west_keeps_the_calendars_distance_over_a_gap() -> None:
    series = a_series(5, before=12, after=11, gaps=(4, 5, 15))
    x, y, hours, month = arrays_of(series, used_months(series, True), True)
    found = segmented_fits.newey_west(x, y, hours, month, np.zeros(y.size, dtype=np.int64))
    mu = np.exp(x @ found.coefficients) * hours
    bread = np.linalg.inv((x * mu[:, None]).T @ x)
    lags, middle = int(found.extra), np.zeros((4, 4))
    for one in range(y.size):
        for other in range(y.size):
            apart = abs(int(month[one] - month[other]))
            if apart <= lags:
                both = (y[one] - mu[one]) * (y[other] - mu[other])
                middle += (1 - apart / (lags + 1)) * both * np.outer(x[one], x[other])
    assert found.covariance == pytest.approx(bread @ middle @ bread * y.size / (y.size - 4), rel=1e-9)


def test_sites_are_averaged_set_against_each_other_and_fitted_with_interaction() -> None:
    treated = [a_series(n, site=f"t{n}", change=0.5) for n in range(3)]
    compared = [a_series(9 + n, site=f"c{n}", arm=ArmKind.COMPARISON, before=11, after=10) for n in range(3)]
    found = [interrupted(series, is_rate=True) for series in (*treated, *compared)]
    logs = [one.main.level.log for one in found if one.main]
    mean = together(found[:3])
    assert mean.level.ratio == pytest.approx(math.exp(np.mean(logs[:3])))
    assert (mean.df, mean.sites, mean.n) == (2, ("t0", "t1", "t2"), 57)
    low, high = stats.t.interval(0.95, 2, loc=np.mean(logs[:3]), scale=stats.sem(logs[:3]))
    assert (mean.level.interval.low, mean.level.interval.high) == (
        pytest.approx(math.exp(low)),
        pytest.approx(math.exp(high)),
    )
    apart = arms_apart(found)
    test = t_test(logs[:3], logs[3:])
    assert (
        apart.level.log / apart.level.standard_error == pytest.approx(test.statistic) and apart.df == test.df
    )
    # The interaction of one site with one: the difference of their own fits, one dispersion.
    pair, wide = controlled([treated[0], compared[0]], is_rate=True)
    assert pair.level.log == pytest.approx(logs[0] - logs[3], abs=1e-7)
    parts = [design_of(series) for series in (treated[0], compared[0])]
    mine = np.vstack([np.hstack([part[0], part[0] * (number == 0)]) for number, part in enumerate(parts)])
    glm = poisson_regression(
        np.concatenate([part[1] for part in parts]),
        mine,
        np.concatenate([part[2] for part in parts]),
        scale="X2",
    )
    assert pair.slope.log == pytest.approx(glm.params[7], abs=1e-7)
    assert pair.slope.standard_error == pytest.approx(glm.bse[7], rel=1e-6)
    assert (pair.df, pair.extra, wide.method) == (glm.df_resid, pytest.approx(glm.scale), NEWEY_WEST_METHOD)
    with pytest.raises(Unready, match="at least 2 in each"):
        arms_apart(found[:4])
    with pytest.raises(Unready, match="nothing to set against"):
        controlled(treated, is_rate=True)


@pytest.mark.parametrize(
    ("before", "after", "counts", "is_rate", "sentence"),
    [
        (7, 9, range(5, 21), False, "described and not fitted"),
        (9, 9, [4] * 18, False, "the same number"),
        (9, 9, [0] * 9 + [3, 4] * 4 + [2], False, "a ratio to nothing"),
        (9, 9, [3, 4] * 4 + [2] + [5] + [0] * 8, False, "run away"),
        (0, 18, range(1, 19), False, "nothing to compare"),
        (9, 9, [2**n for n in range(18)], False, "lie on the fitted lines exactly"),
        (9, 9, range(1, 19), True, "counts, not rates"),
    ],
)
def test_what_cannot_be_fitted_is_described_and_says_why(
    before: int, after: int, counts: Any, is_rate: bool, sentence: str
) -> None:
    months = tuple(SeriesMonth(month_at(n), count) for n, count in enumerate(counts))
    found = interrupted(SiteSeries("aston", ArmKind.INTERVENTION, months, month_at(before)), is_rate=is_rate)
    assert found.main is None and not found.beside and sentence in str(found.refused)
    if not is_rate:
        assert (found.before.months, found.after.months) == (before, after)
        assert found.before.counted + found.after.counted == sum(counts)


def test_a_month_not_reported_is_missing_and_a_zero_is_a_zero() -> None:
    series = a_series(3, before=10, after=10)
    gone = SiteSeries("aston", series.arm, tuple(SeriesMonth(m.month, NOT_REPORTED if n == 4 else m.count, m.exposure) for n, m in enumerate(series.months)), series.starts)  # fmt: skip
    zero = SiteSeries("aston", series.arm, tuple(SeriesMonth(m.month, 0 if n == 4 else m.count, m.exposure) for n, m in enumerate(series.months)), series.starts)  # fmt: skip
    missed, counted = interrupted(gone, is_rate=True), interrupted(zero, is_rate=True)
    assert missed.main and counted.main and missed.main.level.log != counted.main.level.log
    assert (missed.n, missed.missing.not_recorded, counted.n) == (19, 1, 20)
    assert AR1_METHOD in [fit.method for fit in missed.beside]
    assert AR1_METHOD not in [fit.method for fit in counted.beside] and "logarithm" in str(counted.notes[0])
    with pytest.raises(Invalid, match="not in order"):
        interrupted(SiteSeries("aston", series.arm, series.months[::-1], series.starts), is_rate=True)


@pytest.mark.realdata
def test_naloxone_counts_of_a_city_as_a_series(shared_data: Path) -> None:
    """Months of the emergency service's administrations in Winnipeg; the intervention month is one of ours, for the method."""
    with (shared_data / "service" / "winnipeg_naloxone_administrations_2024.csv").open(
        encoding="utf-8"
    ) as file:
        counts = Counter(row["dispatch_date"][:7] for row in csv.DictReader(file))
    held = sorted(counts)[1:-1]  # the first and the last month are not whole
    months = tuple(SeriesMonth(Month.parse(text), counts[text]) for text in held)
    starts = months[len(months) // 2].month
    found = interrupted(SiteSeries("winnipeg", ArmKind.INTERVENTION, months, starts), is_rate=False)
    assert found.main is not None and found.has_season and found.n == len(held) and len(found.beside) == 2
    series = SiteSeries(
        "winnipeg", ArmKind.INTERVENTION, tuple(SeriesMonth(m.month, m.count, 1.0) for m in months), starts
    )
    x, y, one, _ = design_of(series)
    glm = poisson_regression(y, x, one, scale="X2")
    assert found.main.level.ratio == pytest.approx(math.exp(glm.params[2]), rel=1e-7)
    assert found.main.slope.standard_error == pytest.approx(glm.bse[3], rel=1e-6)
    assert found.before.counted + found.after.counted == sum(counts[text] for text in held)
