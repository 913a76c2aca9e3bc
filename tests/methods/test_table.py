import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.methods.table import ALL, Sum, Table, crossed
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import Nothing

SITES, MONTHS = ("Aldmoor", "Brackwell"), ("2023-01", "2023-02")


def test_crossed_adds_every_total_and_ties_them() -> None:
    table = crossed(
        ("site", "month"), dict(zip(itertools.product(SITES, MONTHS), [3, 4, 10, 0], strict=True))
    )
    assert table.cells[("Aldmoor", ALL)] == 7
    assert table.cells[(ALL, "2023-02")] == 4
    assert table.cells[(ALL, ALL)] == 17
    assert {(sum_.total, len(sum_.parts)) for sum_ in table.sums} == {
        (("Aldmoor", ALL), 2),
        (("Brackwell", ALL), 2),
        ((ALL, "2023-01"), 2),
        ((ALL, "2023-02"), 2),
        ((ALL, ALL), 2),
    }
    assert len([sum_ for sum_ in table.sums if sum_.total == (ALL, ALL)]) == 2


@given(st.lists(st.integers(0, 20), min_size=12, max_size=12))
def test_crossed_ties_all_totals_of_three_dimensions(counts: list[int]) -> None:
    keys = itertools.product(("a", "b"), ("c", "d"), ("e", "f", "g"))
    table = crossed(("x", "y", "z"), dict(zip(keys, counts, strict=True)))
    assert len(table.cells) == 3 * 3 * 4
    assert table.cells[(ALL, ALL, ALL)] == sum(counts)
    assert {sum_.total for sum_ in table.sums} == {key for key in table.cells if ALL in key}


def test_crossed_keeps_only_margins_asked_for() -> None:
    counts = dict(zip(itertools.product(SITES, MONTHS), [3, 4, 10, 0], strict=True))
    table = crossed(("site", "month"), counts, margins=[()])
    assert set(table.cells) == {*counts, (ALL, ALL)}
    assert [set(sum_.parts) for sum_ in table.sums] == [set(counts)]


def test_month_not_reported_is_nothing_and_not_zero() -> None:
    table = crossed(
        ("site", "month"),
        {("Aldmoor", "2023-01"): 3, ("Brackwell", "2023-01"): 10},
        nothing={
            ("Aldmoor", "2023-02"): Nothing.NOT_RECORDED,
            ("Brackwell", "2023-02"): Nothing.NOT_RECORDED,
        },
    )
    assert table.nothing[(ALL, "2023-02")] == Nothing.NOT_RECORDED
    assert (ALL, "2023-02") not in table.cells
    assert table.cells[(ALL, ALL)] == 13


def test_crossed_refuses_silence() -> None:
    with pytest.raises(Invalid, match="Brackwell / 2023-02 is missing: say 0 or a kind of nothing"):
        crossed(
            ("site", "month"),
            {("Aldmoor", "2023-01"): 1, ("Aldmoor", "2023-02"): 1, ("Brackwell", "2023-01"): 1},
        )


def test_table_that_does_not_hold_together_is_refused() -> None:
    cells = {("a",): 3, ("b",): 4, (ALL,): 8}
    with pytest.raises(Invalid, match="do not add up"):
        Table(("site",), cells, (Sum((ALL,), (("a",), ("b",))),))
    with pytest.raises(Invalid, match="not in the table"):
        Table(("site",), cells, (Sum((ALL,), (("a",), ("c",))),))
    with pytest.raises(Invalid, match="one value for each of"):
        Table(("site",), {("a", "b"): 1}, ())
    with pytest.raises(Invalid, match="0 or more"):
        Table(("site",), {("a",): -1}, ())
    with pytest.raises(Invalid, match="Inner cells name one value"):
        crossed(("site",), {(ALL,): 3})


def _lies_in(key: tuple[str, ...], total: tuple[str, ...]) -> bool:
    return all(whole in (ALL, value) for value, whole in zip(key, total, strict=True))


@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=3),
    st.integers(0, 6),
    st.sets(st.sets(st.sampled_from("abc")).map(frozenset)),
)
def test_sums_are_those_of_every_cell_held_against_every_total(
    sizes: list[int], step: int, margins: set[frozenset[str]]
) -> None:
    dimensions = tuple("abc"[: len(sizes)])
    values = [[f"{name}{n}" for n in range(size)] for name, size in zip(dimensions, sizes, strict=True)]
    counts = {key: place * step % 7 for place, key in enumerate(itertools.product(*values))}
    kept = [tuple(sorted(margin & set(dimensions))) for margin in margins]
    table = crossed(dimensions, counts, margins=kept)
    told = []
    for total in (cell for cell in table.cells if ALL in cell):
        inner = [key for key in counts if _lies_in(key, total)]
        finer = []
        for place in (place for place, value in enumerate(total) if value == ALL):
            parts = [
                key
                for key in table.cells
                if key[place] != ALL and (*key[:place], ALL, *key[place + 1 :]) == total
            ]
            covers = all(any(_lies_in(key, part) for part in parts) for key in inner)
            if parts and covers and sum(table.cells[part] for part in parts) == table.cells[total]:
                finer.append(Sum(total, tuple(parts)))
        told += finer or [Sum(total, tuple(inner))]
    assert list(table.sums) == told
    assert all(
        table.cells[total] == sum(counts[key] for key in counts if _lies_in(key, total))
        for total in table.cells
    )
