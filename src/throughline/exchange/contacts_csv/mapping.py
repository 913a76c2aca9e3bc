"""What the columns of a contact log mean (docs/mappings.md shows every key)."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from throughline.exchange.table.mapping import (
    Clock,
    Columns,
    Count,
    Mapping,
    Nothings,
    Part,
    Translated,
    Values,
    When,
    Word,
    folded,
    known_words,
)
from throughline.exchange.table.unfit import Unfit
from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    BarrierLevel,
    DurationBand,
    Mode,
    Newness,
    RaisedBy,
    Route,
    Urgency,
    WhoSpoke,
)
from throughline.vocabulary.errors import Sentence

NONE = "none"  # what a cell is translated to where there is nothing to record


class ClientCode(Part):
    """Where the client code stands: whole in one column, or as the parts it is made of. It is never stored.

    `missing`: whether a row without a code is an anonymous contact or is rejected.
    """

    names_columns: ClassVar[tuple[str, ...]] = ("code", "initials")

    code: str | None = None
    initials: Columns | None = (
        None  # one column of initials, or several of names, whose first letters are taken
    )
    born: Clock | None = None
    sex: Word | None = None
    missing: Literal["anonymous", "reject"] = "anonymous"

    @model_validator(mode="after")
    def _whole_or_parts(self) -> Self:
        parts = (self.initials, self.born, self.sex)
        if (self.code is None) == all(part is None for part in parts):
            raise Unfit(Sentence("write either `code`, or `initials`, `born` and `sex`"))
        if self.code is None and any(part is None for part in parts):
            raise Unfit(Sentence("a code is made of `initials`, `born` and `sex`: one is missing"))
        return self


def _numbers(values: MappingOf[str, int]) -> dict[str, int]:
    return {folded(word): number for word, number in values.items()}


class KitColumn(Part):
    """Equipment given: how many, as a number or as words translated to one. `item` or `kit` by its name.

    `lot`: a column of batch numbers, of the item or of one of the kit's components.
    """

    names_columns: ClassVar[tuple[str, ...]] = ("column", "lot")

    column: str
    item: str | None = None
    kit: str | None = None
    values: Annotated[dict[str, Annotated[int, Field(ge=0)]], AfterValidator(_numbers)] = {}
    returned: Count | None = None
    lot: str | None = None

    @model_validator(mode="after")
    def _item_or_kit(self) -> Self:
        if (self.item is None) == (self.kit is None):
            raise Unfit(Sentence("write either `item` or `kit`, by the name it has in Throughline"))
        return self


class DisclosureColumn(Part):
    """What was told of a topic: each word of the column as told, said_no, or a kind of nothing."""

    column: str
    topic: str
    values: Annotated[Values, known_words(Answer)]
    nothing: Nothings = {}
    raised_by: Annotated[Word, known_words(RaisedBy)] = Translated(always=RaisedBy.NOT_RECORDED.value)


class BarrierColumn(Part):
    """What stood in the way: each word of the column as a kind of barrier, or none."""

    column: str
    values: Values
    separator: str | None = None
    nothing: Nothings = {}
    level: Annotated[Word, known_words(BarrierLevel)] = Translated(always=BarrierLevel.NOT_RECORDED.value)


class NeedColumn(Part):
    """What was needed: each word of the column as a domain, or none; and what was done about it."""

    column: str
    values: Values
    separator: str | None = None
    nothing: Nothings = {}
    urgency: Annotated[Word, known_words(Urgency)] = Translated(always=Urgency.NOT_RECORDED.value)
    actions: Annotated[tuple[Annotated[Word, known_words(ActionKind, NONE)], ...], BeforeValidator(lambda v: [v] if isinstance(v, str | dict) else v)] = ()  # fmt: skip
    barriers: tuple[BarrierColumn, ...] = ()


class ContactMapping(Mapping):
    """A contact log. Each row is one contact, or a tally of several where `tally` names a column."""

    kind: Literal["contacts"] = "contacts"
    site: Word
    when: When
    route: Annotated[Word, known_words(Route)]
    client: ClientCode | None = None
    tally: Count | None = None
    place: Word = Translated(always="not_recorded")
    mode: Annotated[Word, known_words(Mode)] = Translated(always=Mode.NOT_RECORDED.value)
    who_spoke: Annotated[Word, known_words(WhoSpoke)] = Translated(always=WhoSpoke.NOT_RECORDED.value)
    newness: Annotated[Word, known_words(Newness)] = Translated(always=Newness.UNKNOWN.value)
    duration: Annotated[Word, known_words(DurationBand)] = Translated(always=DurationBand.NOT_RECORDED.value)
    on_behalf_of: Count | None = None
    kit: tuple[KitColumn, ...] = ()
    disclosures: tuple[DisclosureColumn, ...] = ()
    needs: tuple[NeedColumn, ...] = ()
    barriers: tuple[BarrierColumn, ...] = ()

    @model_validator(mode="after")
    def _tally_is_anonymous(self) -> Self:
        if self.tally is not None and self.client is not None:
            raise Unfit(
                Sentence(
                    "a tally counts several contacts and cannot carry a client code: take `client` or `tally` out"
                )
            )
        return self

    @model_validator(mode="after")
    def _topics_once(self) -> Self:
        topics = [disclosure.topic for disclosure in self.disclosures]
        twice = sorted({topic for topic in topics if topics.count(topic) > 1})
        if twice:
            raise Unfit(
                Sentence(
                    "the topic `%(topic)s` has two columns; a contact answers a topic once",
                    topic=twice[0][:40],
                )
            )
        return self
