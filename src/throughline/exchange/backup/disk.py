"""A disk without room, told by its name: which one it is decides where room must be made."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from throughline.vocabulary.errors import Sentence, Unready

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
ENOUGH = 1_000_000  # bytes; what SQLite needs beside a database to open it is far less


@contextmanager
def full_disk_told(folder: Path) -> Iterator[None]:
    """Unready, naming `folder`, for the system's and SQLite's ways of saying that the disk below it is full."""
    try:
        yield
    except Exception as error:  # SQLite's own, Django's and the system's have no base in common
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            raise Unready(
                Sentence(
                    "The disk of %(folder)s does not hold a file as large as this one (FAT32 ends at 4 GB). Nothing was"
                    " left half-done. Choose another disk.",
                    folder=folder,
                )
            ) from error
        if not is_full(error, folder):
            raise
        raise Unready(
            Sentence(
                "The disk of %(folder)s is full. Nothing was left half-done, and no earlier file was touched. Make room"
                " there and try again.",
                folder=folder,
            )
        ) from error


def is_full(error: Exception, folder: Path) -> bool:
    """SQLite says "disk I/O error" where there is no room for what it keeps beside a database: then the disk is asked."""
    if isinstance(error, OSError):
        return error.errno in FULL
    if type(error).__name__ not in ("OperationalError", "DatabaseError"):
        return False
    text = str(error).lower()
    if "disk is full" in text:
        return True
    return ("disk i/o error" in text or "unable to open" in text) and _room(folder) < ENOUGH


def _room(folder: Path) -> int:
    """Bytes left on the disk of the folder, or of the nearest one above it that is there."""
    there = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    return shutil.disk_usage(there).free
