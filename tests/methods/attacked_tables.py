"""Random tables as they would leave, for attacks: some of the totals, and counts that are mostly small."""

from __future__ import annotations

import itertools

import numpy as np

from tests.methods.attacker import Released, released_of
from throughline.methods.linked import apart, link
from throughline.methods.suppression import HES, LE7_ROUND5, LT5, Profile, custom, protect
from throughline.methods.table import ALL, Key, Table, crossed
from throughline.vocabulary.errors import Unready

PROFILES = (LT5, HES, custom(3), custom(10, 5), custom(4, 3), LE7_ROUND5)
COLUMNS = ("site", "phase", "answer")
MEANS = (1.5, 4.0, 12.0)


def random_table(rng: np.random.Generator, *, most: int = 36) -> tuple[Table, dict[Key, int]]:
    """A table with up to `most` inner cells, and these."""
    names = COLUMNS[: int(rng.integers(1, 4))]
    widest = int(most ** (1 / len(names)) + 1e-9)
    shape = [int(rng.integers(2, max(3, widest + 1))) for _ in names]
    mean = MEANS[int(rng.integers(len(MEANS)))]
    values = [[f"{name} {place}" for place in range(size)] for name, size in zip(names, shape, strict=True)]
    counts = {key: int(rng.negative_binomial(1, 1 / (1 + mean))) for key in itertools.product(*values)}
    totals = [kept for size in range(len(names)) for kept in itertools.combinations(names, size)]
    return crossed(names, counts, margins=[kept for kept in totals if rng.random() < 0.7]), counts


ARMS = {"site 0": "x", "site 1": "x", "site 2": "y", "site 3": "y"}
LINKED = ("arm", "site", "phase", "step")
Told = tuple[tuple[str, ...], Table]


def linked_tables(rng: np.random.Generator) -> tuple[dict[Key, int], list[Told]]:
    """The rows of four sites in two arms, and two or three tables of them, each by one or two of the columns."""
    mean = (0.7, 2.0, 6.0)[int(rng.integers(3))]
    inner: dict[Key, int] = {
        (ARMS[site], site, phase, step): int(rng.negative_binomial(1, 1 / (1 + mean)))
        for site, phase, step in itertools.product(ARMS, ("before", "after"), ("yes", "no", "open"))
    }
    chosen = [
        tuple(sorted(str(name) for name in rng.choice(LINKED, size=int(rng.integers(1, 3)), replace=False)))
        for _ in range(int(rng.integers(2, 4)))
    ]
    return inner, [(names, crossed(names, _by(names, inner))) for names in dict.fromkeys(chosen)]


def _by(names: tuple[str, ...], inner: dict[Key, int]) -> dict[Key, int]:
    places = [LINKED.index(name) for name in names]
    keys = [tuple(key[place] for place in places) for key in inner]
    counts = dict.fromkeys(itertools.product(*(sorted(set(column)) for column in zip(*keys, strict=True))), 0)
    for key, count in zip(keys, inner.values(), strict=True):
        counts[key] += count
    return counts


def within(names: tuple[str, ...], key: Key, inner: dict[Key, int]) -> frozenset[Key]:
    """The innermost counts that a cell of such a table adds up."""
    wanted = {LINKED.index(name): value for name, value in zip(names, key, strict=True) if value != ALL}
    return frozenset(one for one in inner if all(one[place] == value for place, value in wanted.items()))


def single(rng: np.random.Generator, profile: Profile, *, most: int) -> list[Released]:
    """The cells of a random table as they leave; none where it may not."""
    table, counts = random_table(rng, most=most)
    try:
        found = protect(table, profile)
    except Unready:
        return []
    why = {key: cell.why.value for key, cell in found.cells.items() if cell.why is not None}
    return released_of(found.released(), why, counts, ALL)


def together(rng: np.random.Generator, profile: Profile) -> list[Released]:
    """The cells of several tables of the same rows as they leave in one passage; none where they may not."""
    inner, tables = linked_tables(rng)
    named = [
        (table, {key: {name: frozenset({value}) for name, value in zip(names, key, strict=True) if value != ALL} for key in table.cells})
        for names, table in tables
    ]  # fmt: skip
    linked = link(named, {"site": ("arm", ARMS)})
    try:
        told = apart(linked, protect(linked.table, profile), [table for _, table in tables])
    except Unready:
        return []
    return [
        Released(
            f"{names}: {key}", inside, said, cell.why.value if (cell := one.cells[key]).why else "", sum(inner[at] for at in inside)
        )
        for (names, _), one in zip(tables, told, strict=True)
        for key, said in one.released().items()
        if (inside := within(names, key, inner))
    ]  # fmt: skip
