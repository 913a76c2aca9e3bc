"""Spreadsheets (xlsx, xlsm, xlsb, xls, ods): read by another process that can neither hang nor take the server down."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from throughline.exchange.confine import Ending, run_confined
from throughline.vocabulary.errors import Invalid, Sentence

MEMORY_BYTES = 480_000_000  # of addresses, all of the reader's process together
CPU_SECONDS = 20  # of all sheets together; 200,000 rows of a dozen columns take about 8
LONGEST_NAME = 300  # characters of a sheet's name; spreadsheet programs take 31

_REFUSALS = {
    "password": Sentence(
        "%(file)s is protected by a password. Open it, take the password off (Save as, without one) and upload it"
        " again."
    ),
    "damaged": Sentence(
        "%(file)s is damaged, cut off or not a spreadsheet: it cannot be opened. Open it in Excel or LibreOffice,"
        " which may repair it, and save it as CSV UTF-8."
    ),
    "bomb": Sentence(
        "%(file)s unfolds to far more than its size, as no spreadsheet does. Save its table as CSV UTF-8 and upload"
        " that."
    ),
    "entities": Sentence(
        "%(file)s was not read: its part %(part)s declares entities of its own, which no spreadsheet program writes"
        " and which can pull in other files. Save its table as CSV UTF-8 and upload that."
    ),
    "memory": Sentence(
        "%(file)s takes more memory to read than a table may: often one stray cell far below or right of the table."
        " Delete the empty rows and columns around the table, or save it as CSV UTF-8."
    ),
    "slow": Sentence(
        "%(file)s takes more time to read than a table may. Save its table as CSV UTF-8 and upload that."
    ),
    "merged": Sentence(
        "%(file)s has so many merged cells (%(count)s) that they cannot be told apart. Unmerge them (select all, then"
        " Merge cells off) and upload it again."
    ),
    "empty": Sentence(
        "%(file)s has no sheet with anything in it (hidden sheets are not read). Check that it is the right file."
    ),
    "no_such_sheet": Sentence(
        "%(file)s has no visible sheet of the name that the mapping gives (file: sheet). There are:"
        " %(sheets)s."
    ),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as read: `rows` are lines of JSON. Merged areas are [first row, first column, last row, last column]."""

    name: str
    names: tuple[str, ...]  # of all sheets that can be seen
    merged: tuple[tuple[int, int, int, int], ...]
    unread: int  # cells whose formula has no result, or an error for one: they are read as empty
    rows: bytes = field(repr=False)


def read_sheets(
    data: bytes,
    filename: str,
    sheet: str | None = None,
    *,
    is_filled: bool = False,
    beside: Collection[str] = (),
) -> list[Sheet]:
    """One sheet (the first with content unless named), then all others with one of `beside` in their first row.

    `beside`: folded words. `is_filled`: merged cells all take their value. Raises Invalid.
    """
    worker = str(Path(__file__).with_name("sheet_worker.py"))
    asked = {"wanted": (sheet or "")[:LONGEST_NAME], "is_filled": is_filled, "words": list(beside)}
    argv = [sys.executable, "-I", worker, json.dumps(asked)]
    outcome = run_confined(argv, data, memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    if outcome.ending is Ending.TOO_SLOW:
        raise _refused("slow", filename)
    if outcome.ending is not Ending.FINE:  # the reader gives up at once where it gets no memory
        raise _refused("memory", filename)
    try:
        answers = [
            (json.loads(about), rows)
            for about, _, rows in (one.partition(b"\n") for one in _parted(outcome.output))
        ]
    except ValueError:
        raise _refused("damaged", filename) from None
    first = answers[0][0]
    if "error" in first:
        names = ", ".join(str(name)[:60] for name in first.get("sheets", ())[:20]) or "none"
        raise _refused(
            str(first["error"]), filename, part=str(first.get("part", ""))[:80], sheets=names,
            count=first.get("count", 0),
        )  # fmt: skip
    return [_sheet(about, rows) for about, rows in answers]


def _parted(output: bytes) -> Iterator[bytes]:
    """What was answered of each sheet: it begins with an object, and its rows are lists."""
    begins = 0
    while (ends := output.find(b"\n{", begins)) >= 0:
        yield output[begins:ends]
        begins = ends + 1
    yield output[begins:]


def _sheet(about: dict[str, Any], rows: bytes) -> Sheet:
    merged = tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in about["merged"])
    return Sheet(str(about["sheet"]), tuple(map(str, about["sheets"])), merged, int(about["unread"]), rows)


def sheet_records(rows: bytes) -> Iterator[tuple[int, list[str] | None]]:
    """The rows that `read_sheet` gave, each with its number on the sheet."""
    for line in rows.split(b"\n"):
        number, *cells = json.loads(line)
        yield int(number), [str(cell) for cell in cells]


def _refused(code: str, filename: str, **more: object) -> Invalid:
    return Invalid(_REFUSALS[code].given(file=filename, **more))
