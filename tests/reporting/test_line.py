"""Shares entered by a day as a table: of the study's sites, in the order of the phases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.reporting.made import material
from throughline.reporting import line, summaries
from throughline.reporting.material import EnteredShare
from throughline.vocabulary.errors import Sentence

FEW_SITES = {"text": "Fewer than %(least)s sites stand behind it.", "params": {"least": 5}}


def _shares(*groups: tuple[str, ...]) -> tuple[EnteredShare, ...]:
    day: dict[str, Any] = {"day": 7, "share": 0.2, "interval": None, "no_interval": FEW_SITES}
    return tuple(
        EnteredShare(group, (day,), None, False, n=40, still_open=9, unknown=7, sites=3) for group in groups
    )


def test_shares_entered_stand_in_the_order_of_the_phases_and_of_study_sites_alone() -> None:
    given = replace(
        material(),
        entered=_shares(
            (), ("comparison", "after"), ("comparison", "before"), ("comparison", "implementation"),
            ("intervention", "after"), ("intervention", "before"), ("none", "none"),
        ),
    )  # fmt: skip
    section = line.entered(given)
    table = next(block for block in section.blocks if getattr(block, "name", "") == "entered-table")
    assert [str(row[0].text) for row in table.rows] == [
        "all study sites", "intervention, before", "intervention, after", "comparison, before", "comparison, implementation",
        "comparison, after",
    ]  # fmt: skip
    reasons = next(block for block in section.blocks if "no interval" in str(getattr(block, "lead", "")))
    assert reasons.sentences[0] == Sentence(
        "%(group)s: %(why)s", group=Sentence("all study sites"), why=Sentence(FEW_SITES["text"], least=5)
    )


def test_tables_behind_shares_entered_are_of_the_studys_arms() -> None:
    specs = [spec for *_, spec in summaries.entered_specs()] + [spec for _, spec in summaries.open_specs()]
    assert {spec.narrowed()["arm"] for spec in specs} == {("intervention", "comparison")}
