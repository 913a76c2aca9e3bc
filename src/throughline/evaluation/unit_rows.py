"""Rows of a unit of an open freeze, read once: who they are, how many each stands for, and each column's words as numbers.

What a table counts, what readers know beside it, and who stands behind its cells are all taken from these. A tally of n stands for
n rows, and each word is kept once: what is held of a row is two whole numbers and, for most columns, a byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.units import unit_of
from throughline.methods.table import Key

_BATCH = 65_536
_MOST = 1 << 62  # combinations that a number of 64 bits tells apart, with room to spare

Where = Mapping[str, str | tuple[str, ...]]
Codes = NDArray[np.int64]
Words = Mapping[str, Mapping[str, int]]  # column -> word -> its number, from 1; 0 is no word (outside)


def values_of(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def rows_of(freeze: OpenFreeze, unit: str) -> UnitRows:
    """The rows of a unit, as they were read when they were first asked for."""
    name = f"rows of {unit}"
    if name not in freeze.held:
        freeze.held[name] = UnitRows(freeze, unit)
    rows: UnitRows = freeze.held[name]
    return rows


class UnitRows:
    """`members` and `counts` have an element for each row, as has each column's `codes`; `words` tells what these mean."""

    def __init__(self, freeze: OpenFreeze, unit: str) -> None:
        of = unit_of(unit)
        names = sorted(of.columns())
        columns = "".join(f", {of.column(name)} AS c{place}" for place, name in enumerate(names))
        query = f"SELECT {of.member} AS member, CAST({of.weight} AS BIGINT) AS n{columns} FROM {of.source}"  # noqa: S608  (words of ours only)
        words: dict[str, dict[str, int]] = {name: {} for name in names}
        parts: list[list[NDArray[Any]]] = [[np.zeros(0, np.int64)], [np.zeros(0, np.int64)]]
        parts += [[np.zeros(0, np.int32)] for _ in names]
        for batch in freeze.engine.sql(query).to_arrow_reader(_BATCH):
            numbers = [column.to_numpy(zero_copy_only=False) for column in batch.columns[:2]]
            numbers[0] = numbers[0].view(np.int64)
            coded = (
                _coded(column, words[name]) for name, column in zip(names, batch.columns[2:], strict=True)
            )
            for part, found in zip(parts, [*numbers, *coded], strict=True):
                part.append(found)
        self.members: NDArray[np.uint64] = np.concatenate(parts[0]).view(np.uint64)
        self.counts: Codes = np.concatenate(parts[1])
        self.codes: dict[str, NDArray[Any]] = {
            name: np.concatenate(part).astype(np.min_scalar_type(len(words[name])))
            for name, part in zip(names, parts[2:], strict=True)
        }
        self.words: Words = words

    def key(self, names: Sequence[str], values: Sequence[str]) -> int | None:
        """The number of a combination in `keys_of` these columns; None where no row has one of its words."""
        key = 0
        for name, value in zip(names, values, strict=True):
            if value not in self.words[name]:
                return None
            key = key * (len(self.words[name]) + 1) + self.words[name][value]
        return key

    def keys_of(self, names: Sequence[str]) -> Codes:
        """A number for each row's combination of words."""
        keys = np.zeros(self.counts.size, dtype=np.int64)
        for name in names:
            keys = keys * (len(self.words[name]) + 1) + self.codes[name]
        return keys

    def counted(self, dimensions: Sequence[str], where: Where) -> dict[Key, int]:
        """How many there are of each combination of words of `dimensions`, of the rows that `where` leaves; none of them 0."""
        kept = np.ones(self.counts.size, dtype=np.bool_)
        for name, value in where.items():
            of = self.words[name]
            kept &= np.isin(self.codes[name], [of[one] for one in values_of(value) if one in of])
        for name in dimensions:
            kept &= self.codes[name] > 0
        codes, counts = self._grouped(dimensions, kept)
        called = [np.array(["", *self.words[name]], dtype=object)[codes[name]] for name in dimensions]
        return dict(
            zip(zip(*(column.tolist() for column in called), strict=True), counts.tolist(), strict=True)
        )

    def grouped(self, names: Sequence[str]) -> tuple[dict[str, Codes], Codes]:
        """Each combination of words that there is, column by column as numbers, and how many there are of it."""
        return self._grouped(names, np.ones(self.counts.size, dtype=np.bool_))

    def _grouped(self, names: Sequence[str], kept: NDArray[np.bool_]) -> tuple[dict[str, Codes], Codes]:
        codes = {name: self.codes[name][kept].astype(np.int64) for name in names}
        keys, most = np.zeros(int(kept.sum()), dtype=np.int64), 1
        for name in names:
            size = len(self.words[name]) + 1
            if most * size > _MOST:
                keys = np.unique(keys, return_inverse=True)[1]
                most = keys.size
            keys, most = keys * size + codes[name], most * size
        order = in_order(keys)
        starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
        counts = np.add.reduceat(self.counts[kept][order], starts) if starts.size else starts
        return {name: column[order[starts]] for name, column in codes.items()}, counts


def in_order(keys: Codes) -> NDArray[np.intp]:
    """The places of numbers from 0 on, those of the lowest first; numbers of 16 bits are sorted ten times as fast."""
    narrow = np.min_scalar_type(int(keys.max(initial=0)))
    return np.argsort(keys.astype(narrow), kind="stable")


def _coded(column: pa.Array, words: dict[str, int]) -> NDArray[np.int32]:
    """A batch's words as numbers; a new word gets the next."""
    encoded = column.dictionary_encode()
    own = [words.setdefault(word, len(words) + 1) for word in encoded.dictionary.to_pylist()]
    places = encoded.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
    codes: NDArray[np.int32] = np.array([*own, 0], dtype=np.int32)[places]
    return codes
