"""What the actions of workforce are called with."""

from __future__ import annotations

from datetime import date

from tests.records.made import a_course, a_training, membership_of

CALLS = {
    "add_course": lambda cast, now: {"programme": cast.programme, "name": "New"},
    "hold_training": lambda cast, now: {
        "course": a_course(cast), "site": cast.site, "held_on": date(2025, 3, 1), "trainer": "T",
    },
    "record_attendance": lambda cast, now: {"training": a_training(cast), "attended": [membership_of(cast.bob)]},
}  # fmt: skip
