"""Estimates in a report: what a reader can measure in a drawing is what stands in the table, and nothing more."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.reporting.made import TOLD, contrast, material
from throughline.methods.suppression import HES, LT5, Profile
from throughline.reporting import beside
from throughline.reporting.document import FigureBlock, Section, TableBlock
from throughline.reporting.material import Estimate
from throughline.vocabulary.nothing import SUPPRESSED


def _section(found: Any, profile: Profile = LT5, *, shows_sites: bool = True) -> Section:
    return beside.estimates(replace(material(), profile=profile, estimates=(Estimate(found, shows_sites),)))


def _told(section: Section) -> str:
    tables = [block for block in section.blocks if isinstance(block, TableBlock)]
    cells = [str(cell.text) for table in tables for row in table.rows for cell in row]
    return " | ".join([*(str(getattr(block, "sentence", "")) for block in section.blocks), *cells])


def _svg(section: Section) -> str:
    return next(block.svg for block in section.blocks if isinstance(block, FigureBlock))


def _moved(found: Any, places: int, by: float) -> Any:
    """The same contrast with every drawn value a little beyond what is printed with so many places."""

    def moved(value: float) -> float:
        return round(value, places) + by

    sites = [{**site, "change": moved(site["change"])} for site in found["changes"]["sites"]]
    interval = {name: moved(found["headline"]["interval"][name]) for name in ("low", "high")}
    headline = {
        **found["headline"],
        "difference": moved(found["headline"]["difference"]),
        "interval": interval | {"level": 0.95},
    }
    return {**found, "changes": {**found["changes"], "sites": sites}, "headline": headline}


@pytest.mark.parametrize(
    ("profile", "places", "unseen", "seen"), [(LT5, 3, 0.0004, 0.002), (HES, 2, 0.004, 0.02)]
)
def test_what_the_table_prints_alike_is_drawn_alike(
    profile: Profile, places: int, unseen: float, seen: float
) -> None:
    first, second, third = (_section(_moved(contrast(), places, by), profile) for by in (0.0, unseen, seen))
    assert _told(first) == _told(second) and _svg(first) == _svg(second)
    assert _told(first) != _told(third) and _svg(first) != _svg(third)


def test_every_place_in_the_drawing_is_that_of_a_printed_change() -> None:
    section = _section(contrast())
    table = next(block for block in section.blocks if isinstance(block, TableBlock))
    printed = [float(re.sub(r"[^\d.−]", "", str(row[4].text)).replace("−", "-")) for row in table.rows]
    svg = _svg(section)
    places = [float(x) for x in re.findall(r'translate\(([\d.]+),[\d.]+\)" d="M(?:4\.7|-4\.7)', svg)]
    assert len(places) == len(printed) == len(TOLD)
    # Two sites give the scale; a third of a pixel is what one decimal leaves open.
    scale = (places[0] - places[3]) / (printed[0] - printed[3])
    assert all(abs(place - places[0] - scale * (told - printed[0])) < 1 / 3 for place, told in zip(places, printed, strict=True))  # fmt: skip


def test_a_rounding_profile_tells_whole_points_and_rounded_numbers() -> None:
    told = _told(_section(contrast(), HES))
    assert re.search(r"\d points", told) and not re.search(r"\d\.\d+ points", told)
    assert "120 (86%)" in told  # of 120 recorded and 18 not, rounded to 140


def test_numbers_of_each_site_stand_in_its_row() -> None:
    told = _told(_section(contrast()))
    for site, (before, after) in TOLD.items():
        for values in (before, after):
            assert f"{sum(values)} ({100 * sum(values) / (sum(values) + 18):.0f}%)" in told, site


def test_where_few_are_missing_at_one_site_no_share_recorded_is_told() -> None:
    found = contrast()
    found["changes"]["sites"][0]["before"]["missing"] = {"declined": 2}
    told = _told(_section(found))
    assert f"120 ({SUPPRESSED})" in told and "(87%)" not in told


def test_few_still_open_are_suppressed() -> None:
    found = contrast()
    found["headline"]["still_open"] = 3
    assert f"{SUPPRESSED} still open" in _told(_section(found))
    found["headline"]["still_open"] = 42
    assert "42 still open" in _told(_section(found)) and "40 still open" in _told(_section(found, HES))


def test_without_an_interval_sites_and_arrangements_are_still_told() -> None:
    found = contrast()
    found["headline"], found["refused"] = None, {"text": "There is no scatter.", "params": {}}
    section = _section(found)
    told = _told(section)
    assert "There is no scatter." in told and "of 20 the arms lie" in told
    assert any(isinstance(block, FigureBlock) for block in section.blocks)


def test_the_share_of_staff_trained_names_the_courses_that_count() -> None:
    def titles(courses: str | None) -> list[str]:
        section = beside.exposures(replace(material(), trained_in=courses))
        return [str(block.caption) for block in section.blocks if isinstance(block, TableBlock)]

    assert "Share of active staff who completed “Hearing it”, by site and month" in titles("Hearing it")
    assert any("no course is marked" in title for title in titles(None))


def test_a_survey_with_few_missing_in_an_arm_and_phase_tells_of_no_site_how_many_answered() -> None:
    """The flow tells how many answered there in all: less the sites' numbers that is how few are missing."""
    found = contrast()
    counts = [f"{site[phase]['n']} (" for site in found["changes"]["sites"] for phase in ("before", "after")]
    for source, few, is_hidden in (("survey", 3, True), ("survey", 0, False), ("monitoring", 3, False)):
        found["outcome"]["source"] = source
        missing = [dict.fromkeys(cell["missing"], 0) for cell in found["cells"]]
        missing[0]["declined"] = few
        found["cells"] = [
            {**cell, "missing": held} for cell, held in zip(found["cells"], missing, strict=True)
        ]
        told = _told(_section(found))
        assert all((one in told) != is_hidden for one in counts), (source, few)
        assert (SUPPRESSED in told) == is_hidden
