"""The tables of a project that is a SQLite file, read where they can do no harm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from throughline.exchange.project.confined import damaged, lines_from, too_large
from throughline.exchange.transcript.encoding import scrub
from throughline.vocabulary.errors import Invalid, Sentence

_WORKER = Path(__file__).with_name("sqlite_worker.py")
# The largest integer of SQLite; anything else that stands where a number should is no number.
_MOST = 1 << 63
_WHOLE = re.compile(r"\s*-?[0-9]{1,18}\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a column that this version of the program does not have reads as empty."""

    cells: dict[str, Any]

    def text(self, column: str) -> str:
        """The cell as text that every file can hold, line feeds as its only line ends; empty for NULL."""
        return scrub(self.untouched(column))[0]

    def untouched(self, column: str) -> str:
        """The cell as text, as it stands there."""
        cell = self.cells.get(column)
        return "" if cell is None else str(cell)

    def number(self, column: str) -> int | None:
        """The cell as a whole number; None for NULL and for what is none."""
        cell = self.cells.get(column)
        if isinstance(cell, str) and _WHOLE.fullmatch(cell):
            cell = int(cell)
        is_number = isinstance(cell, int) and -_MOST <= cell < _MOST
        return cell if is_number else None


@dataclass(slots=True)
class Tables:
    """The tables that were asked for and are there. `has_log`: the file was in use and may lack its latest rows."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    has_log: bool = False

    def of(self, table: str) -> Sequence[Row]:
        """A table's rows; none where this version of the program has no such table."""
        return self.rows.get(table, ())


def tables_of(
    data: bytes, filename: str, *, wanted: Sequence[str], needed: Sequence[str], program: str
) -> Tables:
    """The `wanted` tables. Raises Invalid where the bytes are no SQLite file or lack a `needed` table of `program`."""
    tables, columns = Tables(), dict[str, list[str]]()
    for line in lines_from(_WORKER, data, filename, wanted):
        if line[0] == "error":
            raise _refused(line[1], filename, program)
        if line[0] == "wal":
            tables.has_log = True
        elif line[0] == "columns":
            columns[line[1]] = line[2]
            tables.rows[line[1]] = []
        else:
            tables.rows[line[1]].append(Row(dict(zip(columns[line[1]], line[2], strict=True))))
    if any(table not in tables.rows for table in needed):
        raise _foreign(filename, program)
    return tables


def _refused(code: str, filename: str, program: str) -> Invalid:
    if code == "not sqlite":
        return _foreign(filename, program)
    return too_large(filename) if code == "large" else damaged(filename)


def _foreign(filename: str, program: str) -> Invalid:
    return Invalid(
        Sentence(
            "%(file)s is not a project of %(program)s. Check that it is the right file, or export the project as"
            " REFI-QDA (.qdpx) and import that.",
            file=filename,
            program=program,
        )
    )
