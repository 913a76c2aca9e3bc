"""Saturation against an example reckoned by hand, and against sets counted anew for every run."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from throughline.methods.saturation import saturation
from throughline.vocabulary.errors import Invalid, Unready

# Ten sources. New codes: 12, 6, 4, 3 | 2, 1, 1, 0, 1, 0; the base has 25.
NEW = (12, 6, 4, 3, 2, 1, 1, 0, 1, 0)


def _codes(new: tuple[int, ...]) -> list[frozenset[str]]:
    """Each source has its new codes and the first code of all."""
    found, count = [], 0
    for number in new:
        found.append(frozenset({"c0", *(f"c{n}" for n in range(count, count + number))}))
        count += number
    return found


def test_saturation_by_hand() -> None:
    result = saturation(_codes(NEW))
    assert result.new_by_source == NEW
    assert (result.base, result.codes, result.n) == (25, 30, 10)
    # runs: 5+6: 3/25 = 12%; 6+7: 2/25 = 8%; 7+8: 1/25 = 4%, which is 5% or less: reached at 6 sources, +2
    assert [(run.first, run.last, run.new, run.ratio) for run in result.runs[:3]] == [
        (5, 6, 3, 0.12), (6, 7, 2, 0.08), (7, 8, 1, 0.04),
    ]  # fmt: skip
    assert result.reached == 6


def test_saturation_may_not_be_reached() -> None:
    result = saturation(_codes(NEW), threshold=0.0, run_length=3)
    assert [run.new for run in result.runs] == [4, 2, 2, 1]
    assert result.reached is None


@given(
    st.lists(st.frozensets(st.sampled_from("abcdefgh")), min_size=3, max_size=12),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_saturation_is_what_sets_say(sources: list[frozenset[str]], base_size: int, run_length: int) -> None:
    if len(sources) < base_size + run_length or not frozenset().union(*sources[:base_size]):
        with pytest.raises(Unready):
            saturation(sources, base_size=base_size, run_length=run_length)
        return
    result = saturation(sources, base_size=base_size, run_length=run_length)
    base = frozenset().union(*sources[:base_size])
    assert result.base == len(base)
    assert result.codes == len(frozenset().union(*sources))
    for run in result.runs:
        before = frozenset().union(*sources[: run.first - 1])
        during = frozenset().union(*sources[run.first - 1 : run.last])
        assert run.new == len(during - before)
        assert run.ratio == run.new / len(base)
    assert result.runs[-1].last == len(sources)


def by_brute_force(
    sources: list[frozenset[str]], base_size: int, run_length: int, threshold: Fraction
) -> tuple[list[tuple[int, int, int, Fraction]], int | None, list[int]]:
    """From the first source in which each code is met, in fractions: runs, where it is reached, new codes by source."""
    first = {}
    for number, codes in reversed(list(enumerate(sources, start=1))):
        first.update(dict.fromkeys(codes, number))
    base = len([code for code in first if first[code] <= base_size])
    runs = []
    last = base_size + run_length
    while last <= len(sources):
        new = len([code for code in first if last - run_length < first[code] <= last])
        runs.append((last - run_length + 1, last, new, Fraction(new, base)))
        last += 1
    low_enough = [begin for begin, _, _, ratio in runs if ratio <= threshold]
    reached = min(low_enough) - 1 if low_enough else None
    return runs, reached, [list(first.values()).count(number) for number in range(1, len(sources) + 1)]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.frozensets(st.sampled_from("abcdefghijkl"), max_size=5), min_size=2, max_size=20),
    st.integers(1, 6),
    st.integers(1, 4),
    st.sampled_from(["0", "0.05", "0.1", "0.25", "0.5", "1"]),
)
def test_saturation_is_that_of_brute_force(
    sources: list[frozenset[str]], base_size: int, run_length: int, threshold: str
) -> None:
    assume(len(sources) >= base_size + run_length and frozenset().union(*sources[:base_size]))
    found = saturation(sources, base_size=base_size, run_length=run_length, threshold=float(threshold))
    runs, reached, new = by_brute_force(sources, base_size, run_length, Fraction(threshold))
    assert [(run.first, run.last, run.new) for run in found.runs] == [run[:3] for run in runs]
    assert [run.ratio for run in found.runs] == [float(run[3]) for run in runs]
    assert (found.reached, list(found.new_by_source)) == (reached, new)
    assert (found.n, found.codes) == (len(sources), sum(new))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1), min_size=6, max_size=15), st.randoms())
def test_saturation_cares_for_the_order_of_sources_and_not_for_names_of_codes(
    sources: list[frozenset[str]], chance: Random
) -> None:
    names = dict(zip("abcdef", chance.sample("uvwxyz", 6), strict=True))
    assert saturation([frozenset(names[code] for code in codes) for codes in sources]) == saturation(sources)
    # The same sources again bring nothing: it is reached at the latest before them.
    again = saturation(sources + sources)
    assert (
        again.reached is not None
        and again.reached <= len(sources)
        and again.codes == saturation(sources).codes
    )


@pytest.mark.parametrize("wrong", [{"base_size": 0}, {"run_length": 0}, {"threshold": 1.5}])
def test_saturation_refuses_sizes_that_are_none(wrong: dict[str, float]) -> None:
    with pytest.raises(Invalid):
        saturation(_codes(NEW), **wrong)  # type: ignore[arg-type]  # by name
