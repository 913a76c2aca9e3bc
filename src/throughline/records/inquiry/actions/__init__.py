"""Sources and who speaks in them; codes and what they are put on; what the team writes from it."""

from throughline.records.inquiry.actions.aliases import (
    Replacement,
    add_alias,
    compare_with_names,
    deidentify_source,
    read_aliases,
    remove_alias,
)
from throughline.records.inquiry.actions.approach import (
    AnalysisDraft,
    describe_analysis,
    write_position,
)
from throughline.records.inquiry.actions.codebooks import CodeDraft, add_code, add_codebook, add_codes
from throughline.records.inquiry.actions.coders import join_coder, part_coder
from throughline.records.inquiry.actions.codes import (
    CodeWords,
    change_code,
    keep_codebook,
    move_code,
    reinstate_code,
    retire_code,
)
from throughline.records.inquiry.actions.coding import (
    CodingDraft,
    apply_code,
    apply_codes,
    move_coding,
    remove_coding,
    restore_coding,
)
from throughline.records.inquiry.actions.describing import (
    SourceFacts,
    describe_participant,
    describe_source,
)
from throughline.records.inquiry.actions.familiarisation import (
    mark_read,
    rewrite_memo,
    share_journal,
    write_journal,
)
from throughline.records.inquiry.actions.framework import PassageDraft, write_cell
from throughline.records.inquiry.actions.projects import (
    CodedProjectDraft,
    keep_project,
    let_project_leave,
    open_sources,
)
from throughline.records.inquiry.actions.recoding import Recoded, merge_codes, recode_codings, split_code
from throughline.records.inquiry.actions.recordings import (
    RecordingDraft,
    add_recording,
    hear_recording,
)
from throughline.records.inquiry.actions.rounds import (
    AssignmentDraft,
    close_round,
    make_round_of_imported,
    open_round,
)
from throughline.records.inquiry.actions.settling import (
    AgreedVersion,
    settle_disagreement,
    write_agreed_version,
)
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
from throughline.records.inquiry.actions.texts import (
    EarlierText,
    GiveTurn,
    JoinTurns,
    RenameSpeaker,
    SplitTurn,
    TurnChange,
    correct_text,
    correct_turns,
    read_version,
)
from throughline.records.inquiry.actions.themes import (
    arrange_theme,
    let_quote_go,
    place_passage,
    relate_themes,
    remove_passage,
    unrelate_themes,
)
from throughline.records.inquiry.actions.trail import TookPart, record_decision
from throughline.records.inquiry.actions.withdrawing import Withdrawn, rest_on_consent, withdraw_participant
from throughline.records.inquiry.actions.writing import (
    ThemeDraft,
    choose_quote,
    write_joint_row,
    write_memo,
    write_theme,
)

__all__ = [
    "AgreedVersion",
    "AnalysisDraft",
    "AssignmentDraft",
    "CodeDraft",
    "CodeWords",
    "CodedProjectDraft",
    "CodingDraft",
    "EarlierText",
    "GiveTurn",
    "JoinTurns",
    "PassageDraft",
    "Recoded",
    "RecordingDraft",
    "RenameSpeaker",
    "Replacement",
    "SourceDraft",
    "SourceFacts",
    "SplitTurn",
    "ThemeDraft",
    "TookPart",
    "TurnChange",
    "TurnDraft",
    "Withdrawn",
    "add_alias",
    "add_code",
    "add_codebook",
    "add_codes",
    "add_participant",
    "add_recording",
    "add_source",
    "apply_code",
    "apply_codes",
    "arrange_theme",
    "assign_speaker",
    "change_code",
    "choose_quote",
    "close_round",
    "compare_with_names",
    "correct_text",
    "correct_turns",
    "declare_deidentified",
    "deidentify_source",
    "describe_analysis",
    "describe_participant",
    "describe_source",
    "erase_source",
    "hear_recording",
    "join_coder",
    "keep_codebook",
    "keep_project",
    "let_project_leave",
    "let_quote_go",
    "make_round_of_imported",
    "mark_read",
    "merge_codes",
    "move_code",
    "move_coding",
    "open_analysis",
    "open_round",
    "open_sources",
    "part_coder",
    "place_passage",
    "read_aliases",
    "read_source",
    "read_version",
    "recode_codings",
    "record_decision",
    "reinstate_code",
    "relate_themes",
    "remove_alias",
    "remove_coding",
    "remove_passage",
    "rest_on_consent",
    "restore_coding",
    "retire_code",
    "rewrite_memo",
    "settle_disagreement",
    "share_journal",
    "split_code",
    "unrelate_themes",
    "withdraw_participant",
    "write_agreed_version",
    "write_cell",
    "write_joint_row",
    "write_journal",
    "write_memo",
    "write_position",
    "write_theme",
]
