"""Where all coders of a source have a code: the part of an agreed version that needs no settling.

Estimates: nothing; it lists the stretches that every coder of a source has under a code.
Formula: the pieces of the sweep with k = m_u coders; neighbouring pieces of a source are one stretch.
Source: none.
Assumptions: a coder named with a source read all of it. Where one coder alone read a source, what they coded is agreed.
When not to use it: as a measure of agreement.
Checked against: a comparison unit by unit (tests/methods/agreement/test_agreed.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from throughline.methods.agreement.codings import Codings, Continuum, place
from throughline.methods.agreement.sweep import pieces


@dataclass(frozen=True, slots=True)
class Agreed:
    """[start, end) of a source, in code points, that all its coders have under a code."""

    code: str
    source: str
    start: int
    end: int


def agreed(continuum: Continuum, codings: Codings) -> tuple[Agreed, ...]:
    """Every stretch on which all coders of its source have a code, by code (as in `codings`), source and place.

    Raises Invalid for a coder who is not named with a source.
    """
    found = pieces(continuum, place(continuum, codings))
    all_have = np.flatnonzero(found.coded.sum(axis=1) == continuum.present[found.source].sum(axis=1))
    if not len(all_have):
        return ()
    code, source = found.code[all_have], found.source[all_have]
    first, last = found.first[all_have], found.last[all_have]
    begins = np.ones(len(all_have), dtype=bool)
    begins[1:] = (code[1:] != code[:-1]) | (source[1:] != source[:-1]) | (first[1:] != last[:-1])
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(all_have)) - 1
    start, end = continuum.in_source(first[starts], last[ends])
    return tuple(
        Agreed(codings.codes[of], continuum.sources[where].source, begin, close)
        for of, where, begin, close in zip(
            code[starts].tolist(), source[starts].tolist(), start.tolist(), end.tolist(), strict=True
        )
    )
