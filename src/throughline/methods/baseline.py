"""The arms before the programme, side by side: n, missing, means or shares, and how far apart they lie.

Estimates: for each variable and arm its mean and standard deviation, or the share of each value; and the standardised
    difference of the arms (intervention - comparison), in units of one person's scatter.
Formula: numbers: (m1 - m0) / sqrt((s1^2 + s0^2) / 2), s with n - 1.  Shares: (p1 - p0) / sqrt((p1 (1 - p1) + p0 (1 - p0)) / 2).
    Categories: sqrt((T - C)' S^-1 (T - C)), T and C the shares of all values but one, S_kk = (t_k (1 - t_k) + c_k (1 - c_k)) / 2
    and S_kl = -(t_k t_l + c_k c_l) / 2: it has no sign, and with two values is the absolute value of that for a share.
Source: Yang and Dalton (2012), A unified approach to measuring the effect size between two groups using SAS, SAS Global
    Forum 335-2012; Austin (2009) Stat Med 28:3083-3107. Without p values: Senn (1994) Stat Med 13:1715-1726.
Assumptions: those with a value are described; who has none is counted by the kind of nothing, and is in no mean or share.
When not to use it: as a test, or to choose what to adjust for; with fewer than 2 values in an arm, or no scatter in
    either (refused). It has no interval: people of one site resemble each other, and there are few sites.
Checked against: indicators' covariances by NumPy and a pseudo-inverse over all values; the published baseline table of the
    NHEFS smoking data (tests/methods/test_baseline.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import ArmKind

METHOD = "baseline.standardised_difference/1"
LEAST = 2

DESCRIBED = Sentence(
    "Those with a value are described; who has none is counted beside them and stands in no mean or share."
)
NO_INTERVAL = Sentence(
    "It has no interval and no p value: it describes the arms as they were, and people of one site resemble each other."
)
CANNOT_SHOW = Sentence(
    "Arms that look alike in what was asked may differ in what was not; arms that differ here may still have changed alike."
)


class ColumnKind(StrEnum):
    NUMBER = "number"
    SHARE = "share"
    CATEGORIES = "categories"


@dataclass(frozen=True, slots=True)
class ArmValues:
    """What an arm holds of one variable: how often each value, and how many of each kind of nothing."""

    counts: Mapping[float | str, int]
    missing: Missing


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """`mean` and `sd` of numbers; `shares` of values otherwise (of a share: that of yes, as `mean`). None: nobody has one."""

    n: int
    missing: Missing
    mean: float | None
    sd: float | None
    counts: Mapping[str, int]
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One variable. `difference` None: `refused` says why. `n` and `missing` are of both arms."""

    name: str
    kind: ColumnKind
    intervention: ArmSummary
    comparison: ArmSummary
    difference: float | None
    refused: Sentence | None
    n: int
    missing: Missing
    interval: None = None
    no_interval: Sentence = NO_INTERVAL
    cannot_show: Sentence = CANNOT_SHOW
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (DESCRIBED,)


def compare_arms(name: str, kind: ColumnKind, arms: Mapping[ArmKind, ArmValues]) -> BaselineRow:
    """One row of the table. Values of numbers and shares are numbers (a share's 0 and 1), of categories words.

    Raises Invalid for a count below 0, or a share with a value that is neither 0 nor 1.
    """
    given = {arm: arms.get(arm, ArmValues({}, Missing())) for arm in ArmKind}
    for values in given.values():
        _check(name, kind, values)
    mine, theirs = (summarise(kind, given[arm]) for arm in (ArmKind.INTERVENTION, ArmKind.COMPARISON))
    difference: float | None = None
    refused: Sentence | None = None
    try:
        difference = _difference(name, kind, mine, theirs)
    except Unready as refusal:
        refused = refusal.sentence
    return BaselineRow(
        name, kind, mine, theirs, difference, refused, mine.n + theirs.n, mine.missing + theirs.missing
    )  # fmt: skip


def summarise(kind: ColumnKind, values: ArmValues) -> ArmSummary:
    """Means and standard deviations, or shares, of those with a value."""
    held = {value: count for value, count in values.counts.items() if count}
    n = sum(held.values())
    if kind is ColumnKind.CATEGORIES:
        counts = {str(value): count for value, count in sorted(held.items(), key=lambda one: str(one[0]))}
        return ArmSummary(
            n, values.missing, None, None, counts, {value: count / n for value, count in counts.items()}
        )
    if not n:
        return ArmSummary(0, values.missing, None, None, {}, {})
    numbers = np.array([float(value) for value in held], dtype=np.float64)
    weights = np.array(list(held.values()), dtype=np.float64)
    mean = float(np.sum(numbers * weights) / n)
    if kind is ColumnKind.SHARE:
        return ArmSummary(n, values.missing, mean, None, {"yes": round(mean * n)}, {"yes": mean})
    spread = float(np.sum(weights * (numbers - mean) ** 2))
    return ArmSummary(n, values.missing, mean, math.sqrt(spread / (n - 1)) if n > 1 else None, {}, {})


def _difference(name: str, kind: ColumnKind, mine: ArmSummary, theirs: ArmSummary) -> float:
    if min(mine.n, theirs.n) < LEAST:
        raise Unready(
            Sentence(
                "Values of %(name)s: %(mine)s at intervention sites, %(theirs)s at comparison sites. The arms are not compared.",
                name=name, mine=mine.n, theirs=theirs.n,
            )
        )  # fmt: skip
    if kind is ColumnKind.CATEGORIES:
        return _of_categories(name, mine, theirs)
    if mine.mean is None or theirs.mean is None:
        raise _no_scatter(name)
    if kind is ColumnKind.SHARE:
        scatter = (mine.mean * (1 - mine.mean) + theirs.mean * (1 - theirs.mean)) / 2
    else:
        scatter = ((mine.sd or 0.0) ** 2 + (theirs.sd or 0.0) ** 2) / 2
    if scatter <= 1e-18 * max(1.0, mine.mean**2, theirs.mean**2):
        raise _no_scatter(name)
    return (mine.mean - theirs.mean) / math.sqrt(scatter)


def _of_categories(name: str, mine: ArmSummary, theirs: ArmSummary) -> float:
    values = sorted({*mine.shares, *theirs.shares})[:-1]
    if not values:
        raise _no_scatter(name)
    one = np.array([mine.shares.get(value, 0.0) for value in values])
    other = np.array([theirs.shares.get(value, 0.0) for value in values])
    scatter = (_covariance(one) + _covariance(other)) / 2
    if np.linalg.cond(scatter) > 1e12:
        raise _no_scatter(name)
    apart = one - other
    return math.sqrt(max(float(apart @ np.linalg.solve(scatter, apart)), 0.0))


def _covariance(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of indicators of the values, for one person."""
    return np.diag(shares) - np.outer(shares, shares)


def _no_scatter(name: str) -> Unready:
    return Unready(
        Sentence(
            "%(name)s does not scatter within the arms, so that there is no unit to tell their distance in.",
            name=name,
        )
    )


def _check(name: str, kind: ColumnKind, values: ArmValues) -> None:
    if any(count < 0 for count in values.counts.values()):
        raise Invalid(Sentence("%(name)s holds a count below 0.", name=name))
    if kind is ColumnKind.SHARE and not set(values.counts) <= {0, 1}:
        raise Invalid(Sentence("%(name)s is a share: its values are 0 and 1.", name=name))
