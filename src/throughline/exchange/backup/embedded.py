"""The embedded database: copied out through Django's own connection, put in place as a whole file.

The live file is never opened by another library or a second time by hand: closing it would drop SQLite's locks and
lose rows that were acknowledged. The copy is made in one step: in WAL mode that holds a read lock only, so whoever
records goes on recording.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.db import connection

from throughline.exchange.backup.disk import full_disk_told
from throughline.exchange.backup.document import Head
from throughline.vocabulary.errors import Invalid, Sentence

SUFFIXES = ("", "-wal", "-shm", "-journal")
PREFIX = ".backup-copy-"


def database_path() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


@contextmanager
def copy_of_database() -> Iterator[tuple[BinaryIO, dict[str, int], tuple[Head, ...]]]:
    """A copy as of now, opened for reading, with its row counts and audit heads. It has no name while it is read."""
    remove_leftovers(database_path().parent, PREFIX)
    path = database_path().with_name(f"{PREFIX}{os.getpid()}")
    try:
        with full_disk_told(path.parent):
            rows, heads = _copy(path)
        file = path.open("rb")
    finally:
        for suffix in SUFFIXES:
            Path(f"{path}{suffix}").unlink(missing_ok=True)
    with file:
        yield file, rows, heads


def _copy(path: Path) -> tuple[dict[str, int], tuple[Head, ...]]:
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    connection.ensure_connection()
    with opened(path) as beside:
        connection.connection.backup(beside)
        # It is read from here on as it stands: no log, no shared memory beside it.
        beside.execute("PRAGMA journal_mode=DELETE")
        return row_counts(beside), audit_heads(beside)


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A database file that is not the live one, by the library that settings put in place."""
    # Here, not at the top: it must be the library that Django opened the live database with.
    import sqlite3

    from django.db.backends.sqlite3._functions import register  # type: ignore[import-untyped]  # no stubs

    beside = sqlite3.connect(str(path))
    # Checking a file evaluates its constraints, and some of those call functions that Django brings.
    register(beside)
    try:
        yield beside
    finally:
        beside.close()


def row_counts(database: Any) -> dict[str, int]:
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608  (names of the schema itself)


def audit_heads(database: Any) -> tuple[Head, ...]:
    rows = database.execute("SELECT id, count, head FROM audit_auditchain ORDER BY id").fetchall()
    return tuple(Head(chain=str(UUID(chain)), count=count, mac=mac) for chain, count, mac in rows)


def check_file(path: Path, expected: dict[str, int]) -> None:
    """Raise Invalid unless a database file is sound and holds exactly the rows that the backup names."""
    import sqlite3

    try:
        with opened(path) as beside:
            verdict = beside.execute("PRAGMA quick_check").fetchone()[0]
            found = row_counts(beside)
    except sqlite3.DatabaseError as error:
        raise Invalid(Sentence("The database in this backup is damaged. Take another copy.")) from error
    if verdict != "ok" or found != expected:
        raise Invalid(
            Sentence("The database in this backup is not the one that it names. Take another copy.")
        )


def put_in_place(staged: Path) -> None:
    """The staged file becomes the database; what an empty one left beside it goes first."""
    connection.close()
    live = database_path()
    for suffix in SUFFIXES[1:]:
        Path(f"{live}{suffix}").unlink(missing_ok=True)
    staged.replace(live)
    sync_folder(live.parent)


def remove_database() -> None:
    """The live file and what stands beside it. Only where a restore has put it there, into an empty place."""
    connection.close()
    for suffix in SUFFIXES:
        Path(f"{database_path()}{suffix}").unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """A rename has reached the disk only when its folder has."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(folder: Path, prefix: str) -> None:
    """Copies of runs that were killed: named by a process that is no more."""
    for path in folder.glob(f"{prefix}*"):
        owner = path.name.removeprefix(prefix).split("-")[0]
        if owner.isdigit() and int(owner) != os.getpid() and not _is_running(int(owner)):
            path.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_pieces(path: Path, pieces: Iterator[bytes], tell: Callable[[int], None]) -> None:
    """A new file, its owner's alone, on the disk when this returns."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
            tell(len(piece))
        file.flush()
        os.fsync(file.fileno())
