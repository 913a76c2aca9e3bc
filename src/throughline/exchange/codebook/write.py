"""`CodebookDocument` -> bytes: CSV, XLSX, Word, REFI-QDA codebook. Pure; the same document gives the same words."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import docx
import xlsxwriter
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from throughline.exchange.codebook.document import COLUMNS, CodebookCode, CodebookDocument, CodebookFormat
from throughline.exchange.codebook.read import described
from throughline.exchange.project.document import ProjectCode, ProjectDocument
from throughline.exchange.project.guids import derived
from throughline.exchange.project.palette import colour_at
from throughline.exchange.refi.write import write_qdc
from throughline.vocabulary.errors import Invalid, Sentence

_WIDTHS = {
    "slug": 18,
    "name": 28,
    "parent": 18,
    "definition": 50,
    "include": 40,
    "exclude": 40,
    "example": 40,
}
_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # a fixed one: the same codebook is the same bytes from day to day


def write_codebook(document: CodebookDocument, kind: CodebookFormat) -> bytes:
    """The codebook as a file. Without `has_examples` there is no such column. Invalid where there is no code."""
    if not document.codes:
        raise Invalid(Sentence("There are no codes to export yet. Add a code first."))
    return _WRITERS[kind](document)


def columns_written(document: CodebookDocument) -> dict[str, str]:
    """Column -> the word over it."""
    return {
        name: words[0].capitalize()
        for name, words in COLUMNS.items()
        if name != "example" or document.has_examples
    }


def cells_of(code: CodebookCode) -> dict[str, str]:
    """Column -> what a table writes in it."""
    return {
        "slug": code.slug, "name": code.name, "parent": code.parent or "", "definition": code.definition,
        "include": code.include, "exclude": code.exclude, "example": code.example,
        "origin": code.origin.value if code.origin else "", "colour": str(code.colour or ""),
        "retired": "yes" if code.is_retired else "",
    }  # fmt: skip


def _csv(document: CodebookDocument) -> bytes:
    """UTF-8 with a mark, so that Excel takes it for what it is."""
    columns = columns_written(document)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns.values())
    for code in document.codes:
        cells = cells_of(code)
        writer.writerow([_harmless(cells[name]) for name in columns])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """What a spreadsheet would run as a formula is written as words."""
    return f"'{cell}" if cell.startswith(("=", "+", "@", "\t", "\r")) else cell


def _xlsx(document: CodebookDocument) -> bytes:
    columns = columns_written(document)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": document.name, "created": _MOMENT})
        sheet = book.add_worksheet("Codebook")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for place, (name, word) in enumerate(columns.items()):
            sheet.set_column(place, place, _WIDTHS.get(name, 12))
            sheet.write_string(0, place, word, bold)
        for line, code in enumerate(document.codes, start=1):
            cells = cells_of(code)
            for place, name in enumerate(columns):
                sheet.write_string(line, place, cells[name], wrapped)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(document.codes), len(columns) - 1)
    return out.getvalue()


def _docx(document: CodebookDocument) -> bytes:
    """A table in a document on its side, with the header on every page."""
    columns = {
        name: word for name, word in columns_written(document).items() if name not in ("colour", "retired")
    }
    page = docx.Document()
    section = page.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    page.core_properties.title = document.name
    page.core_properties.author = "Throughline"
    page.core_properties.created = page.core_properties.modified = _MOMENT
    page.add_heading(document.name, level=1)
    codes = [code for code in document.codes if not code.is_retired]
    table = page.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cell, word in zip(table.rows[0].cells, columns.values(), strict=True):
        cell.paragraphs[0].add_run(word).bold = True
    _repeat(table.rows[0])
    for code in codes:
        cells = cells_of(code)
        for cell, name in zip(table.add_row().cells, columns, strict=True):
            cell.text = cells[name]
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def _repeat(row: Any) -> None:
    """The row stands on top of every page; python-docx has no word for it."""
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))


def _qdc(document: CodebookDocument) -> bytes:
    """Codes in use; one out of use that stands above one in use is a heading, which nothing is coded with."""
    held = {code.slug for code in document.codes if not code.is_retired}
    above = {code.slug: code.parent for code in document.codes}
    for slug in list(held):
        parent = above[slug]
        while parent is not None:
            held.add(parent)
            parent = above[parent]
    guids = {code.slug: code.guid or derived("code", document.name, code.slug) for code in document.codes}
    codes = tuple(
        ProjectCode(
            guids[code.slug], code.name, guids[code.parent] if code.parent else None, described(code),
            colour_at(code.colour), is_codable=not code.is_retired,
        )
        for code in document.codes
        if code.slug in held
    )  # fmt: skip
    return write_qdc(ProjectDocument(document.name, codes=codes))


_WRITERS: dict[CodebookFormat, Callable[[CodebookDocument], bytes]] = {
    CodebookFormat.CSV: _csv,
    CodebookFormat.XLSX: _xlsx,
    CodebookFormat.DOCX: _docx,
    CodebookFormat.QDC: _qdc,
}
