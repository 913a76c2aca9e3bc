"""Every address, and what each role gets there. A new address without a row fails test_access.py.

Who: `anonymous` has not signed in; `nobody` has, and is a member of nothing; `dana` runs a service of another
programme; the others are the roles, at Bob's site. What: the status of a well-formed request.
"""

from __future__ import annotations

from tests.records.made import a_held_record, a_phone, membership_of
from tests.web.about import (
    agreement_of,
    alike_of,
    client_state_of,
    component_of,
    count_of,
    emergency_of,
    incidents_of,
    mapping_of,
    merge_of,
    movement_of,
    partnership_of,
    provision_of,
    rows_of,
    topic_of,
    training_of,
    vault_of,
)
from tests.web.inquiry_rows import INQUIRY
from tests.web.may import (
    ABSENT,
    ANONYMOUS,
    ANYBODY,
    CLOSED_FOR_ALL,
    CLOSERS,
    COUNTERS,
    DANA,
    DECIDERS,
    HOUSEHOLD,
    IMPORTERS,
    INCIDENTS_SEEN,
    KEEPERS,
    LOOKERS,
    MEMBERS,
    MERGERS,
    NOBODY,
    NOT_SET_UP,
    NOT_YET,
    OPEN,
    OPENERS,
    RECORDERS,
    REFERRERS,
    RELEASERS_OF_TABLES,
    REPORTERS,
    RETURNERS,
    ROWS_ANSWERED,
    ROWS_ASKED,
    ROWS_SEEN,
    SEE_OTHER,
    SEE_REFERRALS,
    SETTERS,
    STEP_UP,
    SUPPLIERS,
    Row,
    absent,
    not_for,
    of_a_file,
    those_who,
)
from tests.web.study_rows import STUDY

from throughline.rules.permissions import Permission as P

