"""A codebook's bytes -> `CodebookDocument`. Pure. Which format it is, the content says; the name only names it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import PurePath
from typing import Any
from uuid import UUID

from throughline.exchange.codebook.document import CodebookCode, CodebookDocument, in_tree_order
from throughline.exchange.codebook.rows import NAME_MOST, codes_of_rows, columns_of, unread_columns
from throughline.exchange.project.document import ProjectCode
from throughline.exchange.project.naming import fitted, slug_of
from throughline.exchange.project.palette import place_of
from throughline.exchange.refi.read import read_refi
from throughline.exchange.table.document import RowFault
from throughline.exchange.table.read import read_table
from throughline.exchange.transcript.container import format_of_zip, xml_parts_only
from throughline.exchange.transcript.document import TranscriptFormat
from throughline.exchange.transcript.pandoc import Block, read_blocks
from throughline.exchange.transcript.prose import Prose
from throughline.vocabulary.errors import Invalid, Sentence

MAX_BYTES = 16 * 1024 * 1024
# What stands before a part of a code where a format has a description alone.
PARTS = {"include": "Includes", "exclude": "Excludes", "example": "Example"}


def read_codebook(data: bytes, filename: str) -> CodebookDocument:
    """Read a codebook: CSV or a spreadsheet, a Word document with a table, or REFI-QDA (.qdc, .qdpx).

    Raises Invalid with a sentence, with the line where one is to blame, for everything else and for what is empty,
    damaged, hostile or too large.
    """
    if len(data) > MAX_BYTES:
        raise Invalid(
            Sentence(
                "%(file)s is too large for a codebook (the most is 16 MB). Is it the right file?",
                file=filename,
            )
        )
    ending = PurePath(filename).suffix.lower()
    head = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if ending in (".qdc", ".qdpx", ".qde") or head.startswith((b"<?xml", b"<CodeBook")):
        return _of_refi(data, filename)
    if ending in (".docx", ".odt") or (
        data.startswith(b"PK") and ending not in (".xlsx", ".xlsm", ".ods", ".xlsb")
    ):
        codes, unread = _of_word(data, filename)
        return CodebookDocument(_stem(filename), codes, unread=unread)
    table = read_table(data, filename)
    columns = columns_of(table.header, filename)
    rows = (
        (row.line, row.cells)
        for row in table.rows()
        if row.fault is not RowFault.QUOTES or _refuse_quotes(filename, row.line)
    )
    codes, unread = codes_of_rows(rows, columns, filename), unread_columns(table.header, columns)
    return CodebookDocument(_stem(filename), codes, "example" in columns, unread)


def _refuse_quotes(filename: str, line: int) -> bool:
    raise Invalid(
        Sentence(
            "%(file)s, line %(line)s: stray quotation marks. Double or remove them.", file=filename, line=line
        )
    )


def _stem(filename: str) -> str:
    return PurePath(filename).stem[:NAME_MOST] or "Codebook"


def _of_word(data: bytes, filename: str) -> tuple[tuple[CodebookCode, ...], tuple[str, ...]]:
    """The codes of the first table whose header names them, and its columns that are not read."""
    kind = format_of_zip(data, filename, looks_like_sheet=False)
    if kind is TranscriptFormat.DOCX or kind is TranscriptFormat.ODT:
        data, _ = xml_parts_only(data, filename, kind)
    try:
        tables = [list(_rows(block.content)) for block in _tables(read_blocks(data, filename, kind))]
    except RecursionError as deep:
        raise Invalid(
            Sentence("%(file)s has tables within each other too deep to read.", file=filename)
        ) from deep
    refusal: Invalid | None = None
    for rows in tables:
        if len(rows) > 1:
            try:
                columns = columns_of(rows[0], filename)
            except Invalid as not_this:
                refusal = not_this
                continue
            codes = codes_of_rows(enumerate(rows[1:], start=2), columns, filename)
            return codes, unread_columns(rows[0], columns)
    raise refusal or Invalid(
        Sentence("%(file)s holds no table of codes. Put a code in each row, under a header.", file=filename)
    )


def _tables(blocks: Any) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Block) and block.kind == "Table":
            yield block
        elif isinstance(block, Block) and block.kind == "Div":
            yield from _tables(block.content[1])


def _rows(content: Any) -> Iterator[list[str]]:
    head, bodies, foot = content[3], content[4], content[5]
    for row in chain(head[1], *(chain(body[2], body[3]) for body in bodies), foot[1]):
        yield [_words(cell[4]) for cell in row[1]]


def _words(blocks: Any) -> str:
    prose = Prose()
    prose.add_blocks(blocks)
    return prose.text.strip()


def _of_refi(data: bytes, filename: str) -> CodebookDocument:
    read = read_refi(data, filename)
    taken: set[str] = set()
    slugs: dict[UUID, str] = {}
    for code in read.document.codes:
        slugs[code.guid] = slug_of(code.name, taken)
        taken.add(slugs[code.guid])
    if not slugs:
        raise Invalid(Sentence("%(file)s holds no codes.", file=filename))
    codes = in_tree_order(_refi_code(code, slugs) for code in read.document.codes)
    return CodebookDocument(fitted(read.document.name, NAME_MOST, _stem(filename)), codes)


def _refi_code(code: ProjectCode, slugs: dict[UUID, str]) -> CodebookCode:
    words = parts_of(code.description)
    return CodebookCode(
        slugs[code.guid], fitted(code.name, NAME_MOST, "–"), slugs[code.parent] if code.parent else None,
        words["definition"], words["include"], words["exclude"], words["example"], None, place_of(code.colour),
        guid=code.guid,
    )  # fmt: skip


def parts_of(description: str) -> dict[str, str]:
    """A description written by `described` -> its parts; any other is a definition as a whole."""
    found = {"definition": [], **{name: [] for name in PARTS}}  # type: dict[str, list[str]]
    at = "definition"
    for paragraph in description.split("\n\n"):
        for name, head in PARTS.items():
            if paragraph.startswith(f"{head}: "):
                at, paragraph = name, paragraph.removeprefix(f"{head}: ")
                break
        found[at].append(paragraph)
    return {name: "\n\n".join(paragraphs).strip() for name, paragraphs in found.items()}


def described(code: CodebookCode) -> str:
    """The definition; with what it includes and excludes and an example below it, where somebody wrote these."""
    more = [f"{head}: {words}" for name, head in PARTS.items() if (words := getattr(code, name))]
    return "\n\n".join(filter(None, [code.definition, *more]))
