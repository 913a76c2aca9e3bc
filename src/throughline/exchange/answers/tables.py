"""A file of answers -> its main table and those beside it that can be of repeats: a workbook's sheets, or the CSVs of a ZIP."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from throughline.exchange.table.document import TableDocument, TableShape
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.read import read_table, read_tables
from throughline.vocabulary.errors import Invalid, Sentence

PARENTS = frozenset({"_parent_index", folded("PARENT_KEY")})
KEYS = frozenset({"_index", folded("KEY")})  # what they name
MOST_TABLES = 40
MOST_MEMBERS = 5_000  # of a ZIP: each takes memory before it is looked at
_NO_TABLES = re.compile(r"(?:^|/)(?:__MACOSX|media)/", re.IGNORECASE)
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
        held = _parted(file, members, max_bytes)
        if shape == TableShape():
            return held.main, held.beside
        # What is said of how the file is read is said of its main table, which the pages show.
        return read_table(held.source.data, held.source.name, shape, max_bytes=max_bytes), held.beside
    main, *beside = read_tables(file.data, file.name, shape, beside=sorted(PARENTS), max_bytes=max_bytes)
    return main, tuple(beside[:MOST_TABLES])


def main_table(file: GivenFile, max_bytes: int) -> GivenFile:
    """The file itself, or of a ZIP of tables the one that is no repeat's. Raises Invalid."""
    members = _members(file, max_bytes)
    return _parted(file, members, max_bytes).source if members else file


@dataclass(frozen=True)
class _Parted:
    """The tables of a ZIP; `source` is what the main one was read from."""

    main: TableDocument
    source: GivenFile
    beside: tuple[TableDocument, ...]


def _parted(file: GivenFile, members: Sequence[GivenFile], max_bytes: int) -> _Parted:
    """The main table is the one that is no repeat's; of several, the one whose rows have a key that repeats can name.

    The log of what devices did (`audit`), which ODK puts beside the tables, has neither.
    """
    tables = [(read_table(one.data, one.name, max_bytes=max_bytes), one) for one in members]
    main = [pair for pair in tables if not _has(pair[0], PARENTS)]
    if len(main) > 1:
        main = [pair for pair in main if _has(pair[0], KEYS)] or main
    if len(main) != 1:
        raise Invalid(
            Sentence(
                "%(file)s holds %(count)s table that is no repeat's. Give a ZIP with the tables of one form, as ODK exports them.",
                "%(file)s holds %(count)s tables that are no repeat's. Give a ZIP with the tables of one form, as ODK exports them.",
                file=file.name, count=len(main),
            )
        )  # fmt: skip
    return _Parted(*main[0], tuple(table for table, _ in tables if _has(table, PARENTS)))


def _has(table: TableDocument, names: frozenset[str]) -> bool:
    return any(folded(name) in names for name in table.header)


def _members(file: GivenFile, max_bytes: int) -> list[GivenFile]:
    """The CSVs of a ZIP, none where it is a workbook or no ZIP. Raises Invalid for too many, too large or broken ones.

    Each is called by its last name, or by its whole path where another is called so. What was attached to answers is left out.
    """
    if not file.data.startswith(b"PK\x03\x04"):
        return []
    if file.data.count(b"PK\x01\x02") > MOST_MEMBERS:
        raise _too_many(file)
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            names = [
                one
                for one in archive.namelist()
                if one.lower().endswith(".csv") and not _NO_TABLES.search(one)
            ]
            if not names or "[Content_Types].xml" in archive.namelist() or "mimetype" in archive.namelist():
                return []
            if len(names) > MOST_TABLES:
                raise _too_many(file)
            room, found = max_bytes, []
            last = Counter(_last(name) for name in names)
            for name in names:
                with archive.open(name) as member:
                    data = member.read(room + 1)
                room -= len(data)
                if room < 0:
                    raise Invalid(
                        Sentence(
                            "%(file)s unfolds to more than %(most)s MB. Split it by month or year.",
                            file=file.name, most=max_bytes // 1_048_576,
                        )
                    )  # fmt: skip
                found.append(GivenFile(name if last[_last(name)] > 1 else _last(name), data))
            return found
    except BROKEN as error:
        raise Invalid(
            Sentence("%(file)s is damaged or locked: it cannot be unpacked. Export it again.", file=file.name)
        ) from error


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _too_many(file: GivenFile) -> Invalid:
    return Invalid(Sentence("%(file)s holds more than %(most)s tables.", file=file.name, most=MOST_TABLES))
