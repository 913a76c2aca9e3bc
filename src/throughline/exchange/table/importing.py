"""The run of an import: rows become drafts outside of any transaction and are written in batches, all or none.

Every batch is a short transaction with a pause after it, so that workers can record meanwhile; nobody sees a row before
the last batch is there. Whatever breaks the run (a full disk, a lost database, kill -9) leaves rows that nobody sees:
they are removed at once where that is possible, else by the next import.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar
from uuid import UUID

from django.db import DatabaseError, transaction

from throughline.exchange.table.cells import Reject
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.mapping import Mapping
from throughline.exchange.table.origins import Origins
from throughline.exchange.table.presence import forget, is_broken, present
from throughline.exchange.table.rejects import RejectsFile
from throughline.records.keyring import Purpose, ring
from throughline.records.programme.actions import (
    RowCounts,
    advance_import,
    complete_import,
    remove_import,
    start_import,
)
from throughline.records.programme.models import ImportRun, Programme
from throughline.records.programme.queries import unfinished_imports
from throughline.rules.access import check_may_import_records
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, ThroughlineError, Unready

FIRST_ROWS, LEAST_ROWS, BATCH_ROWS = 200, 50, 2_000
HELD = 0.25  # seconds for which a batch may keep everybody else from writing
PAUSE = 0.1  # seconds: who waits for the embedded database looks again at least so often, so that nobody misses a pause
SHOWN_REJECTS = 20
Draft = TypeVar("Draft")
Progress = Callable[[int, int], None]  # rows done, rows in the file
Clock = Callable[[], datetime]  # the top floor's

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ImportReport:
    """What became of a file: rows_read = imported + known + rejected. `first_rejects` are at most SHOWN_REJECTS."""

    rows_read: int
    imported: int
    known: int
    rejected: int
    run_id: UUID
    first_rejects: tuple[Reject, ...] = ()
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class ImportJob(Generic[Draft]):
    """What an import needs beside its drafts. `record` writes a batch; it returns rows recorded and rows known.

    What `record` writes arrived when the run started, and not before (`ImportRun.started_at`): until there is a run,
    nothing holds the closing of a month back, and reading a long file takes its time.
    """

    kind: str
    document: TableDocument
    mapping: Mapping
    programme: Programme
    record: Callable[[Sequence[Draft], ImportRun], tuple[int, int]]
    rows_in: Callable[[Draft], int]
    by: Actor
    clock: Clock
    progress: Progress | None = None
    rejects_path: Path | None = None


def origins_for(programme: Programme, mapping: Mapping) -> Origins:
    """The programme's keyed recogniser of rows.

    Made with the oldest key that the ring holds and not the current one: rotating must not make known rows new.
    """
    keys = ring()
    return Origins(keys.key(Purpose.ORIGIN, programme.id, min(keys.masters)), mapping)


def remove_broken_imports(*, programme: Programme, by: Actor, at: datetime) -> int:
    """Remove what imports that died have left in a programme. Returns how many there were."""
    check_may_import_records(by, programme.id)
    broken = [run for run in unfinished_imports(programme.id) if is_broken(run, at)]
    for run in broken:
        remove_import(run=run, by=by, at=at)
        forget(run.id)
    return len(broken)


def run_import(job: ImportJob[Draft], drafts: Iterator[Draft | Reject]) -> ImportReport:
    """Import all drafts, or nothing. Unready where another import runs, the disk is full or the database fails."""
    remove_broken_imports(programme=job.programme, by=job.by, at=job.clock())
    with RejectsFile(job.rejects_path) as rejects:
        run = start_import(
            programme=job.programme, kind=job.kind, mapping_name=job.mapping.name,
            mapping_hash=job.mapping.digest(), file_hash=job.document.sha256, by=job.by, at=job.clock(),
        )  # fmt: skip
        with present(run.id):
            try:
                return _Running(job, run, rejects).through(drafts)
            except BaseException as error:
                _give_up(job, run)
                if isinstance(error, DatabaseError | OSError):
                    # Without its cause: what databases say of a row quotes the row.
                    raise broke_off(error, job.document.filename) from None
                raise


class Pace:
    """How many rows to write at once: as many as take HELD seconds, by how long those before them took."""

    def __init__(self) -> None:
        self.rows = FIRST_ROWS

    def took(self, rows: int, seconds: float) -> None:
        """So many rows took so long; the next may be twice as many at most."""
        fitting = int(rows * HELD / max(seconds, 1e-6))
        self.rows = max(LEAST_ROWS, min(fitting, 2 * self.rows, BATCH_ROWS))


class _Running(Generic[Draft]):
    """One run on its way."""

    def __init__(self, job: ImportJob[Draft], run: ImportRun, rejects: RejectsFile) -> None:
        self.job, self.run, self.rejects = job, run, rejects
        self.counts = RowCounts()
        self.shown: list[Reject] = []
        self.pace = Pace()

    def through(self, drafts: Iterator[Draft | Reject]) -> ImportReport:
        batch: list[Draft] = []
        rows = rejected = 0
        for draft in drafts:
            if isinstance(draft, Reject):
                self.reject(draft)
                rejected += 1
            else:
                batch.append(draft)
                rows += self.job.rows_in(draft)
            if rows + rejected >= self.pace.rows:
                self.write(batch, rows, rejected)
                time.sleep(PAUSE)
                batch, rows, rejected = [], 0, 0
        if rows or rejected:
            self.write(batch, rows, rejected)
        self.rejects.keep()
        complete_import(run=self.run, rows=self.counts, by=self.job.by, at=self.job.clock())
        done = self.counts
        return ImportReport(
            done.read, done.imported, done.known, done.rejected, self.run.id, tuple(self.shown),
            self.job.document.notes,
        )  # fmt: skip

    def reject(self, reject: Reject) -> None:
        self.rejects.add(reject)
        if len(self.shown) < SHOWN_REJECTS:
            self.shown.append(reject)

    def write(self, batch: list[Draft], rows: int, rejected: int) -> None:
        """One batch, and how far the run has come: both or neither."""
        with transaction.atomic():
            began = time.monotonic()
            recorded, known = self.job.record(batch, self.run) if batch else (0, 0)
            before = self.counts
            counts = RowCounts(
                before.read + rows + rejected,
                before.imported + recorded,
                before.known + known,
                before.rejected + rejected,
            )
            advance_import(run=self.run, rows=counts, by=self.job.by, at=self.job.clock())
        self.counts = counts
        self.pace.took(rows + rejected, time.monotonic() - began)
        if self.job.progress is not None:
            self.job.progress(counts.read, self.job.document.row_count)


def _give_up(job: ImportJob[Draft], run: ImportRun) -> None:
    """Remove what is there already. Where even that fails, nobody sees it and the next import removes it."""
    log.warning("import %s broke off", run.id)
    with contextlib.suppress(DatabaseError, OSError, ThroughlineError):
        remove_import(run=run, by=job.by, at=job.clock())
        forget(run.id)


def broke_off(error: DatabaseError | OSError, filename: str) -> Unready:
    """What to tell of a failure that is the machine's: never what the database says, which quotes rows."""
    if _is_full(error):
        return Unready(
            Sentence(
                "The disk is full: nothing of %(file)s was imported. Free some space, then import it again.",
                file=filename,
            )
        )
    return Unready(
        Sentence(
            "The import of %(file)s broke off (%(kind)s): nothing of it was imported. Import it again; if it breaks off"
            " again, look at the server's log.",
            file=filename, kind=type(error).__name__,
        )
    )  # fmt: skip


def _is_full(error: DatabaseError | OSError) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return "disk is full" in str(error) or getattr(error.__cause__, "sqlstate", "") == "53100"
