"""Reads named tables of a stranger's SQLite file in a process of its own: bytes on standard input, JSON lines packed out.

Run by `tables` through `confine` and never imported, so it knows nothing of the rest. The file is opened in memory as a
copy: no other SQLite library of the server's process ever meets it, and nothing is written. Arguments: the names of the
tables, each with the columns that are wanted of it if not all ("users=login"): passwords stay where they are. Lines: ["columns", table, [...]], ["row", table, [...]], ["wal"], or ["error", code].
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import zlib
from typing import Any

MAX_CELL_CHARS = 20_000_000
TOO_MUCH = 3
_MAGIC = b"SQLite format 3\x00"


def main() -> None:
    """Answer on standard output; a file that cannot be opened is an answer too."""
    packer = zlib.compressobj(1)

    def say(*line: Any) -> None:
        text = json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n"
        sys.stdout.buffer.write(packer.compress(text.encode()))

    try:
        _read(sys.stdin.buffer.read(), sys.argv[1:], say)
    except (sqlite3.DataError, MemoryError):  # a cell, or all of them, beyond what may be read
        say("error", "large")
    except sqlite3.DatabaseError:
        say("error", "damaged")
    sys.stdout.buffer.write(packer.flush())
    sys.stdout.buffer.flush()


def _guarded() -> None:
    try:
        main()
    except OSError:  # the answer would be longer than a reader may write
        os._exit(TOO_MUCH)


def _read(data: bytes, wanted: list[str], say: Any) -> None:
    if not data.startswith(_MAGIC):
        say("error", "not sqlite")
        return
    if data[18:20] == b"\x02\x02":
        # A database in memory has no write-ahead log; the copy is ours to mark as having none.
        say("wal")
        data = data[:18] + b"\x01\x01" + data[20:]
    base = sqlite3.connect(":memory:")
    base.deserialize(data)
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA cell_size_check = ON")
    base.text_factory = lambda cell: cell.decode("utf-8", "replace")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4 * MAX_CELL_CHARS)
    # Only real tables: a view or a virtual table is somebody's program.
    held = {
        name.lower(): name
        for name, sql in base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if isinstance(name, str) and isinstance(sql, str) and not sql.upper().startswith("CREATE VIRTUAL")
    }
    for wish in wanted:
        table, _, columns = wish.partition("=")
        if table in held:
            rows = base.execute(f'SELECT {columns or "*"} FROM "{held[table]}"')  # noqa: S608 - names of our own list
            say("columns", table, [column[0].lower() for column in rows.description])
            for row in rows:
                say("row", table, [None if isinstance(cell, bytes) else cell for cell in row])


if __name__ == "__main__":
    _guarded()
