"""Agreement on codes that exclude each other: where passages begin and end, and which code they have.

Estimates, for m coders and a set of codes declared exclusive (a domain): u-alpha (boundaries and codes together), |u-alpha
    (coded or not, whatever the code), cu-alpha (which code, where two coders coded at all), (k)u-alpha of each code, with the
    coverage that the last two rest on.
Formula: the continuum has L characters; a coder's passages have a value and a length, gaps have the value phi, nothing
    overlaps within a coder, neighbouring passages of one code stay two. l_ck = 1/(m-1) sum over ordered pairs of coders of the
    lengths that one values c and the other k; l_c. its margin, l.. = mL; q_c = sum of lengths (phi) or of squared lengths
    (codes) of passages; e_ck = (l_c. l_k. - [c=k] q_c)/(l.. - sum q/l..).
    u-alpha = 1 - (l.. - sum_c l_cc)/(e.. - sum_c e_cc).   |u-alpha = 1 - sum_{c not phi} l_phi,c / sum_{c not phi} e_phi,c.
    l*_ck as l_ck, but only where both are codes; p of a passage = 1/(m-1) sum over the other coders of its part under any
    code of theirs; q*_c = sum p^2; e*_ck alike.   cu-alpha = 1 - sum_{c!=k} l*_ck / sum_{c!=k} e*_ck, coverage l*../l...
    (k)u-alpha = 1 - (e*_k./l*_k.)(l*_k. - l*_kk)/(e*_k. - e*_kk), coverage l*_k./l_k..
    Both differences take a short form in which no pair of codes is ever listed: l.. - sum l_cc needs the diagonal only, and
    e.. - sum e_cc = (l..^2 - sum l_c.^2)/(l.. - sum q/l..).
Source: Krippendorff, Mathet, Bouvry, Widloecher (2016) Qual Quant 50:2347-2364; Krippendorff (2019) Content Analysis, 4th
    ed., 12.6, eq. 34-38. That q* squares the pairable length rests on the one worked example that is published (Fig. 12.11).
Assumptions: coders worked apart and could place boundaries anywhere; everyone read all of each source. Sources stand one
    after the other on one continuum; sources that not everyone coded are left out and counted as missing.
When not to use it: for codes that may overlap: an overlap within a coder is reported (`overlaps`), nothing is cut and no
    coefficient given. For turns or sentences, whose boundaries nobody chose: `per_code`. cu-alpha alone says nothing of what
    only one coder saw: read it with its coverage.
Not defined where only one value occurs. Intervals: see `coefficient`.
Checked against: the published example, to its digits; an expansion character by character, written apart (property); alpha of
    `per_code`, which u-alpha is where every passage is one character (tests/methods/agreement/test_unitizing.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.methods.agreement.codings import READ_ALL, Codings, Continuum, Level, Numbers, Placed, place
from throughline.methods.agreement.coefficient import (
    NO_COEFFICIENT,
    NOBODY,
    ONE_VALUE,
    SOURCES_DRAWN,
    Coefficient,
    Floats,
    Resampling,
    coefficients,
    ratio,
    rows_of_weights,
)
from throughline.methods.agreement.sweep import overlapping
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid, Sentence

METHOD = "agreement.unitizing/1"

EXCLUSIVE = Sentence("These codes exclude each other; passages of one coder under them do not overlap.")
ONE_EXAMPLE = Sentence(
    "How chance is reckoned for cu-alpha and (k)u-alpha rests on the one worked example that is published."
)
NO_PAIR = Sentence("Not defined: two coders never coded the same character.")
NOT_USED = Sentence("Not defined: nobody applied the code.")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two passages of one coder under codes declared exclusive that share `characters`, [start, end) in the source."""

    coder: str
    source: str
    first: str
    second: str
    start: int
    end: int
    characters: int


@dataclass(frozen=True, slots=True)
class CodeUnitizing:
    """(k)u-alpha of a code; `n` characters under it, added up over coders, of which a share of `coverage` is pairable."""

    code: str
    n: int
    alpha: Coefficient
    coverage: Coefficient


@dataclass(frozen=True, slots=True)
class Unitizing:
    """The family over the `n` characters of the `sources` that all coders coded; `missing` are those of the others.

    `outside` passages under these codes lie off the continuum, or in sources left out. With `overlaps` no coefficient is
    defined and `per_code` is empty.
    """

    codes: tuple[str, ...]
    coders: tuple[str, ...]
    n: int
    sources: int
    u_alpha: Coefficient
    boundary_alpha: Coefficient
    cu_alpha: Coefficient
    coverage: Coefficient
    per_code: tuple[CodeUnitizing, ...]
    overlaps: tuple[Overlap, ...]
    missing: Missing
    outside: int
    assumptions: tuple[Sentence, ...]
    method: str = METHOD


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """What adds up over sources. By source: `characters`, `mixed` (one coded, one not). sources x codes: `under` the code,
    `alike` (both), `pairable`; `squares` of lengths and of pairable lengths. Pairs are ordered ones, not yet over m - 1."""

    characters: Floats
    mixed: Floats
    under: Floats
    alike: Floats
    pairable: Floats
    squares: Floats
    pairable_squares: Floats


