"""What can be permitted. A role (rules/roles.py) is prose and a set of these."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    # at a site
    RECORD_CONTACT = "record_contact"
    CORRECT_CONTACT = "correct_contact"
    SEE_CONTACTS = "see_contacts"
    SEE_CLIENT_HISTORY = "see_client_history"
    CLOSE_NEED = "close_need"
    MAKE_REFERRAL = "make_referral"
    SEE_REFERRALS = "see_referrals"
    MOVE_REFERRAL = "move_referral"
    RECORD_INCIDENT = "record_incident"
    SEE_INCIDENTS = "see_incidents"
    REPORT_MONTH = "report_month"
    SEE_TRAINING = "see_training"
    MANAGE_TRAINING = "manage_training"
    IMPORT_RECORDS = "import_records"
    COUNT_STOCK = "count_stock"
    MANAGE_SUPPLIES = "manage_supplies"
    MERGE_CLIENTS = "merge_clients"
    SEE_FLAGGED_CODES = "see_flagged_codes"
    RETIRE_DEVICE = "retire_device"
    APPROACH_PEOPLE = "approach_people"
    SEE_WAVES = "see_waves"
    # over a programme
    SEE_PROGRAMME = "see_programme"
    MANAGE_PROGRAMME = "manage_programme"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_OWN_REFERRALS = "see_own_referrals"
    DESIGN_STUDY = "design_study"
    SEE_STUDY = "see_study"
    RUN_WAVES = "run_waves"
    SEE_RESPONSES = "see_responses"
    LINK_WAVES = "link_waves"
    FREEZE = "freeze"
    EVALUATE = "evaluate"
    RELEASE_TABLES = "release_tables"
    RELEASE_WORDS = "release_words"
    ASK_FOR_ROWS = "ask_for_rows"
    APPROVE_ROWS = "approve_rows"
    SEE_LEDGER = "see_ledger"
    # inquiry
    SEE_SOURCES = "see_sources"
    ADD_SOURCES = "add_sources"
    ERASE_SOURCES = "erase_sources"
    APPLY_CODE = "apply_code"
    REMOVE_CODINGS = "remove_codings"
    MANAGE_CODEBOOK = "manage_codebook"
    LEAD_ROUNDS = "lead_rounds"
    WRITE_THEMES = "write_themes"
    # keeping
    SEE_AUDIT = "see_audit"
    BACK_UP = "back_up"
