"""Strangers' bytes -> `TableDocument`. Pure: nothing is stored, nothing outside is asked.

CSV of any usual encoding, separator and line end is read here; spreadsheets in a confined process. Limits: 64 MB of
bytes (settings), twenty seconds of the processor and 512 MB for a spreadsheet.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Collection, Iterator

from throughline.exchange.table.document import RowFault, TableDocument, TableFormat, TableRow, TableShape
from throughline.exchange.table.encoding import doubts_of, encoding_of
from throughline.exchange.table.merged import Touched, place_of
from throughline.exchange.table.separated import Record, delimiter_of, records, row_of
from throughline.exchange.table.sheet import Sheet, read_sheets, sheet_records
from throughline.vocabulary.errors import Invalid, Sentence

MAX_BYTES = 64 * 1024 * 1024
MAX_COLUMNS = 2_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVE, _PICTURE = Sentence("a packed archive"), Sentence("a picture")
_NOT_TABLES = (
    (b"%PDF", Sentence("a PDF")),
    (b"{\\rtf", Sentence("a text document (RTF)")),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"SQLite format 3", Sentence("a database")),
)


def read_table(
    data: bytes, filename: str, shape: TableShape | None = None, *, max_bytes: int = MAX_BYTES
) -> TableDocument:
    """Read the header and count the rows of a CSV or spreadsheet. `max_bytes`: the most that may be uploaded.

    Raises Invalid, saying what is wrong with which file and how to mend it, for everything that is no table, and for
    what is empty, damaged, locked, hostile or too large.
    """
    return read_tables(data, filename, shape, max_bytes=max_bytes)[0]


def read_tables(
    data: bytes, filename: str, shape: TableShape | None = None, *, beside: Collection[str] = (), max_bytes: int = MAX_BYTES
) -> tuple[TableDocument, ...]:  # fmt: skip
    """The table that `read_table` reads; of a workbook also every other sheet with one of `beside` (folded) in its header.

    One limit of time and memory holds for all of them together. Raises Invalid as `read_table` does.
    """
    shape = shape or TableShape()
    _check_bytes(data, filename, max_bytes)
    digest = hashlib.sha256(data).hexdigest()
    if not data.startswith((_ZIP, _OLE, b"PK\x05\x06")):
        return (_separated(data, filename, shape, digest),)
    sheets = read_sheets(data, filename, shape.sheet, is_filled=shape.is_filled, beside=beside)
    return tuple(
        _of_sheet(sheet, filename, 0 if number else shape.header_line, digest, is_filled=shape.is_filled)
        for number, sheet in enumerate(sheets)
    )


def _separated(data: bytes, filename: str, shape: TableShape, digest: str) -> TableDocument:
    encoding = encoding_of(data, filename, shape.encoding)
    delimiter = delimiter_of(data, encoding, filename, shape.delimiter)
    source = functools.partial(records, data, encoding, delimiter, filename)
    header_line, header = _header(source(), filename, shape.header_line)
    return TableDocument(
        filename, TableFormat.CSV, digest, header, _rows_below(source, header_line), encoding, delimiter,
        functools.partial(_walk, source, header_line, header, Touched(())), header_line,
        notes=doubts_of(data, filename, encoding, shape.encoding),
    )  # fmt: skip


def _of_sheet(
    sheet: Sheet, filename: str, header_line: int, digest: str, *, is_filled: bool
) -> TableDocument:
    source = functools.partial(sheet_records, sheet.rows)
    header_line, header = _header(source(), filename, header_line)
    areas = [area for area in sheet.merged if area[2] >= header_line]
    touched = Touched(() if is_filled else areas)
    return TableDocument(
        filename, TableFormat.SPREADSHEET, digest, header, _rows_below(source, header_line), None, None,
        functools.partial(_walk, source, header_line, header, touched), header_line,
        sheet=sheet.name, sheets=sheet.names, merged=tuple(place_of(area) for area in areas),
        notes=_notes(sheet, filename),
    )  # fmt: skip


def _rows_below(source: Callable[[], Iterator[Record]], header_line: int) -> int:
    return sum(1 for line, _ in source() if line > header_line)


def _notes(sheet: Sheet, filename: str) -> tuple[Sentence, ...]:
    if not sheet.unread:
        return ()
    return (
        Sentence(
            "%(file)s has %(count)s cell whose formula has no result, or an error for one (#N/A, #REF!): it is"
            " read as empty. Open the file in Excel or LibreOffice, mend the errors, save it and choose it again.",
            "%(file)s has %(count)s cells whose formula has no result, or an error for one (#N/A, #REF!): they"
            " are read as empty. Open the file in Excel or LibreOffice, mend the errors, save it and choose it"
            " again.",
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
                "%(file)s is too large (%(megabytes)s MB; the most is %(most)s MB). Split it by month or year; importing"
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
                    "%(file)s: the header in line %(line)s has stray quotation marks. Double or remove them.",
                    file=filename, line=line,
                )
            )  # fmt: skip
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise Invalid(
                Sentence(
                    "%(file)s has %(count)s columns; the most is %(most)s. Check that it is the right file.",
                    file=filename, count=len(cells), most=MAX_COLUMNS,
                )
            )  # fmt: skip
        return line, tuple(cells)
    raise Invalid(
        Sentence(
            "%(file)s has no header: there is no line with content at or below line %(line)s.",
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
