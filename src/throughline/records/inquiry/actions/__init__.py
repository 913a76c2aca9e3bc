"""Sources and who speaks in them; codes and what they are put on; what the team writes from it."""

from throughline.records.inquiry.actions.coding import (
    CodeDraft,
    CodingDraft,
    add_code,
    add_codebook,
    add_codes,
    apply_code,
    apply_codes,
    remove_coding,
)
from throughline.records.inquiry.actions.sources import (
    SourceDraft,
    TurnDraft,
    add_participant,
    add_source,
    assign_speaker,
    erase_source,
    open_analysis,
    read_source,
)
from throughline.records.inquiry.actions.writing import (
    ThemeDraft,
    choose_quote,
    write_joint_row,
    write_memo,
    write_theme,
)

__all__ = [
    "CodeDraft",
    "CodingDraft",
    "SourceDraft",
    "ThemeDraft",
    "TurnDraft",
    "add_code",
    "add_codebook",
    "add_codes",
    "add_participant",
    "add_source",
    "apply_code",
    "apply_codes",
    "assign_speaker",
    "choose_quote",
    "erase_source",
    "open_analysis",
    "read_source",
    "remove_coding",
    "write_joint_row",
    "write_memo",
    "write_theme",
]
