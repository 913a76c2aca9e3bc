import json
import math
from collections.abc import Hashable
from itertools import combinations
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.oracles import cohens_kappa, fleiss_kappa
from throughline.methods.agreement.coefficient import NOBODY, ONE_VALUE, Resampling
from throughline.methods.agreement.nominal import NEEDS_ALL, nominal_agreement
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid

Rows = list[list[int | None]]


@st.composite
def tables(draw: st.DrawFn, *, missing: bool = True) -> Rows:
    """2 to 5 coders with values 0 to 3 on up to 12 units."""
    units = draw(st.integers(1, 12))
    value = st.none() | st.integers(0, 3) if missing else st.integers(0, 3)
    return draw(st.lists(st.lists(value, min_size=units, max_size=units), min_size=2, max_size=5))


def by_coder(rows: Rows) -> dict[str, list[int | None]]:
    return {f"c{i}": row for i, row in enumerate(rows)}


@settings(deadline=None)
@given(tables())
def test_alpha_is_that_of_another_implementation(rows: Rows) -> None:
    found = nominal_agreement(by_coder(rows))
    units = [[x for x in unit if x is not None] for unit in zip(*rows, strict=True)]
    paired = [unit for unit in units if len(unit) > 1]
    assert (found.n, found.missing.total) == (len(paired), len(units) - len(paired))
    if len({x for unit in paired for x in unit}) < 2:
        assert (found.alpha.value, found.alpha.why_not) == (None, ONE_VALUE if paired else NOBODY)
        return
    table = np.array([[math.nan if x is None else x for x in row] for row in rows])
    assert found.alpha.value == pytest.approx(
        krippendorff.alpha(table, level_of_measurement="nominal"), abs=1e-9
    )


@settings(deadline=None)
@given(tables(missing=False))
def test_fleiss_is_that_of_another_implementation(rows: Rows) -> None:
    found = nominal_agreement(by_coder(rows))
    if len({x for row in rows for x in row}) < 2:
        assert found.fleiss.why_not == ONE_VALUE
        return
    assert found.fleiss.value == pytest.approx(fleiss_kappa(np.array(rows).T), abs=1e-9)


@settings(deadline=None)
@given(tables())
def test_kappas_of_pairs_are_those_of_another_implementation(rows: Rows) -> None:
    found = nominal_agreement(by_coder(rows))
    kappas = []
    for pair, (i, j) in zip(found.pairs, combinations(range(len(rows)), 2), strict=True):
        both = [(x, y) for x, y in zip(rows[i], rows[j], strict=True) if x is not None and y is not None]
        assert (pair.first, pair.second, pair.n) == (f"c{i}", f"c{j}", len(both))
        assert pair.missing == Missing(not_recorded=len(rows[i]) - len(both))
        if len({x for unit in both for x in unit}) < 2:
            assert (pair.kappa.value, pair.kappa.why_not) == (None, ONE_VALUE if both else NOBODY)
            continue
        table = [[both.count((x, y)) for y in range(4)] for x in range(4)]
        kappas.append(cohens_kappa(table))
        assert pair.kappa.value == pytest.approx(kappas[-1], abs=1e-9)
        assert pair.observed.value == pytest.approx(sum(x == y for x, y in both) / len(both))
    if kappas:
        assert found.mean_kappa.value == pytest.approx(sum(kappas) / len(kappas), abs=1e-9)
    else:
        assert found.mean_kappa.value is None


@settings(deadline=None)
@given(tables(), st.permutations(range(4)))
def test_other_names_and_another_order_change_nothing(rows: Rows, names: list[int]) -> None:
    shuffled = [[None if x is None else names[x] for x in row] for row in rows][::-1]
    one, other = nominal_agreement(by_coder(rows)), nominal_agreement(by_coder(shuffled))
    for mine, theirs in (
        (one.alpha, other.alpha),
        (one.fleiss, other.fleiss),
        (one.mean_kappa, other.mean_kappa),
    ):
        assert (mine.value is None) == (theirs.value is None)
        assert mine.value is None or mine.value == pytest.approx(theirs.value, abs=1e-12)


def test_identical_coders_have_one() -> None:
    found = nominal_agreement({coder: ["x", "y", None, "x"] for coder in "abc"})
    assert (found.alpha.value, found.mean_kappa.value, found.n) == (1.0, 1.0, 3)
    assert found.fleiss.why_not == NEEDS_ALL


def test_nobody_and_nothing_are_not_defined() -> None:
    for values in ({}, {"Ada": []}, {"Ada": [], "Ben": []}, {"Ada": ["x"], "Ben": [None]}):
        found = nominal_agreement(values)
        assert (found.alpha.why_not, found.n) == (NOBODY, 0)


