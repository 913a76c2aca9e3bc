"""Covariates taken out before sites are compared: against statsmodels, and where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.methods.contrast import contrast_site_changes
from throughline.methods.covariates import adjusted_cells
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.methods.site_change import site_changes
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind

ARMS = (ArmKind.INTERVENTION,) * 3 + (ArmKind.COMPARISON,) * 3


def drawn(seed: int, *, columns: int = 2, slope: float = 0.7, effect: float = 1.0) -> Answers:
    """Six sites of unequal size; who answers shifts from before to after, at intervention sites more."""
    rng = np.random.default_rng(seed)
    n = 400
    site = np.concatenate([np.repeat(np.arange(6), 4), rng.integers(0, 6, n - 24)])
    after = np.concatenate([np.tile([0, 0, 1, 1], 6), rng.integers(0, 2, n - 24)]).astype(bool)
    x = rng.normal(size=(n, columns)) + (after & (site < 3))[:, np.newaxis] * 0.8
    y = rng.normal(size=n) + 0.3 * site + slope * x.sum(axis=1) + effect * (after & (site < 3))
    return answers_of(
        kind=OutcomeKind.CONTINUOUS, sites=[f"s{one}" for one in range(6)], arms=ARMS, site=site, is_after=after, y=y,
        missing=Missing(), covariates=x,
    )  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_adjusted_headline_is_that_of_a_fit_by_hand(seed: int, columns: int) -> None:
    answers = drawn(seed, columns=columns)
    cells, adjustment = adjusted_cells(answers, [f"x{one}" for one in range(columns)], without=3)
    levels = (2 * answers.site + answers.is_after)[:, np.newaxis] == np.arange(12)
    fit = sm.OLS(answers.y, np.column_stack([answers.covariates, levels])).fit()
    assert adjustment.slopes == pytest.approx(fit.params[:columns], abs=1e-9)
    residuals = answers.y - (answers.covariates - answers.covariates.mean(axis=0)) @ fit.params[:columns]
    means = np.array([residuals[levels[:, place]].mean() for place in range(12)])
    change = means[1::2] - means[::2]
    by_arm = sm.OLS(change, sm.add_constant(np.array([1, 1, 1, 0, 0, 0]))).fit()
    found = contrast_site_changes(site_changes(cells))
    assert found.difference == pytest.approx(by_arm.params[1], abs=1e-9)
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(by_arm.conf_int()[1]), abs=1e-8)
    assert (found.df, found.n, adjustment.n, adjustment.without) == (4, 400, 400, 3)


def test_shift_of_who_answers_is_taken_out_and_nothing_of_the_programme() -> None:
    plain, adjusted = [], []
    for seed in range(40):
        answers = drawn(seed)
        cells, _ = adjusted_cells(answers, ["a", "b"])
        adjusted.append(contrast_site_changes(site_changes(cells)).difference)
        totals = [
            answers.y[(answers.site == site) & (answers.is_after == after)].mean() for site in range(6) for after in (0, 1)
        ]  # fmt: skip
        change = np.diff(np.array(totals).reshape(6, 2))[:, 0]
        plain.append(change[:3].mean() - change[3:].mean())
    assert np.mean(adjusted) == pytest.approx(1.0, abs=0.08)
    assert np.mean(plain) == pytest.approx(1.0 + 0.7 * 2 * 0.8, abs=0.12)


def test_what_cannot_be_told_apart_is_refused() -> None:
    answers = drawn(1)
    by_site = answers_of(
        kind=answers.kind, sites=answers.sites, arms=answers.arms, site=answers.site, is_after=answers.is_after, y=answers.y,
        missing=Missing(), covariates=0.1 * answers.site + 0.7 * answers.is_after,
    )  # fmt: skip
    with pytest.raises(Unready, match="a covariate follows from the site, the phase"):
        adjusted_cells(by_site, ["opening hours"])
    with pytest.raises(Invalid, match="one name"):
        adjusted_cells(answers, ["a"])
