"""The frozen shape of a table: a header and rows of text, read anew from the bytes each time they are walked.

Rows are not kept: a 64 MB file would unfold to several times that. Every cell is text as written, without
surrounding white space; spreadsheet dates come as ISO 8601.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from throughline.vocabulary.errors import Sentence


class TableFormat(StrEnum):
    """What the bytes were, decided by their content and not by the file's name."""

    CSV = "csv"
    SPREADSHEET = "spreadsheet"


class RowFault(StrEnum):
    """Why a row cannot be read as cells under the header."""

    TOO_FEW = "too_few_cells"
    TOO_MANY = "too_many_cells"
    QUOTES = "stray_quotes"
    MERGED = "merged_cells"
    HEADER = "header_again"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: where it begins in the file (line, or row of the sheet, from 1) and a cell per header column.

    A faulty row has the cells that were found, which may be more or fewer than the header's; of merged cells, the first
    holds the value and the others are empty.
    """

    line: int
    cells: tuple[str, ...] = field(repr=False)
    fault: RowFault | None = None


@dataclass(frozen=True, slots=True)
class TableDocument:
    """A table as read. `sha256` is of the untouched bytes; encoding and delimiter are None for a spreadsheet.

    `sheet` and `sheets` are the one that was read and all that can be seen; `merged` are its merged areas from the header
    down, as a spreadsheet names them (B4:B9). `notes` tell what a person should know of how it was read.
    """

    filename: str
    format: TableFormat
    sha256: str
    header: tuple[str, ...]
    row_count: int
    encoding: str | None
    delimiter: str | None
    walk: Callable[[], Iterator[TableRow]] = field(repr=False, compare=False)
    header_line: int = 1
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    notes: tuple[Sentence, ...] = ()

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
    is_filled: bool = (
        False  # merged cells all take the value of their first; else rows that they reach into are faulty
    )
