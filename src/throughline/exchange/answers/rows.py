"""Rows of a file of answers -> drafts, or rejects with line, column, kind of value and reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.plan import Plan, Planned
from throughline.exchange.table.binding import cells_of
from throughline.exchange.table.cells import (
    UNTRANSLATED,
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
from throughline.exchange.xlsform.submission import MOMENTS, is_moment
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import CHOSEN, NUMBERS, SEVERAL, QuestionType

_NUMBER = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,12})?(?:[eE][+-]?\d{1,2})?")
_THOUSANDS = {
    ".": re.compile(r",\d{3}(?!\d)"),
    ",": re.compile(r"\.\d{3}(?!\d)"),
}  # by the mark that is decimal
TICKED = frozenset({"1", "true", "yes", "y", "x", "checked"})
NOT_TICKED = frozenset({"0", "false", "no", "n", "", "unchecked"})
NOT_BEGUN = frozenset({"", "0", "incomplete"})
SILENT = frozenset({Nothing.NOT_RECORDED, Nothing.NOT_APPLICABLE, Nothing.NOT_ASKED})
LONGEST = 20_000  # characters of a text


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
            return Sentence("The date lies before the wave opened (%(day)s).", day=self.opens_on.isoformat())
        if self.closes_on is not None and day > self.closes_on:
            return Sentence("The date lies after the wave closed (%(day)s).", day=self.closes_on.isoformat())
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
    answers = {one.question.path: _answer(cells, one, mapping) for one in plan.planned}
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


def _answer(cells: Cells, one: Planned, mapping: AnswersMapping) -> Any:
    """A value as `complete_response` takes it; an empty set where several were offered and none taken."""
    if one.ticked:
        return _ticked(cells, one, mapping)
    column = str(one.column)
    word = folded(cells.text(column))
    if not word:
        return one.nothing.get("") or mapping.nothing.get("") or _silence(one, mapping)
    nothing = _nothing(one, mapping, word)
    if nothing is not None:
        return nothing
    if word in one.words and one.question.type not in SEVERAL:
        given = one.words[word]
        return _number(cells, column, given, mapping) if one.question.type in NUMBERS else given
    return _value(cells, one, mapping, column)


def _nothing(one: Planned, mapping: AnswersMapping, word: str) -> Nothing | None:
    """Which kind of nothing a word stands for: by the question's own, as the choice that it names, by the mapping's for all."""
    if word in one.nothing:
        return one.nothing[word]
    if word in one.words:
        return one.nothing.get(folded(one.words[word]))
    return mapping.nothing.get(word)


def _silence(one: Planned, mapping: AnswersMapping) -> Nothing:
    return Nothing(mapping.hidden) if one.question.is_conditional else Nothing.NOT_RECORDED


def _value(cells: Cells, one: Planned, mapping: AnswersMapping, column: str) -> Any:
    kind, text = one.question.type, cells.text(column)
    if kind in NUMBERS:
        return _number(cells, column, text, mapping)
    if kind in MOMENTS:
        return _moment(cells, kind, mapping, column)
    if kind in SEVERAL:
        pieces = [folded(piece) for piece in text.split(one.separator or " ") if piece.strip()]
        # labels hold blanks: where they are what was exported, the whole cell may be one
        pieces = [folded(text)] if folded(text) in one.words else pieces
        nothing = next(filter(None, (_nothing(one, mapping, piece) for piece in pieces)), None)
        if nothing is not None:
            return nothing
        if one.words and any(piece not in one.words for piece in pieces):
            raise cells.reject(column, UNTRANSLATED)
        return [one.words.get(piece, piece) for piece in pieces]
    if kind in CHOSEN and one.words:
        raise cells.reject(
            column, Sentence("This is none of the question's choices. Add it to `values`, or mend the cell.")
        )
    if len(text) > LONGEST:
        raise cells.reject(column, Sentence("Longer than %(most)s characters.", most=LONGEST))
    if kind is QuestionType.ACKNOWLEDGE:
        return "OK"
    return text


def _moment(cells: Cells, kind: QuestionType, mapping: AnswersMapping, column: str) -> str:
    """A day is written as ISO 8601 has it, or as the day of the answers is."""
    text = cells.text(column)
    if is_moment(kind, text):
        return text
    if kind is QuestionType.DATE and isinstance(mapping.answered, Clock) and ":" not in text:
        return str(day_in(cells, Clock(column=column, format=mapping.answered.format)))
    raise cells.reject(column, Sentence("Not a date or time as ISO 8601 writes it (2026-02-28, 14:30)."))


def _number(cells: Cells, column: str, text: str, mapping: AnswersMapping) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise cells.reject(
            column, Sentence("Not a number. Say in `nothing` what this word stands for, or mend the cell.")
        )
    if _THOUSANDS[mapping.decimal].search(text):
        raise cells.reject(
            column,
            Sentence(
                "A mark before three digits may stand for thousands. Say in `decimal` which mark is the decimal one, or take the other"
                " out of the cell.",
            ),
        )
    return Decimal(text.replace(",", "."))


def _ticked(cells: Cells, one: Planned, mapping: AnswersMapping) -> Any:
    chosen, is_silent = set(), True
    for name, column in one.ticked.items():
        word = folded(cells.text(column))
        if word in TICKED:
            nothing = one.nothing.get(folded(name)) or mapping.nothing.get(folded(name))
            if nothing is not None:
                return nothing
            chosen.add(name)
        elif word not in NOT_TICKED:
            nothing = cells.nothing(column, one.nothing)
            if nothing is None:
                raise cells.reject(column, Sentence("A column of one choice says 1 or 0."))
            return nothing
        is_silent = is_silent and not word
    if not chosen and (is_silent or (one.status and folded(cells.text(one.status)) in NOT_BEGUN)):
        return _silence(one, mapping)  # 0 in all of them is what REDCap writes of a form that nobody opened
    return frozenset(chosen)
