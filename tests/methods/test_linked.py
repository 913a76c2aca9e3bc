"""Tables of one release against a reader who solves them together."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from throughline.methods.linked import Nesting, Rows, apart, link
from throughline.methods.suppression import LT5, ProtectedTable, protect
from throughline.methods.table import ALL, Key, Sum, Table, crossed

ARMS = {"s0": "i", "s1": "i", "s2": "i", "s3": "c", "s4": "c", "s5": "c"}
NESTING: Nesting = {"site": ("arm", ARMS)}
COLUMNS = {
    "site": tuple(ARMS), "arm": ("i", "c"), "phase": ("before", "after"), "month": ("m1", "m2", "m3"),
    "step": ("yes", "no", "declined"),
}  # fmt: skip
Row = dict[str, str]


def drawn(seed: int) -> list[Row]:
    """Contacts of a small programme in which one kind of nothing is rare."""
    chance = random.Random(seed)
    rows = []
    for site in ARMS:
        for _ in range(chance.randint(20, 70)):
            step = chance.choices(COLUMNS["step"], [50, 46, 4])[0]
            rows.append(
                {"site": site, "arm": ARMS[site], "phase": chance.choice(COLUMNS["phase"]),
                 "month": chance.choice(COLUMNS["month"]), "step": step}
            )  # fmt: skip
    return rows


def table(rows: list[Row], *dimensions: str) -> tuple[Table, dict[Key, Rows]]:
    counts = dict.fromkeys(itertools.product(*(COLUMNS[name] for name in dimensions)), 0)
    for row in rows:
        counts[tuple(row[name] for name in dimensions)] += 1
    made = crossed(dimensions, counts)
    cells = {
        key: {name: frozenset({value}) for name, value in zip(dimensions, key, strict=True) if value != ALL}
        for key in made.cells
    }
    return made, cells


SPLITS = (("arm", "phase", "step"), ("site", "step"), ("site", "month"), ("phase",))


def recovered(told: list[ProtectedTable], splits: tuple[tuple[str, ...], ...] = SPLITS) -> list[Key]:
    """Hidden cells that are a combination of shown ones, by linear algebra over every kind of row there can be."""
    kinds = [
        dict(zip(("site", "phase", "month", "step"), values, strict=True)) | {"arm": ARMS[values[0]]}
        for values in itertools.product(*(COLUMNS[name] for name in ("site", "phase", "month", "step")))
    ]

    def vector(dimensions: tuple[str, ...], key: Key) -> list[float]:
        return [
            float(all(value in (ALL, kind[name]) for name, value in zip(dimensions, key, strict=True)))
            for kind in kinds
        ]

    shown, hidden = [], []
    for dimensions, one in zip(splits, told, strict=True):
        for key, cell in one.cells.items():
            (hidden if cell.count is None else shown).append((key, vector(dimensions, key)))
    base = np.array([row for _, row in shown]).T
    found = []
    for key, row in hidden:
        weights = np.linalg.lstsq(base, np.array(row), rcond=None)[0]
        if np.allclose(base @ weights, row, atol=1e-8):
            found.append(key)
    return found


def test_tables_protected_alone_are_solved_together() -> None:
    """That the attack works: otherwise the next test could not fail."""
    solved = 0
    for seed in range(12):
        rows = drawn(seed)
        solved += bool(recovered([protect(table(rows, *split)[0], LT5) for split in SPLITS]))
    assert solved >= 3


@pytest.mark.parametrize("seed", range(12))
def test_tables_protected_together_are_not_solved(seed: int) -> None:
    made = [table(drawn(seed), *split) for split in SPLITS]
    linked = link(made, NESTING)
    told = apart(linked, protect(linked.table, LT5), [one for one, _ in made])
    assert recovered(told) == []
    for (one, _), left in zip(made, told, strict=True):
        for key, cell in left.cells.items():
            assert cell.count in (None, one.cells[key])
            assert cell.count is None or not LT5.hides(one.cells[key])


def test_cells_of_the_same_rows_are_one_cell() -> None:
    rows = drawn(1)
    made = [table(rows, "site", "step"), table(rows, "site", "month"), table(rows, "site", "arm")]
    linked = link(made, NESTING)
    places = [linked.places[at]["s0", ALL] for at in range(3)]
    assert len(set(places)) == 1
    assert linked.places[2]["s0", "i"] == places[0], "of a named site the arm is known"
    assert linked.places[2]["s0", "c"] != places[0]


def test_arm_is_the_sum_of_its_sites_across_tables() -> None:
    rows = drawn(2)
    linked = link([table(rows, "arm", "step"), table(rows, "site", "step")], NESTING)
    arm, sites = linked.places[0]["i", "yes"], {linked.places[1][site, "yes"] for site in ("s0", "s1", "s2")}
    assert any(one.total == arm and set(one.parts) == sites for one in linked.table.sums)
    assert all(isinstance(one, Sum) for one in linked.table.sums)


def test_a_cell_that_names_several_values_is_their_sum() -> None:
    one = Table(("step",), {("yes",): 3, ("no",): 0}, ())
    rows = {("yes",): {"step": frozenset({"yes"})}, ("no",): {"step": frozenset({"no"})}}
    both = Table(("step",), {("both",): 3}, ())
    linked = link([(one, rows), (both, {("both",): {"step": frozenset({"yes", "no"})}})], {})
    assert linked.table.sums
    told = protect(linked.table, LT5)
    assert all(cell.count is None for cell in told.cells.values())


def test_tables_are_joined_alike_in_every_process() -> None:
    """Sets of words come in another order in each: what is hidden must not hang on it, or the same table leaves twice."""
    names = [f"value {number}" for number in range(12)]
    one = table_of("step", dict.fromkeys(names, 20))
    both, rows = Table(("all",), {("all",): 240}, ()), {("all",): {"step": frozenset(names)}}
    (further,) = (sum_ for sum_ in link([one, (both, rows)], {}).table.sums if len(sum_.parts) == 12)
    assert list(further.parts) == sorted(further.parts)


def table_of(dimension: str, counts: dict[str, int]) -> tuple[Table, dict[Key, Rows]]:
    cells: dict[Key, int] = {(value,): count for value, count in counts.items()}
    return Table((dimension,), cells, ()), {key: {dimension: frozenset(key)} for key in cells}
