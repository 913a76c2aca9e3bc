"""Figures: read out, without a reference to anywhere, gaps where nothing is known."""

from __future__ import annotations

import re
from typing import Any

from throughline.reporting import figures
from throughline.vocabulary.sentences import Sentence


def _svg(chart: Any, name: str = "f", title: str = "t", description: str = "d") -> str:
    told = figures.figure(chart, name=name, title=Sentence(title), description=Sentence(description))
    return told.svg


def _months(values: list[float | None]) -> str:
    rows = [{"month": f"2025-{place:02}", "series": "Ashby", "value": v} for place, v in enumerate(values, 1)]
    chart = figures.months(rows, unit="pipes given", series=["Ashby"])
    return _svg(chart, title="Pipes <given>", description="A line.", name="m")


def _lines(svg: str) -> int:
    """How many pieces the line has: each begins with a move."""
    return sum(path.count("M") for path in re.findall(r'<path d="([^"]+)"[^>]*stroke-width="2"', svg))


def test_a_month_without_a_value_is_a_gap_and_never_zero() -> None:
    assert _lines(_months([4, 5, 6, 7])) == 1
    assert _lines(_months([4, 5, None, 7, 8])) == 2


def test_title_and_description_are_read_out() -> None:
    svg = _months([1, 2])
    assert svg.startswith('<svg role="img" aria-labelledby="m-title m-description" viewBox="')
    assert '<title id="m-title">Pipes &lt;given&gt;</title><desc id="m-description">A line.</desc>' in svg
    assert "aria-roledescription" not in svg


def test_every_axis_says_what_it_counts() -> None:
    bar = {"panel": "", "series": "a", "step": "Told", "share": 0.4, "at": 0.4, "text": "40%"}
    month = {"panel": "Ashby", "month": "2025-01", "value": 3, "starts": None}
    drawn = {
        "share": figures.funnel_bars([bar], panels=[""], series=["a"], steps=["Told"], unit="share"),
        "contacts": figures.interrupted([month], panels=["Ashby"], unit="contacts"),
    }
    told = {name: _svg(chart) for name, chart in drawn.items()}
    assert ">share<" in told["share"] and ">contacts<" in told["contacts"] and ">month<" in told["contacts"]
    assert ">pipes given<" in _months([1, 2]) and ">month<" in _months([1, 2])


def test_a_figure_refers_to_nothing_outside() -> None:
    svg = _months([1, 2])
    assert not re.search(r"(?:https?:|xlink|url\(|<image|<script|style=)", svg)


def test_every_site_is_plotted_and_the_headline_with_its_interval() -> None:
    rows = [
        {"site": f"site {n}", "arm": "intervention" if n < 3 else "comparison", "change": n} for n in range(6)
    ]
    headline = {"label": "difference", "difference": 2.0, "low": -1.0, "high": 5.0}
    svg = _svg(figures.site_changes(rows, unit="points", headline=headline))
    assert all(f">site {n}<" in svg for n in range(6))
    assert svg.count(f'fill="{figures.THREAD}"') == 1 and f'stroke="{figures.THREAD}"' in svg


def test_what_is_suppressed_is_said_and_not_drawn() -> None:
    rows = [
        {"panel": "a", "series": "before", "step": "Told", "share": None, "at": 0, "text": "suppressed"},
        {"panel": "a", "series": "after", "step": "Told", "share": 0.4, "at": 0.4, "text": "40%"},
    ]
    chart = figures.funnel_bars(rows, panels=["a"], series=["before", "after"], steps=["Told"], unit="share")
    svg = _svg(chart)
    assert ">suppressed<" in svg and ">40%<" in svg
    bars = re.findall(r'<path d="M[^"]*h([\d.]+)[^"]*"[^>]*fill="(#\w+)"', svg)
    assert [colour for width, colour in bars if float(width) > 20 and colour in figures.SERIES] == [
        figures.SERIES[1]
    ]


def _changes(by: float) -> str:
    rows = [
        {"site": f"site {n}", "arm": "intervention" if n < 3 else "comparison", "change": 3.21 * n + by}
        for n in range(6)
    ]
    headline = {"label": "difference", "difference": 2.0 + by, "low": -1.0 + by, "high": 5.0 + by}
    chart = figures.site_changes(rows, unit="points", headline=headline)
    return _svg(chart)


def test_values_that_a_table_prints_alike_are_drawn_alike() -> None:
    assert _changes(0.0) == _changes(0.004) != _changes(0.1)
    share = [{"month": f"2025-{n:02}", "series": "Ashby", "value": n / 7} for n in range(1, 6)]
    near = [{**row, "value": row["value"] + 0.0004} for row in share]
    first, second = (
        _svg(figures.months(rows, unit="pipes given", series=["Ashby"], is_share=True))
        for rows in (share, near)
    )
    assert first == second


def test_a_bar_is_drawn_at_the_whole_percentage_that_is_printed() -> None:
    def bars(share: float) -> str:
        rows = [{"panel": "", "series": "a", "step": "Told", "share": share, "at": share, "text": "33%"}]
        chart = figures.funnel_bars(rows, panels=[""], series=["a"], steps=["Told"], unit="share")
        return _svg(chart)

    assert bars(1 / 3) == bars(0.3342) != bars(0.34)


def test_no_number_of_a_drawing_has_more_than_one_decimal() -> None:
    for svg in (_changes(0.0), _months([4.5, 1 / 3, None, 7])):
        tags = " ".join(re.findall(r"<[^>]*>", svg))
        assert re.search(r"\d\.\d", tags)
        assert not re.search(r"\.\d{2}|\de[-+]?\d", tags)
