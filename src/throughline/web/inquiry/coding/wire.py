"""What a coding workspace sends: changes to codings, one after the other. Strangers' bytes, so checked first."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from throughline.vocabulary.errors import Invalid, Sentence

MOST = 500  # changes in one request
Offset = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Change(BaseModel):
    """One change to one coding; `id` is the coding's, made where the coding is made."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)

    id: UUID


class Apply(Change):
    do: Literal["apply"]
    code: UUID
    start: Offset
    end: Offset


class Move(Change):
    do: Literal["move"]
    start: Offset
    end: Offset
    base: Annotated[int, Field(ge=1, le=2**31 - 1)]  # the version that the analyst saw


class Remove(Change):
    do: Literal["remove"]


class Restore(Change):
    do: Literal["restore"]


AnyChange = Annotated[Apply | Move | Remove | Restore, Field(discriminator="do")]
_CHANGES = TypeAdapter(Annotated[list[AnyChange], Field(min_length=1, max_length=MOST)])


def changes_in(given: str) -> list[Apply | Move | Remove | Restore]:
    """The changes that a request asks for. Invalid, all of them, where one cannot be read."""
    try:
        return _CHANGES.validate_json(given)
    except ValidationError as error:
        place = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Invalid(
            Sentence(
                "These changes cannot be read at %(place)s. Load the page again.",
                place=".".join(str(part) for part in place["loc"]) or "the beginning",
            )
        ) from None
