"""The chain of what happened. No foreign keys: the audit knows ids only and outlives what it names."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Labelled, coded, new_id
from throughline.rules.access import grants_with, system_may
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event
from throughline.vocabulary.privacy import Privacy


class AuditChain(Labelled):
    """The head of one organisation's chain (or the programme's own, for work of no organisation)."""

    id = models.UUIDField(primary_key=True)  # the organisation's id, or the programme's
    programme_id = models.UUIDField(db_index=True)
    count = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="")

    privacy = {
        "id": Privacy.PLAIN,
        "programme_id": Privacy.PLAIN,
        "count": Privacy.PLAIN,
        "head": Privacy.PLAIN,
    }


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, actor: Actor) -> AuditEventQuerySet:
        if system_may(actor, Permission.SEE_AUDIT):
            return self
        programmes = [grant.programme_id for grant in grants_with(actor, Permission.SEE_AUDIT)]
        return self.filter(programme_id__in=programmes)


class AuditEvent(Labelled):
    """One act. `mac` is HMAC-SHA-256 over the event and the mac before it; no free text, ever."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    chain_id = models.UUIDField()
    programme_id = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64)
    action = coded(Event)
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=40, blank=True)  # a code, never a sentence
    count = models.PositiveBigIntegerField(default=1)  # how many rows one act touched (imports)
    key_version = models.PositiveIntegerField()
    mac = models.CharField(max_length=64)

    objects: models.Manager[Any] = AuditEventQuerySet.as_manager()

    privacy = {
        "id": Privacy.PLAIN,
        "chain_id": Privacy.PLAIN,
        "programme_id": Privacy.PLAIN,
        "sequence": Privacy.PLAIN,
        "at": Privacy.QUASI,
        "actor_kind": Privacy.PLAIN,
        "actor_id": Privacy.DIRECT,
        "action": Privacy.PLAIN,
        "target_kind": Privacy.PLAIN,
        "target_id": Privacy.QUASI,
        "reason": Privacy.PLAIN,
        "count": Privacy.PLAIN,
        "key_version": Privacy.PLAIN,
        "mac": Privacy.PLAIN,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain_id", "sequence"], name="audit_event_one_per_place"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="audit_event_sequence_from_1"),
        ]
        indexes = [models.Index(fields=["programme_id", "at"], name="audit_event_recent")]
