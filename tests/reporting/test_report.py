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
from tests.reporting.read_back import CODES, cells_of, numbers, pages_of, parsed, rendered, text_of, undrawn
from tests.reporting.test_series_left import door
from throughline.methods.intervals import LEAST_SITES
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


HIDDEN_CELL = re.compile(r'(<td class="suppressed">)(.*?)(</td>)', re.S)
TOKEN = re.compile(r"(?<![\d.])\.?\d[\d,]*(?:\.\d+)?%?")


def _tokens(text: str) -> set[str]:
    """Numbers as they stand, a percentage with its sign."""
    return {token.rstrip(",") for token in TOKEN.findall(CODES.sub("", text))}


def _carried(given: Any) -> set[str]:
    """Every way in which a number of a result may be written; worked out here, not by the code that writes them."""
    found: set[str] = set()
    for leaf in _leaves(given):
        if isinstance(leaf, bool) or leaf is None:
            continue
        if isinstance(leaf, int):
            found.add(f"{leaf:,}")
        elif isinstance(leaf, float):
            size = abs(leaf)
            found |= {
                f"{100 * size:.0f}%",
                f"{size:.2f}",
                f"{size:.2f}".lstrip("0"),
                f"{size:.3f}".lstrip("0"),
            }
        elif isinstance(leaf, (str, date, datetime)):
            found |= _tokens(str(leaf))
    return found


def _points(given: Any, profile: Any) -> list[str]:
    """Changes of shares in points: whole ones where counts are rounded."""
    return [
        f"{abs(100 * leaf):.{0 if profile.rounding > 1 else 1}f}"
        for leaf in _leaves(given)
        if isinstance(leaf, float)
    ]


def _groups(*tables: Any) -> dict[tuple[str, ...], list[Any]]:
    """The counts of each group as they left, and their shares of the whole group, as percentages alone."""
    counts: dict[tuple[str, ...], list[list[int]]] = {}
    for table in tables:
        own: dict[tuple[str, ...], list[int]] = {}
        for key, told in table.released().items():
            if isinstance(told, int):
                own.setdefault(key[:-1], []).append(told)
        for key, held in own.items():
            counts.setdefault(key, []).append(held)
    return {
        key: [[*held, *(f"{100 * one / max(held):.0f}%" for one in held if max(held))] for held in some]
        for key, some in counts.items()
    }


def _sites(estimate: Any, profile: Any) -> Iterator[list[Any]]:
    """What a row of an estimate's sites may tell."""
    found = estimate.found
    if not found["changes"]:
        return
    without = {row["site"]: row for row in found["leave_one_out"]["rows"]}
    for site in found["changes"]["sites"]:
        cells = (site["before"], site["after"])
        asked = [profile.rounded(cell["n"] + sum(cell["missing"].values())) for cell in cells]
        recorded = [f"{100 * cell['n'] / of:.0f}%" for cell, of in zip(cells, asked, strict=True)]
        apart = without[site["site"]]
        changed = [site["change"], apart["difference"], apart["interval"]]
        yield [[(cell["value"], cell["n"]) for cell in cells], recorded, _points(changed, profile), apart["interval"], apart["reason"]]  # fmt: skip


def _rows_of(given: Any) -> dict[str, list[Any]]:
    """For each section the results of which a row of its tables tells: one, never a number of another."""
    run, funnels = given.design.run, [table for one in given.funnels for table in one.tables.values()]
    measured = [one for measure in given.series for one in measure["sites"] if one["found"]]
    return {
        "done": [*([one for one in run["phases"] if one["site"] == site["site"]] for site in run["sites"]), *given.waves],
        "baseline": [(one["row"], "0% (0)") for one in given.baseline],  # a value that an arm does not have
        "contacts": [one for table in funnels for some in _groups(table).values() for one in some],
        "codes": [*_groups(given.without_code).values()],
        "exposures": [
            [name, [getattr(month, told) for month in given.months if month.month == name]]
            for name in {month.month for month in given.months}
            for told in ("pipes_given", "staff_trained", "contacts")
        ],
        "estimates": [row for one in given.estimates if one.shows_sites for row in _sites(one, given.profile)],
        "series": [
            *(list(measure["interaction"]) for measure in given.series),
            *([one["found"]["n"], one["found"]["main"], one["found"]["beside"]] for one in measured),
        ],
        "entered": [
            *([one.n, one.sites, one.still_open, one.unknown, one.refused,
               [(day["share"], day["interval"], day["reason"]) for day in one.by_day]] for one in given.entered),
            *_groups(given.referrals.accepted, given.referrals.entered).values(),
        ],
        "themes": [one for theme in given.themes for one in (theme["overall"], *theme["by"].values())],
        "ledger": [line.what for line in given.ledger],
    }  # fmt: skip


