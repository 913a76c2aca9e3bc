"""Passages that left as files: CSV, XLSX and Word. The bytes are the same for the same passages."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache

import pyarrow as pa
import xlsxwriter
from docx import Document
from pyarrow import csv

from throughline.evaluation.passages import Carried, LeavingPassage
from throughline.methods.coverage import PREFERENCE
from throughline.vocabulary.errors import Invalid, Sentence

COLUMNS = ("found by", "passage", *PREFERENCE, "language", "kind of source")
NOTE = (
    "De-identified words of people who agreed to be quoted. A passage carries no more about who speaks than at least"
    " three participants share: an empty cell is not carried, or not recorded."
)
KEPT_BACK = "Passages kept back (no consent to be quoted, unknown speaker, or not de-identified): {count}."
# A cell that begins so is a formula to a spreadsheet; an apostrophe before it makes it words again.
_FORMULA = frozenset("=+-@\t\r\n")
MADE = datetime(2000, 1, 1, tzinfo=UTC)  # in files that insist on a day, so that no clock is in them


def file_of(form: str, title: str) -> Callable[[Sequence[LeavingPassage], int], bytes]:
    """What writes passages, and how many were kept back, as `form`: csv, xlsx or docx. Raises Invalid for another."""
    if form not in WRITERS:
        raise Invalid(Sentence("Files of passages are: %(known)s.", known=tuple(WRITERS)))
    return lambda passages, withheld: WRITERS[form](title, passages, withheld)


def plain(words: str) -> str:
    """A cell of a CSV that no spreadsheet takes for a formula."""
    return f"'{words}" if words[:1] in _FORMULA else words


def _rows(passages: Sequence[LeavingPassage], cell: Callable[[str], str] = str) -> Iterator[tuple[str, ...]]:
    """A row of cells for each passage, every one put through `cell`."""
    once = lru_cache(maxsize=None)(cell)

    @cache
    def beside(carried: Carried) -> tuple[str, ...]:
        shared = dict(carried.attributes)
        told = (*(shared.get(name, "") for name in PREFERENCE), carried.language, carried.source_kind)
        return tuple(map(cell, told))

    for found_by, text, carried in passages:
        yield (once(found_by), cell(text), *beside(carried))


def _csv(title: str, passages: Sequence[LeavingPassage], withheld: int) -> bytes:
    cells = zip(*_rows(passages, plain), strict=True) if passages else [()] * len(COLUMNS)
    columns = [pa.array(column, pa.string()) for column in cells]
    sink = pa.BufferOutputStream()
    sink.write(codecs.BOM_UTF8)
    csv.write_csv(pa.table(columns, names=COLUMNS), sink, csv.WriteOptions(eol="\r\n"))
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _xlsx(title: str, passages: Sequence[LeavingPassage], withheld: int) -> bytes:
    sink = io.BytesIO()
    # Words stay words: nothing is read as a formula, a number or a link.
    book = xlsxwriter.Workbook(
        sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )  # fmt: skip
    book.set_properties({"title": title, "comments": NOTE, "created": MADE.replace(tzinfo=None)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Passages")
    sheet.write_row(0, 0, COLUMNS, bold)
    for number, row in enumerate(_rows(passages), start=1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, wrapped)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, len(COLUMNS) - 1, 16)
    sheet.freeze_panes(1, 0)
    about = book.add_worksheet("About")
    about.set_column(0, 0, 120)
    about.write_string(0, 0, title, bold)
    about.write_string(1, 0, NOTE, wrapped)
    about.write_string(2, 0, KEPT_BACK.format(count=withheld), wrapped)
    book.close()
    return sink.getvalue()


def _docx(title: str, passages: Sequence[LeavingPassage], withheld: int) -> bytes:
    document = Document()
    document.core_properties.created = document.core_properties.modified = MADE
    document.core_properties.author = ""
    document.core_properties.title = title
    document.add_heading(clean(title), level=1)
    document.add_paragraph(NOTE)
    document.add_paragraph(KEPT_BACK.format(count=withheld))
    under = ""
    for one in passages:
        if one.found_by != under:
            under = one.found_by
            document.add_heading(clean(under), level=2)
        document.add_paragraph(clean(one.text), style="Quote")
        carried = ", ".join(value for _, value in one.carried.attributes)
        if carried:
            document.add_paragraph(clean(carried))
    sink = io.BytesIO()
    document.save(sink)
    return without_clock(sink)


def without_clock(made: io.BytesIO) -> bytes:
    """The same archive with no time of day on its parts."""
    sink = io.BytesIO()
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as bundle:
        for part in parts.infolist():
            bundle.writestr(zipfile.ZipInfo(part.filename), parts.read(part), zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def clean(words: str) -> str:
    """Without the control characters that XML does not hold."""
    return "".join(one for one in words if one in "\n\t" or ord(one) >= 32)


WRITERS: dict[str, Callable[[str, Sequence[LeavingPassage], int], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "docx": _docx,
}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
