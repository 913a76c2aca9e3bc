"""A scoring key as a person writes it: YAML with item numbers, without item texts (docs/mappings.md shows one)."""

from __future__ import annotations

from pydantic import Field

from throughline.exchange.table.mapping import Part, read_as
from throughline.vocabulary.attitudes import ScoringKey, Subscale
from throughline.vocabulary.errors import Sentence

CANNOT = Sentence("The scoring key %(file)s cannot be used. %(problems)s")


class SubscaleText(Part):
    """`may_miss`: how many of its items a person may leave out and still has a score."""

    name: str
    items: tuple[int, ...] = Field(min_length=1)
    reversed: tuple[int, ...] = ()
    higher_is_better: bool = True
    may_miss: int = Field(default=0, ge=0)


class ScaleText(Part):
    """An instrument's name, the lowest and the highest answer to every item, and its subscales."""

    name: str
    lowest: int
    highest: int
    subscales: tuple[SubscaleText, ...] = Field(min_length=1)


def read_key(text: str, filename: str) -> tuple[str, ScoringKey]:
    """Name and key. Raises Invalid, naming the line or the subscale, for what is none."""
    read = read_as(text, filename, ScaleText, CANNOT)
    subscales = tuple(
        Subscale(one.name, one.items, one.reversed, one.higher_is_better, one.may_miss)
        for one in read.subscales
    )
    return read.name, ScoringKey(read.lowest, read.highest, subscales)
