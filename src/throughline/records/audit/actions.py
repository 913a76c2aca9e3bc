"""Writing the chain. Called inside the transaction of the act it tells of, so that neither is without the other."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction

from throughline.records.audit.models import AuditChain, AuditEvent
from throughline.records.audit.queries import event_mac, write_heads
from throughline.records.composed import Composed, Given
from throughline.records.foundation import new_id
from throughline.records.gathering import Gathering
from throughline.records.inserting import insert
from throughline.records.keyring import ring
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event

# What a thief of the database would cut off first: its head is written outside at once, not only once a day.
WITNESSED_AT_ONCE = frozenset({
    Event.SIGN_IN_CODE_ISSUED, Event.SIGN_IN_CODE_USED, Event.MEMBERSHIP_GRANTED, Event.CODE_GUESSING_FLAGGED,
    Event.RELEASED, Event.REPORT_HANDED_OVER, Event.ROWS_APPROVED, Event.ROWS_HANDED_OVER, Event.SOURCE_ERASED,
    Event.KEYS_EXPORTED, Event.GLASS_BROKEN,
})  # fmt: skip

log = logging.getLogger(__name__)


@contextmanager
def gathered() -> Iterator[None]:
    """Within: events come into their chains together, at the end, so that other writers wait for a chain only that long.

    For several acts of one transaction that lasts beyond them.
    """
    with _EVENTS.to_the_end():
        yield


# of the act's own transaction: there is no half of it to go back to
@transaction.atomic(savepoint=False)
def record(
    event: Event,
    *,
    target: models.Model | tuple[str, str],
    programme_id: UUID,
    site_id: UUID | None = None,
    by: Actor,
    at: datetime,
    reason: str = "",
    count: int = 1,
) -> AuditEvent:
    """Append one event to the chain of the actor's organisation (the programme's own for system work).

    `target` is a row or (kind, id). `site_id` tells, of somebody who acts for several organisations, for which one.
    `reason` is a code of at most 40 characters, never free text.
    """
    kind, target_id = (
        (target._meta.label_lower, str(target.pk)) if isinstance(target, models.Model) else target
    )
    row = AuditEvent(
        id=new_id(), chain_id=by.organisation_in(programme_id, site_id) or programme_id, programme_id=programme_id, at=at,
        actor_kind=by.kind.value, actor_id=by.id, action=event.value, target_kind=kind, target_id=target_id,
        reason=reason, count=count, key_version=ring().current,
    )  # fmt: skip
    if not _EVENTS.leave(row):
        _append([row])
    return row


def _append(rows: Sequence[AuditEvent]) -> None:
    """Put events into their chains, in their order; of several chains always in the same order, so that nobody waits in a ring."""
    keys = ring()
    for chain_id in sorted({row.chain_id for row in rows}):
        own = [row for row in rows if row.chain_id == chain_id]
        chain = _held_chain(chain_id, own[0].programme_id)
        before = chain.head
        for place, row in enumerate(own, start=chain.count + 1):
            row.sequence = place
            before = row.mac = event_mac(keys, row, before)
        insert(own)
        _move_head(own[-1])
        witnessed = [row.at for row in own if row.action in WITNESSED_AT_ONCE]
        if witnessed:
            transaction.on_commit(partial(_witness, chain_id, witnessed[-1]), robust=True)


_EVENTS = Gathering(_append)


def _move_head(last: AuditEvent) -> None:
    """What `update` of the chain would do, with each act of anybody: composed by the ORM it costs more than all else of this."""
    chain: Any = AuditChain._meta
    name = connection.ops.quote_name
    sql = f"UPDATE {name(chain.db_table)} SET count = %s, head = %s WHERE id = %s"  # noqa: S608 - a table of ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [last.sequence, last.mac, chain.pk.get_db_prep_value(last.chain_id, connection)])


def _held_chain(chain_id: UUID, programme_id: UUID) -> AuditChain:
    """A chain's head, made with its first event; locked until the transaction ends."""
    found = _HEAD.one(id=chain_id)
    if found is not None:
        head: AuditChain = AuditChain.from_db("default", _OF_HEAD, found)
        return head
    AuditChain.objects.get_or_create(id=chain_id, defaults={"programme_id": programme_id})
    return AuditChain.objects.select_for_update().get(id=chain_id)


_OF_HEAD = ("id", "programme_id", "count", "head")
_HEAD = Composed(
    lambda: (
        AuditChain.objects.select_for_update()
        .filter(id=Given("id", models.UUIDField()))
        .values_list(*_OF_HEAD)
    )
)


def _witness(chain_id: UUID, at: datetime) -> None:
    """After the act, and never instead of it: where the other disk is away, `audit verify` says so."""
    try:
        write_heads(Path(settings.THROUGHLINE_WITNESS), at, chain_id=chain_id)
    except OSError:
        log.exception("The head of chain %s could not be written to THROUGHLINE_WITNESS.", chain_id)
