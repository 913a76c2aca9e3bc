"""What is told of numbers that no table of the ledger holds: nothing that rests on too few."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reporting.made import TOLD, contrast, entered, months, theme
from throughline.evaluation.results import to_plain
from throughline.methods.funnel import may_contrast_codes
from throughline.methods.suppression import HES, LT5
from throughline.reporting import checked
from throughline.vocabulary.nothing import SUPPRESSED


@pytest.mark.parametrize("few", [(2, 98), (98, 2), (1, 1), (4, 96)])
def test_one_site_with_too_few_silences_all_sites(few: tuple[int, int]) -> None:
    assert checked.estimate(contrast(), LT5).shows_sites
    assert not checked.estimate(contrast({**TOLD, "elver": (few, (30, 75))}), LT5).shows_sites


def test_a_site_where_nobody_did_is_told_where_enough_were_asked() -> None:
    assert checked.estimate(contrast({**TOLD, "elver": ((0, 100), (30, 75))}), LT5).shows_sites


def test_counts_of_an_estimate_are_rounded_and_small_kinds_of_nothing_suppressed() -> None:
    found = checked.estimate(contrast(), HES).found["headline"]
    assert found["n"] % 5 == 0
    assert checked.missing({"declined": 3, "not_asked": 12, "dont_know": 0}, HES) == {
        "declined": SUPPRESSED,
        "not_asked": 10,
        "dont_know": 0,
    }


def test_shares_by_a_day_of_a_small_group_are_suppressed() -> None:
    whole, small, none = checked.entered(entered(), LT5)
    assert len(whole.by_day) == 3 and not whole.is_suppressed
    assert small.is_suppressed and small.by_day == ()
    assert none.refused is not None and not none.is_suppressed


def test_pipes_of_a_month_with_few_contacts_are_suppressed_and_silence_stays_silence() -> None:
    told = {(month.site, month.month): month for month in checked.months(months(), LT5)}
    assert told["elver", "2025-02"].contacts == SUPPRESSED
    assert told["elver", "2025-02"].pipes_given == SUPPRESSED
    assert told["brook", "2025-03"].pipes_given == "not_recorded"
    assert told["brook", "2025-03"].staff_trained == "not_recorded"
    assert told["dunmere", "2025-03"].pipes_given == 0


def test_a_small_group_of_a_theme_cannot_be_taken_from_the_total() -> None:
    rows = checked.themes({"themes": [theme()]})[0]["by"]["participant_group"]
    assert [row["n"] for row in rows] == [SUPPRESSED, SUPPRESSED]  # two groups: the total would give one away


def test_themes_that_were_let_go_are_not_told() -> None:
    assert checked.themes({"themes": [{**theme(), "status": "let_go"}]}) == ()


def test_the_reason_against_codes_by_route_holds_numbers_only_where_its_table_shows_them() -> None:
    routes = may_contrast_codes({"service": (900, 100), "peer": (300, 200)})
    table = checked.without_code(to_plain(routes), {"service": 1000, "peer": 500}, LT5)
    assert checked.why_no_contrast(to_plain(routes), table) == routes.reason
    rounded = checked.without_code(to_plain(routes), {"service": 1000, "peer": 500}, HES)
    for kept in (rounded, None):
        assert checked.why_no_contrast(to_plain(routes), kept) == checked.NO_CONTRAST
    fine = replace(routes, reason=None)
    assert checked.why_no_contrast(to_plain(fine), table) is None
