"""What each approach to thematic analysis makes use of.

In a reflexive analysis a coding is a reading, not a measurement: to count it, or to compare two analysts by a
coefficient, answers a question that the approach does not ask. A codebook approach may count, where its team asks for it. Only coding reliability
rests on agreement, and there coders must not see each other's work before a round is closed.
"""

from __future__ import annotations

from typing import Protocol

from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import Approach, ApproachUse

_CODEBOOK = frozenset({ApproachUse.COUNTS, ApproachUse.SATURATION})

USES: dict[Approach, frozenset[ApproachUse]] = {
    Approach.REFLEXIVE: frozenset({ApproachUse.OTHER_READINGS}),
    Approach.CODEBOOK_TEMPLATE: _CODEBOOK,
    Approach.CODEBOOK_FRAMEWORK: _CODEBOOK,
    Approach.CODING_RELIABILITY: _CODEBOOK | {ApproachUse.BLIND_ROUNDS, ApproachUse.AGREEMENT},
}

# Where coders are compared, none sees another's codings unless a round has been opened to all or closed.
BLIND_UNLESS_OPENED = tuple(approach for approach, uses in USES.items() if ApproachUse.BLIND_ROUNDS in uses)


# What an approach may use without needing it: it is there once the analysis asks for it.
ON_REQUEST: dict[Approach, frozenset[ApproachUse]] = {
    Approach.CODEBOOK_TEMPLATE: _CODEBOOK,
    Approach.CODEBOOK_FRAMEWORK: _CODEBOOK,
}
NOT_COUNTED = Sentence(
    "In a reflexive analysis a coding is a reading, not a measurement: how many people spoke of a theme is not counted."
)
NOT_ASKED_FOR = Sentence(
    "The analysis did not ask for counts when its data were frozen: how many people spoke of a theme is not counted."
)


class Asking(Protocol):
    """An analysis: its approach, and what of it that it need not use it asks for."""

    approach: str
    with_counts: bool
    with_saturation: bool


def may_use(approach: str, use: ApproachUse) -> bool:
    """Whether analyses of an approach, by its code, may make use of something."""
    return use in USES[Approach(approach)]


def why_not_counted(approach: str, *, is_asked_for: bool) -> Sentence | None:
    """Why themes of an analysis carry no count; None where they do."""
    if not may_use(approach, ApproachUse.COUNTS):
        return NOT_COUNTED
    return None if is_asked_for or not is_on_request(approach, ApproachUse.COUNTS) else NOT_ASKED_FOR


def is_on_request(approach: str, use: ApproachUse) -> bool:
    """Whether an analysis of this approach says itself that it wants this."""
    return use in ON_REQUEST.get(Approach(approach), frozenset())


def uses(analysis: Asking, use: ApproachUse) -> bool:
    """Whether an analysis makes use of something: its approach does, and where that is on request it asked."""
    if not is_on_request(analysis.approach, use):
        return may_use(analysis.approach, use)
    return analysis.with_counts if use is ApproachUse.COUNTS else analysis.with_saturation


def check_approach_uses(analysis: Asking, use: ApproachUse) -> None:
    """Raise Unready where the analysis leaves this alone: its approach does, or it did not ask for it."""
    if uses(analysis, use):
        return
    if is_on_request(analysis.approach, use):
        raise Unready(
            Sentence(
                "This analysis does not ask for this. It is switched on where the analysis is said anew."
            )
        )
    raise Unready(
        Sentence(
            "This analysis's approach makes no use of this. The lead researcher chooses the approach when the"
            " analysis is opened."
        )
    )
