"""A contact log looked at and tried before anything of it is kept: what is in it, its first rows as they will be, rejects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings

from throughline.exchange.contacts_csv.context import misfits
from throughline.exchange.contacts_csv.load import context_of
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.contacts_csv.rows import map_rows
from throughline.exchange.table.binding import columns_of, refuse
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.document import TableDocument, TableFormat, TableShape
from throughline.exchange.table.importing import BATCH_ROWS, Progress, origins_for
from throughline.exchange.table.looking import look_at_table
from throughline.exchange.table.profile import ShownRow, TableProfile, profile_of, rows_shown
from throughline.exchange.table.read import read_table
from throughline.exchange.table.rejects import rejects_text
from throughline.exchange.table.trial import MOST_REASONS, Trial, reasons_of
from throughline.records.engagement.queries.origins import known_origins
from throughline.records.programme.models import Programme
from throughline.rules.access import check_may_import_records
from throughline.rules.client_code import normalise
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.contact import ContactDraft


def look_at(
    *,
    data: bytes,
    filename: str,
    shape: TableShape,
    programme: Programme,
    by: Actor,
    progress: Progress | None = None,
) -> tuple[TableDocument, TableProfile]:
    """A file read, its header found where it is not said, and what stands in its columns.

    A sheet of a name that this file does not have gives way to its first: names of months change. Raises Invalid.
    """
    check_may_import_records(by, programme.id)
    document = look_at_table(data, filename, shape)
    pattern = re.compile(programme.client_code_pattern)
    return document, profile_of(document, lambda cell: bool(pattern.fullmatch(normalise(cell))), progress)


def first_rows(
    *, profile: TableProfile, mapping: ContactMapping, programme: Programme, by: Actor, at: datetime
) -> Iterator[tuple[ShownRow, ContactDraft | Reject]]:
    """The first rows as they stand in the file, each with the contact that it will be, or why it cannot be one.

    Raises Invalid where the mapping does not fit the columns or the programme.
    """
    check_may_import_records(by, programme.id)
    header = tuple(column.name for column in profile.columns)
    document = TableDocument(
        mapping.name, TableFormat.CSV, "", header, len(profile.shown), None, None, lambda: rows_shown(profile)
    )
    columns_of(document, mapping)
    context = context_of(programme, by)
    refuse(mapping.name, misfits(mapping, context))
    drafts = map_rows(document, mapping, context, origins_for(programme, mapping), at)
    yield from zip(profile.shown, drafts, strict=True)


def try_contacts(
    *,
    data: bytes,
    filename: str,
    mapping: ContactMapping,
    programme: Programme,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
    on_reject: Callable[[Reject], None] | None = None,
) -> Trial:
    """All rows of a log through the mapping, as `import_contacts` would, with nothing kept. Raises as it does.

    `on_reject` is told of each row that cannot be used.
    """
    check_may_import_records(by, programme.id)
    document = read_table(data, filename, mapping.file.shape(), max_bytes=settings.THROUGHLINE_UPLOAD_LIMIT)
    columns_of(document, mapping)
    context = context_of(programme, by)
    refuse(filename, misfits(mapping, context))
    rows = _Rows(programme)
    for done, draft in enumerate(
        map_rows(document, mapping, context, origins_for(programme, mapping), at), start=1
    ):
        rows.add(draft)
        if on_reject is not None and isinstance(draft, Reject):
            on_reject(draft)
        if progress is not None and done % BATCH_ROWS == 0:
            progress(done, document.row_count)
    return rows.told(document)


class _Rows:
    """Counts what would come of each row."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._keys: list[str] = []
        self._seen: set[str] = set()
        self._rejects: list[Reject] = []
        self.read = self.known = 0

    def add(self, draft: ContactDraft | Reject) -> None:
        self.read += 1
        if isinstance(draft, Reject):
            self._rejects.append(draft)
            return
        key = draft.origin_key or ""
        if key in self._seen:
            self.known += 1
            return
        self._seen.add(key)
        self._keys.append(key)
        if len(self._keys) >= BATCH_ROWS:
            self._look_up()

    def _look_up(self) -> None:
        self.known += len(known_origins(self._programme.id, self._keys))
        self._keys.clear()

    def told(self, document: TableDocument) -> Trial:
        self._look_up()
        rejected = len(self._rejects)
        reasons = reasons_of(self._rejects)
        return Trial(
            self.read, self.read - self.known - rejected, self.known, rejected, tuple(reasons[:MOST_REASONS]),
            sum(reason.count for reason in reasons[MOST_REASONS:]), rejects_text(self._rejects), document.notes,
        )  # fmt: skip
