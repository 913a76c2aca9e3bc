"""A mapping meets a file: its columns are found in the header, and all that are not are told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from throughline.exchange.table.cells import Cells, Reject, ValueKind
from throughline.exchange.table.document import RowFault, TableDocument
from throughline.exchange.table.mapping import Mapping, folded
from throughline.exchange.table.profile import likely_header
from throughline.exchange.table.unfit import nearest
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.sentences import joined

FAULTS = {
    RowFault.TOO_FEW: Sentence(
        "The row has fewer cells than the header. Often a line break inside a cell: put the cell in"
        " quotation marks, or export as XLSX."
    ),
    RowFault.TOO_MANY: Sentence(
        "The row has more cells than the header. Often the separator inside a cell: put the cell in"
        " quotation marks, or export as XLSX."
    ),
    RowFault.QUOTES: Sentence(
        "A quotation mark stands inside a cell that begins with one. Double it, or export as XLSX."
    ),
    RowFault.MERGED: Sentence(
        "A merged cell reaches into this row, so that it is not certain what stands in it. Unmerge it in the"
        " spreadsheet, or have merged cells filled (file: merged: fill)."
    ),
    RowFault.HEADER: Sentence("The row is the header once more. It is left out."),
}

TOTAL = Sentence("The row looks like a total of others: it has a word for that, and numbers. It is left out.")
_TOTALS = frozenset(
    {
        "total", "totals", "grand total", "subtotal", "sub-total", "sub total", "sum", "gesamt", "summe", "insgesamt",
        "total général", "totale", "suma", "totaal", "合計", "总计", "總計",
    }
)  # fmt: skip
_LONGEST = 20
_NUMBERS = re.compile(r"[<>≤≥]?\s?[-+]?[\d.,'\s]+%?|[*–—-]")


def is_total(cells: Sequence[str]) -> bool:
    """Whether a row says that it is a total, and beside that holds nothing but numbers."""
    words = (cell for cell in cells if cell and not _NUMBERS.fullmatch(cell))
    first = next(words, "")
    return len(first) <= _LONGEST and folded(first).rstrip(":") in _TOTALS and next(words, None) is None


def columns_of(document: TableDocument, mapping: Mapping, more: Iterable[str] = ()) -> dict[str, int]:
    """Column name of the mapping -> its place in the header. Invalid, naming the nearest, for each not there or twice.

    `more`: columns that are read besides, as something else than the mapping says.
    """
    places: dict[str, list[int]] = {}
    for at, name in enumerate(document.header):
        places.setdefault(folded(name), []).append(at)
    found: dict[str, int] = {}
    problems: list[Sentence] = []
    for column in dict.fromkeys((*mapping.columns(), *more)):
        at_places = places.get(folded(column), [])
        if len(at_places) == 1:
            found[column] = at_places[0]
        elif at_places:
            problems.append(
                Sentence(
                    "The column `%(column)s` is there %(count)s times; rename one in the file.",
                    column=column,
                    count=len(at_places),
                )
            )
        else:
            shown = nearest(column, [name[:60] for name in document.header if name])
            problems.append(
                Sentence("There is no column `%(column)s`; %(nearest)s", column=column, nearest=shown)
            )
    if problems and not found and (line := likely_header(document)) != document.header_line:
        told = Sentence(
            "The header seems to stand in line %(line)s, below a title: say so in the mapping (file: header_line: %(line)s).",
            line=line,
        )
        problems.insert(0, told)
    refuse(document.filename, problems)
    return found


def refuse(filename: str, problems: Iterable[Sentence]) -> None:
    """Invalid with up to twelve problems of a mapping with a file or a programme; nothing where there are none."""
    told = list(problems)
    if told:
        raise Invalid(
            Sentence(
                "The mapping does not fit %(file)s. %(problems)s", file=filename, problems=joined(told[:12])
            )
        )


def cells_of(document: TableDocument, mapping: Mapping, more: Iterable[str] = ()) -> Iterator[Cells | Reject]:
    """The rows of a document by the mapping's column names; rows that have no cells to speak of are rejected."""
    columns = columns_of(document, mapping, more)
    for row in document.rows():
        if row.fault is not None:
            yield Reject(row.line, "", ValueKind.ROW, FAULTS[row.fault])
        elif is_total(row.cells):
            yield Reject(row.line, "", ValueKind.ROW, TOTAL)
        else:
            yield Cells(row.line, row.cells, columns, mapping.nothing)
