"""Sources and the people in them; codebooks, codings, memos, themes and judgements."""

from throughline.records.inquiry.models.coding import (
    Code,
    Codebook,
    Coding,
    CodingRevision,
    JointRow,
    Memo,
    Theme,
    ThemeQuote,
    ThemeRevision,
    blind_sources,
)
from throughline.records.inquiry.models.rounds import Assignment, Round
from throughline.records.inquiry.models.sources import Analysis, Participant, Source, Turn

__all__ = [
    "Analysis",
    "Assignment",
    "Code",
    "Codebook",
    "Coding",
    "CodingRevision",
    "JointRow",
    "Memo",
    "Participant",
    "Round",
    "Source",
    "Theme",
    "ThemeQuote",
    "ThemeRevision",
    "Turn",
    "blind_sources",
]
