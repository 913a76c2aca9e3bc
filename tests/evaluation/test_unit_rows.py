"""A unit's rows in memory, against the same asked of the engine: how many there are of what, with tallies and rows without a word."""

from __future__ import annotations

import itertools
from pathlib import Path

import duckdb
import pytest

from throughline.evaluation.manifest import Manifest
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.unit_rows import UnitRows, Where, rows_of
from throughline.evaluation.units import unit_of

ROWS = """
SELECT number AS contact_no, CASE WHEN number % 5 > 0 THEN number // 3 END AS client_no, 1 + number % 4 AS n,
  ['quay', 'mill', 'dock'][1 + number % 3] AS site, ['service', 'police', 'outreach'][1 + number // 7 % 3] AS route,
  ['yes', 'no', 'declined', NULL][1 + number // 2 % 4] AS crack_use_told, ['yes', NULL][1 + number // 5 % 2] AS response
FROM range(1, 400) AS made(number)
"""


@pytest.fixture(scope="module")
def freeze() -> OpenFreeze:
    engine = duckdb.connect()
    held = ["contact_no", "client_no", "n", "site", "route", "crack_use_told", "response"]
    bare = [
        name
        for name in sorted(unit_of("contact").columns())
        if name not in held and name not in unit_of("contact").made
    ]
    nothing = "".join(f", CAST(NULL AS VARCHAR) AS {name}" for name in bare)
    engine.execute(f"CREATE TABLE history AS SELECT *{nothing} FROM ({ROWS})")
    engine.execute(
        "CREATE TABLE members AS SELECT 'contact' AS unit, contact_no AS number, contact_no * 11 AS member FROM history"
    )
    return OpenFreeze(Path(), Manifest("", {}), engine)


SPLITS = [("site",), ("site", "route"), ("crack_use_told",), ("crack_use_told_known", "has_code", "site")]
WHERES: list[Where] = [
    {},
    {"route": "police"},
    {"site": ("quay", "dock"), "response": "yes"},
    {"route": "nobody"},
]


@pytest.mark.parametrize(("split", "where"), list(itertools.product(SPLITS, WHERES)))
def test_counts_are_those_of_the_engine(freeze: OpenFreeze, split: tuple[str, ...], where: Where) -> None:
    of = unit_of("contact")
    told = [(of.column(name), (value,) if isinstance(value, str) else value) for name, value in where.items()]
    asked = [f"{of.column(name)} IS NOT NULL" for name in split]
    asked += [f"{column} IN {(*values, '')}" for column, values in told]
    columns = ", ".join(of.column(name) for name in split)
    rows = freeze.engine.execute(
        f"SELECT {columns}, SUM({of.weight}) FROM {of.source} WHERE {' AND '.join(asked)} GROUP BY ALL"
    ).fetchall()
    assert rows_of(freeze, "contact").counted(split, where) == {row[:-1]: row[-1] for row in rows}


def test_rows_are_read_once(freeze: OpenFreeze) -> None:
    assert rows_of(freeze, "contact") is rows_of(freeze, "contact")


def test_combinations_beyond_what_a_number_holds_stay_apart(
    freeze: OpenFreeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, names = UnitRows(freeze, "contact"), ("site", "route", "crack_use_told", "response")
    wide = rows.grouped(names)
    monkeypatch.setattr("throughline.evaluation.unit_rows._MOST", 16)
    narrow = rows.grouped(names)

    def told(found: tuple[dict[str, object], object]) -> list[list[int]]:
        codes, counts = found
        return sorted(zip(*(list(codes[name]) for name in names), list(counts), strict=True))

    assert told(narrow) == told(wide)
    assert sum(wide[1]) == rows.counts.sum()
