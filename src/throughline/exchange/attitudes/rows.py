"""Rows of a table of attitudes -> drafts, or rejects with line, column, kind of value and reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from throughline.exchange.attitudes.mapping import AttitudesMapping
from throughline.exchange.table.binding import cells_of
from throughline.exchange.table.cells import Cells, Reject, Rejected, ValueKind, day_in, word_in
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.mapping import Clock, Translated, folded
from throughline.exchange.table.origins import Origins
from throughline.records.workforce.actions import AssessmentDraft
from throughline.rules.attitudes import why_not_around
from throughline.vocabulary.attitudes import AttitudeGroup, Moment, ScoringKey
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing

_WHOLE = re.compile(r"([+-]?\d{1,4})(?:[.,]0+)?")
_NUMBER = re.compile(r"[+-]?\d{1,4}(?:[.,]\d{1,6})?")
LONGEST_LABEL = 60
Word = TypeVar("Word", bound=StrEnum)
Trainings = Mapping[tuple[str, UUID, date], UUID]


@dataclass(frozen=True, slots=True)
class Context:
    """What rows can name. `sites`: folded name -> id; `trainings`: course in small letters, site and day -> id."""

    key: ScoringKey
    sites: Mapping[str, UUID]
    trainings: Trainings
    today: date


@dataclass(frozen=True, slots=True)
class Row:
    """A questionnaire, and the line it stands in."""

    line: int
    draft: AssessmentDraft


def columns_read(mapping: AttitudesMapping, key: ScoringKey) -> dict[str, int | str]:
    """Column -> item number, or the subscale whose score stands in it."""
    if mapping.scores:
        return {column: name for name, column in mapping.scores.items()}
    return {f"{mapping.items}{item}": item for item in key.items}


def map_rows(
    document: TableDocument, mapping: AttitudesMapping, context: Context, origins: Origins
) -> Iterator[Row | Reject]:
    """One of both per row, in order. Raises Invalid for columns that are not there."""
    read = columns_read(mapping, context.key)
    for cells in cells_of(document, mapping, read):
        if isinstance(cells, Reject):
            yield cells
            continue
        try:
            yield Row(cells.line, _draft(cells, mapping, context, origins, read))
        except Rejected as rejected:
            yield Reject(cells.line, rejected.column, rejected.kind, rejected.reason)


def _draft(
    cells: Cells,
    mapping: AttitudesMapping,
    context: Context,
    origins: Origins,
    read: Mapping[str, int | str],
) -> AssessmentDraft:
    word = word_in(cells, mapping.site, is_open=True)
    site_id = None if isinstance(word, Nothing) else context.sites.get(folded(word))
    if site_id is None:
        raise cells.reject(str(mapping.site.column), Sentence("There is no site of this name."))
    moment = _one_of(cells, mapping.moment, Moment)
    taken_on = _day(cells, mapping, context.today)
    answers = {what: _answer(cells, column, what, context.key) for column, what in read.items()}
    if all(isinstance(given, Nothing) for given in answers.values()):
        raise Rejected("", ValueKind.ROW, Sentence("The row holds no answer at all."))
    label = "" if mapping.label is None else cells.text(mapping.label)
    if len(label) > LONGEST_LABEL:
        raise cells.reject(
            str(mapping.label), Sentence("A label has at most %(most)s characters.", most=LONGEST_LABEL)
        )
    return AssessmentDraft(
        site_id=site_id, group=_one_of(cells, mapping.group, AttitudeGroup), moment=moment, taken_on=taken_on,
        origin_key=origins.of_row(cells), label=label, training_id=_training(cells, mapping, context, site_id, moment, taken_on),
        answers={item: _whole(given) for item, given in answers.items() if isinstance(item, int)},
        scores={name: given for name, given in answers.items() if isinstance(name, str)} if mapping.scores else None,
    )  # fmt: skip


def _one_of(cells: Cells, spec: Translated, words: type[Word]) -> Word:
    word = word_in(cells, spec, is_open=True)
    plain = "" if isinstance(word, Nothing) else re.sub(r"[\s-]+", "_", folded(word))
    if plain not in set(words):
        known = ", ".join(one.value for one in words)
        raise cells.reject(
            str(spec.column),
            Sentence("This is none of: %(known)s. Say in `values` what it means.", known=known),
        )
    return words(plain)


def _day(cells: Cells, mapping: AttitudesMapping, today: date) -> date:
    if not isinstance(mapping.taken_on, Clock):
        return mapping.taken_on
    day = day_in(cells, mapping.taken_on)
    if isinstance(day, Nothing):
        raise cells.reject(
            mapping.taken_on.column, Sentence("A questionnaire needs the day on which it was filled in.")
        )
    if day > today:
        why = Sentence("The date lies in the future.")
        raise Rejected(mapping.taken_on.column, ValueKind.DATE_OUT_OF_RANGE, why)
    return day


def _training(
    cells: Cells, mapping: AttitudesMapping, context: Context, site_id: UUID, moment: Moment, taken_on: date
) -> UUID | None:
    """The training that a row names; where it names none, it is of none."""
    if mapping.course is None or mapping.trained_on is None:
        return None
    course, held_on = word_in(cells, mapping.course, is_open=True), day_in(cells, mapping.trained_on)
    if isinstance(course, Nothing) and isinstance(held_on, Nothing):
        return None
    found = None
    if not isinstance(course, Nothing) and not isinstance(held_on, Nothing):
        found = context.trainings.get((" ".join(course.split()).casefold(), site_id, held_on))
    if found is None or isinstance(held_on, Nothing):
        raise cells.reject(
            mapping.trained_on.column,
            Sentence("No training of this course was held at this site on this day."),
        )
    why = why_not_around(moment, taken_on, held_on)
    if why is not None:
        raise cells.reject(mapping.trained_on.column, why)
    return found


def _answer(cells: Cells, column: str, what: int | str, key: ScoringKey) -> float | Nothing:
    nothing = cells.nothing(column)
    if nothing is not None:
        return nothing
    text = cells.text(column)
    if isinstance(what, int):
        found = _WHOLE.fullmatch(text)
        value = float(found[1]) if found else None
    else:
        value = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if value is None or not key.lowest <= value <= key.highest:
        raise cells.reject(
            column,
            Sentence(
                "Not a number from %(low)s to %(high)s. Say in `nothing` what this word stands for, or mend the cell.",
                low=key.lowest,
                high=key.highest,
            ),
        )
    return value


def _whole(given: float | Nothing) -> int | Nothing:
    return given if isinstance(given, Nothing) else int(given)
