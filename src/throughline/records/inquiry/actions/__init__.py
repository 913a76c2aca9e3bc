"""Sources and who speaks in them; codes and what they are put on; what the team writes from it."""

from throughline.records.inquiry.actions.codebooks import CodeDraft, add_code, add_codebook, add_codes
from throughline.records.inquiry.actions.coding import (
    CodingDraft,
    apply_code,
    apply_codes,
    move_coding,
    remove_coding,
    restore_coding,
)
from throughline.records.inquiry.actions.rounds import AssignmentDraft, close_round, open_round
from throughline.records.inquiry.actions.sources import (
    SourceDraft,
    TurnDraft,
    add_participant,
    add_source,
    assign_speaker,
    declare_deidentified,
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
    "AssignmentDraft",
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
    "close_round",
    "declare_deidentified",
    "erase_source",
    "move_coding",
    "open_analysis",
    "open_round",
    "read_source",
    "remove_coding",
    "restore_coding",
    "write_joint_row",
    "write_memo",
    "write_theme",
]
