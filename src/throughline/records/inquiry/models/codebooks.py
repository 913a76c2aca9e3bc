"""Codebooks and their codes: what each means, what it was, and the codebook as it stood when somebody kept it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, coded, one_of
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import CodeOrigin

APP = "inquiry"


class Codebook(Record):
    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="codebooks")
    name = models.CharField(max_length=160)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {"analysis": Privacy.PLAIN, "name": Privacy.PLAIN}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "name"], name="inquiry_codebook_once")]


class Code(Record):
    """A code and what it means: definition, what it includes and excludes, an example.

    One that was used is never deleted: it is retired, or merged into another (`merged_into`), and its past stays in
    its revisions. `version` counts how often it was written anew.
    """

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
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )
    version = models.PositiveIntegerField(default=1)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "codebook": Privacy.PLAIN, "parent": Privacy.PLAIN, "place": Privacy.PLAIN, "slug": Privacy.PLAIN, "name": Privacy.PLAIN,
        "definition": Privacy.FREE_TEXT, "include": Privacy.FREE_TEXT, "exclude": Privacy.FREE_TEXT,
        "example": Privacy.FREE_TEXT, "origin": Privacy.PLAIN, "colour": Privacy.PLAIN, "retired_at": Privacy.PLAIN,
        "merged_into": Privacy.PLAIN, "version": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["codebook", "slug"], name="inquiry_code_once"),
            models.UniqueConstraint(fields=["codebook", "place"], name="inquiry_code_one_per_place"),
            one_of(APP, "origin", CodeOrigin, model="code"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(retired_at__isnull=False) & ~Q(merged_into=F("id")),
                name="inquiry_code_merged_is_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CodeRevision(Record):
    """A code as it was before it was written anew, moved, merged, split or retired."""

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()  # the version that was replaced
    was = (
        models.JSONField()
    )  # name, definition, include, exclude, example, origin, colour, parent's slug, retired
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "code": Privacy.PLAIN, "version": Privacy.PLAIN, "was": Privacy.FREE_TEXT, "changed_at": Privacy.PLAIN,
        "changed_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="inquiry_code_revision_once")]


class CodebookVersion(Record):
    """A codebook as it stood when somebody kept it under a name: two of them can be compared."""

    codebook = models.ForeignKey(Codebook, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=160)
    codes = (
        models.JSONField()
    )  # in tree order: id, slug, parent's slug, name, definition, include, exclude, example ...
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "codebook": Privacy.PLAIN, "number": Privacy.PLAIN, "name": Privacy.PLAIN, "codes": Privacy.FREE_TEXT,
        "kept_at": Privacy.PLAIN, "kept_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["codebook", "number"], name="inquiry_codebook_version_once")
        ]
