"""Sources and the people in them; codebooks, codings, memos, themes and judgements."""

from throughline.records.inquiry.models.codebooks import (
    Code,
    Codebook,
    CodebookVersion,
    CodeRevision,
)
from throughline.records.inquiry.models.coding import (
    OPEN_AND_BLIND,
    Coder,
    Coding,
    CodingRevision,
    blind_sources,
    shut_sources,
)
from throughline.records.inquiry.models.framework import (
    FrameworkCell,
    FrameworkCellRevision,
    FrameworkPassage,
)
from throughline.records.inquiry.models.memos import (
    Decision,
    JournalEntry,
    Memo,
    MemoRevision,
    Position,
)
from throughline.records.inquiry.models.rounds import (
    Assignment,
    Round,
    Settlement,
)
from throughline.records.inquiry.models.sources import (
    Analysis,
    Participant,
    Source,
    Turn,
)
from throughline.records.inquiry.models.texts import (
    Alias,
    Carried,
    ReadMark,
    Recording,
    RecordingPiece,
    SourceVersion,
)
from throughline.records.inquiry.models.themes import (
    JointRow,
    Theme,
    ThemePassage,
    ThemeQuote,
    ThemeRelation,
    ThemeRevision,
)

__all__ = [
    "OPEN_AND_BLIND",
    "Alias",
    "Analysis",
    "Assignment",
    "Carried",
    "Code",
    "CodeRevision",
    "Codebook",
    "CodebookVersion",
    "Coder",
    "Coding",
    "CodingRevision",
    "Decision",
    "FrameworkCell",
    "FrameworkCellRevision",
    "FrameworkPassage",
    "JointRow",
    "JournalEntry",
    "Memo",
    "MemoRevision",
    "Participant",
    "Position",
    "ReadMark",
    "Recording",
    "RecordingPiece",
    "Round",
    "Settlement",
    "Source",
    "SourceVersion",
    "Theme",
    "ThemePassage",
    "ThemeQuote",
    "ThemeRelation",
    "ThemeRevision",
    "Turn",
    "blind_sources",
    "shut_sources",
]
