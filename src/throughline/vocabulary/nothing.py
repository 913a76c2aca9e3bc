"""Five kinds of nothing, and suppressed, which is not one of them.

Silence is NOT_RECORDED. SUPPRESSED belongs to outputs only. None of the six is ever a blank or a 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from throughline.vocabulary.sentences import Sentence


class Nothing(StrEnum):
    """Why there is no value."""

    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"
    NOT_RECORDED = "not_recorded"


SUPPRESSED = "suppressed"
SUPPRESSED_LABEL = Sentence("suppressed")

NOTHING_LABELS: dict[Nothing, Sentence] = {
    Nothing.NOT_ASKED: Sentence("not asked"),
    Nothing.DECLINED: Sentence("declined"),
    Nothing.DONT_KNOW: Sentence("don't know"),
    Nothing.NOT_APPLICABLE: Sentence("not applicable"),
    Nothing.NOT_RECORDED: Sentence("not recorded"),
}

# Where several stand for one value, the first that is among them stands: the nearer to an answer.
NEARER = (
    Nothing.DECLINED,
    Nothing.DONT_KNOW,
    Nothing.NOT_ASKED,
    Nothing.NOT_RECORDED,
    Nothing.NOT_APPLICABLE,
)


def nearest_of(kinds: Iterable[Nothing]) -> Nothing:
    """The one kind that stands for several. ValueError for none."""
    return min(kinds, key=NEARER.index)
