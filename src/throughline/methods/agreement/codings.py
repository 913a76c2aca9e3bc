"""What agreement is asked of: codings, and the stretches of text on which coders could have coded.

Estimates: nothing itself; it lays every source's stretches on one line of units, and every coding on that line.
Formula: with level `character` the line is the stretches put end to end, and a coding [start, end) keeps its part inside
    them: what lies between stretches (an interviewer's turn) has no length, and does not cut a coding in two. With `turn` or
    `sentence` each stretch is one unit, and a coding covers every unit of which it holds at least one code point.
Source: offsets as in REFI-QDA 1.5: Unicode code points from 0, end exclusive. The line is Krippendorff's continuum
    (Content Analysis, 4th ed., ch. 12).
Assumptions: a coder named with a source read all of it: what they left uncoded is a "no", not missing.
When not to use it: where stretches of one source overlap (refused), or where coders worked on different versions of a text.
Checked against: expansion unit by unit, and back (tests/methods/agreement/test_codings.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from throughline.vocabulary.errors import Invalid, Sentence

Numbers = NDArray[np.int64]

READ_ALL = Sentence("Who coded a source read all of it: what they left uncoded counts as a no.")


class Level(StrEnum):
    """What one unit is."""

    CHARACTER = "character"
    TURN = "turn"
    SENTENCE = "sentence"


class Coding(NamedTuple):
    """One coder's passage [start, end) of a source under a code, in code points."""

    coder: str
    source: str
    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Codings:
    """Codings in columns; `coder`, `source` and `code` are positions in `coders`, `sources` and `codes`.

    A code that nobody applied may stand in `codes`. Make it with `from_rows`, or from columns that are already arrays.
    """

    coders: tuple[str, ...]
    sources: tuple[str, ...]
    codes: tuple[str, ...]
    coder: Numbers
    source: Numbers
    code: Numbers
    start: Numbers
    end: Numbers

    def __post_init__(self) -> None:
        columns = (self.coder, self.source, self.code, self.start, self.end)
        if len({len(column) for column in columns}) != 1:
            raise Invalid(Sentence("The columns of codings are of different lengths."))
        for column in columns:
            column.flags.writeable = False
        if np.any(self.start < 0) or np.any(self.end <= self.start):
            at = int(np.argmax((self.start < 0) | (self.end <= self.start)))
            raise Invalid(
                Sentence(
                    "A coding of source %(source)s from %(start)s to %(end)s holds no text: it begins at 0 or later and "
                    "ends after it begins.",
                    source=self.sources[int(self.source[at])],
                    start=int(self.start[at]),
                    end=int(self.end[at]),
                )
            )

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def from_rows(cls, rows: Iterable[Coding], *, codes: Sequence[str] = ()) -> Codings:
        """Columns from rows; `codes` adds codes that nobody may have applied. Names are kept in their order."""
        listed = list(rows)
        coder, source, code, start, end = zip(*listed, strict=True) if listed else ((), (), (), (), ())
        coders, coder_at = _numbered(coder)
        sources, source_at = _numbered(source)
        known, code_at = _numbered(code, codes)
        begin, close = np.array(start, dtype=np.int64), np.array(end, dtype=np.int64)
        return cls(coders, sources, known, coder_at, source_at, code_at, begin, close)

    def positions_of(self, codes: Sequence[str] | None) -> list[int]:
        """Where these codes stand in `codes`; all of them for None. Raises Invalid for one that is not there."""
        known = {code: i for i, code in enumerate(self.codes)}
        for code in codes or ():
            if code not in known:
                raise Invalid(Sentence("The codings know no code %(code)s.", code=code))
        return [known[code] for code in (self.codes if codes is None else codes)]


