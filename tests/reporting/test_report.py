"""The whole report: self-contained, readable by anybody, and without a number that no result carries."""

from __future__ import annotations

import dataclasses
import itertools
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.reporting.carried import HIDDEN_CELL, TOKEN, allowed, not_carried
from tests.reporting.made import AT, TOLD, composed, contrast, material
from tests.reporting.made_baseline import baseline_left
from tests.reporting.made_sensitivity import beside_of, sensitivity
from tests.reporting.made_series import series_answer
from tests.reporting.measured import GROUP, measured
from tests.reporting.read_back import cells_of, numbers, pages_of, parsed, rendered, text_of, undrawn
from tests.reporting.test_series_left import door
from throughline.methods.suppression import HES, LT5
from throughline.reporting.build import compose
from throughline.reporting.document import FigureBlock, TableBlock, say
from throughline.reporting.figures import figure as drawn
from throughline.reporting.figures import months
from throughline.reporting.files import FORMATS, write_report
from throughline.reporting.html import TEMPLATES, render_report
from throughline.reporting.series_left import as_left


@pytest.mark.parametrize("profile", [LT5, HES])
def test_every_number_in_the_text_is_carried_by_the_result_that_stands_there_in_each_format(
    profile: Any,
) -> None:
    left = as_left(series_answer(), profile, {"contacts": door(series_answer(), profile)})
    found = contrast(primary=True)
    given = dataclasses.replace(
        material(profile), series=tuple(left), baseline=baseline_left(profile),
        estimates=tuple(beside_of(one, found, profile) if one.found["headline"] else one for one in material(profile).estimates),
    )  # fmt: skip
    report = undrawn(compose(given, at=AT))
    files = {form: rendered(report, form) for form in FORMATS}
    page = files["html"].decode()
    carried = allowed(given)
    assert not_carried(page, carried) == []
    # A hidden count, or a share that is not of its own row, would be found; every fifth cell that hides one is tried.
    changed = [
        page[: cell.start()] + cell[1] + told + cell[3] + page[cell.end() :]
        for cell in itertools.islice(HIDDEN_CELL.finditer(page), 0, None, 5)
        for told in ("1", "3")
    ]
    assert len(changed) > 3 and all(not_carried(one, carried) for one in changed)
    share = re.search(r'(<td class="number">)(\d+)(%</td>)', page)
    assert share and not_carried(
        page.replace(share[0], f"{share[1]}{int(share[2]) + 1}{share[3]}", 1), carried
    )
    told = {form: numbers(text_of(content, form)) for form, content in files.items()}
    assert told["docx"] == told["html"]
    assert cells_of(files["docx"], "docx") == cells_of(files["html"], "html")
    # In a PDF the contents tell pages, and a table's heads stand on each of its pages.
    pages = {str(number) for number in range(1, len(pages_of(files["pdf"])) + 1)}
    assert told["html"] <= told["pdf"] and not set(told["pdf"]) - set(told["html"]) - pages
    for form, content in files.items():
        age = "Age: mean (SD) 24.50 (SD 2.90) 50"
        assert age in text_of(content, form), form
        assert "contacts: mode is not told: too few" in text_of(content, form), form
        assert "Individual answers, CR2" in text_of(content, form), form
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
        assert re.search(r"\d\.\d", figure.svg) or figure.name.startswith("flow")
        assert not re.search(r"\d\.\d{2}|\de[-+]?\d", figure.svg), figure.name


