"""Analyses, sources, who speaks in them, and turns. Text lies encrypted under one key per source."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import (
    Record,
    coded,
    nothing_field,
    one_of,
    value_or_nothing,
    within_reach,
)
from throughline.records.programme.models import Site
from throughline.records.study.models import ResearchConsent, Study
from throughline.rules.access import system_may
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import Approach, SourceKind

APP = "inquiry"


class InquiryQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> InquiryQuerySet:
        return self.filter(within_reach(actor, Permission.SEE_SOURCES, site=None))


def readable(actor: Actor, *, source: str = "") -> Q:
    """The sources whose words an actor may read: de-identified ones, or all for who holds the untouched text.

    `source` leads to the source from another model ("source__").
    """
    reach = within_reach(actor, Permission.SEE_SOURCES, site=None)
    if system_may(actor, Permission.ADD_SOURCES):
        return reach
    holds_raw = within_reach(actor, Permission.ADD_SOURCES, site=None)
    return reach & (Q(**{f"{source}is_deidentified": True}) | holds_raw)


class SourceQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> SourceQuerySet:
        return self.filter(readable(actor))


class Analysis(Record):
    """What a team asks of its sources and how: the approach decides what is counted, compared or left alone."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="analyses")
    name = models.CharField(max_length=160)
    question = models.TextField()
    approach = coded(Approach, default=Approach.REFLEXIVE)
    orientation = models.CharField(max_length=200, default="not_recorded")
    theory = models.CharField(max_length=200, default="not_recorded")
    with_counts = models.BooleanField(default=False)  # asked for, where the approach may count and need not
    with_saturation = models.BooleanField(default=False)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "name": Privacy.PLAIN, "question": Privacy.PLAIN, "approach": Privacy.PLAIN,
        "orientation": Privacy.PLAIN, "theory": Privacy.PLAIN, "with_counts": Privacy.PLAIN,
        "with_saturation": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="inquiry_analysis_once"),
            one_of(APP, "approach", Approach, model="analysis"),
        ]

    def __str__(self) -> str:
        return self.name


class Participant(Record):
    """Who spoke: a label of the project's own (P01), a group, and the consent that what they said rests on."""

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="participants")
    label = models.CharField(max_length=40)
    group = models.CharField(max_length=80, default="not_recorded")
    attributes = models.JSONField(default=dict)
    consent = models.ForeignKey(
        ResearchConsent, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # their words are gone; the label stays, empty
    withdrawn_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "label": Privacy.QUASI, "group": Privacy.QUASI, "attributes": Privacy.QUASI,
        "consent": Privacy.PLAIN, "withdrawn_at": Privacy.PLAIN, "withdrawn_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["analysis", "label"], name="inquiry_participant_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="inquiry_participant_withdrawn_by_someone",
            ),
        ]


class Source(Record):
    """An interview, focus group, observation or document. `text` and `raw` open only with the source's own key."""

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="sources")
    name = models.CharField(max_length=160)
    kind = coded(SourceKind)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    collected_on = models.DateField(null=True, blank=True)
    collected_on_nothing = nothing_field()
    guide_version = models.CharField(max_length=40, default="not_recorded")
    topics_asked = models.JSONField(default=list)  # steps of the line that the guide asked about; empty: open
    language = models.CharField(max_length=12, default="not_recorded")
    attributes = models.JSONField(default=dict)  # of a face sheet: name -> words
    version = models.PositiveIntegerField(default=1)  # of its text; earlier ones are SourceVersions
    is_deidentified = models.BooleanField(default=False)  # only such a version's words may leave
    file_hash = models.CharField(max_length=64)  # SHA-256 of the untouched file
    file_format = models.CharField(max_length=12)
    characters = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_by = models.CharField(max_length=64, null=True, blank=True)
    changes = models.PositiveBigIntegerField(
        default=0
    )  # to its codings, of those numbered for many at once: see actions/numbering.py
    # last in the row: the embedded database reads over them to whatever stands behind
    text = models.BinaryField(editable=False)
    raw = models.BinaryField(editable=False)

    objects: models.Manager[Any] = SourceQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "name": Privacy.QUASI, "kind": Privacy.PLAIN, "site": Privacy.QUASI,
        "collected_on": Privacy.QUASI, "collected_on_nothing": Privacy.PLAIN, "guide_version": Privacy.PLAIN,
        "topics_asked": Privacy.PLAIN, "language": Privacy.QUASI, "attributes": Privacy.QUASI, "version": Privacy.PLAIN, "is_deidentified": Privacy.PLAIN,
        "file_hash": Privacy.PLAIN, "file_format": Privacy.PLAIN, "characters": Privacy.PLAIN,
        "text": Privacy.FREE_TEXT, "raw": Privacy.FREE_TEXT, "added_at": Privacy.PLAIN, "added_by": Privacy.DIRECT,
        "erased_at": Privacy.PLAIN, "erased_by": Privacy.DIRECT, "changes": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "kind", SourceKind, model="source"),
            value_or_nothing(APP, "collected_on", model="source"),
            models.UniqueConstraint(fields=["analysis", "file_hash"], name="inquiry_source_file_once"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, erased_by__isnull=True)
                | Q(erased_at__isnull=False, erased_by__isnull=False),
                name="inquiry_source_erased_by_someone",
            ),
        ]


class Turn(Record):
    """What one speaker says without a break: [start, end) in Unicode code points of the source's text.

    `speaker` is the label as the transcript writes it; `participant` is set where it stands for one, `is_team` where it
    stands for nobody who was asked: an interviewer. Until one of them is set nobody knows who speaks. `start_ms` and `end_ms` are the recording's times where the file has them.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    speaker = models.CharField(max_length=120, blank=True)
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="turns"
    )
    is_team = models.BooleanField(default=False)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    start_ms = models.PositiveBigIntegerField(null=True, blank=True)
    end_ms = models.PositiveBigIntegerField(null=True, blank=True)

    privacy = {
        "source": Privacy.PLAIN, "number": Privacy.PLAIN, "speaker": Privacy.DIRECT, "participant": Privacy.QUASI,
        "is_team": Privacy.PLAIN, "start": Privacy.PLAIN, "end": Privacy.PLAIN, "start_ms": Privacy.PLAIN, "end_ms": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="inquiry_turn_one_per_place"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="inquiry_turn_not_empty"),
            models.CheckConstraint(
                condition=Q(is_team=False) | Q(participant__isnull=True), name="inquiry_turn_of_one_side"
            ),
        ]
