"""What stands at the top: planned primary outcomes alone, with interval and n, and no verdict."""

from __future__ import annotations

import re

from tests.reporting.made import AT, contrast, material, refused_contrast
from throughline.reporting.build import compose
from throughline.reporting.document import Bullets, Paragraph
from throughline.reporting.short import in_short


def test_planned_primary_outcomes_stand_first_with_interval_and_n() -> None:
    given = material(estimates=[contrast(primary=True), contrast()])
    section = compose(given, at=AT).sections[0]
    assert section == in_short(given)
    (block,) = section.blocks
    assert isinstance(block, Bullets)
    (told,) = (str(one) for one in block.sentences)
    n = f"{given.estimates[0].found['headline']['n']:,}"
    assert re.fullmatch(
        r"“crack use told”: \+[\d.]+ points \(95% interval from .* to .*\), from 3 intervention sites and 3 comparison sites with "
        + n + r" recorded values\.",
        told,
    )  # fmt: skip


def test_a_primary_outcome_that_was_not_compared_says_so() -> None:
    refused = refused_contrast()
    refused["outcome"] = {**refused["outcome"], "is_planned": True, "rank": "primary"}
    (block,) = in_short(material(estimates=[refused])).blocks
    assert isinstance(block, Bullets) and "were not compared" in str(block.sentences[0])


def test_without_a_planned_primary_outcome_nothing_stands_out() -> None:
    (block,) = in_short(material(estimates=[contrast()])).blocks
    assert isinstance(block, Paragraph) and "No locked analysis plan" in str(block.sentence)
