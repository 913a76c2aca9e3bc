"""Runs of imports: begun, advanced batch by batch, complete; or broken, and removed with all that came with them.

Rows of a run are seen by nobody until it is complete (`models.arrived`). So a run can be written in small
transactions, which leave others room to write, and can still show all or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from throughline.records.audit import actions as audit
from throughline.records.programme.models import ImportMapping, ImportRun, Programme
from throughline.records.programme.queries import unfinished_imports
from throughline.rules.access import check_may_import_records
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.programme import ImportState

SILENCE = timedelta(minutes=2)  # a running import that says nothing for longer is taken for dead
REMOVED_AT_ONCE = 500
MAPPING_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows of a file: once complete, those read are imported, known already or rejected."""

    read: int = 0
    imported: int = 0
    known: int = 0
    rejected: int = 0


@transaction.atomic
def start_import(
    *,
    programme: Programme,
    kind: str,
    mapping_name: str,
    mapping_hash: str,
    file_hash: str,
    by: Actor,
    at: datetime,
) -> ImportRun:
    """Begin a run. Unready while another of the programme is running, or one that broke has not been removed."""
    check_may_import_records(by, programme.id)
    # The programme's row is what two imports that begin at once have to queue for. NO KEY: a full lock on it would
    # deadlock with recorders, whose rows point at it.
    Programme.objects.select_for_update(no_key=True).get(id=programme.id)
    if unfinished_imports(programme.id).exists():
        raise Unready(
            Sentence(
                "Another import into this programme is running. Wait until it has ended; if it was broken off, two"
                " minutes are enough."
            )
        )
    run = ImportRun.objects.create(
        programme=programme, kind=kind, mapping_name=mapping_name, mapping_hash=mapping_hash,
        file_hash=file_hash, state=ImportState.RUNNING.value, started_at=at, heartbeat_at=at, started_by=by.id,
    )  # fmt: skip
    audit.record(Event.IMPORT_STARTED, target=run, programme_id=programme.id, by=by, at=at)
    return run


@transaction.atomic
def advance_import(*, run: ImportRun, rows: RowCounts, by: Actor, at: datetime) -> None:
    """Say how far a run has come, and that it is alive; in the transaction of each batch of rows.

    Unready where the run was removed in the meantime: then the batch must not stay either.
    """
    check_may_import_records(by, run.programme_id)
    _note(run, ImportState.RUNNING, rows, heartbeat_at=at)
    audit.record(
        Event.IMPORT_ADVANCED, target=run, programme_id=run.programme_id, by=by, at=at, count=rows.read
    )


@transaction.atomic
def complete_import(*, run: ImportRun, rows: RowCounts, by: Actor, at: datetime) -> ImportRun:
    """Make all rows of the run visible at once. Where nothing new came, the run says so.

    Invalid unless every row read is accounted for; Unready where the run was removed in the meantime.
    """
    check_may_import_records(by, run.programme_id)
    if rows.imported + rows.known + rows.rejected != rows.read:
        raise Invalid(Sentence("The rows of this import do not add up; nothing was imported."))
    state = ImportState.COMPLETE if rows.imported else ImportState.NOTHING_NEW
    _note(run, state, rows, heartbeat_at=at, ended_at=at)
    run.refresh_from_db()
    audit.record(
        Event.IMPORT_COMPLETED, target=run, programme_id=run.programme_id, by=by, at=at, count=rows.imported
    )
    return run


def remove_import(*, run: ImportRun, by: Actor, at: datetime) -> int:
    """Remove a run that broke, with every row that came with it, in small transactions. Returns how many rows went.

    The run itself stays, marked broken. Broken off in the middle, it is taken up again by calling it again.
    Unready where the run is complete: what has been seen is corrected, never removed.
    """
    check_may_import_records(by, run.programme_id)
    if not unfinished_imports(run.programme_id).filter(id=run.id).update(state=ImportState.BROKEN.value):
        raise Unready(Sentence("This import has come to its end; its rows stay."))
    gone = 0
    for rows in _rows_of(run):
        while some := list(rows.values_list("pk", flat=True)[:REMOVED_AT_ONCE]):
            with transaction.atomic():
                rows.model._base_manager.filter(pk__in=some).delete()
            gone += len(some)
    with transaction.atomic():
        ImportRun.objects.filter(id=run.id).update(ended_at=at)
        audit.record(
            Event.IMPORT_REMOVED, target=run, programme_id=run.programme_id, by=by, at=at, count=gone
        )
    return gone


@transaction.atomic
def keep_mapping(
    *, programme: Programme, kind: str, name: str, choices: dict[str, Any], by: Actor, at: datetime
) -> ImportMapping:
    """Keep what the columns of a kind of file mean, by its name, in place of what was kept by that name before."""
    check_may_import_records(by, programme.id)
    if not MAPPING_NAME.fullmatch(name):
        raise Invalid(
            Sentence(
                "A mapping's name is small letters, digits, - and _, at most 60: for example harbour-log."
            ),
            fields={"name": Sentence("Small letters, digits, - and _.")},
        )
    kept, _is_new = ImportMapping.objects.update_or_create(
        programme=programme, kind=kind, name=name,
        defaults={"choices": choices, "kept_at": at, "kept_by": by.id},
    )  # fmt: skip
    audit.record(Event.MAPPING_KEPT, target=kept, programme_id=programme.id, by=by, at=at)
    return kept


@transaction.atomic
def let_mapping_go(*, mapping: ImportMapping, by: Actor, at: datetime) -> None:
    """Keep a mapping no longer. What came with it stays, and is still recognised under its name."""
    check_may_import_records(by, mapping.programme_id)
    audit.record(Event.MAPPING_LET_GO, target=mapping, programme_id=mapping.programme_id, by=by, at=at)
    mapping.delete()


def _note(run: ImportRun, state: ImportState, rows: RowCounts, **times: datetime) -> None:
    changed = ImportRun.objects.filter(id=run.id, state=ImportState.RUNNING.value).update(
        state=state.value, rows_read=rows.read, rows_imported=rows.imported, rows_known=rows.known,
        rows_rejected=rows.rejected, **times,
    )  # fmt: skip
    if not changed:
        raise Unready(Sentence("This import was taken for broken and removed. Import the file again."))


def _rows_of(run: ImportRun) -> Iterator[models.QuerySet[models.Model]]:
    """The rows of every kind that can come with an import, found by their foreign key, whichever app they are of.

    Later apps come first: their rows point at those of earlier ones.
    """
    pointing = [
        field
        for field in ImportRun._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ManyToOneRel) and not isinstance(field, models.OneToOneRel)
    ]
    for field in reversed(pointing):
        yield field.related_model._base_manager.filter(**{field.field.name: run})
