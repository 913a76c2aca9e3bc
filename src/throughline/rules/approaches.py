"""What each approach to thematic analysis makes use of.

In a reflexive analysis a coding is a reading, not a measurement: to count it, or to compare two analysts by a
coefficient, answers a question that the approach does not ask. A codebook approach may count. Only coding reliability
rests on agreement, and there coders must not see each other's work before a round is closed.
"""

from __future__ import annotations

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


NOT_COUNTED = Sentence(
    "In a reflexive analysis a coding is a reading, not a measurement: how many people spoke of a theme is not counted."
)


def why_not_counted(approach: str) -> Sentence | None:
    """Why themes of an analysis carry no count; None where they do."""
    return None if uses(approach, ApproachUse.COUNTS) else NOT_COUNTED


def uses(approach: str, use: ApproachUse) -> bool:
    """Whether an approach, by its code, makes use of something."""
    return use in USES[Approach(approach)]


def check_approach_uses(approach: str, use: ApproachUse) -> None:
    """Raise Unready where the analysis's approach leaves this alone."""
    if not uses(approach, use):
        raise Unready(
            Sentence(
                "This analysis's approach makes no use of this. The lead researcher chooses the approach when the"
                " analysis is opened."
            )
        )
