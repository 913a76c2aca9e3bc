"""Themes: what they rest on, how they relate, what they were; the framework; and judgements beside numbers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.inquiry.models.codebooks import Code
from throughline.records.inquiry.models.coding import shut_sources, written_since_blind
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet, Source
from throughline.records.study.models import Study
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import Judgement, Step, ThemeRelationKind, ThemeStatus

APP = "inquiry"


class Theme(Record):
    """A pattern of meaning around one central concept, with its boundaries. It may rest on no code at all."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="subthemes"
    )
    place = models.PositiveIntegerField(default=0)  # among its brothers on the board
    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(max_length=200)
    central_concept = models.TextField()
    boundaries = models.TextField(blank=True)
    contrary = models.TextField(blank=True)
    status = coded(ThemeStatus, default=ThemeStatus.CANDIDATE)
    steps = models.JSONField(default=list)  # codes of Step that it bears on, in order of the line
    outcomes = models.JSONField(default=list)  # codes of the study's outcomes that are no step of the line
    codes: Any = models.ManyToManyField(Code, blank=True, related_name="themes")
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "parent": Privacy.PLAIN, "place": Privacy.PLAIN,
        "analysis": Privacy.PLAIN, "name": Privacy.PLAIN, "central_concept": Privacy.FREE_TEXT,
        "boundaries": Privacy.FREE_TEXT, "contrary": Privacy.FREE_TEXT, "status": Privacy.PLAIN,
        "steps": Privacy.PLAIN, "outcomes": Privacy.PLAIN, "codes": Privacy.PLAIN, "version": Privacy.PLAIN,
        "written_at": Privacy.PLAIN, "written_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["analysis", "name"], name="inquiry_theme_once"),
            one_of(APP, "status", ThemeStatus, model="theme"),
        ]

    def __str__(self) -> str:
        return self.name


class ThemeRevision(Record):
    """A theme as it was before it was written anew, so that the way to it can be read back."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()  # the version that was replaced
    was = models.JSONField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "theme": Privacy.PLAIN, "version": Privacy.PLAIN, "was": Privacy.FREE_TEXT, "written_at": Privacy.PLAIN,
        "written_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["theme", "version"], name="inquiry_theme_revision_once")
        ]


class ThemeQuoteQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> ThemeQuoteQuerySet:
        """Own choices, and colleagues' on sources that are not coded blindly just now."""
        seen = Q(chosen_by=actor.id) | ~Q(source__in=shut_sources(actor).values("id"))
        return self.filter(within_reach(actor, Permission.SEE_SOURCES, site=None) & seen)


class ThemeQuote(Record):
    """A passage that a person chose to stand for a theme, or against it."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="quotes")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    is_contrary = models.BooleanField(default=False)
    lost_in = models.PositiveIntegerField(null=True, blank=True)  # as a coding's
    chosen_at = models.DateTimeField()
    chosen_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = ThemeQuoteQuerySet.as_manager()

    privacy = {
        "theme": Privacy.PLAIN, "source": Privacy.PLAIN, "start": Privacy.PLAIN, "end": Privacy.PLAIN,
        "is_contrary": Privacy.PLAIN, "lost_in": Privacy.PLAIN, "chosen_at": Privacy.PLAIN, "chosen_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="inquiry_theme_quote_not_empty"),
            models.UniqueConstraint(
                fields=["theme", "source", "start", "end"],
                condition=Q(lost_in__isnull=True),
                name="inquiry_theme_quote_once",
            ),
        ]


class ThemePassageQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> ThemePassageQuerySet:
        """As chosen quotes."""
        seen = Q(placed_by=actor.id) | ~Q(source__in=shut_sources(actor).values("id"))
        return self.filter(within_reach(actor, Permission.SEE_SOURCES, site=None) & seen)


class ThemePassage(Record):
    """A passage that bears on a theme without any code, or that speaks against it."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="passages")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    is_contrary = models.BooleanField(default=False)
    lost_in = models.PositiveIntegerField(null=True, blank=True)  # as a coding's
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = ThemePassageQuerySet.as_manager()

    privacy = {
        "theme": Privacy.PLAIN, "source": Privacy.PLAIN, "start": Privacy.PLAIN, "end": Privacy.PLAIN,
        "is_contrary": Privacy.PLAIN, "lost_in": Privacy.PLAIN, "placed_at": Privacy.PLAIN,
        "placed_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="inquiry_theme_passage_not_empty"),
            models.UniqueConstraint(
                fields=["theme", "source", "start", "end"], name="inquiry_theme_passage_once"
            ),
        ]


class ThemeRelation(Record):
    """How one theme bears on another: a line of the thematic map, with a word on it."""

    origin = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="relations")
    target = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="relations_in")
    kind = coded(ThemeRelationKind)
    note = models.CharField(max_length=200, blank=True)
    related_at = models.DateTimeField()
    related_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "origin": Privacy.PLAIN, "target": Privacy.PLAIN, "kind": Privacy.PLAIN, "note": Privacy.FREE_TEXT,
        "related_at": Privacy.PLAIN, "related_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "target"], name="inquiry_theme_relation_once"),
            models.CheckConstraint(condition=~Q(origin=F("target")), name="inquiry_theme_relation_of_two"),
            one_of(APP, "kind", ThemeRelationKind, model="theme_relation"),
        ]


class JointRowQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> JointRowQuerySet:
        """All rows, but for who codes blindly what others judged since."""
        seen = within_reach(actor, Permission.SEE_SOURCES, site=None)
        return self.filter(seen).exclude(written_since_blind(actor, by="written_by", at="written_at"))


class JointRow(Record):
    """A row of the joint display: a step or an outcome, a theme, and what a person concludes from seeing both."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="joint_rows")
    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="joint_rows")
    step = coded(Step, blank=True)
    outcome = models.CharField(
        max_length=60, blank=True
    )  # or the code of an outcome that is no step of the line
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    judgement = coded(Judgement)
    reason = models.TextField()
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = JointRowQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "analysis": Privacy.PLAIN, "step": Privacy.PLAIN, "outcome": Privacy.PLAIN,
        "theme": Privacy.PLAIN, "judgement": Privacy.PLAIN, "reason": Privacy.FREE_TEXT, "version": Privacy.PLAIN,
        "written_at": Privacy.PLAIN, "written_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "analysis", "step", "outcome", "theme"], name="inquiry_joint_row_once"
            ),
            # A unique constraint takes two NULLs for different: what is judged without a theme needs its own.
            models.UniqueConstraint(
                fields=["study", "analysis", "step", "outcome"],
                condition=Q(theme__isnull=True),
                name="inquiry_joint_row_once_without_theme",
            ),
            models.CheckConstraint(
                condition=Q(step__in=[step.value for step in Step], outcome="") | Q(step="") & ~Q(outcome=""),
                name="inquiry_joint_row_of_step_or_outcome",
            ),
            one_of(APP, "judgement", Judgement, model="joint_row"),
        ]
