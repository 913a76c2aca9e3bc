import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.brute_force import told_too_much
from throughline.methods.disclosure_bounds import Reader
from throughline.methods.suppression import (
    HES,
    LE7_ROUND5,
    LT5,
    PROFILES,
    Profile,
    State,
    Why,
    custom,
    first_hidden,
    protect,
    reader_of,
    summary_may_leave,
    tells,
)
from throughline.methods.table import ALL, Key, Sum, Table, crossed
from throughline.methods.whole_numbers import Effort, TooMuch
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.nothing import SUPPRESSED, Nothing


def two_way(rows: list[list[int]], margins: list[tuple[str, ...]] | None = None) -> Table:
    cells = {(f"site {i}", f"answer {j}"): count for i, row in enumerate(rows) for j, count in enumerate(row)}
    return crossed(("site", "answer"), cells, margins=margins)


def one_way(*counts: int, total: bool = True) -> Table:
    return crossed(("site",), {(f"s{i}",): n for i, n in enumerate(counts)}, margins=[()] if total else [])


def states(table: Table, profile: Profile) -> list[str | int]:
    return list(protect(table, profile).released().values())


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (LT5, [0, SUPPRESSED, SUPPRESSED, 5, 7, 8, 12, 13]),
        (HES, [0, SUPPRESSED, SUPPRESSED, SUPPRESSED, SUPPRESSED, 10, 10, 15]),
        (LE7_ROUND5, [0, SUPPRESSED, SUPPRESSED, SUPPRESSED, SUPPRESSED, 10, 10, 15]),
        (custom(10, 10), [0, *[SUPPRESSED] * 5, 10, 10]),
    ],
)
def test_profiles_suppress_first_and_round_then(profile: Profile, expected: list[str | int]) -> None:
    assert states(one_way(0, 1, 4, 5, 7, 8, 12, 13, total=False), profile) == expected


def test_profile_that_would_round_a_count_to_zero_is_refused() -> None:
    with pytest.raises(Invalid, match="would make a count of 3 a 0"):
        custom(3, 10)
    with pytest.raises(Invalid, match="threshold of 2 or more"):
        custom(1, 1)
    with pytest.raises(Invalid, match="threshold of 2 or more"):
        custom(5, 0)


@given(st.integers(2, 12), st.integers(1, 10), st.integers(0, 60))
def test_span_behind_shown_count_is_every_count_shown_so(threshold: int, rounding: int, count: int) -> None:
    if 2 * threshold < rounding or 0 < count < threshold:
        return
    profile = custom(threshold, rounding)
    shown = profile.rounded(count)
    alike = [n for n in range(100) if not 0 < n < threshold and profile.rounded(n) == shown]
    assert profile.behind(shown) == (alike[0], alike[-1])
    assert alike == list(range(alike[0], alike[-1] + 1))


def test_single_small_count_takes_another_with_it() -> None:
    assert states(one_way(3, 20, 9, 50), LT5) == [SUPPRESSED, 20, SUPPRESSED, 50, 82]


def test_small_count_stands_alone_where_no_total_is_released() -> None:
    assert states(one_way(3, 20, 9, 50, total=False), LT5) == [SUPPRESSED, 20, 9, 50]


def test_two_small_counts_that_bound_each_other_take_a_third() -> None:
    """1 + 2 = 3 would tell that neither is above 2: the rule of thumb (two hidden in a row) is not enough."""
    assert states(one_way(1, 2, 20, 50), LT5) == [SUPPRESSED, SUPPRESSED, SUPPRESSED, 50, 73]


def test_two_way_table_hides_a_rectangle() -> None:
    found = protect(two_way([[3, 50], [20, 30], [60, 31]]), LT5)
    assert {key for key, cell in found.cells.items() if cell.count is None} == {
        ("site 0", "answer 0"),
        ("site 0", "answer 1"),
        ("site 1", "answer 0"),
        ("site 1", "answer 1"),
    }


