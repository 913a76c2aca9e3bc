"""What the actions of surveys are called with."""

from __future__ import annotations

from tests.cast import SYSTEM, TODAY
from tests.records.linking_made import (
    KEPT_UNTIL,
    a_code_plan,
    a_coded_wave,
    a_linking,
    a_pair,
    ended_code_of,
    two_coded_waves,
)
from tests.records.made import a_study
from tests.records.surveys_made import a_draft, a_response, a_wave, an_approach, an_attachment, asked_offline
from throughline.records.surveys.actions import keep_answers_mapping
from throughline.vocabulary.code_parts import CodeElement, PairState
from throughline.vocabulary.study import PhaseKind
from throughline.vocabulary.waves import ApproachResult, ApproachThrough, Exclusion, ResponseSource

CALLS = {
    "add_instrument_version": lambda cast, now: {"study": a_study(cast), "code": "pipes", "draft": a_draft()},
    "open_wave": lambda cast, now: {
        "study": a_study(cast), "code": "first", "phase": PhaseKind.BEFORE, "opens_on": TODAY,
    },
    "close_wave": lambda cast, now: {"wave": a_wave(cast)},
    "set_target": lambda cast, now: {"wave": a_wave(cast), "site": cast.site, "target": 30},
    "record_approach": lambda cast, now: {
        "wave": a_wave(cast), "site": cast.site, "through": ApproachThrough.PEER, "result": ApproachResult.CONSENTED,
    },
    "record_asked_offline": lambda cast, now: {"wave": a_wave(cast), "asked": asked_offline(cast, now)},
    "make_fill_link": lambda cast, now: {"approach": an_approach(a_wave(cast), cast.site)},
    "start_response": lambda cast, now: {"approach": an_approach(a_wave(cast), cast.site)},
    "save_response": lambda cast, now: {"response": a_response(cast), "draft": "<data/>"},
    "keep_beside": lambda cast, now: {"response": a_response(cast), "draft": "<data/>"},
    "choose_draft": lambda cast, now: {"response": a_response(cast), "is_beside": True},
    "complete_response": lambda cast, now: {"response": a_response(cast), "answers": {}},
    "read_attachment": lambda cast, now: {"attachment": an_attachment(cast)},
    "read_response": lambda cast, now: {"response": a_response(cast)},
    "exclude_response": lambda cast, now: {"response": a_response(cast), "reason": Exclusion.TRIAL},
    "include_response": lambda cast, now: {"response": a_response(cast)},
    "withdraw_response": lambda cast, now: {"response": a_response(cast), "code": "ABCD2345"},
    "record_responses": lambda cast, now: {
        "wave": a_wave(cast), "source": ResponseSource.CSV, "questions": [], "drafts": [],
    },
    "name_code_elements": lambda cast, now: {
        "study": a_wave(cast).study, "instrument": None, "elements": [CodeElement(name) for name in "abc"], "destroy_on": KEPT_UNTIL,
    },
    "keep_answers_mapping": lambda cast, now: {"study": a_study(cast), "name": "wave", "content": {}},
    "let_answers_mapping_go": lambda cast, now: {
        "mapping": keep_answers_mapping(study=a_study(cast), name="wave", content={}, by=SYSTEM, at=now),
    },
    "link_two_waves": lambda cast, now: two_coded_waves(cast) | {"least_days": -1, "most_days": 400},
    "read_pairs": lambda cast, now: {"linking": a_linking(cast), "state": PairState.WAITING},
    "decide_pair": lambda cast, now: {
        "pair": a_pair(cast), "decision": PairState.UNDECIDED, "seen": PairState.LINKED,
    },
    "destroy_code_parts": lambda cast, now: {"plan": a_code_plan(a_coded_wave(cast))},
    "destroy_ended_code_parts": lambda cast, now: {"programme": ended_code_of(cast)},
}  # fmt: skip
