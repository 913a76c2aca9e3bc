"""Which numbers a response's answers become: the long rows that a freeze holds. Pure.

A number stays a number. One choice of several becomes its number where all choices have numbers for names, 1 and 0 where
they are yes and no, else a row of 1 or 0 for each choice (`route-smoke`); several choices always the latter. What people
wrote, where they were, when, what a form works out of these, and what stands in repeats is no measure. Each kind of nothing
stays what it is. A number of a thousand million or more measures nothing (it is mostly that of a telephone): who gave it is told as
not recorded, so that nobody who was asked is missing from those who were asked.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import NUMBERS, Choice, Question, QuestionType

LONGEST = 60  # of a question's code
MOST = Decimal(10) ** 9  # larger numbers measure nothing: they are mostly telephone numbers
THOUSANDTH = Decimal("0.001")
YES_NO = {"yes": 1, "true": 1, "y": 1, "no": 0, "false": 0, "n": 0}
MEASURED = frozenset(
    {*NUMBERS, QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE, QuestionType.ACKNOWLEDGE, QuestionType.CALCULATE}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: a question's code, and a number or which kind of nothing."""

    question: str
    value: Decimal | Nothing


def codes_of(questions: Sequence[Question]) -> dict[str, str]:
    """Path -> code, of the questions that are measured: the name where it is the only one, else the whole path."""
    return {path: code for (path, choice), code in _layout(questions).items() if choice is None}


def _layout(questions: Sequence[Question]) -> dict[tuple[str, str | None], str]:
    """(Path, choice) -> code; choice None: the question's own. No code stands for two, whatever they are called."""
    measured = [one for one in questions if one.type in MEASURED and not one.repeat and not one.is_sensitive]
    names = Counter(one.name for one in measured)
    codes: dict[tuple[str, str | None], str] = {}
    taken: set[str] = set()

    def take(path: str, choice: str | None, name: str) -> None:
        code = _code(name)
        codes[path, choice] = _marked(code, f"{path}:{choice}") if code in taken else code
        taken.add(codes[path, choice])

    for one in measured:
        take(one.path, None, one.name if names[one.name] == 1 else one.path)
    for one in measured:
        for choice in one.choices or ():
            take(one.path, choice.name, f"{codes[one.path, None]}-{choice.name}")
    return codes


def measures_of(
    questions: Sequence[Question], answers: Mapping[str, Any], only: Collection[str] | None = None
) -> Iterator[Measure]:
    """The rows of a response. A question that `answers` does not hold was not recorded.

    `only`: paths of the questions that were asked; of others there is no row. Codes are those of all `questions`.
    """
    codes = _layout(questions)
    for question in questions:
        if (question.path, None) in codes and (only is None or question.path in only):
            yield from _measures(question, codes, said(question, answers.get(question.path)))


def said(question: Question, given: Any) -> Any:
    """A value as it was given, or the kind of nothing that it is: told so, named so by the form, or silence.

    An empty set is no silence: several choices were offered, and none of them was taken.
    """
    if isinstance(given, Mapping):
        return Nothing(given["nothing"])
    if given is None or given in ("", [], ()):
        return Nothing.NOT_RECORDED
    if isinstance(given, Nothing):
        return given
    nothings = {choice.name: choice.nothing for choice in question.choices or () if choice.nothing}
    words = given if isinstance(given, list | tuple | frozenset) else [given]
    # A list of choices of which one says nothing: nothing else that was ticked beside it is certain.
    return next((nothings[word] for word in map(str, words) if word in nothings), given)


def _measures(
    question: Question, codes: Mapping[tuple[str, str | None], str], given: Any
) -> Iterator[Measure]:
    code = codes[question.path, None]
    choices = [choice for choice in question.choices or () if choice.nothing is None]
    if question.type is QuestionType.SELECT_MULTIPLE:
        yield from _each(question, codes, choices, given)
    elif question.type is QuestionType.SELECT_ONE and choices:
        meant = _numbers_of(choices)
        if meant is None:
            yield from _each(question, codes, choices, given)
        elif isinstance(given, Nothing):
            yield Measure(code, given)
        elif str(given) in meant:
            yield Measure(code, meant[str(given)])
    elif isinstance(given, Nothing):
        yield Measure(code, given)
    else:
        number = Decimal(1) if question.type is QuestionType.ACKNOWLEDGE else number_of(given)
        if number is None and question.type in NUMBERS:
            yield Measure(code, Nothing.NOT_RECORDED)
        elif number is not None:
            yield Measure(code, number)


def _each(
    question: Question, codes: Mapping[tuple[str, str | None], str], choices: Sequence[Choice], given: Any
) -> Iterator[Measure]:
    chosen = set() if isinstance(given, Nothing) else set(map(str, _several(given)))
    for choice in choices:
        value = given if isinstance(given, Nothing) else Decimal(choice.name in chosen)
        yield Measure(codes[question.path, choice.name], value)


def _several(given: Any) -> Collection[Any]:
    return given if isinstance(given, list | tuple | frozenset) else str(given).split()


def _numbers_of(choices: Sequence[Choice]) -> dict[str, Decimal] | None:
    """What each choice's name counts as; None where names are words."""
    names = [choice.name for choice in choices]
    if all(name.casefold() in YES_NO for name in names):
        return {name: Decimal(YES_NO[name.casefold()]) for name in names}
    numbers = {name: number_of(name) for name in names}
    return {name: one for name, one in numbers.items() if one is not None} if all(
        one is not None for one in numbers.values()
    ) else None  # fmt: skip


def number_of(given: Any) -> Decimal | None:
    """A number to the thousandth; None for what is none, or is too large to measure anything."""
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= MOST:
        return None
    kept = number.quantize(THOUSANDTH)
    return kept if abs(kept) < MOST else None


def _code(name: str) -> str:
    """Letters, digits, - and _, at most LONGEST; what had to be cut ends in a piece of its hash."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "q"
    return plain if len(plain) <= LONGEST else _marked(plain, name)


def _marked(code: str, by: str) -> str:
    return f"{code[: LONGEST - 9]}-{hashlib.sha256(by.encode()).hexdigest()[:8]}"
