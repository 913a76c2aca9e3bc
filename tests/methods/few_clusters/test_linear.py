"""CR2, CR3, CR1 and the sums below them, against dense algebra, diff-diff, refits and published numbers."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.few_clusters.drawn import dense, dense_cr2, seeds, sizes, study
from tests.methods.oracles import bias_reduced, clustered, fitted
from throughline.methods.contrast import contrast_site_changes
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters import cr2, jackknife, normal
from throughline.methods.few_clusters.answers import answers_of
from throughline.methods.few_clusters.sums import before_and_after, linear_model
from throughline.methods.site_change import SiteChanges, from_continuous, site_changes
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind, PhaseKind


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
    # statsmodels counts every column, the 20 levels of the sites too: b, the phase and the covariate are 3, the constant a fourth.
    rest = math.sqrt((answers.n - 23) / (answers.n - 4))
    assert found.standard_error == pytest.approx(
        rest * clustered(answers.y, dense(answers), answers.site)[0], rel=1e-8
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
    # As columns of a model the levels of sites are counted.
    counted = math.sqrt(normal.factor(moved) / normal.factor(sums))
    assert normal.standard_error(moved) == pytest.approx(
        unit * counted * normal.standard_error(sums), rel=1e-6
    )
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
def test_card_and_krueger_of_stores_that_answered_twice(shared_data: Path) -> None:
    """Each store is a site. Table 3: changes of .47 (.48) and -2.28 (1.25), apart 2.75 (1.34), errors with no common variance."""
    before, after = paired(read(shared_data / "survey" / "card_krueger_njmin.csv"))
    kept = [id for id in before if before[id]["fte"] != "NA" != after[id]["fte"]]
    headline = contrast_site_changes(changes_of_stores(before, after, kept))
    assert headline.mean_change_intervention == pytest.approx(0.47, abs=5e-3)
    assert headline.mean_change_comparison == pytest.approx(-2.28, abs=5e-3)
    errors = [
        sd / math.sqrt(sites)
        for sd, sites in (
            (headline.sd_change_intervention, headline.n_sites_intervention),
            (headline.sd_change_comparison, headline.n_sites_comparison),
        )
    ]
    assert errors == pytest.approx([0.48, 1.25], abs=5e-3)
    answers = answers_of(
        kind=OutcomeKind.CONTINUOUS, sites=kept, arms=[arm_of(before[id]) for id in kept], site=np.repeat(np.arange(len(kept)), 2),
        is_after=np.tile([False, True], len(kept)), y=[float(row[id]["fte"]) for id in kept for row in (before, after)], missing=Missing(),
    )  # fmt: skip
    for line in (cr2.cr2(answers), normal.cr1_normal(answers)):
        assert (line.estimate, line.standard_error) == pytest.approx((2.75, 1.34), abs=5e-3)


@pytest.mark.realdata
def test_headline_of_card_and_kruegers_regression(shared_data: Path) -> None:
    """Table 4, column i: employment changes of the 357 stores that told wages, or had closed for good, on the state: 2.33 (1.19)."""
    before, after = paired(read(shared_data / "survey" / "card_krueger_njmin.csv"))
    kept = [
        id
        for id in before
        if "NA" not in (before[id]["fte"], after[id]["fte"], before[id]["wage"])
        and (after[id]["wage"] != "NA" or after[id]["status"] == "3")
    ]
    found = contrast_site_changes(changes_of_stores(before, after, kept))
    assert (found.n_sites_intervention + found.n_sites_comparison, found.df) == (357, 355)
    assert (found.difference, found.standard_error) == pytest.approx((2.33, 1.19), abs=5e-3)


def paired(rows: list[dict[str, str]]) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    return {row["id"]: row for row in rows if row["d"] == "0"}, {row["id"]: row for row in rows if row["d"] == "1"}  # fmt: skip


def arm_of(row: dict[str, str]) -> ArmKind:
    return ArmKind.INTERVENTION if row["nj"] == "1" else ArmKind.COMPARISON


def changes_of_stores(
    before: dict[str, dict[str, str]], after: dict[str, dict[str, str]], kept: list[str]
) -> SiteChanges:
    return site_changes(
        from_continuous(site=id, arm=arm_of(before[id]), phase=phase, total=float(row[id]["fte"]), n=1, missing=Missing())
        for id in kept
        for phase, row in ((PhaseKind.BEFORE, before), (PhaseKind.AFTER, after))
    )  # fmt: skip


@pytest.mark.realdata
def test_kiel_and_mcclain(shared_data: Path) -> None:
    rows = read(shared_data / "survey" / "wooldridge_kielmc.csv")
    near, after, y = (np.array([float(row[name]) for row in rows]) for name in ("nearinc", "y81", "rprice"))
    x = np.column_stack([np.ones(y.size), near, after, near * after])
    assert linear_model(x, y, np.arange(y.size), asked=3).estimate == pytest.approx(-11_863.90, abs=5e-3)
