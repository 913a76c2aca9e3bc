"""Puts a SQLite that does not corrupt its log in the place of the one that Python came with.

Debian's 3.40.1 can corrupt a WAL under several checkpointers. This must run before Django opens anything; a
second SQLite library in the process would drop the first one's locks and lose acknowledged rows.
"""

from __future__ import annotations

import sys

OLDEST = (3, 51, 3)


def use_new_sqlite() -> None:
    """Replace the `sqlite3` module by pysqlite3 where that is installed."""
    if "django.db.backends.sqlite3.base" in sys.modules:
        return
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError:
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def check_version() -> str | None:
    """A sentence where the SQLite in use is too old to be trusted with records, else None."""
    import sqlite3

    if sqlite3.sqlite_version_info >= OLDEST:
        return None
    return (
        f"SQLite {sqlite3.sqlite_version} is too old: a write-ahead log can be corrupted below"
        f" {'.'.join(map(str, OLDEST))}. Install pysqlite3, or use PostgreSQL."
    )
