"""The baseline table as it leaves: from counts that the door let through, and from nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reporting.made_baseline import baseline_answer, door
from throughline.methods.suppression import LT5, PROFILES
from throughline.reporting import baseline_words as words
from throughline.reporting.baseline_left import as_left, specs_of


def test_a_share_leaves_as_it_is_or_of_rounded_counts_or_not_at_all() -> None:
    found = baseline_answer()["rows"][0]
    answered, known = specs_of(found["variable"])
    assert (answered.dimensions, known.dimensions) == (("arm", "answered"), ("arm", "answer_known"))
    assert known.narrowed() == {
        "arm": ("intervention", "comparison"),
        "phase": "before",
        "question": "shared_pipe",
        "answer_known": ("yes", "no"),
    }
    held = {"intervention": {"value": 100, "declined": 7}, "comparison": {"value": 100, "not_asked": 9}}
    split = {
        "intervention": {"yes": 44, "no": 56},
        "comparison": {"yes": 40, "no": 60},
    }
    left = as_left(found, LT5, (door(LT5, "answered", **held), door(LT5, "answer_known", **split)))["row"]
    assert left["difference"] == pytest.approx(found["row"]["difference"])
    assert (left["intervention"]["missing"]["declined"], left["missing"]["not_asked"]) == (7, 9)
    hes = PROFILES["hes"]
    coarse: Any = as_left(found, hes, (door(hes, "answered", **held), door(hes, "answer_known", **split)))[
        "row"
    ]
    # 44 of 100 become 45 of 100 where counts are rounded to 5 (55 not), 40 of 100 stay.
    assert (
        coarse["intervention"]["mean"] == 45 / (45 + 55)
        and coarse["intervention"]["missing"]["declined"] == "suppressed"
    )
    split["comparison"]["yes"] = 3
    few = as_left(found, LT5, (door(LT5, "answered", **held), door(LT5, "answer_known", **split)))["row"]
    assert "difference" not in few and "intervention" not in few and "too few" in str(words.refusal(few))
    assert "difference" not in as_left(found, LT5, (None, None))["row"]


def test_means_leave_with_their_counts_and_what_no_door_counts_by_stays() -> None:
    _shared, age, route, mode = baseline_answer()["rows"]
    held = {"intervention": {"value": 50, "declined": 2}, "comparison": {"value": 50, "declined": 11}}
    left = as_left(age, LT5, (door(LT5, "answered", **held),))["row"]
    assert left["difference"] == age["row"]["difference"] and left["n"] == 100
    assert left["intervention"]["missing"]["declined"] == left["missing"]["declined"] == "suppressed"
    assert left["comparison"]["missing"]["declined"] == 11
    by_route = {
        "intervention": {"service": 60, "peer": 40, "police": 8},
        "comparison": {"service": 80, "peer": 20},
    }
    (spec,) = specs_of(route["variable"])
    assert spec.dimensions == ("arm", "route")
    told = as_left(route, LT5, (door(LT5, "route", **by_route),))["row"]
    assert told["difference"] == pytest.approx(route["row"]["difference"])
    assert specs_of(mode["variable"]) == () and "difference" not in as_left(mode, LT5, ())["row"]
