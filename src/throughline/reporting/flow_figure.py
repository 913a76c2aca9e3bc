"""The flow diagram: a box for each step, arms side by side, and beside the arrows who went no further.

Every box has the same size and place whatever its count is: the drawing tells nothing that its words do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from throughline.reporting.figures import INK, MUTED, RULE

COLUMN, BOX, HIGH, GAP, HEAD = 270, 140, 40, 34, 26
SIZE = 12


@dataclass(frozen=True, slots=True)
class Column:
    """An arm: its name, each step's words and count, and between them (one fewer) who left, in words; empty: nobody is told of."""

    name: str
    boxes: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, ...], ...]


def flow_diagram(columns: Sequence[Column], *, name: str, title: str, description: str) -> str:
    """An SVG as `figures.figure` makes them: scales with its page, is read out as title and description."""
    rows = max(len(column.boxes) for column in columns)
    width, height = COLUMN * len(columns), HEAD + rows * HIGH + (rows - 1) * GAP + 4
    parts = [part for place, column in enumerate(columns) for part in _column(column, place * COLUMN)]
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-description" viewBox="0 0 {width} {height}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-description">{escape(description)}</desc>'
        f'<g font-family="inherit" font-size="{SIZE}px">{"".join(parts)}</g></svg>'
    )


def _column(column: Column, x: int) -> list[str]:
    middle = x + BOX // 2 + 1
    parts = [_text(middle, 14, column.name, INK, anchor="middle", is_bold=True)]
    for place, (step, count) in enumerate(column.boxes):
        y = HEAD + place * (HIGH + GAP)
        parts.append(
            f'<rect x="{x + 1}" y="{y}" width="{BOX}" height="{HIGH}" rx="4" fill="none" stroke="{MUTED}"/>'
        )
        parts.append(_text(middle, y + 16, step, INK, anchor="middle"))
        parts.append(_text(middle, y + 32, count, INK, anchor="middle", is_bold=True))
        if place + 1 < len(column.boxes):
            parts += _arrow(middle, y + HIGH, column.left[place])
    return parts


def _arrow(x: int, y: int, left: Sequence[str]) -> list[str]:
    below = y + GAP
    parts = [
        f'<path d="M{x},{y}L{x},{below - 1}M{x - 4},{below - 6}L{x},{below - 1}L{x + 4},{below - 6}" fill="none" stroke="{MUTED}"/>'
    ]
    if left:
        parts.append(f'<path d="M{x},{y + GAP // 2}L{x + 16},{y + GAP // 2}" fill="none" stroke="{RULE}"/>')
    for place, words in enumerate(left):
        parts.append(_text(x + 20, y + GAP // 2 + 4 + 14 * place - 7 * (len(left) - 1), words, MUTED))
    return parts


def _text(x: int, y: int, words: str, colour: str, *, anchor: str = "start", is_bold: bool = False) -> str:
    bold = ' font-weight="bold"' if is_bold else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}"{bold}>{escape(words)}</text>'
