"""Which columns of a file hold which questions: said by the mapping, or found by the names that a form or dictionary gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from throughline.exchange.answers.mapping import AnswerColumn, AnswersMapping
from throughline.exchange.table.cells import Cells
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.unfit import nearest
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import CHOSEN, SEVERAL, UNANSWERED, Choice, Question, QuestionType

_NO_CODE = re.compile(r"\W", re.ASCII)
TYPES = {
    "number": QuestionType.DECIMAL, "choice": QuestionType.SELECT_ONE, "choices": QuestionType.SELECT_MULTIPLE,
    "text": QuestionType.TEXT, "date": QuestionType.DATE,
}  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """A question and where it stands: one column, or a column for each choice (choice's name -> column).

    `words`: folded word -> choice's name or number; `nothing`: folded word -> kind. `status`: a column that says whether the
    part of the form it is in was begun at all (REDCap's `<form>_complete`).
    """

    question: Question
    column: str | None = None
    ticked: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    nothing: Mapping[str, Nothing] = field(default_factory=dict)
    separator: str = " "
    status: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,) if self.column is not None else tuple(self.ticked.values())


class Beneath(Protocol):
    """What stands in repeats, in tables of its own: `column` names a row of the main table."""

    @property
    def column(self) -> str: ...
    @property
    def planned(self) -> tuple[Planned, ...]: ...
    def of(self, cells: Cells) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Plan:
    """What is read for which question; `repeats`: the same of the tables beside the main one.

    `silent`: a column that is filled in rows which are not a person's answers (REDCap's of forms that repeat).
    """

    planned: tuple[Planned, ...]
    notes: tuple[Sentence, ...] = ()
    repeats: Beneath | None = None
    silent: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read for an answer."""
        status = [one.status for one in self.planned if one.status is not None]
        link = [self.repeats.column] if self.repeats is not None else []
        link += [self.silent] if self.silent is not None else []
        return tuple(
            dict.fromkeys([*(column for one in self.planned for column in one.columns), *status, *link])
        )

    @property
    def questions(self) -> tuple[Question, ...]:
        beneath = self.repeats.planned if self.repeats is not None else ()
        return tuple(one.question for one in (*self.planned, *beneath))


def planned_by_mapping(mapping: AnswersMapping) -> Plan:
    """Every question as the mapping says it; its path is its code."""
    return Plan(tuple(_said(one) for one in mapping.questions))


def _said(one: AnswerColumn) -> Planned:
    code = one.code or str(one.column)
    names = list(dict.fromkeys([*one.columns_of, *one.values.values()]))
    choices = tuple(Choice(name) for name in names) if one.kind in ("choice", "choices") else None
    question = Question(code, TYPES[one.kind], {}, choices)
    return Planned(question, one.column, dict(one.columns_of), one.values, one.nothing, one.separator)


def planned_by_questions(
    header: Sequence[str],
    questions: Iterable[Question],
    mapping: AnswersMapping,
    status: Mapping[str, str] | None = None,
) -> Plan:
    """Questions of a form or a dictionary, found in the header. Those in repeats stand in tables of their own.

    `status`: question's path -> column that says whether its part was begun. What is found nowhere is told, too.
    """
    asked = [one for one in questions if one.type not in UNANSWERED]
    alone = [one for one in asked if not one.repeat]
    if mapping.read is not None:
        alone = [one for one in alone if {one.name, one.path} & set(mapping.read)]
    places = Places(header, alone)
    found = [
        one for one in (found_in(question, places, mapping, status) for question in alone) if one is not None
    ]
    return Plan(tuple(found), tuple(_notes(header, alone, found)))


class Places:
    """The columns of a header by their folded names."""

    def __init__(self, header: Sequence[str], questions: Sequence[Question], *, within: str = "") -> None:
        """`within`: the repeat that the table is of; what stands in it may be named from there."""
        self.within = within and f"{within}/"
        self.columns = {folded(name): name for name in reversed(header) if name}
        self._once = Counter(folded(name) for name in header)
        self.names = Counter(question.name for question in questions)
        self.folded = frozenset(map(folded, self.names))
        self._labels = Counter(label for question in questions for label in _labels(question.labels))

    def of(self, question: Question) -> Iterator[str]:
        """How exports head a question: its whole path, or its name where no other has it."""
        for path in dict.fromkeys((question.path, question.path.removeprefix(self.within))):
            for joined in ("/", "-", ".", ":"):
                yield path.replace("/", joined)
        if self.names[question.name] == 1:
            yield question.name
        # last, as exports with labels write it: where neither another question nor another column is called so
        for label in _labels(question.labels):
            if self._labels[label] == 1 and self._once[label] < 2 and label not in self.folded:
                yield label

    def column(self, name: str) -> str | None:
        return self.columns.get(folded(name))


def _labels(labels: Mapping[str, str]) -> set[str]:
    return {folded(label) for label in labels.values() if label.strip()}


def found_in(
    question: Question, places: Places, mapping: AnswersMapping, status: Mapping[str, str] | None = None
) -> Planned | None:
    """Where a question stands in a table; None: nowhere. `status` as for `planned_by_questions`."""
    # the mapping has the last word, so that a code which it calls nothing is none of the form's choices
    own = {folded(one.name): one.nothing for one in question.choices or () if one.nothing}
    nothing = {**own, **mapping.nothing}
    begun = places.column(status[question.path]) if status and question.path in status else None
    column = next((there for name in places.of(question) if (there := places.column(name))), None)
    if question.type in SEVERAL and question.choices:
        ticked = _columns_of_choices([choice.name for choice in question.choices], question, places)
        if not ticked and column is None:
            ticked = _columns_of_labels(question, places)
        if ticked:
            # REDCap has a column for each code of what is missing as well, which is no choice of the question
            missing = _columns_of_choices([code for code in nothing if code], question, places)
            ticked |= {code: there for code, there in missing.items() if there not in ticked.values()}
            return Planned(question, None, ticked, {}, nothing, status=begun)
    if column is None:
        return None
    return Planned(question, column, {}, _words(question), nothing, status=begun)


def _columns_of_choices(names: Iterable[str], question: Question, places: Places) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        heads = (
            f"{path}{joined}{code}"
            for path in places.of(question)
            for joined in ("/", "___", ".", ":")
            for code in _codes(name)
        )
        there = next((column for head in heads if (column := places.column(head))), None)
        if there is not None and there not in found.values():
            found[name] = there
    return found


def _columns_of_labels(question: Question, places: Places) -> dict[str, str]:
    """A column for each choice, headed with its label: 'Which kits? (choice=Pipe)', 'kits/Pipe', or as one program joins names: 'kits_1'.

    All of them, or none: nothing else tells such a column from another question's.
    """
    choices, paths = question.choices or (), tuple(places.of(question))
    found: dict[str, str] = {}
    for choice in choices:
        labels = _labels(choice.labels)
        heads = (
            *(f"{path} (choice={label})" for path in paths for label in labels),
            *(f"{path}/{label}" for path in paths for label in labels),
            *(f"{path}_{choice.name}" for path in paths),
        )
        own = (
            column for head in heads if folded(head) not in places.folded and (column := places.column(head))
        )
        there = next(own, None)
        if there is not None and there not in found.values():
            found[choice.name] = there
    return found if len(found) == len(choices) else {}


def _words(question: Question) -> dict[str, str]:
    """What a form's choices are called -> their names."""
    words: dict[str, str] = {}
    for choice in (question.choices or ()) if question.type in CHOSEN else ():
        for label in (
            *choice.labels.values(),
            choice.name,
        ):  # the name last: it stands where two say the same
            words[folded(label)] = choice.name
    return words


def as_asked(plan: Plan, asked: Mapping[str, Question]) -> Plan:
    """The same columns for the questions of a form, so that answers are what the form's own would be."""
    return replace(
        plan,
        planned=tuple(
            replace(one, question=question, words=one.words or ({} if one.ticked else _words(question)))
            for one in plan.planned
            for question in [asked[one.question.path]]
        ),
    )


def misfits(one: Planned) -> Iterator[Sentence]:
    """What a mapping says of a question that its form does not offer."""
    asked = one.question
    if one.ticked and asked.type not in SEVERAL:
        yield Sentence(
            "The wave's form takes one answer to `%(path)s`, and no column for each choice",
            path=asked.path[:60],
        )
    elif asked.type in CHOSEN and asked.choices is not None:
        offered = {choice.name for choice in asked.choices}
        for name in dict.fromkeys([*one.ticked, *one.words.values()]):
            if name not in offered and name not in one.nothing:
                yield Sentence(
                    "The wave's form does not offer `%(name)s` for `%(path)s`; %(nearest)s",
                    name=name[:60], path=asked.path[:60], nearest=nearest(name, offered),
                )  # fmt: skip
        for choice in asked.choices if one.ticked else ():
            if choice.name not in one.ticked and choice.nothing is None:
                yield Sentence(
                    "There is no column for the choice `%(name)s` of `%(path)s`",
                    name=choice.name[:60],
                    path=asked.path[:60],
                )


def _codes(name: str) -> tuple[str, ...]:
    """How a choice's name stands in a column's: REDCap writes -99 as _99, and 1.5 as 1_5."""
    return tuple(dict.fromkeys((name, _NO_CODE.sub("_", name))))


def _notes(header: Sequence[str], alone: Sequence[Question], found: Sequence[Planned]) -> Iterator[Sentence]:
    there = {one.question.path for one in found}
    absent = [one.path for one in alone if one.path not in there]
    if absent:
        yield Sentence(
            "%(count)s question has no column in the file and is not recorded: %(names)s.",
            "%(count)s questions have no column in the file and are not recorded: %(names)s.",
            count=len(absent), names=", ".join(absent[:10]) + (" ..." if len(absent) > 10 else ""),
        )  # fmt: skip
    read = {column for one in found for column in one.columns}
    unread = sum(1 for name in header if name and name not in read)
    yield Sentence(
        "%(count)s column of the file is no question and was not read as such.",
        "%(count)s columns of the file are no questions and were not read as such.",
        count=unread,
    )