MATRIX: dict[str, Row] = {
    # what needs doing
    "home": Row(ANYBODY),
    "months": Row(those_who(P.REPORT_MONTH) | {DANA}),
    "training_due": Row(those_who(P.MANAGE_TRAINING) | {DANA}),
    "add_course": Row(those_who(P.MANAGE_TRAINING) | {DANA}),
    "hold_training": Row(those_who(P.MANAGE_TRAINING) | {DANA}),
    "training": Row(
        those_who(P.MANAGE_TRAINING), args=lambda w: [training_of(w).id], other={DANA: ABSENT}
    ),
    "agreements": Row(MEMBERS),
    "add_agreement": Row(SETTERS),
    "components": Row(SETTERS),
    "component": Row(SETTERS, args=lambda w: [component_of(w).id]),
    "end_component": Row(
        SETTERS, SEE_OTHER, args=lambda w: [component_of(w).id], post=lambda w: {"on": "2026-12-31"}
    ),
    "end_agreement": Row(
        SETTERS, SEE_OTHER, args=lambda w: [agreement_of(w).id], post=lambda w: {"on": "2026-12-31"}
    ),
    "add_partnership": Row(SETTERS),
    "end_partnership": Row(
        SETTERS, SEE_OTHER, args=lambda w: [partnership_of(w).id], post=lambda w: {"on": "2026-12-31"}
    ),
    "agreement_rule": Row(SETTERS, SEE_OTHER, post=lambda w: {"needed": "yes"}),
    # one's account
    "account": Row(ANYBODY),
    "second_step": Row(ANYBODY),
    "use_code": Row(ANYBODY, is_open=True),
    "account_reset_password": Row(ANYBODY, SEE_OTHER, is_open=True),
    "choose_programme": Row(
        MEMBERS, SEE_OTHER, args=lambda w: [w.cast.programme.id], post=lambda w: {},
        other={NOBODY: ABSENT, DANA: ABSENT},
    ),
    "people": Row(HOUSEHOLD),
    "add_person": Row(HOUSEHOLD),
    "person": Row(HOUSEHOLD, args=lambda w: [w.cast.bob.account.id]),
    "grant_membership": Row(
        HOUSEHOLD, SEE_OTHER, args=lambda w: [w.cast.bob.account.id],
        post=lambda w: {
            "organisation": str(w.cast.service.id), "roles": ["outreach_worker"], "is_all_sites": "on", "from_on": "2026-01-01",
        },
    ),
    "end_membership": Row(
        HOUSEHOLD, SEE_OTHER, args=lambda w: [membership_of(w.cast.bob).id], post=lambda w: {"on": "2026-01-31"},
    ),
    "close_account": Row(HOUSEHOLD, SEE_OTHER, args=lambda w: [w.cast.bob.account.id], post=lambda w: {}),
    # the programme
    "sites": Row(SETTERS | REPORTERS),
    "add_site": Row(SETTERS),
    "site": Row(SETTERS | REPORTERS, args=lambda w: [w.cast.site.id], other=absent(DANA)),
    "record_hours": Row(
        REPORTERS, SEE_OTHER, args=lambda w: [w.cast.site.id], other=absent(DANA),
        post=lambda w: {"month": w.contact.device_time.strftime("%Y-%m-01"), "hours": "100"},
    ),
    "close_site": Row(SETTERS, SEE_OTHER, args=lambda w: [w.cast.site.id], post=lambda w: {"on": "2026-01-31"}),
    "record_provision": Row(
        SETTERS, SEE_OTHER, args=lambda w: [w.cast.site.id],
        post=lambda w: {"kind": "group", "what": "Weekly group", "from_on": "2026-01-05"},
    ),
    "end_provision": Row(SETTERS, SEE_OTHER, args=lambda w: [provision_of(w).id], post=lambda w: {"on": "2026-12-31"}),
    "reopen_site": Row(SETTERS, SEE_OTHER, args=lambda w: [w.cast.site.id], post=lambda w: {}),
    "code_lists": Row(SETTERS),
    "code_list": Row(SETTERS, args=lambda w: ["topic"]),
    "retire_code": Row(SETTERS, SEE_OTHER, args=lambda w: [topic_of(w).id], post=lambda w: {}),
    "bring_back_code": Row(SETTERS, SEE_OTHER, args=lambda w: [topic_of(w).id], post=lambda w: {}),
    "organisations": Row(SETTERS | REPORTERS),
    "population": Row(SETTERS | REPORTERS),
    "issue_code": Row(HOUSEHOLD, args=lambda w: [w.cast.bob.account.id], post=lambda w: {}),
    "account_login": Row(ANYBODY, SEE_OTHER, is_open=True, other={ANONYMOUS: OPEN}),
    "account_logout": Row(ANYBODY, OPEN, other={ANONYMOUS: SEE_OTHER}),
    "account_inactive": Row(ANYBODY, OPEN, is_open=True),
    "account_reauthenticate": Row(ANYBODY, OPEN),
    "account_change_password": Row(ANYBODY, OPEN),
    "mfa_index": Row(ANYBODY, OPEN),
    "mfa_authenticate": Row(ANYBODY, SEE_OTHER),
    "mfa_reauthenticate": STEP_UP,
    "mfa_activate_totp": STEP_UP,
    "mfa_deactivate_totp": NOT_SET_UP,
    "mfa_view_recovery_codes": NOT_SET_UP,
    "mfa_generate_recovery_codes": STEP_UP,
    "mfa_download_recovery_codes": NOT_SET_UP,
    "mfa_list_webauthn": Row(ANYBODY, OPEN),
    "mfa_add_webauthn": STEP_UP,
    "mfa_reauthenticate_webauthn": STEP_UP,
    "mfa_remove_webauthn": Row(ANYBODY, SEE_OTHER, args=lambda w: [1]),
    "mfa_edit_webauthn": Row(ANYBODY, SEE_OTHER, args=lambda w: [1]),
    "mfa_login_webauthn": Row(ANYBODY, SEE_OTHER, is_open=True),
    # what allauth could do and Throughline does not
    "account_signup": CLOSED_FOR_ALL,
    "account_email": CLOSED_FOR_ALL,
    "account_email_verification_sent": CLOSED_FOR_ALL,
    "account_confirm_email": Row(ANYBODY, ABSENT, args=lambda w: ["key"], is_open=True),
    "account_reset_password_done": CLOSED_FOR_ALL,
    "account_reset_password_from_key": Row(ANYBODY, ABSENT, args=lambda w: ["key"], is_open=True),
    "account_request_login_code": CLOSED_FOR_ALL,
    "account_confirm_login_code": CLOSED_FOR_ALL,
    "account_set_password": CLOSED_FOR_ALL,
    # recording: a contact of Bob's, which his manager may see and correct too
    "record": Row(RECORDERS),
    "recorder": Row(RECORDERS),
    "recorder_form": Row(RECORDERS),
    "recorder_worker": Row(ANYBODY, is_open=True),  # names of files, asked for by the browser itself
    "recorder_manifest": Row(ANYBODY, is_open=True),
    "own_records": Row(RECORDERS),
    "receipt": Row(
        RECORDERS, args=lambda w: [w.contact.id], other=not_for(RECORDERS, "practitioner", "service_manager")
    ),
    "correct": Row(
        RECORDERS, args=lambda w: [w.contact.id], other=not_for(RECORDERS, "practitioner", "service_manager")
    ),
    "withdraw": Row(
        RECORDERS, SEE_OTHER, args=lambda w: [w.contact.id], post=lambda w: {"version": "1"},
        other=not_for(RECORDERS, "practitioner", "service_manager"),
    ),
    # clients
    "clients": Row(KEEPERS),
    "client": Row(KEEPERS, args=lambda w: [w.client.id], other=absent(DANA)),
    # what was shared of Bob's client
    "consent": Row(KEEPERS, args=lambda w: [w.client.id], other=absent(DANA)),
    "revoke_consent": Row(
        KEEPERS, SEE_OTHER, args=lambda w: [w.consent.id], post=lambda w: {}, other=absent(DANA)
    ),
    "shared": Row(KEEPERS, args=lambda w: [w.client.id], other=absent(DANA)),
    "shared_list": Row(KEEPERS, args=lambda w: [w.client.id], other=absent(DANA)),
    "describe_client": Row(KEEPERS, args=lambda w: [w.client.id], other=absent(DANA)),
    "record_client_state": Row(
        KEEPERS, SEE_OTHER, args=lambda w: [w.client.id], post=lambda w: client_state_of(w), other=absent(DANA)
    ),
    "incidents": Row(INCIDENTS_SEEN),
    "incident": Row(INCIDENTS_SEEN, args=lambda w: [incidents_of(w)[0].id], other=absent(DANA)),
    "merge_incidents": Row(
        INCIDENTS_SEEN, SEE_OTHER, args=lambda w: [one.id for one in incidents_of(w)], post=lambda w: {},
        other=absent(DANA),
    ),
    "keep_incidents_apart": Row(
        INCIDENTS_SEEN, SEE_OTHER, args=lambda w: [one.id for one in incidents_of(w)], post=lambda w: {},
        other=absent(DANA),
    ),
    "unmerge_incidents": Row(
        INCIDENTS_SEEN, SEE_OTHER, args=lambda w: [incidents_of(w)[1].id], post=lambda w: {}, other=absent(DANA)
    ),
    # the name of Bob's client: who works with people at his site; the record that Alice opened: Alice
    "keep_identity": Row(those_who(P.KEEP_IDENTITIES), args=lambda w: [w.client.id]),
    "show_identity": Row(those_who(P.KEEP_IDENTITIES), args=lambda w: [vault_of(w).id], post=lambda w: {}),
    "destroy_identity": Row(
        KEEPERS, SEE_OTHER, args=lambda w: [vault_of(w).id], post=lambda w: {}, other=absent(DANA)
    ),
    "emergency": Row(OPENERS),
    "emergency_record": Row(
        OPENERS, args=lambda w: [emergency_of(w).id], other=not_for(OPENERS, "service_manager")
    ),
    "emergency_name": Row(
        OPENERS, args=lambda w: [emergency_of(w).id, vault_of(w).id], post=lambda w: {},
        other=not_for(OPENERS, "service_manager"),
    ),
    "end_emergency": Row(
        OPENERS, SEE_OTHER, args=lambda w: [emergency_of(w).id], post=lambda w: {},
        other=not_for(OPENERS, "service_manager"),
    ),
    "emergencies": Row(those_who(P.SEE_AUDIT)),
    "likely": Row(MERGERS),
    "beside": Row(MERGERS, args=lambda w: [w.client.id, alike_of(w).id], other=absent(DANA)),
    "unmerge": Row(
        MERGERS, SEE_OTHER, args=lambda w: [merge_of(w).id], post=lambda w: {}, other=absent(DANA)
    ),
    "returns": Row(RETURNERS),
    "close_month": Row(REPORTERS, SEE_OTHER, post=lambda w: {"site": str(w.cast.site.id), "month": "2026-01"}),
    # No month is closed: who may let tables leave is sent back, and told so.
    "take_return": Row(
        RELEASERS_OF_TABLES,
        SEE_OTHER,
        post=lambda w: {"month": "2026-01", "recipient": "A reader", "profile": "lt5", "format": "csv"},
    ),
    "need_done": Row(
        CLOSERS, SEE_OTHER, args=lambda w: [w.need.id], post=lambda w: {"kind": "advised"}, other=absent(DANA)
    ),
    "need_closed": Row(
        CLOSERS, SEE_OTHER, args=lambda w: [w.need.id], post=lambda w: {"closed_as": "met"}, other=absent(DANA)
    ),
    # referrals: one of Bob's site
    "referrals": Row(SEE_REFERRALS),
    "new_referral": Row(REFERRERS),
    "referral": Row(SEE_REFERRALS, args=lambda w: [w.referral.id], other=absent(DANA, "referrer")),
    # supplies: the shelves of Bob's site; Dana has her own
    "supplies": Row(COUNTERS),
    "supplies_items": Row(COUNTERS),
    "retire_item": Row(SUPPLIERS, SEE_OTHER, args=lambda w: [w.item.id], post=lambda w: {}, other=absent(DANA)),
    "retire_kit": Row(SUPPLIERS, SEE_OTHER, args=lambda w: [w.kit.kit_id], post=lambda w: {}, other=absent(DANA)),
    "new_kit": Row(SUPPLIERS | {DANA}),
    "receive_stock": Row(SUPPLIERS, args=lambda w: [w.cast.site.id], other=absent(DANA)),
    "transfer_stock": Row(SUPPLIERS, args=lambda w: [w.cast.site.id], other=absent(DANA)),
    "write_off_stock": Row(SUPPLIERS, args=lambda w: [w.cast.site.id], other=absent(DANA)),
    "count_stock": Row(COUNTERS, args=lambda w: [w.cast.site.id], other=absent(DANA)),
    "order_list": Row(SUPPLIERS, args=lambda w: [w.cast.site.id], other=absent(DANA)),
    "supplies_history": Row(COUNTERS, args=lambda w: [w.cast.site.id], other=absent(DANA)),
    "supplies_counted": Row(COUNTERS, args=lambda w: [count_of(w).id], other=absent(DANA)),
    "withdraw_count": Row(SUPPLIERS, args=lambda w: [count_of(w).id], other=absent(DANA)),
    "withdraw_movement": Row(SUPPLIERS, args=lambda w: [movement_of(w).id], other=absent(DANA)),
    # imports: only who began one knows of it
    "incidents_in": Row(IMPORTERS),
    **of_a_file(IMPORTERS, "incidents", "columns", "words", "rows"),
    "imports": Row(IMPORTERS),
    "import_mapping": Row(IMPORTERS, args=lambda w: [mapping_of(w).id], other=absent(DANA)),
    "import_mapping_file": Row(IMPORTERS, args=lambda w: [mapping_of(w).id], other=absent(DANA)),
    "let_import_mapping_go": Row(
        IMPORTERS, SEE_OTHER, args=lambda w: [mapping_of(w).id], post=lambda w: {}, other=absent(DANA)
    ),
    **of_a_file(IMPORTERS, "import", "columns", "words", "rows"),
    **INQUIRY,
    **STUDY,
    # guarding
    "audit": Row(those_who(P.SEE_AUDIT)),
    "flagged": Row(those_who(P.SEE_FLAGGED_CODES) | {DANA}),
    # what phones sent: something of Bob's that does not open, so that nobody knows of which site it is
    "arrivals": Row(DECIDERS),
    "flagged_supply": Row(those_who(P.CORRECT_CONTACT) | {DANA}),
    "resolve_arrival": Row(
        DECIDERS, SEE_OTHER, args=lambda w: [a_held_record(w.cast).id], post=lambda w: {"do": "drop", "why": "cannot_be_read"},
        other={DANA: ABSENT},
    ),
    "devices": Row(RECORDERS | those_who(P.RETIRE_DEVICE)),
    "retire_device": Row(
        RECORDERS | those_who(P.RETIRE_DEVICE), ABSENT, args=lambda w: [a_phone(w.cast).id], post=lambda w: {},
        other={"practitioner": SEE_OTHER, "service_manager": SEE_OTHER, "administrator": SEE_OTHER},
    ),
    "rows": Row(ROWS_SEEN),
    # rows that the evaluator asked for: the guardian answers, the evaluator takes them
    "rows_request": Row(ROWS_SEEN, args=lambda w: [rows_of(w).id]),
    "rows_approve": Row(ROWS_ANSWERED, SEE_OTHER, args=lambda w: [rows_of(w).id], post=lambda w: {}),
    "rows_decline": Row(ROWS_ANSWERED, SEE_OTHER, args=lambda w: [rows_of(w).id], post=lambda w: {}),
    "rows_release": Row(ROWS_ASKED, NOT_YET, args=lambda w: [rows_of(w).id], post=lambda w: {}),
    "rows_files": Row(ROWS_ASKED, NOT_YET, args=lambda w: [rows_of(w).id]),
    "evaluation_report": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_download": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03", w.cast.programme.id]),
}  # fmt: skip

# Pages that draw a form with a renderer that compiles WebAssembly: web/surveys/drawing.py.
DRAWING = ("try_instrument", "fill_response", "recorder_form")

# Addresses that other tests hold (the API has its own matrix).
ELSEWHERE = ("api-",)
