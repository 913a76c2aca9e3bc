"""A file of answers looked at and tried before anything is kept: its columns, its first rows as they will be, rejects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings

from throughline.exchange.answers.load import import_answers, rows_of
from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.rows import Left, RowDraft
from throughline.exchange.answers.tables import GivenFile, main_table
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.document import TableDocument, TableFormat, TableShape
from throughline.exchange.table.importing import Progress
from throughline.exchange.table.looking import look_at_table
from throughline.exchange.table.profile import ShownRow, TableProfile, profile_of, rows_shown
from throughline.exchange.table.rejects import rejects_text
from throughline.exchange.table.trial import MOST_REASONS, Trial, reasons_of
from throughline.records.surveys.models import Wave
from throughline.records.surveys.queries import kept_apart
from throughline.rules.access import check_may_run_waves
from throughline.vocabulary.actor import Actor


def look_at_answers(
    *, file: GivenFile, shape: TableShape, wave: Wave, by: Actor, progress: Progress | None = None
) -> tuple[TableDocument, TableProfile]:
    """A file read, its header found where it is not said, and what stands in its columns. Raises Invalid."""
    check_may_run_waves(by, wave.programme_id)
    main = main_table(file, settings.THROUGHLINE_UPLOAD_LIMIT)
    document = look_at_table(main.data, main.name, shape)
    return document, profile_of(document, lambda cell: False, progress)


def first_answers(
    *, profile: TableProfile, mapping: AnswersMapping, wave: Wave, dictionary: GivenFile | None, by: Actor, at: datetime
) -> Iterator[tuple[ShownRow, RowDraft | Reject | Left, dict[str, Any]]]:  # fmt: skip
    """The first rows as they stand in the file, each with what it will be, and its answers but for elements of a code.

    Raises Invalid where the mapping does not fit the columns or the wave.
    """
    check_may_run_waves(by, wave.programme_id)
    header = tuple(column.name for column in profile.columns)
    document = TableDocument(
        mapping.name, TableFormat.CSV, "", header, len(profile.shown), None, None, lambda: rows_shown(profile)
    )
    plan, rows = rows_of(document, mapping, wave, dictionary, at)
    apart = kept_apart(wave, plan.questions)
    for shown, row in zip(profile.shown, rows, strict=True):
        answers = row.answers if isinstance(row, RowDraft) else {}
        yield shown, row, {path: given for path, given in answers.items() if path not in apart}


def try_answers(
    *, file: GivenFile, mapping: AnswersMapping, wave: Wave, dictionary: GivenFile | None = None, by: Actor, at: datetime,
    progress: Progress | None = None,
) -> tuple[Trial, int]:  # fmt: skip
    """All rows through the mapping, with nothing kept, and how many are of another wave. Raises as `import_answers` does."""
    rejects: list[Reject] = []
    told = import_answers(
        file=file, mapping=mapping, wave=wave, dictionary=dictionary, is_dry=True, on_reject=rejects.append,
        progress=progress, by=by, at=at,
    )  # fmt: skip
    reasons = reasons_of(rejects)
    trial = Trial(
        told.rows_read, told.recorded, told.known, told.rejected, tuple(reasons[:MOST_REASONS]),
        sum(one.count for one in reasons[MOST_REASONS:]), rejects_text(rejects), told.notes,
    )  # fmt: skip
    return trial, told.left_out
