import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.methods.intervals import by_drawing_sites
from throughline.vocabulary.errors import Invalid

Counts = dict[str, tuple[int, int]]
counts = st.lists(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=5, max_size=9
).map(lambda held: {f"s{place}": pair for place, pair in enumerate(held)})
FIVE: Counts = {"a": (10, 40), "b": (30, 60), "c": (5, 50), "d": (44, 80), "e": (12, 20)}


def generator() -> np.random.Generator:
    return np.random.default_rng(3)


def test_interval_agrees_with_every_draw_that_there_is() -> None:
    shares = [
        sum(FIVE[site][0] for site in drawn) / sum(FIVE[site][1] for site in drawn)
        for drawn in itertools.product(FIVE, repeat=5)
    ]
    found, reason = by_drawing_sites(FIVE, rng=generator(), resamples=40_000)
    assert found is not None and reason is None
    low, high = np.quantile(shares, [0.025, 0.975])
    assert (found.low, found.high) == (pytest.approx(low, abs=0.006), pytest.approx(high, abs=0.006))


@given(counts)
def test_interval_lies_between_the_lowest_and_highest_site(held: Counts) -> None:
    found, reason = by_drawing_sites(held, rng=generator(), resamples=200)
    shares = [yes / n for yes, n in held.values()]
    if max(shares) - min(shares) < 1e-12:
        assert found is None and "same share" in str(reason)
        return
    assert found is not None
    assert min(shares) - 1e-12 <= found.low <= found.high <= max(shares) + 1e-12


@given(counts, st.integers(2, 50))
def test_more_records_of_the_same_sites_make_it_no_narrower(held: Counts, times: int) -> None:
    more = {site: (yes * times, n * times) for site, (yes, n) in held.items()}
    one, _ = by_drawing_sites(held, rng=generator(), resamples=200)
    other, _ = by_drawing_sites(more, rng=generator(), resamples=200)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert (one.low, one.high) == (pytest.approx(other.low), pytest.approx(other.high))


@given(counts)
def test_interval_does_not_depend_on_the_order_of_sites(held: Counts) -> None:
    turned = dict(reversed(held.items()))
    assert by_drawing_sites(held, rng=generator()) == by_drawing_sites(turned, rng=generator())


def test_fewer_than_five_sites_have_no_interval_and_a_reason() -> None:
    four = {site: FIVE[site] for site in "abcd"} | {"e": (0, 0)}
    found, reason = by_drawing_sites(four, rng=generator())
    assert found is None
    assert "4 sites" in str(reason) and "at least 5" in str(reason)


@pytest.mark.parametrize(("pair", "level"), [((5, 4), 0.95), ((-1, 4), 0.95), ((1, 4), 1.0), ((1, 4), 0.0)])
def test_impossible_counts_and_levels_are_refused(pair: tuple[int, int], level: float) -> None:
    with pytest.raises(Invalid):
        by_drawing_sites(FIVE | {"f": pair}, rng=generator(), level=level)
