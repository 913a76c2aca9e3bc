"""Runs of imports, and which rows have arrived."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.programme import ImportState

APP = "programme"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, actor: Actor) -> ImportRunQuerySet:
        return self.filter(within_reach(actor, Permission.IMPORT_RECORDS, site=None))


class ImportRun(Record):
    """One import of one file: its rows become visible together when it is complete; a broken one is removed by its id."""

    kind = models.CharField(max_length=40)
    mapping_name = models.CharField(max_length=80)
    mapping_hash = models.CharField(max_length=64)
    file_hash = models.CharField(max_length=64)  # SHA-256 of the untouched file
    state = coded(ImportState)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_imported = models.PositiveBigIntegerField(default=0)
    rows_known = models.PositiveBigIntegerField(default=0)  # already there from an earlier run
    rows_rejected = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = ImportRunQuerySet.as_manager()

    privacy = {
        "kind": Privacy.PLAIN, "mapping_name": Privacy.PLAIN, "mapping_hash": Privacy.PLAIN,
        "file_hash": Privacy.PLAIN, "state": Privacy.PLAIN, "rows_read": Privacy.PLAIN,
        "rows_imported": Privacy.PLAIN, "rows_known": Privacy.PLAIN, "rows_rejected": Privacy.PLAIN,
        "started_at": Privacy.PLAIN, "heartbeat_at": Privacy.PLAIN, "ended_at": Privacy.PLAIN,
        "started_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [one_of(APP, "state", ImportState, model="import_run")]


class ImportMappingQuerySet(models.QuerySet["ImportMapping"]):
    def visible_to(self, actor: Actor) -> ImportMappingQuerySet:
        return self.filter(within_reach(actor, Permission.IMPORT_RECORDS, site=None))


class ImportMapping(Record):
    """What the columns of one kind of file mean, kept by name for the next file. It holds no rows.

    `choices` name columns, and words of columns that have few (yes, no, names of sites). Rows that came with it are
    recognised by its name for ever.
    """

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    choices = models.JSONField()
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = ImportMappingQuerySet.as_manager()

    privacy = {
        "name": Privacy.PLAIN, "kind": Privacy.PLAIN, "choices": Privacy.FREE_TEXT, "kept_at": Privacy.PLAIN,
        "kept_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "name"], name="programme_import_mapping_name_once"
            )
        ]


def arrived(through: str = "") -> Q:
    """Rows that were recorded here, or came with an import that is complete: what anyone may see or count.

    `through` is the way to such rows from lines that hang on them, as `contact__`.
    """
    complete = {f"{through}import_run__state": ImportState.COMPLETE.value}
    return Q(**{f"{through}import_run__isnull": True}) | Q(**complete)
