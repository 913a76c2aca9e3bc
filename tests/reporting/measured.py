"""A reader with a ruler: what places, widths and lengths of a figure say as numbers, by the figure's own axis."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

LABEL = re.compile(
    r'<text text-anchor="(\w+)" transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*>([-−]?[\d,.]+%?)</text>'
)
GROUP = re.compile(r'<g class="mark-(\w+) role-mark[^"]*">(.*?)</g>', re.S)
PLACE = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")
BAR = re.compile(r'd="M0,[\d.]+h([\d.]+)v')
LENGTH = re.compile(r'translate\(([-\d.]+),([-\d.]+)\)" x2="([-\d.]+)" y2="0"')
VERTEX = re.compile(r"[ML]([-\d.]+),([-\d.]+)")


def number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-").rstrip("%"))


def measured(svg: str) -> tuple[list[float], float]:
    """Every value that a mark shows, and how exactly it can be read (in the same unit)."""
    across = [(float(x), number(text)) for anchor, x, y, text in LABEL.findall(svg) if float(y) == 16]
    up = [(float(y) - 4, number(text)) for anchor, x, y, text in LABEL.findall(svg) if float(x) == -7]
    scale = _scale(up or across)
    found: list[float] = []
    for kind, inside in GROUP.findall(svg):
        if kind == "rect":
            found += [scale(float(width)) for width in BAR.findall(inside)]
        elif kind == "symbol":
            found += [scale(float(place[1] if up else place[0])) for place in PLACE.findall(inside)]
        elif kind == "line":
            found += [
                scale(float(place[1] if up else place[0]))
                for d in re.findall(r'd="([^"]+)"', inside)
                for place in VERTEX.findall(d)
            ]
        elif kind == "rule":
            for start, height, length in LENGTH.findall(inside):
                ends = [float(height)] if up else [float(start), float(start) + float(length)]
                found += [scale(end) for end in ends]
    return found, abs(scale(0.11) - scale(0.0))


def _scale(labels: Sequence[tuple[float, float]]) -> Callable[[float], float]:
    (at, value), (end, last) = min(labels), max(labels)
    return lambda place: value + (place - at) * (last - value) / (end - at)
