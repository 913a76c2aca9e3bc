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
When not to use it: where passages were marked in running text (`per_code`, `unitizing`); for values with an order.
Not defined where only one value occurs: never 1.
Checked against: Krippendorff's (2011) examples A to C, Fleiss' (1971) example with its categories, the krippendorff package
    and statsmodels (tests/methods/agreement/test_nominal.py).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from throughline.methods.agreement.codings import Numbers
from throughline.methods.agreement.coefficient import NO_COEFFICIENT, NOBODY, ONE_VALUE, Coefficient
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
    """All coders over the `n` units with two values or more; `missing` are the units with fewer.

    `mean_kappa` is the mean over the pairs whose kappa is defined.
    """

    n: int
    alpha: Coefficient
    fleiss: Coefficient
    mean_kappa: Coefficient
    pairs: tuple[NominalPair, ...]
    missing: Missing
    assumptions: tuple[Sentence, ...] = (NO_ORDER,)
    method: str = METHOD


def nominal_agreement(values: Mapping[str, Sequence[Hashable | None]]) -> NominalAgreement:
    """Agreement of coders on `values`: for each coder one value a unit, in the same order; None where there is none.

    Raises Invalid where coders have different numbers of units.
    """
    if len({len(row) for row in values.values()}) > 1:
        raise Invalid(
            Sentence("Every coder has one entry for every unit: give None where there is no value.")
        )
    coders = sorted(values)
    table = _table([values[coder] for coder in coders])
    kinds = np.arange(max(int(table.max(initial=-1)) + 1, 1))
    counted = (table[None, :, :] == kinds[:, None, None]).sum(axis=1)
    paired = counted[:, counted.sum(axis=0) >= 2]
    pairs = tuple(
        _pair(coders[i], coders[j], table[i], table[j]) for i, j in combinations(range(len(coders)), 2)
    )
    kappas = [pair.kappa.value for pair in pairs if pair.kappa.value is not None]
    return NominalAgreement(
        n=paired.shape[1],
        alpha=_alpha(paired),
        fleiss=_fleiss(paired) if np.all(table >= 0) else Coefficient(None, NEEDS_ALL, None, NO_COEFFICIENT),
        mean_kappa=Coefficient(sum(kappas) / len(kappas)) if kappas else _not_defined(paired.shape[1]),
        pairs=pairs,
        missing=Missing(not_recorded=table.shape[1] - paired.shape[1]),
    )


def _table(rows: Sequence[Sequence[Hashable | None]]) -> Numbers:
    """coders x units: which value, numbered as they come; -1 where there is none."""
    numbers: dict[Hashable, int] = {}
    return np.array(
        [[-1 if value is None else numbers.setdefault(value, len(numbers)) for value in row] for row in rows],
        dtype=np.int64,
    ).reshape(len(rows), len(rows[0]) if rows else 0)


def _alpha(counted: Numbers) -> Coefficient:
    """From values x units, how many coders gave which; every unit has two or more."""
    by_value, m = counted.sum(axis=1), counted.sum(axis=0)
    n = int(by_value.sum())
    expected = (n * n - int((by_value**2).sum())) / 2
    if not expected:
        return _not_defined(counted.shape[1])
    unlike = float(((m * m - (counted**2).sum(axis=0)) / (2 * (m - 1))).sum())
    return Coefficient(1 - (n - 1) * unlike / expected)


def _fleiss(counted: Numbers) -> Coefficient:
    by_value, m = counted.sum(axis=1), counted.sum(axis=0)
    n = int(by_value.sum())
    if np.count_nonzero(by_value) < 2:
        return _not_defined(counted.shape[1])
    alike = float(((counted * (counted - 1)).sum(axis=0) / (m * (m - 1))).mean())
    by_chance = float(((by_value / n) ** 2).sum())
    return Coefficient((alike - by_chance) / (1 - by_chance))


def _pair(first: str, second: str, one: Numbers, other: Numbers) -> NominalPair:
    both = (one >= 0) & (other >= 0)
    n, kinds = int(both.sum()), int(max(one.max(initial=-1), other.max(initial=-1))) + 1
    missing = Missing(not_recorded=len(one) - n)
    if not n:
        return NominalPair(first, second, 0, _not_defined(0), _not_defined(0), missing)
    one, other = one[both], other[both]
    alike = int((one == other).sum())
    by_chance = int((np.bincount(one, minlength=kinds) * np.bincount(other, minlength=kinds)).sum())
    kappa = (
        _not_defined(n) if by_chance == n * n else Coefficient((n * alike - by_chance) / (n * n - by_chance))
    )
    return NominalPair(first, second, n, Coefficient(alike / n), kappa, missing)


def _not_defined(units: int) -> Coefficient:
    return Coefficient(None, ONE_VALUE if units else NOBODY, None, NO_COEFFICIENT)
