"""Who gets what: every operation of the API x everybody of the cast.

An operation that is not here, or a person, fails tests/api/test_access.py. A status stands for its outcome: 2xx done,
401 nobody is signed in, 403 may know of it and may not do it, 404 may not even know that it is there.
"""

from __future__ import annotations

PEOPLE = ("alice", "bob", "priya", "omar", "chen", "rosa", "grace", "ada", "dana", "stranger")

# Lists of the programme: whoever is of it gets what they may see of it, be it nothing.
OF_THE_PROGRAMME = {**dict.fromkeys(PEOPLE, 200), "dana": 404, "stranger": 401}
OWN = {**dict.fromkeys(PEOPLE, 200), "stranger": 401}


def _only(others: int, **status: int) -> dict[str, int]:
    return {**dict.fromkeys(PEOPLE, others), "stranger": 401, **status}


MATRIX: dict[str, dict[str, int]] = {
    "me": OWN,
    "programmes": OWN,
    "sites": OF_THE_PROGRAMME,
    "organisations": OF_THE_PROGRAMME,
    "items": OF_THE_PROGRAMME,
    "kits": OF_THE_PROGRAMME,
    "code_lists": OF_THE_PROGRAMME,
    # setting up: Ada manages the programme and its accounts; Alice reports the months of her own site
    "add_organisation": _only(403, ada=201, dana=404),
    "set_up_sites": _only(403, ada=200, alice=200, dana=404),
    "add_site": _only(403, ada=201, dana=404),
    "close_site": _only(404, ada=200, alice=403),
    "reopen_site": _only(404, ada=200, alice=403),
    "record_open_hours": _only(404, ada=403, alice=200),
    "populations": _only(403, ada=200, alice=200, dana=404),
    "record_population": _only(403, ada=201, dana=404),
    "code_list": _only(403, ada=200, dana=404),
    "add_listed_code": _only(403, ada=201, dana=404),
    "retire_listed_code": _only(403, ada=200, dana=404),
    "reinstate_listed_code": _only(403, ada=200, dana=404),
    "agreements": OF_THE_PROGRAMME,
    "record_police_agreement": _only(403, ada=201, dana=404),
    "end_police_agreement": _only(403, ada=200, dana=404),
    "rule_agreements": _only(403, ada=200, dana=404),
    "components": _only(403, ada=200, dana=404),
    "start_component": _only(403, ada=201, dana=404),
    "component": _only(403, ada=200, dana=404),
    "end_component": _only(403, ada=200, dana=404),
    "record_adaptation": _only(403, ada=201, dana=404),
    "people": _only(403, ada=200, dana=404),
    "add_person": _only(403, ada=201, dana=404),
    # the account and the membership are Bob's, who sees his own
    "issue_sign_in_code": _only(403, ada=201, dana=404),
    "grant_membership": _only(403, ada=201, dana=404),
    "close_account": _only(403, ada=200, dana=404),
    "end_membership": _only(404, ada=200, bob=403),
    "courses": _only(403, alice=200, dana=404),
    "add_course": _only(403, alice=201, dana=404),
    "trainings": _only(403, alice=200, dana=404),
    "hold_training": _only(403, alice=201, dana=404),
    "training_due": _only(403, alice=200, dana=404),
    "training": _only(404, alice=200, bob=403),
    "record_attendance": _only(404, alice=200, bob=403),
    # at Bob's site
    "own_contacts": OWN,
    "record_contact": _only(403, alice=201, bob=201, priya=201),
    "contact": _only(404, alice=200, bob=200),
    "correct_contact": _only(404, alice=200, bob=200),
    "withdraw_contact": _only(404, alice=204, bob=204),
    "close_need": _only(404, alice=200, bob=200),
    "record_action": _only(404, alice=201, bob=201),
    # the recorder: whoever records, each in their own programme; the device and the held record are Bob's
    "recorder_hello": _only(403, alice=200, bob=200, priya=200, dana=200),
    "recorder_screen": _only(403, alice=200, bob=200, priya=200, dana=200),
    "recorder_forms": _only(403, alice=200, bob=200, priya=200, dana=200),
    # of a wave that is open at Bob's site
    "recorder_form": _only(403, alice=404, bob=200, priya=200, dana=404),
    "register_device": _only(403, alice=409, bob=201, priya=409, dana=404),
    "send_events": _only(403, alice=409, bob=200, priya=409, dana=409),
    "recorder_inbox": _only(403, alice=200, bob=200, priya=200, dana=200),
    # what is held in this world is no form
    "held_form": _only(403, alice=404, bob=409, priya=404, dana=404),
    "drop_event": _only(403, alice=404, bob=204, priya=404, dana=404),
    "look_up_client": _only(403, alice=200, bob=200, dana=404),
    "client": _only(404, alice=200, bob=200),
    "referrals": OF_THE_PROGRAMME,
    # Omar may refer, from his own station only; this one is from Bob's site.
    "make_referral": _only(403, alice=201, bob=201, dana=404),
    "referral": _only(404, alice=200, bob=200),
    "move_referral": _only(404, alice=200, bob=200),
    # the shelves of Bob's site: who works there counts, Alice and Ada manage
    "stock": _only(404, alice=200, bob=200, ada=200),
    "receive_stock": _only(404, alice=201, bob=403, ada=201),
    # Alice's membership names Bob's site alone; she may send to another, which she sees in the programme
    "transfer_stock": _only(404, alice=201, bob=403, ada=201),
    "write_off_stock": _only(404, alice=201, bob=403, ada=201),
    "count_stock": _only(404, alice=201, bob=201, ada=201),
    "stock_count": _only(404, alice=200, bob=200, ada=200),
    "explain_variance": _only(404, alice=201, bob=201, ada=201),
    "withdraw_count": _only(404, alice=200, bob=403, ada=200),
    "withdraw_movement": _only(404, alice=200, bob=403, ada=200),
    # the months that Alice reports for; Chen may let tables leave, and reads what may be told
    "month_return": _only(403, alice=200, chen=200, dana=404),
    # the study's: Rosa leads, Chen evaluates and reads along
    "sources": OF_THE_PROGRAMME,
    "source": _only(404, rosa=200, chen=200),
    "codes": OF_THE_PROGRAMME,
    "codings": _only(404, rosa=200, chen=200),
    "apply_code": _only(404, rosa=201, chen=403),
    "code_memos": _only(404, rosa=200, chen=200),
    "write_code_memo": _only(404, rosa=201, chen=201),
    "theme_memos": _only(404, rosa=200, chen=200),
    "write_theme_memo": _only(404, rosa=201, chen=201),
    "remove_coding": _only(404, rosa=204, chen=403),
    # No file is sent, so whoever may import one is told that (422). The analysis leaves with a codebook and de-identified texts.
    "import_project": _only(403, rosa=422, dana=404),
    "export_project": _only(404, rosa=200, chen=200),
    # Nobody came with a project here, and the analysis's approach compares nobody: who leads rounds is told that (409).
    "imported_coders": _only(404, rosa=200, chen=200),
    "compare_imported_coders": _only(404, rosa=409, chen=403),
    "freezes": OF_THE_PROGRAMME,
    # The files of this freeze are not there, so whoever may let a table leave is told that (422).
    "release_table": _only(404, rosa=403, chen=422),
}
