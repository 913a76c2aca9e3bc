"""Passages that left as files: CSV, XLSX and Word. The bytes are the same for the same passages."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache

import xlsxwriter
from docx import Document

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
_QUOTE, _TWO_QUOTES = '"', '""'
MADE = datetime(2000, 1, 1, tzinfo=UTC)  # in files that insist on a day, so that no clock is in them


def file_of(form: str, title: str) -> Callable[[Sequence[LeavingPassage], int], bytes]:
    """What writes passages, and how many were kept back, as `form`: csv, xlsx or docx. Raises Invalid for another."""
    if form not in WRITERS:
        raise Invalid(Sentence("Files of passages are: %(known)s.", known=tuple(WRITERS)))
    return lambda passages, withheld: WRITERS[form](title, passages, withheld)


def plain(words: str) -> str:
    """A cell of a CSV that no spreadsheet takes for a formula."""
    return f"'{words}" if words[:1] in _FORMULA else words


def _beside(carried: Carried) -> tuple[str, ...]:
    """What stands beside a passage, in the order of the columns."""
    shared = dict(carried.attributes)
    return (*(shared.get(name, "") for name in PREFERENCE), carried.language, carried.source_kind)


def _csv(title: str, passages: Sequence[LeavingPassage], withheld: int) -> bytes:
    once = lru_cache(maxsize=None)(_quoted)

    @cache
    def beside(carried: Carried) -> str:
        return ",".join(map(_quoted, _beside(carried)))

    # in one piece: to make a cell, a row and a column of each word takes longer than all that is asked of the database
    lines = [
        f"{once(found_by)},{_quoted(text)},{beside(carried)}\r\n" for found_by, text, carried in passages
    ]
    head = ",".join(map(_quoted, COLUMNS))
    return codecs.BOM_UTF8 + f"{head}\r\n{''.join(lines)}".encode()


def _quoted(words: str) -> str:
    return f'"{plain(words).replace(_QUOTE, _TWO_QUOTES)}"'


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
    for number, (found_by, text, carried) in enumerate(passages, start=1):
        for column, cell in enumerate((found_by, text, *_beside(carried))):
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
