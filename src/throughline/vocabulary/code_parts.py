"""Words of self-generated codes: what a code is made of, and what becomes of a pair of respondents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Ignored(StrEnum):
    """A difference in how an element is written that does not count."""

    CASE = "case"
    ACCENTS = "accents"
    SPACES = "spaces"  # and punctuation


@dataclass(frozen=True, slots=True)
class CodeElement:
    """One short answer of which a code is made: the question's path, and what does not count in it."""

    path: str
    ignores: frozenset[Ignored] = frozenset(Ignored)

    def as_json(self) -> dict[str, Any]:
        """As stored with what is named."""
        return {"path": self.path, "ignores": sorted(one.value for one in self.ignores)}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> CodeElement:
        """What `as_json` gave."""
        return cls(str(row["path"]), frozenset(Ignored(one) for one in row["ignores"]))


class PairState(StrEnum):
    """What stands of two respondents whose codes agree."""

    LINKED = "linked"  # by the rule
    WAITING = "waiting"  # for somebody to look at it
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDECIDED = "undecided"  # looked at, and nobody can say


class RejectedPair(StrEnum):
    """Why somebody says that two respondents are not one person."""

    SECOND_FACTS = "second_facts"
    TOO_LITTLE = "too_little"  # too little agrees
    SOMEBODY_ELSE = "somebody_else"  # one of them is somebody else's pair
    OTHER = "other"
