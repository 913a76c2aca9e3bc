"""What every mapping can say: a small YAML that explains a file's columns to the import (docs/mappings.md)."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from throughline.exchange.table.document import TableShape
from throughline.exchange.table.unfit import Unfit, nearest, told
from throughline.exchange.table.yaml_text import read_yaml
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.sentences import joined

MOST_TOLD = 8  # problems of a mapping told at once
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def folded(text: str) -> str:
    """How words of a file are compared: without case and without differences of blanks."""
    return " ".join(text.split()).casefold()


V = TypeVar("V")


def _fold_keys(words: dict[str, V]) -> dict[str, V]:
    return {folded(word): meaning for word, meaning in words.items()}


class Part(BaseModel):
    """A part of a mapping: frozen, and an unknown key is an error, because it is mostly a misspelt one."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    names_columns: ClassVar[tuple[str, ...]] = ("column",)  # fields that hold names of columns

    def columns(self) -> Iterator[str]:
        """The names of all columns that this part and the parts in it read."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name in self.names_columns and value is not None:
                yield from [value] if isinstance(value, str) else value
            else:
                for part in value if isinstance(value, tuple) else (value,):
                    if isinstance(part, Part):
                        yield from part.columns()


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
Formats = Annotated[tuple[str, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
Words = Annotated[
    frozenset[str],
    BeforeValidator(_one_or_more),
    AfterValidator(lambda words: frozenset(map(folded, words))),
    Field(min_length=1),
]
Values = Annotated[dict[str, str], AfterValidator(_fold_keys)]
Nothings = Annotated[dict[str, Nothing], AfterValidator(_fold_keys)]


class Translated(Part):
    """A word that is the same for every row (`always`), or read from a column and translated by `values`."""

    always: str | None = None
    column: str | None = None
    values: Values = {}
    nothing: Nothings = {}

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.always is None) == (self.column is None):
            raise Unfit(Sentence("write either one word, or `column` with `values`"))
        if self.always is not None and (self.values or self.nothing):
            raise Unfit(Sentence("`values` and `nothing` go with a `column`"))
        return self

    def words(self) -> frozenset[str]:
        """Every word that this can come out as, where that is known."""
        return frozenset(self.values.values() if self.always is None else [self.always])


def _word_or_column(value: Any) -> Any:
    return {"always": value} if isinstance(value, str) else value


Word = Annotated[Translated, BeforeValidator(_word_or_column)]


def known_words(words: type[StrEnum], *more: str) -> AfterValidator:
    """Every word that a part can come out as is one of an enum's (or one of `more`)."""
    allowed = {word.value for word in words} | set(more)

    def check(spec: Any) -> Any:
        found = spec.words() if isinstance(spec, Translated) else frozenset(spec.values())
        for word in sorted(found - allowed):
            raise Unfit(
                Sentence(
                    "`%(word)s` is not known here; %(nearest)s",
                    word=word[:40],
                    nearest=nearest(word, allowed),
                )
            )
        return spec

    return AfterValidator(check)


class Number(Part):
    """A whole number in a column."""

    column: str
    nothing: Nothings = {}


def _column_of_number(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


Count = Annotated[Number, BeforeValidator(_column_of_number)]


_TOKENS = {
    "YYYY": "%Y", "YY": "%y", "MM": "%m", "M": "%m", "Mon": "%b", "DD": "%d", "D": "%d", "HH": "%H", "hh": "%I",
    "mm": "%M", "ss": "%S", "am": "%p",
}  # fmt: skip
_TOKEN = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)))
ISO = "iso"
_YEAR_FIRST = re.compile(r"\d{4}/\d{2}/\d{2}(?=[T ]\d{2}:)")


def as_iso(cell: str) -> str:
    """A time with the year first behind strokes, as maps of cities export it (2024/03/01 14:30:00+00), as ISO 8601 writes it."""
    return cell.replace("/", "-") if _YEAR_FIRST.match(cell) else cell


