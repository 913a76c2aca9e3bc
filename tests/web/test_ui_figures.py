"""Where marks stand in figures, and that what is not there is not drawn."""

from __future__ import annotations

import math

from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.web import figures

_numbers = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=1, max_size=8)


def _position(attribute: str) -> float:
    return float(attribute.removesuffix("%"))


@given(_numbers)
def test_axis_holds_every_number_and_the_reference(numbers: list[float]) -> None:
    axis = figures.axis_over(numbers, 0.0)
    slack = 1e-6 * max(1.0, abs(axis.low), abs(axis.high))
    assert axis.low - slack <= min(0.0, *numbers)
    assert axis.high + slack >= max(0.0, *numbers)
    assert 2 <= len(axis.ticks) <= 7


@given(_numbers)
def test_place_keeps_order_and_stays_in_the_drawing(numbers: list[float]) -> None:
    axis = figures.axis_over(numbers)
    places = [axis.place(number) for number in sorted(numbers)]
    assert places == sorted(places)
    assert all(0 < place < 100 for place in places)


def test_place_of_the_middle_is_the_middle() -> None:
    assert figures.axis_over([-10, 10]).place(0) == 50


def test_forest_mark_without_a_bound_is_open_on_that_side() -> None:
    axis = figures.axis_over([-10, 10])
    mark = figures.forest_mark(axis, 5, None, math.inf)
    assert mark.is_open_low
    assert mark.is_open_high
    assert mark.low is not None
    assert mark.point is not None
    assert mark.high is not None
    assert _position(mark.low) < _position(mark.point) < _position(mark.high)


def test_forest_mark_of_suppressed_is_not_drawn() -> None:
    assert figures.forest_mark(figures.axis_over([1]), SUPPRESSED, 0, 1).point is None


def test_bar_width_of_nothing_is_none_and_of_zero_is_zero() -> None:
    assert figures.bar_width(0) == "0.000%"
    assert figures.bar_width(0.5) == "50.000%"
    assert figures.bar_width(1.2) == "100.000%"
    for nothing in (None, SUPPRESSED, *Nothing):
        assert figures.bar_width(nothing) is None


def test_line_paths_leave_a_gap_where_there_is_nothing() -> None:
    path, top = figures.line_paths([1, 2, None, 4, Nothing.NOT_RECORDED, 0])
    assert path.count("M") == 3
    assert path.count("L") == 1
    assert path.count("h") == 2
    assert top == 4


def test_funnel_says_what_it_does_not_draw() -> None:
    html = Template("{% load throughline_figures %}{% funnel steps series %}").render(
        Context(
            {
                "series": [{"label": "Intervention"}, {"label": "Comparison"}],
                "steps": [
                    {
                        "label": "Entered",
                        "cells": [{"n": 0, "of": 240, "share": 0.0}, {"n": SUPPRESSED, "share": SUPPRESSED}],
                    }
                ],
            }
        )
    )
    assert "0 of 240" in html
    assert "0%" in html
    assert html.count('class="bar-none"') == 1
    assert 'class="suppressed">suppressed<' in html
    assert "style=" not in html


def test_forest_plot_writes_every_estimate_out() -> None:
    rows = [
        {"label": "Told", "estimate": 9.2, "low": -1.4, "high": 19.8, "text": "+9.2", "headline": True},
        {"label": "Entered", "estimate": None, "low": None, "high": None, "text": SUPPRESSED},
    ]
    html = Template("{% load throughline_figures %}{% forest_plot rows axis_label='points' %}").render(
        Context({"rows": rows})
    )
    assert "+9.2" in html
    assert html.count("<circle") == 1
    assert "style=" not in html
