"""Who gets what: every operation of the API x everybody of the cast.

An operation that is not here, or a person, fails tests/api/test_access.py. A status stands for its outcome: 2xx done,
401 nobody is signed in, 403 may know of it and may not do it, 404 may not even know that it is there.
"""

from __future__ import annotations

from tests.api.access_inquiry import INQUIRY
from tests.api.access_surveys import SURVEYS
from tests.api.everybody import OF_THE_PROGRAMME, OWN, PEOPLE, only

__all__ = ["MATRIX", "PEOPLE"]

MATRIX: dict[str, dict[str, int]] = {
    "me": OWN,
    "programmes": OWN,
    "sites": OF_THE_PROGRAMME,
    "organisations": OF_THE_PROGRAMME,
    "items": OF_THE_PROGRAMME,
    "kits": OF_THE_PROGRAMME,
    "code_lists": OF_THE_PROGRAMME,
    # setting up: Ada manages the programme and its accounts; Alice reports the months of her own site
    "add_organisation": only(403, ada=201, dana=404),
    "set_up_sites": only(403, ada=200, alice=200, dana=404),
    "add_site": only(403, ada=201, dana=404),
    "close_site": only(404, ada=200, alice=403),
    "reopen_site": only(404, ada=200, alice=403),
    "record_open_hours": only(404, ada=403, alice=200),
    "populations": only(403, ada=200, alice=200, dana=404),
    "record_population": only(403, ada=201, dana=404),
    "code_list": only(403, ada=200, dana=404),
    "add_listed_code": only(403, ada=201, dana=404),
    "retire_listed_code": only(403, ada=200, dana=404),
    "reinstate_listed_code": only(403, ada=200, dana=404),
    "agreements": OF_THE_PROGRAMME,
    "record_police_agreement": only(403, ada=201, dana=404),
    "end_police_agreement": only(403, ada=200, dana=404),
    "rule_agreements": only(403, ada=200, dana=404),
    "components": only(403, ada=200, dana=404),
    "start_component": only(403, ada=201, dana=404),
    "component": only(403, ada=200, dana=404),
    "end_component": only(403, ada=200, dana=404),
    "record_adaptation": only(403, ada=201, dana=404),
    "people": only(403, ada=200, dana=404),
    "add_person": only(403, ada=201, dana=404),
    # the account and the membership are Bob's, who sees his own
    "issue_sign_in_code": only(403, ada=201, dana=404),
    "grant_membership": only(403, ada=201, dana=404),
    "close_account": only(403, ada=200, dana=404),
    "end_membership": only(404, ada=200, bob=403),
    "courses": only(403, alice=200, dana=404),
    "add_course": only(403, alice=201, dana=404),
    "trainings": only(403, alice=200, dana=404),
    "hold_training": only(403, alice=201, dana=404),
    "training_due": only(403, alice=200, dana=404),
    "training": only(404, alice=200, bob=403),
    "record_attendance": only(404, alice=200, bob=403),
    # at Bob's site
    "own_contacts": OWN,
    "record_contact": only(403, alice=201, bob=201, priya=201),
    "contact": only(404, alice=200, bob=200),
    "correct_contact": only(404, alice=200, bob=200),
    "withdraw_contact": only(404, alice=204, bob=204),
    "close_need": only(404, alice=200, bob=200),
    "record_action": only(404, alice=201, bob=201),
    # the recorder: whoever records, each in their own programme; the device and the held record are Bob's
    "recorder_hello": only(403, alice=200, bob=200, priya=200, dana=200),
    "recorder_screen": only(403, alice=200, bob=200, priya=200, dana=200),
    "recorder_forms": only(403, alice=200, bob=200, priya=200, dana=200),
    # of a wave that is open at Bob's site
    "recorder_form": only(403, alice=404, bob=200, priya=200, dana=404),
    "register_device": only(403, alice=409, bob=201, priya=409, dana=404),
    "send_events": only(403, alice=409, bob=200, priya=409, dana=409),
    "recorder_inbox": only(403, alice=200, bob=200, priya=200, dana=200),
    # what is held in this world is no form
    "held_form": only(403, alice=404, bob=409, priya=404, dana=404),
    "drop_event": only(403, alice=404, bob=204, priya=404, dana=404),
    "look_up_client": only(403, alice=200, bob=200, dana=404),
    "client": only(404, alice=200, bob=200),
    # what passed of the client to others: a peer sees no past, and the police no list
    "shared": only(404, alice=200, bob=200),
    "record_sharing": only(404, alice=201, bob=201),
    "record_consent": only(404, alice=201, bob=201),
    "revoke_consent": only(404, alice=200, bob=200),
    "referrals": OF_THE_PROGRAMME,
    # Omar may refer, from his own station only; this one is from Bob's site.
    "make_referral": only(403, alice=201, bob=201, dana=404),
    "referral": only(404, alice=200, bob=200),
    "move_referral": only(404, alice=200, bob=200),
    # the shelves of Bob's site: who works there counts, Alice and Ada manage
    "stock": only(404, alice=200, bob=200, ada=200),
    "receive_stock": only(404, alice=201, bob=403, ada=201),
    # Alice's membership names Bob's site alone; she may send to another, which she sees in the programme
    "transfer_stock": only(404, alice=201, bob=403, ada=201),
    "write_off_stock": only(404, alice=201, bob=403, ada=201),
    "count_stock": only(404, alice=201, bob=201, ada=201),
    "stock_count": only(404, alice=200, bob=200, ada=200),
    "explain_variance": only(404, alice=201, bob=201, ada=201),
    "withdraw_count": only(404, alice=200, bob=403, ada=200),
    "withdraw_movement": only(404, alice=200, bob=403, ada=200),
    # the months that Alice reports for; Chen may let tables leave, and reads what may be told
    "month_return": only(403, alice=200, chen=200, dana=404),
    # the study's: Rosa leads, Chen evaluates and reads along
    "sources": OF_THE_PROGRAMME,
    "source": only(404, rosa=200, chen=200),
    "codes": OF_THE_PROGRAMME,
    "codings": only(404, rosa=200, chen=200),
    "apply_code": only(404, rosa=201, chen=403),
    "code_memos": only(404, rosa=200, chen=200),
    "write_code_memo": only(404, rosa=201, chen=201),
    "theme_memos": only(404, rosa=200, chen=200),
    "write_theme_memo": only(404, rosa=201, chen=201),
    "remove_coding": only(404, rosa=204, chen=403),
    # No file is sent, so whoever may import one is told that (422). The analysis leaves with a codebook and de-identified texts.
    "import_project": only(403, rosa=422, dana=404),
    "export_project": only(404, rosa=200, chen=200),
    # Nobody came with a project here, and the analysis's approach compares nobody: who leads rounds is told that (409).
    "imported_coders": only(404, rosa=200, chen=200),
    "compare_imported_coders": only(404, rosa=409, chen=403),
    # clients alike, what devices sent, shelves and months: Alice looks after Bob's site
    "add_item": only(403, alice=201, ada=201, dana=404),
    "add_kit": only(403, alice=201, ada=201, dana=404),
    "apply_arrival": only(403, alice=409, bob=409, ada=409, dana=404),
    "arrivals": only(403, alice=200, bob=200, ada=200, dana=404),
    "clients_beside": only(404, alice=200, bob=403),
    "close_month": only(403, alice=409, dana=404),
    "devices": only(200, omar=403, chen=403, rosa=403, grace=403, dana=404),
    "drop_arrival": only(403, alice=204, bob=204, ada=204, dana=404),
    "flagged_supplies": only(403, alice=200, bob=200, dana=404),
    "keep_clients_apart": only(404, alice=422, bob=403),
    "leave_order": only(404, alice=409, bob=403, ada=409),
    "likely_duplicates": only(403, alice=200, dana=404),
    "merge_clients": only(404, alice=422, bob=403),
    "release_return": only(403, alice=409, chen=409, dana=404),
    "report_month": only(403, alice=200, dana=404),
    "retire_device": only(403, alice=204, bob=204, priya=404, ada=204, dana=404),
    "stock_history": only(404, alice=200, bob=200, ada=200),
    "unmerge_clients": only(
        404,
    ),
    **INQUIRY,
    **SURVEYS,
    "studies": only(403, rosa=200, chen=200, dana=404),
    "create_study": only(403, rosa=201, chen=201, dana=404),
    "study": only(404, rosa=200, chen=200),
    "add_study_site": only(404, rosa=201, chen=201),
    "set_phase": only(404, rosa=200, chen=200),
    "add_outcome": only(404, rosa=201, chen=201),
    "change_protocol": only(404, rosa=201, chen=201),
    "lock_plan": only(404, rosa=201, chen=201),
    "can_detect": only(404, rosa=200, chen=200),
    "record_research_consent": only(404, rosa=201, chen=403, grace=403),
    # Chen asked for the rows, Grace answers. The files of this freeze are not there, and nobody has approved yet.
    "rows_tables": OWN,
    "ask_for_rows": only(404, rosa=403, chen=422),
    "rows_requests": only(403, chen=200, grace=200, dana=404),
    "rows_request": only(404, chen=200, grace=200),
    "approve_rows": only(404, chen=403, grace=200),
    "decline_rows": only(404, chen=403, grace=200),
    "release_rows": only(404, chen=409, grace=403),
    "take_rows": only(404, chen=409, grace=403),
    "ledger": only(403, alice=200, rosa=200, chen=200, grace=200, dana=404),
    "freezes": OF_THE_PROGRAMME,
    # The files of this freeze are not there, so whoever may let a table leave is told that (422).
    "release_table": only(404, rosa=403, chen=422),
}
