"""Agreement on each code for itself: was it applied to this unit, yes or no?

Estimates: for one code, how far coders agree on which units (characters, turns or sentences) have it: for each pair the
    share of units on which they agree and Cohen's kappa; over all coders that share and Krippendorff's alpha (nominal).
    Codes may overlap: every code is looked at alone.
Formula: a pair: a both, b and c one only, d neither, N their sum. observed = (a+d)/N; kappa = (observed - e)/(1 - e),
    e = ((a+b)(a+c) + (c+d)(b+d))/N^2. Over m coders, m_u of whom coded the source of unit u, of units with m_u >= 2:
    alpha = 1 - (n-1) sum_{c<k} o_ck / sum_{c<k} n_c n_k, o_ck = sum_u pairs/(m_u - 1), n_c values c, n all values; here with
    two values: o = sum_u k_u (m_u - k_u)/(m_u - 1), k_u coders with the code on u. observed over all: agreeing pairs of
    coders by unit, of all pairs by unit.
Source: Cohen (1960) Educ Psychol Meas 20:37-46; Krippendorff (2011) Computing Krippendorff's Alpha-Reliability,
    repository.upenn.edu/asc_papers/43; Content Analysis (2019), 4th ed., ch. 12.
Assumptions: coders worked apart; a coder named with a source read all of it, so that no coding is a "no". At the level of
    characters long passages weigh more than short ones, and n is not a sample size: neighbours belong together.
    Kappa and alpha fall as a code gets rarer at the same care of coding: read them beside a, b, c and d.
When not to use it: where one coder reads and another comments (a reflexive analysis asks no agreement); for boundaries of
    passages and for codes that exclude each other use `unitizing`.
Not defined where only one value occurs among the pair (or among all): never 1. Intervals: see `coefficient`.
Checked against: the krippendorff package on expanded units (property, to 1e-9), statsmodels' kappa, NVivo's published
    percentage (tests/methods/agreement/test_per_code.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from throughline.methods.agreement.codings import READ_ALL, Codings, Continuum, Level, Numbers, place
from throughline.methods.agreement.coefficient import (
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
from throughline.methods.agreement.sweep import Pieces, pieces
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Sentence

METHOD = "agreement.per_code/1"

UNIT_RULES = {
    Level.CHARACTER: Sentence(
        "Every character counts as a unit, so long passages weigh more than short ones and n is not a sample size."
    ),
    Level.TURN: Sentence(
        "A turn has a code where a passage under it holds at least one character of the turn."
    ),
    Level.SENTENCE: Sentence(
        "A sentence has a code where a passage under it holds at least one character of the sentence."
    ),
}


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two coders on one code, over the `n` units that both coded; the four counts add up to n.

    `missing` are the units of the continuum that not both of them coded.
    """

    first: str
    second: str
    n: int
    both: int
    only_first: int
    only_second: int
    neither: int
    observed: Coefficient
    kappa: Coefficient
    missing: Missing


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """All coders on one code, over the `n` units (of `level`) that at least two coded, in `sources` sources.

    `missing` are the units that fewer than two coded. `outside` codings of all codes touched no unit and count nowhere.
    """

    code: str
    level: Level
    n: int
    sources: int
    observed: Coefficient
    alpha: Coefficient
    pairs: tuple[PairAgreement, ...]
    missing: Missing
    outside: int
    assumptions: tuple[Sentence, ...]
    method: str = METHOD


def agreement_per_code(
    continuum: Continuum,
    codings: Codings,
    *,
    codes: Sequence[str] | None = None,
    resampling: Resampling | None = None,
) -> tuple[CodeAgreement, ...]:
    """Agreement on each of `codes` (all of `codings` unless named), over all sources of the continuum.

    Raises Invalid for a coder who is not named with a source, or for a code that the codings do not know.
    """
    counts, wanted = counts_of(continuum, codings), codings.positions_of(codes)
    weights = rows_of_weights(counts.paired > 0, resampling)
    return _Rows(counts, weights, wanted, resampling).agreements()


def agreement_by_source(
    continuum: Continuum, codings: Codings, *, codes: Sequence[str] | None = None
) -> Mapping[str, tuple[CodeAgreement, ...]]:
    """The same for each source alone; without intervals, because one source cannot be drawn again."""
    counts, wanted, once = counts_of(continuum, codings), codings.positions_of(codes), np.ones((1, 1))
    return {
        source.source: _Rows(counts.of_source(at), once, wanted, None).agreements()
        for at, source in enumerate(continuum.sources)
    }


