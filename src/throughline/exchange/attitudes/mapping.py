"""What the columns of a table of attitudes mean (docs/mappings.md); most files need no mapping: their columns say it."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import model_validator

from throughline.exchange.table.mapping import (
    Clock,
    Mapping,
    Translated,
    Word,
    folded,
    known_words,
)
from throughline.exchange.table.unfit import Unfit
from throughline.vocabulary.attitudes import AttitudeGroup, Moment, ScoringKey
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import NOTHING_LABELS

ITEM = "item_"


class AttitudesMapping(Mapping):
    """A row is one questionnaire of one person. Answers to items, or scores of subscales where only these are known.

    `items`: what stands before an item's number in the names of columns. `label`: the column of what links a person's before and
    after. `course` and `trained_on`: which training it belongs to.
    """

    names_columns: ClassVar[tuple[str, ...]] = ("id", "label")

    kind: Literal["attitudes"] = "attitudes"
    site: Word
    group: Annotated[Word, known_words(AttitudeGroup)]
    moment: Annotated[Word, known_words(Moment)]
    taken_on: Clock | date
    label: str | None = None
    course: Word | None = None
    trained_on: Clock | None = None
    items: str = ITEM
    scores: MappingOf[str, str] = {}

    @model_validator(mode="after")
    def _training_whole(self) -> Self:
        if (self.course is None) != (self.trained_on is None):
            raise Unfit(Sentence("a training is named by `course` and `trained_on` together"))
        return self


def by_its_columns(header: Sequence[str], key: ScoringKey) -> AttitudesMapping:
    """The mapping of a file whose columns have our own names. Columns that are not there are told when it meets the file."""
    there = {folded(name): name for name in header}

    def column(name: str) -> str:
        return there.get(name, name)

    has_items = any(folded(name).startswith(ITEM) for name in header)
    has_training = "course" in there or "trained_on" in there
    names = [one.name for one in key.subscales]
    return AttitudesMapping(
        name="attitudes",
        site=Translated(column=column("site")),
        group=Translated(column=column("group")),
        moment=Translated(column=column("moment")),
        taken_on=Clock(column=column("taken_on")),
        label=there.get("label"),
        course=Translated(column=column("course")) if has_training else None,
        trained_on=Clock(column=column("trained_on")) if has_training else None,
        scores={} if has_items else {name: there[folded(name)] for name in names if folded(name) in there},
        nothing={folded(str(word)): kind for kind, word in NOTHING_LABELS.items()}
        | {kind.value: kind for kind in NOTHING_LABELS},
    )
