"""Questions asked so often that their SQL is composed once in a process, and not each time.

To make one coding durable takes a dozen small reads, each a row found by its key. To compose the SQL of such a read takes
the ORM ten times as long as the database needs to answer it. It is still the ORM that composes it, from the very conditions
that all other reads are made of; only what differs from time to time (`Given`) is put in where the question is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import Expression


class Given(Expression):
    """A value of a field's kind, told by this name each time the question is asked; never None."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Composed:
    """A question whose conditions are the same each time. `compose` gives it, as `values_list`; asked at most once.

    The conditions may depend on an actor (`visible_to`): then there is one of these for each actor, and an actor with other
    grants is another actor.
    """

    def __init__(self, compose: Callable[[], models.QuerySet[Any, Any]]) -> None:
        self._compose = compose
        self._sql: str | None = None
        self._params: tuple[Any, ...] = ()
        self._converters: list[tuple[int, list[Any], Any]] = []

    def __call__(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows, as `values_list` gives them."""
        if self._sql is None:
            self._make()
        if not self._sql:
            return []
        params = [
            one.output_field.get_db_prep_value(given[one.name], connection) if isinstance(one, Given) else one
            for one in self._params
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return [self._converted(row) for row in rows] if self._converters else rows

    def one(self, **given: Any) -> tuple[Any, ...] | None:
        """The first row; None where there is none."""
        rows = self(**given)
        return rows[0] if rows else None

    def _make(self) -> None:
        compiler: Any = self._compose().query.get_compiler(connection=connection)
        try:
            sql, self._params = compiler.as_sql()
        except EmptyResultSet:  # nothing could ever be found: of somebody without a grant
            self._sql = ""
            return
        columns = [one[0] for one in compiler.select[: compiler.col_count]]
        found = compiler.get_converters(columns)
        self._converters = [(place, convert, column) for place, (convert, column) in found.items()]
        self._sql = sql  # last: another thread may be asking meanwhile

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, convert, column in self._converters:
            for each in convert:
                values[place] = each(values[place], column, connection)
        return tuple(values)
