"""The joint display: no contradiction about what was judged, the arms' difference, and each quote printed once."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

from tests.reporting.made import AT, composed, contrast, material, refused_contrast, theme
from throughline.evaluation.results import to_plain
from throughline.reporting import checked, design, said, wording
from throughline.reporting.build import compose
from throughline.reporting.document import JointBlock, TableBlock
from throughline.reporting.html import render_report
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material
from throughline.reporting.settled import settled
from throughline.rules.approaches import NOT_COUNTED


def _page(rows: list[dict[str, Any]]) -> str:
    given = material()
    return _page_of(replace(given, joint=checked.joint(rows, given.themes)))


def _page_of(release: Material) -> str:
    page = render_report(compose(release, at=AT))
    return page[page.index('id="joint"') :]


def _row(step: str, judged_theme: str | None = None, judged: str | None = None) -> dict[str, Any]:
    return {
        "step": step, "numbers": [], "contrasts": [], "judgement": judged,
        "themes": [{"theme": theme(), "judgement": judged_theme}],
    }  # fmt: skip


def test_a_step_of_which_a_theme_was_judged_does_not_say_that_nobody_judged() -> None:
    assert "Nobody has judged yet" not in _page([_row("contact", "confirmation")])
    assert "Nobody has judged yet" not in _page([_row("contact", None, "silence")])
    assert "Nobody has judged yet" in _page([_row("contact")])


def test_why_somebody_judged_so_stands_beside_the_judgement_in_each_format() -> None:
    """Of a theme beside a step, and of the step as a whole; where none may be told there is the judgement alone."""
    rows = [_row("contact", "confirmation", "silence"), _row("came_back", "expansion", "discordance")]
    given = material()
    whys = {("contact", 1): "Those who came say so.", ("contact", None): "Nobody spoke of staying away."}
    report = compose(replace(given, joint=checked.joint(rows, given.themes), reasons=whys), at=AT)
    blocks = next(one for one in settled(report)["sections"] if one["anchor"] == "joint")["blocks"]
    contact, back = (one for one in blocks if one["kind"] == "joint")
    assert contact["said"][1][0].endswith("Judged: confirmation. Why: Those who came say so.")
    assert contact["judgement"] == "Judged: silence. Why: Nobody spoke of staying away."
    assert back["judgement"] == "Judged: discordance." and back["said"][1][0].endswith("Judged: expansion.")


def test_what_two_analyses_judged_of_a_row_as_a_whole_stands_side_by_side() -> None:
    whole = [
        {"analysis": "Pipes", "judgement": "confirmation"},
        {"analysis": "Rooms", "judgement": "discordance"},
    ]
    given = material()
    rows = checked.joint([{**_row("contact"), "judgement": None, "whole": whole}], given.themes)
    release = replace(given, joint=rows, reasons={("contact", "Rooms"): "Nobody spoke of rooms."})
    (block,) = (one for one in said.joint(release).blocks if isinstance(one, JointBlock))
    assert str(block.judgement) == (
        "Judged: confirmation. In another analysis: Judged: discordance. Why: Nobody spoke of rooms."
    )


def test_an_outcome_that_is_no_step_is_a_row_with_its_change_its_theme_and_its_judgement() -> None:
    """With how each arm changed and how far apart that is; where they were not compared, with why."""
    asked = {"source": "survey", "measure": "pipe"}
    compared, refused = (
        one | {"outcome": one["outcome"] | asked | {"code": code, "name": name}}
        for one, code, name in ((contrast(), "pipe", "Shared a pipe"), (refused_contrast(), "cuts", "Cuts"))
    )
    rows = [
        {**_row("", "expansion"), "step": None, "outcome": "pipe"},
        {**_row("", None, "silence"), "step": None, "outcome": "cuts"},
    ]
    given = material(estimates=[contrast(primary=True), compared, refused])
    whys = {("outcome pipe", 1): "Each has one now.", ("outcome cuts", None): "Nobody was asked."}
    release = replace(given, joint=checked.joint(rows, given.themes), reasons=whys)
    pipe, cuts = (one for one in said.joint(release).blocks if isinstance(one, JointBlock))
    assert (str(pipe.name), str(cuts.name)) == ("Shared a pipe", "Cuts")
    headline = release.estimates[1].found["headline"]
    change = wording.change_text(headline["mean_change_intervention"], "binary")
    assert str(pipe.numbers[0]).startswith(
        f"Change from before to after: {change} at the average intervention site"
    )
    assert "intervention less comparison" in str(pipe.numbers[1])
    assert str(pipe.said[0]).endswith("Judged: expansion. Why: Each has one now.")
    assert (cuts.numbers, str(cuts.why_none)) == (
        (),
        "The comparison sites recorded nothing of this outcome.",
    )
    blocks = next(one for one in settled(compose(release, at=AT))["sections"] if one["anchor"] == "joint")[
        "blocks"
    ]
    assert [one["numbers"][1] for one in blocks if one["kind"] == "joint"][1] == [str(cuts.why_none)]
    assert str(cuts.why_none) in _page_of(release)
    judged = [{**_row("", "expansion"), "step": None, "outcome": "cuts"}]
    assert (
        Mark.INTEGRATION not in said.joint(replace(release, joint=checked.joint(judged, given.themes))).marks
    )
    assert str(cuts.judgement) == "Judged: silence. Why: Nobody was asked."
    assert cuts.earlier and "stand beside “Shared a pipe”" in str(cuts.earlier[0])


def test_of_two_outcomes_of_one_step_each_difference_says_of_which_it_is() -> None:
    other = contrast() | {"outcome": contrast()["outcome"] | {"code": "other", "name": "Told by people"}}
    release = replace(material(estimates=[contrast(), other]), joint=(_row("crack_use_told"),))
    (block,) = (one for one in said.joint(release).blocks if isinstance(one, JointBlock))
    told = [str(one) for one in block.numbers if "intervention less comparison" in str(one)]
    assert [one.partition(":")[0] for one in told] == ["“crack use told”", "“Told by people”"]


def test_of_two_outcomes_of_one_name_the_second_says_where_the_quotes_stand() -> None:
    found = [
        contrast() | {"outcome": contrast()["outcome"] | {"source": "survey", "measure": one, "code": one}}
        for one in "ab"
    ]
    given = material(estimates=found)
    rows = [{**_row(""), "step": None, "outcome": one} for one in "ab"]
    release = replace(given, joint=checked.joint(rows, given.themes))
    first, second = (one for one in said.joint(release).blocks if isinstance(one, JointBlock))
    assert first.name == second.name and first.quotes and not second.quotes
    assert len(second.earlier) == 1


def test_an_outcomes_row_says_for_what_its_answers_were_adjusted() -> None:
    adjusted = {
        "adjustment": {"covariates": ["age", "tenure"], "slopes": [0.1, 0.2], "n": 9, "without": 7},
        "unadjusted": None,
    }
    found = contrast() | {"adjusted": adjusted}
    found["outcome"] |= {"source": "survey", "measure": "pipe", "code": "pipe"}
    given, row = material(estimates=[found]), {**_row(""), "step": None, "outcome": "pipe", "contrast": found}
    (block,) = (one for one in said.joint(replace(given, joint=(row,))).blocks if isinstance(one, JointBlock))
    assert str(block.numbers[-1]) == "As planned, answers were first adjusted for age, tenure."


def test_the_arms_difference_stands_beside_its_step_with_its_interval() -> None:
    blocks = [one for one in said.joint(material()).blocks if isinstance(one, JointBlock)]
    told = {str(block.name): [str(one) for one in block.numbers] for block in blocks}
    pattern = r"Change from before to after, intervention less comparison, at their average sites: \+[\d.]+ points \(95% interval from .* to .*\)\."
    assert sum(bool(re.fullmatch(pattern, one)) for one in told["Crack use told"]) == 1
    assert not any("intervention less comparison" in one for one in told["Came back"])


def test_a_quote_is_printed_once_and_referred_to_afterwards() -> None:
    page = _page([_row("contact", "expansion"), _row("crack_use_told", "expansion")])
    assert page.count("asked before.") == 1
    assert page.count("Quotes of “A reason to come in” stand beside “Contact”.") == 1
    assert "No quote left" not in page


CENTRE = "A pipe is a reason to talk, not a service."


def _uncounted() -> Material:
    """The same release of a reflexive analysis."""
    read = {**theme(), "overall": None, "by": {}, "uncounted": to_plain(NOT_COUNTED)}
    given = replace(material(), themes=checked.themes({"themes": [read]}, {}), concepts={1: CENTRE})
    return replace(given, joint=checked.joint([_row("contact", "expansion")], given.themes))


def _read(given: Material) -> str:
    """What of a report tells of themes, as it is read."""
    sections = (design.what_was_done(given), said.themes(given), said.joint(given), design.limits(given))
    return html.unescape(render_report(replace(composed(), sections=sections)))


def test_a_theme_that_is_not_counted_is_told_by_its_centre_and_its_quotes_and_says_why() -> None:
    counted, page = _read(material()), _read(_uncounted())
    for word in ("n of N", "spoke of it", "Raised it unasked", "counted among people", "coverage.theme"):
        assert word in counted and word not in page, word
    assert page.count(str(NOT_COUNTED)) == 2  # beside the themes, and beside the numbers
    assert page.count(CENTRE) == 2 and "They <never> asked before." in page


def test_a_report_of_both_counts_the_one_and_not_the_other() -> None:
    read = {
        **theme(),
        "theme_no": 2,
        "name": "Read",
        "overall": None,
        "by": {},
        "uncounted": to_plain(NOT_COUNTED),
    }
    both = replace(material(), themes=checked.themes({"themes": [read, theme()]}, {}), concepts={2: CENTRE})
    section = said.themes(both)
    tables = {
        one.name: [str(row[0].text) for row in one.rows]
        for one in section.blocks
        if isinstance(one, TableBlock)
    }
    assert tables == {
        "concepts": ["Read"], "coverage": ["A reason to come in"], "coverage-participant_group": ["A reason to come in"]
    }  # fmt: skip
