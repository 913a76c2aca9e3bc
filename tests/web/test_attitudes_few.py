"""Attitudes on their page: what rests on few people is not shown, nor what it could be worked out from."""

from __future__ import annotations

from typing import Any

from tests.evaluation.attitudes_made import Asked
from tests.reporting.made_attitudes import attitudes_answer

from throughline.web.evaluation.attitudes import of_enough

HIDDEN = "suppressed"


def shown(more: list[Asked]) -> list[dict[str, Any]]:
    """Officers: everybody, intervention, comparison."""
    rows = [row for row in attitudes_answer(more)["rows"] if row["group"] == "officer"]
    return [of_enough(row, rows) for row in rows]


def test_everybody_less_the_arms_does_not_tell_who_is_of_none() -> None:
    assert all(HIDDEN not in (row["mean_before"], row["n_before"]) for row in shown([]))
    one = [Asked("site-9", "none", moment, 901, 3.0) for moment in ("before", "after")]
    everybody, *arms = shown(one)
    assert (everybody["n_before"], everybody["n_both"], everybody["paired"]) == (HIDDEN, HIDDEN, None)
    assert everybody["mean_before"] == HIDDEN and everybody["sites"] is None
    assert "Too few" in everybody["paired_refused"]["text"] and everybody["sites_refused"]
    assert all(arm["mean_before"] != HIDDEN and arm["paired"] for arm in arms)


def test_means_do_not_tell_the_few_without_a_pair() -> None:
    alone = [Asked("site-0", "intervention", "before", 900 + n, 4.0) for n in range(2)]
    everybody, treated, compared = shown(alone)
    for row in (everybody, treated):
        assert row["mean_before"] == HIDDEN and row["paired"] and row["n_before"] != HIDDEN
    assert compared["mean_before"] != HIDDEN


def test_few_without_a_score_are_not_counted_out() -> None:
    silent = [Asked("site-0", "intervention", "before", None, "declined") for _ in range(2)]
    more = [Asked("site-4", "comparison", "before", None, "declined") for _ in range(6)]
    everybody, treated, compared = shown(silent + more)
    assert treated["missing_before"]["declined"] == everybody["missing_before"]["declined"] == HIDDEN
    assert compared["missing_before"]["declined"] == 6


def test_few_at_a_site_weigh_as_much_as_many_and_are_not_told() -> None:
    alone = [Asked("site-7", "intervention", moment, 970, 1.0) for moment in ("before", "after")]
    everybody, treated, compared = shown(alone)
    assert treated["mean_before"] != HIDDEN and treated["sites"] is None and everybody["sites"] is None
    assert "change of site means" in treated["sites_refused"]["text"] and compared["sites"]
