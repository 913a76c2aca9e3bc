"""Compiles an XLSForm in a process of its own: bytes on standard input, one JSON object on standard output.

Run by `read` through `confine` and never imported by it. The first argument is what a form is called that does not say.
Answers {"xform", "warnings"}; or {"error": "refused", "reasons": [the compiler's words, one per fault], "sheets",
"doubled": [sheet, ...] whose header has a column twice}; or {"error": code, ...} as the reader of spreadsheets does.
"""

from __future__ import annotations

import io
import json
import re
import sys
import warnings
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import python_calamine

from throughline.exchange.table.sheet_worker import Refused, check_container

MAX_REASONS = 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_DOUBLED = "Duplicate column header: "
_OF_HEADER = re.compile(r"headers provided for sheet: '(\w+)'")
_QUOTED, _QUOTED_WHOLE = re.compile(r"'([^']+)'"), re.compile(r"'(.+)'")
_NAME = re.compile(r"[\w.:-]+")
_KOBO = re.compile(r"begin[_ ](?:kobomatrix|score|rank)")
MOST_NAME = 100  # characters, with room for what a namespace adds
_LONG = re.compile(rf"<[\w.:-]{{{MOST_NAME + 1},}}")


def main() -> None:
    """Answer on standard output; a form that cannot be compiled is an answer too."""
    warnings.simplefilter("ignore")  # of the spreadsheet's reader, about what it does not draw
    sys.modules["numpy"] = None  # type: ignore[assignment]  # not found: nothing calculates here, and loading it takes longest
    data = sys.stdin.buffer.read()
    try:
        answer = compiled(data, sys.argv[1])
    except MemoryError:
        answer = {"error": "memory"}
    except RecursionError:
        answer = {"error": "slow"}
    except Exception as broken:
        answer = _tripped(data, type(broken).__name__)
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


def compiled(data: bytes, stem: str) -> dict[str, Any]:
    """What the compiler makes of a spreadsheet, or why it refuses it."""
    # here, so that whoever only wants to know the limits does not load it
    from pyxform.errors import PyXFormError  # type: ignore[import-untyped]  # it ships no types

    try:
        return _compile(data, stem)
    except Refused as refused:
        return refused.answer
    except PyXFormError as refused:
        return _refusal(str(refused), data)


def _compile(data: bytes, stem: str) -> dict[str, Any]:
    from pyxform.xls2json_backends import get_xlsform  # type: ignore[import-untyped]  # it ships no types
    from pyxform.xls2xform import convert  # type: ignore[import-untyped]  # it ships no types

    if data.startswith(b"PK"):
        check_container(data)
    elif data.startswith(_OLE):
        if _OLE_PACKAGE in data:
            raise Refused("password")
    else:
        raise Refused("no_spreadsheet")
    book = get_xlsform(data)
    parts = {one.name: getattr(book, one.name) for one in fields(book)} | {"fallback_form_name": stem}
    result = convert(parts)
    if result.itemsets:
        raise Refused("external_choices")
    if _LONG.search(result.xform) and (long := _long_name(data)):
        return _refusal(long, data)
    return {"xform": result.xform, "warnings": list(result.warnings)[:MAX_REASONS]}


def _refusal(message: str, data: bytes) -> dict[str, Any]:
    lines = [_placed(line.strip(), data) for line in message.replace("\n[row", "\0[row").split("\0")]
    lines = [*_of_one_server(data), *lines]
    found = _headers(data)
    column = message[len(_DOUBLED) :].strip() if message.startswith(_DOUBLED) else None
    return {
        "error": "refused",
        "reasons": lines[:MAX_REASONS],
        "count": len(lines),
        "sheets": list(found),
        "doubled": [name for name, header in found.items() if column and header.count(column) > 1],
    }


def _placed(line: str, data: bytes) -> str:
    """A reason without a row, with the row of what it names: a sheet's header, or a cell of sheet survey."""
    if line.startswith("[row") or _DOUBLED in line:
        return line
    if of_header := _OF_HEADER.search(line):
        return f"[row : 1] On the '{of_header[1]}' sheet, {line}"
    first = line.split("\n", 1)[0]
    named = {one for pattern in (_QUOTED, _QUOTED_WHOLE) for one in pattern.findall(first)}
    for number, cells in _rows(data, "survey"):
        if number > 1 and named.intersection(cell.strip() for cell in cells):
            return f"[row : {number}] On the 'survey' sheet, {line}"
    return line


def _of_one_server(data: bytes) -> Iterator[str]:
    """Question types that KoboToolbox alone turns into others, of which the compiler says something else."""
    for number, cells in _rows(data, "survey"):
        if found := next((one.strip() for one in cells if _KOBO.fullmatch(one.strip())), ""):
            yield (
                f"[row : {number}] On the 'survey' sheet, {found} is a type of KoboToolbox alone. Write a group with a"
                " question for each of its rows in its place."
            )


def _long_name(data: bytes) -> str:
    """The first name that is too long for a form, in the compiler's way of saying so; empty where there is none."""
    for sheet in ("survey", "choices"):
        for number, cells in _rows(data, sheet):
            if any(len(cell) > MOST_NAME and _NAME.fullmatch(cell.strip()) for cell in cells):
                return (
                    f"[row : {number}] On the '{sheet}' sheet, a name has more than {MOST_NAME} characters."
                )
    return ""


def _rows(data: bytes, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet with their numbers; none of one that is not there, or does not open."""
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            name = next((one for one in book.sheet_names if one.strip().lower() == sheet), None)
            for number, row in enumerate(book.get_sheet_by_name(name).iter_rows() if name else (), start=1):
                yield number, list(map(str, row))
    except (python_calamine.CalamineError, ValueError, KeyError, IndexError, OSError):
        return


def _tripped(data: bytes, what: str) -> dict[str, Any]:
    """Not every spreadsheet opens: of one that does, the compiler's own fault is told."""
    found = _headers(data)
    return {"error": "tripped", "what": what, "sheets": list(found)} if found else {"error": "damaged"}


def _headers(data: bytes) -> dict[str, list[str]]:
    """The first row of each sheet; nothing of a spreadsheet that does not open."""
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return {name: _first_row(book.get_sheet_by_name(name)) for name in book.sheet_names}
    except (python_calamine.CalamineError, ValueError, KeyError, IndexError, OSError):
        return {}


def _first_row(sheet: Any) -> list[str]:
    return [str(cell).strip() for cell in next(iter(sheet.to_python(nrows=1)), [])]


if __name__ == "__main__":
    main()
