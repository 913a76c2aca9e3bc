"""Reads sheets of a spreadsheet in a process of its own: bytes on standard input, JSON lines on standard output.

Run by `sheet` through `confine`, so it knows nothing of the rest; what it checks of a container the reader of forms, such
a process too, checks with it. The first line tells of the sheet
({"sheet", "sheets", "left", "merged", "unread"}) or is {"error": code, ...}; then a line per row with content: [row number,
cell, ...], every cell text. Values are what the file last calculated; formulas and macros are not run, links are not
followed. Merged areas are [first row, first column, last row, last column], from 1, on the sheet; `left` is how many
columns stand empty before the first. The argument is an object: `wanted`, the name of the sheet, or "" for the first with content;
`is_filled`, whether every cell of a merged area takes its value; `words`: every other sheet that can be seen and has one of them in
its first row with content follows in the same way, its first line an object again. One limit of time, memory and length holds for
all of them together.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

import python_calamine

MAX_MEMBERS = 5_000
MAX_UNPACKED = 160_000_000
MAX_ANSWER = 60_000_000
MAX_RATIO = 200
MAX_MERGED = 50_000
SMALL = 1_000_000  # a part below this may unfold as it likes
_CHUNK = 1 << 16
# UTF-8 and both orders of UTF-16, which XML parts may be written in.
_DECLARATIONS = tuple(
    word.encode(name) for word in ("<!DOCTYPE", "<!ENTITY") for name in ("ascii", "utf-16-le", "utf-16-be")
)
# Where OpenDocument keeps macros and their windows: LibreOffice writes a declaration into each, and no reader opens them.
_PROGRAMS = ("Basic/", "Dialogs/")
_OLE_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# What a reader sees as empty although somebody sees, or would see, something there: a formula without its result, and
# a result that is an error.
_UNREAD = (b"</f></c>", b"</f><v></v></c>", b"</f><v/></c>", b"</f><v /></c>", b' t="e"')
Area = tuple[int, int, int, int]


class Refused(Exception):
    """The file is not read; the code says why."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer = {"error": code, **more}


def main() -> None:
    """Answer on standard output; a spreadsheet that cannot be opened is an answer too."""
    try:
        answer = b"\n".join(_lines(sys.stdin.buffer.read(), **json.loads(sys.argv[1])))
    except Refused as refused:
        answer = json.dumps(refused.answer).encode()
    except python_calamine.PasswordError:
        answer = b'{"error": "password"}'
    except (python_calamine.CalamineError, expat.ExpatError, ValueError, KeyError, IndexError, OSError):
        answer = b'{"error": "damaged"}'
    except MemoryError:
        answer = b'{"error": "memory"}'
    sys.stdout.buffer.write(answer)


def _lines(data: bytes, *, wanted: str, words: list[str], is_filled: bool) -> list[bytes]:
    unread = 0
    if data.startswith(b"PK"):
        unread = check_container(data)
    elif _OLE_PACKAGE in data:
        raise Refused("password")
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        usable = [sheet.name for sheet in book.sheets_metadata if _is_usable(sheet)]
        if wanted and wanted not in usable:
            raise Refused("no_such_sheet", sheets=usable)
        answer: list[bytes] = []
        room = MAX_ANSWER
        for name in [wanted, *(one for one in usable if one != wanted)] if wanted else usable:
            if answer and not words:
                break
            sheet = book.get_sheet_by_name(name)
            if answer and not _has_one_of(sheet, words):
                continue
            areas = _areas(sheet, data)
            left = sheet.start[1] if sheet.start else 0
            lines = _sheet(sheet, areas if is_filled else [], left, room)
            if lines:
                about = {"sheet": name, "sheets": usable, "left": left, "merged": areas, "unread": unread}
                answer += [json.dumps(about).encode(), *lines]
                room -= sum(map(len, lines)) + len(lines)
            elif name == wanted:
                break
    if not answer:
        raise Refused("empty")
    return answer


def _has_one_of(sheet: Any, words: list[str]) -> bool:
    """Whether the first row with content holds one of the words, compared without case and differences of blanks."""
    for row in sheet.iter_rows():
        cells = [" ".join(_text(cell).split()).casefold() for cell in row]
        if any(cells):
            return any(word in cells for word in words)
    return False


def _is_usable(sheet: Any) -> bool:
    return bool(
        sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == python_calamine.SheetVisibleEnum.Visible
    )


