"""What an analysis's people write beside it: memos, another reading of a coding, a journal, positions, the trail."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.inquiry.models.codebooks import Code
from throughline.records.inquiry.models.coding import (
    Coding,
    blind_coders,
    blind_sources,
    written_since_blind,
)
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet, Source
from throughline.records.inquiry.models.themes import Theme
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import MemoKind

APP = "inquiry"


def _at_most_one(*fields: str) -> Q:
    """Of these columns none, or one alone, holds something."""
    condition = Q(**{f"{field}__isnull": True for field in fields})
    for chosen in fields:
        condition |= Q(**{f"{field}__isnull": field != chosen for field in fields})
    return condition


class MemoQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> MemoQuerySet:
        """Own memos, and colleagues' that lie on nothing which this actor may not read, or codes blindly.

        What one who codes blindly writes on the analysis, a code or a theme is hidden until their round is closed; and
        whatever others write of these from one who codes blindly.
        """
        blind = blind_sources(actor).values("id")
        seen = Source.objects.visible_to(actor).exclude(id__in=blind).values("id")
        open_ = (Q(source__isnull=True) | Q(source__in=seen)) & (
            Q(coding__isnull=True) | Q(coding__source__in=seen)
        )
        on_no_source = Q(source__isnull=True, coding__isnull=True)
        return self.filter(
            within_reach(actor, Permission.SEE_SOURCES, site=None) & (Q(written_by=actor.id) | open_)
        ).exclude(
            on_no_source
            & (blind_coders(actor) | written_since_blind(actor, by="written_by", at="written_at"))
        )


class Memo(Record):
    """A thought kept beside what it is about: one of an analysis's sources, codes, codings or themes, or the analysis."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="memos")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    coding = models.ForeignKey(Coding, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    kind = coded(MemoKind, default=MemoKind.MEMO)
    start = models.PositiveIntegerField(null=True, blank=True)  # with `end`: a passage of the source
    end = models.PositiveIntegerField(null=True, blank=True)
    lost_in = models.PositiveIntegerField(null=True, blank=True)  # as a coding's
    title = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = MemoQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "source": Privacy.PLAIN, "code": Privacy.PLAIN, "coding": Privacy.PLAIN,
        "theme": Privacy.PLAIN, "kind": Privacy.PLAIN, "start": Privacy.PLAIN, "end": Privacy.PLAIN,
        "lost_in": Privacy.PLAIN, "version": Privacy.PLAIN, "title": Privacy.FREE_TEXT, "text": Privacy.FREE_TEXT,
        "written_at": Privacy.PLAIN, "written_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_at_most_one("source", "code", "coding", "theme"), name="inquiry_memo_about_one"
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(source__isnull=False, start__isnull=False, end__gt=F("start")),
                name="inquiry_memo_passage_of_a_source",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MemoKind.ANOTHER_READING.value) | Q(coding__isnull=False),
                name="inquiry_another_reading_of_a_coding",
            ),
            one_of(APP, "kind", MemoKind, model="memo"),
        ]


class MemoRevisionQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> MemoRevisionQuerySet:
        return self.filter(memo__in=Memo.objects.visible_to(actor))


class MemoRevision(Record):
    """A memo as it was before its writer wrote it anew."""

    memo = models.ForeignKey(Memo, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()  # the version that was replaced
    title = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    written_at = models.DateTimeField()

    objects: models.Manager[Any] = MemoRevisionQuerySet.as_manager()

    privacy = {
        "memo": Privacy.PLAIN, "version": Privacy.PLAIN, "title": Privacy.FREE_TEXT, "text": Privacy.FREE_TEXT,
        "written_at": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["memo", "version"], name="inquiry_memo_revision_once")]


class JournalQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> JournalQuerySet:
        """One's own entries, and those that colleagues shared: not since one began to code blindly."""
        reach = within_reach(actor, Permission.SEE_SOURCES, site=None)
        shared = Q(shared_at__isnull=False) & ~written_since_blind(actor, by="analyst", at="shared_at")
        return self.filter(reach & (Q(analyst=actor.id) | shared))


class JournalEntry(Record):
    """What an analyst notes of themself in the work. Nobody else reads it before it is shared."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="journal")
    analyst = models.CharField(max_length=64)
    text = models.TextField()
    written_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[Any] = JournalQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "analyst": Privacy.DIRECT, "text": Privacy.FREE_TEXT,
        "written_at": Privacy.PLAIN, "shared_at": Privacy.PLAIN,
    }  # fmt: skip


class Position(Record):
    """Where an analyst stands towards what is studied, in their own words; the newest counts, earlier ones stay."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="positions")
    analyst = models.CharField(max_length=64)
    text = models.TextField()
    written_at = models.DateTimeField()

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "analyst": Privacy.DIRECT, "text": Privacy.FREE_TEXT, "written_at": Privacy.PLAIN,
    }  # fmt: skip


class DecisionQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> DecisionQuerySet:
        """All of the trail, but for who codes blindly what others recorded since."""
        seen = within_reach(actor, Permission.SEE_SOURCES, site=None)
        return self.filter(seen).exclude(written_since_blind(actor, by="recorded_by", at="recorded_at"))


class Decision(Record):
    """A step of the analysis's trail: what was decided, why, and who took part, by group."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="decisions")
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions"
    )
    text = models.TextField()
    took_part = models.JSONField(default=list)  # [{"group": "peer researchers", "number": 2}, ...]
    decided_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = DecisionQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "theme": Privacy.PLAIN, "text": Privacy.FREE_TEXT, "took_part": Privacy.QUASI,
        "decided_on": Privacy.PLAIN, "recorded_at": Privacy.PLAIN, "recorded_by": Privacy.DIRECT,
    }  # fmt: skip
