"""CR2, CR3, CR1 and the sums below them, against dense algebra, diff-diff, refits and published numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.few_clusters.drawn import dense, dense_cr2, seeds, sizes, study
from tests.methods.oracles import bias_reduced, clustered, fitted
from throughline.methods.few_clusters import cr2, jackknife, normal
from throughline.methods.few_clusters.sums import before_and_after, linear_model
from throughline.vocabulary.errors import Unready


@settings(max_examples=15)
@given(seeds, sizes, st.integers(0, 2))
def test_cr2_and_its_df_agree_with_dense_algebra(seed: int, arms: tuple[int, int], covariates: int) -> None:
    answers = study(seed, arms=arms, covariates=covariates)
    error, df = dense_cr2(dense(answers), answers.y, answers.site)
    found = cr2.cr2(answers, planned_primary=True)
    assert found.standard_error == pytest.approx(error, rel=1e-8)
    assert found.df == pytest.approx(df, rel=1e-8)
    assert found.estimate == pytest.approx(np.linalg.lstsq(dense(answers), answers.y)[0][0], abs=1e-9)
    assert found.interval.low < found.estimate < found.interval.high
    assert (found.n, found.missing.total) == (answers.y.size, 5)
    assert (cr2.UNSURE.text in {one.text for one in found.assumptions}) == (df < 4)


@pytest.mark.filterwarnings("ignore::UserWarning")  # of site columns, whose df nobody asks for
@settings(max_examples=15)
@given(seeds, sizes, st.integers(0, 2))
def test_cr2_and_its_df_agree_with_diff_diff(seed: int, arms: tuple[int, int], covariates: int) -> None:
    answers = study(seed, arms=arms, covariates=covariates)
    found = cr2.cr2(answers, planned_primary=True)
    theirs = bias_reduced(answers.y, dense(answers), answers.site)
    assert (found.estimate, found.standard_error, found.df) == pytest.approx(theirs, rel=1e-9, abs=1e-9)


@settings(max_examples=15)
@given(seeds, sizes, st.integers(0, 1))
def test_cr3_agrees_with_fitting_again_without_each_site(
    seed: int, arms: tuple[int, int], covariates: int
) -> None:
    answers = study(seed, arms=arms, covariates=covariates)
    whole = fitted(answers.y, dense(answers))[0]
    without = []
    for place in range(len(answers.sites)):
        rest = answers.without(place)
        without.append(fitted(rest.y, dense(rest))[0])
    groups = len(without)
    expected = (groups - 1) / groups * sum((one - whole) ** 2 for one in without)
    found = jackknife.jackknife(answers)
    assert (found.standard_error**2, found.df, found.p_value) == (
        pytest.approx(expected, rel=1e-8),
        groups - 1,
        None,
    )
    table = jackknife.leave_one_site_out(answers)
    assert [row.difference for row in table.rows] == pytest.approx(without, abs=1e-9)
    assert (table.lowest, table.highest) == (
        min(r.difference for r in table.rows),
        max(r.difference for r in table.rows),
    )
    for place, row in enumerate(table.rows):
        rest = answers.without(place)
        assert row.n == rest.y.size
        if answers.arms.count(row.arm) == 2:
            assert row.interval is None and "single site" in str(row.reason)
        else:
            again = cr2.cr2(rest).interval
            assert row.interval is not None
            assert (row.interval.low, row.interval.high) == pytest.approx((again.low, again.high))


def test_cr1_agrees_with_statsmodels_and_is_refused_below_its_bounds() -> None:
    answers = study(3, arms=(12, 8), covariates=1)
    found = normal.cr1_normal(answers, planned_primary=True)
    assert found.standard_error == pytest.approx(
        clustered(answers.y, dense(answers), answers.site)[0], rel=1e-8
    )
    assert found.df is None
    assert found.interval.high - found.estimate == pytest.approx(1.959963985 * found.standard_error)
    for arms in ((10, 9), (15, 5), (3, 3)):
        with pytest.raises(Unready, match="far too narrow"):
            normal.cr1_normal(study(3, arms=arms))


@settings(max_examples=20)
@given(seeds, st.floats(-50, 50), st.integers(1, 40))
def test_errors_follow_the_unit_and_ignore_what_is_common_to_all(seed: int, shift: float, unit: int) -> None:
    answers = study(seed, arms=(2, 3))
    sums = before_and_after(answers)
    moved = linear_model(dense(answers), unit * answers.y + shift, answers.site, asked=0)
    assert moved.estimate == pytest.approx(unit * sums.estimate, rel=1e-6, abs=1e-8)
    assert normal.standard_error(moved) == pytest.approx(unit * normal.standard_error(sums), rel=1e-6)
    (error, df), (moved_error, moved_df) = cr2.standard_error(sums), cr2.standard_error(moved)
    assert (moved_error, moved_df) == pytest.approx((unit * error, df), rel=1e-6)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.realdata
def test_card_and_krueger(shared_data: Path) -> None:
    """Full-time employment of restaurants, New Jersey against Pennsylvania; sites are the file's five regions."""
    rows = [row for row in read(shared_data / "survey" / "card_krueger_njmin.csv") if row["fte"] != "NA"]
    nj, after, y = (np.array([float(row[name]) for row in rows]) for name in ("nj", "d", "fte"))
    region = [row["nj"] + row["southj"] + row["centralj"] + row["pa1"] for row in rows]
    cluster = np.unique(region, return_inverse=True)[1]
    x = np.column_stack([np.ones(y.size), nj, after, nj * after])
    sums = linear_model(x, y, cluster, asked=3)
    assert sums.estimate == pytest.approx(2.7536, abs=5e-5)
    means = [sums.beta @ row for row in ([1, 0, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 1, 1])]
    assert means == pytest.approx([23.33, 21.17, 20.44, 21.03], abs=5e-3)
    assert sums.clusters == 5


@pytest.mark.realdata
def test_kiel_and_mcclain(shared_data: Path) -> None:
    rows = read(shared_data / "survey" / "wooldridge_kielmc.csv")
    near, after, y = (np.array([float(row[name]) for row in rows]) for name in ("nearinc", "y81", "rprice"))
    x = np.column_stack([np.ones(y.size), near, after, near * after])
    assert linear_model(x, y, np.arange(y.size), asked=3).estimate == pytest.approx(-11_863.90, abs=5e-3)
