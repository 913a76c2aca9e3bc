"""How a raw table is read from SQLite and from PostgreSQL: the same rows, column by column, in the same Python types."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import UUID

from throughline.evaluation.raw import As, Raw

_SQLITE: Mapping[As, str] = {
    As.ID: "{0}", As.MEMBER: "{0}", As.TEXT: "{0}", As.NUMBER: "{0}", As.DAY: "{0}", As.JSON: "{0}",
    As.TENTHS: "CAST(ROUND({0} * 10) AS INTEGER)", As.THOUSANDTHS: "CAST(ROUND({0} * 1000) AS INTEGER)",
    As.LOCAL_DAY: "CAST(strftime('%s', {0}) AS INTEGER)",
}  # fmt: skip
_POSTGRESQL: Mapping[As, str] = {
    As.ID: "replace(({0})::text, '-', '')", As.MEMBER: "replace(({0})::text, '-', '')",
    As.TEXT: "{0}", As.NUMBER: "{0}", As.DAY: "({0})::text", As.JSON: "({0})::text",
    As.TENTHS: "round({0} * 10)::bigint", As.THOUSANDTHS: "round({0} * 1000)::bigint",
    As.LOCAL_DAY: "floor(extract(epoch from {0}))::bigint",
}  # fmt: skip
DIALECTS: Mapping[str, Mapping[As, str]] = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


class Cursor(Protocol):
    """What SQLite's cursor and PostgreSQL's server-side one have in common."""

    def execute(self, sql: Any, /) -> Any: ...

    def fetchmany(self, size: int, /) -> list[Any]: ...


def select(raw: Raw, kind: str, *, programme: UUID, study: UUID) -> str:
    """The SELECT of a raw table; ids stand in it as literals of hex digits."""
    words = DIALECTS[kind]
    columns = ", ".join(words[how].format(sql) for sql, how in raw.columns.values())
    rows = raw.rows.format(programme=f"'{programme.hex}'", study=f"'{study.hex}'")
    return f"SELECT {columns} FROM {rows}" + (f" ORDER BY {raw.order}" if raw.number else "")  # noqa: S608


@contextmanager
def cursors(source: Mapping[str, Any]) -> Iterator[Any]:
    """A function that opens a cursor, all of one snapshot. `source` is {"kind": "sqlite", "path"} or {"kind":
    "postgresql", "parameters"}.

    SQLite is read from a copy, never from the live file: a second SQLite library in the process, or a second opening of
    the file, would drop its locks. PostgreSQL is read in one REPEATABLE READ transaction with server-side cursors.
    """
    if source["kind"] == "sqlite":
        copy = sqlite3.connect(f"file:{source['path']}?mode=ro&immutable=1", uri=True)
        try:
            copy.execute("PRAGMA cache_size=-16000")
            yield copy.cursor
        finally:
            copy.close()
        return
    import psycopg

    with psycopg.connect(**source["parameters"]) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield lambda: connection.cursor(name="freeze")
