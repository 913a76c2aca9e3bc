"""Checklists: each item once, told where a section really tells it, or said to be not recorded with where it belongs."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pypdfium2
import pytest

from tests.reporting.made import AT, composed, contrast, flow, material, refused_contrast
from tests.reporting.made_baseline import baseline_left
from tests.reporting.read_back import cells_of, numbers, parsed, rendered, text_of, undrawn
from throughline.methods.suppression import LT5
from throughline.reporting.build import compose
from throughline.reporting.checklists import CHECKLISTS, chosen_of, default_for
from throughline.reporting.checklists.rtarg import NO_NUMBER
from throughline.reporting.document import ChecklistBlock, ChecklistRow, Report
from throughline.reporting.files import FORMATS
from throughline.reporting.marks import Mark
from throughline.reporting.material import Analysed, Material, WaveHeld
from throughline.vocabulary.errors import Invalid

OFFICIAL = {
    "trend": [str(number) for number in range(1, 23)],
    "tidier": [str(number) for number in range(1, 13)],
    "gramms": [str(number) for number in range(1, 7)],
    "rtarg": [NO_NUMBER] * 11,
    "coreq": [str(number) for number in range(1, 33)],
    "srqr": [f"S{number}" for number in range(1, 22)],
}
HELD = (
    WaveHeld("before", "before", "Health and pipes", "2024-08", date(2024, 9, 1), date(2024, 10, 15)),
    WaveHeld("after", "after", "", "", date(2025, 7, 1), None),
)
ASKED = Analysed("What was it like to be asked?", "reflexive", "inductive", "critical realism")


@functools.cache
def _made() -> Material:
    """Without the parts whose figures take long to draw."""
    return replace(material(), months=(), funnels=(), flow=())


def _rows(report: Report, code: str) -> dict[str, ChecklistRow]:
    blocks = (block for section in report.sections for block in section.blocks)
    found = next(one for one in blocks if isinstance(one, ChecklistBlock) and one.name == f"checklist-{code}")
    return {row.number: row for row in found.rows}


BARE: dict[str, Any] = {"analyses": (ASKED,), "waves": HELD, "groups": (), "mix": (), "components": ()}


def _world(**changed: object) -> Material:
    return replace(_made(), **{**BARE, **changed})  # type: ignore[arg-type]  # fields of Material


def test_each_checklist_has_its_official_items_and_every_mark_is_asked_for() -> None:
    assert {code: [item.number for item in one.items] for code, one in CHECKLISTS.items()} == OFFICIAL
    asked = {mark for one in CHECKLISTS.values() for item in one.items for mark in item.told_by}
    assert asked == set(Mark)


def test_each_item_is_told_alike_in_each_format_with_the_page_of_a_pdf() -> None:
    report = undrawn(compose(_world(), at=AT, checklists=tuple(CHECKLISTS)))
    files = {form: rendered(report, form) for form in FORMATS}
    assert cells_of(files["docx"], "docx") == cells_of(files["html"], "html")
    text = {form: text_of(content, form) for form, content in files.items()}
    assert "What was it like to be asked?" in text["html"] and "critical realism" in text["html"]
    for form in FORMATS:
        assert "before before Health and pipes 2024-08 1 Sep 2024 15 Oct 2024" in text[form], form
        assert "after after not applicable not applicable 1 Jul 2025 not recorded" in text[form], form
        assert "as recorded on the day of this report" in text[form], form
        assert all(one.source in text[form] for one in CHECKLISTS.values()), form
        assert "not recorded: record it under Surveys, the approaches of each wave" in text[form], form
        # No number stands in a checklist but those of its items and sources.
        _, _, told = text[form].rpartition("with its official number;")
        told = re.sub(r"\(page \d+\)", "", told).partition("Made with Throughline")[0]
        known = "".join(f" {one.source} " + " ".join(OFFICIAL[code]) for code, one in CHECKLISTS.items())
        assert set(numbers(told)) <= set(numbers(known)), form
    file = pypdfium2.PdfDocument(files["pdf"])
    begins = {one.get_title(): one.get_dest().get_index() + 1 for one in file.get_toc() if one.level == 0}
    file.close()
    anchors = {section.anchor for section in report.sections}
    rows = [row for code in CHECKLISTS for row in _rows(report, code).values()]
    for anchor, heading in {told for row in rows for told in row.told}:
        assert anchor in anchors
        pages = set(re.findall(rf"{re.escape(str(heading))} \(page (\d+)\)", text["pdf"]))
        assert pages == {str(begins[str(heading)])}
    ids = {attrs.get("id") for _, attrs in parsed(files["html"].decode()).tags}
    assert {f"checklist-{code}" for code in CHECKLISTS} <= ids


def test_an_item_is_told_only_where_a_section_tells_it_and_in_part_where_it_does_not_tell_all() -> None:
    told = _rows(compose(_world(), at=AT, checklists=("trend", "coreq", "gramms")), "trend")
    assert [anchor for anchor, _ in told["17"].told] == ["estimates"] and told["17"].rest is None
    assert told["20"].told and "belongs in your text" in str(told["20"].rest)
    assert not told["12"].told and not told["14"].told and not told["2"].told
    assert (
        [anchor for anchor, _ in told["13"].told] == ["done"]
        and told["11"].told
        and told["11"].rest is not None
    )
    assert str(told["14"].rest).startswith("not recorded: record it under Evaluation")
    exposures = next(section for section in composed().sections if section.anchor == "exposures")
    assert exposures.marks == {Mark.DOSE}  # no course is marked as the programme's training
    with_baseline = _rows(compose(_world(baseline=baseline_left(LT5)), at=AT, checklists=("trend",)), "trend")
    for waves, told_by in (
        (flow(), ["flow"]),
        (flow()[-1:], []),
    ):  # a wave that the door refused tells nothing of it
        twelve = _rows(compose(_world(flow=waves), at=AT, checklists=("trend",)), "trend")["12"]
        assert [anchor for anchor, _ in twelve.told] == told_by and (twelve.rest is None) == bool(told_by)
    assert [anchor for anchor, _ in with_baseline["14"].told + with_baseline["15"].told] == ["baseline"] * 2
    undecided = tuple({**one, "row": {**one["row"], "difference": None}} for one in baseline_left(LT5))
    bare = compose(
        replace(_world(), estimates=(), analyses=(), themes=(), joint=(), months=(), entered=(), waves=(), baseline=undecided),
        at=AT, checklists=("trend", "coreq", "gramms", "tidier"),
    )  # fmt: skip
    # The days of phases are no days of recruitment, and arms side by side are not yet alike.
    assert _rows(bare, "trend")["14"].told and not any(_rows(bare, "trend")[one].told for one in ("13", "15"))
    assert not any(_rows(bare, "trend")[number].told for number in ("1", "4", "10", "16", "17", "18"))
    assert not any(_rows(bare, "coreq")[number].told for number in ("9", "12", "16", "29", "31", "32"))
    assert not any(_rows(bare, "gramms")[number].told for number in ("4", "6"))
    assert not any(_rows(bare, "tidier")[number].told for number in ("3", "5", "12"))
    primary = {**refused_contrast(), "outcome": contrast(primary=True)["outcome"]}
    refused = _rows(compose(replace(material(estimates=[primary]), months=(), funnels=(), flow=()), at=AT, checklists=("trend",)), "trend")  # fmt: skip
    assert refused["6"].told and not any(refused[one].told for one in ("1", "17"))


def test_the_approach_chooses_unless_the_researcher_does() -> None:
    assert default_for(()) == ()
    assert default_for(("reflexive",)) == ("rtarg",)
    assert default_for(("coding_reliability", "codebook_template")) == ("coreq",)
    assert default_for(("reflexive", "codebook_framework")) == ("rtarg", "coreq")
    assert chosen_of(("trend", "srqr", "trend")) == ("trend", "srqr") and chosen_of(("none",)) == ()
    with pytest.raises(Invalid, match="none"):
        chosen_of(("consort",))
    assert [one.anchor for one in compose(_world(), at=AT).sections][-1] == "checklists"
    assert "checklists" not in [one.anchor for one in compose(_world(), at=AT, checklists=()).sections]
