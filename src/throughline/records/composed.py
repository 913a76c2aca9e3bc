"""Questions asked so often that their SQL is composed once in a process, and not each time.

To make one coding durable takes a dozen small reads, each a row found by its key. To compose the SQL of such a read takes
the ORM ten times as long as the database needs to answer it. It is still the ORM that composes it, from the very conditions
that all other reads are made of; only what differs from time to time (`Given`) is put in where the question is asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Expression

# Values of these kinds the databases take as Python has them.
PLAIN = {
    "BooleanField": bool, "CharField": str, "TextField": str, "SlugField": str, "IntegerField": int, "BigIntegerField": int,
    "PositiveIntegerField": int, "PositiveBigIntegerField": int, "PositiveSmallIntegerField": int, "SmallIntegerField": int,
}  # fmt: skip
_remembered = threading.local()


@contextmanager
def asked_once() -> Iterator[None]:
    """Within: a steady question is asked once for the same values. For the length of one transaction, and no longer."""
    _remembered.answers = {}
    try:
        yield
    finally:
        _remembered.answers = None


class Given(Expression):
    """A value of a field's kind, told by this name each time the question is asked; never None."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name
        target: Any = field.target_field if isinstance(field, models.ForeignKey) else field
        self._plain = PLAIN.get(target.get_internal_type())
        self._is_id = target.get_internal_type() == "UUIDField"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def stored(self, value: Any, here: Any) -> Any:
        """A value as the database takes it."""
        if type(value) is self._plain:
            return value
        if self._is_id and type(value) is UUID:
            return value if here.features.has_native_uuid_field else value.hex
        return self.output_field.get_db_prep_value(value, here)


class Composed:
    """A question whose conditions are the same each time. `compose` gives it, as `values_list`; asked at most once.

    The conditions may depend on an actor (`visible_to`): then there is one of these for each actor, and an actor with other
    grants is another actor. `is_steady`: what it asks for is not changed by who asks, so that within `asked_once` the first
    answer stands for all.
    """

    def __init__(self, compose: Callable[[], models.QuerySet[Any, Any]], *, is_steady: bool = False) -> None:
        self._compose = compose
        self._is_steady = is_steady
        self._sql: str | None = None
        self._params: tuple[Any, ...] = ()
        self._converters: list[tuple[int, list[Any], Any]] = []

    def __call__(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows, as `values_list` gives them."""
        answers = getattr(_remembered, "answers", None) if self._is_steady else None
        if answers is None:
            return self._asked(given)
        key = (id(self), *given.values())
        if key not in answers:
            answers[key] = self._asked(given)
        return list(answers[key])

    def _asked(self, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        here = connections[DEFAULT_DB_ALIAS]
        if self._sql is None:
            self._make(here)
        if not self._sql:
            return []
        params = [
            one.stored(given[one.name], here) if isinstance(one, Given) else one for one in self._params
        ]
        with here.cursor() as cursor:
            cursor.execute(self._sql, params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return [self._converted(row, here) for row in rows] if self._converters else rows

    def one(self, **given: Any) -> tuple[Any, ...] | None:
        """The first row; None where there is none."""
        rows = self(**given)
        return rows[0] if rows else None

    def _make(self, here: Any) -> None:
        compiler: Any = self._compose().query.get_compiler(connection=here)
        try:
            sql, self._params = compiler.as_sql()
        except EmptyResultSet:  # nothing could ever be found: of somebody without a grant
            self._sql = ""
            return
        columns = [one[0] for one in compiler.select[: compiler.col_count]]
        found = compiler.get_converters(columns)
        self._converters = [(place, convert, column) for place, (convert, column) in found.items()]
        self._sql = sql  # last: another thread may be asking meanwhile

    def _converted(self, row: tuple[Any, ...], here: Any) -> tuple[Any, ...]:
        values = list(row)
        for place, convert, column in self._converters:
            for each in convert:
                values[place] = each(values[place], column, here)
        return tuple(values)
