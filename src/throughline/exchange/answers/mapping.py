"""What the columns of a file of answers mean (docs/mappings.md shows every key)."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from throughline.exchange.table.mapping import (
    Clock,
    Columns,
    Mapping,
    Nothings,
    Part,
    Values,
    Word,
    Words,
)
from throughline.exchange.table.unfit import Unfit
from throughline.vocabulary.errors import Sentence

SOURCES = ("csv", "redcap", "kobo", "odk")
KINDS = ("number", "choice", "choices", "text", "date")


class Only(Part):
    """Rows of which a column says one of some words."""

    column: str
    words: Words


def _strings(given: Any) -> Any:
    """YAML reads 0, 1 and yes as numbers and truths; in a file they are words."""
    if isinstance(given, list):
        return [_word(one) for one in given]
    return _word(given)


def _word(given: Any) -> Any:
    return str(given) if isinstance(given, int | float) and not isinstance(given, bool) else given


class OnlySaid(Only):
    words: Annotated[Words, BeforeValidator(_strings)]


class AnswerColumn(Part):
    """One question. `code`: its name in Throughline, where it is not to be the column's. `values`: word -> choice or number.

    `columns`: of a question with a column for each choice, choice -> column; a cell that says yes or 1 chose it.
    """

    names_columns: ClassVar[tuple[str, ...]] = ("column",)

    column: str | None = None
    columns_of: MappingOf[str, str] = {}
    code: str = Field(default="", max_length=60, pattern=r"^[A-Za-z0-9_-]*$")
    kind: Literal["number", "choice", "choices", "text", "date"] = "number"
    values: Values = {}
    nothing: Nothings = {}
    separator: str = " "

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.column is None) == (not self.columns_of):
            raise Unfit(Sentence("write either `column`, or `columns_of` with a column for each choice"))
        if self.columns_of and self.kind != "choices":
            raise Unfit(Sentence("`columns_of` goes with `kind: choices`"))
        if self.columns_of and not self.code:
            raise Unfit(Sentence("a question of several columns needs a `code`"))
        if self.kind in ("choice", "choices") and not self.columns_of and not self.values:
            raise Unfit(
                Sentence("say in `values` what may be chosen: the file's word and the choice that it is")
            )
        return self

    def columns(self) -> Any:
        yield from super().columns()
        yield from self.columns_of.values()


def _once(asked: tuple[AnswerColumn, ...]) -> tuple[AnswerColumn, ...]:
    codes = [one.code or one.column for one in asked]
    twice = sorted({str(code) for code in codes if codes.count(code) > 1})
    if twice:
        raise Unfit(
            Sentence(
                "the question `%(code)s` is there twice; give one of them another `code`", code=twice[0][:40]
            )
        )
    return asked


class AnswersMapping(Mapping):
    """A row is one person's answers in a wave.

    Without `questions` the wave's form says what is asked, or a data dictionary does (`source` redcap).
    """

    kind: Literal["answers"] = "answers"
    source: Literal["csv", "redcap", "kobo", "odk"] = "csv"
    site: Word
    answered: Clock | date  # the column of the day, or one day for all
    only: OnlySaid | None = (
        None  # the rows of this wave, or of one event; the others are left out and counted
    )
    consent: OnlySaid | None = None  # who agreed; without it, every row is of somebody who did
    link: OnlySaid | None = None  # who agreed to have waves linked; without it, nobody's code is kept
    questions: Annotated[tuple[AnswerColumn, ...], AfterValidator(_once)] = ()
    hidden: Literal["not_applicable", "not_recorded"] = (
        "not_recorded"  # an empty cell of a conditional question
    )
    decimal: Literal[".", ","] = "."  # a number in which the other one stands before three digits is rejected
    read: Columns | None = None  # of a form or dictionary, these questions alone, by name
