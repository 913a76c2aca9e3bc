"""Who stands behind a released count: its predicate, asked of the freeze that it was counted from.

A line of the ledger holds cells as predicates, never members. To compare a new table with what left before, the members
are looked up again, as numbers that are the same in every freeze (`members`, under the ledger's key).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.evaluation.frames import TEXT
from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import OpenFreeze, columns_of, open_freeze
from throughline.methods.differencing import CellMembers
from throughline.records.study.models import Freeze, Release
from throughline.vocabulary.errors import Invalid, Sentence, Unready

# Unit -> where its rows lie, the column that numbers them, and how many each counts for.
UNITS: Mapping[str, tuple[str, str, str]] = {
    "contact": ("history", "contact_no", "n"),
    "code": ("code_history", "client_no", "1"),
}
_ODD = np.uint64(0x9E3779B97F4A7C15)  # spreads the nameless contacts of one tally apart


@dataclass(frozen=True)
class Cell:
    """One released cell: what is counted, and which value each column has."""

    unit: str
    where: Mapping[str, str]
    shown: int

    @property
    def label(self) -> str:
        return " / ".join(f"{name} {value}" for name, value in sorted(self.where.items())) or "all"

    def as_line(self) -> dict[str, Any]:
        return {"unit": self.unit, "where": dict(sorted(self.where.items())), "shown": self.shown}

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> Cell:
        return cls(str(line["unit"]), {str(k): str(v) for k, v in line["where"].items()}, int(line["shown"]))


def members_of(freeze: OpenFreeze, cell: Cell, label: str) -> CellMembers:
    """Who is behind a cell. A tally of n stands for n members of its own, since nothing more is known of them."""
    table, number, weight = unit_of(cell.unit)
    check_columns(cell.unit, cell.where)
    where = " AND ".join([f"t.{name} = ?" for name in cell.where] or ["1 = 1"])
    rows = freeze.table(
        f"SELECT m.member, CAST({weight} AS BIGINT) AS n FROM {table} AS t"  # noqa: S608  (checked names, bound values)
        f" JOIN members AS m ON m.unit = '{cell.unit}' AND m.number = t.{number} WHERE {where}",
        list(cell.where.values()),
    )
    members = np.asarray(rows["member"], dtype=np.int64).view(np.uint64)
    return CellMembers(label, cell.unit, _apart(members, np.asarray(rows["n"], dtype=np.int64)))


def unit_of(unit: str) -> tuple[str, str, str]:
    """Raises Invalid for a unit that the ledger does not know."""
    if unit not in UNITS:
        raise Invalid(Sentence("Tables count contacts or codes; not %(unit)s.", unit=unit))
    return UNITS[unit]


def check_columns(unit: str, names: Iterable[str]) -> None:
    """Only columns of words split or narrow a table: with dates and numbers a cell would be a single person."""
    table = unit_of(unit)[0]
    columns = {name for name, kind in columns_of(table).items() if kind == TEXT}
    for name in names:
        if name not in columns:
            raise Invalid(
                Sentence(
                    "A table is split by %(known)s; not by %(name)s.",
                    known=", ".join(sorted(columns)),
                    name=name,
                )
            )


def _apart(members: NDArray[np.uint64], counts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Each member as often as it counts, the second and further ones as numbers of their own."""
    repeated = np.repeat(members, counts)
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    places = (np.arange(repeated.size) - starts).astype(np.uint64)
    return repeated + places * _ODD


def earlier_members(releases: Iterable[Release]) -> list[CellMembers]:
    """Members of every cell of tables that left, looked up in the freezes that they were counted from.

    Raises Unready where such a freeze is gone or altered: then nobody can say what stands beside the new table.
    """
    by_freeze: dict[str, tuple[Freeze, list[tuple[Release, Cell]]]] = {}
    for release in releases:
        cells = [Cell.from_line(line) for line in release.cells]
        if release.freeze is not None and cells:
            by_freeze.setdefault(release.freeze.name, (release.freeze, []))[1].extend(
                (release, c) for c in cells
            )
    found: list[CellMembers] = []
    for freeze, cells_of in by_freeze.values():
        try:
            with open_freeze(folder_of(freeze), expect=freeze.content_hash) as opened:
                found += [
                    members_of(opened, cell, f"{release.what} ({release.released_at:%Y-%m-%d}): {cell.label}")
                    for release, cell in cells_of
                ]
        except Invalid as error:
            raise Unready(
                Sentence(
                    "Tables that left earlier were counted from the freeze %(name)s, which cannot be opened: %(why)s",
                    name=freeze.name,
                    why=str(error),
                )
            ) from error
    return found