@dataclass(frozen=True, slots=True, eq=False)
class PairCounts:
    """Counts for two coders: codes x sources, and by source the units that both coded."""

    first: str
    second: str
    both: Floats
    only_first: Floats
    only_second: Floats
    units: Floats

    def of_source(self, at: int) -> PairCounts:
        one = slice(at, at + 1)
        return PairCounts(
            first=self.first,
            second=self.second,
            both=self.both[:, one],
            only_first=self.only_first[:, one],
            only_second=self.only_second[:, one],
            units=self.units[one],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """What adds up over sources. codes x sources: `ones` values yes, `unlike` is sum k(m-k)/(m-1), `unlike_pairs` sum k(m-k).

    By source: all `units`, those `paired` (coded by two or more), `values` on these, `pairs_of_units`.
    """

    codings: Codings
    level: Level
    outside: int
    ones: Floats
    unlike: Floats
    unlike_pairs: Floats
    units: Floats
    paired: Floats
    values: Floats
    pairs_of_units: Floats
    pairs: tuple[PairCounts, ...]

    def of_source(self, at: int) -> Counts:
        one = slice(at, at + 1)
        return replace(
            self,
            ones=self.ones[:, one],
            unlike=self.unlike[:, one],
            unlike_pairs=self.unlike_pairs[:, one],
            units=self.units[one],
            paired=self.paired[one],
            values=self.values[one],
            pairs_of_units=self.pairs_of_units[one],
            pairs=tuple(pair.of_source(at) for pair in self.pairs),
        )


def counts_of(continuum: Continuum, codings: Codings) -> Counts:
    """What agreement is taken from; Invalid for a coder who is not named with a source."""
    placed = place(continuum, codings)
    found = pieces(continuum, placed)
    lengths, readers = continuum.lengths, continuum.present.sum(axis=1)
    shape = (len(codings.codes), len(continuum.sources))
    cell = found.code * shape[1] + found.source
    m, k = readers[found.source], found.coded.sum(axis=1)
    # Where only one coder read, nothing is pairable: it counts neither for nor against.
    units = np.where(m >= 2, found.units, 0)

    def added(weights: Numbers | Floats) -> Floats:
        return np.bincount(cell, weights, minlength=shape[0] * shape[1]).astype(np.float64).reshape(shape)

    return Counts(
        codings=codings,
        level=continuum.level,
        outside=placed.outside,
        ones=added(units * k),
        unlike=added(units * k * (m - k) / np.maximum(m - 1, 1)),
        unlike_pairs=added(units * k * (m - k)),
        units=lengths.astype(np.float64),
        paired=np.where(readers >= 2, lengths, 0).astype(np.float64),
        values=np.where(readers >= 2, lengths * readers, 0).astype(np.float64),
        pairs_of_units=(lengths * (readers * (readers - 1) // 2)).astype(np.float64),
        pairs=tuple(
            _pair(continuum, found, shape, i, j) for i, j in combinations(range(len(continuum.coders)), 2)
        ),
    )


def _pair(continuum: Continuum, found: Pieces, shape: tuple[int, int], i: int, j: int) -> PairCounts:
    together = continuum.present[:, i] & continuum.present[:, j]
    # 3 both, 2 second only, 1 first only; 0 is what remains.
    kind = np.where(together[found.source], found.coded[:, i] + 2 * found.coded[:, j], 0)
    cell = (found.code * shape[1] + found.source) * 4 + kind
    table = (
        np.bincount(cell, found.units, minlength=shape[0] * shape[1] * 4)
        .astype(np.float64)
        .reshape(*shape, 4)
    )
    return PairCounts(
        first=continuum.coders[i],
        second=continuum.coders[j],
        both=table[..., 3],
        only_first=table[..., 1],
        only_second=table[..., 2],
        units=np.where(together, continuum.lengths, 0).astype(np.float64),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Counts added up over sources by each row of weights (rows x sources): the first is reported, the others are draws."""

    counts: Counts
    weights: Floats
    codes: list[int]
    resampling: Resampling | None

    def agreements(self) -> tuple[CodeAgreement, ...]:
        """A result for each code."""
        counts, once = self.counts, self.weights[0]
        values, pairs_of_units = (self.weights @ x for x in (counts.values, counts.pairs_of_units))
        ones, unlike, unlike_pairs = map(self._added, (counts.ones, counts.unlike, counts.unlike_pairs))
        n, all_units = int(once @ counts.paired), int(once @ counts.units)
        sources = int(np.count_nonzero(once * counts.paired))
        alphas = self._coefficients(1 - ratio((values - 1) * unlike, ones * (values - ones)), sources)
        observed = self._coefficients(1 - ratio(unlike_pairs, pairs_of_units + 0 * ones), sources)
        by_pair = [self._pair(pair, all_units) for pair in counts.pairs]
        missing = Missing(not_recorded=all_units - n)
        rules = (UNIT_RULES[counts.level], READ_ALL, *(() if self.resampling is None else (SOURCES_DRAWN,)))
        return tuple(
            CodeAgreement(
                code=counts.codings.codes[code],
                level=counts.level,
                n=n,
                sources=sources,
                observed=observed[at],
                alpha=alphas[at],
                pairs=tuple(pair[at] for pair in by_pair),
                missing=missing,
                outside=counts.outside,
                assumptions=rules,
            )
            for at, code in enumerate(self.codes)
        )

    def _pair(self, pair: PairCounts, all_units: int) -> list[PairAgreement]:
        units = self.weights @ pair.units
        a, b, c = map(self._added, (pair.both, pair.only_first, pair.only_second))
        d = units - a - b - c
        by_chance = (a + b) * (a + c) + (c + d) * (b + d)
        sources = int(np.count_nonzero(self.weights[0] * pair.units))
        # In whole numbers until the last division, so that coders who agree everywhere have exactly 1.
        kappas = self._coefficients(ratio(units * (a + d) - by_chance, units * units - by_chance), sources)
        observed = self._coefficients(ratio(a + d, a + b + c + d), sources)
        n = int(units[0])
        missing = Missing(not_recorded=all_units - n)
        table = np.stack((a, b, c, d), axis=-1)[:, 0].astype(np.int64).tolist()
        return [
            PairAgreement(
                first=pair.first,
                second=pair.second,
                n=n,
                both=both,
                only_first=only_first,
                only_second=only_second,
                neither=neither,
                observed=observed[at],
                kappa=kappas[at],
                missing=missing,
            )
            for at, (both, only_first, only_second, neither) in enumerate(table)
        ]

    def _added(self, by_code: Floats) -> Floats:
        """codes x rows, from codes x sources."""
        added: Floats = by_code[self.codes] @ self.weights.T
        return added

    def _coefficients(self, values: Floats, sources: int) -> list[Coefficient]:
        why_not = [ONE_VALUE if sources else NOBODY] * len(values)
        return coefficients(values, why_not, sources=sources, resampling=self.resampling)
