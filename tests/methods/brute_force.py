"""What a reader can infer from a released table, by going through every table that it could have been."""

import itertools
from collections.abc import Mapping

import numpy as np

from throughline.methods.suppression import ProtectedTable, Why
from throughline.methods.table import ALL, Key


def possible_values(released: ProtectedTable, most: int) -> dict[Key, set[int]]:
    """For each cell the counts that it takes in some table with inner cells up to `most` that looks the same.

    Knows the profile, every released count and which cells are primary; shares no code with what it checks: how a count
    would look is decided here again, by hand.
    """
    inner = [key for key in released.cells if ALL not in key]
    choices = [[v for v in range(most + 1) if _looks_the_same(released, key, v)] for key in inner]
    tables = np.array(list(itertools.product(*choices)), dtype=np.int64).reshape(-1, len(inner))
    columns: dict[Key, np.ndarray] = {}
    keep = np.ones(len(tables), dtype=bool)
    for key in released.cells:
        inside = [
            i for i, cell in enumerate(inner) if all(w in (ALL, v) for v, w in zip(cell, key, strict=True))
        ]
        columns[key] = tables[:, inside].sum(axis=1)
        values = np.unique(columns[key])
        fitting = [v for v in values.tolist() if _looks_the_same(released, key, v)]
        keep &= np.isin(columns[key], fitting)
    return {key: set(np.unique(column[keep]).tolist()) for key, column in columns.items()}


def _looks_the_same(released: ProtectedTable, key: Key, value: int) -> bool:
    cell, profile = released.cells[key], released.profile
    if cell.count is None:
        return cell.why != Why.PRIMARY or 0 < value < profile.threshold
    if 0 < value < profile.threshold:
        return False
    nearest = min(
        range(0, value + 2 * profile.rounding, profile.rounding),
        key=lambda shown: (abs(shown - value), -shown),
    )
    return nearest == cell.count


def told_too_much(released: ProtectedTable, truth: Mapping[Key, int], most: int) -> list[Key]:
    """The hidden cells of which the reader learns more than the profile allows."""
    possible, hides = possible_values(released, most), released.profile.threshold - 1
    told = []
    for key, cell in released.cells.items():
        if cell.why == Why.PRIMARY and not set(range(1, hides + 1)) <= possible[key]:
            told.append(key)
        if cell.why == Why.SMALL_GROUP and not set(range(hides + 1)) <= possible[key]:
            told.append(key)
        if (
            cell.why == Why.SECONDARY
            and len([v for v in possible[key] if abs(v - truth[key]) <= hides]) < hides
        ):
            told.append(key)
    return told
