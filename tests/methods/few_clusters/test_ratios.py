"""Logit and Poisson fits against statsmodels, errors against fitting again without each site, and what has no answer."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.few_clusters.drawn import dense, seeds, study
from tests.methods.oracles import fitted
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters import likelihood
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.methods.few_clusters.jackknife import standard_error
from throughline.methods.few_clusters.ratios import from_logit, rate_ratio
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind


def logit(answers: Answers) -> tuple[float, float]:
    x = dense(answers)
    beta = fitted(answers.y, x, family="binomial")
    eta = (x @ beta)[answers.treated_after == 1]
    return float(beta[0]), float(np.mean(1 / (1 + np.exp(-eta)) - 1 / (1 + np.exp(-eta + beta[0]))))


def each_left_out(answers: Answers) -> list[Answers]:
    return [answers.without(place) for place in range(len(answers.sites))]


@settings(max_examples=6)
@given(seeds, st.integers(0, 1))
def test_odds_ratio_and_att_agree_with_fitting_again(seed: int, covariates: int) -> None:
    answers = study(seed, kind=OutcomeKind.BINARY, covariates=covariates, most=40)
    try:
        found = from_logit(answers, planned_primary=True)
    except Unready:
        return  # separated by chance: test_separation holds that this is so
    whole, without = logit(answers), [logit(rest) for rest in each_left_out(answers)]
    assert np.log(found.odds_ratio.estimate) == pytest.approx(whole[0], abs=1e-7)
    assert found.att.estimate == pytest.approx(whole[1], abs=1e-8)
    for place, line in enumerate((found.odds_ratio, found.att)):
        assert line.standard_error == pytest.approx(
            standard_error(whole[place], [w[place] for w in without]), rel=1e-6
        )
        assert line.df == 5
    half = np.log(found.odds_ratio.interval.high / found.odds_ratio.estimate)
    assert half == pytest.approx(2.570582 * found.odds_ratio.standard_error, rel=1e-6)


@settings(max_examples=5)
@given(seeds, st.integers(0, 1))
def test_rate_ratio_agrees_with_fitting_again(seed: int, covariates: int) -> None:
    plain = study(seed, kind=OutcomeKind.COUNT, covariates=covariates)
    exposure = np.random.default_rng(seed).integers(1, 5, plain.n)
    answers = study(seed, kind=OutcomeKind.COUNT, covariates=covariates, exposure=exposure)

    def b(one: Answers) -> float:
        return float(fitted(one.y, dense(one), family="poisson", exposure=one.exposure)[0])

    found = rate_ratio(answers)
    assert np.log(found.estimate) == pytest.approx(b(answers), abs=1e-7)
    assert found.standard_error == pytest.approx(
        standard_error(b(answers), [b(r) for r in each_left_out(answers)]), rel=1e-5
    )


@pytest.mark.parametrize("kind", [OutcomeKind.BINARY, OutcomeKind.COUNT])
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_separation_is_refused_with_a_sentence(kind: OutcomeKind, value: float) -> None:
    answers = study(1, kind=kind, most=60)
    ask = from_logit if kind is OutcomeKind.BINARY else rate_ratio
    ask(answers)
    at_one_site = answers.y.copy()
    at_one_site[answers.site == 0] = value
    after = answers.y.copy()
    after[answers.treated_after == 1] = value
    almost = after.copy()
    almost[np.flatnonzero(answers.treated_after)[0]] = 1.0 - value
    for y, is_refused in ((at_one_site, True), (after, True), (almost, False)):
        given_ = study(1, kind=kind, most=60)
        object.__setattr__(given_, "y", y)
        if is_refused and (kind is OutcomeKind.BINARY or value == 0):
            with pytest.raises(Unready, match="no finite ratio"):
                ask(given_)
        elif not is_refused and kind is OutcomeKind.BINARY:
            # One answer keeps the whole fit finite; without its site there is none.
            with pytest.raises(Unready, match="Without s0, which the interval would rest on"):
                ask(given_)


@pytest.mark.parametrize(("kind", "most"), [(OutcomeKind.BINARY, 1), (OutcomeKind.COUNT, 3)])
def test_sites_that_change_by_the_same_factor_have_no_interval(kind: OutcomeKind, most: int) -> None:
    """What fits without one site and another differ by is rounding; an interval of it would look like certainty."""
    said = [0.0, most, most, 0.0, most, most, 0.0, 0.0, most, most, most, 0.0]
    arms = (*[ArmKind.INTERVENTION] * 3, *[ArmKind.COMPARISON] * 3)
    answers = answers_of(
        kind=kind, sites=tuple("abcdef"), arms=arms, site=np.repeat(np.arange(6), 12), is_after=np.tile(np.arange(12) > 5, 6),
        y=np.tile(said, 6), missing=Missing(),
    )  # fmt: skip
    with pytest.raises(Unready, match="Nothing scatters"):
        (from_logit if kind is OutcomeKind.BINARY else rate_ratio)(answers)


def test_ratio_of_another_kind_is_refused() -> None:
    with pytest.raises(Invalid, match="not of continuous"):
        from_logit(study(1))
    with pytest.raises(Invalid, match="not of binary"):
        rate_ratio(study(1, kind=OutcomeKind.BINARY))


@pytest.mark.realdata
@pytest.mark.parametrize(("without", "logarithm"), [("", -0.10), ("49", -0.30)])
def test_seizures_under_progabide(shared_data: Path, without: str, logarithm: float) -> None:
    """Eight weeks before and four times two weeks after, of 59 patients, and of 58 without the one that every analysis leaves out.

    Diggle, Heagerty, Liang and Zeger (2002), Analysis of Longitudinal Data, ch. 8: the logarithm of the ratio of rate ratios.
    """
    with (shared_data / "survey" / "MASS_epil.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["subject"] != without]
    patients = list(dict.fromkeys(row["subject"] for row in rows))
    first = {row["subject"]: row for row in reversed(rows)}
    told = [
        *((patients.index(one), False, float(first[one]["base"]), 8) for one in patients),
        *((patients.index(row["subject"]), True, float(row["y"]), 2) for row in rows),
    ]
    site, after, y, weeks = zip(*told, strict=True)
    answers = answers_of(
        kind=OutcomeKind.COUNT, sites=patients, site=site, is_after=after, y=y, exposure=weeks, missing=Missing(),
        arms=[ArmKind.INTERVENTION if first[one]["trt"] == "progabide" else ArmKind.COMPARISON for one in patients],
    )  # fmt: skip
    assert likelihood.fit(likelihood.cells_of(answers))[0] == pytest.approx(logarithm, abs=5e-3)
