"""Any project file -> `Reading`: which program's it is is decided by its content, never by its name."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from types import MappingProxyType

from throughline.exchange.project.confined import MAX_BYTES
from throughline.exchange.project.report import Reading
from throughline.exchange.qualcoder.read import read_qualcoder
from throughline.exchange.refi.read import read_refi
from throughline.exchange.taguette.read import read_taguette
from throughline.vocabulary.errors import Invalid, Sentence

_OF_QUALCODER = re.compile(r"(?<!\._)(?:^|[/\\])data\.qda$")
_SQLITE = b"SQLite format 3\x00"
_PACKED = b"data.qda"  # the name of QualCoder's database in its folder
_NOTHING_BESIDE: Mapping[str, bytes] = MappingProxyType({})


def read_project(
    data: bytes,
    filename: str,
    *,
    beside: Mapping[str, bytes] = _NOTHING_BESIDE,
    project: str | None = None,
) -> Reading:
    """Read a .qdpx, .qde or .qdc, a SQLite file of Taguette, the data.qda of QualCoder, or a ZIP of its folder.

    `beside`: texts by file name, for a .qde whose sources lie in a folder beside it. `project`: which one, for a Taguette file
    that holds several. Raises Invalid with a sentence for everything else and for what is damaged, hostile or too large.
    """
    if _PACKED in data and (folder := _database_in(data)):
        data = folder
    if not data.startswith(_SQLITE):
        return read_refi(data, filename, beside)
    # The commands that made the tables stand in the file as they were written.
    if b"highlight_tags" in data:
        return read_taguette(data, filename, project)
    if b"code_name" in data:
        return read_qualcoder(data, filename)
    raise Invalid(
        Sentence(
            "%(file)s is a database, but neither of Taguette nor of QualCoder. Export the project as REFI-QDA (.qdpx) and"
            " import that.",
            file=filename,
        )
    )


def _database_in(data: bytes) -> bytes:
    """QualCoder's database in a ZIP of its folder; nothing where there is none, or more than one, or it is no ZIP."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            named = [one for one in archive.infolist() if _OF_QUALCODER.search(one.filename)]
            if len(named) != 1:
                return b""
            with archive.open(named[0]) as member:
                return member.read(MAX_BYTES + 1)  # who reads it refuses what is longer
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return b""