@pytest.mark.parametrize("profile", [LT5, HES])
def test_whoever_measures_a_figure_reads_what_stands_beside_it_and_no_more(profile: Any) -> None:
    """Bars, points, lines and intervals, by the axis drawn with them: each is a number that is printed, none is of a hidden one."""
    read = 0
    for section in composed(profile).sections:
        blocks = section.blocks
        for place, figure in enumerate(blocks):
            if not isinstance(figure, FigureBlock) or figure.name.startswith("flow"):
                continue
            table = next(one for one in blocks[place:] if isinstance(one, TableBlock))
            sentences = [str(one.sentence) for one in blocks[:place] if hasattr(one, "sentence")]
            cells = [str(cell.text) for row in table.rows for cell in row[1:]]
            printed = [
                float(one.replace(",", "").rstrip("%"))
                for text in (*cells, *sentences)
                for one in TOKEN.findall(text)
            ]
            values, exact = measured(figure.svg)
            for value in values:
                assert min(abs(abs(value) - one) for one in [0.0, *printed]) <= exact, (figure.name, value)
            read += len(values)
            hidden = sum(cell.count("suppressed") for cell in cells)
            if figure.name.startswith(("pipes", "trained")):
                marks = [inside for kind, inside in GROUP.findall(figure.svg) if kind == "symbol"]
                shown = sum(str(cell.kind) == "number" for row in table.rows for cell in row[1:])
                assert marks[0].count("<path") <= shown, "what is hidden has no mark"
            assert not hidden or "suppressed" not in re.sub(r">[^<]*<", "><", figure.svg)
    assert read > 60
    told = [
        {"month": f"2025-0{place}", "series": "Ashby", "value": n} for place, n in enumerate((40, 3, 80), 1)
    ]
    shown = drawn(months(told, unit="", series=["Ashby"]), name="m", title=say("t"), description=say("d"))
    values, exact = measured(shown.svg)
    assert min(abs(value - 3) for value in values) <= exact, "a hidden count that is drawn would be read"


def test_words_are_said_before_the_first_table_of_the_line() -> None:
    sections = composed().sections
    assert [section.anchor for section in sections][:4] == ["short", "done", "reading", "flow"]
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


def test_the_table_beside_a_headline_has_no_verdict_and_tells_no_more_than_the_headline() -> None:
    """Few at one site: nothing of single sites; p and its column only for the planned primary outcome."""
    few = contrast({**TOLD, "elver": ((2, 98), (30, 75))})
    odd = {
        **sensitivity(),
        "lines": [
            {**line, "estimate": line["estimate"] and {**line["estimate"], "n": 1234}}
            for line in sensitivity()["lines"]
        ],
    }
    told = {}
    for name, found, table in (
        ("open", contrast(primary=True), sensitivity(primary=True)),
        ("few", few, odd),
    ):
        made = material(estimates=[found])
        estimates = tuple(beside_of(one, found, LT5, table) for one in made.estimates)
        report = compose(dataclasses.replace(made, estimates=estimates, months=(), funnels=()), at=AT)
        section = next(one for one in report.sections if one.anchor == "sensitivity")
        block = next(one for one in section.blocks if isinstance(one, TableBlock))
        told[name] = (
            [str(column) for column in block.columns],
            [[str(cell.text) for cell in row] for row in block.rows],
        )
        words = " ".join(parsed(render_report(report)).text)
        assert not re.search(r"\b(?:significant|confirm|robust|proven)", words)
        assert ("with one site after another left out" in words) == (name == "open")
    columns, rows = told["open"]
    assert (
        columns[-2:] == ["p", "Answers"] and rows[0][0] == "Site changes, t (the headline)" and len(rows) == 7
    )
    assert len({row[-1] for row in rows if row[-1] != "–"}) == 1
    columns, rows = told["few"]
    assert (
        "p" not in columns
        and {row[-1] for row in rows[1:]} == {"suppressed", "–"}
        and "1,234" not in str(rows)
    )


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
    assert march[names.index("Brook")].shown == "not recorded"
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


def test_a_browser_that_knows_no_pairs_of_colours_shows_the_light_ones() -> None:
    style = (TEMPLATES / "report" / "report.css").read_text(encoding="utf-8")
    pairs = re.findall(r"(--[a-z0-9-]+): light-dark\((#\w+),", style)
    plain = re.search(r"@supports not \(color: light-dark\([^)]*\)\) \{\s*:root \{([^}]*)\}", style)
    assert plain and len(pairs) > 10
    assert re.findall(r"(--[a-z0-9-]+): (#\w+);", plain[1]) == pairs
