"""Where the themes of a map stand, and the lines between them. Geometry alone; the same themes give the same map.

Themes stand on an ellipse, in the order in which the fewest lines cross; the ellipse grows until no two boxes touch.
A relation's word stands on its line, where it covers neither a box nor another word. Lengths are units of the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from textwrap import wrap
from uuid import UUID

WIDTH = 212.0
LINE, SUB_LINE, PAD = 20.0, 17.0, 14.0
NAME_LETTERS, SUB_LETTERS = 20, 26
LETTER = 7.2  # about how wide a letter of a relation's word is
BESIDE, BELOW = 128.0, 56.0  # room for a word on the line between two boxes
MARGIN = 24.0
_PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73)
_BOWS = (0.0, 70.0, 140.0, 220.0, 320.0, -90.0)  # how far a line may bend, so that it runs behind no box
_SWAPS = 40  # rounds of looking for fewer crossings

Point = tuple[float, float]


@dataclass(frozen=True)
class MapTheme:
    """A theme at the top, with its subthemes (name, depth below it)."""

    id: UUID
    name: str
    status: str = ""
    subthemes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class MapLink:
    """A relation; `has_arrow` where it has a direction."""

    origin: UUID
    target: UUID
    word: str
    has_arrow: bool


@dataclass
class Box:
    """A theme as it is drawn: its upper left corner, its size, and its lines of text (text, x, y)."""

    theme: MapTheme
    names: list[str]
    subs: list[tuple[str, int]]
    x: float = 0.0
    y: float = 0.0
    width: float = WIDTH
    height: float = 0.0
    name_lines: list[tuple[str, float, float]] = field(default_factory=list)
    sub_lines: list[tuple[str, float, float]] = field(default_factory=list)

    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Line:
    """A relation as it is drawn: a line from `start` by way of `bend`, its arrow's corners (empty without one), its word."""

    word: str
    start: Point
    bend: Point
    end: Point
    arrow: str
    label: Point
    label_width: float


@dataclass(frozen=True)
class Drawing:
    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(themes: Sequence[MapTheme], links: Sequence[MapLink]) -> Drawing:
    """Place the themes and their relations; relations of themes that are not on the map are left out."""
    known = {theme.id for theme in themes}
    held = [link for link in links if link.origin in known and link.target in known]
    boxes = [_box(theme) for theme in _ordered(themes, held)]
    _place(boxes)
    by_id = {box.theme.id: box for box in boxes}
    lines: list[Line] = []
    for link in held:
        lines.append(_line(link, held, by_id, boxes, lines))
    width = max((box.x + box.width for box in boxes), default=WIDTH) + MARGIN
    height = max((box.y + box.height for box in boxes), default=LINE) + MARGIN
    return Drawing(width, height, tuple(boxes), tuple(lines))


def _box(theme: MapTheme) -> Box:
    names = wrap(theme.name, NAME_LETTERS) or [theme.name]
    subs = [
        (line if number else f"– {line}", depth)
        for name, depth in theme.subthemes
        for number, line in enumerate(wrap(name, SUB_LETTERS - 2 * depth) or [name])
    ]
    height = 2 * PAD + LINE * len(names) + (SUB_LINE * len(subs) + 6 if subs else 0)
    return Box(theme, names, subs, height=height)


def _ordered(themes: Sequence[MapTheme], links: Sequence[MapLink]) -> list[MapTheme]:
    """The order round the ellipse with few crossings, found by exchanging pairs; related themes beside each other."""
    order = list(themes)
    pairs = [(link.origin, link.target) for link in links]
    best = _cost(order, pairs)
    for _round in range(_SWAPS):
        found = None
        for one, other in combinations(range(len(order)), 2):
            order[one], order[other] = order[other], order[one]
            cost = _cost(order, pairs)
            if cost < best:
                best, found = cost, (one, other)
            order[one], order[other] = order[other], order[one]
        if found is None:
            break
        order[found[0]], order[found[1]] = order[found[1]], order[found[0]]
    return order


def _cost(order: Sequence[MapTheme], pairs: Sequence[tuple[UUID, UUID]]) -> tuple[int, int]:
    """How many lines cross; then how far apart related themes stand."""
    place: Mapping[UUID, int] = {theme.id: number for number, theme in enumerate(order)}
    chords = [tuple(sorted((place[one], place[other]))) for one, other in pairs]
    crossings = sum(1 for (a, b), (c, d) in combinations(chords, 2) if a < c < b < d or c < a < d < b)
    apart = sum(min(b - a, len(order) - (b - a)) for a, b in chords)
    return crossings, apart


def _place(boxes: Sequence[Box]) -> None:
    count = len(boxes)
    across, down = (0.0, 0.0) if count < 2 else (WIDTH * 0.9, 60.0 if count < 3 else 120.0)
    while True:
        for number, box in enumerate(boxes):
            # from the left, clockwise: two themes stand beside each other, four at the points of the compass
            angle = math.pi + 2 * math.pi * number / max(count, 1)
            box.x = across * math.cos(angle) - box.width / 2
            box.y = down * math.sin(angle) - box.height / 2
        if not any(_touch(one, other) for one, other in combinations(boxes, 2)):
            break
        across, down = across * 1.06 + 4, down * 1.08 + 4
    left, top = min((box.x for box in boxes), default=0), min((box.y for box in boxes), default=0)
    for box in boxes:
        box.x, box.y = round(box.x - left + MARGIN, 1), round(box.y - top + MARGIN, 1)
        _write(box)


