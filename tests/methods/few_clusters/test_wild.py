"""The wild bootstrap, against fitting every turned outcome again, and a published vector."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.few_clusters.drawn import dense, refitted_bootstrap, seeds, study
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import answers_of
from throughline.methods.few_clusters.sums import before_and_after, linear_model
from throughline.methods.few_clusters.wild import Weights, bootstrap, wild_bootstrap
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind

RNG = np.random.default_rng(5)
small = st.sampled_from([(2, 2), (2, 3), (3, 3), (4, 2)])


@settings(max_examples=12)
@given(seeds, small, st.integers(0, 1), st.sampled_from([0.0, 0.7]))
def test_count_agrees_with_fitting_all_outcomes_again(
    seed: int, arms: tuple[int, int], covariates: int, null: float
) -> None:
    answers = study(seed, arms=arms, covariates=covariates, most=8)
    expected = refitted_bootstrap(dense(answers), answers.y, answers.site, 0, null)
    found = bootstrap(before_and_after(answers), rng=RNG, null=null, level=None)
    assert (found.at_least_as_far, found.draws) == expected
    # v = 1 is t itself, and v = -1 its mirror.
    assert found.at_least_as_far >= 2 and found.interval is None


@settings(max_examples=8)
@given(seeds)
def test_interval_holds_what_is_not_rejected(seed: int) -> None:
    sums = before_and_after(study(seed, arms=(4, 4)))
    found = bootstrap(sums, rng=RNG)
    if found.interval is None:
        assert "on no or one side only" in str(found.reason)
        return
    low, high = found.interval.low, found.interval.high
    assert low < found.estimate < high
    width = high - low
    for edge, outwards in ((low, -1), (high, 1)):
        inside, outside = (
            bootstrap(sums, rng=RNG, null=edge + side * outwards * 1e-8 * width, level=None).p_value
            for side in (-1, 1)
        )
        assert outside < 0.05 <= inside


def test_every_draw_lies_as_far_as_no_difference_at_all() -> None:
    # Whole answers of 0 to 2, two a site and phase: the difference is 0 on paper and 1e-17 in the sums.
    y = np.random.default_rng(36).integers(0, 3, 24).astype(float)
    answers = answers_of(
        kind=OutcomeKind.CONTINUOUS, sites=list("abcdef"), arms=[ArmKind.INTERVENTION] * 3 + [ArmKind.COMPARISON] * 3,
        site=np.repeat(np.arange(6), 4), is_after=np.tile([False, False, True, True], 6), y=y, missing=Missing(),
    )  # fmt: skip
    changes = [sum(y[4 * site + 2 : 4 * site + 4]) - sum(y[4 * site : 4 * site + 2]) for site in range(6)]
    assert sum(changes[:3]) == sum(changes[3:])
    found = bootstrap(before_and_after(answers), rng=RNG, level=None)
    assert (found.at_least_as_far, found.draws) == (64, 64)


def test_table_line_gives_k_of_n_only_where_planned_and_no_interval_of_five_sites() -> None:
    five = wild_bootstrap(study(1, arms=(3, 2)), rng=RNG)
    assert (five.draws, five.interval, five.p_value, five.at_least_as_far) == (32, None, None, None)
    assert "at least 0.05 of all draws" in str(five.reason)
    planned = wild_bootstrap(
        study(1, arms=(7, 6)), rng=np.random.default_rng(9), planned_primary=True, draws=999
    )
    assert (planned.weights, planned.draws) == (Weights.WEBB, 999)
    assert planned.at_least_as_far is not None and planned.p_value == planned.at_least_as_far / 999
    again = wild_bootstrap(
        study(1, arms=(7, 6)), rng=np.random.default_rng(9), planned_primary=True, draws=999
    )
    assert again == planned
    with pytest.raises(Unready, match="too many ways"):
        bootstrap(before_and_after(study(1, arms=(7, 6))), rng=RNG, weights=Weights.RADEMACHER)


def test_webb_draws_come_near_all_rademacher_draws() -> None:
    sums = before_and_after(study(4, arms=(6, 6)))
    every = bootstrap(sums, rng=RNG, null=0.6, level=None)
    drawn = bootstrap(
        sums, rng=np.random.default_rng(2), null=0.6, level=None, weights=Weights.WEBB, draws=20_000
    )
    assert every.draws == 4096
    assert drawn.p_value == pytest.approx(every.p_value, abs=0.03)


@pytest.mark.realdata
def test_published_collapsed_vector(shared_vectors: Path) -> None:
    case = json.loads((shared_vectors / "wild_bootstrap_collapsed.json").read_text())["cases"][0]
    with (shared_vectors / "collapsed.csv").open(newline="") as file:
        rows = np.array([[float(v) for v in row.values()] for row in csv.DictReader(file) if row["year"]])
    year, selfemployed, insured, post, both = rows.T
    x = np.column_stack([np.ones(len(rows)), selfemployed, post, both])
    sums = linear_model(x, insured, (year - year.min()).astype(int), asked=3)
    found = bootstrap(sums, rng=np.random.default_rng(1), null=0.04, weights=Weights.WEBB, draws=40_000)
    assert found.t == pytest.approx(case["t"], abs=5e-5)
    # Four Monte Carlo errors of 40,000 draws; the published interval comes of 999.
    assert found.p_value == pytest.approx(case["p"]["webb_9999999"], abs=0.0053)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx(case["ci_webb_999"], abs=0.0025)
