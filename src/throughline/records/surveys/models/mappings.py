"""What the columns of a study's files of answers mean, kept for the next file."""

from __future__ import annotations

from typing import Any

from django.db import models

from throughline.records.foundation import Record, within_reach
from throughline.records.study.models import Study
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy


class KeptMappingQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> KeptMappingQuerySet:
        return self.filter(within_reach(actor, Permission.RUN_WAVES, site=None))


class KeptMapping(Record):
    """A mapping by its name. It names columns, and words of columns that have few (yes, no, names of sites); it holds no rows."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="answer_mappings")
    name = models.CharField(max_length=60)
    content = models.JSONField()  # what a mapping file says
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = KeptMappingQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "name": Privacy.PLAIN, "content": Privacy.FREE_TEXT, "kept_at": Privacy.PLAIN,
        "kept_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="surveys_kept_mapping_name_once")
        ]
