"""A filled form's XML -> answers by path. Pure.

What a form's relevance hid is not in the XML: it was not applicable. What was shown and left empty was not recorded. A
choice that the form itself names so is declined, don't know or not applicable. Of pictures, recordings and files an answer says
that one was given, and never its name.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

from throughline.exchange.xlsform.tree import FORM_BYTES, FORM_ELEMENTS, local, tree_of
from throughline.rules.answers import said
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import (
    FILE_GIVEN,
    NUMBERS,
    SEVERAL,
    UNANSWERED,
    Question,
    QuestionType,
    asked_path,
)

MAX_ANSWERS = 20_000
MAX_DIGITS = 18
_UUID = "uuid:"
Filled = str | bytes | Element  # a filled form, as it was sent or as `tree_of` read it
MOMENTS: Mapping[QuestionType, Callable[[str], object]] = {
    QuestionType.DATE: datetime.fromisoformat,
    QuestionType.TIME: time.fromisoformat,
    QuestionType.DATETIME: datetime.fromisoformat,
}


def answers_of(questions: Sequence[Question], given: Filled) -> dict[str, Any]:
    """What was answered, by path: a number, a word, a list of words, an ISO date or time, or {"nothing": kind}.

    In a repeat the keys are `repeat[1]/name`, from 1. Notes, and what a device told of itself, are left out. Raises
    Invalid for what is no filled form, answers what is not asked, or is of another kind than the question.
    """
    repeats = frozenset().union(*(one.repeats for one in questions))
    found, stands = _laid_out(_root(given), repeats, _known(questions))
    by_path = {one.path: one for one in questions}
    for key, text in found.items():
        if text and asked_path(key) not in by_path:
            raise _strange(key)
    answers: dict[str, Any] = {}
    for question in questions:
        if question.type in UNANSWERED:
            continue
        for key in _keys(question, stands):
            answers[key] = _answer(question, key, found.get(key))
            if len(answers) > MAX_ANSWERS:
                raise Invalid(
                    Sentence("The form holds more than %(most)s answers, as no form does.", most=MAX_ANSWERS)
                )
    return answers


def submission_of(given: Filled) -> UUID | None:
    """The id that the form gave itself; None where it has none that is one."""
    for element in _root(given).iter():
        if local(element) == "instanceID":
            try:
                return UUID((element.text or "").strip().removeprefix(_UUID))
            except ValueError:
                return None
    return None


def files_named(questions: Sequence[Question], given: Filled) -> dict[str, str]:
    """Key of an answer -> the name by which the form speaks of the file that was given there."""
    asked = [one for one in questions if one.type is QuestionType.FILE]
    if not asked:
        return {}
    repeats = frozenset().union(*(one.repeats for one in questions))
    found, stands = _laid_out(_root(given), repeats, _known(questions))
    return {key: found[key] for one in asked for key in _keys(one, stands) if found.get(key)}


def names_in_half(questions: Sequence[Question], given: Filled) -> frozenset[str]:
    """The names of files in a half-filled form; none where it cannot be read, for nothing is checked of one."""
    try:
        return frozenset(files_named(questions, given).values())
    except Invalid:
        return frozenset()


def check_same_form(xform: str, given: Filled) -> None:
    """Raises Invalid where the answers are of another form, or of another version of it."""
    form = tree_of(xform, most_bytes=FORM_BYTES, most_elements=FORM_ELEMENTS)
    model = next(one for one in form.iter() if local(one) == "instance")
    if _marks(next(iter(model))) != _marks(_root(given)):
        raise Invalid(
            Sentence("These answers are of another form, or of another version of it. Open the form again.")
        )


def _marks(root: Element) -> tuple[str, str, str]:
    version = next((value for name, value in root.attrib.items() if name.endswith("version")), "")
    return local(root), root.get("id", ""), version


def _root(given: Filled) -> Element:
    return given if isinstance(given, Element) else tree_of(given)


def _known(questions: Sequence[Question]) -> frozenset[str]:
    """Paths of the questions and of all groups around them."""
    known: set[str] = set()
    for question in questions:
        path = question.path
        while path and path not in known:
            known.add(path)
            path = path.rpartition("/")[0]
    return frozenset(known)


def _is_of_the_form(path: str) -> bool:
    """What a form keeps for itself: its marks, and how often a repeat comes."""
    return path == "meta" or path.endswith("_count")


def _strange(key: str) -> Invalid:
    return Invalid(Sentence("The form has no question %(path)s: it is another version.", path=key[:80]))


def _laid_out(
    root: Element, repeats: frozenset[str], known: Collection[str]
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Key -> text of every element that holds no other; and for each repeat the keys under which it stands.

    Nothing is laid out that the form does not know: a stranger's names would be written out once for each element.
    """
    found: dict[str, str] = {}
    stands: dict[str, list[str]] = defaultdict(list)
    waiting: list[tuple[Element, str, str]] = [(root, "", "")]
    while waiting:
        element, path, key = waiting.pop()
        counts: dict[str, int] = defaultdict(int)
        parts = list(element)
        if not parts and path:
            if key in found:
                raise Invalid(Sentence("The form answers %(path)s twice.", path=key[:80]))
            found[key] = (element.text or "").strip()
        for part in parts:
            inner, own = (
                f"{path}{'/' if path else ''}{local(part)}",
                f"{key}{'/' if key else ''}{local(part)}",
            )
            if inner not in known:
                if not _is_of_the_form(inner) and any(text.strip() for text in part.itertext()):
                    raise _strange(own)
                continue
            if inner in repeats:
                counts[inner] += 1
                own = f"{own}[{counts[inner]}]"
                stands[inner].append(own)
            waiting.append((part, inner, own))
    return found, stands


