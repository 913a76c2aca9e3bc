"""Importing what officers and workers answered: bytes and a scale -> assessments, all usable rows together, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from throughline.exchange.attitudes.mapping import AttitudesMapping, by_its_columns
from throughline.exchange.attitudes.rows import Context, Row, columns_read, map_rows
from throughline.exchange.table.binding import columns_of, refuse
from throughline.exchange.table.cells import Reject, ValueKind
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.importing import SHOWN_REJECTS, broke_off, origins_for
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.origins import Origins
from throughline.exchange.table.read import read_table
from throughline.exchange.table.rejects import RejectsFile
from throughline.exchange.table.unfit import nearest
from throughline.records.programme.models import Site
from throughline.records.workforce.actions import AssessmentDraft, record_assessments
from throughline.records.workforce.models import AttitudeScale
from throughline.records.workforce.queries import (
    assessed_already,
    erased_labels,
    known_assessments,
    label_key_of,
    trainings_by_name,
)
from throughline.rules.access import check_may_record_attitudes
from throughline.rules.attitudes import ERASED, TAKEN_ALREADY, Taken
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.attitudes import ScoringKey
from throughline.vocabulary.errors import Invalid, Sentence

MOST_ROWS = 50_000
LABEL = "label"
NO_LABEL = Sentence(
    "%(count)s questionnaire carries no label: it is in the means of before and after, and in nobody's own change.",
    "%(count)s questionnaires carry no label: they are in the means of before and after, and in nobody's own change.",
)


@dataclass(frozen=True)
class AttitudesReport:
    """What became of a file: rows_read = recorded + known + rejected. In a dry run `recorded` would be recorded."""

    rows_read: int
    recorded: int
    known: int
    rejected: int
    first_rejects: tuple[Reject, ...] = ()
    notes: tuple[Sentence, ...] = ()


def import_attitudes(
    *,
    data: bytes,
    filename: str,
    scale: AttitudeScale,
    mapping: AttitudesMapping | None = None,
    is_dry: bool = False,
    rejects_path: Path | None = None,
    on_reject: Callable[[Reject], None] | None = None,
    by: Actor,
    at: datetime,
) -> AttitudesReport:
    """Import a file of questionnaires. Without a mapping its columns have our own names: site, group, moment, taken_on, label,
    course, trained_on, item_1, item_2 ..., or subscales' names where only scores are known.

    The same file again adds nothing. Labels are keyed on the way and kept nowhere. `is_dry`: everything is read and checked,
    nothing is kept. Rejected rows go to `rejects_path`, and one by one to `on_reject`. Raises NotAllowed; Invalid for a file or mapping that cannot be used; Unready where the disk is full or the
    database fails.
    """
    check_may_record_attitudes(by, scale.programme_id)
    shape = None if mapping is None else mapping.file.shape()
    document = read_table(data, filename, shape, max_bytes=settings.THROUGHLINE_UPLOAD_LIMIT)
    mapping = mapping or by_its_columns(document.header, scale.scoring)
    rows = rows_of(document, mapping, scale, at)
    drafts: list[AssessmentDraft] = []
    shown: list[Reject] = []
    with RejectsFile(rejects_path) as rejects:
        read = known = 0
        for row in _told_apart(rows, scale, mapping.label or LABEL):
            read += 1
            if read > MOST_ROWS:
                raise Invalid(
                    Sentence("%(file)s has more than %(most)s rows. Split it.", file=filename, most=MOST_ROWS)
                )
            if isinstance(row, Reject):
                rejects.add(row)
                if on_reject is not None:
                    on_reject(row)
                shown += [row] if len(shown) < SHOWN_REJECTS else []
            elif row is None:
                known += 1
            else:
                drafts.append(row)
        recorded = len(drafts)
        if not is_dry:
            try:
                recorded, more = record_assessments(scale=scale, drafts=drafts, by=by, at=at)
            except (DatabaseError, OSError) as error:
                # Without its cause: what databases say of a row quotes the row.
                raise broke_off(error, filename) from None
            known += more
        rejects.keep()
        return AttitudesReport(
            read, recorded, known, rejects.count, tuple(shown), (*document.notes, *_notes(drafts))
        )


def rows_of(
    document: TableDocument, mapping: AttitudesMapping, scale: AttitudeScale, at: datetime
) -> Iterator[Row | Reject]:
    """Each row as a draft, or why it cannot be used. Raises Invalid for columns or subscales that are not there."""
    key = scale.scoring
    _check_scores(mapping, key)
    columns_of(document, mapping, columns_read(mapping, key))
    sites = Site.objects.filter(programme_id=scale.programme_id)
    context = Context(
        key, {folded(site.name): site.id for site in sites}, trainings_by_name(scale.programme_id), at.date()
    )
    return map_rows(document, mapping, context, _origins(scale, mapping))


def _check_scores(mapping: AttitudesMapping, key: ScoringKey) -> None:
    names = [one.name for one in key.subscales]
    strange = [name for name in mapping.scores if name not in names]
    refuse(
        mapping.name,
        [
            Sentence(
                "The scale has no subscale `%(name)s`; %(nearest)s",
                name=name[:40],
                nearest=nearest(name, names),
            )
            for name in strange
        ],
    )


def _origins(scale: AttitudeScale, mapping: AttitudesMapping) -> Origins:
    """Rows are known by scale and not by the mapping's name: by another they are the same answers."""
    return origins_for(scale.programme, mapping.model_copy(update={"name": f"attitudes {scale.id.hex}"}))


def _told_apart(
    rows: Iterable[Row | Reject], scale: AttitudeScale, label: str
) -> Iterator[AssessmentDraft | Reject | None]:
    """Drafts; None for a row that is known already; a reject where its label has such a questionnaire, or was erased."""
    held = list(rows)
    known = known_assessments(scale, [row.draft.origin_key for row in held if isinstance(row, Row)])
    taken, erased = Taken(assessed_already(scale)), erased_labels(scale)
    for row in held:
        if isinstance(row, Reject):
            yield row
            continue
        one = row.draft
        who = label_key_of(scale, one.site_id, one.group, one.label)
        if one.origin_key in known:
            yield None
        elif who in erased:
            yield Reject(row.line, label, ValueKind.TEXT, ERASED)
        elif taken.add(who, one.moment, one.taken_on):
            yield one
        else:
            yield Reject(row.line, label, ValueKind.TEXT, TAKEN_ALREADY)


def _notes(drafts: list[AssessmentDraft]) -> tuple[Sentence, ...]:
    without = sum(1 for one in drafts if not one.label.strip())
    return (NO_LABEL.given(count=without),) if without else ()
