import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from throughline.methods.disclosure_bounds import Reader
from throughline.methods.spans import narrowed
from throughline.methods.table import ALL, Key, Sum, crossed
from throughline.vocabulary.errors import Invalid

ROW = Sum((ALL,), (("a",), ("b",), ("c",)))


def reader(hidden: dict[Key, tuple[int, int | None]], **counts: int) -> Reader:
    truth: dict[Key, int] = {(name,): count for name, count in counts.items()}
    truth[(ALL,)] = sum(counts.values())
    return Reader(truth, {key: hidden.get(key, (count, count)) for key, count in truth.items()}, (ROW,))


def test_one_hidden_cell_beside_its_total_is_worked_out() -> None:
    found = reader({("a",): (1, 4)}, a=3, b=20, c=30)
    assert found.span(("a",)) == (3, 3)
    assert [value for value in range(6) if found.can_be(("a",), value)] == [3]


def test_two_small_hidden_cells_bound_each_other() -> None:
    found = reader({("a",): (1, 4), ("b",): (1, 4)}, a=1, b=2, c=30)
    assert found.span(("a",)) == (1, 2)


def test_hidden_total_leaves_its_part_open() -> None:
    found = reader({("a",): (0, None), (ALL,): (0, None)}, a=3, b=20, c=30)
    assert found.span(("a",)) == (0, None)
    assert found.span((ALL,)) == (50, None)
    assert found.can_be(("a",), 1000)


def test_reader_who_learns_less_can_exclude_less() -> None:
    found = reader({("a",): (1, 4)}, a=3, b=20, c=30)
    assert not found.can_be(("a",), 2)
    found.learns_less(("b",), (0, None))
    assert found.can_be(("a",), 2)
    assert found.span(("b",)) == (19, 22)


def test_reader_is_never_told_what_is_not_so() -> None:
    with pytest.raises(Invalid, match="is not so"):
        reader({("a",): (1, 4)}, a=7, b=20, c=30)
    with pytest.raises(Invalid, match="only grow"):
        reader({("a",): (0, 9)}, a=7, b=20, c=30).learns_less(("a",), (5, 9))


def test_spans_of_sums_alone_narrow_in_turn_and_leave_what_names_a_cell_twice() -> None:
    low, high = np.array([0.0, 0, 0, 5]), np.array([9.0, 2, np.inf, 5])
    rows = csr_array(np.array([[1.0, -1, -1, 0], [0, 0, 1, -1]]))  # a = b + c, c = d
    found = narrowed(rows, low, high)
    assert [one.tolist() for one in found] == [[5, 0, 5, 5], [7, 2, 5, 5]]
    twice = narrowed(csr_array(np.array([[1.0, -2, 0, 0]])), low, high)
    assert twice[0] is low and twice[1] is high


def test_whole_numbers_leave_holes_that_fractions_would_fill() -> None:
    # Twice a hidden count is 6 or 10 apart from others: t = x + x2 with x = x2 by a second sum; odd totals cannot be.
    truth: dict[Key, int] = {("x",): 3, ("y",): 3, ("t",): 6, ("z",): 3}
    spans: dict[Key, tuple[int, int | None]] = {
        ("x",): (0, 9),
        ("y",): (0, 9),
        ("t",): (0, 18),
        ("z",): (0, 9),
    }
    sums = (Sum(("t",), (("x",), ("y",))), Sum(("z",), (("x",),)), Sum(("z",), (("y",),)))
    found = Reader(truth, spans, sums)
    assert [value for value in range(19) if found.can_be(("t",), value)] == list(range(0, 19, 2))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=6, max_size=6), st.sets(st.integers(0, 11)))
def test_bounds_agree_with_enumeration(counts: list[int], hidden_places: set[int]) -> None:
    """Hidden inner cells are known to be 0..4, hidden totals to be 0..30: then every table can be gone through."""
    table = crossed(("x", "y"), dict(zip(itertools.product("ab", "cde"), counts, strict=True)))
    keys = list(table.cells)
    hidden = {keys[place] for place in hidden_places}
    spans = {
        key: (0, 4 if ALL not in key else 30) if key in hidden else (n, n) for key, n in table.cells.items()
    }
    found = Reader(table.cells, spans, table.sums)
    inner = [key for key in keys if ALL not in key]
    every = np.array(list(itertools.product(*[range(spans[key][0], spans[key][1] + 1) for key in inner])))
    lies_in = [[all(w in (ALL, v) for v, w in zip(cell, key, strict=True)) for key in keys] for cell in inner]
    columns = every @ np.array(lies_in, dtype=np.int64)
    low, high = np.array([spans[key] for key in keys]).T
    columns = columns[np.all((columns >= low) & (columns <= high), axis=1)]
    for place, key in enumerate(keys):
        if key in hidden:
            possible = set(columns[:, place].tolist())
            assert found.span(key) == (min(possible), max(possible))
            assert {value for value in range(8) if found.can_be(key, value)} == {v for v in possible if v < 8}
