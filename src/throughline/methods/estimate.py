"""What every estimate carries: how many values were there, how many were not and why, and an interval.

Estimates: nothing itself. Formula: none.
Source: the five kinds of nothing of `throughline.vocabulary.nothing`.
Assumptions: none; a kind of nothing is counted, and is never turned into a "no" or a 0.
When not to use: for `suppressed`, which belongs to outputs only and has its own type in `suppression`.
Checked against: tests/methods/test_estimate.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval for one number, in that number's own unit; `level` is its coverage, 0.95 unless said."""

    low: float
    high: float
    level: float = 0.95


_KINDS = {kind.value: kind for kind in Nothing}  # an enum's members take long to be asked for their values


@dataclass(frozen=True, slots=True)
class Missing:
    """How many values were not there, by kind of nothing."""

    not_asked: int = 0
    declined: int = 0
    dont_know: int = 0
    not_applicable: int = 0
    not_recorded: int = 0

    def __post_init__(self) -> None:
        if min(self.not_asked, self.declined, self.dont_know, self.not_applicable, self.not_recorded) >= 0:
            return
        for kind, count in self.by_kind().items():
            if count < 0:
                raise Invalid(
                    Sentence(
                        "%(kind)s is counted as %(count)s; a count is 0 or more.", kind=kind, count=count
                    )
                )

    @classmethod
    def from_counts(cls, counts: Mapping[str, int]) -> Missing:
        """From counts by kind; raises Invalid for a key that is not one of the five kinds."""
        for kind in counts:
            if kind not in _KINDS:
                raise Invalid(
                    Sentence(
                        "%(kind)s is not a kind of nothing; use one of: %(known)s.",
                        kind=str(kind),
                        known=tuple(sorted(_KINDS)),
                    )
                )
        return cls(**{str(kind): int(count) for kind, count in counts.items()})

    @classmethod
    def sum(cls, parts: Iterable[Missing]) -> Missing:
        """The kinds added up, each for itself."""
        total = cls()
        for part in parts:
            total = total + part
        return total

    def __add__(self, other: Missing) -> Missing:
        return Missing(*(int(getattr(self, kind)) + int(getattr(other, kind)) for kind in _KINDS))

    def by_kind(self) -> dict[Nothing, int]:
        """Counts by kind, in the order of the vocabulary."""
        return {kind: int(getattr(self, word)) for word, kind in _KINDS.items()}

    @property
    def total(self) -> int:
        """All five kinds together."""
        return sum(self.by_kind().values())
