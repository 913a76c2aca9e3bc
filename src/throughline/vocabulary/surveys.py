"""Words of surveys: what an instrument asks, and what a form is once it has been read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from throughline.vocabulary.nothing import Nothing

DEFAULT_LANGUAGE = "default"  # of a form that names no language


class QuestionType(StrEnum):
    """What kind of answer a question takes, by the names of XLSForm."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    ACKNOWLEDGE = "acknowledge"
    GEO = "geo"  # a point, a line or an area
    BARCODE = "barcode"
    FILE = "file"  # a picture, a recording, any file
    NOTE = "note"  # shown, never answered
    CALCULATE = "calculate"  # worked out by the form
    METADATA = "metadata"  # what a device would tell of itself: never kept


NUMBERS = frozenset({QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.RANGE})
SEVERAL = frozenset({QuestionType.SELECT_MULTIPLE, QuestionType.RANK})
CHOSEN = frozenset({QuestionType.SELECT_ONE, *SEVERAL})
UNANSWERED = frozenset({QuestionType.NOTE, QuestionType.METADATA})
FILE_GIVEN = "given"  # all that an answer says of a picture, a recording or a file: never its name
FILE_REFUSED = (
    "refused"  # one was given where there was no network, and what arrived is of no kind that is kept
)
# in what is asked, what a person writes or says in their own words, where they are, what they show
SENSITIVE = frozenset({QuestionType.TEXT, QuestionType.GEO, QuestionType.BARCODE, QuestionType.FILE})


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a question offers. `nothing`: it is no answer but a kind of nothing (declined, don't know ...)."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    nothing: Nothing | None = None

    def label(self, language: str = "") -> str:
        """The choice's words in a language, else in one that it has, else its name."""
        return self.labels.get(language) or next(filter(None, self.labels.values()), self.name)

    def as_json(self) -> dict[str, Any]:
        """As stored with an instrument's version."""
        plain: dict[str, Any] = {"name": self.name, "labels": dict(self.labels)}
        return plain | ({"nothing": self.nothing.value} if self.nothing else {})

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Choice:
        """What `as_json` gave."""
        nothing = row.get("nothing")
        return cls(str(row["name"]), dict(row["labels"]), Nothing(nothing) if nothing else None)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    `path`: names from the form's root down, joined by "/", without the root: as ODK and Kobo head their columns.
    `repeat`: path of the repeat that it stands in ("" for none), with [] after each repeat around that one
    (`visit[]/drug`); an answer there is keyed `visit[1]/drug[2]/name`.
    `choices`: None where none are offered, or where they are not in the form itself (a file beside it).
    `is_conditional`: it, or a group around it, is shown only where something else was answered.
    `is_of_words`: the form works it out of what somebody wrote, of where they were, or of what a device told of itself.
    `made_of`: names of all questions that the form works it out of, in however many steps.
    """

    path: str
    type: QuestionType
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] | None = None
    repeat: str = ""
    is_required: bool = False
    is_conditional: bool = False
    is_of_words: bool = False
    made_of: frozenset[str] = frozenset()

    @property
    def is_sensitive(self) -> bool:
        """Whether answers are own words, or may be: choices that are not in the form can be names typed in a repeat."""
        return self.type in SENSITIVE or self.is_of_words or (self.type in CHOSEN and self.choices is None)

    @property
    def repeats(self) -> frozenset[str]:
        """Paths of all repeats that it stands in."""
        pieces = self.repeat.split("[]")
        return frozenset("".join(pieces[: count + 1]) for count in range(len(pieces))) - {""}

    @property
    def name(self) -> str:
        """The last name of the path."""
        return self.path.rpartition("/")[2]

    def label(self, language: str = "") -> str:
        """The question's words in a language, else in one that it has, else its name."""
        return self.labels.get(language) or next(filter(None, self.labels.values()), self.name)

    def as_json(self) -> dict[str, Any]:
        """As stored with an instrument's version."""
        return {
            "path": self.path,
            "name": self.name,
            "type": self.type.value,
            "labels": dict(self.labels),
            "choices": None if self.choices is None else [one.as_json() for one in self.choices],
            "repeat": self.repeat,
            "is_required": self.is_required,
            "is_conditional": self.is_conditional,
            "is_of_words": self.is_of_words,
        } | ({"made_of": sorted(self.made_of)} if self.made_of else {})

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Question:
        """What `as_json` gave."""
        choices = row["choices"]
        return cls(
            str(row["path"]), QuestionType(row["type"]), dict(row["labels"]),
            None if choices is None else tuple(Choice.from_json(one) for one in choices),
            str(row["repeat"]), bool(row["is_required"]), bool(row["is_conditional"]), bool(row.get("is_of_words")),
            frozenset(row.get("made_of", ())),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class InstrumentDraft:
    """A form as read from a file, before anybody has kept it.

    `content` is the untouched file, `xform` what it was compiled to, `content_hash` the file's SHA-256 in hexadecimal.
    `form_id` and `version` are the form's own words ("" where it says none); `warnings` are the compiler's, in English.
    """

    file_name: str
    content: bytes = field(repr=False)
    xform: str = field(repr=False)
    form_id: str
    version: str
    title: str
    questions: tuple[Question, ...]
    languages: tuple[str, ...]
    content_hash: str
    warnings: tuple[str, ...] = ()

    def questions_json(self) -> list[dict[str, Any]]:
        """The questions as stored with an instrument's version."""
        return [one.as_json() for one in self.questions]


_PLACE = re.compile(r"\[\d+\]")


def asked_path(key: str) -> str:
    """The path of the question that an answer's key is of: without the numbers of its repeats."""
    return _PLACE.sub("", key)
