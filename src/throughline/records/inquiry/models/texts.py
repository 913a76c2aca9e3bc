"""A source's text over time, the project's list of what is replaced in it, who has read it, and its recording."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet, Source
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import AliasKind, TextChange

APP = "inquiry"


class HeldByLeadQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> HeldByLeadQuerySet:
        """Untouched words and real names: for who adds sources alone."""
        return self.filter(within_reach(actor, Permission.ADD_SOURCES, site=None))


class SourceVersion(Record):
    """A source's text before a correction or before names were taken out, under the source's own key."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()  # the version that was replaced
    text = models.BinaryField(editable=False)
    turns = models.BinaryField(editable=False)  # JSON, sealed as the text: number, speaker, start, end ...
    change = coded(TextChange)  # what replaced it
    was_deidentified = models.BooleanField()
    replaced_at = models.DateTimeField()
    replaced_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = HeldByLeadQuerySet.as_manager()

    privacy = {
        "source": Privacy.PLAIN, "version": Privacy.PLAIN, "text": Privacy.FREE_TEXT, "turns": Privacy.FREE_TEXT,
        "change": Privacy.PLAIN, "was_deidentified": Privacy.PLAIN, "replaced_at": Privacy.PLAIN,
        "replaced_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "version"], name="inquiry_source_version_once"),
            one_of(APP, "change", TextChange, model="source_version"),
        ]


class Alias(Record):
    """What stands in the text for a name: [worker 3] for all the ways that worker is called.

    `terms` is sealed under the analysis's own key: a JSON list of the words that are replaced.
    """

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="aliases")
    kind = coded(AliasKind)
    label = models.CharField(max_length=60)  # without its brackets
    terms = models.BinaryField(editable=False)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = HeldByLeadQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "kind": Privacy.PLAIN, "label": Privacy.PLAIN, "terms": Privacy.DIRECT,
        "added_at": Privacy.PLAIN, "added_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["analysis", "label"], name="inquiry_alias_once"),
            one_of(APP, "kind", AliasKind, model="alias"),
        ]


class ReadMark(Record):
    """Somebody has read a source to its end."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="read_marks")
    analyst = models.CharField(max_length=64)
    read_at = models.DateTimeField()

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {"source": Privacy.PLAIN, "analyst": Privacy.DIRECT, "read_at": Privacy.PLAIN}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "analyst"], name="inquiry_read_mark_once")]


class Recording(Record):
    """The sound of a source, in pieces of `piece_bytes` each sealed under the source's key. A voice names its speaker."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="recording")
    media_type = models.CharField(max_length=40)
    length_bytes = models.PositiveBigIntegerField()
    piece_bytes = models.PositiveIntegerField()
    file_hash = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = HeldByLeadQuerySet.as_manager()

    privacy = {
        "source": Privacy.PLAIN, "media_type": Privacy.PLAIN, "length_bytes": Privacy.PLAIN,
        "piece_bytes": Privacy.PLAIN, "file_hash": Privacy.PLAIN, "added_at": Privacy.PLAIN,
        "added_by": Privacy.DIRECT,
    }  # fmt: skip


class RecordingPiece(Record):
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField(editable=False)

    objects: models.Manager[Any] = HeldByLeadQuerySet.as_manager()

    privacy = {"recording": Privacy.PLAIN, "number": Privacy.PLAIN, "sealed": Privacy.DIRECT}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recording", "number"], name="inquiry_recording_piece_once")
        ]


class Carried(Record):
    """A thing of an imported project by the GUID it had there, so that an export gives it back.

    `row` is what it became here; `rest` what there is no field for (a selection's own name, a set, a link). What
    belongs to a source goes with it.
    """

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="carried")
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.CASCADE, related_name="carried"
    )
    guid = models.UUIDField()
    kind = models.CharField(max_length=20)
    row = models.UUIDField(null=True, blank=True)
    place = models.PositiveIntegerField(default=0)  # among its kind in the file
    rest = models.JSONField(default=dict)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "source": Privacy.PLAIN, "guid": Privacy.PLAIN, "kind": Privacy.PLAIN,
        "row": Privacy.PLAIN, "place": Privacy.PLAIN, "rest": Privacy.FREE_TEXT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["analysis", "guid"], name="inquiry_carried_once"),
            models.CheckConstraint(condition=~Q(kind=""), name="inquiry_carried_has_a_kind"),
        ]
        indexes = [models.Index(fields=["row"], name="inquiry_carried_by_row")]
