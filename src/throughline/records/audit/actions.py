"""Writing the chain. Called inside the transaction of the act it tells of, so that neither is without the other."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from uuid import UUID

from django.db import models, transaction

from throughline.records.audit.models import AuditChain, AuditEvent
from throughline.records.foundation import new_id
from throughline.records.keyring import KeyRing, Purpose, ring
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event


def event_mac(keys: KeyRing, event: AuditEvent, before: str) -> str:
    """HMAC-SHA-256 (hex) of an event's canonical JSON behind the mac of the event before it."""
    content = [
        before, str(event.chain_id), str(event.programme_id), event.sequence,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"), event.actor_kind, event.actor_id,
        event.action, event.target_kind, event.target_id, event.reason, event.count, event.key_version,
    ]  # fmt: skip
    key = keys.key(Purpose.AUDIT, event.chain_id, event.key_version)
    return hmac.new(key, json.dumps(content, separators=(",", ":")).encode(), hashlib.sha256).hexdigest()


@transaction.atomic
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
    chain_id = by.organisation_in(programme_id, site_id) or programme_id
    AuditChain.objects.get_or_create(id=chain_id, defaults={"programme_id": programme_id})
    chain = AuditChain.objects.select_for_update().get(id=chain_id)
    keys = ring()
    kind, target_id = (
        (target._meta.label_lower, str(target.pk)) if isinstance(target, models.Model) else target
    )
    row = AuditEvent(
        id=new_id(), chain_id=chain_id, programme_id=programme_id, sequence=chain.count + 1, at=at,
        actor_kind=by.kind.value, actor_id=by.id, action=event.value, target_kind=kind, target_id=target_id,
        reason=reason, count=count, key_version=keys.current,
    )  # fmt: skip
    row.mac = event_mac(keys, row, chain.head)
    row.save(force_insert=True)
    AuditChain.objects.filter(id=chain_id).update(count=row.sequence, head=row.mac)
    return row
