"""Whether an error says that there was no room: a full disk, a quota, or a limit on the size of a file."""

from __future__ import annotations

import errno

_NUMBERS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Engines say it in words: SQLite; the system, as DuckDB and Arrow repeat it; and DuckDB, which itself keeps a part of the disk free.
_WORDS = (
    "disk is full", "No space left on device", "Disk quota exceeded", "File too large", "max_temp_directory_size",
)  # fmt: skip
_SQLSTATE = "53100"  # PostgreSQL: its own disk is full


def is_full(error: BaseException) -> bool:
    """Of the error or of what caused it."""
    told: BaseException | None = error
    while told is not None:
        if isinstance(told, OSError) and told.errno in _NUMBERS:
            return True
        if getattr(told, "sqlstate", None) == _SQLSTATE or any(word in str(told) for word in _WORDS):
            return True
        told = told.__cause__
    return False
