"""The sensitivity table on the page of estimates: what is shown, and p only where a locked plan names the outcome."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation
from tests.reporting.made import contrast
from tests.reporting.made_sensitivity import refused_sensitivity, sensitivity

from throughline.vocabulary.study import OutcomeKind
from throughline.web.evaluation.sensitivity import differing, table

ROWS = 7


def _words(primary: bool) -> str:
    given = table(contrast(primary=primary), sensitivity(primary=primary))
    page: str = render_to_string("evaluation/sensitivity.html", {"table": given, "anchor": "outcome-0"})
    return " ".join(page.split())


def test_every_way_stands_below_the_headline_with_its_words() -> None:
    found = table(contrast(), sensitivity())
    assert [str(row.way) for row in found["rows"]][:2] == [
        "Site changes, t (the headline)",
        "Individual answers, CR2",
    ]
    assert len(found["rows"]) == ROWS
    headline, cr2 = found["rows"][:2]
    assert headline.estimate.endswith(" points") and headline.estimate != cr2.estimate
    odds = found["rows"][-1]
    assert "points" not in odds.estimate and float(odds.estimate) > 1
    assert [str(row.way) for row in found["refusals"]] == ["Individual answers, usual interval (CR1)"]
    assert {
        "few_clusters.cr2/1",
        "few_clusters.wild_bootstrap/2",
        "few_clusters.leave_one_site_out/1",
    } <= set(found["methods"])
    words = _words(primary=False)
    for told in (
        "Without the programme, the odds would have changed by the same factor",
        "far too narrow",
        "lies between",
    ):
        assert told in words
    for verdict in ("significan", "effective", "proven", "no effect"):
        assert verdict not in words.lower()


def test_p_is_shown_only_where_a_locked_plan_names_the_outcome() -> None:
    planned, other = _words(primary=True), _words(primary=False)
    assert ">p</th>" in planned and " of 64)" in planned
    assert ">p</th>" not in other and " of 64)" not in other


def test_an_outcome_without_a_table_says_why() -> None:
    found = table(contrast(), refused_sensitivity())
    page = render_to_string("evaluation/sensitivity.html", {"table": found, "anchor": "outcome-0"})
    assert "The comparison sites recorded nothing of this outcome." in page
    assert "<table" not in page


def test_how_much_worse_is_written_as_the_readers_language_does() -> None:
    step = {"worse": 0.25, "estimate": -1.5, "interval": {"low": -2.5, "high": -0.5, "level": 0.95}}
    given = {"drawn": 9, "unit_sd": 1.5, "sign_at": None, "interval_at": 0.25, "steps": [step]}
    with translation.override("de"):
        told = differing(given, OutcomeKind.CONTINUOUS)
    assert told is not None and told["interval"] == told["most"] == "0,25 SD (0,375)"
