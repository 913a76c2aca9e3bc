"""What a study can detect: the published factor, scipy's noncentral t, and studies played through."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.oracles import noncentral_t_power
from throughline.methods.few_clusters.detectable import (
    by_respondents,
    by_sites,
    detectable,
    detectable_factor,
    sd_of_site_change,
)
from throughline.vocabulary.errors import Invalid, Unready


def test_three_against_three_detects_just_over_three_standard_deviations() -> None:
    assert detectable_factor(3, 3) == pytest.approx(3.07, abs=0.005)
    found = detectable(share=0.44, respondents=60, rho=0.03, intervention=3, comparison=3)
    assert found.sd_of_site_change == pytest.approx(math.sqrt(2 * 0.44 * 0.56 * (1 / 60 + 0.03)))
    assert found.difference == pytest.approx(found.factor * found.sd_of_site_change)
    assert found.interval is None and "before any data" in str(found.reason)


@settings(max_examples=6)
@given(st.integers(2, 15), st.integers(2, 15), st.sampled_from([0.5, 0.8, 0.9]), st.sampled_from([0.9, 0.95]))
def test_factor_has_the_power_that_was_asked(treated: int, compared: int, power: float, level: float) -> None:
    factor = detectable_factor(treated, compared, power=power, level=level)
    towards = factor / math.sqrt(1 / treated + 1 / compared)
    assert noncentral_t_power(treated + compared - 2, towards, level) == pytest.approx(power, abs=1e-6)


def test_studies_played_through_find_it_as_often_as_said() -> None:
    found = detectable(share=0.44, respondents=80, rho=0.02, intervention=4, comparison=3)
    rng = np.random.default_rng(11)
    changes = rng.normal(0, found.sd_of_site_change, (40_000, 7))
    changes[:, :4] += found.difference
    own = changes[:, :4].mean(axis=1), changes[:, 4:].mean(axis=1)
    pooled = (changes[:, :4].var(axis=1) * 4 + changes[:, 4:].var(axis=1) * 3) / 5
    t = (own[0] - own[1]) / np.sqrt(pooled * (1 / 4 + 1 / 3))
    assert np.mean(np.abs(t) > 2.570582) == pytest.approx(0.8, abs=0.01)


def test_more_respondents_stop_helping_and_more_sites_do_not() -> None:
    line = by_respondents(
        share=0.44, respondents=(30, 100, 1_000, 100_000), rho=0.03, intervention=3, comparison=3
    )
    differences = [one.difference for one in line]
    assert differences == sorted(differences, reverse=True)
    assert differences[-1] == pytest.approx(line[0].floor, rel=1e-3)
    sites = by_sites(share=0.44, respondents=100, rho=0.03, sites=((3, 3), (6, 6), (12, 12)))
    assert sites[-1].difference < line[0].floor / 2


def test_study_that_cannot_be_planned_is_refused() -> None:
    with pytest.raises(Unready, match="plan at least 2 in each arm"):
        detectable_factor(1, 9)
    with pytest.raises(Invalid):
        sd_of_site_change(0.0, 50, 0.01)
    with pytest.raises(Invalid):
        detectable_factor(3, 3, power=0.03)