@functools.lru_cache(maxsize=256)
def pattern_of(text: str) -> str:
    """`DD/MM/YYYY HH:mm` as strptime wants it; `iso` and patterns with % stay. ValueError for anything else."""
    if text == ISO or "%" in text:
        return text
    pattern = _TOKEN.sub(lambda found: _TOKENS[found.group()], text)
    if "%" not in pattern or re.search(r"(?<!%)[A-SU-Za-z]", pattern):
        raise Unfit(
            Sentence("`%(format)s` is no format: use DD, MM, YYYY, HH, mm, ss, or iso", format=text[:40])
        )
    return pattern


class Clock(Part):
    """A column of dates, times or both, with the formats in which they are written; ISO 8601 is always understood."""

    column: str
    format: Formats = (ISO,)

    @model_validator(mode="after")
    def _formats_known(self) -> Self:
        for text in self.format:
            pattern_of(text)
        return self


class When(Part):
    """When a row happened: `at` (date and time in one column), or `date` and perhaps `time`.

    A date without a time counts as midday, so that it stays the same day in every time zone.
    """

    at: Clock | None = None
    date: Clock | None = None
    time: Clock | None = None

    @model_validator(mode="after")
    def _at_or_date(self) -> Self:
        if (self.at is None) == (self.date is None):
            raise Unfit(
                Sentence("write either `at` (date and time in one column) or `date`, perhaps with `time`")
            )
        if self.at is not None and self.time is not None:
            raise Unfit(Sentence("`time` goes with `date`; `at` holds the time already"))
        return self

    @property
    def clock(self) -> Clock:
        """The column that holds the day."""
        return cast("Clock", self.at or self.date)


class FileShape(Part):
    """What cannot be found out about the file."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_line: int = Field(default=0, ge=0)
    merged: Literal["fill", "refuse"] = "refuse"

    def shape(self) -> TableShape:
        delimiter = "\t" if self.delimiter in ("\\t", "tab") else self.delimiter
        return TableShape(self.encoding, delimiter, self.sheet, self.header_line, self.merged == "fill")


class Mapping(Part):
    """What all kinds of mappings begin with. Rows are recognised by `name` for ever: never reuse or change one."""

    names_columns: ClassVar[tuple[str, ...]] = ("id",)

    name: str
    id: Columns | None = None
    file: FileShape = FileShape()
    time_zone: str | None = None
    nothing: Nothings = {}

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not _NAME.fullmatch(self.name):
            raise Unfit(
                Sentence("`name` is small letters, digits, - and _, at most 60: for example harbour-log")
            )
        return self

    @model_validator(mode="after")
    def _zone_known(self) -> Self:
        if self.time_zone is not None:
            try:
                ZoneInfo(self.time_zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise Unfit(Sentence("`time_zone` is not one; use a name such as Europe/London")) from None
        return self

    def digest(self) -> str:
        """SHA-256 of what the mapping says, however it is written."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


M = TypeVar("M", bound=Mapping)
P = TypeVar("P", bound=Part)
CANNOT = Sentence("The mapping %(file)s cannot be used. %(problems)s")


def read_mapping(text: str, filename: str, model: type[M]) -> M:
    """A mapping of one kind. Invalid tells up to MOST_TOLD problems, each with its line, what and how to mend it."""
    return read_as(text, filename, model, CANNOT)


def read_as(text: str, filename: str, model: type[P], cannot: Sentence) -> P:
    """What a person wrote in YAML. `cannot`: the sentence that tells `problems` of a `file`. Raises Invalid as `read_mapping` does."""
    read = read_yaml(text, filename)
    if not isinstance(read.content, dict):
        raise Invalid(Sentence("%(file)s is empty. docs/mappings.md shows what stands there.", file=filename))
    try:
        return model.model_validate(read.content)
    except ValidationError as error:
        problems = error.errors(include_url=False)[:MOST_TOLD]
        sentences = [told(problem, read, model) for problem in problems]
        places = [".".join(map(str, problem["loc"])) or "mapping" for problem in problems]
        raise Invalid(
            cannot.given(file=filename, problems=joined(sentences)),
            fields=dict(zip(places, sentences, strict=True)),
        ) from None