def test_coders_with_other_numbers_of_units_are_refused() -> None:
    with pytest.raises(Invalid, match="one entry for every unit"):
        nominal_agreement({"Ada": ["x"], "Ben": ["x", "y"]})


@pytest.mark.realdata
def test_alpha_of_krippendorffs_examples(shared_vectors: Path) -> None:
    published = json.loads((shared_vectors / "krippendorff_2011_alpha.json").read_text())
    for case in published["cases"]:
        values: dict[str, list[Hashable | None]] = {
            f"observer {i}": row for i, row in enumerate(case["data"])
        }
        found = nominal_agreement(values).alpha.value
        assert found == pytest.approx(case["alpha"]["nominal"], abs=published["tolerance"]), case["id"]


@pytest.mark.realdata
def test_fleiss_of_fleiss_example_whole_and_by_category(shared_vectors: Path) -> None:
    published = json.loads((shared_vectors / "fleiss_1971.json").read_text())
    raters = {f"rater {i}": row for i, row in enumerate(zip(*published["data"], strict=True))}
    assert nominal_agreement(raters).fleiss.value == pytest.approx(
        published["kappa"], abs=published["tolerance"]
    )
    for category, kappa in published["category_kappa"].items():
        alone = {rater: [value == int(category) for value in row] for rater, row in raters.items()}
        assert nominal_agreement(alone).fleiss.value == pytest.approx(
            kappa, abs=published["tolerance_category"]
        )


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_interval_is_that_of_sources_drawn_by_hand(seed: int) -> None:
    made = np.random.default_rng(seed)
    of = [source for source in range(11) for _ in range(made.integers(1, 5))]
    rows = [[int(value) for value in made.integers(0, 3, len(of))] for _ in range(3)]
    drawn = Resampling(np.random.default_rng(seed), resamples=40)
    found = nominal_agreement(by_coder(rows), sources=of, resampling=drawn)
    assert found.sources == 11 and found.alpha.value == nominal_agreement(by_coder(rows)).alpha.value
    times = np.random.default_rng(seed).multinomial(11, np.full(11, 1 / 11), size=40)
    held = []
    for draw in times:
        units = [unit for unit, source in enumerate(of) for _ in range(draw[source])]
        held.append(nominal_agreement(by_coder([[row[unit] for unit in units] for row in rows])))
    for name in ("alpha", "fleiss", "mean_kappa"):
        values = [getattr(one, name).value for one in held]
        interval = getattr(found, name).interval
        assert interval is not None
        assert (interval.low, interval.high) == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=1e-9)
    assert found.pairs[0].kappa.interval is not None


def test_few_sources_have_no_interval_and_say_so() -> None:
    rows = by_coder([[0, 1, 0, 1, 1], [0, 1, 1, 1, 0]])
    found = nominal_agreement(rows, sources=[0, 0, 1, 1, 2], resampling=Resampling(np.random.default_rng(1)))
    assert found.alpha.interval is None and "in 3 sources" in str(found.alpha.no_interval)
    assert str(found.pairs[0].kappa.no_interval) == str(found.alpha.no_interval)


def test_kappa_of_cohens_example() -> None:
    """Cohen (1960), table 2: 200 people by two judges; 70% agree, 41% would by chance, kappa .492."""
    table = ((88, 10, 2), (14, 40, 6), (18, 10, 12))
    pairs = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    (pair,) = nominal_agreement({"a": [i for i, _ in pairs], "b": [j for _, j in pairs]}).pairs
    assert (pair.n, pair.observed.value, pair.kappa.value) == (
        200,
        pytest.approx(0.70),
        pytest.approx(0.492, abs=5e-4),
    )


def test_alpha_of_three_coders_who_left_units_out() -> None:
    """Krippendorff's example of three coders and 15 units, most with values missing: nominal alpha .691."""
    rows = {"a": "*****34121133*3", "b": "1*213343*******", "c": "**21344*21133*4"}
    found = nominal_agreement(
        {coder: [None if value == "*" else value for value in row] for coder, row in rows.items()}
    )
    assert found.alpha.value == pytest.approx(0.691, abs=5e-4)
    assert found.fleiss.value is None


def test_kappa_of_fourteen_raters_in_five_categories() -> None:
    """The example of ten subjects and 14 raters that textbooks print: agreement .378, by chance .213, kappa .210."""
    counts = (
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1), (7, 7, 0, 0, 0), (3, 2, 6, 3, 0),
        (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    )  # fmt: skip
    units = [[value for value, count in enumerate(row) for _ in range(count)] for row in counts]
    found = nominal_agreement({f"rater {at}": [unit[at] for unit in units] for at in range(14)})
    assert found.fleiss.value == pytest.approx(0.210, abs=5e-4)