def _sheet(sheet: Any, filled: list[Area], left: int, room: int) -> list[bytes]:
    lines, fill = [], _Fill(filled, left)
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_text(cell) for cell in row]
        fill.through(number, cells)
        if any(cells):
            line = json.dumps([number, *cells], ensure_ascii=False).encode("utf-8", "replace")
            room -= len(line) + 1
            if room < 0:
                raise Refused("memory")
            lines.append(line)
    return lines


class _Fill:
    """Gives the cells of merged areas the value that stands in their first; a row that holds nothing else stays empty."""

    def __init__(self, areas: list[Area], left: int) -> None:
        self._coming, self._left = sorted(areas, reverse=True), left
        self._open: list[tuple[Area, str]] = []

    def through(self, number: int, cells: list[str]) -> None:
        while self._coming and self._coming[-1][0] <= number:
            area = self._coming.pop()
            at = area[1] - 1 - self._left
            self._open.append((area, cells[at] if 0 <= at < len(cells) else ""))
        self._open = [one for one in self._open if one[0][2] >= number]
        if self._open and any(cells):
            for (_first, first, _last, last), value in self._open:
                for at in range(max(first - 1 - self._left, 0), min(last - self._left, len(cells))):
                    cells[at] = cells[at] or value


def _areas(sheet: Any, data: bytes) -> list[Area]:
    """The merged areas of a sheet, in the order of the file."""
    ranges = sheet.merged_cell_ranges
    if ranges is None and data.startswith(b"PK") and b"content.xml" in data:
        areas = list(_spans(data, sheet.name))
    else:
        areas = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in ranges or ()]
    if len(areas) > MAX_MERGED:
        raise Refused("merged", count=len(areas))
    return areas


def _spans(data: bytes, wanted: str) -> Iterator[Area]:
    """The merged areas of a sheet of an OpenDocument file, whose cells say over how many rows and columns they reach."""
    found: list[Area] = []
    at = {"is_in": False, "row": 0, "column": 0, "rows": 1}

    def begins(name: str, given: dict[str, str]) -> None:
        if name == "table:table":
            at.update(is_in=given.get("table:name") == wanted, row=1, rows=0)
        elif at["is_in"] and name == "table:table-row":
            at.update(
                row=at["row"] + at["rows"], column=0, rows=int(given.get("table:number-rows-repeated", 1))
            )
        elif at["is_in"] and name in ("table:table-cell", "table:covered-table-cell"):
            column, row = at["column"] + 1, at["row"]
            at["column"] += int(given.get("table:number-columns-repeated", 1))
            rows, columns = (
                int(given.get(f"table:number-{what}-spanned", 1)) for what in ("rows", "columns")
            )
            if (rows > 1 or columns > 1) and len(found) <= MAX_MERGED:
                found.append((row, column, row + rows - 1, column + columns - 1))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begins
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as stream:
        while piece := stream.read(_CHUNK):
            parser.Parse(piece)
    return iter(found)


def _text(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without a point, days and times as ISO 8601."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.timedelta):
        hours, seconds = divmod(int(cell.total_seconds()), 3600)
        return f"{hours:02d}:{seconds // 60:02d}:{seconds % 60:02d}"
    if isinstance(cell, datetime.datetime | datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell).strip()


def check_container(data: bytes) -> int:
    """Unpack every part within limits before the reader sees it, so that sizes that lie are found out here.

    Returns how many cells of the sheets will be read as empty although they are not: see _UNREAD.
    """
    unread = 0
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise Refused("bomb")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            room = MAX_UNPACKED
            unread_parts = () if "[Content_Types].xml" in archive.namelist() else _PROGRAMS
            for info in archive.infolist():
                if info.flag_bits & 0x1:
                    raise Refused("password")
                size, found = _unpack(archive, info, room, is_read=not info.filename.startswith(unread_parts))
                room -= size
                unread += found
    # NotImplementedError is what zipfile raises for a compression that it does not know
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError) as broken:
        raise Refused("damaged") from broken
    return unread


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int, *, is_read: bool) -> tuple[int, int]:
    """How many bytes a part really has, and unread cells; only the tail that a word could straddle is kept."""
    size, tail, unread = 0, b"", 0
    is_sheet = info.filename.startswith("xl/worksheets/")
    is_markup = is_read and info.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(info) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > room or (size > SMALL and size > MAX_RATIO * max(info.compress_size, 1)):
                raise Refused("bomb")
            if is_markup and any(word in tail + piece for word in _DECLARATIONS):
                raise Refused("entities", part=info.filename)
            if is_sheet:
                unread += sum((tail + piece).count(word) - tail.count(word) for word in _UNREAD)
            tail = piece[-32:]
    return size, unread


if __name__ == "__main__":
    main()
