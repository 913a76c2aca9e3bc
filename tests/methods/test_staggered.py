"""ATT(g,t) against diff-diff on complete panels, against plain loops on panels with gaps, and dates dealt in plain loops."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.methods import staggered_dates
from throughline.methods.staggered import AdoptingSite, MonthValue, StaggeredFound, staggered
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month

FIRST = Month(2024, 11)
Rows = Sequence[Sequence[float | None]]
Starts = Sequence[int | None]


def sites_of(values: Rows, begins: Starts) -> list[AdoptingSite]:
    return [
        AdoptingSite(
            f"site-{row}",
            None if start is None else FIRST.before(-start),
            tuple(
                MonthValue(FIRST.before(-at), Nothing.NOT_RECORDED if one is None else one)
                for at, one in enumerate(held)
            ),
            f"Site {row}",
        )
        for row, (held, start) in enumerate(zip(values, begins, strict=True))
    ]


def place(month: Month) -> int:
    return next(at for at in range(99) if FIRST.before(-at) == month)


def by_hand(values: Rows, begins: Starts) -> dict[tuple[int, int], tuple[float | None, int, int]]:
    """Every cell in plain loops: what was found, sites that began, sites that had not begun yet."""
    cells = {}
    for group in sorted({one for one in begins if one is not None and one < len(values[0])}):
        for at in range(len(values[0])):
            if at == group - 1:
                continue
            mine, theirs = [], []
            for held, start in zip(values, begins, strict=True):
                now, base = held[at], held[group - 1]
                if now is None or base is None:
                    continue
                if start == group:
                    mine.append(now - base)
                elif start is None or (start > at and start > group):
                    theirs.append(now - base)
            found = mean(mine) - mean(theirs) if mine and theirs else None
            cells[group, at] = (found, len(mine), len(theirs))
    return cells


def overall_by_hand(values: Rows, begins: Starts) -> float | None:
    cells, weighted, weights = by_hand(values, begins), 0.0, 0
    for group in {key[0] for key in cells}:
        told = [att for (g, at), (att, _, _) in cells.items() if g == group and at >= g and att is not None]
        size = sum(
            start == group and held[group - 1] is not None for held, start in zip(values, begins, strict=True)
        )
        if told:
            weighted, weights = weighted + size * mean(told), weights + size
    return weighted / weights if weights else None


def told(found: StaggeredFound) -> dict[tuple[int, int], tuple[float | None, int, int]]:
    return {(place(c.group), place(c.month)): (c.att, len(c.begun), len(c.waiting)) for c in found.cells}


def test_cells_and_averages_agree_with_diff_diff() -> None:
    panels = json.loads((Path(__file__).parent / "not_yet_begun_diff_diff.json").read_text())["panels"]
    assert len(panels) == 3
    for panel in panels:
        begins = [one or None for one in panel["begins"]]
        found = staggered(sites_of(panel["values"], begins), seed=1)
        mine = told(found)
        assert set(mine) == {(g, t) for g, t, *_ in panel["cells"]}
        for g, t, att, begun, waiting in panel["cells"]:
            assert mine[g, t] == (None if att is None else pytest.approx(att, abs=1e-10), begun, waiting)
        since = [[one.since, pytest.approx(one.att, abs=1e-10)] for one in found.since_start]
        assert since == panel["since_start"]
        assert [[place(one.group), pytest.approx(one.att, abs=1e-10)] for one in found.groups] == panel[
            "groups"
        ]
        # Every cell that is not estimable says why, in words: here the last site had begun.
        refused = [cell for cell in found.cells if cell.att is None]
        assert all("the last site had begun" in str(cell.refused) for cell in refused)
        assert bool(refused) == (None not in begins)


@st.composite
def panels(draw: st.DrawFn) -> tuple[Rows, Starts]:
    size, months = draw(st.integers(2, 5)), draw(st.integers(3, 6))
    number = st.one_of(st.none(), st.integers(-40, 40).map(lambda one: one / 4), st.integers(0, 9).map(float))
    values = draw(st.lists(st.lists(number, min_size=months, max_size=months), min_size=size, max_size=size))
    begins = draw(st.lists(st.one_of(st.none(), st.integers(1, months + 1)), min_size=size, max_size=size))
    return values, begins


@settings(max_examples=30, deadline=None)
@given(panels())
def test_panels_with_gaps_agree_with_plain_loops(panel: tuple[Rows, Starts]) -> None:
    values, begins = panel
    kept = [row for row, held in enumerate(values) if any(one is not None for one in held)]
    left = ([values[row] for row in kept], [begins[row] for row in kept])
    by_loops = overall_by_hand(*left) if kept else None
    sites = sites_of(values, begins)
    if by_loops is None or len(kept) < 2:
        with pytest.raises(Unready):
            staggered(sites, seed=3)
        return
    found = staggered(sites, seed=3)
    cells = by_hand(*left)
    mine = told(found)
    assert set(mine) == set(cells)
    for key, (att, begun, waiting) in cells.items():
        assert mine[key] == (None if att is None else pytest.approx(att, abs=1e-10), begun, waiting)
    assert found.overall == pytest.approx(by_loops, abs=1e-10)
    # Of no cell but those that are estimable is an average made; where one is not, a sentence says why.
    assert all((cell.att is None) == (cell.refused is not None) for cell in found.cells)
    months = sum(one is not None for held in left[0] for one in held)
    assert (found.n, found.missing.not_recorded) == (months, len(kept) * len(values[0]) - months)
    # All ways to deal the dates, gone through in plain loops.
    labels = [len(values[0]) + 9 if one is None or one >= len(values[0]) else one for one in left[1]]
    as_far = none = 0
    ways = set(itertools.permutations(labels))
    for way in ways:
        overall = overall_by_hand(left[0], [None if one > len(values[0]) else one for one in way])
        none += overall is None
        as_far += overall is None or abs(overall) >= abs(by_loops) - 1e-9
    dealt = found.permutation
    assert (dealt.ways, dealt.as_far, dealt.not_estimable, dealt.is_all) == (len(ways), as_far, none, True)
    assert dealt.overall == pytest.approx(by_loops, abs=1e-10)
    assert none < dealt.smallest <= dealt.as_far and f"in {as_far} of {len(ways)}" in str(dealt.in_words)


@settings(max_examples=20, deadline=None)
@given(panels(), st.integers(-9, 9), st.integers(1, 4))
def test_a_shift_of_a_site_changes_nothing_and_a_scale_scales(
    panel: tuple[Rows, Starts], shift: int, scale: int
) -> None:
    """Only changes count: a site that is always higher is as good, and the unit is the measure's own."""
    values, begins = panel
    try:
        found = staggered(sites_of(values, begins), seed=3)
    except Unready:
        return
    other = [
        [None if one is None else scale * (one + shift * row) for one in held]
        for row, held in enumerate(values)
    ]
    again = staggered(sites_of(other, begins), seed=3)
    assert again.overall == pytest.approx(scale * found.overall, abs=1e-9)
    assert [cell.att is None for cell in again.cells] == [cell.att is None for cell in found.cells]


