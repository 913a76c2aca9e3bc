"""What is told of numbers that no table of the ledger holds: nothing that rests on too few."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reporting.made import (
    ARMS,
    TOLD,
    contrast,
    entered,
    entered_tables,
    estimate_of,
    months,
    months_table,
    open_tables,
    tables_of,
    theme,
    without_code,
)
from tests.reporting.made_sensitivity import beside_of
from throughline.evaluation import pooled
from throughline.evaluation.results import to_plain
from throughline.methods.exposures import share_of_staff_trained
from throughline.methods.funnel import may_contrast_codes
from throughline.methods.suppression import HES, LT5
from throughline.reporting import checked, wording
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import ArmKind


@pytest.mark.parametrize("few", [(2, 98), (98, 2), (1, 1), (4, 96)])
def test_one_site_with_too_few_silences_all_sites(few: tuple[int, int]) -> None:
    assert estimate_of(contrast(), LT5).shows_sites
    assert not estimate_of(contrast({**TOLD, "elver": (few, (30, 75))}), LT5).shows_sites


def test_a_site_where_nobody_did_is_told_where_enough_were_asked() -> None:
    assert estimate_of(contrast({**TOLD, "elver": ((0, 100), (30, 75))}), LT5).shows_sites


def test_a_site_whose_table_the_door_refused_silences_all_sites_and_the_counts() -> None:
    found = contrast()
    left = tables_of(found, LT5)
    told = checked.estimate(found, LT5, by_site=(left["by_site"][0], None), overall=(None,))
    assert not told.shows_sites
    assert told.found["headline"]["n"] == SUPPRESSED
    assert set(told.found["headline"]["missing"].values()) == {SUPPRESSED}
    assert told.found["headline"]["difference"] == found["headline"]["difference"]


def test_counts_of_an_estimate_are_rounded_and_small_kinds_of_nothing_suppressed() -> None:
    found = contrast()
    for cell in found["cells"]:
        cell["missing"] |= {"dont_know": 0, "declined": 0, "not_asked": 0}
    found["cells"][0]["missing"] |= {"declined": 3, "not_asked": 12}
    told = estimate_of(found, HES).found["headline"]
    assert told["n"] % 5 == 0
    assert (told["missing"]["declined"], told["missing"]["not_asked"]) == (SUPPRESSED, 10)


@given(st.lists(st.tuples(st.integers(8, 300), st.integers(8, 300)), min_size=12, max_size=12))
@settings(max_examples=15, deadline=None)
def test_shares_of_sites_under_a_rounding_profile_come_from_rounded_counts(
    counts: list[tuple[int, int]],
) -> None:
    """Whoever has the rounded counts can compute every share, change and the difference of the arms; nothing else is in them."""
    pairs = list(zip(counts[::2], counts[1::2], strict=True))
    try:
        found = contrast(dict(zip(TOLD, pairs, strict=True)))
    except Unready:
        return  # no spread between sites: there is nothing to tell of either way
    told = estimate_of(found, HES).found
    if told["refused"]:
        assert told["changes"] is None and told["headline"] is None
        return
    changes = {}
    for (site, given_counts), row in zip(
        dict(zip(TOLD, pairs, strict=True)).items(),
        sorted(told["changes"]["sites"], key=lambda one: list(TOLD).index(one["site"])),
        strict=True,
    ):
        shares = []
        for (yes, no), phase in zip(given_counts, ("before", "after"), strict=True):
            rounded = 5 * ((yes + 2) // 5), 5 * ((no + 2) // 5)
            shares.append(rounded[0] / sum(rounded))
            assert row[phase]["value"] == pytest.approx(shares[-1])
            assert row[phase]["n"] == sum(rounded)
        changes[site] = shares[1] - shares[0]
        assert row["change"] == pytest.approx(changes[site])
    mean = {arm: sum(changes[site] for site in ARMS if ARMS[site] == arm) / 3 for arm in set(ARMS.values())}
    expected = mean[ArmKind.INTERVENTION] - mean[ArmKind.COMPARISON]
    assert told["headline"]["difference"] == pytest.approx(expected)


def test_without_rounding_an_estimate_is_as_it_was() -> None:
    found = contrast()
    told = estimate_of(found, LT5).found
    assert told["changes"] == found["changes"]
    assert told["headline"]["interval"] == found["headline"]["interval"]
    assert told["headline"]["n"] == found["headline"]["n"]


def test_shares_by_a_day_of_a_small_group_are_suppressed() -> None:
    whole, small, none = checked.entered(entered(), LT5, entered_tables(LT5), open_tables(LT5))
    assert len(whole.by_day) == 3 and not whole.is_suppressed
    assert small.is_suppressed and small.by_day == ()
    assert none.refused is not None and not none.is_suppressed


def test_pipes_of_a_month_with_few_contacts_are_suppressed_and_silence_stays_silence() -> None:
    told = {(month.site, month.month): month for month in checked.months(months(), LT5, months_table(LT5))}
    assert told["elver", "2025-02"].contacts == SUPPRESSED
    assert told["elver", "2025-02"].pipes_given == SUPPRESSED
    assert told["brook", "2025-03"].pipes_given == "not_recorded"
    assert told["brook", "2025-03"].staff_trained == "not_recorded"
    assert told["dunmere", "2025-03"].pipes_given == 0


def test_shares_by_a_day_are_told_only_where_their_counts_left_and_from_rounded_ones() -> None:
    left = dict(entered_tables(LT5))
    left[(), 28] = None
    whole = next(checked.entered(entered(), LT5, left, open_tables(LT5)))
    assert [day["day"] for day in whole.by_day] == [7, 90]
    n = entered()["entered"][0]["incidence"]["n"]
    rounded = next(checked.entered(entered(), HES, entered_tables(HES), open_tables(HES)))
    for day in rounded.by_day:
        whole_n = 5 * ((n + 2) // 5)
        assert (day["share"] * whole_n) == pytest.approx(5 * round(day["share"] * whole_n / 5))


def test_months_without_their_table_are_suppressed() -> None:
    told = {(month.site, month.month): month for month in checked.months(months(), LT5, None)}
    assert told["dunmere", "2025-03"].contacts == told["dunmere", "2025-03"].pipes_given == SUPPRESSED
    assert told["brook", "2025-03"].contacts == "not_recorded"


@pytest.mark.parametrize(
    ("trained", "staff", "told"), [(0, 4, SUPPRESSED), (3, 4, SUPPRESSED), (0, 5, 0.0), (3, 5, 0.6)]
)
def test_a_share_of_few_staff_is_suppressed_whatever_it_is(
    trained: int, staff: int, told: float | str
) -> None:
    assert checked._trained(to_plain(share_of_staff_trained(trained, staff)), LT5) == told


def test_a_small_group_of_a_theme_cannot_be_taken_from_the_total() -> None:
    rows = checked.themes({"themes": [theme()]}, {})[0]["by"]["participant_group"]
    assert [row["n"] for row in rows] == [SUPPRESSED, SUPPRESSED]  # two groups: the total would give one away


def test_themes_that_were_let_go_are_not_told() -> None:
    assert checked.themes({"themes": [{**theme(), "status": "let_go"}]}, {}) == ()


def test_the_reason_against_codes_by_route_holds_numbers_only_where_its_table_shows_them() -> None:
    routes = may_contrast_codes({"service": (900, 100), "peer": (300, 200)})
    table = without_code(LT5)
    assert checked.why_no_contrast(to_plain(routes), table) == routes.reason
    rounded = without_code(HES)
    for kept in (rounded, None):
        assert checked.why_no_contrast(to_plain(routes), kept) == checked.NO_CONTRAST
    fine = replace(routes, reason=None)
    assert checked.why_no_contrast(to_plain(fine), table) is None


def test_a_share_by_a_day_tells_of_how_many_and_how_many_are_open_or_unknown() -> None:
    whole, *_ = checked.entered(entered(), LT5, entered_tables(LT5), open_tables(LT5))
    assert (whole.still_open, whole.unknown, whole.sites) == (120, 31, 6)
    assert whole.n == 400 + 9 * whole.by_day[0]["day"] // 7
    # Open ones whose table did not leave are suppressed, never none.
    whole, *_ = checked.entered(entered(), LT5, entered_tables(LT5), {(): None})
    assert (whole.still_open, whole.unknown) == (SUPPRESSED, SUPPRESSED)


def test_what_is_still_open_at_a_site_is_not_recorded_under_a_profile_that_rounds() -> None:
    found = contrast()
    for cell in found["cells"]:
        cell["still_open"] = 37
    rounded = checked.from_rounded(found, HES)
    for site in checked.sites_of(rounded):
        for phase, (yes, no) in zip(("before", "after"), TOLD[site["site"]], strict=True):
            cell = site[phase]
            assert (cell["n"], cell["still_open"]) == (HES.rounded(yes) + HES.rounded(no), 37)


def test_nothing_unadjusted_stands_in_the_place_of_what_a_plan_adjusts() -> None:
    found = contrast()
    found["outcome"] |= {"covariates": ["age"], "source": "survey"}
    found["adjusted"] = {"adjustment": {"covariates": ["age"], "slopes": [0.1], "n": 9, "without": 7}}
    told, unadjusted = estimate_of(found, LT5).found, estimate_of({**found, "adjusted": None}, LT5).found
    assert told["headline"]["n"] == unadjusted["headline"]["n"] - 7
    found["adjusted"]["adjustment"]["without"] = 2
    assert estimate_of(found, LT5).found["headline"]["n"] == SUPPRESSED
    # Adjusting was refused: neither headline nor lines beside it are taken from rounded counts in its place.
    why = {"text": "That cannot be done.", "params": {}}
    refused = {**found, "adjusted": None, "headline": None, "permutation": None, "leave_one_out": None}
    for asked, reason in ((found, to_plain(checked.NOT_FROM_ROUNDED)), ({**refused, "refused": why}, why)):
        coarse = beside_of(estimate_of(asked, HES), asked, HES)
        assert (coarse.found["headline"], coarse.found["permutation"], coarse.found["refused"]) == (
            None,
            None,
            reason,
        )
        assert coarse.beside is not None and (coarse.beside["lines"], coarse.beside["without_site"]) == (
            [],
            None,
        )


def test_how_two_sites_scatter_is_not_told_where_they_are_not() -> None:
    """With the mean of an arm it would be what each of its two sites changed by."""
    two = contrast({site: values for site, values in TOLD.items() if site != "farrow"})
    scatter = ("sd_change_intervention", "sd_change_comparison")
    told = estimate_of(two, LT5)
    assert told.shows_sites and told.found["headline"]["sd_change_comparison"] > 0
    hidden = checked.estimate(two, LT5, by_site=(None,), overall=tables_of(two, LT5)["overall"])
    assert [hidden.found["headline"][name] for name in scatter] == [SUPPRESSED] * 2
    assert any("both sites of an arm of two" in str(one) for one in wording.headline(hidden.found))
    assert [pooled.as_told(two["headline"])[name] for name in scatter] == [SUPPRESSED] * 2
    assert "leave_one_out" not in pooled.as_told(two), "what is left without one of two sites is the other"
    three = pooled.as_told(contrast()["headline"])
    assert all(isinstance(three[name], float) for name in scatter)


def test_few_missing_hide_how_many_recorded_where_there_is_no_interval_either() -> None:
    found = contrast()
    found["outcome"]["source"] = "survey"
    for cell in found["cells"]:
        cell["missing"] = dict.fromkeys(cell["missing"], 0)
    found["cells"][0]["missing"]["declined"] = 3
    assert estimate_of({**found, "headline": None}, LT5).found["permutation"]["n"] == SUPPRESSED
