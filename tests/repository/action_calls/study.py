"""What the actions of study are called with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from tests.records.made import (
    a_consent,
    a_freeze,
    a_release_draft,
    a_rows_draft,
    a_study,
    a_study_site,
    approved_rows,
    asked_for_rows,
)
from throughline.records.study.actions import record_release
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import (
    ArmKind,
    ConsentScope,
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
)

DAY = date(2025, 3, 1)


def _reword(cast: Cast, now: datetime) -> dict[str, Any]:
    record_release(programme=cast.programme, draft=a_release_draft(), by=SYSTEM, at=now)
    return {"programme": cast.programme, "reword": str.upper}


CALLS = {
    "create_study": lambda cast, now: {"programme": cast.programme, "title": "New", "design": "d"},
    "add_study_site": lambda cast, now: {"study": a_study(cast), "site": cast.site, "arm": ArmKind.COMPARISON},
    "set_phase": lambda cast, now: {
        "study_site": a_study_site(cast), "kind": PhaseKind.AFTER, "from_on": DAY,
    },
    "add_outcome": lambda cast, now: {
        "study": a_study(cast), "code": "entered", "name": "Entered", "kind": OutcomeKind.BINARY,
        "source": OutcomeSourceKind.MONITORING, "measure": "entered", "rank": OutcomeRank.PRIMARY,
        "direction": Direction.HIGHER_IS_BETTER, "success_by": "the service",
    },
    "lock_plan": lambda cast, now: {"study": a_study(cast), "content": {}},
    "change_protocol": lambda cast, now: {"study": a_study(cast), "on": DAY, "what": "x", "why": "y"},
    "record_research_consent": lambda cast, now: {
        "study": a_study(cast), "sheet_version": "1", "scopes": [ConsentScope.QUOTE], "given_on": DAY,
    },
    "withdraw_research_consent": lambda cast, now: {"consent": a_consent(a_study(cast))},
    "record_freeze": lambda cast, now: {
        "study": a_study(cast), "name": "new", "content_hash": "0" * 64, "rows": {},
    },
    "record_evaluation": lambda cast, now: {"freeze": a_freeze(a_study(cast))},
    "record_release": lambda cast, now: {"programme": cast.programme, "draft": a_release_draft()},
    "refuse_release": lambda cast, now: {
        "programme": cast.programme, "draft": a_release_draft(), "refusal": Sentence("No."),
    },
    "reword_ledger": _reword,
    "ask_for_rows": lambda cast, now: {
        "freeze": a_freeze(a_study(cast)), "draft": a_rows_draft(), "row_count": 9, "smallest_group": 5,
    },
    "approve_rows": lambda cast, now: {"request": asked_for_rows(cast)},
    "decline_rows": lambda cast, now: {"request": asked_for_rows(cast)},
    "record_rows_left": lambda cast, now: {
        "request": approved_rows(cast), "content_hash": "0" * 64, "row_count": 9, "smallest_group": 5,
    },
    "hand_over_report": lambda cast, now: {"freeze": a_freeze(a_study(cast))},
    "hand_over_rows": lambda cast, now: {"request": asked_for_rows(cast)},
}  # fmt: skip
