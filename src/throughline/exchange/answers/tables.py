"""A file of answers -> its main table and those beside it that can be of repeats: a workbook's sheets, or the CSVs of a ZIP."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass

from throughline.exchange.table.document import TableDocument, TableFormat, TableShape
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.read import read_table
from throughline.vocabulary.errors import Invalid, Sentence

PARENTS = frozenset({"_parent_index", folded("PARENT_KEY")})
MOST_TABLES = 40
MOST_MEMBERS = 5_000  # of a ZIP: each takes memory before it is looked at
# What zipfile raises over bytes that are no sound archive; NotImplementedError: for a compression that it does not know.
BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError, KeyError, IndexError,
)  # fmt: skip


@dataclass(frozen=True)
class GivenFile:
    name: str
    data: bytes


def tables_of(
    file: GivenFile, shape: TableShape, max_bytes: int
) -> tuple[TableDocument, tuple[TableDocument, ...]]:
    """The table of the answers, and the tables whose rows name one of another table as their parent. Raises Invalid."""
    members = _members(file, max_bytes)
    if members:
        tables = [read_table(data, name, max_bytes=max_bytes) for name, data in members]
        main = [one for one in tables if not _has_parent(one)]
        if len(main) != 1:
            raise Invalid(
                Sentence(
                    "%(file)s holds %(count)d tables that are no repeat's. Give a ZIP with the tables of one form, as ODK exports them.",
                    file=file.name, count=len(main),
                )
            )  # fmt: skip
        return main[0], tuple(one for one in tables if one is not main[0])
    document = read_table(file.data, file.name, shape, max_bytes=max_bytes)
    beside = []
    if document.format is TableFormat.SPREADSHEET:
        for name in [one for one in document.sheets if one != document.sheet][:MOST_TABLES]:
            try:
                table = read_table(file.data, file.name, TableShape(sheet=name), max_bytes=max_bytes)
            except Invalid:
                continue  # an empty sheet, or no table: told among those left out
            if _has_parent(table):
                beside.append(table)
    return document, tuple(beside)


def main_table(file: GivenFile, max_bytes: int) -> GivenFile:
    """The file itself, or of a ZIP of tables the one that is no repeat's. Raises Invalid."""
    if not _members(file, max_bytes):
        return file
    document, _ = tables_of(file, TableShape(), max_bytes)
    return next(
        GivenFile(name, data) for name, data in _members(file, max_bytes) if name == document.filename
    )


def _has_parent(table: TableDocument) -> bool:
    return any(folded(name) in PARENTS for name in table.header)


def _members(file: GivenFile, max_bytes: int) -> list[tuple[str, bytes]]:
    """The CSVs of a ZIP, none where it is a workbook or no ZIP. Raises Invalid for too many, too large or broken ones."""
    if not file.data.startswith(b"PK\x03\x04"):
        return []
    if file.data.count(b"PK\x01\x02") > MOST_MEMBERS:
        raise _too_many(file)
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            names = [
                one
                for one in archive.namelist()
                if one.lower().endswith(".csv") and not one.startswith("__MACOSX/")
            ]
            if not names or "[Content_Types].xml" in archive.namelist() or "mimetype" in archive.namelist():
                return []
            if len(names) > MOST_TABLES:
                raise _too_many(file)
            room, found = max_bytes, []
            for name in names:
                with archive.open(name) as member:
                    data = member.read(room + 1)
                room -= len(data)
                if room < 0:
                    raise Invalid(
                        Sentence(
                            "%(file)s unfolds to more than %(most)d MB. Split it by month or year.",
                            file=file.name, most=max_bytes // 1_048_576,
                        )
                    )  # fmt: skip
                found.append((name.rpartition("/")[2], data))
            return found
    except BROKEN as error:
        raise Invalid(
            Sentence("%(file)s is damaged or locked: it cannot be unpacked. Export it again.", file=file.name)
        ) from error


def _too_many(file: GivenFile) -> Invalid:
    return Invalid(Sentence("%(file)s holds more than %(most)d tables.", file=file.name, most=MOST_TABLES))
