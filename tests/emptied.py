"""The database after a test that commits: emptied again, of what the test wrote."""

from __future__ import annotations

from functools import cache

from django.core.management.color import no_style
from django.db import connection

# What a migration writes there once and nothing else does; to write it anew is most of what emptying all would take.
KEPT = frozenset({"django_content_type", "auth_permission"})


def empty() -> None:
    """Delete the rows of all tables that hold any, but for those of KEPT. Sequences go on."""
    if not (filled := _filled()):
        return
    names = [connection.ops.quote_name(name) for name in filled]
    if connection.vendor == "postgresql":
        # Whatever refers to what: all of it goes. Truncating would make the files of all tables anew.
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                for name in names:
                    cursor.execute(f"DELETE FROM {name}")
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
    else:
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), filled))


def _filled() -> list[str]:
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})"
        for name in _tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


@cache
def _tables() -> tuple[str, ...]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return tuple(sorted(set(names) - KEPT))
