"""Rows of a file of answers -> drafts, or rejects with line, column, kind of value and reason. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.plan import Plan
from throughline.exchange.answers.values import answer_of
from throughline.exchange.table.binding import cells_of
from throughline.exchange.table.cells import (
    Cells,
    Reject,
    Rejected,
    ValueKind,
    day_in,
    word_in,
)
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.mapping import Clock, folded
from throughline.exchange.table.origins import Origins
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing

SILENT = frozenset({Nothing.NOT_RECORDED, Nothing.NOT_APPLICABLE, Nothing.NOT_ASKED})


class Left(Enum):
    """Why a row is no row of this import, and is not rejected either: it is of another wave or event."""

    OUT = "out"


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which answers of a wave can have been given."""

    opens_on: date
    closes_on: date | None
    today: date

    def why_not(self, day: date) -> Sentence | None:
        """Why an answer cannot be of a day."""
        if day > self.today:
            return Sentence("The date lies in the future.")
        if day < self.opens_on:
            return Sentence("The date lies before the wave opened (%(day)s).", day=self.opens_on)
        if self.closes_on is not None and day > self.closes_on:
            return Sentence("The date lies after the wave closed (%(day)s).", day=self.closes_on)
        return None


@dataclass(frozen=True, slots=True)
class RowDraft:
    """One row: where, when, the key that recognises it, and answers by path."""

    site_id: UUID
    answered_on: date
    origin: str
    answers: Mapping[str, Any]
    may_link: bool = False


def map_rows(
    document: TableDocument,
    mapping: AnswersMapping,
    plan: Plan,
    sites: Mapping[str, UUID],
    origins: Origins,
    window: Window,
) -> Iterator[RowDraft | Reject | Left]:
    """One of the three per row, in order. `sites`: folded name -> id. Raises Invalid for columns that are not there."""
    for cells in cells_of(document, mapping, plan.columns):
        if isinstance(cells, Reject):
            yield cells
            continue
        try:
            yield _draft(cells, mapping, plan, sites, origins, window)
        except Rejected as rejected:
            yield Reject(cells.line, rejected.column, rejected.kind, rejected.reason)


def _draft(
    cells: Cells,
    mapping: AnswersMapping,
    plan: Plan,
    sites: Mapping[str, UUID],
    origins: Origins,
    window: Window,
) -> RowDraft | Left:
    if mapping.only is not None and folded(cells.text(mapping.only.column)) not in mapping.only.words:
        return Left.OUT
    if plan.silent is not None and cells.text(plan.silent):
        return Left.OUT
    if (
        mapping.consent is not None
        and folded(cells.text(mapping.consent.column)) not in mapping.consent.words
    ):
        raise cells.reject(
            mapping.consent.column,
            Sentence(
                "This person did not agree, as far as the file says: their answers stay out.",
            ),
        )
    answers = {one.question.path: answer_of(cells, one, mapping) for one in plan.planned}
    if plan.repeats is not None:
        answers |= plan.repeats.of(cells)
    if all(isinstance(given, Nothing) and given in SILENT for given in answers.values()):
        raise Rejected("", ValueKind.ROW, Sentence("The row holds no answer at all."))
    may_link = mapping.link is not None and folded(cells.text(mapping.link.column)) in mapping.link.words
    return RowDraft(
        _site(cells, mapping, sites), _day(cells, mapping, window), origins.of_row(cells), answers, may_link
    )


def _site(cells: Cells, mapping: AnswersMapping, sites: Mapping[str, UUID]) -> UUID:
    spec = mapping.site
    word = word_in(cells, spec, is_open=not spec.values)
    found = None if isinstance(word, Nothing) else sites.get(folded(word))
    if found is None:
        raise cells.reject(str(spec.column), Sentence("There is no site of this name in the study."))
    return found


def _day(cells: Cells, mapping: AnswersMapping, window: Window) -> date:
    if not isinstance(mapping.answered, Clock):
        return mapping.answered
    column = mapping.answered.column
    day = day_in(cells, mapping.answered)
    if isinstance(day, Nothing):
        raise cells.reject(column, Sentence("Answers need the day on which they were given."))
    why = window.why_not(day)
    if why is not None:
        raise Rejected(column, ValueKind.DATE_OUT_OF_RANGE, why)
    return day
