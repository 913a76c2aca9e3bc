"""Shapes of words that a team writes: names and texts of any length that is read by people."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from throughline.api.shapes import Line

MOST_LETTERS = 100_000  # of one text


def _storable(value: str) -> str:
    """Lines of any script; what no database keeps is refused."""
    if "\0" in value or (not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise ValueError("control characters cannot be kept")
    if len(value) > MOST_LETTERS:
        raise ValueError(f"at most {MOST_LETTERS} characters")
    return value


Writing = Annotated[str, AfterValidator(_storable)]  # may be empty
Written = Annotated[Writing, StringConstraints(min_length=1)]
Called = Annotated[Line, StringConstraints(min_length=1, max_length=160, strip_whitespace=True)]
