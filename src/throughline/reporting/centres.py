"""What lies at the centre of themes that are not counted, as a report tells it: in the team's own words, free of listed names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from throughline.records.inquiry.models import Theme
from throughline.reporting.material import Plain
from throughline.reporting.passing import Passing
from throughline.vocabulary.study import ReleaseDoor

LINE = "what lies at the centre of themes"


def centres_of(answer: Plain, held: Iterable[Theme]) -> dict[str, str]:
    """Of each theme that is not counted, as it is written now: its name and what lies at its centre."""
    uncounted = {theme["name"] for theme in answer["themes"] if not theme["overall"]}
    return {
        theme.name: theme.central_concept
        for theme in held
        if theme.name in uncounted and theme.central_concept
    }


def let_out(passing: Passing, centres: Mapping[str, str]) -> dict[str, str]:
    """The same as it may be told; one line of the ledger, none where there is nothing to tell."""
    told = {passing.named.told(name): passing.named.told(centre) for name, centre in centres.items()}
    if told:
        passing.summary(LINE, told, ReleaseDoor.WORDS)
    return told
