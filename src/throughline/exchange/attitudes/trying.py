"""A file of attitudes looked at and tried before anything is kept: its columns, its first rows as they will be, rejects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from throughline.exchange.attitudes.load import import_attitudes, rows_of
from throughline.exchange.attitudes.mapping import AttitudesMapping
from throughline.exchange.attitudes.rows import Row
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.document import TableDocument, TableFormat, TableShape
from throughline.exchange.table.importing import Progress
from throughline.exchange.table.looking import look_at_table
from throughline.exchange.table.profile import ShownRow, TableProfile, profile_of, rows_shown
from throughline.exchange.table.rejects import rejects_text
from throughline.exchange.table.trial import MOST_REASONS, Trial, reasons_of
from throughline.records.workforce.models import AttitudeScale
from throughline.rules.access import check_may_record_attitudes
from throughline.vocabulary.actor import Actor


def look_at_attitudes(
    *, data: bytes, filename: str, shape: TableShape, scale: AttitudeScale, by: Actor, progress: Progress | None = None
) -> tuple[TableDocument, TableProfile]:  # fmt: skip
    """A file read, its header found where it is not said, and what stands in its columns. Raises NotAllowed and Invalid."""
    check_may_record_attitudes(by, scale.programme_id)
    document = look_at_table(data, filename, shape)
    return document, profile_of(document, lambda cell: False, progress)


def first_attitudes(
    *, profile: TableProfile, mapping: AttitudesMapping, scale: AttitudeScale, by: Actor, at: datetime
) -> Iterator[tuple[ShownRow, Row | Reject]]:
    """The first rows as they stand in the file, each with what it will be. Raises Invalid where the mapping does not fit."""
    check_may_record_attitudes(by, scale.programme_id)
    header = tuple(column.name for column in profile.columns)
    document = TableDocument(
        mapping.name, TableFormat.CSV, "", header, len(profile.shown), None, None, lambda: rows_shown(profile)
    )
    yield from zip(profile.shown, rows_of(document, mapping, scale, at), strict=True)


def try_attitudes(
    *, data: bytes, filename: str, mapping: AttitudesMapping, scale: AttitudeScale, by: Actor, at: datetime
) -> Trial:
    """All rows through the mapping, with nothing kept. Raises as `import_attitudes` does."""
    rejects: list[Reject] = []
    told = import_attitudes(
        data=data, filename=filename, scale=scale, mapping=mapping, is_dry=True, on_reject=rejects.append, by=by, at=at
    )  # fmt: skip
    reasons = reasons_of(rejects)
    return Trial(
        told.rows_read, told.recorded, told.known, told.rejected, tuple(reasons[:MOST_REASONS]),
        sum(one.count for one in reasons[MOST_REASONS:]), rejects_text(rejects), told.notes,
    )  # fmt: skip
