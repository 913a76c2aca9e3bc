"""Merged cells of a sheet: where they are, and which rows they reach into."""

from __future__ import annotations

import bisect
from collections.abc import Iterable

Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


def column_letters(number: int) -> str:
    """1 -> A, 27 -> AA, as spreadsheets name columns."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def place_of(area: Area) -> str:
    """`B4:B9`."""
    top, left, bottom, right = area
    return f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"


class Touched:
    """The rows into which at least one area reaches; asked with `in`."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for top, _left, bottom, _right in sorted(areas):
            if self._lasts and top <= self._lasts[-1] + 1:
                self._lasts[-1] = max(self._lasts[-1], bottom)
            else:
                self._firsts.append(top)
                self._lasts.append(bottom)

    def __contains__(self, row: object) -> bool:
        if not isinstance(row, int):
            return False
        at = bisect.bisect_right(self._firsts, row) - 1
        return at >= 0 and row <= self._lasts[at]
