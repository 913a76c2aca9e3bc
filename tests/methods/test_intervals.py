import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from throughline.methods.estimate import Missing
from throughline.methods.intervals import wilson
from throughline.vocabulary.errors import Invalid, Unready

counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels(pair: tuple[int, int], level: float) -> None:
    yes, n = pair
    low, high = proportion_confint(yes, n, alpha=1 - level, method="wilson")
    found = wilson(yes, n, level=level).interval
    assert found.low == pytest.approx(max(0.0, low), abs=1e-12)
    assert found.high == pytest.approx(min(1.0, high), abs=1e-12)


def test_wilson_gives_published_value_for_none_of_ten() -> None:
    found = wilson(0, 10)
    assert found.interval.low == 0.0
    assert found.interval.high == pytest.approx(0.2775, abs=5e-5)


@given(counts)
def test_wilson_holds_share_and_mirrors(pair: tuple[int, int]) -> None:
    yes, n = pair
    found, mirrored = wilson(yes, n), wilson(n - yes, n)
    assert 0 <= found.interval.low <= found.share <= found.interval.high <= 1
    assert found.interval.low == pytest.approx(1 - mirrored.interval.high, abs=1e-12)


@given(counts)
def test_wilson_narrows_with_more_values(pair: tuple[int, int]) -> None:
    yes, n = pair
    few, many = wilson(yes, n).interval, wilson(yes * 4, n * 4).interval
    assert many.high - many.low < few.high - few.low


def test_wilson_reports_missing_without_counting_it() -> None:
    found = wilson(3, 10, missing=Missing(declined=90))
    assert (found.n, found.missing.declined, found.share) == (10, 90, 0.3)
    assert found.method == "intervals.wilson/1"
    assert "as if it stood alone" in str(found.assumptions[0])


def test_wilson_refuses_share_of_nothing() -> None:
    with pytest.raises(Unready, match="no recorded value"):
        wilson(0, 0)


@pytest.mark.parametrize(("yes", "n", "level"), [(5, 4, 0.95), (-1, 4, 0.95), (1, 4, 1.0), (1, 4, 0.0)])
def test_wilson_refuses_impossible_counts_and_levels(yes: int, n: int, level: float) -> None:
    with pytest.raises(Invalid):
        wilson(yes, n, level=level)
