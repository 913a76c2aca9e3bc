"""Where coders differ on a code, to be shown side by side and settled one by one.

Estimates: nothing; it lists the stretches on which some of a source's coders have the code and others have not, with who is
    who.
Formula: the pieces of the sweep with 0 < k < m_u coders; neighbouring pieces of a source with the same coders are one stretch.
Source: none.
Assumptions: a coder named with a source read all of it. A difference of a few characters at an end is a stretch like any other.
When not to use it: in a blind round that still runs. A passage that two coders ended differently gives stretches at its ends
    and none in the middle: whoever shows them adds what lies around.
Checked against: a comparison unit by unit (tests/methods/agreement/test_disagreements.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.methods.agreement.codings import Codings, Continuum, Numbers, place
from throughline.methods.agreement.sweep import pieces


@dataclass(frozen=True, slots=True)
class Disagreement:
    """[start, end) of a source, in code points, on which coders differ about a code; `units` lie inside the continuum."""

    code: str
    source: str
    start: int
    end: int
    units: int
    coded_by: tuple[str, ...]
    left_by: tuple[str, ...]


def disagreements(
    continuum: Continuum, codings: Codings, *, codes: Sequence[str] | None = None
) -> tuple[Disagreement, ...]:
    """Every stretch on which coders differ, by code (as in `codings`), source and place.

    Raises Invalid for a code that the codings do not know or a coder who is not named with a source.
    """
    found = pieces(continuum, place(continuum, codings))
    present = continuum.present[found.source]
    coded = found.coded.sum(axis=1)
    differ = np.flatnonzero((coded < present.sum(axis=1)) & np.isin(found.code, codings.positions_of(codes)))
    if not len(differ):
        return ()
    code, source, who = found.code[differ], found.source[differ], found.coded[differ]
    first, last = found.first[differ], found.last[differ]
    begins = np.ones(len(differ), dtype=bool)
    begins[1:] = (
        (code[1:] != code[:-1])
        | (source[1:] != source[:-1])
        | (first[1:] != last[:-1])
        | (who[1:] != who[:-1]).any(axis=1)
    )
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(differ)) - 1
    start, end = continuum.in_source(first[starts], last[ends])
    names, which = _names(continuum, who[starts], present[differ[starts]])
    columns = (code[starts], source[starts], start, end, last[ends] - first[starts], which)
    return tuple(
        Disagreement(
            code=codings.codes[of],
            source=continuum.sources[where].source,
            start=begin,
            end=close,
            units=units,
            coded_by=names[group][0],
            left_by=names[group][1],
        )
        for of, where, begin, close, units, group in zip(*(c.tolist() for c in columns), strict=True)
    )


def _names(
    continuum: Continuum, who: NDArray[np.bool_], present: NDArray[np.bool_]
) -> tuple[list[tuple[tuple[str, ...], tuple[str, ...]]], Numbers]:
    """The groupings of coders that occur (who has it, who read and left it), and which of them each row has."""
    groupings, which = np.unique(np.concatenate((who, present & ~who), axis=1), axis=0, return_inverse=True)
    m = len(continuum.coders)
    names = [
        tuple(tuple(continuum.coders[i] for i in np.flatnonzero(half)) for half in (row[:m], row[m:]))
        for row in groupings
    ]
    return [(has, left) for has, left in names], which.reshape(-1)
