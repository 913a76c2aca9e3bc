"""Words of attitude questionnaires: whose, when, and the scoring key of an instrument, without the texts of its items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from throughline.vocabulary.errors import Invalid, Sentence

NAME = re.compile(r"\w[\w -]{0,39}")
MOST_ITEMS = 300
MOST_SUBSCALES = 20
LARGEST_ANSWER = 1_000


class AttitudeGroup(StrEnum):
    """Whose attitudes they are."""

    OFFICER = "officer"
    WORKER = "worker"
    OTHER = "other"


class Moment(StrEnum):
    """When they were asked: around a training, or around the start of the programme."""

    BEFORE = "before"
    AFTER = "after"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Subscale:
    """Some items of a questionnaire, by number, that are scored together.

    `reversed_items` count from the other end; of a person who left out at most `may_miss` the others speak for all.
    """

    name: str
    items: tuple[int, ...]
    reversed_items: tuple[int, ...] = ()
    is_higher_better: bool = True
    may_miss: int = 0

    def __post_init__(self) -> None:
        check_name(self.name)
        told = {"subscale": self.name}
        if not self.items or len(set(self.items)) != len(self.items):
            raise Invalid(Sentence("%(subscale)s needs items, each once.", **told))
        if any(not 1 <= item <= MOST_ITEMS for item in self.items):
            raise Invalid(
                Sentence("Items of %(subscale)s are numbers from 1 to %(most)s.", most=MOST_ITEMS, **told)
            )
        if not set(self.reversed_items) <= set(self.items):
            raise Invalid(Sentence("A reversed item of %(subscale)s is none of its items.", **told))
        if not 0 <= self.may_miss < len(self.items):
            raise Invalid(Sentence("Of %(subscale)s at least one item has to be answered.", **told))


@dataclass(frozen=True, slots=True)
class ScoringKey:
    """How an instrument is scored: the lowest and the highest answer to each item, and its subscales."""

    lowest: int
    highest: int
    subscales: tuple[Subscale, ...]

    def __post_init__(self) -> None:
        if not -LARGEST_ANSWER <= self.lowest < self.highest <= LARGEST_ANSWER:
            raise Invalid(Sentence("The lowest answer lies below the highest, both within 1000 of 0."))
        names = [one.name.casefold() for one in self.subscales]
        if not 1 <= len(names) <= MOST_SUBSCALES or len(set(names)) != len(names):
            raise Invalid(
                Sentence(
                    "A scale has from 1 to %(most)s subscales, each of another name.", most=MOST_SUBSCALES
                )
            )

    @property
    def items(self) -> tuple[int, ...]:
        """Every item that any subscale uses, in order."""
        return tuple(sorted({item for one in self.subscales for item in one.items}))

    def as_json(self) -> dict[str, Any]:
        return {
            "lowest": self.lowest,
            "highest": self.highest,
            "subscales": [
                {
                    "name": one.name,
                    "items": list(one.items),
                    "reversed": list(one.reversed_items),
                    "higher_is_better": one.is_higher_better,
                    "may_miss": one.may_miss,
                }
                for one in self.subscales
            ],
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> ScoringKey:
        return cls(
            held["lowest"],
            held["highest"],
            tuple(
                Subscale(
                    one["name"], tuple(one["items"]), tuple(one["reversed"]), one["higher_is_better"], one["may_miss"]
                )
                for one in held["subscales"]
            ),
        )  # fmt: skip


def check_name(name: str) -> None:
    """Raises Invalid: names of scales and subscales stand in results and in the ledger."""
    if not NAME.fullmatch(name):
        raise Invalid(
            Sentence("A name of a scale or subscale has at most 40 letters, digits, blanks, - and _."),
            fields={"name": Sentence("Letters, digits, blanks, - and _; at most 40.")},
        )
