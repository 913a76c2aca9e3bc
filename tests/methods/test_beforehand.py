"""How arms moved before the programme: against statsmodels and scipy, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from tests.methods.oracles import t_test
from throughline.methods.beforehand import MonthBefore, SiteBefore, placebo, slope, trends
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import ArmKind


def made(seed: int, months: int = 7) -> list[SiteBefore]:
    rng = np.random.default_rng(seed)
    return [
        SiteBefore(
            f"site {place}", ArmKind.INTERVENTION if place < 3 else ArmKind.COMPARISON,
            tuple(
                MonthBefore(24_300 + month, int(rng.binomial(n := int(rng.integers(20, 60)), 0.3 + 0.02 * month)), n // 2)
                for month in rng.permutation(months).tolist()
            ),
        )
        for place in range(7)
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_trends_are_weighted_least_squares_and_a_pooled_t(seed: int) -> None:
    sites = made(seed)
    slopes = []
    for one in sites:
        n = np.array([m.yes + m.no for m in one.months])
        share = np.array([m.yes for m in one.months]) / n
        fit = sm.WLS(
            share, sm.add_constant(np.array([m.month for m in one.months]) - 24_300.0), weights=n
        ).fit()
        slopes.append(float(fit.params[1]))
        assert slope(one) == pytest.approx(slopes[-1])
    found = trends(sites)
    oracle = t_test(slopes[:3], slopes[3:])
    span = oracle.confidence_interval(0.95)
    assert (found.interval.low, found.interval.high) == (pytest.approx(span.low), pytest.approx(span.high))
    assert found.difference == pytest.approx(np.mean(slopes[:3]) - np.mean(slopes[3:])) and found.df == 5


def test_a_placebo_date_is_the_headline_of_halves() -> None:
    sites = made(5)
    changes = []
    for one in sites:
        early, late = one.counted[:3], one.counted[3:]
        changes.append(
            sum(m.yes for m in late) / sum(m.yes + m.no for m in late)
            - sum(m.yes for m in early) / sum(m.yes + m.no for m in early)
        )
    found = placebo(sites)
    span = t_test(changes[:3], changes[3:]).confidence_interval(0.95)
    assert (found.found.interval.low, found.found.interval.high) == (
        pytest.approx(span.low),
        pytest.approx(span.high),
    )
    assert found.smallest >= 30 and found.left_out == 0
    assert found.found.missing == Missing()
    silent = MonthBefore(24_303, 0, 0, Missing(declined=2, not_recorded=3))
    more = [
        replace(one, months=(*(m for m in one.months if m.month != silent.month), silent)) for one in sites
    ]
    assert placebo(more).found.missing == trends(more).missing == Missing(declined=14, not_recorded=21)


def test_few_months_or_sites_and_no_scatter_are_refused() -> None:
    with pytest.raises(Unready, match="4 months"):
        trends(made(1, months=3))
    with pytest.raises(Unready, match="4 months"):
        placebo([one for one in made(1) if one.arm is ArmKind.COMPARISON])
    with pytest.raises(Unready, match="at least 2 in each"):
        trends(made(1)[2:])
    still = [SiteBefore(one.site, one.arm, tuple(MonthBefore(m, 5, 5) for m in range(4))) for one in made(1)]
    with pytest.raises(Unready, match="no scatter"):
        trends(still)
    # the same share in months of different size: what is left is rounding, and no scatter
    thirds = [
        replace(one, months=tuple(MonthBefore(24_300 + m, k, 2 * k) for m in range(6) for k in [1 + m * (place + 1) % 4]))
        for place, one in enumerate(made(1))
    ]  # fmt: skip
    with pytest.raises(Unready, match="no scatter"):
        trends(thirds)
    short = [*made(1), SiteBefore("late", ArmKind.COMPARISON, (MonthBefore(1, 3, 3),))]
    assert trends(short).left_out == 1 and trends(short).sites == 7
