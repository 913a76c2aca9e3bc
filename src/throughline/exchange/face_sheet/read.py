"""CSV or spreadsheet -> `FaceSheet`. Pure: nothing is stored. Limits are those of tables, and 5,000 rows."""

from __future__ import annotations

from collections.abc import Collection

from throughline.exchange.face_sheet.document import FaceRow, FaceSheet, Refused
from throughline.exchange.table.binding import TOTAL, is_total
from throughline.exchange.table.document import RowFault, TableDocument, TableShape
from throughline.exchange.table.profile import likely_header
from throughline.exchange.table.read import read_table
from throughline.vocabulary.errors import Invalid, Sentence

MAX_ROWS = 5_000
MAX_COLUMNS = 60

_FAULTS = {
    RowFault.TOO_FEW: Sentence("It has fewer cells than the header."),
    RowFault.TOO_MANY: Sentence("It has more cells than the header."),
    RowFault.QUOTES: Sentence("It has stray quotation marks. Double or remove them."),
    RowFault.MERGED: Sentence(
        "A merged cell reaches into it, so that it is not certain whose it is. Unmerge it."
    ),
    RowFault.HEADER: Sentence("It is the header once more."),
}


def read_face_sheet(
    data: bytes, filename: str, *, match: str = "", names: Collection[str] = (), max_bytes: int = 8 << 20
) -> FaceSheet:
    """Read a face sheet. `match`: the column that names; where it is empty, the one that holds most of `names`.

    Raises Invalid for what is no table, has no such column, no row, or two columns called alike.
    """
    table = read_table(data, filename, max_bytes=max_bytes)
    if sum(map(bool, table.header)) == 1 and (line := likely_header(table)) != table.header_line:
        table = read_table(
            data, filename, TableShape(header_line=line), max_bytes=max_bytes
        )  # a title stood above
    columns = tuple(" ".join(one.split()) for one in table.header)
    _check_columns(columns, filename)
    if table.row_count > MAX_ROWS:
        raise Invalid(
            Sentence("%(file)s has %(rows)s rows; the most is %(most)s.", file=filename, rows=table.row_count, most=MAX_ROWS)
        )  # fmt: skip
    place = _place_of(columns, match, filename) if match.strip() else _likeliest(table, columns, names)
    rows, refused = _rows(table, columns, place)
    if not rows and not refused:
        raise Invalid(Sentence("%(file)s has a header and no row below it.", file=filename))
    others = tuple(one for number, one in enumerate(columns) if number != place and one)
    return FaceSheet(filename, columns[place], others, tuple(rows), tuple(refused))


def _check_columns(columns: tuple[str, ...], filename: str) -> None:
    named = [one.casefold() for one in columns if one]
    twice = next((one for one in named if named.count(one) > 1), None)
    if twice is not None:
        raise Invalid(
            Sentence("%(file)s has two columns called %(column)s. Rename one.", file=filename, column=twice)
        )
    if len(named) > MAX_COLUMNS:
        raise Invalid(
            Sentence(
                "%(file)s has %(count)s columns; the most is %(most)s. Keep those that the analysis asks of.",
                file=filename, count=len(named), most=MAX_COLUMNS,
            )
        )  # fmt: skip


def _place_of(columns: tuple[str, ...], match: str, filename: str) -> int:
    sought = " ".join(match.split()).casefold()
    for place, name in enumerate(columns):
        if name and name.casefold() == sought:
            return place
    raise Invalid(
        Sentence(
            "%(file)s has no column called %(column)s. It has: %(columns)s.",
            file=filename, column=match, columns=tuple(one for one in columns if one),
        ),
        fields={"match": Sentence("There is no such column.")},
    )  # fmt: skip


def _likeliest(table: TableDocument, columns: tuple[str, ...], names: Collection[str]) -> int:
    """The column that names most of what is sought; the first one where none does."""
    sought = {one.casefold() for one in names}
    hits = [0] * len(columns)
    for row in table.rows():
        for place, cell in enumerate(row.cells[: len(columns)]):
            hits[place] += columns[place] != "" and cell.casefold() in sought
    return max(range(len(columns)), key=lambda place: (hits[place], -place)) if any(hits) else 0


def _rows(table: TableDocument, columns: tuple[str, ...], place: int) -> tuple[list[FaceRow], list[Refused]]:
    rows: list[FaceRow] = []
    refused: list[Refused] = []
    first: dict[str, int] = {}
    for row in table.rows():
        if row.fault is not None:
            refused.append(Refused(row.line, _FAULTS[row.fault]))
            continue
        if is_total(row.cells):
            refused.append(Refused(row.line, TOTAL))
            continue
        key = " ".join(row.cells[place].split())
        if not key:
            refused.append(Refused(row.line, Sentence("It names nobody: its cell under %(column)s is empty.", column=columns[place])))  # fmt: skip
        elif key.casefold() in first:
            refused.append(Refused(row.line, Sentence("It names the same as line %(line)s.", line=first[key.casefold()])))  # fmt: skip
        else:
            first[key.casefold()] = row.line
            values = {
                name: " ".join(cell.split())
                for number, (name, cell) in enumerate(zip(columns, row.cells, strict=False))
                if number != place and name and cell.strip()
            }
            rows.append(FaceRow(row.line, key, values))
    return rows, refused
