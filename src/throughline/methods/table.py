"""A table of counts with its totals, before anything is hidden.

Estimates: nothing; it is the shape that `suppression` protects.
Formula: cells are counts of records or codes by a tuple of values, one for each dimension; a total has `ALL` in place of
    a value. A `Sum` says that one cell is the sum of others; the reader of a release knows every sum.
Source: linked tables as in Hundepool et al. (2012), Statistical Disclosure Control, ch. 5.
Assumptions: every count that readers can add up from others is tied to them by a sum. A sum that is known to the reader
    but not given here is not defended.
When not to use it: for quantities (pipes given) or averages: protect the count of records beneath them, and show the
    quantity only where that count is shown.
Checked against: tests/methods/test_table.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing

Key = tuple[str, ...]

ALL = "(all)"


@dataclass(frozen=True, slots=True)
class Sum:
    """The cell `total` is the sum of the cells `parts`: a group and what it splits into."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by key, and the sums between them; `nothing` holds cells without a count and why (never shown as 0).

    Raises Invalid for a negative count, a key of the wrong length, a sum that names a cell that is not there, or one
    that does not add up.
    """

    dimensions: tuple[str, ...]
    cells: Mapping[Key, int]
    sums: tuple[Sum, ...]
    nothing: Mapping[Key, Nothing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in (*self.cells, *self.nothing):
            if len(key) != len(self.dimensions):
                raise Invalid(
                    Sentence(
                        "%(cell)s does not name one value for each of: %(dimensions)s.",
                        cell=_words(key),
                        dimensions=tuple(self.dimensions),
                    )
                )
        for key, count in self.cells.items():
            if count < 0 or key in self.nothing:
                raise Invalid(
                    Sentence("%(cell)s needs one count, 0 or more, or one kind of nothing.", cell=_words(key))
                )
        for sum_ in self.sums:
            absent = [key for key in (sum_.total, *sum_.parts) if key not in self.cells]
            if absent:
                raise Invalid(
                    Sentence("A sum names %(cell)s, which is not in the table.", cell=_words(absent[0]))
                )
            if self.cells[sum_.total] != sum(self.cells[key] for key in sum_.parts):
                raise Invalid(Sentence("The parts of %(cell)s do not add up to it.", cell=_words(sum_.total)))


def crossed(
    dimensions: tuple[str, ...],
    counts: Mapping[Key, int],
    *,
    nothing: Mapping[Key, Nothing] | None = None,
    margins: Collection[tuple[str, ...]] | None = None,
) -> Table:
    """A table of every combination of values, with its totals.

    `counts` holds the inner cells; a combination that has no count stands in `nothing` with its kind, and adds nothing to
    totals. `margins` names the totals to add, each by the dimensions that it keeps: `[("site",), ()]` is the total of each
    site and of all; without it every total is added.

    Raises Invalid where a combination is neither counted nor nothing: it could be 0 or silence, and these differ.
    """
    silent = dict(nothing or {})
    given = [*counts, *silent]
    if any(len(key) != len(dimensions) or ALL in key for key in given):
        raise Invalid(Sentence("Inner cells name one value for each of: %(names)s.", names=tuple(dimensions)))
    values = [sorted({key[place] for key in given}) for place in range(len(dimensions))]
    for key in itertools.product(*values):
        if key not in counts and key not in silent:
            raise Invalid(Sentence("%(cell)s is missing: say 0 or a kind of nothing.", cell=_words(key)))
    kept = [set(margin) for margin in margins] if margins is not None else None
    cells, within, unsaid = dict(counts), _within(counts), _within(silent)
    for key in _total_keys(dimensions, values):
        shown = {name for name, value in zip(dimensions, key, strict=True) if value != ALL}
        if kept is not None and shown not in kept:
            continue
        if key in within:
            cells[key] = sum(counts[inner] for inner in within[key])
        else:
            silent[key] = _kind_of_all({silent[inner] for inner in unsaid.get(key, ())})
    sums = tuple(_sums(cells, within))
    return Table(dimensions, cells, sums, silent)


def _within(inner: Iterable[Key]) -> dict[Key, list[Key]]:
    """The inner cells that lie in each total, and in themselves."""
    found: dict[Key, list[Key]] = {}
    for key in inner:
        for total in itertools.product(*((value, ALL) for value in key)):
            found.setdefault(total, []).append(key)
    return found


def _kind_of_all(kinds: set[Nothing]) -> Nothing:
    """A total of nothing but nothing is never 0: it is the one kind there is, or else not recorded."""
    return kinds.pop() if len(kinds) == 1 else Nothing.NOT_RECORDED


def _total_keys(dimensions: tuple[str, ...], values: list[list[str]]) -> Iterator[Key]:
    for key in itertools.product(*[[*column, ALL] for column in values]):
        if ALL in key:
            yield key


def _sums(cells: Mapping[Key, int], within: Mapping[Key, Sequence[Key]]) -> Iterator[Sum]:
    """For each total: the cells one step finer, along each dimension that has them; else the inner cells."""
    finer: dict[tuple[int, Key], list[Key]] = {}
    for key in cells:
        for place, value in enumerate(key):
            if value != ALL:
                finer.setdefault((place, (*key[:place], ALL, *key[place + 1 :])), []).append(key)
    for total in cells:
        found, inner = False, within.get(total, ())
        for place, value in enumerate(total):
            parts = finer.get((place, total), ())
            if value != ALL or not parts:
                continue
            # A step that leaves out a total not released would not add up: then the inner cells are the parts.
            is_covered = {key[place] for key in inner} <= {part[place] for part in parts}
            if is_covered and sum(cells[part] for part in parts) == cells[total]:
                found = True
                yield Sum(total, tuple(parts))
        if not found and ALL in total:
            yield Sum(total, tuple(inner))


def _words(key: Key) -> str:
    return " / ".join(key)
