"""What the columns of a list of incidents mean (docs/mappings.md shows every key)."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, model_validator

from throughline.exchange.table.mapping import (
    Columns,
    Count,
    Mapping,
    Translated,
    When,
    Word,
    known_words,
)
from throughline.exchange.table.unfit import Unfit
from throughline.vocabulary.chain import Gender
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import DoseRoute, GivenBy, YesNo

AGE_BAND = re.compile(
    r"(\d{1,3})\s*(?:[-\u2010-\u2015\u2212]|to|thru|through|à|bis)\s*(\d{1,3}|\*)|(\d{1,3})\s*(?:\+|plus)",
    re.IGNORECASE,
)
_YEARS = re.compile(
    r"^(?:aged?|ages)\s*:?\s*(?=\S)|\s*\b(?:years? old|years? of age|years?|yrs?|y/o|yo|ans|jahre)\b\.?",
    re.IGNORECASE,
)
_BELOW = re.compile(r"(?:<|under|below|less than|younger than|moins de|unter)\s*(\d{1,3})", re.IGNORECASE)
_UP_TO = re.compile(
    r"(?:≤|<=)\s*(\d{1,3})|(\d{1,3})\s*(?:and|or|&)\s*(?:under|younger|below|less)", re.IGNORECASE
)
_FROM = re.compile(
    r"(?:≥|>=)\s*(\d{1,3})"
    r"|(\d{1,3})\s*(?:and|or|&|et|und)\s*(?:over|older|above|up|more|plus|älter|mehr)",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"(?:>|over|above|older than|more than)\s*(\d{1,3})", re.IGNORECASE)
MOST_PLACE = 80

NOT_RECORDED = Translated(always=Nothing.NOT_RECORDED.value)


def age_band(written: str) -> str | None:
    """`30 to 34 years` is 30-34, `80 - *` and `80 and over` 80+, `Under 18` 0-17; None for what is no band of ages.

    A single age is none.
    """
    if len(written) > MOST_PLACE:
        return None
    bare = _YEARS.sub("", written).strip()
    if below := _BELOW.fullmatch(bare):
        return f"0-{int(below[1]) - 1}" if int(below[1]) > 1 else None
    if end := _UP_TO.fullmatch(bare):
        return f"0-{int(end[1] or end[2])}"
    if above := _ABOVE.fullmatch(bare):
        return f"{int(above[1]) + 1}+"
    if start := _FROM.fullmatch(bare):
        return f"{int(start[1] or start[2])}+"
    found = AGE_BAND.fullmatch(bare)
    if found is None:
        return None
    if found[3] or found[2] == "*":
        return f"{int(found[3] or found[1])}+"
    low, high = int(found[1]), int(found[2])
    return f"{low}-{high}" if low < high else None


def _bands(spec: Translated) -> Translated:
    for word in sorted(spec.words() - {kind.value for kind in Nothing}):
        if age_band(word) is None:
            raise Unfit(Sentence("`%(word)s` is no band of ages: write 30-34 or 80+", word=word[:40]))
    return spec


class IncidentMapping(Mapping):
    """A list of incidents with a row per person. Rows with the same `incident` are one incident.

    `person` tells people of one incident apart; without it, rows with the same content are different people.
    `place` and `age_band` may be taken as they are written: an area without digits, a band and not an age.
    """

    names_columns: ClassVar[tuple[str, ...]] = ("id", "incident", "person")

    kind: Literal["incidents"] = "incidents"
    time_zone: str
    incident: Columns
    person: Columns | None = None
    when: When
    place: Word = NOT_RECORDED
    age_band: Annotated[Word, AfterValidator(_bands)] = NOT_RECORDED
    gender: Annotated[Word, known_words(Gender)] = NOT_RECORDED
    fatal: Annotated[Word, known_words(YesNo)] = NOT_RECORDED
    naloxone: Annotated[Word, known_words(YesNo)] | None = None
    doses: Count | None = None
    dose_route: Annotated[Word, known_words(DoseRoute)] = NOT_RECORDED
    given_by: Annotated[Word, known_words(GivenBy)] = NOT_RECORDED
    source: Annotated[Word, known_words(GivenBy)]

    @model_validator(mode="after")
    def _rows_are_people(self) -> Self:
        if self.id is not None:
            raise Unfit(Sentence("write `incident` and `person` in place of `id`"))
        return self

    @model_validator(mode="after")
    def _areas_only(self) -> Self:
        if any(len(word) > MOST_PLACE for word in self.place.words()):
            raise Unfit(
                Sentence(
                    "a place is a coarse area of at most %(most)s characters, never an address",
                    most=MOST_PLACE,
                )
            )
        return self