def test_zero_in_small_group_is_hidden() -> None:
    """Three people, none of whom said yes: shown, the 0 would tell what each of them said."""
    found = protect(two_way([[0, 3], [20, 30], [25, 60]], margins=[("site",), ("answer",), ()]), LT5)
    assert found.cells[("site 0", "answer 0")].why == Why.SMALL_GROUP
    assert found.cells[("site 0", "answer 1")].why == Why.SMALL_GROUP
    assert found.cells[("site 0", ALL)].why == Why.PRIMARY


def test_zero_in_large_group_is_shown() -> None:
    found = protect(two_way([[0, 30], [20, 30]]), LT5)
    assert found.released()[("site 0", "answer 0")] == 0


def test_zero_that_nobody_at_all_chose_is_shown() -> None:
    found = protect(two_way([[0, 1, 2], [0, 30, 20], [0, 25, 60]]), LT5)
    assert {found.released()[(f"site {i}", "answer 0")] for i in range(3)} == {0}


small_counts = st.one_of(st.integers(0, 3), st.integers(0, 8))
smaller_counts = st.one_of(st.integers(0, 3), st.integers(0, 5))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(smaller_counts, min_size=6, max_size=6), st.sampled_from([custom(3), custom(2), custom(3, 2)])
)
def test_reader_cannot_work_out_hidden_counts(counts: list[int], profile: Profile) -> None:
    table = two_way([counts[:3], counts[3:]])
    assert told_too_much(protect(table, profile), table.cells, most=8) == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(small_counts, min_size=4, max_size=4), st.booleans(), st.sampled_from([LT5, HES, custom(3, 5)])
)
def test_reader_cannot_work_out_hidden_counts_of_one_row(
    counts: list[int], total: bool, profile: Profile
) -> None:
    table = one_way(*counts, total=total)
    assert told_too_much(protect(table, profile), table.cells, most=8 + profile.threshold) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_reader_cannot_work_out_hidden_counts_of_three_dimensions(counts: list[int]) -> None:
    table = crossed(("x", "y", "z"), dict(zip(itertools.product("ab", "cd", "ef"), counts, strict=True)))
    try:
        released = protect(table, custom(2))
    except Unready:  # nobody is told of somebody alone in every way: then nothing leaves, which tells nothing
        return
    assert told_too_much(released, table.cells, most=4) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(small_counts, min_size=6, max_size=6), st.sampled_from([LT5, HES]))
def test_no_small_count_is_ever_released(counts: list[int], profile: Profile) -> None:
    table = two_way([counts[:2], counts[2:4], counts[4:]])
    for key, cell in protect(table, profile).cells.items():
        assert cell.count is None or cell.count == 0 or table.cells[key] >= profile.threshold
        assert (cell.state == State.SUPPRESSED) == (cell.count is None) == (cell.why is not None)


def test_groups_of_groups_are_defended_through_their_sums() -> None:
    """Sites within arms: the arm's total beside all its sites but one would tell that one."""
    cells: dict[Key, int] = {
        ("s1",): 3,
        ("s2",): 40,
        ("s3",): 9,
        ("s4",): 12,
        ("x",): 43,
        ("y",): 21,
        (ALL,): 64,
    }
    sums = (Sum(("x",), (("s1",), ("s2",))), Sum(("y",), (("s3",), ("s4",))), Sum((ALL,), (("x",), ("y",))))
    found = protect(Table(("group",), cells, sums), LT5).released()
    assert [key for key, told in found.items() if told == SUPPRESSED] == [("s1",), ("s2",)]


def test_naive_suppression_is_found_out() -> None:
    """The proof itself can fail: with only the small count hidden, the reader tells it from the total."""
    table = one_way(3, 20, 9, 50)
    hidden = first_hidden(table, LT5)
    assert hidden == {("s0",): Why.PRIMARY}
    assert tells(("s0",), 3, Why.PRIMARY, LT5, reader_of(table, LT5, hidden))


