"""Importing a list of incidents: bytes and a mapping -> incidents of a programme, all or none."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from throughline.exchange.incidents_csv.mapping import IncidentMapping
from throughline.exchange.incidents_csv.rows import map_rows
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.importing import (
    Clock,
    ImportJob,
    ImportReport,
    Progress,
    origins_for,
    run_import,
)
from throughline.exchange.table.read import read_table
from throughline.records.programme.models import ImportRun, Programme
from throughline.records.referral.actions import IncidentDraft, record_incidents
from throughline.rules.access import check_may_import_records, check_may_record_incident
from throughline.vocabulary.actor import Actor

KIND = "incidents"


def import_incidents(
    *,
    data: bytes,
    filename: str,
    mapping: IncidentMapping,
    programme: Programme,
    by: Actor,
    clock: Clock,
    progress: Progress | None = None,
    rejects_path: Path | None = None,
) -> ImportReport:
    """Import a list of incidents, a row per person. They become visible together; the same file again adds nothing.

    The report counts rows, which are people. Raises as `import_contacts` does.
    """
    check_may_import_records(by, programme.id)
    check_may_record_incident(by, programme.id, None)
    document = read_table(data, filename, mapping.file.shape(), max_bytes=settings.THROUGHLINE_UPLOAD_LIMIT)
    mapped = map_rows(document, mapping, origins_for(programme, mapping), clock())

    def record(drafts: Sequence[IncidentDraft], run: ImportRun) -> tuple[int, int]:
        done = record_incidents(programme=programme, drafts=drafts, import_run=run, by=by, at=run.started_at)
        return done.people, done.people_known

    job = ImportJob(
        kind=KIND, document=document, mapping=mapping, programme=programme, record=record,
        rows_in=lambda draft: len(draft.people), by=by, clock=clock, progress=progress, rejects_path=rejects_path,
    )  # fmt: skip
    everything: list[IncidentDraft | Reject] = [*mapped.rejects, *mapped.drafts]
    report = run_import(job, iter(everything))
    return dataclasses.replace(report, notes=(*report.notes, *mapped.notes))
