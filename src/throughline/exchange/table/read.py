"""Strangers' bytes -> `TableDocument`. Pure: nothing is stored, nothing outside is asked.

CSV of any usual encoding, separator and line end is read here; spreadsheets in a confined process. Limits: 64 MB of
bytes (settings), ten seconds and 512 MB for a spreadsheet.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator

from throughline.exchange.table.document import RowFault, TableDocument, TableFormat, TableRow, TableShape
from throughline.exchange.table.encoding import encoding_of
from throughline.exchange.table.merged import Touched, place_of
from throughline.exchange.table.separated import Record, delimiter_of, records, row_of
from throughline.exchange.table.sheet import Sheet, read_sheet, sheet_records
from throughline.vocabulary.errors import Invalid, Sentence

MAX_BYTES = 64 * 1024 * 1024
MAX_COLUMNS = 2_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_TABLES = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "a packed archive"),
    (b"7z\xbc\xaf\x27\x1c", "a packed archive"),
    (b"Rar!", "a packed archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database"),
)


def read_table(
    data: bytes, filename: str, shape: TableShape | None = None, *, max_bytes: int = MAX_BYTES
) -> TableDocument:
    """Read the header and count the rows of a CSV or spreadsheet. `max_bytes`: the most that may be uploaded.

    Raises Invalid, saying what is wrong with which file and how to mend it, for everything that is no table, and for
    what is empty, damaged, locked, hostile or too large.
    """
    shape = shape or TableShape()
    _check_bytes(data, filename, max_bytes)
    sheet = None
    if data.startswith((_ZIP, _OLE, b"PK\x05\x06")):
        sheet = read_sheet(data, filename, shape.sheet, is_filled=shape.is_filled)
        source: Callable[[], Iterator[Record]] = functools.partial(sheet_records, sheet.rows)
        kind, encoding, delimiter = TableFormat.SPREADSHEET, None, None
    else:
        encoding = encoding_of(data, filename, shape.encoding)
        delimiter = delimiter_of(data, encoding, filename, shape.delimiter)
        source = functools.partial(records, data, encoding, delimiter, filename)
        kind = TableFormat.CSV
    header_line, header = _header(source(), filename, shape.header_line)
    areas = [area for area in sheet.merged if area[2] >= header_line] if sheet else []
    touched = Touched(() if shape.is_filled else areas)
    count = sum(1 for line, _ in source() if line > header_line)
    return TableDocument(
        filename, kind, hashlib.sha256(data).hexdigest(), header, count, encoding, delimiter,
        functools.partial(_walk, source, header_line, header, touched), header_line,
        sheet=sheet.name if sheet else None, sheets=sheet.names if sheet else (),
        merged=tuple(place_of(area) for area in areas), notes=_notes(sheet, filename),
    )  # fmt: skip


def _notes(sheet: Sheet | None, filename: str) -> tuple[Sentence, ...]:
    if sheet is None or not sheet.unread:
        return ()
    return (
        Sentence(
            "%(file)s has %(count)s cells whose formula has no result, or an error for one (#N/A, #REF!): they are read as"
            " empty. Open the file in Excel or LibreOffice, mend the errors, save it and choose it again.",
            file=filename, count=sheet.unread,
        ),
    )  # fmt: skip


def _check_bytes(data: bytes, filename: str, max_bytes: int) -> None:
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise Invalid(
            Sentence("%(file)s is empty: it holds no table. Export it again and upload that.", file=filename)
        )
    if len(data) > max_bytes:
        raise Invalid(
            Sentence(
                "%(file)s is too large (%(megabytes)d MB; the most is %(most)d MB). Split it by month or year; importing"
                " the parts one after the other gives the same.",
                file=filename, megabytes=-(-len(data) // 1_048_576), most=max_bytes // 1_048_576,
            )
        )  # fmt: skip
    for magic, what in _NOT_TABLES:
        if data.startswith(magic):
            raise Invalid(
                Sentence(
                    "%(file)s is %(what)s, not a table. Export the records as CSV or XLSX and upload that.",
                    file=filename, what=what,
                )
            )  # fmt: skip


def _header(source: Iterator[Record], filename: str, header_line: int) -> tuple[int, tuple[str, ...]]:
    """The line of the header and its cells: the first line with content, unless the mapping says which."""
    for line, cells in source:
        if line < header_line:
            continue
        if cells is None:
            raise Invalid(
                Sentence(
                    "%(file)s: the header in line %(line)d has stray quotation marks. Double or remove them.",
                    file=filename, line=line,
                )
            )  # fmt: skip
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise Invalid(
                Sentence(
                    "%(file)s has %(count)d columns; the most is %(most)d. Check that it is the right file.",
                    file=filename, count=len(cells), most=MAX_COLUMNS,
                )
            )  # fmt: skip
        return line, tuple(cells)
    raise Invalid(
        Sentence(
            "%(file)s has no header: there is no line with content at or below line %(line)d.",
            file=filename, line=max(header_line, 1),
        )
    )  # fmt: skip


def _walk(
    source: Callable[[], Iterator[Record]], header_line: int, header: tuple[str, ...], touched: Touched
) -> Iterator[TableRow]:
    again = [name.casefold() for name in header]
    for line, cells in source():
        if line <= header_line:
            continue
        row = row_of(line, cells, len(header))
        if row.fault is None and line in touched:
            row = TableRow(line, row.cells, RowFault.MERGED)
        elif len(header) > 1 and row.fault is None and [cell.casefold() for cell in row.cells] == again:
            row = TableRow(line, row.cells, RowFault.HEADER)
        yield row
