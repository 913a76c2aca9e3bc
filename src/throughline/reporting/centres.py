"""What lies at the centre of themes that are not counted, as a report tells it: in the team's own words, free of listed names."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.records.inquiry.models import Theme
from throughline.reporting.material import Plain
from throughline.reporting.passing import Passing
from throughline.vocabulary.study import ReleaseDoor

LINE = "what lies at the centre of themes"


def centres_of(answer: Plain, held: Mapping[int, Theme]) -> dict[int, str]:
    """Of each theme that is not counted, by its number: what lies at its centre, as it is written now."""
    uncounted = (theme["theme_no"] for theme in answer["themes"] if not theme["overall"])
    return {
        number: held[number].central_concept
        for number in uncounted
        if number in held and held[number].central_concept
    }


def let_out(passing: Passing, centres: Mapping[int, str]) -> dict[int, str]:
    """The same as it may be told; one line of the ledger, none where there is nothing to tell."""
    told = {number: passing.named.told(centre) for number, centre in centres.items()}
    if told:
        passing.summary(LINE, told, ReleaseDoor.WORDS)
    return told
