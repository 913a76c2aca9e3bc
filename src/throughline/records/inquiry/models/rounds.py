"""Rounds: who codes which sources, unseen by each other or not. Where agreement is asked for, it is asked of a round."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet, Source
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