def _write(box: Box) -> None:
    y = box.y + PAD + LINE * 0.75
    for line in box.names:
        box.name_lines.append((line, box.x + PAD, round(y, 1)))
        y += LINE
    y += 2
    for line, depth in box.subs:
        box.sub_lines.append((line, box.x + PAD + 10 * (depth - 1), round(y, 1)))
        y += SUB_LINE


def _touch(one: Box, other: Box) -> bool:
    return (
        abs(one.middle()[0] - other.middle()[0]) < WIDTH + BESIDE
        and abs(one.middle()[1] - other.middle()[1]) < (one.height + other.height) / 2 + BELOW
    )


def _line(
    link: MapLink,
    links: Sequence[MapLink],
    by_id: Mapping[UUID, Box],
    boxes: Sequence[Box],
    drawn: Sequence[Line],
) -> Line:
    one, other = by_id[link.origin], by_id[link.target]
    is_mutual = any((back.origin, back.target) == (link.target, link.origin) for back in links)
    centre = _centre(boxes)
    for bow in _BOWS:
        bend = _bend(one.middle(), other.middle(), centre, bow)
        start, end = _border(one, bend), _border(other, bend)
        if is_mutual:  # both ways: each line on its own side
            start, bend, end = _aside(start, bend, end)
        points = [_along(start, bend, end, step / 24) for step in range(25)]
        others = [box for box in boxes if box not in (one, other)]
        if not any(_inside(point, box) for point in points for box in others):
            break
    length = math.dist(bend, end) or 1.0
    along = ((end[0] - bend[0]) / length, (end[1] - bend[1]) / length)
    arrow = _arrow(end, along) if link.has_arrow else ""
    wide = LETTER * len(link.word) + 10
    label = _label([_along(start, bend, end, share) for share in _PLACES], wide, boxes, drawn)
    return Line(link.word, _rounded(start), _rounded(bend), _rounded(end), arrow, label, round(wide, 1))


def _centre(boxes: Sequence[Box]) -> Point:
    return (
        sum(box.middle()[0] for box in boxes) / len(boxes),
        sum(box.middle()[1] for box in boxes) / len(boxes),
    )


def _bend(start: Point, end: Point, centre: Point, bow: float) -> Point:
    """The middle between two points, drawn towards the centre of the map."""
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    far = math.dist((x, y), centre)
    return (x, y) if not far else (x + (centre[0] - x) / far * bow, y + (centre[1] - y) / far * bow)


def _along(start: Point, bend: Point, end: Point, share: float) -> Point:
    """A point of the curve (a quadratic Bezier)."""
    rest = 1 - share
    return (
        rest * rest * start[0] + 2 * rest * share * bend[0] + share * share * end[0],
        rest * rest * start[1] + 2 * rest * share * bend[1] + share * share * end[1],
    )


def _inside(point: Point, box: Box) -> bool:
    return box.x - 8 < point[0] < box.x + box.width + 8 and box.y - 8 < point[1] < box.y + box.height + 8


def _border(box: Box, towards: Point) -> Point:
    """Where the line from a box's middle to a point leaves the box."""
    x, y = box.middle()
    dx, dy = towards[0] - x, towards[1] - y
    share = min(
        (box.width / 2 + 3) / abs(dx) if dx else math.inf,
        (box.height / 2 + 3) / abs(dy) if dy else math.inf,
        1.0,
    )
    return x + dx * share, y + dy * share


def _aside(start: Point, bend: Point, end: Point) -> tuple[Point, Point, Point]:
    length = math.dist(start, end) or 1.0
    x, y = -(end[1] - start[1]) / length * 8, (end[0] - start[0]) / length * 8
    return (start[0] + x, start[1] + y), (bend[0] + 2 * x, bend[1] + 2 * y), (end[0] + x, end[1] + y)


def _arrow(tip: Point, along: Point) -> str:
    back = (tip[0] - 12 * along[0], tip[1] - 12 * along[1])
    side = (-along[1] * 5, along[0] * 5)
    corners = (tip, (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1]))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _label(places: Sequence[Point], wide: float, boxes: Sequence[Box], drawn: Sequence[Line]) -> Point:
    """The middle of the word: the first place on the line where it covers nothing, else the line's middle."""
    for x, y in places:
        on_box = any(
            box.x - wide / 2 < x < box.x + box.width + wide / 2 and box.y - 12 < y < box.y + box.height + 12
            for box in boxes
        )
        on_word = any(
            abs(x - line.label[0]) < (wide + line.label_width) / 2 and abs(y - line.label[1]) < 22
            for line in drawn
        )
        if not on_box and not on_word:
            return _rounded((x, y))
    return _rounded(places[0])


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)
