"""Forms and their versions: an answer stays with the version that asked."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record, within_reach
from throughline.records.study.models import Study
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy


class InstrumentQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> InstrumentQuerySet:
        """A form tells nothing about anybody: whoever may see waves may see what they ask."""
        return self.filter(within_reach(actor, Permission.SEE_WAVES, site=None))


class Instrument(Record):
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="instruments")
    code = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)

    objects: models.Manager[Any] = InstrumentQuerySet.as_manager()

    privacy = {"study": Privacy.PLAIN, "code": Privacy.PLAIN, "title": Privacy.PLAIN}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "code"], name="surveys_instrument_once")]

    def __str__(self) -> str:
        return self.title


class InstrumentVersion(Record):
    """One file of a form, untouched, and what was read from it. It never changes; another file is the next version."""

    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()  # 1, 2 ... in the order in which they came
    label = models.CharField(max_length=60, blank=True)  # as the form says it
    file_name = models.CharField(max_length=200)
    xlsform = models.BinaryField(editable=False)
    xform = models.TextField()
    content_hash = models.CharField(max_length=64)  # SHA-256 of the file
    questions = models.JSONField()  # Question.as_json of vocabulary/surveys.py, in order
    languages = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = InstrumentQuerySet.as_manager()

    privacy = {
        "instrument": Privacy.PLAIN, "number": Privacy.PLAIN, "label": Privacy.PLAIN, "file_name": Privacy.PLAIN,
        "xlsform": Privacy.PLAIN, "xform": Privacy.FREE_TEXT, "content_hash": Privacy.PLAIN, "questions": Privacy.PLAIN,
        "languages": Privacy.PLAIN, "warnings": Privacy.PLAIN, "created_at": Privacy.PLAIN, "created_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "content_hash"], name="surveys_version_of_a_file_once"
            ),
            models.UniqueConstraint(fields=["instrument", "number"], name="surveys_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="surveys_version_number_from_one"),
        ]
