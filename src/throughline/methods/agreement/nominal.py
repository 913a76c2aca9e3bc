"""Agreement where every coder gives a unit one value of several, or none.

Estimates: Krippendorff's alpha (nominal) over m coders, values may be missing; Fleiss' kappa where none is; for each pair
    the share of units alike and Cohen's kappa, and the mean of these kappas.
Formula: alpha = 1 - (n-1) sum_{c<k} o_ck / sum_{c<k} n_c n_k over units with m_u >= 2 values, o_ck = sum_u pairs/(m_u - 1);
    with n_uc values c on unit u: sum_{c<k} o_ck = sum_u (m_u^2 - sum_c n_uc^2) / (2 (m_u - 1)).
    Fleiss: (P - E)/(1 - E), P = mean over units of sum_c n_uc (n_uc - 1) / (m (m - 1)), E = sum_c (n_c/n)^2.
    Cohen: (P - E)/(1 - E) over the units that both valued, E = sum_c share of c by one x share of c by the other.
Source: Krippendorff (2011) Computing Krippendorff's Alpha-Reliability, repository.upenn.edu/asc_papers/43; Fleiss (1971)
    Psychol Bull 76:378-382; Cohen (1960) Educ Psychol Meas 20:37-46.
Assumptions: coders worked apart; the values exclude each other and have no order; what is missing is missing whatever
    its value would have been. Fleiss takes the coders of each unit for any coders, Cohen for these two.
Intervals: see `coefficient`; they need the source of each unit.
When not to use it: where passages were marked in running text (`per_code`, `unitizing`); for values with an order.
Not defined where only one value occurs: never 1.
Checked against: Krippendorff's (2011) examples A to C and that of three coders, Cohen's (1960), Fleiss' (1971) with its categories,
    the krippendorff package and statsmodels (tests/methods/agreement/test_nominal.py).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from throughline.methods.agreement.codings import Numbers
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
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid, Sentence

METHOD = "agreement.nominal/1"

NO_ORDER = Sentence(
    "The values exclude each other and have no order; each coder gave a unit one of them, or none."
)
NEEDS_ALL = Sentence("Not defined: Fleiss' kappa needs a value by every coder on every unit.")


@dataclass(frozen=True, slots=True)
class NominalPair:
    """Two coders over the `n` units that both valued; `missing` are the others."""

    first: str
    second: str
    n: int
    observed: Coefficient
    kappa: Coefficient
    missing: Missing


@dataclass(frozen=True, slots=True)
class NominalAgreement:
    """All coders over the `n` units with two values or more, in `sources` sources; `missing` are the units with fewer.

    `mean_kappa` is the mean over the pairs whose kappa is defined.
    """

    n: int
    sources: int
    alpha: Coefficient
    fleiss: Coefficient
    mean_kappa: Coefficient
    pairs: tuple[NominalPair, ...]
    missing: Missing
    assumptions: tuple[Sentence, ...] = (NO_ORDER,)
    method: str = METHOD


def nominal_agreement(
    values: Mapping[str, Sequence[Hashable | None]],
    *,
    sources: Sequence[int] | None = None,
    resampling: Resampling | None = None,
) -> NominalAgreement:
    """Agreement of coders on `values`: for each coder one value a unit, in the same order; None where there is none.

    `sources` numbers the source of each unit from 0 (None: all are of one), which intervals draw. Raises Invalid where
    coders have different numbers of units, or `sources` has.
    """
    if (
        len(
            {len(row) for row in values.values()}
            | ({len(sources)} if values and sources is not None else set())
        )
        > 1
    ):
        raise Invalid(
            Sentence("Every coder has one entry for every unit: give None where there is no value.")
        )
    coders = sorted(values)
    table = _table([values[coder] for coder in coders])
    units = table.shape[1]
    of = np.zeros(units, dtype=np.int64) if sources is None else np.asarray(sources, dtype=np.int64)
    found = _Table(table, of, resampling)
    pairs, kappas = [], []
    for i, j in combinations(range(len(coders)), 2):
        pair, kappa = found.pair(coders[i], coders[j], i, j)
        pairs.append(pair)
        kappas.append(kappa)
    return NominalAgreement(
        n=found.n,
        sources=found.sources,
        alpha=found.coefficient(found.alpha()),
        fleiss=found.coefficient(found.fleiss())
        if np.all(table >= 0)
        else Coefficient(None, NEEDS_ALL, None, NO_COEFFICIENT),
        mean_kappa=found.coefficient(_mean(kappas, len(found.weights))),
        pairs=tuple(pairs),
        missing=Missing(not_recorded=units - found.n),
        assumptions=(NO_ORDER,) if resampling is None else (NO_ORDER, SOURCES_DRAWN),
    )


class _Table:
    """Values (coders x units, -1 for none) and what of them adds up over sources, by each row of weights."""

    def __init__(self, table: Numbers, of: Numbers, resampling: Resampling | None) -> None:
        self.table, self.of, self.resampling = table, of, resampling
        self.width = int(of.max(initial=0)) + 1
        self.kinds = np.arange(max(int(table.max(initial=-1)) + 1, 1))
        counted = (table[None, :, :] == self.kinds[:, None, None]).sum(axis=1)
        is_paired = counted.sum(axis=0) >= 2
        self.counted, self.paired_of = counted[:, is_paired], of[is_paired]
        self.n = int(is_paired.sum())
        comparable = self._sums(np.ones(self.n), self.paired_of) > 0
        self.sources = int(comparable.sum())
        self.weights = rows_of_weights(comparable, resampling)
        self.by_value = self._added(self.counted, self.paired_of)

    def alpha(self) -> Floats:
        m = self.counted.sum(axis=0)
        unlike = self._added([(m * m - (self.counted**2).sum(axis=0)) / (2 * (m - 1))], self.paired_of)[:, 0]
        n = self.by_value.sum(axis=1)
        return 1 - ratio((n - 1) * unlike, (n * n - (self.by_value**2).sum(axis=1)) / 2)

    def fleiss(self) -> Floats:
        m = self.counted.sum(axis=0)
        alike = (self.counted * (self.counted - 1)).sum(axis=0) / (m * (m - 1))
        observed, units = self._added([alike, np.ones(self.n)], self.paired_of).T
        n = self.by_value.sum(axis=1)
        by_chance = (ratio(self.by_value, n[:, None] + 0 * self.by_value) ** 2).sum(axis=1)
        return ratio(ratio(observed, units) - by_chance, 1 - by_chance)

    def pair(self, first: str, second: str, i: int, j: int) -> tuple[NominalPair, Floats]:
        """Two coders, and their kappa by each row of weights."""
        both = (self.table[i] >= 0) & (self.table[j] >= 0)
        one, other, of = self.table[i][both], self.table[j][both], self.of[both]
        alike, units = self._added([one == other, np.ones(len(one))], of).T
        by_one, by_other = (self._added(who == self.kinds[:, None], of) for who in (one, other))
        by_chance = (by_one * by_other).sum(axis=1)
        # In whole numbers until the last division, so that coders who agree everywhere have exactly 1.
        kappa = ratio(units * alike - by_chance, units * units - by_chance)
        n, sources = len(one), len(set(of.tolist()))
        made = NominalPair(
            first=first,
            second=second,
            n=n,
            observed=self.coefficient(ratio(alike, units), n, sources),
            kappa=self.coefficient(kappa, n, sources),
            missing=Missing(not_recorded=self.table.shape[1] - n),
        )
        return made, kappa

    def coefficient(self, values: Floats, n: int | None = None, sources: int | None = None) -> Coefficient:
        """`values` by each row of weights. Of all coders, unless `n` and `sources` are a pair's own."""
        why_not = ONE_VALUE if (self.n if n is None else n) else NOBODY
        given = self.sources if sources is None else sources
        return coefficients(values[None, :], [why_not], sources=given, resampling=self.resampling)[0]

    def _added(self, columns: Numbers | Sequence[Numbers | Floats], of: Numbers) -> Floats:
        """rows of weights x columns, from columns x units."""
        found: Floats = self.weights @ np.stack([self._sums(column, of) for column in columns], axis=1)
        return found

    def _sums(self, column: Numbers | Floats, of: Numbers) -> Floats:
        return np.bincount(of, column, minlength=self.width).astype(np.float64)


def _mean(kappas: Sequence[Floats], rows: int) -> Floats:
    """Of each row over the pairs whose kappa is defined; NaN where none is."""
    held = np.stack(kappas) if kappas else np.full((1, rows), np.nan)
    return ratio(np.nansum(held, axis=0), (~np.isnan(held)).sum(axis=0).astype(np.float64))


def _table(rows: Sequence[Sequence[Hashable | None]]) -> Numbers:
    """coders x units: which value, numbered as they come; -1 where there is none."""
    numbers: dict[Hashable, int] = {}
    return np.array(
        [[-1 if value is None else numbers.setdefault(value, len(numbers)) for value in row] for row in rows],
        dtype=np.int64,
    ).reshape(len(rows), len(rows[0]) if rows else 0)
