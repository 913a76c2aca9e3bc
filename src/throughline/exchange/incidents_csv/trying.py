"""A list of incidents looked at and tried before anything of it is kept: its columns, its first rows as they will be, rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings

from throughline.exchange.incidents_csv.load import KIND
from throughline.exchange.incidents_csv.mapping import IncidentMapping
from throughline.exchange.incidents_csv.rows import IncidentRow, map_rows, rows_of
from throughline.exchange.table.binding import columns_of
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.document import TableDocument, TableFormat, TableShape
from throughline.exchange.table.importing import Progress, origins_for
from throughline.exchange.table.looking import look_at_table
from throughline.exchange.table.profile import ShownRow, TableProfile, profile_of, rows_shown
from throughline.exchange.table.read import read_table
from throughline.exchange.table.rejects import rejects_text
from throughline.exchange.table.trial import MOST_REASONS, Trial, reasons_of
from throughline.records.programme.models import ImportMapping, Programme
from throughline.records.referral.queries import known_people
from throughline.rules.access import check_may_import_records, check_may_record_incident
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence


def look_at_incidents(
    *, data: bytes, filename: str, shape: TableShape, programme: Programme, by: Actor, progress: Progress | None = None
) -> tuple[TableDocument, TableProfile]:  # fmt: skip
    """A file read, its header found where it is not said, and what stands in its columns. Raises NotAllowed and Invalid."""
    _check(by, programme)
    document = look_at_table(data, filename, shape)
    return document, profile_of(document, lambda cell: False, progress)


def first_incidents(
    *, profile: TableProfile, mapping: IncidentMapping, programme: Programme, by: Actor, at: datetime
) -> Iterator[tuple[ShownRow, IncidentRow | Reject]]:
    """The first rows as they stand in the file, each with the person that it will be. Raises Invalid where the mapping does not fit."""
    _check(by, programme)
    header = tuple(column.name for column in profile.columns)
    document = TableDocument(
        mapping.name, TableFormat.CSV, "", header, len(profile.shown), None, None, lambda: rows_shown(profile)
    )
    columns_of(document, mapping)
    yield from zip(
        profile.shown, rows_of(document, mapping, origins_for(programme, mapping), at), strict=True
    )


def try_incidents(
    *, data: bytes, filename: str, mapping: IncidentMapping, programme: Programme, by: Actor, at: datetime,
    progress: Progress | None = None, on_reject: Callable[[Reject], None] | None = None,
) -> Trial:  # fmt: skip
    """All rows through the mapping, as `import_incidents` would, with nothing kept. Raises as it does.

    `on_reject` is told of each row that cannot be used.
    """
    _check(by, programme)
    document = read_table(data, filename, mapping.file.shape(), max_bytes=settings.THROUGHLINE_UPLOAD_LIMIT)
    columns_of(document, mapping)
    mapped = map_rows(document, mapping, origins_for(programme, mapping), at)
    keys = [person.origin_key or "" for draft in mapped.drafts for person in draft.people]
    fresh = len(set(keys) - known_people(programme.id, keys))
    if on_reject is not None:
        for reject in mapped.rejects:
            on_reject(reject)
    if progress is not None:
        progress(document.row_count, document.row_count)
    reasons = reasons_of(mapped.rejects)
    return Trial(
        len(keys) + len(mapped.rejects), fresh, len(keys) - fresh, len(mapped.rejects), tuple(reasons[:MOST_REASONS]),
        sum(one.count for one in reasons[MOST_REASONS:]), rejects_text(mapped.rejects), (*document.notes, *mapped.notes),
    )  # fmt: skip


def check_same_incidents(programme: Programme, mapping: IncidentMapping) -> None:
    """Rows are recognised by the same columns as long as they go by the same name; else each would come twice. Raises Invalid."""
    before = ImportMapping.objects.filter(programme=programme, kind=KIND, name=mapping.name).first()
    if before is None:
        return
    was = [*before.choices.get("incident", ()), *before.choices.get("person", ())]
    if was != [*mapping.incident, *(mapping.person or ())]:
        raise Invalid(
            Sentence(
                "The rows of “%(name)s” have been recognised by: %(columns)s. With other columns those that are here already"
                " would come a second time. Choose the same, or another name if this is another kind of file.",
                name=mapping.name, columns=tuple(was),
            )
        )  # fmt: skip


def _check(by: Actor, programme: Programme) -> None:
    check_may_import_records(by, programme.id)
    check_may_record_incident(by, programme.id, None)