def test_many_ways_are_drawn_by_a_seed_with_the_real_one_among_them() -> None:
    values = [[0.0, 0.1 * row, 0.2 * row + (5 if row < 4 else 0)] for row in range(12)]
    begins: Starts = [1, 1, 1, 2, 2, *[None] * 7]
    found = staggered(sites_of(values, begins), seed=5).permutation
    possible = math.factorial(12) // (6 * 2 * math.factorial(7))
    assert (found.possible, found.ways, found.is_all) == (possible, staggered_dates.DRAWN + 1, False)
    assert 1 <= found.as_far < found.ways and found.smallest == 1
    assert "taken, the real one and others by chance" in str(found.in_words) and found.p_value is None
    assert staggered(sites_of(values, begins), seed=5).permutation == found
    other = staggered(sites_of(values, begins), seed=6, planned_primary=True).permutation
    assert other.p_value == other.as_far / other.ways
    # Two dates, as many sites each: the smallest count is the real one and its mirror image.
    four = staggered(sites_of([[0, 1], [0, 2], [0, 5], [0, 9]], [1, 1, None, None]), seed=5).permutation
    assert (four.smallest, four.as_far, four.ways) == (2, 2, 6)


def test_refusals_and_sites_left_out_say_why() -> None:
    flat: list[list[float | None]] = [[1.0, 2.0, 3.0]] * 3
    for values, begins, why in (
        (flat[:1], [1], "at least 2 are needed"),
        ([], [], "at least 2 are needed"),
        (flat, [None, None, None], "No site began it"),
        (flat, [None, 3, 7], "No site began it"),
        (flat, [1, 1, 1], "All sites began in the same month (December 2024)"),
        (
            [[None, 2.0, 3.0], *flat[1:]],
            [1, None, None],
            "No site that began has a value in the month before: Site 0",
        ),
        ([[1.0, None, None], *flat[1:]], [1, None, None], "In no month from a start on"),
    ):
        with pytest.raises(Unready) as refusal:
            staggered(sites_of(values, begins), seed=1)
        assert why in str(refusal.value), why
    four: Rows = [*flat, [None, 5.0, 6.0], [None, None, None], [4.0, 4.0, 9.0]]
    found = staggered(sites_of(four, [1, 2, None, 1, 1, 0]), seed=1)
    reasons = {one.site: (one.is_waiting, str(one.reason)) for one in found.left_out}
    assert set(reasons) == {"site-3", "site-4", "site-5"}
    assert reasons["site-3"][0] and "no value in November 2024, the month before" in reasons["site-3"][1]
    assert "Site 4 has no month with a value" in reasons["site-4"][1]
    assert not reasons["site-5"][0] and "had begun by November 2024, the first month" in reasons["site-5"][1]
    assert (found.n_begun, found.n_never) == (2, 1)
    # What is watched of those that are kept begins later: by then Site 1 had begun, too, and has no month before.
    ragged = sites_of(
        [flat[0], *[[None, *held[1:]] for held in (*flat, [1.0, 4.0, 9.0])]], [0, 1, None, None, 2]
    )
    later = [ragged[0], *(replace(one, months=one.months[1:]) for one in ragged[1:])]
    found = staggered(later, seed=1)
    assert [one.site for one in found.left_out] == ["site-0", "site-1"]
    assert {cell.group for cell in found.cells} == {Month(2025, 1)} and found.overall == 4.0
    with pytest.raises(Invalid, match="no number"):
        staggered(sites_of([[1.0, math.inf], [1.0, 2.0]], [1, None]), seed=1)
