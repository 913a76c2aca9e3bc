"""Designing a study, taking consent, freezing, and keeping the ledger of what left."""

from throughline.records.study.actions.design import (
    add_outcome,
    add_study_site,
    change_protocol,
    create_study,
    lock_plan,
    plan_hash,
    record_research_consent,
    set_phase,
    withdraw_research_consent,
)
from throughline.records.study.actions.ledger import (
    DOOR_PERMISSION,
    ReleaseDraft,
    hand_over_report,
    record_evaluation,
    record_freeze,
    record_release,
    refuse_release,
    reword_ledger,
)
from throughline.records.study.actions.rows import (
    RowsDraft,
    approve_rows,
    ask_for_rows,
    decline_rows,
    hand_over_rows,
    record_rows_left,
)

__all__ = [
    "DOOR_PERMISSION",
    "ReleaseDraft",
    "RowsDraft",
    "add_outcome",
    "add_study_site",
    "approve_rows",
    "ask_for_rows",
    "change_protocol",
    "create_study",
    "decline_rows",
    "hand_over_report",
    "hand_over_rows",
    "lock_plan",
    "plan_hash",
    "record_evaluation",
    "record_freeze",
    "record_release",
    "record_research_consent",
    "record_rows_left",
    "refuse_release",
    "reword_ledger",
    "set_phase",
    "withdraw_research_consent",
]
