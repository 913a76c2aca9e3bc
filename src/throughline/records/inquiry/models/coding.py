"""Codebooks, codes, codings, memos and themes; and the judgement where words stand beside numbers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, coded, one_of
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet, Source
from throughline.records.study.models import Study
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


class Coding(Record):
    """A passage under a code, by an analyst: [start, end) in Unicode code points. Removing keeps a tombstone."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="codings")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="codings")
    analyst = models.CharField(max_length=64)  # the actor's id
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    applied_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = CodingQuerySet.as_manager()

    privacy = {
        "source": Privacy.PLAIN, "code": Privacy.PLAIN, "analyst": Privacy.DIRECT, "start": Privacy.PLAIN,
        "end": Privacy.PLAIN, "applied_at": Privacy.PLAIN, "removed_at": Privacy.PLAIN, "removed_by": Privacy.DIRECT,
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
        indexes = [models.Index(fields=["source", "start"], name="inquiry_coding_in_source")]


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

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

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
