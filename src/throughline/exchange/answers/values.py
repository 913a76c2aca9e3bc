"""A cell, or the cells of several columns, -> the answer to a question. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.plan import Planned
from throughline.exchange.table.cells import UNTRANSLATED, Cells, day_in
from throughline.exchange.table.mapping import Clock, folded
from throughline.exchange.xlsform.submission import MOMENTS, is_moment
from throughline.rules.answers import number_of
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import CHOSEN, NUMBERS, SEVERAL, QuestionType

_NUMBER = re.compile(r"[+-]?\d{1,40}(?:[.,]\d{1,12})?(?:[eE][+-]?\d{1,2})?")
_THOUSANDS = {
    ".": re.compile(r",\d{3}(?!\d)"),
    ",": re.compile(r"\.\d{3}(?!\d)"),
}  # by the mark that is decimal
TICKED = frozenset({"1", "1.0", "true", "yes", "y", "x", "checked"})
NOT_TICKED = frozenset({"0", "0.0", "false", "no", "n", "", "unchecked"})
NOT_BEGUN = frozenset({"", "0", "incomplete"})
MOST_LISTED = 2_000  # characters of a list of labels
LONGEST = 20_000  # characters of a text


def answer_of(cells: Cells, one: Planned, mapping: AnswersMapping) -> Any:
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
        return _number(cells, one, given, mapping) if one.question.type in NUMBERS else given
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
        return _number(cells, one, text, mapping)
    if kind in MOMENTS:
        return _moment(cells, kind, mapping, column)
    if kind in SEVERAL:
        pieces = [folded(piece) for piece in text.split(one.separator or " ") if piece.strip()]
        # labels hold blanks: where they are what was exported, the whole cell may be one
        pieces = _labels_in(folded(text), one) or pieces
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


def _labels_in(text: str, one: Planned) -> list[str]:
    """The labels that a cell lists with nothing but blanks between them, where that is so in one way alone; else []."""
    if text in one.words:
        return [text]
    if not any(" " in word for word in one.words) or len(text) > MOST_LISTED:
        return []
    ways: dict[int, list[list[str]]] = {
        len(text): [[]]
    }  # place -> the first ways to read what stands from there
    for at in range(len(text) - 1, -1, -1):
        found = []
        for word in one.words if at == 0 or text[at - 1] == " " else ():
            after = at + len(word)
            if word and text.startswith(word, at) and (after == len(text) or text[after] == " "):
                found += [[word, *rest] for rest in ways.get(min(after + 1, len(text)), ())]
        ways[at] = found[:3]
    whole = [way for way in ways[0] if len(set(way)) == len(way)]
    return whole[0] if len(whole) == 1 and len(ways[0]) < 3 else []


def _moment(cells: Cells, kind: QuestionType, mapping: AnswersMapping, column: str) -> str:
    """A day is written as ISO 8601 has it, or as the day of the answers is."""
    text = cells.text(column)
    if is_moment(kind, text):
        return text
    if kind is QuestionType.DATE and isinstance(mapping.answered, Clock) and ":" not in text:
        return str(day_in(cells, Clock(column=column, format=mapping.answered.format)))
    raise cells.reject(column, Sentence("Not a date or time as ISO 8601 writes it (2026-02-28, 14:30)."))


def _number(cells: Cells, one: Planned, text: str, mapping: AnswersMapping) -> Decimal:
    column = str(one.column)
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
    number = Decimal(text.replace(",", "."))
    if number_of(number) is None and not one.question.repeat:
        raise cells.reject(
            column,
            Sentence(
                "A number of a thousand million or more measures nothing here: it is mostly a telephone number. Say in `nothing` what it"
                " stands for, or mend the cell."
            ),
        )
    return number


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
