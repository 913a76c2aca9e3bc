"""Separated text: which separator, records, and what is wrong with them."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from typing import TextIO

from throughline.exchange.table.document import RowFault, TableRow
from throughline.exchange.table.encoding import text_of
from throughline.vocabulary.errors import Invalid, Sentence

DELIMITERS = (",", ";", "\t", "|")
MAX_CELL = 1_000_000  # characters
_SAMPLE_RECORDS = 20
_SAMPLE_CHARS = 200_000

Record = tuple[int, list[str] | None]  # the line it begins at; None where quotes are stray


def delimiter_of(data: bytes, encoding: str, filename: str, said: str | None = None) -> str:
    """The separator under which the first records have the same number of cells as the header, and more than one."""
    if said is not None:
        if said == "\t" or (
            len(said) == 1 and said.isprintable() and not said.isalnum() and said not in "\"' "
        ):
            return said
        raise Invalid(
            Sentence(
                "The mapping's delimiter for %(file)s must be one sign that stands between cells, or \\t for a tab.",
                file=filename,
            )
        )
    with text_of(data, encoding) as text:
        sample = text.read(_SAMPLE_CHARS)
    declared = _declared(sample)
    if declared:
        return declared
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))


def records(data: bytes, encoding: str, delimiter: str, filename: str) -> Iterator[Record]:
    """Every record with content, with its line. Invalid for a quote that never closes, a NUL, or a huge cell."""
    with text_of(data, encoding) as text:
        yield from _records(text, delimiter, filename)


def row_of(line: int, cells: list[str] | None, width: int) -> TableRow:
    """A record as a row of `width` cells; empty cells beyond the header are no cells."""
    if cells is None:
        return TableRow(line, (), RowFault.QUOTES)
    while len(cells) > width and not cells[-1]:
        cells.pop()
    fault = None
    if len(cells) != width:
        fault = RowFault.TOO_FEW if len(cells) < width else RowFault.TOO_MANY
    return TableRow(line, tuple(cells), fault)


def _records(text: TextIO, delimiter: str, filename: str) -> Iterator[Record]:
    # A process-wide limit of the csv module (131,072 by default), which real exports with one long cell exceed.
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(_without_nul(text, filename), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise _unclosed(filename, begins) from None
            if "field larger" in str(error):
                raise _huge(filename, begins) from None
            yield begins, None
        else:
            stripped = [cell.strip() for cell in cells]
            is_declaration = (
                begins == 1 and len(stripped) <= 2 and stripped[:1] in (["sep="], [f"sep={delimiter}"])
            )
            if any(stripped) and not is_declaration:
                yield begins, stripped
        begins = reader.line_num + 1


def _without_nul(text: TextIO, filename: str) -> Iterator[str]:
    for number, line in enumerate(text, start=1):
        if "\0" in line:
            raise Invalid(
                Sentence(
                    "%(file)s holds a NUL byte in line %(line)s, which no table does: it is damaged or not text."
                    " Export it again as CSV.",
                    file=filename, line=number,
                )
            )  # fmt: skip
        yield line


def _declared(sample: str) -> str:
    """Excel's own first line `sep=;`."""
    first = sample.splitlines()[0] if sample else ""
    return first[4] if first.startswith("sep=") and len(first) == 5 else ""


def _fit(sample: str, delimiter: str) -> tuple[float, int]:
    """How well a separator fits: the share of records as wide as the header, then that width."""
    lines = sample.splitlines(keepends=True)
    whole = lines[:-1] if len(sample) >= _SAMPLE_CHARS and len(lines) > 1 else lines
    widths: list[int] = []
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader((line.replace("\0", "") for line in whole), delimiter=delimiter)
    try:
        widths = [len(cells) for cells in itertools.islice(reader, _SAMPLE_RECORDS) if any(cells)]
    except csv.Error:
        return 0.0, 0
    if not widths or max(widths) == 1:
        return 0.0, 1
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return (widths.count(usual) / len(widths) if usual > 1 else 0.0), usual


def _unclosed(filename: str, line: int) -> Invalid:
    return Invalid(
        Sentence(
            "%(file)s: a quotation mark opens in line %(line)s and never closes, so that the rest of the file would be"
            " one cell. Close or double it there, or export the file again.",
            file=filename, line=line,
        )
    )  # fmt: skip


def _huge(filename: str, line: int) -> Invalid:
    return Invalid(
        Sentence(
            "%(file)s: a cell in the record that begins at line %(line)s has over %(most)s characters. Often a quotation"
            " mark there never closes: close or double it.",
            file=filename, line=line, most=MAX_CELL,
        )
    )  # fmt: skip
