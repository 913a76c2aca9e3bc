"""Who stands behind a released count: its predicate, asked of the freeze that it was counted from.

A line of the ledger holds cells as predicates, never members. To compare a new table with what left before, the members
are looked up again, as numbers that are the same in every freeze.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import OpenFreeze, open_freeze
from throughline.evaluation.unit_rows import Where, in_order, rows_of, values_of
from throughline.evaluation.units import check_columns
from throughline.methods.differencing import CellMembers
from throughline.records.study.models import Freeze, Release
from throughline.vocabulary.errors import Invalid, Sentence, Unready

_ODD = np.uint64(0x9E3779B97F4A7C15)  # spreads the nameless contacts of one tally apart


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


def members_of_all(freeze: OpenFreeze, cells: Sequence[tuple[Cell, str]]) -> list[CellMembers]:
    """Who is behind each cell (with its label). A tally of n stands for n members of its own: no more is known of them."""
    return Standing(freeze).of(cells)


class Standing:
    """Who stands behind cells of an open freeze; rows are sorted once for each unit and set of columns."""

    def __init__(self, freeze: OpenFreeze) -> None:
        self._freeze = freeze
        self._sorted: dict[tuple[str, ...], tuple[NDArray[np.int64], NDArray[np.int64]]] = {}

    def of(self, cells: Sequence[tuple[Cell, str]]) -> list[CellMembers]:
        """Raises Invalid for a column by which no table of the cell's unit is split or narrowed."""
        return [CellMembers(label, cell.unit, self._behind(cell)) for cell, label in cells]

    def _behind(self, cell: Cell) -> NDArray[np.uint64]:
        check_columns(cell.unit, cell.where)
        rows, names = rows_of(self._freeze, cell.unit), tuple(sorted(cell.where))
        if (cell.unit, *names) not in self._sorted:
            every = rows.keys_of(names)
            order = in_order(every)
            self._sorted[cell.unit, *names] = every[order], order
        keys, order = self._sorted[cell.unit, *names]
        found = [np.arange(0)]
        for values in itertools.product(*(values_of(cell.where[name]) for name in names)):
            key = rows.key(names, values)
            if key is not None:
                first, last = np.searchsorted(keys, [key, key + 1])
                found.append(order[first:last])
        here = np.concatenate(found)
        return apart(rows.members[here], rows.counts[here])


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
