"""A database server: rows go out and in as PostgreSQL's own COPY text, table by table.

One REPEATABLE READ snapshot for all of them, so that no row is without what it refers to. Django's foreign keys are
checked at the end of a transaction, so the order of tables does not matter on the way in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from throughline.exchange.backup.document import Head, Part, Summary
from throughline.exchange.backup.read import Reader
from throughline.exchange.backup.write import Writer
from throughline.records.tables import migrate_others
from throughline.vocabulary.errors import Invalid, Sentence

# Written by migrations themselves on the way in.
OWN_BOOKKEEPING = frozenset({"django_migrations"})


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is as of one moment; nothing is locked."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def tables() -> list[str]:
    return sorted(set(connection.introspection.table_names()) - OWN_BOOKKEEPING)


def dump_tables(writer: Writer) -> Iterator[tuple[str, int]]:
    """Write every table as a part; yields its name and rows."""
    for table in tables():
        with connection.cursor() as cursor:
            columns = tuple(c.name for c in connection.introspection.get_table_description(cursor, table))
            writer.begin(Part(kind="table", name=table, columns=columns))
            with cursor.copy(f"COPY {_quoted(table)} ({_list(columns)}) TO STDOUT") as copy:
                for piece in copy:
                    writer.data(piece)
            writer.end()
            yield table, cursor.rowcount


def audit_heads() -> tuple[Head, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, count, head FROM audit_auditchain ORDER BY id")
        return tuple(Head(chain=str(chain), count=count, mac=mac) for chain, count, mac in cursor.fetchall())


def is_empty() -> bool:
    """No table, or none with a row but what migrations write themselves."""
    own = {"django_migrations", "django_content_type", "auth_permission"}
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - own:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {_quoted(table)})")  # noqa: S608  (names of the schema itself)
            if cursor.fetchone() == (True,):
                return False
    return True


def migrate_to(migrations: tuple[str, ...]) -> None:
    """Make the schema that a backup was taken from. Invalid where it holds steps that this version does not know."""
    executor = MigrationExecutor(connection)
    wanted = {(app, name) for app, _, name in (step.partition(".") for step in migrations)}
    graph = executor.loader.graph
    leaves = [
        node
        for node in sorted(wanted)
        if not any(
            child in wanted and child[0] == node[0] for child in map(tuple, graph.node_map[node].children)
        )
    ]
    migrate_others(leaves)
    executor.loader.build_graph()
    executor.migrate(leaves)


class TableLoader:
    """Loads table parts inside one transaction, and checks their rows against the backup's summary."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self._known = set(tables())

    def clear(self) -> None:
        names = ", ".join(_quoted(table) for table in sorted(self._known))
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names}")

    def load(self, part: Part, reader: Reader) -> None:
        if part.name not in self._known:
            raise Invalid(
                Sentence("The backup holds a table that this version of Throughline does not know.")
            )
        try:
            with connection.cursor() as cursor:
                statement = f"COPY {_quoted(part.name)} ({_list(part.columns)}) FROM STDIN"
                with cursor.copy(statement) as copy:
                    for piece in reader.data():
                        copy.write(piece)
                self.rows[part.name] = cursor.rowcount
        except DatabaseError as error:
            # The database quotes the row that it refused; the sentence does not.
            raise Invalid(Sentence("The rows of this backup do not fit the database.")) from error

    def finish(self, summary: Summary) -> None:
        if self.rows != summary.rows:
            raise Invalid(Sentence("The rows of this backup are not those that it names. Take another copy."))
        models = apps.get_models(include_auto_created=True)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _list(columns: tuple[str, ...]) -> str:
    return ", ".join(_quoted(column) for column in columns)
