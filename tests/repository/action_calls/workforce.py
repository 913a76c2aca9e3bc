"""What the actions of workforce are called with."""

from __future__ import annotations

from datetime import date

from tests.records.made import a_course, a_scale, a_training, membership_of
from throughline.records.workforce.actions import AssessmentDraft
from throughline.vocabulary.attitudes import AttitudeGroup, Moment, ScoringKey, Subscale

CALLS = {
    "add_course": lambda cast, now: {"programme": cast.programme, "name": "New"},
    "hold_training": lambda cast, now: {
        "course": a_course(cast), "site": cast.site, "held_on": date(2025, 3, 1), "trainer": "T",
    },
    "record_attendance": lambda cast, now: {"training": a_training(cast), "attended": [membership_of(cast.bob)]},
    "define_attitude_scale": lambda cast, now: {
        "programme": cast.programme, "name": "Role", "key": ScoringKey(1, 7, (Subscale("support", (1, 2)),)),
    },
    "record_assessments": lambda cast, now: {
        "scale": a_scale(cast),
        "drafts": [
            AssessmentDraft(cast.site.id, AttitudeGroup.WORKER, Moment.BEFORE, date(2025, 3, 1), "0" * 64, {1: 3, 2: 5})
        ],
    },
    "erase_assessments": lambda cast, now: {
        "scale": a_scale(cast), "site": cast.site, "group": AttitudeGroup.WORKER, "label": "K7",
    },
}  # fmt: skip
