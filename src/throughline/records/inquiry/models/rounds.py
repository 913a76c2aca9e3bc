"""Rounds: who codes which sources, unseen by each other or not. Where agreement is asked for, it is asked of a round."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, within_reach
from throughline.records.inquiry.models.codebooks import Code
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet, Source
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy


class Round(Record):
    """A stretch of coding by named coders on named sources. While a blind one is open, each sees only own codings."""

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=160)
    is_blind = models.BooleanField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "name": Privacy.PLAIN, "is_blind": Privacy.PLAIN, "opened_at": Privacy.PLAIN,
        "opened_by": Privacy.DIRECT, "closed_at": Privacy.PLAIN, "closed_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["analysis", "name"], name="inquiry_round_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="inquiry_round_closed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Assignment(Record):
    """A source that a coder codes in a round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="assignments")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="assignments")
    coder = models.CharField(max_length=64)  # the actor's id

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {"round": Privacy.PLAIN, "source": Privacy.PLAIN, "coder": Privacy.DIRECT}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "source", "coder"], name="inquiry_assignment_once")
        ]


class SettlementQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> SettlementQuerySet:
        """Settling begins once a round is closed to coding, or for who leads it."""
        closed = Q(round__closed_at__isnull=False) & within_reach(actor, Permission.SEE_SOURCES, site=None)
        return self.filter(closed | within_reach(actor, Permission.LEAD_ROUNDS, site=None))


class Settlement(Record):
    """What became of a stretch on which a round's coders differed: whether the code stands there, and why.

    `codings` are the ids of the codings that were compared. Settled again, the newest of the same stretch counts.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="settlements")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    stands = models.BooleanField()
    codings = models.JSONField(default=list)
    reason = models.TextField()
    settled_at = models.DateTimeField()
    settled_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = SettlementQuerySet.as_manager()

    privacy = {
        "round": Privacy.PLAIN, "source": Privacy.PLAIN, "code": Privacy.PLAIN, "start": Privacy.PLAIN,
        "end": Privacy.PLAIN, "stands": Privacy.PLAIN, "codings": Privacy.PLAIN, "reason": Privacy.FREE_TEXT,
        "settled_at": Privacy.PLAIN, "settled_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="inquiry_settlement_not_empty")
        ]
        indexes = [models.Index(fields=["round", "source"], name="inquiry_settlement_in_round")]
