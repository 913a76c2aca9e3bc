"""The whole report: self-contained, readable by anybody, and without a number that no result carries."""

from __future__ import annotations

import dataclasses
import itertools
import re
import stat
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.reporting.made import AT, TOLD, composed, contrast, material
from tests.reporting.made_baseline import baseline_left
from tests.reporting.made_series import series_answer
from tests.reporting.read_back import NUMBER, cells_of, numbers, pages_of, parsed, rendered, text_of, undrawn
from tests.reporting.test_series_left import door
from throughline.methods.suppression import HES, LT5
from throughline.reporting.build import compose
from throughline.reporting.document import FigureBlock
from throughline.reporting.files import FORMATS, write_report
from throughline.reporting.html import TEMPLATES, render_report
from throughline.reporting.reading import phase_days
from throughline.reporting.series_left import as_left
from throughline.vocabulary.errors import Sentence


def _leaves(value: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _leaves(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _leaves(name)
            yield from _leaves(one)
    elif isinstance(value, Sentence):
        yield str(value)
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _leaves(one)
    else:
        yield value


def found_p(leaf: float, places: int) -> str:
    """As a p is written: .10 without its nought."""
    return f"{abs(leaf):.{places}f}".partition(".")[2]


def _carried(given: Any) -> set[str]:
    """Every way in which a number of a result may be written; worked out here, not by the code that writes them."""
    found: set[str] = set()
    for leaf in _leaves(given):
        if isinstance(leaf, bool) or leaf is None:
            continue
        if isinstance(leaf, (int, float)):
            for size, places in ((1, 0), (1, 2), (1, 3), (100, 0), (100, 1)):
                found.add(f"{abs(leaf) * size:,.{places}f}")
                found.add(found_p(leaf, places))
        elif isinstance(leaf, (str, date, datetime)):
            found |= {text.rstrip(",") for text in NUMBER.findall(str(leaf))}
    return found


def _shares(given: Any) -> set[str]:
    """Shares that a reader could take from two counts of one table."""
    # lengths of phases, in days: taken from their first and last day
    found = {str(days) for lengths in phase_days(given.design.run).values() for days in lengths}
    tables = [t for f in given.funnels for t in f.tables.values()] + [given.without_code]
    tables += [given.referrals.accepted, given.referrals.entered]
    for table in tables:
        counts = {cell.count for cell in table.cells.values() if cell.count}
        found |= {f"{100 * a / b:.0f}" for a in counts for b in counts if a <= b}
    for estimate in given.estimates:
        for site in (estimate.found["changes"] or {"sites": ()})["sites"]:
            for cell in (site["before"], site["after"]):
                found.add(f"{100 * cell['n'] / (cell['n'] + sum(cell['missing'].values())):.0f}")
    return found


@pytest.mark.parametrize("profile", [LT5, HES])
def test_every_number_in_the_text_is_carried_by_a_result_in_each_format(profile: Any) -> None:
    left = as_left(series_answer(), profile, {"contacts": door(series_answer(), profile)})
    given = dataclasses.replace(material(profile), series=tuple(left), baseline=baseline_left(profile))
    report = undrawn(compose(given, at=AT))
    allowed = (
        _carried(given) | _shares(given) | _carried([AT.strftime("%-d %Y %H %M"), AT]) | {"0", "0.1", "0.1.0"}
    )
    files = {form: rendered(report, form) for form in FORMATS}
    told = {form: numbers(text_of(content, form)) for form, content in files.items()}
    # dates and clock times are read in parts
    assert not set(told["html"]) - allowed, set(told["html"]) - allowed
    assert told["docx"] == told["html"]
    assert cells_of(files["docx"], "docx") == cells_of(files["html"], "html")
    # In a PDF the contents tell pages, and a table's heads stand on each of its pages.
    pages = {str(number) for number in range(1, len(pages_of(files["pdf"])) + 1)}
    assert told["html"] <= told["pdf"] and not set(told["pdf"]) - set(told["html"]) - pages
    for form, content in files.items():
        assert "Age: mean (SD) 24.50 (SD 2.90) 50" in text_of(content, form), form
        assert "contacts: mode is not told: too few" in text_of(content, form), form
    suppressed = [text_of(files[form], form).count("suppressed") for form in FORMATS]
    assert suppressed[0] > 10 and len(set(suppressed)) == 1


@pytest.mark.parametrize("profile", [LT5, HES])
def test_no_number_of_any_figure_is_finer_than_a_table_prints(profile: Any) -> None:
    figures = [
        block
        for section in composed(profile).sections
        for block in section.blocks
        if isinstance(block, FigureBlock)
    ]
    assert len(figures) > 3
    for figure in figures:
        assert re.search(r"\d\.\d", figure.svg)
        assert not re.search(r"\d\.\d{2}|\de[-+]?\d", figure.svg), figure.name


def test_words_are_said_before_the_first_table_of_the_line() -> None:
    sections = composed().sections
    assert [section.anchor for section in sections][:4] == ["short", "done", "reading", "contacts"]
    told = " ".join(str(one) for block in sections[2].blocks for one in getattr(block, "sentences", ()))
    for said in (
        "within 28 days",
        "Advice alone counts as no",
        "another topic than crack use",
        "first contact in that phase",
    ):
        assert said in told
    # 2024-09-01 to 2025-02-28, and 2025-06-01 to the last day recorded.
    assert "before 181; after 273" in told


def test_every_method_behind_the_report_is_named_with_its_version() -> None:
    done = next(s for s in composed().sections if s.anchor == "done")
    told = {str(one) for block in done.blocks for one in getattr(block, "sentences", ())}
    for method in (
        "competing_risks",
        "funnel",
        "coverage",
        "exposures",
        "differencing",
        "suppression",
        "contrast",
    ):
        assert any(re.fullmatch(rf"{method}\.[a-z_]+/\d+", name) for name in told), method


def test_the_page_stands_alone() -> None:
    page = render_report(composed())
    assert not re.search(r"https?:|//[a-z]|@import|url\(|<script|<link|\bsrc=|\bon[a-z]+=", page)
    hrefs = [attrs["href"] for tag, attrs in parsed(page).tags if "href" in attrs]
    assert hrefs and all(str(href).startswith("#") for href in hrefs)


def test_headings_go_down_one_at_a_time_and_every_table_has_a_caption() -> None:
    page = parsed(render_report(composed()))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    names = [tag for tag, _ in page.tags]
    assert names.count("table") == names.count("caption") > 5
    assert next(attrs for tag, attrs in page.tags if tag == "html")["lang"] == "en"


def test_ids_are_unique_and_what_refers_to_them_finds_them() -> None:
    page = parsed(render_report(composed()))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in page.tags:
        for name in (attrs.get("aria-labelledby") or "").split():
            assert name in ids


def test_words_of_people_are_escaped() -> None:
    page = render_report(composed())
    assert "They &lt;never&gt; asked before." in page and "<never>" not in page


def test_refusals_and_fiction_are_said() -> None:
    text = " ".join(parsed(render_report(composed())).text)
    assert "They differ by too few." in text
    assert "This programme is fiction." in text
    assert "Distinct codes are not contrasted by route" in text
    assert "Nobody has judged yet" not in text and "Judged: silence." in text


def test_single_sites_are_not_told_where_one_rests_on_too_few() -> None:
    few = {**TOLD, "elver": ((2, 98), (30, 75))}
    text = " ".join(parsed(render_report(compose(material(estimates=[contrast(few)]), at=AT))).text)
    assert "The values of single sites are suppressed" in text
    assert "Without each site" not in text and "elver" not in text
    assert "The difference is" in text


def test_themes_are_counts_without_percentages_and_small_groups_are_suppressed() -> None:
    section = next(s for s in composed().sections if s.anchor == "themes")
    cells = [cell for block in section.blocks if hasattr(block, "rows") for row in block.rows for cell in row]
    told = [str(cell.text) for cell in cells]
    assert "7 of 12" in told and "suppressed" in told
    assert not any("%" in text for text in told)


def test_a_month_not_reported_is_told_as_not_recorded() -> None:
    section = next(s for s in composed().sections if s.anchor == "exposures")
    table = next(block for block in section.blocks if getattr(block, "name", "") == "pipes-table")
    march = next(row for row in table.rows if row[0].text == "2025-03")
    names = [str(column) for column in table.columns]
    assert march[names.index("Brook")].text == "not recorded"
    february = next(row for row in table.rows if row[0].text == "2025-02")
    assert february[names.index("Elver")].text == "suppressed"  # three contacts stand behind it
    assert february[names.index("Dunmere")].text == "0"


def test_write_report_leaves_one_file_for_its_owner_alone(tmp_path: Path) -> None:
    report = composed()
    path = write_report(report, tmp_path / "report.html")
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8") == render_report(report)


def test_the_same_material_gives_the_same_report() -> None:
    assert compose(material(), at=AT) == compose(material(), at=AT)


def test_the_names_of_rows_stay_in_sight_of_a_wide_table_except_in_print() -> None:
    screen, printed = (TEMPLATES / "report" / "report.css").read_text(encoding="utf-8").split("@media print")
    assert re.search(r"\.scroll th:first-child \{[^}]*position: sticky; inset-inline-start: 0", screen)
    assert ".scroll th:first-child { position: static; }" in printed
