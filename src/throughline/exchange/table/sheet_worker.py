"""Reads one sheet of a spreadsheet in a process of its own: bytes on standard input, JSON lines on standard output.

Run by `sheet` through `confine` and never imported, so it knows nothing of the rest. The first line is {"sheet": name}
or {"error": code, ...}; then a line per row with content: [row number, cell, ...], every cell text. Values are what
the file last calculated; formulas and macros are not run, links are not followed.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
import zipfile
import zlib
from typing import Any

import python_calamine

MAX_MEMBERS = 5_000
MAX_UNPACKED = 160_000_000
MAX_ANSWER = 60_000_000
MAX_RATIO = 200
SMALL = 1_000_000  # a part below this may unfold as it likes
_CHUNK = 1 << 16
# UTF-8 and both orders of UTF-16, which XML parts may be written in.
_DECLARATIONS = tuple(
    word.encode(name) for word in ("<!DOCTYPE", "<!ENTITY") for name in ("ascii", "utf-16-le", "utf-16-be")
)
_OLE_PACKAGE = "EncryptedPackage".encode("utf-16-le")


class Refused(Exception):
    """The file is not read; the code says why."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.answer = {"error": code, **more}


def main() -> None:
    """Answer on standard output; a spreadsheet that cannot be opened is an answer too."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        answer = _lines(sys.stdin.buffer.read(), wanted)
    except Refused as refused:
        answer = json.dumps(refused.answer).encode()
    except python_calamine.PasswordError:
        answer = b'{"error": "password"}'
    except (python_calamine.CalamineError, ValueError, IndexError, OSError):
        answer = b'{"error": "damaged"}'
    except MemoryError:
        answer = b'{"error": "memory"}'
    sys.stdout.buffer.write(answer)


def _lines(data: bytes, wanted: str) -> bytes:
    if data.startswith(b"PK"):
        _check_container(data)
    elif _OLE_PACKAGE in data:
        raise Refused("password")
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        usable = [sheet.name for sheet in book.sheets_metadata if _is_usable(sheet)]
        if wanted and wanted not in usable:
            raise Refused("no_such_sheet", sheets=usable)
        for name in [wanted] if wanted else usable:
            lines = _sheet(book.get_sheet_by_name(name))
            if lines:
                return b"\n".join([json.dumps({"sheet": name}).encode(), *lines])
    raise Refused("empty")


def _is_usable(sheet: Any) -> bool:
    return bool(
        sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == python_calamine.SheetVisibleEnum.Visible
    )


def _sheet(sheet: Any) -> list[bytes]:
    lines, room = [], MAX_ANSWER
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_text(cell) for cell in row]
        if any(cells):
            line = json.dumps([number, *cells], ensure_ascii=False).encode("utf-8", "replace")
            room -= len(line) + 1
            if room < 0:
                raise Refused("memory")
            lines.append(line)
    return lines


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


def _check_container(data: bytes) -> None:
    """Unpack every part within limits before the reader sees it, so that sizes that lie are found out here."""
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise Refused("bomb")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            room = MAX_UNPACKED
            for info in archive.infolist():
                if info.flag_bits & 0x1:
                    raise Refused("password")
                room -= _unpack(archive, info, room)
    # NotImplementedError is what zipfile raises for a compression that it does not know
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError) as broken:
        raise Refused("damaged") from broken


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> int:
    """How many bytes a part really has; nothing is kept but the tail that a declaration could straddle."""
    size, tail = 0, b""
    is_markup = info.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(info) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > room or (size > SMALL and size > MAX_RATIO * max(info.compress_size, 1)):
                raise Refused("bomb")
            if is_markup and any(word in tail + piece for word in _DECLARATIONS):
                raise Refused("entities", part=info.filename)
            tail = piece[-32:]
    return size


if __name__ == "__main__":
    main()
