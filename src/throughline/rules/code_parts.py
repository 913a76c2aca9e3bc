"""Elements of a self-generated code: what of an answer counts, and which answers are never kept as they are. Pure.

An element is compared as it is after what does not count was taken off: letter case, accents, spaces and punctuation, as
whoever names it says. What is left and is digits alone counts as a number: 07 is 7.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from throughline.rules.answers import said
from throughline.vocabulary.code_parts import CodeElement, Ignored
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import NUMBERS, Question, QuestionType

# What can be an element: one short answer, from a question outside repeats.
ELEMENTS = frozenset({*NUMBERS, QuestionType.TEXT, QuestionType.SELECT_ONE})
_WHOLE = re.compile(r"([0-9]+)\.0+")  # how a number is written that is whole


def normalised(element: CodeElement, given: Any) -> str | None:
    """What of an answer counts; None where nothing is left of it."""
    text = unicodedata.normalize("NFKC", str(given)).strip()
    whole = _WHOLE.fullmatch(text)
    text = whole[1] if whole else text
    if Ignored.ACCENTS in element.ignores:
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(one for one in apart if not unicodedata.combining(one))
    if Ignored.CASE in element.ignores:
        text = text.casefold()
    if Ignored.SPACES in element.ignores:
        text = "".join(one for one in text if one.isalnum())
    if text.isascii() and text.isdigit():
        text = text.lstrip("0") or "0"
    return unicodedata.normalize("NFC", text) or None


def element_values(
    elements: Sequence[CodeElement], questions: Iterable[Question], answers: Mapping[str, Any]
) -> list[str | None]:
    """By position what was answered, as it counts; None for an element that is not there."""
    asked = list(questions)
    found: list[str | None] = []
    for element in elements:
        there = _standing(element, asked)
        is_one = len(there) == 1 and there[0].type in ELEMENTS and not there[0].repeat
        given = said(there[0], answers.get(there[0].path)) if is_one else Nothing.NOT_ASKED
        found.append(None if isinstance(given, Nothing) else normalised(element, given))
    return found


def _standing(element: CodeElement, asked: Sequence[Question]) -> list[Question]:
    """An element's own question; where the form has none at its path, as another version of it, whatever has its name there."""
    at_path = [one for one in asked if one.path == element.path]
    return at_path or [one for one in asked if one.name.casefold() == _name(element).casefold()]


def _name(element: CodeElement) -> str:
    return element.path.rpartition("/")[2]


def withheld(elements: Iterable[CodeElement], questions: Iterable[Question]) -> frozenset[str]:
    """Paths whose answers are never kept as they are: elements, and whatever the form works out of them."""
    asked = list(questions)
    named = {one.path: _name(one) for one in elements}
    named |= {there.path: there.name for one in elements for there in _standing(one, asked)}
    names = set(named.values())
    return frozenset(named) | {one.path for one in asked if one.made_of & names}
