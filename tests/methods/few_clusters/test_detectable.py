"""What a study can detect: the published factor, scipy's noncentral t, and studies played through."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.oracles import noncentral_t_power
from throughline.methods.few_clusters.detectable import (
    Planned,
    by_respondents,
    by_sites,
    by_waves,
    detectable,
    detectable_factor,
    respondents_enough,
    sd_of_site_change,
)
from throughline.vocabulary.errors import Invalid, Unready


def test_three_against_three_detects_just_over_three_standard_deviations() -> None:
    assert detectable_factor(3, 3) == pytest.approx(3.07, abs=0.005)
    found = detectable(Planned(60, 0.03, 3, 3, share=0.44))
    assert found.sd_of_site_change == pytest.approx(math.sqrt(2 * 0.44 * 0.56 * (1 / 60 + 0.03)))
    assert found.difference == pytest.approx(found.factor * found.sd_of_site_change)
    assert found.interval is None and "before any data" in str(found.reason)


def test_factor_of_few_sites_and_much_power_is_where_the_noncentral_t_says() -> None:
    # On the way there the far tail is nothing, and no number by SciPy.
    assert noncentral_t_power(2, detectable_factor(2, 2, power=0.99), 0.95) == pytest.approx(0.99, abs=1e-6)


@settings(max_examples=6)
@given(st.integers(2, 15), st.integers(2, 15), st.sampled_from([0.5, 0.8, 0.9]), st.sampled_from([0.9, 0.95]))
def test_factor_has_the_power_that_was_asked(treated: int, compared: int, power: float, level: float) -> None:
    factor = detectable_factor(treated, compared, power=power, level=level)
    towards = factor / math.sqrt(1 / treated + 1 / compared)
    assert noncentral_t_power(treated + compared - 2, towards, level) == pytest.approx(power, abs=1e-6)


def test_studies_played_through_find_it_as_often_as_said() -> None:
    found = detectable(Planned(80, 0.02, 4, 3, share=0.44))
    rng = np.random.default_rng(11)
    changes = rng.normal(0, found.sd_of_site_change, (40_000, 7))
    changes[:, :4] += found.difference
    own = changes[:, :4].mean(axis=1), changes[:, 4:].mean(axis=1)
    pooled = (changes[:, :4].var(axis=1) * 4 + changes[:, 4:].var(axis=1) * 3) / 5
    t = (own[0] - own[1]) / np.sqrt(pooled * (1 / 4 + 1 / 3))
    assert np.mean(np.abs(t) > 2.570582) == pytest.approx(0.8, abs=0.01)


def test_more_respondents_stop_helping_and_more_sites_do_not() -> None:
    study = Planned(100, 0.03, 3, 3, share=0.44)
    line = by_respondents(study, (30, 100, 1_000, 100_000))
    differences = [one.difference for one in line]
    assert differences == sorted(differences, reverse=True)
    assert differences[-1] == pytest.approx(line[0].floor, rel=1e-3)
    sites = by_sites(study, ((3, 3), (6, 6), (12, 12)))
    assert sites[-1].difference < line[0].floor / 2
    waves = by_waves(study, ((1, 1), (2, 2), (1, 3)))
    assert waves[1].difference == pytest.approx(line[1].difference / math.sqrt(2))
    assert waves[2].sd_of_site_change == pytest.approx(line[1].sd_of_site_change * math.sqrt((1 + 1 / 3) / 2))
    enough = respondents_enough(0.03)
    assert enough is not None and respondents_enough(0) is None
    just, before = by_respondents(study, (enough, enough - 1))
    assert just.difference <= 1.1 * just.floor < before.difference


def test_mean_scatters_as_a_share_of_the_same_variance() -> None:
    share = detectable(Planned(50, 0.02, 3, 5, share=0.3))
    mean = detectable(Planned(50, 0.02, 3, 5, sd=math.sqrt(0.3 * 0.7)))
    assert mean.difference == pytest.approx(share.difference, rel=1e-12)
    rng = np.random.default_rng(5)
    # Other people each time, and the site's level of a wave with a share rho of one person's variance.
    waves = rng.normal(0, math.sqrt(0.02 * 4), (2, 4_000)) + rng.normal(
        0, math.sqrt(0.98 * 4), (2, 4_000, 50)
    ).mean(axis=2)
    played = float(np.std(waves[1] - waves[0]))
    assert played == pytest.approx(sd_of_site_change(Planned(50, 0.02, 3, 5, sd=2.0)), rel=0.04)


def test_study_that_cannot_be_planned_is_refused() -> None:
    with pytest.raises(Unready, match="plan at least 2 in each arm"):
        detectable_factor(1, 9)
    with pytest.raises(Invalid):
        detectable_factor(3, 3, power=0.03)
    for study, words in (
        (Planned(50, 0.01, 3, 3), "not both"),
        (Planned(50, 0.01, 3, 3, share=0.2, sd=1.0), "not both"),
        (Planned(50, 0.01, 3, 3, share=0.0), "between 0 and 1"),
        (Planned(50, 0.01, 3, 3, sd=0.0), "above 0"),
        (Planned(50, 1.5, 3, 3, sd=1.0), "from 0 to 1"),
        (Planned(0, 0.1, 3, 3, sd=1.0), "one respondent"),
        (Planned(5, 0.1, 3, 3, sd=1.0, waves=(0, 1)), "one wave"),
    ):
        with pytest.raises(Invalid, match=words):
            sd_of_site_change(study)
