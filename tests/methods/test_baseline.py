"""The baseline table against NumPy's covariances of indicators and a published table."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.methods.baseline import ArmValues, ColumnKind, compare_arms
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.study import ArmKind

NUMBER, SHARE, CATEGORIES = ColumnKind
ARMS = (ArmKind.INTERVENTION, ArmKind.COMPARISON)


def arms_of(*values: list[float] | list[str]) -> dict[ArmKind, ArmValues]:
    return {arm: ArmValues(Counter(own), Missing(declined=2)) for arm, own in zip(ARMS, values, strict=True)}


people = st.lists(st.integers(0, 4), min_size=2, max_size=40)


@settings(max_examples=60, deadline=None)
@given(people, people)
def test_differences_are_those_of_indicators_and_their_covariances(one: list[int], other: list[int]) -> None:
    numbers = compare_arms("x", NUMBER, arms_of(list(map(float, one)), list(map(float, other))))
    scatter = (np.var(one, ddof=1) + np.var(other, ddof=1)) / 2
    assert (numbers.n, numbers.missing.declined) == (len(one) + len(other), 4)
    assert numbers.intervention.mean == pytest.approx(np.mean(one))
    assert numbers.comparison.sd == pytest.approx(np.std(other, ddof=1))
    if scatter:
        assert numbers.difference == pytest.approx((np.mean(one) - np.mean(other)) / math.sqrt(scatter))
    else:
        assert numbers.difference is None and "does not scatter" in str(numbers.refused)
    found = compare_arms("x", CATEGORIES, arms_of(list(map(str, one)), list(map(str, other))))
    every = sorted({*one, *other})
    shown = [
        np.array([[value == seen for value in every] for seen in arm], dtype=float) for arm in (one, other)
    ]
    middle = sum(np.cov(arm, rowvar=False, ddof=0).reshape(len(every), -1) for arm in shown) / 2
    apart = shown[0].mean(axis=0) - shown[1].mean(axis=0)
    if found.difference is not None:
        # Over all values by a pseudo-inverse: which one is left out changes nothing.
        assert found.difference**2 == pytest.approx(
            apart @ np.linalg.pinv(middle, rcond=1e-10) @ apart, abs=1e-9
        )
        turned = compare_arms("x", CATEGORIES, arms_of(list(map(str, other)), list(map(str, one))))
        assert turned.difference == pytest.approx(found.difference)
    else:
        assert np.linalg.matrix_rank(middle, tol=1e-9) < len(every) - 1 or len(every) == 1


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 1), min_size=2, max_size=30), st.lists(st.integers(0, 1), min_size=2, max_size=30)
)
def test_a_share_is_two_categories_with_a_sign(one: list[int], other: list[int]) -> None:
    share = compare_arms("x", SHARE, arms_of(list(map(float, one)), list(map(float, other))))
    both = compare_arms("x", CATEGORIES, arms_of(list(map(str, one)), list(map(str, other))))
    if share.difference is None:
        assert both.difference is None
    else:
        assert both.difference == pytest.approx(abs(share.difference))
        assert share.difference * (np.mean(one) - np.mean(other)) >= 0
    assert share.intervention.counts["yes"] == sum(one)


def test_an_arm_with_nobody_is_not_compared_and_a_share_holds_no_other_value() -> None:
    found = compare_arms(
        "Age", NUMBER, {ArmKind.INTERVENTION: ArmValues({30.0: 4, 40.0: 1}, Missing(not_asked=3))}
    )
    assert (
        found.difference is None
        and "Values of Age: 5 at intervention sites, 0 at comparison sites" in str(found.refused)
    )
    assert (found.comparison.mean, found.missing.not_asked, found.interval) == (None, 3, None)
    with pytest.raises(Invalid, match="0 and 1"):
        compare_arms("x", SHARE, arms_of([0.0, 2.0], [1.0]))


@pytest.mark.realdata
def test_published_baseline_table_of_the_smoking_data(shared_data: Path) -> None:
    """Hernan and Robins, Causal Inference: What If, Table 12.1: who quit against who did not, weight in 1982 known."""
    with (shared_data / "survey" / "causaldata_nhefs.csv").open(encoding="utf-8") as file:
        people = [row for row in csv.DictReader(file) if row["wt82"] not in ("", "NA")]
    arms = {
        arm: [row for row in people if row["qsmk"] == quits] for arm, quits in zip(ARMS, "10", strict=True)
    }

    def row(name: str, kind: ColumnKind, column: str) -> list[float]:
        values = {
            arm: ArmValues(
                Counter(one[column] if kind is CATEGORIES else float(one[column]) for one in own), Missing()
            )
            for arm, own in arms.items()
        }
        found = compare_arms(name, kind, values)
        assert found.difference is not None and found.n == 1566
        return [found.intervention, found.comparison, found.difference]  # type: ignore[list-item]  # taken apart by the caller

    for column, mine, theirs in (
        ("age", 46.2, 42.8), ("wt71", 72.4, 70.3), ("smokeintensity", 18.6, 21.2), ("smokeyrs", 26.0, 24.1),
    ):  # fmt: skip
        one, other, apart = row(column, NUMBER, column)
        assert (round(one.mean, 1), round(other.mean, 1)) == (mine, theirs)
        own = [[float(person[column]) for person in arms[arm]] for arm in ARMS]
        scatter = math.sqrt((np.var(own[0], ddof=1) + np.var(own[1], ddof=1)) / 2)
        assert apart == pytest.approx((np.mean(own[0]) - np.mean(own[1])) / scatter)
    for column, value, mine, theirs in (
        ("sex", "0", 54.6, 46.6), ("race", "0", 91.1, 85.4), ("education", "5", 15.4, 9.9), ("exercise", "2", 40.7, 37.9),
        ("active", "2", 11.2, 8.9),
    ):  # fmt: skip
        one, other, apart = row(column, CATEGORIES, column)
        assert (round(one.shares[value] * 100, 1), round(other.shares[value] * 100, 1)) == (mine, theirs)
        assert 0 < apart < 0.3
