"""Incidents month by month in plain words, from their fields and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from throughline.reporting.document import say
from throughline.reporting.wording import MONTHS, sentence_of
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.periods import Month
from throughline.vocabulary.speech import Number

Plain = Mapping[str, Any]
HEADING = say("Incidents")
ALL_OF_THEM = say("the whole programme")
MEASURES: Mapping[str, Sentence] = {
    "incidents": say("Incidents"),
    "people": say("People of incidents"),
    "naloxone_doses": say("Doses of naloxone given"),
}


def told(found: Plain, answer: Plain) -> Iterator[Sentence]:
    """A measure on either side of the start; nothing where no month is marked or a month may not be told."""
    sides = (found["before"], found["after"])
    if None in sides or not all(one["months"] for one in sides):
        return
    before, after = sides
    yield say(
        "%(measure)s: %(before)s in %(before_months)s before %(starts)s (%(before_mean)s a month), and %(after)s in %(after_months)s"
        " from then on (%(after_mean)s a month).",
        measure=MEASURES[found["measure"]], starts=Month.parse(answer["starts"]),
        before=before["counted"], before_months=MONTHS.given(count=before["months"]), before_mean=Number(before["a_month"], 1),
        after=after["counted"], after_months=MONTHS.given(count=after["months"]), after_mean=Number(after["a_month"], 1),
    )  # fmt: skip


def notes(answer: Plain) -> tuple[Sentence, ...]:
    return tuple(sentence_of(one) for one in answer["notes"])


def cannot_show(answer: Plain) -> tuple[Sentence, ...]:
    return tuple(sentence_of(one) for one in answer["cannot_show"])
