"""What a form asks, in words that are shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from throughline.vocabulary.surveys import FILE_REFUSED, UNANSWERED, Question, QuestionType, asked_path

TYPES: dict[QuestionType, Promise] = {
    QuestionType.TEXT: _("own words"),
    QuestionType.INTEGER: _("whole number"),
    QuestionType.DECIMAL: _("number"),
    QuestionType.RANGE: _("number on a scale"),
    QuestionType.DATE: _("date"),
    QuestionType.TIME: _("time of day"),
    QuestionType.DATETIME: _("date and time"),
    QuestionType.SELECT_ONE: _("one choice"),
    QuestionType.SELECT_MULTIPLE: _("several choices"),
    QuestionType.RANK: _("choices in order"),
    QuestionType.ACKNOWLEDGE: _("tick"),
    QuestionType.GEO: _("place on the map"),
    QuestionType.BARCODE: _("bar code"),
    QuestionType.FILE: _("picture, recording or file"),
    QuestionType.NOTE: _("shown, not asked"),
    QuestionType.CALCULATE: _("worked out by the form"),
    QuestionType.METADATA: _("told by the device, not kept"),
}
_NUMBER = re.compile(r"\[(\d+)\]")
MOST_CHOICES = 12  # of a question, on a page


@dataclass(frozen=True)
class ShownQuestion:
    """A question as a row of a page."""

    path: str
    label: str
    kind: Promise
    choices: tuple[str, ...]
    more: int
    is_required: bool
    is_conditional: bool
    repeat: str


def shown(questions: Sequence[Question], language: str = "") -> list[ShownQuestion]:
    """Each question in one language."""
    return [_shown(one, language) for one in questions]


def _shown(question: Question, language: str) -> ShownQuestion:
    names = [one.label(language) for one in question.choices or ()]
    return ShownQuestion(
        question.path, question.label(language), TYPES[question.type], tuple(names[:MOST_CHOICES]),
        max(len(names) - MOST_CHOICES, 0), question.is_required, question.is_conditional,
        question.repeat.replace("[]", ""),
    )  # fmt: skip


def languages_told(questions: Sequence[Question], languages: Iterable[str]) -> list[tuple[str, int, int]]:
    """Language, and how many of the questions that are shown have words in it, of how many."""
    asked = [one for one in questions if one.type not in (QuestionType.CALCULATE, QuestionType.METADATA)]
    return [
        (language, sum(bool(one.labels.get(language)) for one in asked), len(asked)) for language in languages
    ]


def kinds_told(questions: Iterable[Question]) -> list[tuple[Promise, int]]:
    """How many questions of each type, the most first."""
    return [(TYPES[kind], count) for kind, count in Counter(one.type for one in questions).most_common()]


def asks_for_files(questions: Iterable[Question]) -> bool:
    """Whether it asks for pictures, recordings or files."""
    return any(one.type is QuestionType.FILE for one in questions)


def answers_told(
    questions: Sequence[Question], answers: Mapping[str, Any], language: str = ""
) -> list[dict[str, Any]]:
    """Answers as rows of a page, as they are asked: the question, the words of what was chosen, or the kind of nothing."""
    by_path = {one.path: one for one in questions if one.type not in UNANSWERED}
    order = {path: place for place, path in enumerate(by_path)}
    # a database need not give back the order in which keys were stored
    keys = sorted(
        answers, key=lambda key: (order[asked_path(key)], [int(one) for one in _NUMBER.findall(key)])
    )
    return [_told(by_path[asked_path(key)], key, answers[key], language) for key in keys]


def _told(question: Question, key: str, given: Any, language: str) -> dict[str, Any]:
    row: dict[str, Any] = {"key": key, "label": question.label(language), "nothing": "", "text": ""}
    if isinstance(given, Mapping):
        return row | {"nothing": given["nothing"]}
    if question.type is QuestionType.FILE:
        is_refused = given == FILE_REFUSED
        text = (
            gettext("a file was given; what arrived of it could not be kept")
            if is_refused
            else gettext("a file was given")
        )
        return row | {"text": text, "is_elsewhere": not is_refused}
    words = {one.name: one.label(language) for one in question.choices or ()}
    several = given if isinstance(given, list) else [given]
    return row | {"text": ", ".join(words.get(str(one), str(one)) for one in several)}
