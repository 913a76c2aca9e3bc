"""What a reader finds in a report's file, read back by other programs than those that wrote it."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pypdfium2
from docx import Document
from docx.table import Table

from throughline.reporting.document import FigureBlock, Report
from throughline.reporting.files import FORMATS

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# versions of methods, hashes
CODES = re.compile(r"\b(?:[a-z_]+\.)?[a-z][a-z0-9_]*/\d+\b|\b[0-9a-f]{16,64}\b")
BLANK = '<svg role="img" viewBox="0 0 4 3"><rect width="4" height="3"/></svg>'


class Parsed(HTMLParser):
    """Text outside style and drawings, tags with attributes, and the cells of tables."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self._within: list[str] = []
        self._is_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in {"style", "svg"}:
            self._within.append(tag)
        if tag in {"td", "th"}:
            self.cells.append("")
            self._is_cell = True

    def handle_endtag(self, tag: str) -> None:
        if self._within and tag == self._within[-1]:
            self._within.pop()
        self._is_cell = self._is_cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.text.append(data)
            if self._is_cell:
                self.cells[-1] += data


def parsed(page: str) -> Parsed:
    parser = Parsed()
    parser.feed(page)
    return parser


def rendered(report: Report, form: str) -> bytes:
    return FORMATS[form].render(report)


def pages_of(content: bytes) -> list[str]:
    """The text of each page, footers apart: the last line, which is the page's number alone."""
    file = pypdfium2.PdfDocument(content)
    try:
        found = []
        for number in range(len(file)):
            text = file[number].get_textpage().get_text_range().rstrip()
            told, _, last = text.rpartition("\n")
            assert last.strip() == str(number + 1)
            found.append(" ".join(told.split()))
        return found
    finally:
        file.close()


def text_of(content: bytes, form: str) -> str:
    """All that is read, drawings apart, with single spaces between words."""
    if form == "html":
        return " ".join(" ".join(parsed(content.decode()).text).split())
    if form == "pdf":
        return " ".join(pages_of(content))
    document = Document(io.BytesIO(content))
    told = []
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            told += [cell.text for row in part.rows for cell in row.cells]
        else:
            told.append(part.text)
    return " ".join(" ".join(told).split())


def cells_of(content: bytes, form: str) -> list[str]:
    """Every cell of every table, heads too, in order: of HTML and Word, which have cells."""
    if form == "html":
        return [" ".join(cell.split()) for cell in parsed(content.decode()).cells]
    tables = Document(io.BytesIO(content)).tables
    return [" ".join(cell.text.split()) for table in tables for row in table.rows for cell in row.cells]


def numbers(text: str) -> Counter[str]:
    return Counter(number.rstrip(",") for number in NUMBER.findall(CODES.sub("", text)))


def undrawn(report: Report) -> Report:
    """The report with blank figures: scales of a drawing are no numbers of the text."""
    sections = tuple(
        replace(
            section,
            blocks=tuple(
                replace(block, drawn=BLANK) if isinstance(block, FigureBlock) else block
                for block in section.blocks
            ),
        )
        for section in report.sections
    )
    return replace(report, sections=sections)
