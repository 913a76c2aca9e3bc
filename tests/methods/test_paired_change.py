"""Changes of scores, against NumPy and SciPy written out, and what holds of every one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from throughline.methods.paired_change import (
    NO_SCATTER,
    ONE_SITE,
    SitePairs,
    SiteScores,
    paired_change,
    site_mean_change,
)
from throughline.vocabulary.errors import Invalid, Unready

SITES = (
    SitePairs("a", (3.0, 4.5, 2.0), (4.0, 5.0, 4.5)),
    SitePairs("b", (5.0, 3.5), (5.5, 3.0)),
    SitePairs("c", (2.5, 4.0, 6.0, 3.0), (4.0, 4.0, 6.5, 5.0)),
    SitePairs("silent", (), ()),
)


def test_paired_change_is_the_jackknife_written_out() -> None:
    found = paired_change(SITES)
    site = np.repeat([0, 1, 2], [3, 2, 4])
    before = np.concatenate([one.before for one in SITES[:3]])
    gain = np.concatenate([one.after for one in SITES[:3]]) - before
    whole = gain.mean()
    without = np.array([gain[site != g].mean() for g in range(3)])
    error = np.sqrt(2 / 3 * ((without - whole) ** 2).sum())
    low, high = stats.t.interval(0.95, 2, loc=whole, scale=error)
    assert (found.change, found.standard_error, found.df) == (pytest.approx(whole), pytest.approx(error), 2)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (pytest.approx(low), pytest.approx(high))
    assert (found.n, found.n_sites, found.smallest) == (9, 3, 2)
    assert found.sd_before == pytest.approx(np.std(before, ddof=1))
    assert found.standardised == pytest.approx(whole / np.std(before, ddof=1))
    assert found.change == pytest.approx(found.mean_after - found.mean_before)


def test_site_means_are_scipys_one_sample_interval() -> None:
    sites = [SiteScores(one.site, one.before, (*one.after, 4.0)) for one in SITES]
    found = site_mean_change(sites)
    changes = [np.mean(one.after) - np.mean(one.before) for one in sites[:3]]
    told = stats.ttest_1samp(changes, 0).confidence_interval(0.95)
    assert found.interval is not None and found.change == pytest.approx(np.mean(changes))
    assert (found.interval.low, found.interval.high) == (pytest.approx(told.low), pytest.approx(told.high))
    assert (found.n_sites, found.df, found.n, found.smallest) == (3, 2, 9 + 12, 2)
    assert found.standard_error == pytest.approx(stats.sem(changes)) and found.standardised is None


def test_one_site_has_a_change_and_no_interval() -> None:
    found = paired_change(SITES[:1])
    assert found.interval is None and found.df is None and found.no_interval == ONE_SITE
    assert found.change == pytest.approx((1 + 0.5 + 2.5) / 3) and found.n_sites == 1
    alike = paired_change([SitePairs("a", (1.0, 2.0), (2.0, 3.0)), SitePairs("b", (3.0,), (4.0,))])
    assert alike.interval is None and alike.no_interval == NO_SCATTER and alike.change == 1


def test_nobody_is_no_change() -> None:
    with pytest.raises(Unready, match="one person's"):
        paired_change(SITES[3:])
    with pytest.raises(Unready, match="At no site"):
        site_mean_change([SiteScores("a", (1.0,), ()), SiteScores("b", (), (1.0,))])
    with pytest.raises(Invalid):
        paired_change([SitePairs("a", (1.0,), ())])


score = st.integers(10, 70).map(lambda tenths: tenths / 10)
a_site = st.lists(st.tuples(score, score), min_size=1, max_size=5)


@settings(max_examples=25)
@given(st.lists(a_site, min_size=2, max_size=5), st.integers(-3, 3))
def test_turning_moments_round_turns_the_change_round_and_shifts_do_nothing(
    rows: list[list[tuple[float, float]]], shift: int
) -> None:
    there = [
        SitePairs(str(n), tuple(b for b, _ in one), tuple(a for _, a in one)) for n, one in enumerate(rows)
    ]
    back = [SitePairs(one.site, one.after, one.before) for one in there]
    moved = [
        SitePairs(one.site, tuple(b + shift for b in one.before), tuple(a + shift for a in one.after))
        for one in there
    ]
    first, second, third = paired_change(there), paired_change(back), paired_change(moved)
    assert second.change == pytest.approx(-first.change) and third.change == pytest.approx(first.change)
    if first.interval is not None and second.interval is not None and third.interval is not None:
        assert second.interval.low == pytest.approx(-first.interval.high)
        assert third.interval.high == pytest.approx(first.interval.high)
        assert first.interval.low <= first.change <= first.interval.high
    same_size = [SiteScores(one.site, one.before[:1], one.after[:1]) for one in there]
    ones = [SitePairs(one.site, one.before, one.after) for one in same_size]
    assert site_mean_change(same_size).change == pytest.approx(paired_change(ones).change)
