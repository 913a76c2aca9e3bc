"""Series as they leave: from the months that the door let through, and from nothing else."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.reporting.made import material
from tests.reporting.made_series import series_answer
from throughline.methods.series import CANNOT_SHOW
from throughline.methods.series_together import SAME_MOVE
from throughline.methods.suppression import LT5, PROFILES, Profile, ProtectedTable, protect
from throughline.methods.table import crossed
from throughline.reporting import figures, series_section
from throughline.reporting import series_words as words
from throughline.reporting.document import Bullets, FigureBlock, Kind, TableBlock, say
from throughline.reporting.series_left import as_left


def door(answer: Any, profile: Profile) -> ProtectedTable:
    """The contacts by site and month, as the door for tables lets them through."""
    counts = {
        (site["counted"]["site"], month["month"]): month["count"] if isinstance(month["count"], int) else 0
        for site in answer["measures"][0]["sites"]
        for month in site["counted"]["months"]
    }
    return protect(crossed(("site", "month"), counts), profile)


def line_of(svg: str) -> str:
    """The path of the months of a figure with one panel."""
    (found,) = re.findall(r'd="(M[^"AZ]*L[^"AZ]*)"', svg)
    return str(found)


def small_at_brook() -> Any:
    """The series, with a month at Brook in which 2 came."""
    answer = copy.deepcopy(series_answer())
    answer["measures"][0]["sites"][1]["counted"]["months"][5]["count"] = 2
    return answer


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_site_with_a_suppressed_month_is_neither_told_nor_part_of_a_mean(is_refused: bool) -> None:
    answer = small_at_brook()
    told = list(as_left(answer, LT5, {"contacts": None if is_refused else door(answer, LT5)}))
    assert [found["measure"] for found in told] == ["contacts"]  # the others were not asked of the door
    by_site = {one["counted"]["name"]: one for one in told[0]["sites"]}
    assert list(by_site) == (["Elm", "Aston", "Brook", "Cove", "Dale"] if is_refused else list(by_site))
    brook = by_site["Brook"]
    assert brook["found"] is None and brook["counted"]["months"] == []
    assert "suppressed" in str(words.sentence_of(brook["refused"]))
    held = [one for one in told[0]["sites"] if one["found"]]
    assert all(one["counted"]["months"] for one in held) and "brook" not in str(told[0]["interaction"])
    # One alone hidden could be worked out from the totals: another site is hidden with it.
    assert len(held) in ((0,) if is_refused else (1, 2))
    assert told[0]["apart"] is None and "at least 2 in each" in str(told[0]["not_given"]["apart"])


def test_what_leaves_is_what_was_found_where_nothing_is_small_and_of_rounded_counts_where_a_profile_rounds() -> (
    None
):
    answer = series_answer()
    (told,) = as_left(answer, LT5, {"contacts": door(answer, LT5)})
    assert told == answer["measures"][0]
    hes = PROFILES["hes"]
    (coarse,) = as_left(answer, hes, {"contacts": door(answer, hes)})
    aston = coarse["sites"][0]
    assert all(one["count"] % 5 == 0 for one in aston["counted"]["months"])
    level = answer["measures"][0]["sites"][0]["found"]["main"]["level"]["log"]
    assert aston["found"]["main"]["level"]["log"] != level
    assert aston["found"]["main"]["level"]["log"] == pytest.approx(level, abs=0.1)


def test_the_report_tells_the_series_that_left_with_what_they_take_for_granted() -> None:
    answer = series_answer()
    left = tuple(as_left(answer, LT5, {"contacts": door(answer, LT5)}))
    (told,) = series_section.series(replace(material(), series=left))
    _, table = (block for block in told.blocks if isinstance(block, TableBlock))
    level = left[0]["apart"]["level"]
    assert f"changed by {level['ratio']:.2f} times as much" in str(told)
    assert len(table.rows) == 2 + 4 * 3 and str(table.rows[2][0].text) == "Aston"
    listed = [str(one) for block in told.blocks if isinstance(block, Bullets) for one in block.sentences]
    assert (
        str(SAME_MOVE) in listed
        and str(CANNOT_SHOW) in listed
        and any("No phase of the study" in one for one in listed)
    )
    assert not list(series_section.series(material()))


def test_months_are_drawn_with_gaps_and_stand_in_a_table_beside() -> None:
    answer = series_answer()
    left = tuple(as_left(answer, LT5, {"contacts": door(answer, LT5)}))
    (told,) = series_section.series(replace(material(), series=left))
    (figure,) = (block for block in told.blocks if isinstance(block, FigureBlock))
    table = next(block for block in told.blocks if isinstance(block, TableBlock))
    assert table.name == f"{figure.name}-table" and [str(one) for one in table.columns][:3] == [
        "Month",
        "Aston",
        "Brook",
    ]
    gap = table.rows[3]
    assert (str(gap[2].text), gap[2].kind) == ("not recorded", Kind.NOTHING)
    month = left[0]["sites"][0]["counted"]["months"][3]
    assert str(gap[1].text) == f"{100 * month['count'] / month['exposure']:.1f}"
    assert all(name in figure.svg for name in ("Aston", "Brook", "Cove", "Dale")) and "Elm" not in figure.svg
    rows = [{"panel": "Aston", "month": f"2025-{n:02}", "value": None if n == 3 else float(n), "starts": "2025-04"} for n in range(1, 7)]  # fmt: skip
    whole = [{**row, "value": row["value"] or 3.0} for row in rows]
    drawn = [figures.interrupted(one, panels=["Aston"], unit="").to_dict() for one in (rows, whole)]
    lines = [figures.figure(figures.interrupted(one, panels=["Aston"], unit=""), name="m", title=say("t"), description=say("d")).svg for one in (rows, whole)]  # fmt: skip
    assert drawn[0]["data"] != drawn[1]["data"] and lines[0] != lines[1]
    # a gap breaks the line: it is moved to once more
    strokes = [line_of(one).count("M") for one in lines]
    assert strokes == [2, 1]
