import itertools
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.methods.differencing import GROUPS, CellMembers, check_differencing
from throughline.vocabulary.errors import Invalid

member_sets = st.lists(st.sets(st.integers(0, 14)), max_size=8)


def cell(label: str, members: Iterable[int], unit: str = "contact") -> CellMembers:
    return CellMembers(label, unit, np.array(list(members), dtype=np.uint64))


@given(member_sets, member_sets, st.integers(2, 7), st.sampled_from([1, GROUPS // 2, GROUPS]))
def test_pairs_agree_with_sets(
    new: list[set[int]], earlier: list[set[int]], threshold: int, step: int
) -> None:
    """`step`: ids lie in groups of their own, in two groups, or all in one."""
    found = check_differencing(
        [cell(f"n{i}", (one * step for one in ids)) for i, ids in enumerate(new)],
        [cell(f"e{i}", (one * step for one in ids)) for i, ids in enumerate(earlier)],
        threshold=threshold,
    )
    named = [(f"n{i}", ids) for i, ids in enumerate(new)] + [(f"e{i}", ids) for i, ids in enumerate(earlier)]
    expected = {
        (one, two, len(a ^ b))
        for (one, a), (two, b) in itertools.combinations(named, 2)
        if one[0] == "n" and a and b and 1 <= len(a ^ b) < threshold
    }
    expected |= {(one, "nobody", len(a)) for one, a in named if one[0] == "n" and 1 <= len(a) < threshold}
    assert {(pair.first, pair.second, pair.apart) for pair in found.refused} == expected
    assert found.may_leave == (not expected)


def test_month_closed_late_differs_from_month_released_before() -> None:
    """March, told in April with 40 contacts and in June with 42: two late records could be taken out."""
    found = check_differencing(
        [cell("March, told in June", range(42))], [cell("March", range(40))], threshold=5
    )
    assert [(pair.first, pair.second, pair.apart) for pair in found.refused] == [
        ("March, told in June", "March", 2)
    ]
    words = str(found.refused[0].sentence)
    assert "differ by too few" in words
    assert "2" not in words


def test_overlapping_cells_are_refused_too() -> None:
    found = check_differencing([cell("women", range(50)), cell("under 40", range(2, 52))], [], threshold=5)
    assert [pair.apart for pair in found.refused] == [4]


def test_same_members_may_be_told_again() -> None:
    assert check_differencing(
        [cell("March", range(40))], [cell("March", reversed(range(40)))], threshold=5
    ).may_leave


def test_units_are_not_compared_with_each_other() -> None:
    assert check_differencing(
        [cell("contacts", range(40))], [cell("codes", range(38), "code")], threshold=5
    ).may_leave


def test_earlier_pairs_have_left_and_are_not_refused_again() -> None:
    assert check_differencing([], [cell("a", range(40)), cell("b", range(41))], threshold=5).may_leave


def test_ids_of_different_freezes_meet_by_their_keyed_value() -> None:
    high = np.array([2**63 + 5, 2**64 - 1, *range(10)], dtype=np.uint64)
    found = check_differencing(
        [CellMembers("now", "code", high)], [CellMembers("then", "code", high[:-1][::-1])], threshold=5
    )
    assert [pair.apart for pair in found.refused] == [1]


def test_thousands_of_cells_are_compared_exactly() -> None:
    rng = np.random.default_rng(7)
    new = [
        cell(f"n{i}", rng.choice(20_000, size=size, replace=False))
        for i, size in enumerate(rng.integers(5, 400, 1500))
    ]
    earlier = [
        cell(f"e{i}", rng.choice(20_000, size=size, replace=False))
        for i, size in enumerate(rng.integers(5, 400, 1500))
    ]
    planted = cell("planted", [*new[700].members[3:].tolist(), 20_001])
    found = check_differencing([*new, planted], earlier, threshold=8)
    assert [(pair.first, pair.second, pair.apart) for pair in found.refused if "planted" in pair.second] == [
        ("n700", "planted", 4)
    ]


def test_pairs_are_found_across_blocks_of_like_size() -> None:
    """Each cell lies in the next and is just under the threshold smaller: no pair of neighbours may be lost."""
    nested = [cell(f"{i}", range(10 + 4 * i)) for i in range(600)]
    found = check_differencing(nested, [], threshold=5)
    assert [(pair.first, pair.second) for pair in found.refused] == [(f"{i}", f"{i + 1}") for i in range(599)]
    assert {pair.apart for pair in found.refused} == {4}


def test_broken_cells_are_refused() -> None:
    with pytest.raises(Invalid, match="names a member twice"):
        check_differencing([cell("a", [1, 1])], [], threshold=5)
    with pytest.raises(Invalid, match="64-bit whole numbers"):
        check_differencing([CellMembers("a", "code", np.array([1.5]))], [], threshold=5)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(Invalid, match="2 or more"):
        check_differencing([], [], threshold=1)
