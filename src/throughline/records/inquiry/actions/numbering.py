"""Numbers of the changes to a source's codings, by which who works on the same source learns of them in their order.

A number is the moment of the change in microseconds since 1970, or one more than the last where the clock has not moved on
or went back. What lies between two numbers of one's own is therefore time, and not how much somebody else did meanwhile:
in a blind round that would tell on them. Below 2^53 until the year 2255, so that a browser counts in them exactly.

What is left: where two change one source in the very same microsecond, or one waits for the other's commit, the second
gets the number after the first. That tells no more than the wait itself does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import F, PositiveBigIntegerField, Value
from django.db.models.functions import Greatest

from throughline.records.inquiry.models import Source

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def count_on(ids: Iterable[UUID], at: datetime) -> None:
    """Let `Source.changes` be the number of the change about to be made to the codings of these sources.

    The rows stay locked until the transaction ends, so numbers appear to others in their order: whoever has read up
    to one never misses an earlier one.
    """
    given = list(ids)
    if len(given) > 1:  # always in the same order, so that nobody waits in a circle
        rows = Source.objects.filter(id__in=given).order_by("id")
        list(rows.select_for_update(no_key=True).values("id"))
    moment = Value((at - _BEGINNING) // timedelta(microseconds=1), output_field=PositiveBigIntegerField())
    Source.objects.filter(id__in=given).update(changes=Greatest(F("changes") + 1, moment))


def next_changes(ids: Iterable[UUID], at: datetime) -> dict[UUID, int]:
    """Source -> the number of the change about to be made to its codings; see `count_on`."""
    given = list(ids)
    count_on(given, at)
    return dict(Source.objects.filter(id__in=given).values_list("id", "changes"))