def test_nothing_leaves_as_nothing() -> None:
    table = crossed(
        ("month",), {("2023-01",): 12, ("2023-02",): 30}, nothing={("2023-03",): Nothing.NOT_RECORDED}
    )
    assert protect(table, LT5).released()[("2023-03",)] == "not_recorded"


def test_share_comes_from_released_counts_only() -> None:
    found = protect(two_way([[13, 38], [21, 30], [0, 0]], margins=[("site",)]), HES)
    assert found.share(("site 0", "answer 0"), ("site 0", ALL)) == 15 / 50
    assert found.share(("site 2", "answer 0"), ("site 2", ALL)) == "not_applicable"
    hidden = protect(two_way([[3, 50], [20, 30]], margins=[("site",)]), LT5)
    assert hidden.share(("site 0", "answer 0"), ("site 0", ALL)) == SUPPRESSED


def test_protected_table_holds_no_hidden_count() -> None:
    found = protect(two_way([[3, 5003], [2007, 30]]), LT5)
    assert found.cells[("site 1", "answer 0")].why == Why.SECONDARY
    for hidden in ("5003", "2007"):
        assert f"count={hidden}," not in repr(found)
        assert int(hidden) not in found.released().values()


def test_summaries_of_small_groups_stay() -> None:
    assert [summary_may_leave(n, LT5) for n in (0, 4, 5)] == [False, False, True]
    assert [summary_may_leave(n, HES) for n in (7, 8)] == [False, True]


def test_year_of_months_by_site_is_protected_whole() -> None:
    rng = np.random.default_rng(3)
    counts = {(f"s{i}", f"m{j:02}"): int(rng.poisson(7)) for i in range(6) for j in range(12)}
    table = crossed(("site", "month"), counts)
    for profile in PROFILES.values():
        found = protect(table, profile)
        hidden = {key: cell.why for key, cell in found.cells.items() if cell.why is not None}
        reader = reader_of(table, profile, hidden)
        assert not [key for key, why in hidden.items() if tells(key, table.cells[key], why, profile, reader)]
        assert len(hidden) < len(found.cells) / 2 or profile is not LT5


def sparse(seed: int, shape: tuple[int, ...]) -> Table:
    """Mostly small counts, by as many columns as there are lengths."""
    rng = np.random.default_rng(seed)
    names = ("site", "month", "route")[: len(shape)]
    values = [[f"{name} {n}" for n in range(size)] for name, size in zip(names, shape, strict=True)]
    counts: dict[Key, int] = {key: int(rng.negative_binomial(1, 0.2)) for key in itertools.product(*values)}
    return crossed(names, counts)


def test_rounded_totals_of_a_sparse_table_are_proved_in_few_steps() -> None:
    """Corners of such a system are fractions; whole numbers near them are found without branching, which costs twenty times as much."""
    effort = Effort(200_000)
    protect(sparse(1, (5, 6, 3)), HES, effort=effort)
    assert effort.left > 0


def test_a_table_that_takes_too_much_is_refused_with_what_to_do() -> None:
    with pytest.raises(TooMuch, match="Ask for a coarser one"):
        protect(sparse(1, (6, 8)), HES, effort=Effort(1_000))


def test_what_is_not_known_to_be_told_before_is_not_let_be() -> None:
    """A solver that came to no answer about what left before has not shown that nothing new is told."""

    class Undecided(Reader):
        def _is_possible(self, key: Key, value: int) -> bool | None:
            return None

    table = Table(("x",), {("a",): 3, ("b",): 20, (ALL,): 23}, (Sum((ALL,), (("a",), ("b",))),))
    hidden: dict[Key, Why] = {("a",): Why.PRIMARY}
    knows = reader_of(table, LT5, hidden)
    undecided = Undecided(table.cells, dict.fromkeys(table.cells, (0, None)), table.sums)
    assert tells(("a",), 3, Why.PRIMARY, LT5, knows, undecided)
