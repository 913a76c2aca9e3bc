"""Pictures, recordings and files that answer a form, each sealed under its response's own key."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record, within_reach
from throughline.records.surveys.models.responses import SurveyResponse
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.waves import Exclusion


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, actor: Actor) -> AttachmentQuerySet:
        """Who reads responses; of who withdrew, nobody."""
        agrees = Q(response__consent=None) | Q(response__consent__withdrawn_at=None)
        found = self.filter(within_reach(actor, Permission.SEE_RESPONSES, site=None) & agrees)
        return found.exclude(response__exclusion=Exclusion.WITHDREW.value)


class Attachment(Record):
    """One file of a response. Neither its name nor what it said beside what it shows is kept."""

    response = models.ForeignKey(SurveyResponse, on_delete=models.CASCADE, related_name="attachments")
    key = models.CharField(max_length=600)  # of the answer: `visit[2]/photo`
    number = models.PositiveIntegerField()  # within the response, from 1
    media_type = models.CharField(max_length=40)
    length_bytes = models.PositiveBigIntegerField()
    # last in the row: the embedded database reads over it to whatever stands behind
    sealed = models.BinaryField(editable=False)

    objects: models.Manager[Any] = AttachmentQuerySet.as_manager()

    privacy = {
        "response": Privacy.PLAIN, "key": Privacy.PLAIN, "number": Privacy.PLAIN, "media_type": Privacy.PLAIN,
        "length_bytes": Privacy.PLAIN, "sealed": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="surveys_attachment_numbered"),
            models.UniqueConstraint(fields=["response", "key"], name="surveys_attachment_once"),
        ]
