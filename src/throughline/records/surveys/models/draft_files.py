"""Pictures, recordings and files of what is half filled, each sealed under a key of its own, which goes with it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record
from throughline.records.surveys.models.responses import SurveyResponse
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy


class DraftFileQuerySet(models.QuerySet["DraftFile"]):
    def visible_to(self, actor: Actor) -> DraftFileQuerySet:
        """Who is filling the form in, until it is complete and while the person agrees; nobody else, who reads responses neither."""
        own = Q(pk__in=[])
        for grant in actor.grants:
            own |= Q(
                programme_id=grant.programme_id, response__started_by=actor.id, response__completed_at=None,
                response__excluded_at=None, response__consent__withdrawn_at=None,
            )  # fmt: skip
        return self.filter(own)


class DraftFile(Record):
    """One file that a half-filled form names. It stands until no draft of the response names it any more."""

    response = models.ForeignKey(SurveyResponse, on_delete=models.CASCADE, related_name="draft_files")
    name_hash = models.CharField(
        max_length=64
    )  # SHA-256, hex, of the response's id and the form's name for it
    is_in_draft = models.BooleanField()
    is_beside = models.BooleanField()  # the draft that is kept beside names it
    media_type = models.CharField(max_length=40)
    length_bytes = models.PositiveBigIntegerField()
    # last in the row: the embedded database reads over it to whatever stands behind
    sealed = models.BinaryField(editable=False)

    objects: models.Manager[Any] = DraftFileQuerySet.as_manager()

    privacy = {
        "response": Privacy.PLAIN, "name_hash": Privacy.DIRECT, "is_in_draft": Privacy.PLAIN, "is_beside": Privacy.PLAIN,
        "media_type": Privacy.PLAIN, "length_bytes": Privacy.PLAIN, "sealed": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "name_hash"], name="surveys_draft_file_once"),
            models.CheckConstraint(
                condition=Q(is_in_draft=True) | Q(is_beside=True), name="surveys_draft_file_is_named"
            ),
        ]
