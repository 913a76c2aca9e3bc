"""Figures drawn on the server: funnel, forest plot, months. Their numbers stand beside them as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from throughline.web import figures
from throughline.web import qr as codes
from throughline.web.templatetags.throughline_ui import number_text

register = template.Library()


def _get(given: Any, name: str) -> Any:
    """A part of a row, be it a mapping or an object; None where it has no such part."""
    return given.get(name) if isinstance(given, Mapping) else getattr(given, name, None)


def _cell(cell: Any, number: int, series: Any) -> dict[str, Any]:
    return {
        "number": number,
        "series": _get(series, "label"),
        "n": _get(cell, "n"),
        "of": _get(cell, "of"),
        "share": _get(cell, "share"),
        "width": figures.bar_width(_get(cell, "share")),
    }


@register.inclusion_tag("components/qr.html")
def qr(address: str, label: str) -> dict[str, Any]:
    """An address for a phone's camera; it stands beside it as text. Drawn here: nobody else learns of it."""
    return {"code": codes.code_of(address), "label": label}


@register.inclusion_tag("components/funnel.html")
def funnel(steps: Sequence[Any], series: Sequence[Any]) -> dict[str, Any]:
    """Steps from top to bottom on the line; within a step one bar for each series."""
    return {
        "series": [{"number": number, "label": _get(one, "label")} for number, one in enumerate(series, 1)],
        "steps": [
            {
                "label": _get(step, "label"),
                "note": _get(step, "note"),
                "url": _get(step, "url"),
                "cells": [
                    _cell(cell, number, one)
                    for number, (cell, one) in enumerate(zip(_get(step, "cells"), series, strict=True), 1)
                ],
            }
            for step in steps
        ],
    }


@register.inclusion_tag("components/forest_plot.html")
def forest_plot(rows: Sequence[Any], axis_label: str = "", reference: float = 0.0) -> dict[str, Any]:
    """Estimates with their intervals on one axis; every number is also written out in its row."""
    numbers = [
        number
        for row in rows
        for name in ("estimate", "low", "high")
        if (number := figures.number_of(_get(row, name))) is not None
    ]
    axis = figures.axis_over(numbers, reference)
    names = ("label", "text", "note", "headline")
    return {
        "axis_label": axis_label,
        "reference": figures.at(axis.place(reference)),
        "ticks": [(figures.at(axis.place(tick)), number_text(tick)) for tick in axis.ticks],
        "rows": [
            {name: _get(row, name) for name in names}
            | {"mark": figures.forest_mark(axis, *(_get(row, name) for name in ("estimate", "low", "high")))}
            for row in rows
        ],
    }


@register.inclusion_tag("components/month_series.html")
def month_series(points: Sequence[Any], label: str, mark_from: str = "") -> dict[str, Any]:
    """One series over months; the time from `mark_from` on is tinted, nothings are gaps."""
    labels = [str(_get(point, "label")) for point in points]
    path, top = figures.line_paths([_get(point, "value") for point in points])
    marked = labels.index(mark_from) if mark_from in labels else None
    start = None if marked is None else marked * 1000 / max(len(labels) - 1, 1)
    return {
        "label": label,
        "path": path,
        "top": number_text(top),
        "first": labels[0] if labels else "",
        "last": labels[-1] if labels else "",
        "mark_from": mark_from if marked is not None else "",
        "mark_x": None if start is None else f"{start:.1f}",
        "mark_width": None if start is None else f"{1000 - start:.1f}",
        "points": [{"label": _get(point, "label"), "value": _get(point, "value")} for point in points],
    }


@register.inclusion_tag("components/since_start.html")
def since_start(points: Sequence[Any], label: str) -> dict[str, Any]:
    """Estimates by months since a start: filled from it on, hollow before; `text` stands beside each in a table."""
    marks, axis, start = figures.event_marks([(_get(one, "since"), _get(one, "estimate")) for one in points])
    return {
        "label": label,
        "marks": marks,
        "start": start,
        "zero": figures.at(100 - axis.place(0)),
        "ticks": [(figures.at(100 - axis.place(tick)), number_text(tick)) for tick in axis.ticks],
        "first": marks[0].since if marks else None,
        "last": marks[-1].since if marks else None,
        "points": [{name: _get(point, name) for name in ("since", "text", "note")} for point in points],
    }
