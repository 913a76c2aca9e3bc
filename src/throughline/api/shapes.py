"""Base shapes: what comes in is refused where it holds anything unknown; what goes out is named field by field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
)

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
MANY = 100  # lines of one kind in one contact, at most
MOST_ROWS = 500  # of one answer


class In(Schema):
    model_config = ConfigDict(extra="forbid")


class Out(Schema):
    model_config = ConfigDict(from_attributes=True)


class Problem(Out):
    """Why not, as a sentence for the user; `fields` says where, by name."""

    detail: str
    fields: dict[str, str] | None = None


def _text_only(value: Any) -> Any:
    if not isinstance(value, (str, datetime)) or (isinstance(value, str) and not value[:1].isdigit()):
        raise ValueError("write it as 2026-03-02T10:30:00Z")
    if isinstance(value, str) and "-" not in value[:5]:
        raise ValueError("write it as 2026-03-02T10:30:00Z")
    return value


def _likely(value: datetime) -> datetime:
    if not EARLIEST <= value <= LATEST:
        raise ValueError("not a likely time")
    return value


def _storable(value: str) -> str:
    if "\0" in value or not value.isprintable():
        raise ValueError("control characters cannot be kept")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_likely)]
Line = Annotated[str, AfterValidator(_storable)]
Code = Annotated[Line, StringConstraints(min_length=1, max_length=40)]
ClientCode = Annotated[Line, StringConstraints(min_length=1, max_length=64)]
Counted = Annotated[StrictInt, Field(ge=0, le=10_000)]
Version = Annotated[StrictInt, Field(ge=1, le=1_000_000)]
Place = Annotated[StrictInt, Field(ge=0, le=100_000_000)]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]

REFUSALS = frozenset({400, 401, 403, 404, 409, 413, 422})


def answers(shape: Any, status: int = 200) -> dict[Any, Any]:
    """Every answer that an operation may give, for its documentation and to hold it to."""
    return {status: shape, REFUSALS: Problem}
