"""Phases of one site: which day belongs to which, decided without a doubt because they never overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import PhaseKind

ORDER: dict[PhaseKind, int] = {PhaseKind.BEFORE: 0, PhaseKind.IMPLEMENTATION: 1, PhaseKind.AFTER: 2}


@dataclass(frozen=True)
class Span:
    """Days of a phase, both ends included; `to_on` None: still open."""

    kind: PhaseKind
    from_on: date
    to_on: date | None

    def holds(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


def check_apart(spans: Iterable[Span]) -> None:
    """Raise Invalid where a span ends before it begins, two share a day, or they stand in the wrong order."""
    ordered = sorted(spans, key=lambda span: ORDER[span.kind])
    for span in ordered:
        if span.to_on is not None and span.to_on < span.from_on:
            raise Invalid(
                Sentence("The phase %(kind)s ends before it begins.", kind=span.kind.value),
                fields={"to_on": Sentence("This day is before the first one.")},
            )
    for earlier, later in pairwise(ordered):
        if earlier.to_on is None or later.from_on <= earlier.to_on:
            raise Invalid(
                Sentence(
                    "The phases %(earlier)s and %(later)s of one site must not overlap: end %(earlier)s before"
                    " %(day)s, or let %(later)s begin later.",
                    earlier=earlier.kind.value, later=later.kind.value, day=later.from_on,
                ),
                fields={"from_on": Sentence("Overlaps another phase of this site.")},
            )  # fmt: skip
