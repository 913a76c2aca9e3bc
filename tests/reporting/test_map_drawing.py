"""The map's geometry: no two boxes touch, every line runs between its boxes, the same themes give the same map."""

from __future__ import annotations

from itertools import combinations, pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.reporting.map_drawing import Box, MapLink, MapTheme, draw


def themes_of(names: list[str], subs: int) -> list[MapTheme]:
    return [
        MapTheme(
            UUID(int=n + 1),
            name,
            "kept",
            tuple((f"Subtheme {k} of {name}", 1) for k in range(subs * (n % 3))),
        )
        for n, name in enumerate(names)
    ]


def apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def inside(point: tuple[float, ...], box: Box) -> bool:
    return box.x < point[0] < box.x + box.width and box.y < point[1] < box.y + box.height


NAMES = st.lists(st.text("abcdefghij ", min_size=3, max_size=90).filter(str.strip), min_size=1, max_size=12)


@given(NAMES, st.integers(0, 3), st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14))
@settings(max_examples=60, deadline=None)
def test_any_map_is_readable(names: list[str], subs: int, pairs: set[tuple[int, int]]) -> None:
    themes = themes_of(names, subs)
    ids = [theme.id for theme in themes]
    links = [
        MapLink(ids[a], ids[b], "supports", True)
        for a, b in sorted(pairs)
        if a < len(ids) and b < len(ids) and a != b
    ]
    drawing = draw(themes, links)
    assert {box.theme.id for box in drawing.boxes} == set(ids) and len(drawing.lines) == len(links)
    assert all(apart(one, other) for one, other in combinations(drawing.boxes, 2))
    for box in drawing.boxes:
        assert box.x >= 0 and box.x + box.width <= drawing.width
        assert box.y >= 0 and box.y + box.height <= drawing.height
        assert all(box.y < y <= box.y + box.height for _text, _x, y in [*box.name_lines, *box.sub_lines])
    assert draw(themes, links) == drawing


def test_related_themes_stand_so_that_no_line_crosses_where_that_can_be() -> None:
    themes = themes_of(list("abcdef"), 0)
    ids = [theme.id for theme in themes]
    ring = [0, 3, 1, 4, 2, 5]
    links = [MapLink(ids[a], ids[b], "x", False) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    order = [box.theme.name for box in draw(themes, links).boxes]
    places = {name: n for n, name in enumerate(order)}
    steps = {abs(places["abcdef"[a]] - places["abcdef"[b]]) for a, b in pairwise(ring)}
    assert steps <= {1, 5}


def test_words_on_lines_cover_no_box_and_no_other_word() -> None:
    """Twelve themes with nine relations, as full as a map gets."""
    themes = themes_of([f"Theme number {n} with a name of its own" for n in range(12)], 1)
    ids = [theme.id for theme in themes]
    pairs = [(0, 5), (1, 4), (2, 8), (3, 9), (6, 11), (7, 10), (0, 1), (4, 7), (2, 3)]
    drawing = draw(themes, [MapLink(ids[a], ids[b], "contrasts with", False) for a, b in pairs])
    for one, other in combinations(drawing.lines, 2):
        wide = (one.label_width + other.label_width) / 2
        assert abs(one.label[0] - other.label[0]) >= wide or abs(one.label[1] - other.label[1]) >= 22
    for (a, b), line in zip(pairs, drawing.lines, strict=True):
        between = {ids[a], ids[b]}
        middle = tuple((s + 2 * m + e) / 4 for s, m, e in zip(line.start, line.bend, line.end, strict=True))
        assert not any(inside(middle, box) for box in drawing.boxes if box.theme.id not in between)
        assert not any(
            box.x < line.label[0] < box.x + box.width and box.y < line.label[1] < box.y + box.height
            for box in drawing.boxes
        )
