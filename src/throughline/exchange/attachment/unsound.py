"""What is wrong with a file, for who reads it further up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

Part = TypeVar("Part")
MOST_PIXELS = 50_000_000  # a larger picture takes more than 200 MB of whoever opens it


MOST_PARTS = 20_000  # of a file: hours of film, or a picture scanned a hundred times, have fewer


class Unsound(Exception):
    """It is cut short, or not what its first bytes say."""


class TooManyPixels(Unsound):
    """It says of itself that it is larger than any picture of a telephone."""


def counted(parts: Iterator[Part]) -> Iterator[Part]:
    """The same parts. Raises Unsound where there are more than any honest file has: each costs time."""
    for number, part in enumerate(parts):
        if number >= MOST_PARTS:
            raise Unsound
        yield part


def check_pixels(width: int, height: int) -> None:
    """Raises Unsound for a picture without a size, TooManyPixels for one that unfolds to more than MOST_PIXELS."""
    if width < 1 or height < 1:
        raise Unsound
    if width * height > MOST_PIXELS:
        raise TooManyPixels
