"""Base shapes: what comes in is refused where it holds anything unknown; what goes out is named field by field."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, StrictInt

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
    "MANY", "MOST_ROWS", "ClientCode", "Code", "Counted", "In", "Limit", "Line", "Moment", "Offset", "Out", "Place",
    "Problem", "Version", "answers",
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


Place = Annotated[StrictInt, Field(ge=0, le=100_000_000)]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]

REFUSALS = frozenset({400, 401, 403, 404, 409, 413, 422})


def answers(shape: Any, status: int = 200) -> dict[Any, Any]:
    """Every answer that an operation may give, for its documentation and to hold it to."""
    return {status: shape, REFUSALS: Problem}
