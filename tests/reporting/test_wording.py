"""Estimates in plain words: from fields, with their sign, their interval and what they assume; without verdicts."""

from __future__ import annotations

import re
import statistics
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tests.reporting.made import TOLD, contrast, refused_contrast
from throughline.methods.contrast import EXCHANGEABLE, PARALLEL
from throughline.reporting import sensitivity, wording
from throughline.reporting.document import say
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing

REPORTING = Path(wording.__file__).parent
VERDICTS = ("significan", "no effect", "effective", "proves", "succeeded", "failed to", "as expected")


def test_say_refuses_a_number_in_the_text() -> None:
    with pytest.raises(Invalid, match="number of its own"):
        say("There are 6 sites.")
    assert str(say("There are %(n)s sites.", n=6)) == "There are 6 sites."


def test_days_and_moments_are_written_in_the_readers_language() -> None:
    moment = "2025-09-01T16:30:00+02:00"
    assert (wording.day_text("2025-09-01"), wording.moment_text(moment)) == (
        "1 Sep 2025",
        "1 Sep 2025, 2:30 p.m. UTC",
    )
    with override("fr"):
        assert (wording.day_text("2025-09-01"), wording.moment_text(moment)) == (
            "1 septembre 2025", "1 septembre 2025 14:30 UTC",
        )  # fmt: skip


def test_headline_names_both_arms_the_difference_and_its_interval() -> None:
    found = contrast()
    first, _, second = wording.headline(found)
    estimate = found["headline"]
    by_hand = {
        arm: [after[0] / sum(after) - before[0] / sum(before) for site, (before, after) in TOLD.items() if site in sites]
        for arm, sites in (("t", ("ashby", "brook", "carrow")), ("c", ("dunmere", "elver", "farrow")))
    }  # fmt: skip
    difference = sum(by_hand["t"]) / 3 - sum(by_hand["c"]) / 3
    assert f"The difference is +{100 * difference:.1f} points" in str(first)
    assert f"to +{100 * estimate['interval']['high']:.1f} points" in str(first)
    assert "3 intervention sites and 3 comparison sites" in str(second)
    assert "132 not asked, 84 declined" in str(second)


def test_p_is_told_only_where_the_plan_names_the_outcome_as_primary() -> None:
    assert not any("its p" in str(told) for told in wording.headline(contrast()))
    assert any("its p" in str(told) for told in wording.headline(contrast(primary=True)))


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.1, "= .10"),
        (0.0312, "= .03"),
        (0.004, "= .004"),
        (0.0004, "< .001"),
        (0.5, "= .50"),
        (1.0, "> .99"),
    ],
)
def test_p_is_written_without_a_nought(p: float, shown: str) -> None:
    assert wording.p_text(p) == shown


def test_beside_p_stands_why_the_count_of_arrangements_cannot_say_as_much() -> None:
    told = " ".join(str(one) for one in wording.headline(contrast(primary=True)))
    assert "these 6 sites being near normal" in told
    assert "cannot go below 2 of 20, p = .10" in told


def test_headline_tells_how_widely_the_changes_of_each_arm_scatter() -> None:
    found = contrast()
    scatter = next(str(one) for one in wording.headline(found) if "scatter" in str(one))
    by_hand = [
        statistics.stdev(
            100 * (after[0] / sum(after) - before[0] / sum(before))
            for site, (before, after) in TOLD.items()
            if site in sites
        )
        for sites in (("ashby", "brook", "carrow"), ("dunmere", "elver", "farrow"))
    ]
    assert all(f"{one:.1f} points" in scatter for one in by_hand)


def test_what_is_still_open_is_said_beside_what_is_missing() -> None:
    found = contrast()
    assert not any("still open" in str(one) for one in wording.headline(found))
    found["headline"]["still_open"] = 31
    told = next(str(one) for one in wording.headline(found) if "still open" in str(one))
    assert "31 still open" in told and "neither a no nor missing" in told


