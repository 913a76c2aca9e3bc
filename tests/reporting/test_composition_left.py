"""The mix held still and contamination as they leave: estimates without few people behind them, shares whose counts left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.reporting.made import material
from tests.reporting.made_composition import composition_answer
from throughline.evaluation.questions.contamination import ANSWERED_SPEAK, METHOD
from throughline.evaluation.questions.outside import WHICH_IS_YES
from throughline.evaluation.results import to_plain
from throughline.methods.covariates import METHOD as ADJUSTED
from throughline.methods.intervals import SITES_DRAWN
from throughline.methods.suppression import LT5, protect
from throughline.methods.table import crossed
from throughline.reporting import composition_words as words
from throughline.reporting import design, reached_section
from throughline.reporting.composition_left import attribute_left, contamination_left, spec_of, wave_left
from throughline.vocabulary.errors import Sentence

WAVE: Any = {
    "wave": "after", "yes": 12, "n": 40, "share": 0.3, "missing": {"declined": 3, "not_asked": 6}, "interval": {"low": 0.2, "high": 0.4, "level": 0.95},
    "no_interval": None,
}  # fmt: skip


def test_estimates_leave_without_sites_and_not_where_few_answered() -> None:
    (found,) = composition_answer()["attributes"]
    left = attribute_left(found)
    shared, cuts = left["estimates"]
    whole = found["estimates"][0]["found"]
    assert shared["found"]["contrast"]["difference"] == float(f"{whole['contrast']['difference']:.4g}")
    assert shared["found"]["contrast"]["n"] % 5 == 0 and shared["found"]["unknown"] == 10
    for site in ("aston", "dale", "Aston", "Dale", "Shared a pipe", "stable"):
        assert site not in str(left), site
    assert words.beside_adjusted(left) == ()
    adjusted = {**left, "estimates": [{**shared, "headline": {**shared["headline"], "method": ADJUSTED}}]}
    assert "the columns beside it are not" in str(words.beside_adjusted(adjusted)[0])
    # Its own sentence names a site and an answer that nobody gave.
    assert (
        cuts["found"] is None and "fewer than 8 people" in cuts["refused"]["text"] % cuts["refused"]["params"]
    )
    cells = words.estimate_cells(shared)
    assert len(cells) == len(words.HEADS) - 1 and all("points" in cell for cell in cells)
    assert words.estimate_cells(cuts)[1:] == ("–", "–", "–")
    # Nor is it told where there is no headline beside it.
    alone = {**found, "estimates": [{**found["estimates"][1], "headline": None}]}
    assert "dale" not in str(attribute_left(alone))
    # That no one knows which answer is a yes is said of the outcome, and is no matter of how many there are.
    coded = to_plain(WHICH_IS_YES.given(measure="coded"))
    unsaid = {**found, "estimates": [{**found["estimates"][1], "headline": None, "refused": coded}]}
    assert attribute_left(unsaid)["estimates"][0]["refused"] == coded
    (of_few,) = composition_answer(few=6)["attributes"]
    assert attribute_left(of_few)["estimates"][0]["found"] is None
    # With few whose answer is not known, the headline of the others would tell of them.
    (near,) = composition_answer(unknown=3)["attributes"]
    told = attribute_left(near)["estimates"][0]
    assert told["found"]["same_people"] == "suppressed" and told["found"]["unknown"] == "suppressed"
    assert words.estimate_cells(told)[1] == "suppressed"


@pytest.mark.parametrize(
    ("counts", "share"),
    [((12, 28, 9), 0.3), ((3, 37, 9), None), ((12, 28, 2), None), ((12, 28, 0), 0.3), ((0, 40, 9), 0.0)],
)
def test_a_share_leaves_where_its_counts_do(counts: tuple[int, int, int], share: float | None) -> None:
    values = dict(zip(("yes", "no", "unknown"), counts, strict=True))
    spec = spec_of("got_pipe", "after")
    table = protect(crossed(spec.dimensions, {(one,): n for one, n in values.items()}, margins=()), LT5)
    left = wave_left(WAVE, table)
    assert left["interval"] is None and left["share"] == ("suppressed" if share is None else share)
    told = " ".join(
        str(one) for one in words.reached({"waves": [left], "cannot_show": {"text": "x", "params": {}}})
    )
    assert ("a count behind it is too small" in told) == (share is None)
    assert str(counts[0]) not in told if share is None else f"({counts[0]} of {counts[0] + counts[1]}" in told
    assert left["missing"] == ("suppressed" if 0 < counts[2] < 5 else counts[2])
    assert "single sites" in left["no_interval"]["text"]
    refused = wave_left(WAVE, None)
    assert (refused["share"], refused["n"], refused["missing"]) == ("suppressed",) * 3


def test_without_an_interval_nothing_is_said_to_rest_on_drawing_sites() -> None:
    found = {
        "asked": "got_pipe",
        "sites": ["aston"],
        "waves": [WAVE],
        "assumptions": to_plain((ANSWERED_SPEAK, SITES_DRAWN)),
    }
    left = contamination_left(found, [None])
    assert left["assumptions"] == to_plain([ANSWERED_SPEAK]) and "sites" not in left


def test_a_report_tells_what_reached_the_comparison_sites_or_why_it_does_not() -> None:
    given = material()
    (section,) = reached_section.reached(given)
    told = " ".join(str(one) for block in section.blocks for one in getattr(block, "sentences", ()))
    assert "Wave after: 11% of respondents at comparison sites said yes (17 of 150" in told
    assert "Wave before: the share at comparison sites is not told" in told
    assert "does not correct the contrast" in told
    assert METHOD in {str(one) for one in design._versions(given)}
    refused = replace(
        given, reached={"asked": "got_pipe", "waves": [], "refused": to_plain(Sentence("Nobody was asked."))}
    )
    (section,) = reached_section.reached(refused)
    assert "Nobody was asked." in str(section)
    of_survey = {
        **given.estimates[0].found,
        "outcome": {**given.estimates[0].found["outcome"], "source": "survey"},
    }
    silent = replace(given, reached=None, estimates=(replace(given.estimates[0], found=of_survey),))
    (section,) = reached_section.reached(silent)
    assert "no question of the survey was named" in str(section)
    assert not list(reached_section.reached(replace(given, reached=None)))


def test_where_nobody_answered_it_is_not_said_that_counts_are_small() -> None:
    spec = spec_of("got_pipe", "after")
    table = protect(crossed(spec.dimensions, {("unknown",): 9}, margins=()), LT5)
    left = wave_left(WAVE, table)
    assert (left["share"], left["n"], left["missing"]) == (None, 0, 9)
    (told,) = words.shares_reached({"waves": [left]})
    assert str(told) == "Wave after: nobody at a comparison site answered it. Missing: 9."
