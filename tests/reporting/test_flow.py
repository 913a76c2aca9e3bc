"""The flow of participants as it leaves: its steps add up, and a hidden end is in no step, no box and no line of the drawing."""

from __future__ import annotations

import functools
import re
from dataclasses import asdict, replace

import pytest

from tests.reporting.made import AT, contrast, flow, material, tables_of
from throughline.methods.suppression import HES, LE7_ROUND5, LT5, Profile, custom
from throughline.reporting import checked
from throughline.reporting.build import compose
from throughline.reporting.document import FigureBlock, TableBlock
from throughline.reporting.flow_left import steps_of
from throughline.reporting.flow_section import who_took_part
from throughline.reporting.material import Material
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import ArmKind

PROFILES = (LT5, HES, LE7_ROUND5, custom(6, 3))


@functools.cache
def _made() -> Material:
    return material()


def test_steps_add_up_from_who_was_approached_to_who_is_analysed() -> None:
    asked, files, _ = flow(few=30)
    told = {arm: asdict(steps) for arm, steps in steps_of(asked)}
    mine = told[ArmKind.INTERVENTION]
    assert [mine[step] for step in ("approached", "eligible", "agreed", "complete", "analysed")] == [
        212,
        200,
        170,
        161,
        150,
    ]
    theirs = told[ArmKind.COMPARISON]
    assert [theirs[step] for step in ("approached", "eligible", "agreed", "complete", "analysed", "elsewhere")] == [
        199, 184, 163, 173, 160, 20,
    ]  # fmt: skip
    alone = dict(steps_of(files))[ArmKind.COMPARISON]
    assert (alone.has_approaches, alone.complete, alone.analysed) == (False, 324, 310)
    section = next(
        one
        for one in compose(
            replace(_made(), months=(), funnels=(), estimates=(), flow=flow(few=30)), at=AT
        ).sections
        if one.anchor == "flow"
    )
    assert "A response counts as one person" in str(section.blocks[1])
    tables = [block for block in section.blocks if isinstance(block, TableBlock)]
    told_of = [" ".join(str(cell.text) for cell in row) for row in tables[0].rows]
    assert told_of[0] == "Approached 212 199" and told_of[-1] == "Analysed 150 160"
    assert {str(cell.text) for row in tables[1].rows[:6] for cell in row[1:]} == {"not recorded"}
    drawn = [block for block in section.blocks if isinstance(block, FigureBlock)]
    assert len(drawn) == len(tables) == 2 and "did not leave" in str(section.blocks[-1])
    words = re.findall(r">([^<>]+)</text>", drawn[0].svg)
    assert [words[words.index(step) + 1] for step in ("Approached", "Eligible", "Analysed")] == [
        "212",
        "200",
        "150",
    ]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: f"{profile.name}-{profile.threshold}")
def test_no_box_arrow_or_word_of_the_diagram_tells_a_hidden_end(profile: Profile) -> None:
    """Whatever the hidden count is, as long as the sums that are told stay: nothing changes but what is told of those."""
    boxes = set()
    for few in (1, 2, profile.threshold - 1):
        made = flow(profile, few=few)[:1]
        section = next(who_took_part(replace(_made(), flow=made)))
        figure = next(block for block in section.blocks if isinstance(block, FigureBlock))
        mine = dict(steps_of(made[0]))[ArmKind.INTERVENTION]
        assert mine.refused is None and f"Refused: {SUPPRESSED}" in figure.svg
        hidden = [name for name, count in asdict(mine).items() if count is None]
        assert len(hidden) >= (3 if profile.rounding == 1 else 1) and mine.analysed is not None
        # Places and sizes are the same whatever is told; words are of the table's own cells.
        boxes.add(re.sub(r">[^<>]*</text>", "></text>", figure.svg))
        table = next(block for block in section.blocks if isinstance(block, TableBlock))
        printed = {str(cell.text) for row in table.rows for cell in row}
        counts = {
            word
            for text in re.findall(r">([^<>]+)</text>", figure.svg)
            for word in re.findall(r"[\d,]+", text)
        }
        assert counts <= printed
    assert len(boxes) == 1


def test_who_knows_how_many_are_analysed_learns_no_few_that_are_missing() -> None:
    """Of a survey the flow tells how many answered in all: what is not recorded is then hidden wholly or not few."""
    told = {**contrast(), "outcome": {**contrast()["outcome"], "source": "survey"}}
    for missing, n, kinds in (
        ({"declined": 3, "dont_know": 40}, True, False),
        ({"declined": 3}, False, False),
        ({"declined": 30}, True, True),
    ):
        found = {**told, "headline": {**told["headline"], "missing": missing}}
        cells = [{**cell, "missing": {}} for cell in found["cells"]]
        cells[0] = {**cells[0], "missing": missing}
        found["cells"] = cells
        one = checked.estimate(found, LT5, **tables_of(found, LT5)).found["headline"]
        assert (one["n"] != SUPPRESSED) == n, missing
        assert (set(one["missing"].values()) != {SUPPRESSED}) == kinds, missing
