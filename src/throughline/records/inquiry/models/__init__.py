"""Sources and the people in them; codebooks, codings, memos, themes and judgements."""

from throughline.records.inquiry.models.coding import (
    Code,
    Codebook,
    Coding,
    JointRow,
    Memo,
    Theme,
    ThemeQuote,
    ThemeRevision,
)
from throughline.records.inquiry.models.sources import Analysis, Participant, Source, Turn

__all__ = [
    "Analysis",
    "Code",
    "Codebook",
    "Coding",
    "JointRow",
    "Memo",
    "Participant",
    "Source",
    "Theme",
    "ThemeQuote",
    "ThemeRevision",
    "Turn",
]
