"""Coders over several codes at once: percent, kappa and alpha from what they share over all of them.

Estimates: how far coders agree over a set of codes that may overlap, each looked at for itself and all weighing the same: for
    each pair of coders, over all coders, and in each source.
Formula: a pair: kappa = (O - E)/(1 - E), O the mean over codes of observed agreement, E the mean over codes of the agreement
    expected by chance, e = ((a+b)(a+c) + (c+d)(b+d))/N^2 of each code. Not the mean of kappas: that swings with rare codes.
    Over all coders: O and E are means over codes and over the pairs that coded a source together; observed is the share of
    agreeing pairs of coders by unit, over codes; alpha = 1 - (n-1) sum_c o_c / sum_c n_c (n - n_c), o_c the unlike pairs of
    code c by unit (per_code) and n_c its values "yes": observed and expected disagreement are each added up over codes.
Source: De Vries, Elliott, Kanouse, Teleki (2008) Using Pooled Kappa to Summarize Interrater Agreement across Many Items,
    Field Methods 20:272-282; that alpha is pooled in the same way, and kappa over pairs too, is our own extension of it.
Assumptions: those of `per_code`; codes weigh the same, however often they were applied, and so do pairs of coders for kappa.
When not to use it: instead of the codes' own figures: a poor code hides among good ones.
Not defined where chance alone would have each pair agree (E = 1; for alpha where each code has one value), or where no two coded
    a source together.
Intervals: whole sources are drawn again (`coefficient`). In one source alone there is none: it cannot be drawn again.
Checked against: an expansion unit by unit, and per_code for one code (tests/methods/agreement/test_pooled.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from throughline.methods.agreement.codings import Codings, Continuum
from throughline.methods.agreement.coefficient import (
    NOBODY,
    ONE_VALUE,
    Coefficient,
    Floats,
    Resampling,
    coefficients,
    ratio,
    rows_of_weights,
)
from throughline.methods.agreement.per_code import Counts, PairCounts, counts_of
from throughline.vocabulary.errors import Sentence

METHOD = "agreement.pooled/2"
NO_CODES = Sentence("Not defined: there is no code to compare coders on.")
ONE_VALUE_EACH = Sentence(
    "Not defined: on no code does more than one value occur, so there is nothing that the coders could have told apart."
)
SAME_BY_CHANCE = Sentence(
    "Not defined: on each code every pair of coders has one and the same value throughout, so chance alone would have them agree."
)
ONE_SOURCE = Sentence("No interval in a source alone: one source cannot be drawn again.")


@dataclass(frozen=True, slots=True)
class PooledPair:
    """Two coders over `codes` codes and the `n` units of each that both coded."""

    first: str
    second: str
    codes: int
    n: int
    observed: Coefficient
    kappa: Coefficient
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class Pooled:
    """All coders over `codes` codes and the `n` units of each that at least two coded, in `sources` sources."""

    codes: int
    n: int
    sources: int
    observed: Coefficient
    kappa: Coefficient
    alpha: Coefficient
    pairs: tuple[PooledPair, ...]
    method: str = METHOD


def pooled(
    continuum: Continuum,
    codings: Codings,
    *,
    codes: Sequence[str] | None = None,
    resampling: Resampling | None = None,
) -> Pooled:
    """Over all of `codes` (all of `codings` unless named) and all sources; Invalid as in `per_code`."""
    counts, wanted = counts_of(continuum, codings), codings.positions_of(codes)
    return _pooled(counts, wanted, rows_of_weights(counts.paired > 0, resampling), resampling)


def pooled_by_source(
    continuum: Continuum, codings: Codings, *, codes: Sequence[str] | None = None
) -> Mapping[str, Pooled]:
    """The same in each source alone, without intervals."""
    counts, wanted, once = counts_of(continuum, codings), codings.positions_of(codes), np.ones((1, 1))
    return {
        source.source: _without_intervals(_pooled(counts.of_source(at), wanted, once, None))
        for at, source in enumerate(continuum.sources)
    }


def _pooled(counts: Counts, codes: list[int], weights: Floats, resampling: Resampling | None) -> Pooled:
    once = weights[0]
    sources = int(np.count_nonzero(once * counts.paired))

    one_value = ONE_VALUE if len(codes) == 1 else ONE_VALUE_EACH

    def told(values: Floats, sources: int, why_not: Sentence = one_value) -> Coefficient:
        why = NO_CODES if not codes else why_not if sources else NOBODY
        return coefficients(values[None, :], [why], sources=sources, resampling=resampling)[0]

    ones, unlike, unlike_pairs = (
        rows[codes] @ weights.T for rows in (counts.ones, counts.unlike, counts.unlike_pairs)
    )
    values, pairs_of_units = weights @ counts.values, weights @ counts.pairs_of_units
    expected = (ones * (values - ones)).sum(axis=0)
    each = [_agreed(pair, codes, weights) for pair in counts.pairs]
    pairs = []
    for pair, shares in zip(counts.pairs, each, strict=True):
        both = int(np.count_nonzero(once * pair.units))
        found = (told(_observed(shares), both), told(_kappa([shares]), both, SAME_BY_CHANCE))
        pairs.append(PooledPair(pair.first, pair.second, len(codes), int(once @ pair.units), *found))
    return Pooled(
        len(codes),
        int(once @ counts.paired),
        sources,
        told(1 - ratio(unlike_pairs.sum(axis=0), pairs_of_units * len(codes)), sources),
        told(_kappa(each), sources, SAME_BY_CHANCE),
        told(1 - ratio((values - 1) * unlike.sum(axis=0), expected), sources),
        tuple(pairs),
    )


def _agreed(pair: PairCounts, codes: list[int], weights: Floats) -> tuple[Floats, Floats, Floats]:
    """By draw, added up over codes: the share of units agreed on, and by chance; and the codes (0: no unit together)."""
    units = weights @ pair.units
    a, b, c = (rows[codes] @ weights.T for rows in (pair.both, pair.only_first, pair.only_second))
    d = units - a - b - c
    # added up in whole numbers, so that coders who agree everywhere have exactly 1
    by_chance = ((a + b) * (a + c) + (c + d) * (b + d)).sum(axis=0)
    there = units > 0
    agreed: Floats = np.where(there, ratio((a + d).sum(axis=0), units), 0)
    chance: Floats = np.where(there, ratio(by_chance, units * units), 0)
    return agreed, chance, np.where(there, float(len(codes)), 0.0)


def _observed(shares: tuple[Floats, Floats, Floats]) -> Floats:
    agreed, _, codes = shares
    return ratio(agreed, codes)


def _kappa(each: Sequence[tuple[Floats, Floats, Floats]]) -> Floats:
    """By draw, over pairs of coders."""
    if not each:
        return np.full(1, np.nan)
    agreed, by_chance, codes = (np.sum(column, axis=0) for column in zip(*each, strict=True))
    return ratio(agreed - by_chance, codes - by_chance)


def _without_intervals(found: Pooled) -> Pooled:
    def told(one: Coefficient) -> Coefficient:
        return one if one.value is None else replace(one, no_interval=ONE_SOURCE)

    return replace(found, observed=told(found.observed), kappa=told(found.kappa), alpha=told(found.alpha))
