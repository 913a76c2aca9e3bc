"""Codings as columns of numbers: 200,000 of them are read for a matrix, and to make a row of each takes most of the time.

The database puts all places of a source's code into one string, which it finds in order in the index that keeps a coding
from standing twice; ids stay as the database has them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, BigIntegerField, Count, ExpressionWrapper, F, Q, QuerySet, TextField

from throughline.methods.passages.spans import Numbers, Spans
from throughline.records.inquiry.models import Analysis, Coder, Coding, Source, blind_sources
from throughline.vocabulary.actor import Actor

Columns = tuple[Numbers, Numbers, Numbers, Numbers]

_MOST_BITS = 63  # of a number that is not below 0
_BITS = 31  # of a place, a positive integer of a database: two fit into one number
_MASK = (1 << _BITS) - 1
_PLACES = ExpressionWrapper(F("start") * (1 << _BITS) + F("end"), output_field=BigIntegerField())


class _Joined(Aggregate):
    """Numbers of a group in one string, with commas."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "STRING_AGG((%(expressions)s)::text, ',')"
        return self.as_sql(compiler, connection, template=template, **context)


def standing_in_sight(actor: Actor, analysis: Analysis) -> QuerySet[Coding]:
    """What `Coding.objects.visible_to(actor).standing()` gives of an analysis, on the sources that the actor may read.

    Told to the database in fewer words, for whoever keeps to those sources anyway: joining them to every coding to ask again,
    and looking for rounds beside each, takes longer on 200,000 codings than reading them (a test holds the two against
    each other).
    """
    sources = Source.objects.filter(analysis=analysis)
    rows: QuerySet[Coding] = Coding.objects.filter(
        source__in=sources.values("id"), removed_at=None, lost_in=None
    )
    blind = list(blind_sources(actor).filter(analysis=analysis).values_list("id", flat=True))
    if not blind:
        return rows
    own = [
        actor.id,
        *Coder.objects.filter(analysis=analysis, joined_to=actor.id).values_list("actor", flat=True),
    ]
    return rows.filter(Q(analyst__in=own) | ~Q(source__in=blind))


def counts_by_code(actor: Actor, analysis: Analysis) -> dict[UUID, tuple[int, int]]:
    """Code -> how many codings stand under it that the actor may see, and in how many sources."""
    readable = keys(Source.objects.visible_to(actor).filter(analysis=analysis).values_list("id", flat=True))
    grouped = standing_in_sight(actor, analysis).order_by().values_list("source_id", "code_id")
    found: dict[Hashable, tuple[int, int]] = {}
    for source, code, count in as_stored(grouped.annotate(count=Count("*"))):
        if source in readable:
            codings, sources = found.get(code, (0, 0))
            found[code] = codings + count, sources + 1
    return {UUID(str(code)): counts for code, counts in found.items()}


def lines(rows: QuerySet[Any], numbers: Mapping[Hashable, int]) -> Spans:
    """Rows with `source`, `start` and `end` as passages, those of a source that has a number; in no order."""
    found = as_stored(rows.order_by().values_list("source_id").annotate(places=_Joined(_PLACES)))
    held = [(numbers[row[0]], row[1]) for row in found if row[0] in numbers]
    packed, counts = _packed([places for _, places in held])
    source = np.repeat(np.array([number for number, _ in held], dtype=np.int64), counts)
    return Spans(source, packed >> _BITS, packed & _MASK)


def columns(
    rows: QuerySet[Coding], numbers: Mapping[Hashable, int], places: Mapping[Hashable, int]
) -> Columns:
    """Number of the source, place of the code, start, end: each passage of a code once, in that order.

    `numbers` and `places` are by `keys`; what is in neither is left out.
    """
    grouped = rows.order_by().values_list("source_id", "code_id").annotate(places=_Joined(_PLACES))
    found = as_stored(grouped)
    packed, counts = _packed([row[2] for row in found])
    source = np.repeat(np.array([numbers.get(row[0], -1) for row in found], dtype=np.int64), counts)
    code = np.repeat(np.array([places.get(row[1], -1) for row in found], dtype=np.int64), counts)
    kept = (source >= 0) & (code >= 0)
    source, code, start, end = _once(source[kept], code[kept], packed[kept] >> _BITS, packed[kept] & _MASK)
    return source, code, start, end


def keys(ids: Iterable[UUID]) -> dict[Hashable, int]:
    """Place of each id, by all ways in which a database gives it: as it is, in words with and without hyphens."""
    return {words: place for place, pk in enumerate(ids) for words in (pk, pk.hex, str(pk))}


def as_stored(rows: QuerySet[Any]) -> list[Any]:
    """Rows with values as the database has them."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _packed(joined: Sequence[str]) -> tuple[Numbers, list[int]]:
    """All numbers of some strings in a row, and how many each held."""
    counts = [one.count(",") + 1 for one in joined]
    return np.fromstring(",".join(joined), dtype=np.int64, sep=","), counts


def _once(*columns: Numbers) -> Columns:
    """Each row once, in order. Where a row fits into one number, numbers are sorted, in a third of the time of rows."""
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) > _MOST_BITS:
        rows = np.unique(np.stack(columns, axis=1), axis=0)
        source, code, start, end = (np.ascontiguousarray(column) for column in rows.T)
        return source, code, start, end
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column, width in zip(columns, widths, strict=True):
        key = (key << width) | column
    key.sort()
    key = key[np.concatenate(([True], np.diff(key) != 0))] if len(key) else key
    parts: list[Numbers] = []
    for width in reversed(widths):
        parts.append(key & ((1 << width) - 1))
        key = key >> width
    end, start, code, source = parts
    return source, code, start, end