def _numbered(column: Sequence[str], more: Sequence[str] = ()) -> tuple[tuple[str, ...], Numbers]:
    names = tuple(sorted({*column, *more}))
    at = {name: i for i, name in enumerate(names)}
    return names, np.array([at[name] for name in column], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class CodedSource:
    """The stretches of a source that count, in code points, in order and apart; and everyone who coded it.

    By default the stretches are the participants' turns. A coder who read it and found nothing is named too.
    """

    source: str
    coders: frozenset[str]
    stretches: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        for start, end in self.stretches:
            if not 0 <= start < end:
                raise Invalid(
                    Sentence(
                        "A stretch of source %(source)s from %(start)s to %(end)s holds no text.",
                        source=self.source,
                        start=start,
                        end=end,
                    )
                )
        for before, after in pairwise(self.stretches):
            if after[0] < before[1]:
                raise Invalid(
                    Sentence(
                        "Stretches of source %(source)s overlap or are out of order at %(at)s.",
                        source=self.source,
                        at=after[0],
                    )
                )


@dataclass(frozen=True)
class Continuum:
    """All sources on one line of units: `n` units, those of source s in [line_start[s], line_start[s] + lengths[s])."""

    level: Level
    sources: tuple[CodedSource, ...]

    def __post_init__(self) -> None:
        if len({source.source for source in self.sources}) != len(self.sources):
            raise Invalid(Sentence("A source stands in the continuum twice; name each once."))

    @cached_property
    def coders(self) -> tuple[str, ...]:
        """Everyone who coded any of the sources, in order of name."""
        return tuple(sorted(set().union(*(source.coders for source in self.sources))))

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """sources x coders: who coded which."""
        rows = [[coder in source.coders for coder in self.coders] for source in self.sources]
        return np.array(rows, dtype=bool).reshape(len(self.sources), len(self.coders))

    @cached_property
    def _counts(self) -> Numbers:
        return np.array([len(source.stretches) for source in self.sources], dtype=np.int64)

    @cached_property
    def _stretches(self) -> Numbers:
        """All stretches, two columns, in the code points of their sources."""
        return np.array(
            [stretch for source in self.sources for stretch in source.stretches], dtype=np.int64
        ).reshape(-1, 2)

    @cached_property
    def _reach(self) -> Numbers:
        """Where the last stretch of each source ends."""
        return np.array(
            [source.stretches[-1][1] if source.stretches else 0 for source in self.sources], dtype=np.int64
        )

    @cached_property
    def _base(self) -> Numbers:
        """Where each source begins when texts stand one after the other, one apart so that no two touch."""
        return np.concatenate(([0], np.cumsum(self._reach + 1)))[: len(self.sources)]

    @cached_property
    def _apart(self) -> Numbers:
        return self._stretches + np.repeat(self._base, self._counts)[:, None]

    @cached_property
    def _at(self) -> Numbers:
        """Where each stretch begins on the line; one more entry for the end of the line."""
        starts, ends = self._stretches.T
        widths = ends - starts if self.level == Level.CHARACTER else np.ones(len(starts), dtype=np.int64)
        return np.concatenate(([0], np.cumsum(widths)))

    @cached_property
    def line_start(self) -> Numbers:
        """Where each source begins on the line."""
        first = np.concatenate(([0], np.cumsum(self._counts)))[: len(self.sources)]
        return self._at[first]

    @cached_property
    def lengths(self) -> Numbers:
        """Units of each source."""
        return np.diff(np.append(self.line_start, self._at[-1]))

    @property
    def n(self) -> int:
        """Units of the line."""
        return int(self._at[-1])

    def on_line(self, source: Numbers, start: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
        """Passages of sources (by position) as [first, last) on the line; empty where they touch no unit."""
        if not len(self._stretches):
            return np.zeros_like(start), np.zeros_like(end)
        start, end = (self._base[source] + np.minimum(x, self._reach[source]) for x in (start, end))
        starts, ends = np.ascontiguousarray(self._apart.T)
        if self.level == Level.CHARACTER:
            return self._characters_before(starts, start), self._characters_before(starts, end)
        first = np.searchsorted(ends, start, side="right")
        return first, np.maximum(np.searchsorted(starts, end, side="left"), first)

    def _characters_before(self, starts: Numbers, x: Numbers) -> Numbers:
        # Between stretches, and before a source's first one, the count stays where the last stretch ended.
        k = np.searchsorted(starts, x, side="right") - 1
        inside = np.maximum(k, 0)
        counted = self._at[inside] + np.minimum(x - starts[inside], np.diff(self._at)[inside])
        return np.where(k < 0, 0, counted)

    def in_source(self, first: Numbers, last: Numbers) -> tuple[Numbers, Numbers]:
        """Non-empty [first, last) of the line back as [start, end) in the code points of their source."""
        begins = np.searchsorted(self._at, first, side="right") - 1
        closes = np.searchsorted(self._at, last - 1, side="right") - 1
        if self.level == Level.CHARACTER:
            return (
                self._stretches[begins, 0] + first - self._at[begins],
                self._stretches[closes, 0] + last - self._at[closes],
            )
        return self._stretches[begins, 0], self._stretches[closes, 1]


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Codings on the line, in columns; `row` is a coding's place in the codings that were given.

    `coder` and `source` are positions in the continuum. `outside` codings touched no unit, or lie in sources that are
    not of the continuum.
    """

    coder: Numbers
    source: Numbers
    code: Numbers
    first: Numbers
    last: Numbers
    row: Numbers
    outside: int


def place(continuum: Continuum, codings: Codings) -> Placed:
    """Lay codings on the line. Raises Invalid for a coding by someone who is not named with its source."""
    known = {source.source: i for i, source in enumerate(continuum.sources)}
    people = {coder: i for i, coder in enumerate(continuum.coders)}
    source_at = np.array([known.get(name, -1) for name in codings.sources], dtype=np.int64)
    coder_at = np.array([people.get(name, -1) for name in codings.coders], dtype=np.int64)
    rows = np.flatnonzero(source_at[codings.source] >= 0)
    source, coder = source_at[codings.source[rows]], coder_at[codings.coder[rows]]
    stranger = coder < 0
    stranger[~stranger] = ~continuum.present[source[~stranger], coder[~stranger]]
    if np.any(stranger):
        at = rows[int(np.argmax(stranger))]
        raise Invalid(
            Sentence(
                "%(coder)s has codings in source %(source)s but is not named as a coder of it: name them, or leave "
                "their codings out.",
                coder=codings.coders[int(codings.coder[at])],
                source=codings.sources[int(codings.source[at])],
            )
        )
    first, last = continuum.on_line(source, codings.start[rows], codings.end[rows])
    kept = last > first
    return Placed(
        coder=coder[kept],
        source=source[kept],
        code=codings.code[rows[kept]],
        first=first[kept],
        last=last[kept],
        row=rows[kept],
        outside=len(codings) - int(kept.sum()),
    )
