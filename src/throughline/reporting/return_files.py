"""The monthly return as a file: CSV and XLSX. The bytes are the same for the same return."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import xlsxwriter

from throughline.evaluation.returned import NOT_REPORTED, ReturnRow, Shown, ToldReturn
from throughline.reporting.words_files import TYPES, plain
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.returns import ALL_ROUTES, Part

COLUMNS = (
    "month",
    "site",
    "part",
    "route",
    "contacts",
    "distinct codes",
    "codes new to the site",
    "naloxone",
)
PARTS = {Part.OWN: "this month", Part.LATE: "late, earlier months"}
ROUTES = {ALL_ROUTES: "all routes"}
WORDS = {SUPPRESSED: "suppressed", NOT_REPORTED: "not reported"}
NOTES = (
    "Counts of contacts, of distinct client codes, and of codes that this site had not met before; then units given out, kits"
    " as what is in them. Codes by all routes are fewer than their sum where somebody came by several.",
    "Late, earlier months: contacts of months that were closed before they arrived. Each contact is in one return.",
    "Profile {profile}: counts under {threshold} are suppressed, and whatever they could be worked out from; others are"
    " rounded to {rounding}. 0 is none at a site that reported; a site that did not is not reported.",
)
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # in files that insist on a day, so that no clock is in them


def return_file(form: str) -> Callable[[ToldReturn], bytes]:
    """What writes a return as `form`: csv or xlsx. Raises Invalid for another."""
    if form not in WRITERS:
        raise Invalid(Sentence("A return is written as: %(known)s.", known=tuple(WRITERS)))
    return WRITERS[form]


def type_of(form: str) -> str:
    return TYPES[form]


def notes_of(told: ToldReturn) -> list[str]:
    """What a reader has to know of the numbers."""
    profile = told.profile
    return [
        note.format(profile=profile.name, threshold=profile.threshold, rounding=profile.rounding)
        for note in NOTES
    ]


def rows_of(told: ToldReturn) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and rows in words for a screen, which has no room for a column an item."""
    wide = len(COLUMNS)
    return list(COLUMNS[1:]), [
        tuple(str(_said(cell)) for cell in list(_cells(told, row))[1:wide]) for row in told.rows
    ]


def _cells(told: ToldReturn, row: ReturnRow) -> Iterator[Shown]:
    yield from (str(told.month), row.site, PARTS[row.part], ROUTES.get(row.route, row.route))
    yield from (row.contacts, row.codes, row.new_codes, row.naloxone)
    yield from (row.supplies[item.id] for item in told.items)


def _said(cell: Shown) -> Shown:
    return WORDS.get(cell, cell) if isinstance(cell, str) else cell


def _csv(told: ToldReturn) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow([*COLUMNS, *(plain(item.name) for item in told.items)])
    for row in told.rows:
        cells = (_said(cell) for cell in _cells(told, row))
        writer.writerow([plain(cell) if isinstance(cell, str) else cell for cell in cells])
    return sink.getvalue().encode("utf-8-sig")


def _xlsx(told: ToldReturn) -> bytes:
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(
        sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )  # fmt: skip
    book.set_properties({"title": f"Monthly return {told.month}", "created": _MADE.replace(tzinfo=None)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Return")
    sheet.write_row(0, 0, [*COLUMNS, *(item.name for item in told.items)], bold)
    for number, row in enumerate(told.rows, start=1):
        for column, cell in enumerate(map(_said, _cells(told, row))):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, cell)
    sheet.set_column(0, len(COLUMNS) + len(told.items) - 1, 18)
    sheet.freeze_panes(1, 0)
    about = book.add_worksheet("About")
    about.set_column(0, 0, 120)
    for place, note in enumerate(notes_of(told)):
        about.write_string(place, 0, note, wrapped)
    book.close()
    return sink.getvalue()


WRITERS: dict[str, Callable[[ToldReturn], bytes]] = {"csv": _csv, "xlsx": _xlsx}
