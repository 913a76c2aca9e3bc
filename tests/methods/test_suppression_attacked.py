"""Suppression attacked: what a reader with a solver of their own can still say of each hidden cell (tests/methods/attacker).

A few of the tables that `bench/suppression.py` tries by the thousand.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.methods.attacked_tables import PROFILES, single, together
from tests.methods.attacker import HIDDEN, Released, found_out
from throughline.methods.suppression import LT5, Profile, custom


@pytest.mark.parametrize("profile", PROFILES[:3], ids=lambda profile: f"{profile.name}-{profile.threshold}")
def test_bounds_of_hidden_cells_cover_the_whole_range(profile: Profile) -> None:
    hidden = 0
    for seed in range(2):
        cells = single(np.random.default_rng(seed), profile, most=8)
        assert [str(told) for told in found_out(cells, profile.threshold, profile.rounding)] == []
        hidden += sum(cell.told == HIDDEN for cell in cells)
    assert hidden > 5, "tables in which hardly anything is hidden attack nothing"


@pytest.mark.parametrize("profile", [LT5, custom(4, 3)], ids=lambda profile: profile.name)
def test_bounds_hold_over_all_tables_of_a_passage(profile: Profile) -> None:
    """Every count behind them is unknown to the reader, so that no cell is more than what it is a part of."""
    hidden = 0
    for seed in range(10):
        cells = together(np.random.default_rng(seed), profile)
        assert [str(told) for told in found_out(cells, profile.threshold, profile.rounding)] == []
        hidden += sum(cell.told == HIDDEN for cell in cells)
    assert hidden > 10


def test_attacker_finds_out_what_is_badly_hidden() -> None:
    """3 of 82 is hidden alone; 1 and 2 are hidden under a sum of 3; a part of a group of 3 is told as 0."""
    for told, names in (
        ({"a": (3, HIDDEN), "b": (20, 20), "c": (59, 59)}, {"a"}),
        ({"a": (1, HIDDEN), "b": (2, HIDDEN), "c": (79, 79)}, {"a", "b"}),
    ):
        inner = {(name,): truth for name, (truth, _) in told.items()}
        cells = [Released(name, frozenset({(name,)}), said, "primary" if said == HIDDEN else "", truth) for name, (truth, said) in told.items()]  # fmt: skip
        cells.append(Released("all", frozenset(inner), sum(inner.values()), "", sum(inner.values())))
        assert {one.cell.name for one in found_out(cells, LT5.threshold, LT5.rounding)} == names
