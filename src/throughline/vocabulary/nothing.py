"""Five kinds of nothing, and suppressed, which is not one of them.

Silence is NOT_RECORDED. SUPPRESSED belongs to outputs only. None of the six is ever a blank or a 0.
"""

from __future__ import annotations

from enum import StrEnum


class Nothing(StrEnum):
    """Why there is no value."""

    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"
    NOT_RECORDED = "not_recorded"


SUPPRESSED = "suppressed"

NOTHING_LABELS: dict[Nothing, str] = {
    Nothing.NOT_ASKED: "not asked",
    Nothing.DECLINED: "declined",
    Nothing.DONT_KNOW: "don't know",
    Nothing.NOT_APPLICABLE: "not applicable",
    Nothing.NOT_RECORDED: "not recorded",
}
