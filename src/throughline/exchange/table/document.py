"""The frozen shape of a table: a header and rows of text, read anew from the bytes each time they are walked.

Rows are not kept: a 64 MB file would unfold to several times that. Every cell is text as written, without
surrounding white space; spreadsheet dates come as ISO 8601.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class TableFormat(StrEnum):
    """What the bytes were, decided by their content and not by the file's name."""

    CSV = "csv"
    SPREADSHEET = "spreadsheet"


class RowFault(StrEnum):
    """Why a row cannot be read as cells under the header."""

    TOO_FEW = "too_few_cells"
    TOO_MANY = "too_many_cells"
    QUOTES = "stray_quotes"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: where it begins in the file (line, or row of the sheet, from 1) and a cell per header column.

    A faulty row has the cells that were found, which may be more or fewer than the header's.
    """

    line: int
    cells: tuple[str, ...] = field(repr=False)
    fault: RowFault | None = None


@dataclass(frozen=True, slots=True)
class TableDocument:
    """A table as read. `sha256` is of the untouched bytes; encoding and delimiter are None for a spreadsheet."""

    filename: str
    format: TableFormat
    sha256: str
    header: tuple[str, ...]
    row_count: int
    encoding: str | None
    delimiter: str | None
    walk: Callable[[], Iterator[TableRow]] = field(repr=False, compare=False)

    def rows(self) -> Iterator[TableRow]:
        """The rows below the header, in order; rows without any content are left out."""
        return self.walk()


@dataclass(frozen=True, slots=True)
class TableShape:
    """What somebody says about a file because it cannot be found out: None or 0 where it is to be found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_line: int = 0
