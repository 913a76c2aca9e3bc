"""What readers hold of a freeze already when something more leaves it: the cells that left, and those that these can be taken from.

A unit's rows are grouped once by the columns that any of these cells names: what is looked at grows with their combinations, not with
the rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.unit_rows import Where, rows_of, values_of
from throughline.evaluation.units import unit_of
from throughline.methods.linked import Nesting
from throughline.methods.table import Key, Table

Counted = tuple[Table, Mapping[Key, Where]]  # a table, and the predicate of each of its cells
Span = tuple[int, int]
Told = tuple[
    Where, Span
]  # a cell that left, and the lowest and the highest that stand behind what was shown of it

# What a cell names, column by column, None where it leaves one open: many cells have the same totals, and these are told
# apart as they come before anything is made of them.
_Chosen = tuple[tuple[str, str | tuple[str, ...]] | None, ...]


@dataclass(frozen=True)
class Known:
    """Cells that left, and others beside them, each as a table for `link`. `spans`: what readers know each of those that left to
    be. `whole`: columns of which every row has a value, with all the values that there are: a cell that names them all leaves the
    column open."""

    left: Counted
    spans: Mapping[Key, Span]
    beside: Counted
    whole: Mapping[str, frozenset[str]]


def known(
    freeze: OpenFreeze, unit: str, own: Sequence[Where], before: Sequence[Told], nesting: Nesting
) -> Known | None:
    """None where nothing left before. `own`: the cells that are to leave now.

    Beside a cell that left stand those that differ from it in one column's value, and beside each the cells that it is a part of;
    beside a 0 none: all that lies in it is 0.
    """
    left: dict[Key, Where] = {}
    spans: dict[Key, Span] = {}
    for where, (low, high) in before:
        mark = _mark(where)
        left[mark] = where
        held = spans.get(mark, (low, high))
        spans[mark] = (max(low, held[0]), min(high, held[1]))
    if not left:
        return None
    pinned = unit_of(unit).pinned
    named = dict.fromkeys(name for where in (*own, *left.values()) for name in where)
    coarser = (to for name, (to, _) in nesting.items() if name in named)
    cube = _Cube(freeze, unit, [*dict.fromkeys((*named, *coarser))])
    left_of = cube.counted(left)
    some = [where for mark, where in left.items() if left_of[0].cells[mark]]
    beside: dict[_Chosen, None] = {}
    for where in some:
        beside |= dict.fromkeys(_others(where, pinned, cube))
    for where in (*some, *own):
        beside |= dict.fromkeys(_totals(where, pinned, nesting))
    rest = {mark: other for other in map(_where, beside) if (mark := _mark(other)) not in left}
    return Known(left_of, spans, cube.counted(rest), cube.whole)


def _mark(where: Where) -> Key:
    return (repr(sorted((name, values_of(value)) for name, value in where.items())),)


def _where(chosen: _Chosen) -> Where:
    return dict(one for one in chosen if one is not None)


def _others(where: Where, pinned: Sequence[str], cube: _Cube) -> Iterator[_Chosen]:
    for name in where:
        if len(values_of(where[name])) == 1 and name not in pinned:
            for value in cube.values[name]:
                yield tuple({**where, name: value}.items())


def _totals(where: Where, pinned: Sequence[str], nesting: Nesting) -> Iterator[_Chosen]:
    """Column by column left open, or told as what it is nested in: sums go over several of them."""
    kept = [
        [(name, value)] if name in pinned else [(name, value), None, *_coarser(name, value, nesting)]
        for name, value in where.items()
    ]
    return itertools.product(*kept)


def _coarser(name: str, value: str | tuple[str, ...], nesting: Nesting) -> Iterator[tuple[str, str]]:
    if name in nesting and isinstance(value, str):
        coarser, to = nesting[name]
        yield coarser, to[value]


class _Cube:
    """How many rows of a unit have each combination of some columns' values."""

    def __init__(self, freeze: OpenFreeze, unit: str, names: Sequence[str]) -> None:
        rows = rows_of(freeze, unit)
        self._numbers = {name: rows.words[name] for name in names}
        self._codes, self._n = rows.grouped(names)
        self._sums: dict[tuple[str, ...], dict[int, int]] = {}

    @property
    def values(self) -> Mapping[str, Sequence[str]]:
        return {name: [*numbers] for name, numbers in self._numbers.items()}

    @property
    def whole(self) -> dict[str, frozenset[str]]:
        return {
            name: frozenset(self._numbers[name]) for name, codes in self._codes.items() if (codes > 0).all()
        }

    def counted(self, cells: Mapping[Key, Where]) -> Counted:
        return Table(("cell",), {mark: self._count(where) for mark, where in cells.items()}, ()), cells

    def _count(self, where: Where) -> int:
        names = tuple(sorted(where))
        sums, found = self._by(names), 0
        for values in itertools.product(*(values_of(where[name]) for name in names)):
            numbers = [self._numbers[name].get(value) for name, value in zip(names, values, strict=True)]
            if None not in numbers:
                found += sums.get(self._key(names, numbers), 0)
        return found

    def _key(self, names: Sequence[str], numbers: Sequence[Any]) -> Any:
        """One number for a combination, of whole numbers or of columns of them; 0 is no word."""
        key: Any = 0
        for name, number in zip(names, numbers, strict=True):
            key = key * (len(self._numbers[name]) + 1) + number
        return key

    def _by(self, names: tuple[str, ...]) -> dict[int, int]:
        if names not in self._sums:
            keys = self._key(names, [self._codes[name] for name in names]) + np.zeros(self._n.size, np.int64)
            order = np.argsort(keys)
            found, starts = np.unique(keys[order], return_index=True)
            sums = np.add.reduceat(self._n[order], starts) if found.size else self._n
            self._sums[names] = dict(zip(found.tolist(), sums.tolist(), strict=True))
        return self._sums[names]
