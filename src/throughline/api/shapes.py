"""Base shapes: what comes in is refused where it holds anything unknown; what goes out is named field by field."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictInt, StringConstraints

from throughline.exchange.device_event.contact import (
    MANY,
    ClientCode,
    Code,
    Counted,
    Line,
    Moment,
    Version,
)

__all__ = [
    "FILE", "MANY", "MOST_ROWS", "REFUSALS", "ClientCode", "Code", "Counted", "Day", "Document", "In", "Label", "Limit", "Line", "Moment", "Name", "Offset",
    "Out", "Place", "Problem", "Reference", "Text", "Version", "Word", "Words", "answers",
]  # fmt: skip

MOST_ROWS = 500  # of one answer


class In(Schema):
    model_config = ConfigDict(extra="forbid")


class Out(Schema):
    model_config = ConfigDict(from_attributes=True)


class Problem(Out):
    """Why not, as a sentence for the user; `fields` says where, by name."""

    detail: str
    fields: dict[str, str] | None = None


DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)


def _day_only(value: Any) -> Any:
    if not isinstance(value, date) and not (isinstance(value, str) and DAY.fullmatch(value)):
        raise ValueError("write it as 2026-03-02")
    return value


def _likely(value: date) -> date:
    if not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError("not a likely day")
    return value


def _line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("control characters cannot be kept")
    return value


def _text(value: str) -> str:
    """Lines of any script; what no database keeps is refused."""
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("control characters cannot be kept")
    return value


Day = Annotated[date, BeforeValidator(_day_only), AfterValidator(_likely)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
# What is stripped is measured after: of spaces alone nothing is left.
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True), AfterValidator(_line)
]
Label = Annotated[
    str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True), AfterValidator(_line)
]
Reference = Annotated[
    str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True), AfterValidator(_line)
]
Words = Annotated[
    str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True), AfterValidator(_line)
]
Text = Annotated[
    str, StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True), AfterValidator(_text)
]
Document = Annotated[str, StringConstraints(max_length=4_000_000), AfterValidator(_text)]
Place = Annotated[StrictInt, Field(ge=0, le=100_000_000)]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]

# Any operation may refuse so, with a Problem: the document says it of each (mount.py).
REFUSALS = (400, 401, 403, 404, 409, 413, 422)
# Of an operation that answers with a file, which gives_file describes.
FILE: dict[int, Any] = {400: Problem}


def answers(shape: Any, status: int = 200) -> dict[int, Any]:
    """What an operation answers where it does not refuse, for its documentation and to hold it to."""
    return {status: shape}