def unitizing(
    continuum: Continuum,
    codings: Codings,
    *,
    codes: Sequence[str],
    resampling: Resampling | None = None,
) -> Unitizing:
    """The family for `codes`, which exclude each other, over the continuum's coders (all of them).

    Raises Invalid where units are not characters, a code is not known or named twice, or a coder not named with a source.
    """
    if continuum.level != Level.CHARACTER:
        raise Invalid(Sentence("Unitizing is about characters; for turns and sentences look at each code."))
    positions = _positions(codings, codes)
    everyone: NDArray[np.bool_] = np.logical_and.reduce(continuum.present, axis=1) & (
        len(continuum.coders) > 1
    )
    placed = place(continuum, codings)
    inside = np.flatnonzero(np.isin(placed.code, positions) & everyone[placed.source])
    overlaps = _overlaps(continuum, codings, placed, inside)
    if overlaps:
        named = [Coefficient(None, _why_not(overlaps), None, NO_COEFFICIENT)] * 4
        per_code: tuple[CodeUnitizing, ...] = ()
    else:
        sums = _sums(continuum, placed, inside, positions, everyone)
        named, per_code = _family(sums, codes, len(continuum.coders), resampling)
    counted = everyone & (continuum.lengths > 0)
    n = int(continuum.lengths[counted].sum())
    return Unitizing(
        codes=tuple(codes),
        coders=continuum.coders,
        n=n,
        sources=int(np.count_nonzero(counted)),
        u_alpha=named[0],
        boundary_alpha=named[1],
        cu_alpha=named[2],
        coverage=named[3],
        per_code=per_code,
        overlaps=overlaps,
        missing=Missing(not_recorded=continuum.n - n),
        outside=int(np.isin(codings.code, positions).sum()) - len(inside),
        assumptions=(EXCLUSIVE, READ_ALL, ONE_EXAMPLE, *(() if resampling is None else (SOURCES_DRAWN,))),
    )


def _family(
    sums: _Sums, codes: Sequence[str], m: int, resampling: Resampling | None
) -> tuple[list[Coefficient], tuple[CodeUnitizing, ...]]:
    """u, |u, cu and coverage; and each code's."""
    added = _Added(sums, rows_of_weights(sums.characters > 0, resampling), m)
    sources = int(np.count_nonzero(sums.characters))

    u_alpha, boundary = added.u_alpha()
    cu_alpha, by_code = added.cu_alpha()
    coverage = ratio(added.pairable.sum(axis=1), added.total)
    paired = (added.pairable[0] > 0).tolist()

    def named(rows: Floats, why_not: list[Sentence]) -> list[Coefficient]:
        reasons = why_not if sources else [NOBODY] * len(why_not)
        return coefficients(rows, reasons, sources=sources, resampling=resampling)

    whole = named(
        np.stack((u_alpha, boundary, cu_alpha, coverage)),
        [ONE_VALUE, ONE_VALUE, ONE_VALUE if any(paired) else NO_PAIR, ONE_VALUE],
    )
    alphas = named(by_code.T, [ONE_VALUE if pair else NO_PAIR for pair in paired])
    coverages = named(ratio(added.pairable, added.under).T, [NOT_USED] * len(codes))
    return whole, tuple(
        CodeUnitizing(code=code, n=int(added.under[0, at]), alpha=alphas[at], coverage=coverages[at])
        for at, code in enumerate(codes)
    )


def _positions(codings: Codings, codes: Sequence[str]) -> Numbers:
    if len(set(codes)) != len(codes) or not codes:
        raise Invalid(Sentence("Name the codes that exclude each other, each once."))
    return np.array(codings.positions_of(codes), dtype=np.int64)


def _overlaps(continuum: Continuum, codings: Codings, placed: Placed, inside: Numbers) -> tuple[Overlap, ...]:
    offset = placed.coder[inside] * continuum.n
    first, last = placed.first[inside], placed.last[inside]
    found = []
    for i, j in overlapping(first + offset, last + offset):
        shared = np.minimum(last[i], last[j])
        start, end = continuum.in_source(first[j], shared)
        for at, (a, b) in enumerate(zip(inside[i], inside[j], strict=True)):
            found.append(
                Overlap(
                    coder=continuum.coders[placed.coder[a]],
                    source=continuum.sources[placed.source[a]].source,
                    first=codings.codes[placed.code[a]],
                    second=codings.codes[placed.code[b]],
                    start=int(start[at]),
                    end=int(end[at]),
                    characters=int(shared[at] - first[j[at]]),
                )
            )
    return tuple(found)


