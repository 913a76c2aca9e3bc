"""The baseline table as it leaves: from counts that the door let through, and from nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reporting.made_baseline import baseline_answer, door
from throughline.evaluation.questions.baseline import least_of
from throughline.methods.baseline import ArmValues, ColumnKind
from throughline.methods.estimate import Missing
from throughline.methods.suppression import LT5, PROFILES
from throughline.reporting import baseline_words as words
from throughline.reporting.baseline_left import as_left, rows_left, specs_of
from throughline.vocabulary.study import ArmKind


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
    assert (
        "intervention"
        not in as_left(found, hes, (door(hes, "answered", **held), door(hes, "answer_known", **split)))["row"]
    )
    held["intervention"] = {"value": 100, "declined": 7, "not_asked": 5}
    coarse: Any = as_left(
        missing_of(found, declined=7, not_asked=5),
        hes,
        (door(hes, "answered", **held), door(hes, "answer_known", **split)),
    )["row"]
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
    held = {
        "intervention": {"value": 50, "declined": 2, "not_asked": 6}, "comparison": {"value": 50, "declined": 11},
    }  # fmt: skip
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


def test_a_row_tells_nothing_of_few_to_who_knows_how_many_were_asked() -> None:
    """From another row, to which nobody's answer is missing."""
    _shared, age, *_ = baseline_answer()["rows"]
    held = {"intervention": {"value": 50, "not_asked": 12, "declined": 3}, "comparison": {"value": 50}}
    given = missing_of(age, not_asked=12, declined=3)
    told = as_left(given, LT5, (door(LT5, "answered", **held),))["row"]
    assert set(told["intervention"]["missing"].values()) == {"suppressed"}, "12 of 15: the rest are 3"
    few = as_left(missing_of(age, declined=3), LT5, (door(LT5, "answered", **held),))["row"]
    assert "intervention" not in few and "too few" in str(words.refusal(few))


def missing_of(row: Any, **kinds: int) -> Any:
    arms = {
        arm: {**row["row"][arm], "missing": dict.fromkeys(row["row"][arm]["missing"], 0)} for arm in ArmKind
    }
    arms[ArmKind.INTERVENTION]["missing"] |= kinds
    return {**row, "row": {**row["row"], **arms}}


def test_means_of_few_values_leave_where_each_was_given_by_enough_and_no_count_is_rounded() -> None:
    _shared, age, *_ = baseline_answer()["rows"]
    held = {"intervention": {"value": 50, "not_asked": 9}, "comparison": {"value": 50}}
    age = {**age, "row": {**age["row"], "comparison": {**age["row"]["comparison"], "missing": {}}}}
    age = missing_of(age, not_asked=9)
    few, many = (
        ArmValues({1.0: 3, 2.0: 90}, Missing()),
        ArmValues({float(n): 2 for n in range(11)}, Missing()),
    )
    assert (least_of(ColumnKind.NUMBER, [few, few]), least_of(ColumnKind.SHARE, [few])) == (3, None)
    assert least_of(ColumnKind.NUMBER, [few, many]) is None and age["least"] is None
    for profile, least, is_told in ((LT5, 20, True), (LT5, 5, True), (LT5, 4, False), (LT5, None, True),
                                    (PROFILES["hes"], 20, False), (PROFILES["hes"], None, True)):  # fmt: skip
        row = as_left({**age, "least": least}, profile, (door(profile, "answered", **held),))["row"]
        assert ("difference" in row) == is_told, (profile.name, least)


def test_choices_of_one_question_are_told_all_or_none() -> None:
    """Four choices of 120 people: three that are told would tell the fourth."""
    shared = baseline_answer()["rows"][0]
    shared = missing_of(shared, declined=7)
    shared["row"][ArmKind.COMPARISON]["missing"] = dict.fromkeys(
        shared["row"][ArmKind.COMPARISON]["missing"], 0
    )
    held = {"intervention": {"value": 120, "declined": 7}, "comparison": {"value": 120}}
    rows, left = [], []
    for column, yes in (
        ("gender-man", 40),
        ("gender-woman", 39),
        ("gender-nonbinary", 39),
        ("gender-other", 2),
        ("paid", 40),
    ):
        rows.append({**shared, "variable": {**shared["variable"], "column": column}})
        split = {"intervention": {"yes": yes, "no": 120 - yes}, "comparison": {"yes": 40, "no": 80}}
        left.append((door(LT5, "answered", **held), door(LT5, "answer_known", **split)))
    told = rows_left(rows, LT5, left)
    assert [bool(one["row"].get("refused")) for one in told] == [True, True, True, True, False]
