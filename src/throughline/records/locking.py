"""One at a time, about one thing: for what must not be decided twice at once where there is no row to lock yet."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection


def hold_in_order(ids: Iterable[UUID]) -> None:
    """Until the transaction ends nobody else holds one of these ids. SQLite has one writer at a time: nothing to do there.

    Always taken in the same order, so that two who want several of them do not wait for each other. Two ids may share a lock
    (64 of their bits): then one waits without need.
    """
    if connection.vendor != "postgresql":
        return
    numbers = sorted({int.from_bytes(one.bytes[8:], "big", signed=True) for one in ids})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(one) FROM unnest(%s::bigint[]) AS one", [numbers])