def test_without_a_locked_plan_no_plan_is_spoken_of() -> None:
    found = contrast()
    found["outcome"]["is_plan_locked"] = False
    assert (
        str(wording.standing(found))
        == "No analysis plan was locked before the data could be looked at: this outcome is exploratory."
    )
    found["outcome"]["is_plan_locked"] = True
    assert "does not name this outcome" in str(wording.standing(found))
    assert "names this outcome as primary" in str(wording.standing(contrast(primary=True)))


def test_changes_from_rounded_counts_are_told_in_whole_points() -> None:
    told = " ".join(str(one) for one in wording.headline({**contrast(), "is_coarse": True}))
    assert re.search(r"\d points", told) and not re.search(r"\d\.\d", told)


def test_refused_contrast_says_why_and_gives_no_number() -> None:
    found = refused_contrast()
    assert list(wording.headline(found)) == []
    assert wording.permutation(found) is None and wording.leave_one_out(found) is None
    assert str(wording.refusal(found)) == "The comparison sites recorded nothing of this outcome."


def test_assumptions_are_told_once_each() -> None:
    told = wording.assumptions(contrast())
    assert PARALLEL in told and EXCHANGEABLE in told
    assert len(set(told)) == len(told)


def test_permutation_says_how_few_arrangements_there_are() -> None:
    assert "20" in str(wording.permutation(contrast()))


@given(st.floats(-1, 1))
def test_a_sign_stands_where_the_number_shown_is_not_zero(number: float) -> None:
    shown = wording.change_text(number, "binary")
    digits = float(re.sub(r"[^\d.]", "", shown))
    assert shown.startswith(("+", "−")) == (digits != 0)
    assert digits == pytest.approx(abs(number) * 100, abs=0.05 + 1e-9)


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0%"), (0.003, "<1%"), (0.46, "46%"), (0.994, "99%"), (0.996, ">99%"), (1, "100%")],
)
def test_a_percentage_reads_as_none_or_all_only_where_it_is(share: float, shown: str) -> None:
    assert wording.percent_text(share) == shown


@given(st.integers(0, 10**9))
def test_counts_read_back(number: int) -> None:
    assert int(wording.count_text(number).replace(",", "")) == number


def test_missing_words_tell_every_kind_and_never_a_blank() -> None:
    assert wording.missing_words({}) == "none"
    assert wording.missing_words({"declined": "suppressed", "not_asked": 12}) == (
        "12 not asked, declined suppressed"
    )
    few = {"not_asked": 12, "declined": "suppressed", "dont_know": "suppressed"}
    assert wording.missing_words(few) == "12 not asked, declined and don't know suppressed"
    assert wording.missing_words({kind.value: "suppressed" for kind in Nothing}) == "every kind suppressed"


def test_no_verdict_stands_in_any_text_of_the_reports() -> None:
    texts = [path for path in REPORTING.rglob("*") if path.suffix in {".py", ".html"}]
    assert len(texts) > 10
    for path in texts:
        text = path.read_text(encoding="utf-8").lower()
        assert not [verdict for verdict in VERDICTS if verdict in text], path.name


def test_a_sentence_of_a_result_is_as_it_was() -> None:
    told = wording.sentence_of({"text": "%(n)s of %(of)s", "params": {"n": 2, "of": 3}})
    assert told == Sentence("%(n)s of %(of)s", n=2, of=3)


def test_how_wrong_drawn_answers_may_be_is_told_as_far_as_it_was_tried() -> None:
    """A mean has no end: two SDs worse are not `however wrong`."""
    found = {"steps": [{"worse": 0.1}, {"worse": 2.0}], "unit_sd": 1.5, "sign_at": None, "interval_at": None}
    assert [str(one)[:22] for one in sensitivity.turning(found)] == 2 * ["Up to 2 SD (3) worse, "]
    assert str(sensitivity.turning({**found, "sign_at": 0.5})[0]).startswith("Worse by 0.5 SD (0.75), ")
