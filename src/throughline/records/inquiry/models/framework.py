"""The framework matrix: a case beside a theme, summed up in words and linked to the passages it rests on."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from throughline.records.foundation import Record, within_reach
from throughline.records.inquiry.models.coding import shut_sources
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet, Participant, Source, Turn
from throughline.records.inquiry.models.themes import Theme
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy


class FrameworkCellQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> FrameworkCellQuerySet:
        """Own cells, and colleagues' of cases who speak in no source that is coded blindly just now."""
        shut = Turn.objects.filter(
            participant=OuterRef("participant"), source__in=shut_sources(actor).values("id")
        )
        reach = within_reach(actor, Permission.SEE_SOURCES, site=None)
        return self.filter(reach & (Q(written_by=actor.id) | ~Exists(shut)))


class FrameworkCell(Record):
    """What one case (a participant) says to one theme, in the analyst's words."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="cells")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="cells")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="cells")
    summary = models.TextField()
    reason = models.CharField(max_length=400, blank=True)  # why it was written anew; empty for the first
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = FrameworkCellQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "participant": Privacy.QUASI, "theme": Privacy.PLAIN,
        "summary": Privacy.FREE_TEXT, "reason": Privacy.FREE_TEXT, "version": Privacy.PLAIN,
        "written_at": Privacy.PLAIN, "written_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "theme"], name="inquiry_cell_once")]


class OfCellQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> OfCellQuerySet:
        return self.filter(cell__in=FrameworkCell.objects.visible_to(actor).values("id"))


class FrameworkCellRevision(Record):
    """A cell as it was before it was written anew: its words, why and by whom they stood, on how many passages."""

    cell = models.ForeignKey(FrameworkCell, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()  # the version that was replaced
    summary = models.TextField()
    reason = models.CharField(max_length=400, blank=True)
    passages = models.PositiveIntegerField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = OfCellQuerySet.as_manager()

    privacy = {
        "cell": Privacy.PLAIN, "version": Privacy.PLAIN, "summary": Privacy.FREE_TEXT, "reason": Privacy.FREE_TEXT,
        "passages": Privacy.PLAIN, "written_at": Privacy.PLAIN, "written_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cell", "version"], name="inquiry_cell_revision_once")]


class FrameworkPassage(Record):
    """A passage that a cell's summary rests on."""

    cell = models.ForeignKey(FrameworkCell, on_delete=models.CASCADE, related_name="passages")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    lost_in = models.PositiveIntegerField(null=True, blank=True)  # as a coding's

    objects: models.Manager[Any] = OfCellQuerySet.as_manager()

    privacy = {
        "cell": Privacy.PLAIN, "source": Privacy.PLAIN, "start": Privacy.PLAIN, "end": Privacy.PLAIN,
        "lost_in": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="inquiry_cell_passage_not_empty"),
            models.UniqueConstraint(
                fields=["cell", "source", "start", "end"], name="inquiry_cell_passage_once"
            ),
        ]
