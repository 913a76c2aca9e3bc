"""Colours of codes <-> places in the palette: a code keeps a place, so that every page can show it readably."""

from __future__ import annotations

import colorsys

# The hues of the pages by day (assets/styles/tokens.css), as other programs may show them.
PALETTE = ("#2f62b5", "#2c7a3f", "#8d5f00", "#7548b0", "#0b7676", "#a9431f", "#a5367f", "#57666f")
_GREY = len(PALETTE)
_FAINT = 0.12


def place_of(colour: str) -> int:
    """The place (1 to 8) whose hue is nearest to `#rrggbb`; 0, no place of its own, for no colour."""
    if not colour:
        return 0
    if colour.lower() in PALETTE:
        return 1 + PALETTE.index(colour.lower())
    hue, saturation, value = _hsv(colour)
    if saturation < _FAINT or value < _FAINT:
        return _GREY
    apart = [abs(hue - _hsv(one)[0]) for one in PALETTE[: _GREY - 1]]
    return 1 + min(range(len(apart)), key=lambda place: min(apart[place], 1 - apart[place]))


def colour_at(place: int) -> str:
    """`#rrggbb` of a place; empty for none."""
    return PALETTE[(place - 1) % len(PALETTE)] if place else ""


def _hsv(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return colorsys.rgb_to_hsv(red, green, blue)
