"""Every address, and what each role gets there. A new address without a row fails test_access.py.

Who: `anonymous` has not signed in; `nobody` has, and is a member of nothing; `dana` runs a service of another
programme; the others are the roles, at Bob's site. What: the status of a well-formed request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.records.made import a_held_record, a_phone, membership_of
from tests.web.about import (
    agreement_of,
    alias_of,
    alike_of,
    approach_of,
    client_state_of,
    coder_of,
    component_of,
    count_of,
    emergency_of,
    entry_of,
    incidents_of,
    linking_of,
    mapping_of,
    memo_of,
    merge_of,
    movement_of,
    partnership_of,
    plan_of,
    provision_of,
    response_of,
    rows_of,
    scale_of,
    token_of,
    topic_of,
    training_of,
    vault_of,
    version_of,
    wave_of,
)
from tests.web.world import World

from throughline.rules.permissions import Permission as P
from throughline.rules.roles import ROLES
from throughline.vocabulary.roles import Role

ANONYMOUS, NOBODY, DANA = "anonymous", "nobody", "dana"
EVERYBODY = (ANONYMOUS, NOBODY, DANA, *(role.value for role in Role))
OPEN, SEE_OTHER, REFUSED, ABSENT, NOT_YET = 200, 302, 403, 404, 409


def those_who(*permissions: P) -> frozenset[str]:
    """The roles that hold one of the permissions (rules/roles.py)."""
    return frozenset(r.value for r, held in ROLES.items() if held.permissions & set(permissions))


@dataclass(frozen=True)
class Row:
    """An address: who is served and how; everybody else is refused. `anonymous` is always sent to sign in.

    `other` gives single people another status; `is_open` marks what nobody has to sign in for.
    """

    served: frozenset[str]
    status: int = OPEN
    args: Callable[[World], list[Any]] = field(default=lambda world: [])
    post: Callable[[World], dict[str, Any]] | None = None
    query: Callable[[World], str] = field(default=lambda world: "")
    other: dict[str, int] = field(default_factory=dict)
    is_open: bool = False

    def expected(self, who: str) -> int:
        if who in self.other:
            return self.other[who]
        if self.is_open:
            return self.status
        if who == ANONYMOUS:
            return SEE_OTHER
        return self.status if who in self.served else REFUSED


ANYBODY = frozenset(EVERYBODY) - {ANONYMOUS}
MEMBERS = ANYBODY - {NOBODY}
RECORDERS = those_who(P.RECORD_CONTACT) | {DANA}
DECIDERS = those_who(P.CORRECT_CONTACT, P.MANAGE_ACCOUNTS) | {DANA}
KEEPERS = those_who(P.SEE_CLIENT_HISTORY) | {DANA}
OPENERS = those_who(P.BREAK_GLASS) | {DANA}
CLOSERS = those_who(P.CLOSE_NEED) | {DANA}
REFERRERS = those_who(P.MAKE_REFERRAL) | {DANA}
SEE_REFERRALS = those_who(P.SEE_REFERRALS, P.SEE_OWN_REFERRALS) | {DANA}
READERS = those_who(P.SEE_SOURCES)
ADDERS = those_who(P.ADD_SOURCES)
ERASERS = those_who(P.ERASE_SOURCES)
CODERS = those_who(P.APPLY_CODE)
LEADERS = those_who(P.LEAD_ROUNDS)
WRITERS = those_who(P.WRITE_THEMES)
KEEPERS_OF_CODES = those_who(P.MANAGE_CODEBOOK)
COUNTERS = those_who(P.COUNT_STOCK) | {DANA}
SUPPLIERS = those_who(P.MANAGE_SUPPLIES)
IMPORTERS = those_who(P.IMPORT_RECORDS) | {DANA}
INCIDENTS_SEEN = those_who(P.SEE_INCIDENTS) | {DANA}
MERGERS = those_who(P.MERGE_CLIENTS) | {DANA}
REPORTERS = those_who(P.REPORT_MONTH) | {DANA}
RELEASERS_OF_TABLES = those_who(P.RELEASE_TABLES) | {DANA}
NUMBERS_RELEASED = those_who(P.RELEASE_TABLES) & READERS
LEFT_AS_CSV = {"recipient": "A reader", "format": "csv"}
RETURNERS = REPORTERS | RELEASERS_OF_TABLES
WAVES_SEEN = those_who(P.SEE_WAVES) | {DANA}
RUNNERS = those_who(P.RUN_WAVES)
LINKERS = those_who(P.LINK_WAVES)
ATTITUDES = those_who(P.RECORD_ATTITUDES)
STUDIED, DESIGNERS = those_who(P.SEE_STUDY), those_who(P.DESIGN_STUDY)
ASKERS = those_who(P.APPROACH_PEOPLE)
HOUSEHOLD = those_who(P.MANAGE_ACCOUNTS)
SETTERS = those_who(P.MANAGE_PROGRAMME)
ROWS_ASKED = those_who(P.ASK_FOR_ROWS)
ROWS_ANSWERED = those_who(P.APPROVE_ROWS)
ROWS_SEEN = ROWS_ASKED | ROWS_ANSWERED | those_who(P.SEE_LEDGER)
RELEASERS = (
    ROWS_SEEN | those_who(P.RELEASE_TABLES, P.RELEASE_WORDS) | {DANA}
)  # Dana manages a service elsewhere
LOOKERS = those_who(P.SEE_STUDY) & those_who(P.SEE_SOURCES)


def absent(*who: str) -> dict[str, int]:
    return dict.fromkeys(who, ABSENT)


def not_for(served: frozenset[str], *seeing: str) -> dict[str, int]:
    """Absent for whoever is served in general but may not know of this one."""
    return absent(*(who for who in served if who not in seeing))


CLOSED_FOR_ALL = Row(ANYBODY, ABSENT, is_open=True)
STEP_UP = Row(ANYBODY, SEE_OTHER)  # asks to confirm the password first, or goes where it belongs
NOT_SET_UP = Row(ANYBODY, ABSENT)  # nobody here has a second step yet

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
    "imports": Row(IMPORTERS),
    "import_mapping": Row(IMPORTERS, args=lambda w: [mapping_of(w).id], other=absent(DANA)),
    "import_mapping_file": Row(IMPORTERS, args=lambda w: [mapping_of(w).id], other=absent(DANA)),
    "let_import_mapping_go": Row(
        IMPORTERS, SEE_OTHER, args=lambda w: [mapping_of(w).id], post=lambda w: {}, other=absent(DANA)
    ),
    **{
        name: Row(IMPORTERS, ABSENT, args=lambda w: [w.contact.id])
        for name in (
            "import_begun", "import_table", "import_columns", "import_words", "import_rows", "import_check", "import_rejects",
        )
    },
    **{
        name: Row(IMPORTERS, ABSENT, args=lambda w: [w.contact.id], post=lambda w: {})
        for name in ("drop_import", "keep_import")
    },
    # inquiry
    "inquiry": Row(READERS),
    "analysis": Row(READERS),
    "edit_analysis": Row(ADDERS),
    "position": Row(WRITERS, SEE_OTHER, post=lambda w: {"text": "I have worked at such a counter."}),
    "coder_joined": Row(LEADERS, SEE_OTHER, args=lambda w: [coder_of(w).id], post=lambda w: {"account": ""}),
    "new_analysis": Row(ADDERS),
    "add_source": Row(ADDERS),
    "hold_source": Row(ADDERS, 422, post=lambda w: {}),  # a form without a file
    "look_again": Row(ADDERS, 422, post=lambda w: {}),
    "keep_sources": Row(ADDERS, 422, post=lambda w: {}),  # and without what a source needs
    "face_sheet": Row(ADDERS),
    # projects of other programs: no file was sent in this world
    "import_project": Row(ADDERS),
    "project_work": Row(ADDERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "keep_project": Row(ADDERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
    "drop_project": Row(ADDERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
    "export_project": Row(
        those_who(P.RELEASE_WORDS) & READERS, post=lambda w: {"form": "qdc", "recipient": "A reader"}
    ),
    "themes": Row(READERS),
    "memos": Row(READERS),
    # the codebook
    "codebook": Row(READERS),
    "codebook_begun": Row(KEEPERS_OF_CODES, SEE_OTHER, post=lambda w: {}),
    "new_code": Row(KEEPERS_OF_CODES, args=lambda w: [w.code.codebook_id]),
    "code_memo": Row(WRITERS, SEE_OTHER, args=lambda w: [w.code.id], post=lambda w: {"text": "A thought."}),
    "theme_memo": Row(WRITERS, SEE_OTHER, args=lambda w: [w.theme.id], post=lambda w: {"text": "A thought."}),
    "code_moved": Row(
        KEEPERS_OF_CODES, SEE_OTHER, args=lambda w: [w.code.codebook_id], post=lambda w: {"code": w.code.id}
    ),
    "codebook_kept": Row(
        KEEPERS_OF_CODES, SEE_OTHER, args=lambda w: [w.code.codebook_id], post=lambda w: {"name": "Spring"}
    ),
    "codebook_versions": Row(READERS, args=lambda w: [w.code.codebook_id]),
    "codebook_export": Row(READERS, args=lambda w: [w.code.codebook_id], post=lambda w: {"kind": "csv"}),
    "codebook_import": Row(KEEPERS_OF_CODES, args=lambda w: [w.code.codebook_id]),
    "code": Row(READERS, args=lambda w: [w.code.id]),
    "merge_code": Row(KEEPERS_OF_CODES, args=lambda w: [w.code.id]),
    "recode": Row(READERS, args=lambda w: [w.code.id]),
    "code_retired": Row(KEEPERS_OF_CODES, SEE_OTHER, args=lambda w: [w.code.id], post=lambda w: {}),
    "code_reinstated": Row(KEEPERS_OF_CODES, NOT_YET, args=lambda w: [w.code.id], post=lambda w: {}),
    # themes
    "new_theme": Row(WRITERS),
    "theme_map": Row(READERS),
    "theme_map_file": Row(READERS),
    "theme": Row(READERS, args=lambda w: [w.theme.id]),
    "rewrite_theme": Row(WRITERS, args=lambda w: [w.theme.id]),
    "theme_arranged": Row(WRITERS, SEE_OTHER, args=lambda w: [w.theme.id], post=lambda w: {"status": "kept"}),
    "theme_versions": Row(READERS, args=lambda w: [w.theme.id]),
    "review_theme": Row(READERS, args=lambda w: [w.theme.id]),
    "theme_passage": Row(
        WRITERS, SEE_OTHER, args=lambda w: [w.theme.id],
        post=lambda w: {"source": w.source.id, "start": 0, "end": 5, "do": "for"},
    ),
    "themes_related": Row(WRITERS, SEE_OTHER, args=lambda w: [w.theme.id], post=lambda w: {"kind": "supports"}),
    "themes_unrelated": Row(WRITERS, ABSENT, args=lambda w: [w.theme.id], post=lambda w: {}),
    "framework": Row(READERS),
    "framework_cell": Row(READERS, args=lambda w: [w.analysis.participants.get(label="P01").id, w.theme.id]),
    "framework_leave": Row(
        those_who(P.RELEASE_WORDS), NOT_YET, post=lambda w: {"recipient": "A reader", "format": "csv"}
    ),
    "trail": Row(READERS),
    "source": Row(READERS, args=lambda w: [w.source.id]),
    "code_source": Row(READERS, args=lambda w: [w.source.id]),
    "source_text": Row(READERS, args=lambda w: [w.source.id]),
    "source_codings": Row(
        CODERS, args=lambda w: [w.source.id],
        post=lambda w: {"changes": f'[{{"do": "restore", "id": "{w.coding.id}"}}]', "text_version": "1"},
    ),
    "source_codes": Row(
        those_who(P.MANAGE_CODEBOOK), args=lambda w: [w.source.id], post=lambda w: {"name": "Another door"}
    ),
    "source_beside": Row(WRITERS, args=lambda w: [w.source.id], post=lambda w: {"text": "A thought."}),
    "read_source": Row(READERS, args=lambda w: [w.source.id]),
    "memo": Row(READERS, args=lambda w: [memo_of(w).id]),
    "who_has_read": Row(READERS),
    "mark_read": Row(READERS, SEE_OTHER, args=lambda w: [w.source.id], post=lambda w: {}),
    "journal": Row(READERS),
    "share_entry": Row(  # somebody's own, which is not theirs who ask: for them it is not there
        WRITERS, ABSENT, args=lambda w: [entry_of(w).id], post=lambda w: {}
    ),
    # texts put right, names taken out, participants
    "correct_source": Row(ADDERS, args=lambda w: [w.source.id, 2]),
    "speakers": Row(ADDERS, args=lambda w: [w.source.id]),
    "source_history": Row(READERS, args=lambda w: [w.source.id]),
    "deidentify": Row(ADDERS, args=lambda w: [w.source.id]),
    "name_found": Row(
        ADDERS, args=lambda w: [w.source.id], post=lambda w: {"version": str(w.source.version), "start": "0", "end": "4"}
    ),
    "names": Row(ADDERS),
    "name_removed": Row(ADDERS, SEE_OTHER, args=lambda w: [alias_of(w).id], post=lambda w: {}),
    "participants": Row(READERS | ERASERS),
    "participant": Row(READERS | ERASERS, args=lambda w: [w.analysis.participants.get(label="P01").id]),
    "consent_recorded": Row(
        ADDERS, SEE_OTHER, args=lambda w: [w.analysis.participants.get(label="P01").id],
        post=lambda w: {"sheet_version": "2", "given_on": "2026-01-05", "scopes": ["take_part"]},
    ),
    "withdraw_participant": Row(ERASERS, args=lambda w: [w.analysis.participants.get(label="P01").id]),
    "erase_source": Row(READERS & ERASERS, args=lambda w: [w.source.id], other=absent(*(ERASERS - READERS))),
    "describe_source": Row(ADDERS, args=lambda w: [w.source.id]),
    "recording": Row(ADDERS, ABSENT, args=lambda w: [w.source.id]),  # there is none in this world
    "recording_added": Row(
        ADDERS, 422, args=lambda w: [w.source.id], post=lambda w: {}
    ),  # a form without a file
    "source_theme": Row(
        WRITERS, SEE_OTHER, args=lambda w: [w.source.id],
        post=lambda w: {"theme": str(w.theme.id), "start": "0", "end": "4", "text_version": str(w.source.version), "do": "for"},
    ),
    "source_memo": Row(WRITERS, SEE_OTHER, args=lambda w: [w.source.id], post=lambda w: {"text": "A thought."}),
    "source_deidentified": Row(
        those_who(P.ADD_SOURCES), NOT_YET, args=lambda w: [w.source.id], post=lambda w: {}
    ),  # de-identified already in this world
    "coding_removed": Row(
        READERS, SEE_OTHER, args=lambda w: [w.coding.id], post=lambda w: {},
        other={"analyst": REFUSED, "evaluator": REFUSED},
    ),
    # asking: the world's analysis is reflexive, so nothing in it fills up
    "ask": Row(READERS, query=lambda w: f"?a={w.code.id}"),
    "passages_leave": Row(
        those_who(P.RELEASE_WORDS), query=lambda w: f"?a={w.code.id}",
        post=lambda w: {"recipient": "A reader", "format": "csv"},
    ),
    "concordance_leave": Row(
        those_who(P.RELEASE_WORDS), NOT_YET,
        post=lambda w: {"words": "no such words", "recipient": "A reader", "format": "csv"},
    ),
    "code_matrix": Row(READERS),
    "code_matrix_leave": Row(NUMBERS_RELEASED, NOT_YET, post=lambda w: {**LEFT_AS_CSV, "profile": "lt5"}),
    "attribute_matrix_leave": Row(NUMBERS_RELEASED, NOT_YET, post=lambda w: {**LEFT_AS_CSV, "profile": "lt5"}),
    "saturation_leave": Row(NUMBERS_RELEASED, NOT_YET, post=lambda w: {**LEFT_AS_CSV, "profile": "lt5"}),
    "attribute_matrix": Row(READERS),
    "concordance": Row(READERS),
    "code_hits": Row(
        CODERS, SEE_OTHER,
        post=lambda w: {"code": str(w.code.id), "hit": f"{w.source.id}:{w.source.version}:0:4"},
    ),
    "saturation": Row(READERS, NOT_YET),
    # rounds: none is compared in a reflexive analysis, and another's round is nobody's here
    "rounds": Row(READERS, NOT_YET),
    "new_round": Row(LEADERS, NOT_YET),
    "imported_round": Row(LEADERS, NOT_YET),
    "round": Row(READERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "close_round": Row(LEADERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
    "agreement": Row(READERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "agreement_leave": Row(
        NUMBERS_RELEASED, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {**LEFT_AS_CSV, "profile": "lt5"}
    ),
    "differences": Row(READERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "differences_leave": Row(
        those_who(P.RELEASE_WORDS), ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: LEFT_AS_CSV
    ),
    "settle": Row(LEADERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
    "write_agreed": Row(LEADERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
    # the study
    "studies": Row(STUDIED),
    "new_study": Row(DESIGNERS),
    "study": Row(STUDIED, args=lambda w: [w.study.id]),
    "study_detect": Row(STUDIED, args=lambda w: [w.study.id]),
    "study_add": Row(DESIGNERS, args=lambda w: [w.study.id, "plan"]),
    # surveys: a wave at Bob's site and another; Dana has none
    "waves": Row(WAVES_SEEN),
    "open_wave": Row(RUNNERS),
    "wave": Row(WAVES_SEEN, args=lambda w: [wave_of(w).id], other=absent(DANA)),
    "approach": Row(ASKERS, args=lambda w: [wave_of(w).id]),
    "wave_responses": Row(those_who(P.SEE_RESPONSES), args=lambda w: [wave_of(w).id]),
    "response": Row(those_who(P.SEE_RESPONSES), args=lambda w: [wave_of(w).responses.exclude(completed_at=None).get().id]),
    # nothing was sent with that one
    "response_file": Row(
        those_who(P.SEE_RESPONSES), ABSENT, args=lambda w: [wave_of(w).responses.exclude(completed_at=None).get().id, 1]
    ),
    "make_fill_link": Row(ASKERS, args=lambda w: [approach_of(w).id], post=lambda w: {}),
    # by a link that was made; nobody has opened one in this browser
    "answer": Row(ANYBODY, args=lambda w: [token_of(w)], is_open=True),
    "answer_form": Row(ANYBODY, ABSENT, is_open=True),
    "answer_xform": Row(ANYBODY, ABSENT, is_open=True),
    "answer_draft": Row(ANYBODY, ABSENT, is_open=True),
    "answer_send": Row(ANYBODY, ABSENT, post=lambda w: {}, is_open=True),
    "answer_leave": Row(ANYBODY, post=lambda w: {}, is_open=True),
    "begin_interview": Row(ASKERS, SEE_OTHER, args=lambda w: [approach_of(w).id], post=lambda w: {}),
    "wave_target": Row(
        RUNNERS, SEE_OTHER, args=lambda w: [wave_of(w).id], post=lambda w: {"site": str(w.cast.site.id), "target": "5"}
    ),
    "close_wave": Row(RUNNERS, SEE_OTHER, args=lambda w: [wave_of(w).id], post=lambda w: {}),
    "leave_out_response": Row(
        RUNNERS, SEE_OTHER, args=lambda w: [wave_of(w).id],
        post=lambda w: {"site": str(w.cast.site.id), "respondent": "1", "reason": "trial"},
    ),
    "take_in_response": Row(
        RUNNERS, SEE_OTHER, args=lambda w: [wave_of(w).id], post=lambda w: {"site": str(w.cast.site.id), "respondent": "1"}
    ),
    "withdraw_response": Row(
        ASKERS, SEE_OTHER, args=lambda w: [wave_of(w).id], post=lambda w: {"site": str(w.cast.site.id), "respondent": "1"}
    ),
    # a file of answers: nobody has sent one
    "answers_in": Row(RUNNERS),
    "let_answers_mapping_go": Row(RUNNERS, ABSENT, args=lambda w: [w.contact.id], post=lambda w: {}),
    **{
        name: Row(RUNNERS, ABSENT, args=lambda w: [w.contact.id])
        for name in ("answers_begun", "answers_columns", "answers_rows", "answers_check", "answers_rejects")
    },
    **{
        name: Row(RUNNERS, ABSENT, args=lambda w: [w.contact.id], post=lambda w: {})
        for name in ("drop_answers", "keep_answers")
    },
    # attitudes: one questionnaire is defined, and nobody has sent a file
    "attitude_scales": Row(ATTITUDES),
    "define_attitudes": Row(ATTITUDES),
    "erase_attitudes": Row(ATTITUDES, args=lambda w: [scale_of(w).id]),
    "attitudes_in": Row(ATTITUDES),
    **{
        name: Row(ATTITUDES, ABSENT, args=lambda w: [w.contact.id])
        for name in ("attitudes_begun", "attitudes_columns", "attitudes_rows", "attitudes_check", "attitudes_rejects")
    },
    **{
        name: Row(ATTITUDES, ABSENT, args=lambda w: [w.contact.id], post=lambda w: {})
        for name in ("drop_attitudes", "keep_attitudes")
    },
    # two linked waves: seen by evaluators, who were not told of them elsewhere
    "linkings": Row(LINKERS),
    "code_elements": Row(LINKERS, args=lambda w: [version_of(w).instrument_id]),
    "file_code_elements": Row(LINKERS, args=lambda w: [wave_of(w).study_id]),
    "destroy_codes": Row(LINKERS, SEE_OTHER, args=lambda w: [plan_of(w).id], post=lambda w: {}),
    "linking": Row(LINKERS, args=lambda w: [linking_of(w).id]),
    "linked_pairs": Row(LINKERS, args=lambda w: [linking_of(w).id]),
    "decide_pair": Row(
        LINKERS, SEE_OTHER, args=lambda w: [linking_of(w).pairs.get().id], post=lambda w: {"decision": "undecided", "seen": "linked"}
    ),
    # the form that it asks with, and an interview that Bob began: he alone goes on with it
    "instruments": Row(WAVES_SEEN),
    "add_instrument": Row(RUNNERS),
    "keep_instrument": Row(RUNNERS, ABSENT, post=lambda w: {}),  # nothing was looked at
    **{
        name: Row(WAVES_SEEN, args=lambda w: [version_of(w).id], other=absent(DANA))
        for name in ("instrument_version", "instrument_file", "instrument_xform", "try_instrument")
    },
    **{
        name: Row(ASKERS, args=lambda w: [response_of(w).id], other=not_for(ASKERS, "practitioner"))
        for name in ("fill_response", "response_draft")
    },
    "send_response": Row(
        ASKERS, 422, args=lambda w: [response_of(w).id], post=lambda w: {}, other=not_for(ASKERS, "practitioner")
    ),
    # evaluation: nothing is frozen in this world, so whoever may look finds nothing
    "evaluation": Row(LOOKERS),
    "evaluation_job": Row(LOOKERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "evaluation_funnel": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_ask": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"], post=lambda w: {}),
    "evaluation_estimates": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_subgroups": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_baseline": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_series": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_staggered": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_attitudes": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_composition": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_joint": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_judge": Row(LOOKERS & WRITERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_themes": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_site_month": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03", "harrowmere", "2025-03"]),
    "evaluation_rows": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "ledger": Row(RELEASERS),
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
