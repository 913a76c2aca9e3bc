"""What the actions of surveys are called with."""

from __future__ import annotations

from tests.cast import TODAY
from tests.records.made import a_study
from tests.records.surveys_made import a_draft, a_response, a_wave, an_approach
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
    "make_fill_link": lambda cast, now: {"approach": an_approach(a_wave(cast), cast.site)},
    "start_response": lambda cast, now: {"approach": an_approach(a_wave(cast), cast.site)},
    "save_response": lambda cast, now: {"response": a_response(cast), "draft": "<data/>"},
    "complete_response": lambda cast, now: {"response": a_response(cast), "answers": {}},
    "read_response": lambda cast, now: {"response": a_response(cast)},
    "exclude_response": lambda cast, now: {"response": a_response(cast), "reason": Exclusion.TRIAL},
    "include_response": lambda cast, now: {"response": a_response(cast)},
    "withdraw_response": lambda cast, now: {"response": a_response(cast), "code": "ABCD2345"},
    "record_responses": lambda cast, now: {
        "wave": a_wave(cast), "source": ResponseSource.CSV, "questions": [], "drafts": [],
    },
}  # fmt: skip
