"""Numbers that R's packages give for the same small data, held as constants: an implementation that shares no code with ours.

R 4.2.2 with clubSandwich 0.5.8, survival 3.5-3, nlme 3.1-162, mice 3.15 and its own lm, glm and t.test. The data follow from
a rule, so that anybody can make them again.
"""

from __future__ import annotations

import numpy as np
import pytest

from throughline.methods import segmented_fits
from throughline.methods.competing_risks import cumulative_incidence
from throughline.methods.contrast import contrast_site_changes
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.methods.few_clusters.cr2 import cr2
from throughline.methods.few_clusters.jackknife import jackknife
from throughline.methods.few_clusters.wild import wild_bootstrap
from throughline.methods.imputation import combine
from throughline.methods.site_change import from_continuous, site_changes
from throughline.vocabulary.study import ArmKind, OutcomeKind, PhaseKind

SIZES = ((3, 5), (12, 9), (4, 4), (7, 3), (20, 16), (2, 6))
ARMS = (ArmKind.INTERVENTION,) * 3 + (ArmKind.COMPARISON,) * 3


def six_sites() -> Answers:
    """Sites of 8 to 36 answers: y = ((7ii + 5ij + 3pi + 11j) mod 13)/2, and 2 more at intervention sites after."""
    rows = [
        (j, p, (i * i + 3 * j + p) % 5, ((7 * i * i + 5 * i * j + 3 * p * i + 11 * j) % 13) / 2 + 2 * p * (j < 3))
        for j in range(6)
        for p in range(2)
        for i in range(SIZES[j][p])
    ]  # fmt: skip
    site, after, x, y = np.array(rows).T
    return answers_of(
        kind=OutcomeKind.CONTINUOUS, sites=list("abcdef"), arms=ARMS, site=site, is_after=after == 1, y=y, covariates=x,
        missing=Missing(),
    )  # fmt: skip


def test_individual_answers_of_six_unequal_sites() -> None:
    answers = six_sites()
    found = cr2(answers, planned_primary=True)
    assert answers.n == 91
    assert (found.estimate, found.standard_error, found.df, found.p_value) == pytest.approx(
        (2.4634194627400, 0.7980999724294, 3.2220952646379, 0.0489851227007), rel=1e-10
    )
    assert jackknife(answers).standard_error == pytest.approx(1.00437076616, rel=1e-10)
    # Every one of 64 outcomes fitted again by lm.
    drawn = wild_bootstrap(answers, rng=np.random.default_rng(1), planned_primary=True)
    assert (drawn.at_least_as_far, drawn.draws) == (2, 64)


def test_headline_is_the_t_test_of_site_changes() -> None:
    answers = six_sites()
    cells = [
        from_continuous(
            site=name, arm=ARMS[j], phase=phase, total=float(y.sum()), n=y.size, missing=Missing()
        )
        for j, name in enumerate(answers.sites)
        for p, phase in enumerate((PhaseKind.BEFORE, PhaseKind.AFTER))
        if (y := answers.y[(answers.site == j) & (answers.is_after == p)]).size
    ]
    found = contrast_site_changes(site_changes(cells), planned_primary=True)
    assert (found.difference, found.standard_error, found.p_value) == pytest.approx(
        (2.751984126984, 0.718735916531, 0.018635281689), rel=1e-10
    )
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (0.756453309601, 4.747514944368), rel=1e-10
    )


def test_series_with_two_months_missing() -> None:
    month = np.array([one for one in range(22) if one not in (4, 14)])
    counts = [30, 34, 29, 33, 0, 36, 31, 35, 38, 33, 37, 36, 52, 55, 0, 50, 58, 54, 61, 57, 63, 60]
    y = np.array(counts, dtype=np.float64)[month]
    since = month - 12.0
    after = (since >= 0).astype(np.float64)
    x = np.column_stack([np.ones(20), since, after, since * after])
    exposure = 100.0 + month * 7 % 23
    plain = segmented_fits.quasi_poisson(x, y, exposure)
    wide = segmented_fits.newey_west(x, y, exposure, month, np.zeros(20, dtype=np.int64))
    correlated = segmented_fits.ar1_reml(x, np.log(y / exposure), month)
    assert plain.coefficients[2:] == pytest.approx([0.2490442412349, 0.0136246125145], rel=1e-9)
    assert np.sqrt(np.diag(plain.covariance))[2:] == pytest.approx(
        [0.0824410962094, 0.0128565144562], rel=1e-8
    )
    assert plain.extra == pytest.approx(0.362955005826, rel=1e-8)
    # Bartlett's weights by the calendar, over a gap too, times n / (n - k).
    assert np.sqrt(np.diag(wide.covariance))[2:] == pytest.approx(
        [0.03799502659522, 0.00832846718061], rel=1e-8
    )
    # nlme's gls with corAR1(form = ~ month), REML.
    assert correlated.extra == pytest.approx(-0.245886565876, abs=1e-5)
    assert correlated.coefficients[2:] == pytest.approx([0.2466788388949, 0.0134551430668], rel=1e-5)
    assert np.sqrt(np.diag(correlated.covariance))[2:] == pytest.approx(
        [0.0711333278077, 0.0108640712418], rel=1e-5
    )


def test_shares_by_day_with_ends_that_compete() -> None:
    days = [3, 5, 5, 8, 10, 12, 12, 12, 20, 28, 28, 31, 40, 60, 60, 61, 90, 95, 7, 2]
    ends = [
        "entered", "declined", "entered", "open", "entered", "deceased", "declined", "open", "entered", "open", "entered",
        "entered", "open", "declined", "entered", "open", "entered", "open", "open", "declined",
    ]  # fmt: skip
    found = cumulative_incidence(days, ends, ["a"] * 20, rng=np.random.default_rng(1))
    for row, (still_open, declined, deceased, entered) in zip(
        found.by_day,
        (
            (0.8, 0.1, 0.0, 0.1),
            (0.502857142857, 0.157142857143, 0.0571428571429, 0.282857142857),
            (0.129306122449, 0.243346938776, 0.0571428571429, 0.570204081633),
        ),
        strict=True,
    ):
        assert row.still_open == pytest.approx(still_open, abs=1e-12)
        assert row.by_end == pytest.approx(
            {"declined": declined, "deceased": deceased, "entered": entered}, abs=1e-12
        )
        assert row.share == row.by_end["entered"]


def test_five_imputations_combined() -> None:
    """pool.scalar of mice with n - k = 4."""
    middle, error, df, interval = combine(
        [0.10, 0.14, 0.07, 0.12, 0.16], [0.05, 0.06, 0.045, 0.055, 0.05], complete_df=4
    )
    assert (middle, error, df) == pytest.approx((0.118, 0.0647610994348, 1.7600837221549), rel=1e-10)
    assert (interval.low, interval.high) == pytest.approx((-0.200403022418, 0.436403022418), rel=1e-9)