def _words_of(given: Any) -> dict[str, Any]:
    """For each section what its sentences may tell beside the rows of its tables."""
    profile, run = given.profile, given.design.run
    headlines = [[one.found["headline"], _points(one.found["headline"], profile)] for one in given.estimates]
    shared = [
        run["span"],
        profile.threshold,
        profile.name,
        profile.rounding if profile.rounding > 1 else None,
    ]
    of_rows = _rows_of(given)
    lengths = [days for lengths in phase_days(run).values() for days in lengths]
    told: dict[str, Any] = {
        "short": headlines,
        "done": [given.design, run["seed"], run["questions"], given.analyses],
        "reading": [lengths, 28],
        "baseline": [one["row"].get(name) for one in given.baseline for name in ("assumptions", "no_interval", "cannot_show", "refused")],
        "contacts": [sum(month.arm == arm and month.reporting == kind for month in given.months) for arm in ("intervention", "comparison") for kind in ("none", "partial")],
        "codes": [given.codes_by_route],
        "exposures": [(month.month, month.name) for month in given.months],
        "estimates": [
            headlines,
            [len(one.found["changes"]["sites"]) for one in given.estimates if one.found["changes"]],
            [[one.found[name] for name in ("outcome", "permutation", "refused")] for one in given.estimates],
            [_points(one.found["leave_one_out"], profile) for one in given.estimates],
        ],
        "series": [
            [len(measure[arm]["sites"]) for arm in ("intervention", "comparison", "apart") if measure[arm]] + [{name: one for name, one in measure.items() if name not in ("sites", "interaction")}]
            + [(site["refused"], site["found"] and (site["found"]["main"], site["found"]["cannot_show"])) for site in measure["sites"]]
            for measure in given.series
        ],
        "entered": [one.by_day for one in given.entered],
        "joint": [headlines, [of_rows[name] for name in ("contacts", "codes", "entered", "themes")], [quote for quotes in given.quotes.values() for quote in quotes], 90],
        "refused": [given.refused, given.withheld, [one.found["refused"] for one in given.estimates]],
        "limits": [LEAST_SITES],
    }  # fmt: skip
    return {name: [told.get(name), shared] for name in {*told, *of_rows}} | {
        "above": [given.design, profile.name, f"{AT:%-d %Y %H %M}"]
    }


Allowed = tuple[
    dict[str, list[set[str]]], dict[str, set[str]]
]  # by section: of each row's result, of sentences


def _allowed(given: Any) -> Allowed:
    rows = {name: [_carried(one) for one in results] for name, results in _rows_of(given).items()}
    return rows, {name: _carried(told) for name, told in _words_of(given).items()}


def _not_carried(page: str, allowed: Allowed) -> list[tuple[str, set[str]]]:
    """Rows of tables and sections with the numbers in them that no result there carries."""
    found = []
    parts = re.split(r'<section aria-labelledby="([^"]+)">', page.partition("</main>")[0])
    for anchor, part in zip(["above", *parts[1::2]], parts[::2], strict=True):
        results = allowed[0].get(anchor, [])
        for body in re.findall(r"<tbody>(.*?)</tbody>", part, re.S):
            for row in body.split("</tr>"):
                told = _tokens(" ".join(parsed(row).cells))
                if told and not any(told <= one for one in results):
                    found.append((f"{anchor}: {' | '.join(parsed(row).cells)}", told))
        told = _tokens(" ".join(parsed(re.sub(r"<tbody>.*?</tbody>", "", part, flags=re.S)).text))
        if told - allowed[1][anchor]:
            found.append((anchor, told - allowed[1][anchor]))
    return found


@pytest.mark.parametrize("profile", [LT5, HES])
def test_every_number_in_the_text_is_carried_by_the_result_that_stands_there_in_each_format(
    profile: Any,
) -> None:
    left = as_left(series_answer(), profile, {"contacts": door(series_answer(), profile)})
    given = dataclasses.replace(material(profile), series=tuple(left), baseline=baseline_left(profile))
    report = undrawn(compose(given, at=AT))
    files = {form: rendered(report, form) for form in FORMATS}
    page = files["html"].decode()
    allowed = _allowed(given)
    assert _not_carried(page, allowed) == []
    # A hidden count, or a share that is not of its own row, would be found; every fifth cell that hides one is tried.
    changed = [
        page[: cell.start()] + cell[1] + told + cell[3] + page[cell.end() :]
        for cell in itertools.islice(HIDDEN_CELL.finditer(page), 0, None, 5)
        for told in ("1", "3")
    ]
    assert len(changed) > 3 and all(_not_carried(one, allowed) for one in changed)
    share = re.search(r'(<td class="number">)(\d+)(%</td>)', page)
    assert share and _not_carried(
        page.replace(share[0], f"{share[1]}{int(share[2]) + 1}{share[3]}", 1), allowed
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
