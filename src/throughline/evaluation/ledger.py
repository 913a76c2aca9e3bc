"""Who stands behind a released count: its predicate, asked of the freeze that it was counted from.

A line of the ledger holds cells as predicates, never members. To compare a new table with what left before, the members
are looked up again, as numbers that are the same in every freeze. All cells of a unit are looked up in one pass.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import OpenFreeze, open_freeze
from throughline.evaluation.units import check_columns, unit_of
from throughline.methods.differencing import CellMembers
from throughline.records.study.models import Freeze, Release
from throughline.vocabulary.errors import Invalid, Sentence, Unready

Where = Mapping[str, str | tuple[str, ...]]
_ODD = np.uint64(0x9E3779B97F4A7C15)  # spreads the nameless contacts of one tally apart
_BATCH = 65_536


@dataclass(frozen=True)
class Cell:
    """One released cell: what is counted, and which value, or one of which values, each column has."""

    unit: str
    where: Where
    shown: int

    @property
    def label(self) -> str:
        told = (f"{name} {' or '.join(values_of(value))}" for name, value in sorted(self.where.items()))
        return " / ".join(told) or "all"

    def as_line(self) -> dict[str, Any]:
        where = {
            name: value if isinstance(value, str) else list(value)
            for name, value in sorted(self.where.items())
        }
        return {"unit": self.unit, "where": where, "shown": self.shown}

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> Cell:
        where = {
            str(name): tuple(str(one) for one in value) if isinstance(value, list) else str(value)
            for name, value in line["where"].items()
        }
        return cls(str(line["unit"]), where, int(line["shown"]))


def values_of(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def members_of_all(freeze: OpenFreeze, cells: Sequence[tuple[Cell, str]]) -> list[CellMembers]:
    """Who is behind each cell (with its label). A tally of n stands for n members of its own: no more is known of them."""
    return Standing(freeze, (cell for cell, _ in cells)).of(cells)


class Standing:
    """Rows of the units that some cells count, read once: their members, and the columns that any cell asks for."""

    def __init__(self, freeze: OpenFreeze, cells: Iterable[Cell]) -> None:
        needed: dict[str, set[str]] = {}
        for cell in cells:
            check_columns(cell.unit, cell.where)
            needed.setdefault(cell.unit, set()).update(cell.where)
        self._rows = {unit: _Rows(freeze, unit, sorted(names)) for unit, names in needed.items()}

    def of(self, cells: Sequence[tuple[Cell, str]]) -> list[CellMembers]:
        return [CellMembers(label, cell.unit, self._rows[cell.unit].behind(cell)) for cell, label in cells]


class _Rows:
    """A unit's rows as numbers; those of a cell are found by sorting once for each set of columns."""

    def __init__(self, freeze: OpenFreeze, unit: str, names: Sequence[str]) -> None:
        of = unit_of(unit)
        columns = "".join(f", {of.column(name)} AS c{place}" for place, name in enumerate(names))
        query = f"SELECT {of.member} AS member, CAST({of.weight} AS BIGINT) AS n{columns} FROM {of.source}"  # noqa: S608  (words of ours only)
        batches = [_coded(batch) for batch in freeze.engine.sql(query).to_arrow_reader(_BATCH)]
        self._members = _joined([batch[0] for batch in batches]).view(np.uint64)
        self._counts = _joined([batch[1] for batch in batches])
        self._codes: dict[str, NDArray[np.int64]] = {}
        self._values: dict[str, dict[str, int]] = {}
        for place, name in enumerate(names):
            self._codes[name], self._values[name] = _one_dictionary([batch[2 + place] for batch in batches])
        self._sorted: dict[tuple[str, ...], tuple[NDArray[np.int64], NDArray[np.int64]]] = {}

    def behind(self, cell: Cell) -> NDArray[np.uint64]:
        names = tuple(sorted(cell.where))
        keys, order = self._by(names)
        found = [np.arange(0)]
        for values in itertools.product(*(values_of(cell.where[name]) for name in names)):
            key = self._key(names, values)
            if key is not None:
                first, last = np.searchsorted(keys, [key, key + 1])
                found.append(order[first:last])
        rows = np.concatenate(found)
        return apart(self._members[rows], self._counts[rows])

    def _by(self, names: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if names not in self._sorted:
            keys = np.zeros(self._members.size, dtype=np.int64)
            for name in names:
                keys = keys * (len(self._values[name]) + 1) + self._codes[name]
            order = np.argsort(keys, kind="stable")
            self._sorted[names] = (keys[order], order)
        return self._sorted[names]

    def _key(self, names: Sequence[str], values: Sequence[str]) -> int | None:
        """None for a value that no row has."""
        key = 0
        for name, value in zip(names, values, strict=True):
            if value not in self._values[name]:
                return None
            key = key * (len(self._values[name]) + 1) + self._values[name][value]
        return key


def _coded(batch: pa.RecordBatch) -> list[Any]:
    """Numbers as they are, words as a dictionary of the batch: a word is kept once for many rows."""
    numbers = [column.to_numpy(zero_copy_only=False) for column in batch.columns[:2]]
    return [*numbers, *(column.dictionary_encode() for column in batch.columns[2:])]


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _one_dictionary(parts: list[Any]) -> tuple[NDArray[np.int64], dict[str, int]]:
    """Each row's word as a number from 1; 0 is no word (outside), which no cell asks for."""
    values: dict[str, int] = {}
    codes = []
    for part in parts:
        own = [values.setdefault(word, len(values) + 1) for word in part.dictionary.to_pylist()]
        places = part.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
        codes.append(np.array([*own, 0], dtype=np.int64)[places])
    return _joined(codes), values


def apart(members: NDArray[np.uint64], counts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Each member as often as it counts, the second and further ones as numbers of their own."""
    repeated = np.repeat(members, counts)
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    places = (np.arange(repeated.size) - starts).astype(np.uint64)
    return repeated + places * _ODD


def earlier_members(
    releases: Iterable[Release], held: Mapping[UUID, OpenFreeze] | None = None
) -> list[CellMembers]:
    """Members of every cell of tables that left, looked up in the freezes that they were counted from. `held`: freezes that are open
    and checked already, by their id.

    Raises Unready where such a freeze is gone or altered: then nobody can say what stands beside the new table.
    """
    found: list[CellMembers] = []
    for freeze, cells in _by_freeze(releases):
        try:
            if held and freeze.id in held:
                found += members_of_all(held[freeze.id], cells)
                continue
            with open_freeze(folder_of(freeze), expect=freeze.content_hash) as opened:
                found += members_of_all(opened, cells)
        except Invalid as error:
            raise Unready(
                Sentence(
                    "Tables that left earlier were counted from the freeze %(name)s, which cannot be opened: %(why)s",
                    name=freeze.name,
                    why=str(error),
                )
            ) from error
    return found


def _by_freeze(releases: Iterable[Release]) -> Iterator[tuple[Freeze, list[tuple[Cell, str]]]]:
    """The cells that left, by the freeze they were counted from; the same predicate once, under its first name."""
    by_freeze: dict[str, tuple[Freeze, dict[str, tuple[Cell, str]]]] = {}
    for release in releases:
        if release.freeze is None:
            continue
        for line in release.cells:
            cell = Cell.from_line(line)
            if not cell.shown:  # nobody stands behind it
                continue
            label = f"{release.what} ({release.released_at:%Y-%m-%d}): {cell.label}"
            held = by_freeze.setdefault(release.freeze.name, (release.freeze, {}))[1]
            held.setdefault(f"{cell.unit}: {cell.label}", (cell, label))
    for freeze, cells in by_freeze.values():
        yield freeze, list(cells.values())
