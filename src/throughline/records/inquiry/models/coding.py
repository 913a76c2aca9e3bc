"""Codebooks, codes, codings, memos and themes; and the judgement where words stand beside numbers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.inquiry.models.rounds import Assignment, Round
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet, Source, readable
from throughline.records.study.models import Study
from throughline.rules.approaches import BLIND_UNLESS_OPENED
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import CodeOrigin, Judgement, Step, ThemeStatus

APP = "inquiry"


def _at_most_one(*fields: str) -> Q:
    """Of these columns none, or one alone, holds something."""
    condition = Q(**{f"{field}__isnull": True for field in fields})
    for chosen in fields:
        condition |= Q(**{f"{field}__isnull": field != chosen for field in fields})
    return condition


class Codebook(Record):
    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="codebooks")
    name = models.CharField(max_length=160)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {"analysis": Privacy.PLAIN, "name": Privacy.PLAIN}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "name"], name="inquiry_codebook_once")]


class Code(Record):
    """A code and what it means: definition, what it includes and excludes, an example."""

    codebook = models.ForeignKey(Codebook, on_delete=models.CASCADE, related_name="codes")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    place = models.PositiveIntegerField()  # among the codes of the book, in the order they were added
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=160)
    definition = models.TextField(blank=True)
    include = models.TextField(blank=True)
    exclude = models.TextField(blank=True)
    example = models.TextField(blank=True)
    origin = coded(CodeOrigin)
    colour = models.PositiveSmallIntegerField(default=0)  # a place in the palette, never a colour itself
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "codebook": Privacy.PLAIN, "parent": Privacy.PLAIN, "place": Privacy.PLAIN, "slug": Privacy.PLAIN, "name": Privacy.PLAIN,
        "definition": Privacy.FREE_TEXT, "include": Privacy.FREE_TEXT, "exclude": Privacy.FREE_TEXT,
        "example": Privacy.FREE_TEXT, "origin": Privacy.PLAIN, "colour": Privacy.PLAIN, "retired_at": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["codebook", "slug"], name="inquiry_code_once"),
            models.UniqueConstraint(fields=["codebook", "place"], name="inquiry_code_one_per_place"),
            one_of(APP, "origin", CodeOrigin, model="code"),
        ]

    def __str__(self) -> str:
        return self.name


class CodingQuerySet(InquiryQuerySet):
    def standing(self) -> CodingQuerySet:
        return self.filter(removed_at__isnull=True)

    def visible_to(self, actor: Actor) -> CodingQuerySet:
        """Own codings, and colleagues' wherever their source is not coded blindly for this actor."""
        seen = Q(analyst=actor.id) | ~Q(source__in=blind_sources(actor).values("id"))
        return self.filter(readable(actor, source="source__") & seen)


def blind_sources(actor: Actor) -> models.QuerySet[Any]:
    """The sources on which an actor sees own codings alone.

    Where an approach compares coders, others' work opens with a round that is open to all or closed, and shuts
    again while a blind one is open. Whoever leads the rounds sees all, unless coding there in a round still open.
    """
    assigned = Assignment.objects.filter(source=OuterRef("pk"))
    is_open = Q(round__closed_at__isnull=True)
    opened = Exists(assigned.exclude(is_open & Q(round__is_blind=True)))
    shut = Exists(assigned.filter(is_open, round__is_blind=True))
    leads = within_reach(actor, Permission.LEAD_ROUNDS, site=None) & ~Exists(
        assigned.filter(is_open, round__is_blind=True, coder=actor.id)
    )
    compared = Source.objects.filter(analysis__approach__in=[one.value for one in BLIND_UNLESS_OPENED])
    return compared.exclude(opened & ~shut).exclude(leads)


