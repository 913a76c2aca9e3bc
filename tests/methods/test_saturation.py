"""Saturation against an example reckoned by hand, and against sets counted anew for every run."""

from __future__ import annotations

import pytest
from hypothesis import given
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


@pytest.mark.parametrize("wrong", [{"base_size": 0}, {"run_length": 0}, {"threshold": 1.5}])
def test_saturation_refuses_sizes_that_are_none(wrong: dict[str, float]) -> None:
    with pytest.raises(Invalid):
        saturation(_codes(NEW), **wrong)  # type: ignore[arg-type]  # by name