def _keys(question: Question, stands: dict[str, list[str]]) -> Iterator[str]:
    """Where a question may be answered: once, or once in each instance of the repeat around it."""
    if not question.repeat:
        yield question.path
        return
    around = max(question.repeats, key=len)
    for key in stands.get(around, ()):
        yield key + question.path.removeprefix(around)


def _answer(question: Question, key: str, text: str | None) -> Any:
    """`text`: None where the form did not hold the question at all."""
    if text is None and question.is_conditional:
        return {"nothing": Nothing.NOT_APPLICABLE.value}
    if not text:
        return {"nothing": Nothing.NOT_RECORDED.value}
    if question.type is QuestionType.FILE:
        return FILE_GIVEN
    value = _value(question, key, text)
    kind = said(question, value)
    return {"nothing": kind.value} if isinstance(kind, Nothing) else value


def _value(question: Question, key: str, text: str) -> Any:
    if question.type in NUMBERS:
        return _number(question, key, text)
    if question.type in SEVERAL:
        words = text.split()
        _check_choices(question, key, words)
        return words
    if question.type is QuestionType.SELECT_ONE:
        _check_choices(question, key, [text])
        return text
    if question.type in MOMENTS and not is_moment(question.type, text):
        raise _wrong(key, "a date or time", text)
    return text


def _number(question: Question, key: str, text: str) -> int | float:
    """Whole where it is written so: what a person typed as 12 is not 12.0."""
    is_short = len(text) <= MAX_DIGITS + 2
    try:
        if question.type is QuestionType.INTEGER or text.lstrip("-").isdecimal():
            number: int | float = int(text) if is_short and text.isascii() else float("nan")
        else:
            number = float(text)
    except ValueError:
        raise _wrong(key, "a number", text) from None
    if not math.isfinite(number):
        raise _wrong(key, "a number", text)
    return number


def _check_choices(question: Question, key: str, words: Sequence[str]) -> None:
    if question.choices is None:
        return
    offered = {one.name for one in question.choices}
    for word in words:
        if word not in offered:
            raise _wrong(key, "one of its choices", word)


def is_moment(kind: QuestionType, text: str) -> bool:
    """Whether the whole of a text is a date or time as ISO 8601 writes it, of one of MOMENTS."""
    try:
        MOMENTS[kind](text)
    except ValueError:
        return False
    return True


def _wrong(key: str, what: str, text: str) -> Invalid:
    # the answer itself stays out of the sentence, which may be logged
    return Invalid(
        Sentence("The answer to %(path)s is not %(what)s (%(length)s characters).", path=key[:80], what=what, length=len(text))
    )  # fmt: skip