def _why_not(overlaps: Sequence[Overlap]) -> Sentence:
    return Sentence(
        "Not defined: codes that exclude each other overlap within a coder (places: %(places)s, characters: "
        "%(characters)s); mend these passages, or do not declare the codes exclusive.",
        places=len(overlaps),
        characters=sum(overlap.characters for overlap in overlaps),
    )


def _sums(
    continuum: Continuum, placed: Placed, inside: Numbers, positions: Numbers, everyone: NDArray[np.bool_]
) -> _Sums:
    """One pass over the ends of all coders' passages; `value` is pieces x coders, 0 for phi, else 1 + place in the domain."""
    shape = (len(continuum.sources), len(positions))
    place_of = np.zeros(int(positions.max()) + 1, dtype=np.int64)
    place_of[positions] = np.arange(len(positions))
    coder, source, code = placed.coder[inside], placed.source[inside], place_of[placed.code[inside]]
    first, last = placed.first[inside], placed.last[inside]
    ends = np.concatenate((first, last))
    order = np.argsort(ends)
    ends = ends[order]
    value = np.zeros((len(ends), len(continuum.coders)), dtype=np.int32)
    value[np.arange(len(ends)), np.tile(coder, 2)[order]] = np.concatenate((code + 1, -code - 1))[order]
    value = np.cumsum(value, axis=0)[:-1]
    length = np.diff(ends)
    coded = np.count_nonzero(value, axis=1)
    at = np.searchsorted(continuum.line_start, ends[:-1], side="right") - 1

    def added(cells: Numbers, weights: Numbers) -> Floats:
        counted = np.bincount(cells, weights, minlength=shape[0] * shape[1])
        return counted.astype(np.float64).reshape(shape)

    alike = np.zeros(shape)
    for i in range(len(continuum.coders)):
        same = np.count_nonzero(value == value[:, i : i + 1], axis=1) - 1
        # Where passages touch, an empty piece may hold any sum.
        here = np.flatnonzero((value[:, i] > 0) & (same > 0) & (length > 0))
        alike += added(at[here] * shape[1] + value[here, i] - 1, (length * same)[here])
    # Passages begin and end where pieces do, so what is pairable in one is a difference of running sums.
    running = np.concatenate(([0], np.cumsum(length * np.maximum(coded - 1, 0))))
    pairable = (
        running[np.searchsorted(ends, last)] - running[np.searchsorted(ends, first)] if len(ends) else last
    )
    cell = source * shape[1] + code
    mixed = np.bincount(at, length * coded * (len(continuum.coders) - coded), minlength=shape[0])
    return _Sums(
        characters=np.where(everyone, continuum.lengths, 0).astype(np.float64),
        mixed=mixed.astype(np.float64),
        under=added(cell, last - first),
        alike=alike,
        pairable=added(cell, pairable),
        squares=added(cell, (last - first) ** 2),
        pairable_squares=added(cell, pairable**2),
    )


class _Added:
    """The sums over rows of weights, as l, l* and q of the formulas; each result has a value per row."""

    def __init__(self, sums: _Sums, weights: Floats, m: int) -> None:
        others = max(m - 1, 1)
        self.total: Floats = m * (weights @ sums.characters)
        self.under: Floats = weights @ sums.under
        self.mixed: Floats = weights @ sums.mixed / others
        self.alike: Floats = weights @ sums.alike / others
        self.pairable: Floats = weights @ sums.pairable / others
        self.squares: Floats = weights @ sums.squares
        self.pairable_squares: Floats = weights @ sums.pairable_squares / others**2

    def u_alpha(self) -> tuple[Floats, Floats]:
        """u-alpha and |u-alpha."""
        coded = self.under.sum(axis=1)
        phi = self.total - coded
        scale = self.total - ratio(phi + self.squares.sum(axis=1), self.total)
        unlike = coded + self.mixed - self.alike.sum(axis=1)
        expected = self.total**2 - phi**2 - (self.under**2).sum(axis=1)
        return 1 - scale * ratio(unlike, expected), 1 - scale * ratio(self.mixed, phi * coded)

    def cu_alpha(self) -> tuple[Floats, Floats]:
        """cu-alpha, and (k)u-alpha rows x codes."""
        total = self.pairable.sum(axis=1)
        unlike = self.pairable - self.alike
        scale = total - ratio(self.pairable_squares.sum(axis=1), total)
        whole = 1 - scale * ratio(unlike.sum(axis=1), total**2 - (self.pairable**2).sum(axis=1))
        others = total[:, None] - self.pairable
        expected = ratio(self.pairable * total[:, None] - self.pairable_squares, self.pairable)
        return whole, 1 - expected * ratio(unlike, self.pairable * others)