class Coding(Record):
    """A passage under a code, by an analyst: [start, end) in Unicode code points. Removing keeps a tombstone.

    `version` counts how often its borders moved; `change` is the number, among the changes to its source's codings,
    of the last one that touched it. `round` is the round in which its analyst put it there, if any.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="codings")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="codings")
    analyst = models.CharField(max_length=64)  # the actor's id
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    applied_at = models.DateTimeField()
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="codings")
    version = models.PositiveIntegerField(default=1)
    change = models.PositiveBigIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = CodingQuerySet.as_manager()

    privacy = {
        "source": Privacy.PLAIN, "code": Privacy.PLAIN, "analyst": Privacy.DIRECT, "start": Privacy.PLAIN,
        "end": Privacy.PLAIN, "applied_at": Privacy.PLAIN, "round": Privacy.PLAIN, "version": Privacy.PLAIN,
        "change": Privacy.PLAIN, "removed_at": Privacy.PLAIN, "removed_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="inquiry_coding_not_empty"),
            models.UniqueConstraint(
                fields=["source", "code", "analyst", "start", "end"],
                condition=Q(removed_at__isnull=True),
                name="inquiry_coding_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="inquiry_coding_removed_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "start"], name="inquiry_coding_in_source"),
            models.Index(fields=["source", "change"], name="inquiry_coding_by_change"),
        ]


class CodingRevisionQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> CodingRevisionQuerySet:
        return self.filter(coding__in=Coding.objects.visible_to(actor))


class CodingRevision(Record):
    """Where a coding lay before its analyst moved its borders."""

    coding = models.ForeignKey(Coding, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()  # the version that was replaced
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    moved_at = models.DateTimeField()
    moved_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = CodingRevisionQuerySet.as_manager()

    privacy = {
        "coding": Privacy.PLAIN, "version": Privacy.PLAIN, "start": Privacy.PLAIN, "end": Privacy.PLAIN,
        "moved_at": Privacy.PLAIN, "moved_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coding", "version"], name="inquiry_coding_revision_once")
        ]


class Theme(Record):
    """A pattern of meaning around one central concept, with its boundaries. It may rest on no code at all."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="themes")
    name = models.CharField(max_length=200)
    central_concept = models.TextField()
    boundaries = models.TextField(blank=True)
    contrary = models.TextField(blank=True)
    status = coded(ThemeStatus, default=ThemeStatus.CANDIDATE)
    steps = models.JSONField(default=list)  # codes of Step that it bears on, in order of the line
    codes: Any = models.ManyToManyField(Code, blank=True, related_name="themes")
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "name": Privacy.PLAIN, "central_concept": Privacy.FREE_TEXT,
        "boundaries": Privacy.FREE_TEXT, "contrary": Privacy.FREE_TEXT, "status": Privacy.PLAIN,
        "steps": Privacy.PLAIN, "codes": Privacy.PLAIN, "version": Privacy.PLAIN, "written_at": Privacy.PLAIN,
        "written_by": Privacy.DIRECT,
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


class ThemeQuote(Record):
    """A passage that a person chose to stand for a theme, or against it."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="quotes")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    is_contrary = models.BooleanField(default=False)
    chosen_at = models.DateTimeField()
    chosen_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "theme": Privacy.PLAIN, "source": Privacy.PLAIN, "start": Privacy.PLAIN, "end": Privacy.PLAIN,
        "is_contrary": Privacy.PLAIN, "chosen_at": Privacy.PLAIN, "chosen_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="inquiry_theme_quote_not_empty"),
            models.UniqueConstraint(
                fields=["theme", "source", "start", "end"], name="inquiry_theme_quote_once"
            ),
        ]


class JointRow(Record):
    """A row of the joint display: a step, a theme, and what a person concludes from seeing both."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="joint_rows")
    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="joint_rows")
    step = coded(Step)
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    judgement = coded(Judgement)
    reason = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "analysis": Privacy.PLAIN, "step": Privacy.PLAIN, "theme": Privacy.PLAIN,
        "judgement": Privacy.PLAIN, "reason": Privacy.FREE_TEXT, "written_at": Privacy.PLAIN,
        "written_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "analysis", "step", "theme"], name="inquiry_joint_row_once"
            ),
            # A unique constraint takes two NULLs for different: a step without a theme needs its own.
            models.UniqueConstraint(
                fields=["study", "analysis", "step"],
                condition=Q(theme__isnull=True),
                name="inquiry_joint_row_once_without_theme",
            ),
            one_of(APP, "step", Step, model="joint_row"),
            one_of(APP, "judgement", Judgement, model="joint_row"),
        ]


class MemoQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> MemoQuerySet:
        """Own memos, and colleagues' that lie on nothing which this actor may not read, or codes blindly."""
        blind = blind_sources(actor).values("id")
        seen = Source.objects.visible_to(actor).exclude(id__in=blind).values("id")
        open_ = (Q(source__isnull=True) | Q(source__in=seen)) & (
            Q(coding__isnull=True) | Q(coding__source__in=seen)
        )
        return self.filter(
            within_reach(actor, Permission.SEE_SOURCES, site=None) & (Q(written_by=actor.id) | open_)
        )


class Memo(Record):
    """A thought kept beside what it is about: one of an analysis's sources, codes, codings or themes, or the analysis."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="memos")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    coding = models.ForeignKey(Coding, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    title = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = MemoQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "source": Privacy.PLAIN, "code": Privacy.PLAIN, "coding": Privacy.PLAIN,
        "theme": Privacy.PLAIN, "title": Privacy.FREE_TEXT, "text": Privacy.FREE_TEXT,
        "written_at": Privacy.PLAIN, "written_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_at_most_one("source", "code", "coding", "theme"), name="inquiry_memo_about_one"
            )
        ]
