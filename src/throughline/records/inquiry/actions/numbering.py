"""Numbers of the changes to a source's codings, by which who works on the same source learns of them in their order.

A number is the moment of the change in microseconds since 1970, or one more than the last where the clock has not moved on
or went back. What lies between two numbers of one's own is therefore time, and not how much somebody else did meanwhile:
in a blind round that would tell on them. Below 2^53 until the year 2255, so that a browser counts in them exactly.

What is left: where two change one source in the very same microsecond, or one waits for the other's commit, the second
gets the number after the first. That tells no more than the wait itself does.

A change to one coding is numbered on the coding alone: to write a number on its source the embedded database reads all of
the source's sealed words, which stand in the same row. What changes many codings, or what may be seen of them, is numbered
on the source (`Source.changes`). The last change is the later of the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, PositiveBigIntegerField, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce, Greatest

from throughline.records.composed import Composed, Given
from throughline.records.inquiry.models import Coding, Source

_LAST = Composed(
    lambda: (
        Coding.objects.filter(source=Given("source", UUIDField()))
        .order_by("-change")
        .values_list("change")[:1]
    )
)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def hold_sources(ids: Iterable[UUID]) -> None:
    """The rows stay locked until the transaction ends, so numbers appear to others in their order: whoever has read up
    to one never misses an earlier one. SQLite has one writer at a time, and needs none of this."""
    if connection.features.has_select_for_update:  # PostgreSQL
        # always in the same order, so that nobody waits in a circle
        rows = Source.objects.filter(id__in=list(ids)).order_by("id")
        list(rows.select_for_update(no_key=True).values_list("id"))


def last_change(source: Source) -> int:
    """The number of the last change to the codings of a source, or to what may be seen of them."""
    there = _LAST.one(source=source.id)
    return max(source.changes, there[0] if there else 0)


def next_change(source: Source, at: datetime) -> int:
    """The number of the change about to be made to one coding of a source that is held (`hold_sources`)."""
    return max(last_change(source) + 1, _microseconds(at))


def count_on(ids: Iterable[UUID], at: datetime) -> None:
    """Let `Source.changes` be the number of the change about to be made to the codings of these sources, and hold them."""
    given = list(ids)
    hold_sources(given)
    number = PositiveBigIntegerField()
    latest: QuerySet[Coding] = Coding.objects.filter(source=OuterRef("pk")).order_by("-change")
    last = Coalesce(Subquery(latest.values("change")[:1], output_field=number), Value(0))
    moment = Value(_microseconds(at), output_field=number)
    Source.objects.filter(id__in=given).update(changes=Greatest(F("changes") + 1, last + 1, moment))


def next_changes(ids: Iterable[UUID], at: datetime) -> dict[UUID, int]:
    """Source -> the number of the change about to be made to its codings; see `count_on`."""
    given = list(ids)
    count_on(given, at)
    return dict(Source.objects.filter(id__in=given).values_list("id", "changes"))


def _microseconds(at: datetime) -> int:
    return (at - _BEGINNING) // timedelta(microseconds=1)
