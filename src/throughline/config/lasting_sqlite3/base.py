"""SQLite whose connections stay open from one request to the next.

To open one costs more than to write a coding: the schema is read, functions are registered, every statement is prepared
anew; and the last one to close folds the log into the database, with waits for the disk of its own. So connections are
kept (CONN_MAX_AGE), and asked at the beginning of each request (CONN_HEALTH_CHECKS) whether they may be.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Kept only while nothing went wrong on it, and while the file that it opened is the one that stands there."""

    _opened: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        self._opened = self._file()
        return connection

    def is_usable(self) -> bool:
        """False after any error of the database itself, and where the file was moved away or another put in its place:
        what is written into a file without a name is lost when it is closed, though it was acknowledged."""
        return not self.errors_occurred and self._opened is not None and self._opened == self._file()

    def _file(self) -> tuple[int, int] | None:
        """Which file stands there. Not opened: to close it again would drop SQLite's locks on it."""
        try:
            found = Path(self.settings_dict["NAME"]).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
