"""Attitudes as they leave: what rests on few is not told, nor what gives few away; and how the rest reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.evaluation.attitudes_made import Asked, in_memory
from tests.reporting.made import material
from tests.reporting.made_attitudes import asked, attitudes_answer
from throughline.evaluation.doors import counted
from throughline.evaluation.questions import attitudes
from throughline.evaluation.results import to_plain
from throughline.methods.suppression import LE7_ROUND5, LT5, Profile, protect
from throughline.reporting import attitudes_section, design
from throughline.reporting import attitudes_words as words
from throughline.reporting.attitudes_left import attitudes_left, specs_of


def left_of(more: list[Asked] | None = None, profile: Profile = LT5, *, is_refused: bool = False) -> Any:
    """As it leaves, its tables counted and protected as the door does it."""
    freeze = in_memory(asked(more))
    answer = to_plain(attitudes.ask(freeze))
    tables = {
        key: None if is_refused else protect(counted(freeze, spec), profile) for key, spec in specs_of(answer)
    }
    return attitudes_left(answer, tables, profile)


def rows_of(left: Any, group: str = "officer") -> list[Any]:
    return [row for row in left["rows"] if row["group"] == group]


def extra(site: str, arm: str, n: int, **more: Any) -> list[Asked]:
    """People who handed in one questionnaire only."""
    return [Asked(site, arm, "before", 9000 + one, 4.0, **more) for one in range(n)]


def test_estimates_leave_with_coarse_counts_and_few_do_not() -> None:
    left, whole = left_of(), attitudes_answer()
    everybody, treated, compared = rows_of(left)
    assert (
        everybody["questionnaires"] == {"before": 48, "after": 48, "both": 48} and everybody["n_both"] == 50
    )
    for row, exact in zip((everybody, treated, compared), rows_of(whole), strict=True):
        assert row["paired"]["change"] == float(f"{exact['paired']['change']:.4g}")
        assert row["sites"]["interval"] and "smallest" not in row["paired"]
    (contrast,) = [one for one in left["contrasts"] if one["group"] == "officer"]
    assert (
        contrast["found"]["df"] == 4 and "smallest" not in contrast and "+" in str(words.contrast(contrast))
    )
    for row in rows_of(left, "worker"):  # three people
        assert row["paired"] is None and row["sites"] is None and row["mean_before"] == "suppressed"
        assert set(row["missing_before"].values()) == {"suppressed"}
        assert row["n_both"] == "suppressed" and "Too few" in str(words.reasons(row)[0])
    assert "site-0" not in str(left) and left["cannot_show"] == whole["cannot_show"]


def test_means_of_all_stay_where_the_few_without_a_pair_could_be_worked_out() -> None:
    everybody, treated, compared = rows_of(left_of(extra("site-0", "intervention", 2)))
    for row in (everybody, treated):
        assert row["mean_before"] == "suppressed" and row["sites"] is None
    assert treated["paired"] and compared["sites"] and treated["questionnaires"]["before"] == "suppressed"
    many = rows_of(left_of(extra("site-0", "intervention", 6)))
    assert all(row["mean_before"] and row["sites"] for row in many)


def test_few_without_a_score_do_not_come_out_by_taking_the_linked_away() -> None:
    """Questionnaires are all linked and all told; three of them have no score on the subscale."""
    silent = [a for n in range(3) for a in (
        Asked("site-0", "intervention", "before", 8000 + n, 4.0), Asked("site-0", "intervention", "after", 8000 + n, "declined"),
    )]  # fmt: skip
    _, treated, _ = rows_of(left_of(silent))
    assert treated["questionnaires"]["both"] == 27 and treated["missing_after"]["declined"] == "suppressed"
    assert treated["paired"] and treated["mean_before"] == "suppressed" and treated["sites"] is None


def test_sites_outside_the_study_do_not_come_out_by_taking_the_arms_away() -> None:
    outside = [
        replace(a, site="beyond", arm="none", person=7000 + (a.person or 0))
        for a in asked()
        if a.site == "site-0" and a.group == "officer" and (a.person or 0) < 3
    ]
    everybody, treated, compared = rows_of(left_of(outside))
    assert everybody["paired"] is None and everybody["sites"] is None
    assert treated["paired"] and compared["paired"]


def test_an_interval_stays_where_a_site_has_few() -> None:
    few = [
        replace(a, site="site-9", person=6000 + (a.person or 0))
        for a in asked()
        if a.site == "site-0" and a.group == "officer" and (a.person or 0) < 3
    ]
    left = left_of(few)
    _, treated, compared = rows_of(left)
    assert treated["paired"]["interval"] is None and treated["paired"]["standard_error"] is None
    assert compared["paired"]["interval"] and "At some site" in str(words.reasons(treated))
    assert (
        "(interval suppressed)" in words.few_cells(treated)[5] and words.few_cells(treated)[7] == "suppressed"
    )
    assert next(one for one in left["contrasts"] if one["group"] == "officer")["found"] is None


def test_changes_of_site_means_stay_where_a_site_has_few_or_few_lie_at_sites_without_a_change() -> None:
    """Means of all people and of sites together would tell the score of a single one at a site."""
    alone = [Asked("site-7", "intervention", when, 7000, score) for when, score in (("before", 1.0), ("after", 7.0))]  # fmt: skip
    silent = [Asked("site-6", "intervention", "before", 6000 + n, 4.0) for n in range(8)]
    for more in (alone, [*alone, *silent]):
        left = left_of(more)
        everybody, treated, compared = rows_of(left)
        assert everybody["sites"] is None and treated["sites"] is None and compared["sites"]
        assert treated["mean_before"] and "change of site means" in str(words.reasons(treated))
        assert next(one for one in left["contrasts"] if one["group"] == "officer")["found"] is None
    few_silent = rows_of(left_of([*silent[:4], *extra("site-0", "intervention", 6)]))[1]
    assert few_silent["mean_before"] and few_silent["sites"] is None


def test_an_arm_of_one_site_and_what_gives_it_away_stay() -> None:
    freeze = in_memory([a for a in asked() if a.site not in ("site-4", "site-5")])
    answer = to_plain(attitudes.ask(freeze))
    tables = {key: protect(counted(freeze, spec), LT5) for key, spec in specs_of(answer)}
    everybody, treated, compared = rows_of(attitudes_left(answer, tables, LT5))
    assert (
        treated["paired"]
        and treated["mean_before"] != "suppressed"
        and compared["questionnaires"]["both"] == 8
    )
    for row in (everybody, compared):
        assert row["paired"] is None and row["sites"] is None and row["mean_before"] == "suppressed"
        assert words.reasons(row) == (words.ONE_SITE,) and words.cells(row)[5] == "suppressed"
    outside = [replace(a, site="site-9", arm="none", person=6000 + (a.person or 0)) for a in asked() if a.site == "site-0" and a.group == "officer"]  # fmt: skip
    everybody, treated, compared = rows_of(left_of(outside))
    assert everybody["paired"] is None and everybody["mean_before"] == "suppressed"
    assert treated["paired"] and compared["paired"]
    # a second site outside, none of whose people are known again: the first's linked would be what is left
    alone = [replace(one, site="site-8", person=None) for one in outside]
    assert rows_of(left_of([*outside, *alone]))[0]["paired"] is None


def test_an_arm_of_two_sites_is_told_without_an_interval() -> None:
    freeze = in_memory([a for a in asked() if a.site != "site-5"])
    answer = to_plain(attitudes.ask(freeze))
    tables = {key: protect(counted(freeze, spec), LT5) for key, spec in specs_of(answer)}
    _, treated, compared = rows_of(attitudes_left(answer, tables, LT5))
    assert treated["paired"]["interval"] and treated["sites"]["interval"]
    for change in (compared["paired"], compared["sites"]):
        assert change["interval"] is None and change["standard_error"] is None
    assert words.TWO_SITES in words.reasons(compared)


def test_where_the_door_refuses_nothing_is_told() -> None:
    left = left_of(is_refused=True)
    assert all(row["paired"] is None and row["sites"] is None for row in left["rows"])
    assert all(one["found"] is None for one in left["contrasts"])
    assert set(words.cells(left["rows"][0])) == {"suppressed"}
    silent = [
        Asked("site-0", "none", when, 9000 + n, "declined", "other")
        for n in range(3)
        for when in ("before", "after")
    ]
    assert (
        rows_of(left_of(silent), "other")[0]["paired_refused"]["text"] == words.FEW.text
    )  # not that nobody has a score


def test_the_report_has_a_section_where_attitudes_were_recorded() -> None:
    made = material()
    assert not list(attitudes_section.attitudes(made))
    given = replace(made, attitudes=left_of(profile=LE7_ROUND5))
    assert {"paired_change.linked/1", "paired_change.site_means/1"} <= {
        str(one) for one in design._versions(given)
    }
    (section,) = attitudes_section.attitudes(given)
    told = str(section)
    assert "regression to the mean" in told and "the change at intervention sites less the change at" in told
    assert "Who has no score" in told and "Officers, intervention: before: " in told
    assert "Officers" in told and section.marks
