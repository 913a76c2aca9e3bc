"""The joint display: no contradiction about what was judged, the arms' difference, and each quote printed once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from tests.reporting.made import AT, material, theme
from throughline.reporting import checked, said
from throughline.reporting.build import compose
from throughline.reporting.document import JointBlock
from throughline.reporting.html import render_report


def _page(rows: list[dict[str, Any]]) -> str:
    given = material()
    page = render_report(compose(replace(given, joint=checked.joint(rows, given.themes)), at=AT))
    return page[page.index('id="joint"') :]


def _row(step: str, judged_theme: str | None = None, judged: str | None = None) -> dict[str, Any]:
    return {
        "step": step, "numbers": [], "contrast": None, "judgement": judged,
        "themes": [{"theme": theme(), "judgement": judged_theme}],
    }  # fmt: skip


def test_a_step_of_which_a_theme_was_judged_does_not_say_that_nobody_judged() -> None:
    assert "Nobody has judged yet" not in _page([_row("contact", "confirmation")])
    assert "Nobody has judged yet" not in _page([_row("contact", None, "silence")])
    assert "Nobody has judged yet" in _page([_row("contact")])


def test_the_arms_difference_stands_beside_its_step_with_its_interval() -> None:
    blocks = [one for one in said.joint(material()).blocks if isinstance(one, JointBlock)]
    told = {str(block.step): [str(one) for one in block.numbers] for block in blocks}
    pattern = r"Change from before to after, intervention less comparison: \+[\d.]+ points \(95% interval from .* to .*\)\."
    assert sum(bool(re.fullmatch(pattern, one)) for one in told["Crack use told"]) == 1
    assert not any("intervention less comparison" in one for one in told["Came back"])


def test_a_quote_is_printed_once_and_referred_to_afterwards() -> None:
    page = _page([_row("contact", "expansion"), _row("crack_use_told", "expansion")])
    assert page.count("asked before.") == 1
    assert page.count("Quotes of “A reason to come in” stand beside “Contact”.") == 1
    assert "No quote left" not in page
