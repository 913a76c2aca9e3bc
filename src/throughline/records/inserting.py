"""New rows, many at a time: what `bulk_create` writes, at a third of its cost.

Django composes each batch anew, value by value. Here the statement of a model is composed once, the database prepares it
once, and only values that it cannot take as they are (ids, moments, documents) are turned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

# What both databases take as Python has it. A code is a word: an enum's member is one, too.
AS_THEY_ARE = {
    "BigIntegerField", "BooleanField", "CharField", "IntegerField", "PositiveBigIntegerField", "PositiveIntegerField",
    "PositiveSmallIntegerField", "SlugField", "SmallIntegerField", "TextField",
}  # fmt: skip


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model, in their order. Raises IntegrityError as `bulk_create` does; then none is written."""
    if not rows:
        return
    sql, values_of, turned = _statement(type(rows[0]))
    written = []
    for row in rows:
        values = list(values_of(row))
        for place, turn in turned:
            values[place] = turn(values[place])
        written.append(values)
    here = connections[DEFAULT_DB_ALIAS]
    with transaction.atomic(savepoint=False), here.cursor() as cursor:
        if len(written) == 1:
            cursor.execute(sql, written[0])
        else:
            cursor.executemany(sql, written)
    for row in rows:
        row._state.adding, row._state.db = False, here.alias


def insert_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write new rows of which only these columns (attnames) are told, in their order; all others may be empty.

    For thousands of small rows in one request, where to make an object of each takes longer than to write them. An id may be
    told as the database writes it.
    """
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    name = connection.ops.quote_name
    columns = ", ".join(name(str(fields[one].column)) for one in names)
    # names of the model's own table and columns alone
    sql = f"INSERT INTO {name(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608
    turns = [_turn(fields[one]) for one in names]
    written = [
        [
            value if turn is None or isinstance(value, str) else turn(value)
            for turn, value in zip(turns, row, strict=True)
        ]
        for row in rows
    ]
    if written:
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.executemany(sql, written)


Turn = Callable[[Any], Any]


@cache
def _statement(model: type[models.Model]) -> tuple[str, attrgetter[Any], tuple[tuple[int, Turn], ...]]:
    """The statement of a model, how a row's values are taken, and those that are turned, by their place."""
    fields = model._meta.local_concrete_fields
    name = connection.ops.quote_name
    columns = ", ".join(name(str(field.column)) for field in fields)
    # names of the model's own table and columns alone
    sql = f"INSERT INTO {name(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608
    turned = tuple((place, turn) for place, field in enumerate(fields) if (turn := _turn(field)) is not None)
    return sql, attrgetter(*(field.attname for field in fields)), turned


def _turn(field: models.Field[Any, Any]) -> Turn | None:
    """How a field's values become the database's; None: not at all."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    kind = field.get_internal_type()
    if kind in AS_THEY_ARE:
        return None
    if kind == "UUIDField":
        if connection.features.has_native_uuid_field:
            return None
        return lambda value: None if value is None else value.hex
    return lambda value: field.get_db_prep_save(value, connection)
