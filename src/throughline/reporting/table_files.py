"""A table that left as a file: CSV, XLSX and Word. The bytes are the same for the same table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import xlsxwriter
from docx import Document

from throughline.evaluation.code_tables import OTHERS
from throughline.evaluation.matrix_leaving import LeavingMatrix
from throughline.evaluation.numbers import LeavingTable
from throughline.methods.coverage import PREFERENCE
from throughline.methods.saturation import Saturation
from throughline.reporting.words_files import MADE, clean, plain, without_clock
from throughline.vocabulary.errors import Invalid, Sentence

MATRIX_NOTE = (
    "What analysts summed up of people who agreed to be quoted, from de-identified sources. A row is a case; it carries no more"
    " about the person than at least three participants share: an empty cell there is not carried, or not recorded."
)
CELLS_KEPT_BACK = "Cells kept back (no consent to be quoted, or not de-identified): {count}."
COUNTS_NOTE = (
    "Passages that coders put under a code, or pairs of passages of two codes. These are people who were met, not a sample: no"
    " share is taken."
)
SUPPRESSED_NOTE = (
    "Suppressed: counts of {hides}, counts that fewer than {least} people stand behind, and others that would tell one of"
    " these, here or beside a table that left before."
)
OTHERS_NOTE = "Values that fewer than {least} people share are told together as others."
Cell = str | int | float


@dataclass(frozen=True)
class FileTable:
    """A title, what is to be read beside the table, a head and rows of as many cells."""

    title: str
    notes: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def matrix_table(title: str, matrix: LeavingMatrix) -> FileTable:
    """The framework matrix: a row for each case."""
    rows = tuple(
        (*(dict(carried).get(name, "") for name in PREFERENCE), *cells) for carried, cells in matrix.rows
    )
    notes = (MATRIX_NOTE, CELLS_KEPT_BACK.format(count=matrix.withheld))
    return FileTable(title, notes, (*PREFERENCE, *matrix.themes), rows)


def counts_table(left: LeavingTable) -> FileTable:
    """Counts of codings as they leave."""
    table, profile = left.table, left.profile
    hides = f"1 to {profile.threshold - 1}"
    notes = [COUNTS_NOTE, SUPPRESSED_NOTE.format(hides=hides, least=profile.threshold)]
    if profile.rounding > 1:
        notes.append(f"Other counts are rounded to the nearest {profile.rounding}.")
    if OTHERS in table.columns:
        notes.append(OTHERS_NOTE.format(least=profile.threshold))
    notes += [f"Only where {name} is {values}." for name, values in table.narrowed]
    rows = tuple(
        (code.name, *(left.told[place, column] for column in range(len(table.columns))))
        for place, code in enumerate(table.rows)
    )
    return FileTable(table.title, tuple(notes), ("code", *table.columns), rows)


def saturation_table(found: Saturation) -> FileTable:
    """Runs of sources, and how many new codes each brought."""
    reached = (
        f"Not reached in {found.n} sources." if found.reached is None
        else f"Reached after {found.reached} sources, as {found.run_length} more showed."
    )  # fmt: skip
    base = f"{found.codes} codes stand on {found.n} sources; the first {found.base_size} brought {found.base} of them."
    threshold = f"Reached where a run brings at most {found.threshold:.0%} of the codes of the base."
    notes = (
        reached,
        base,
        threshold,
        *(one.english for one in found.assumptions),
        "Guest, Namey, Chen (2020), PLoS ONE 15(5):e0232076",
    )
    rows = tuple((f"{run.first}-{run.last}", run.new, round(run.ratio, 4)) for run in found.runs)
    return FileTable("Saturation", notes, ("sources", "new codes", "share of the base"), rows)


def table_file(form: str, *tables: FileTable) -> bytes:
    """One or several tables as `form`: csv, xlsx or docx. Raises Invalid for another."""
    if form not in TABLE_WRITERS:
        raise Invalid(Sentence("Files of tables are: %(known)s.", known=tuple(TABLE_WRITERS)))
    return TABLE_WRITERS[form](tables)


def _csv(tables: Sequence[FileTable]) -> bytes:
    """One table begins with its head; several are each under their title and what is to be read beside them, an empty line
    between them."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    for place, table in enumerate(tables):
        if place:
            writer.writerow(())
        if len(tables) > 1:
            writer.writerows((plain(line),) for line in (table.title, *table.notes))
        writer.writerow(map(plain, table.head))
        writer.writerows(
            [plain(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows
        )
    return sink.getvalue().encode("utf-8-sig")


def _xlsx(tables: Sequence[FileTable]) -> bytes:
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(
        sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )  # fmt: skip
    book.set_properties({"title": tables[0].title, "created": MADE.replace(tzinfo=None)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for place, table in enumerate(tables, start=1):
        sheet = book.add_worksheet("Table" if len(tables) == 1 else f"Table {place}")
        for column, words in enumerate(table.head):
            sheet.write_string(0, column, words, bold)
        for number, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell, wrapped)
                else:
                    sheet.write_number(number, column, cell, wrapped)
        sheet.set_column(0, max(len(table.head) - 1, 0), 24)
        sheet.freeze_panes(1, 0)
    about = book.add_worksheet("About")
    about.set_column(0, 0, 120)
    lines = [(line, bold if line == table.title else wrapped) for table in tables for line in (table.title, *table.notes)]  # fmt: skip
    for number, (line, look) in enumerate(lines):
        about.write_string(number, 0, line, look)
    book.close()
    return sink.getvalue()


def _docx(tables: Sequence[FileTable]) -> bytes:
    document = Document()
    document.core_properties.created = document.core_properties.modified = MADE
    document.core_properties.author = ""
    document.core_properties.title = clean(tables[0].title)
    for table in tables:
        document.add_heading(clean(table.title), level=1)
        for note in table.notes:
            document.add_paragraph(clean(note))
        drawn = document.add_table(rows=1 + len(table.rows), cols=len(table.head), style="Table Grid")
        for line, row in zip(drawn.rows, (table.head, *table.rows), strict=True):
            for held, cell in zip(line.cells, row, strict=True):
                held.text = clean(str(cell))
    sink = io.BytesIO()
    document.save(sink)
    return without_clock(sink)


TABLE_WRITERS: dict[str, Callable[[Sequence[FileTable]], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "docx": _docx,
}
