"""A coefficient that may be not defined, and its interval by drawing whole sources again.

Estimates: how far a coefficient of agreement would differ, had other sources of the same kind been coded.
Formula: of the sources in which coders can be compared as many as there are are drawn with replacement, their counts are
    added up, and the coefficient is taken again (a pair's from those of the draw that both coded); the interval holds the middle part (quantiles) of the draws. Characters, turns and passages are never drawn:
    neighbours in one text are not independent.
Source: resampling of clusters: Davison and Hinkley (1997), Bootstrap Methods, ch. 3.8. Krippendorff's own interval for alpha
    draws pairs of values, which takes neighbouring characters for independent ones: not used here.
Assumptions: sources are independent and of one kind; the coders stay the same.
When not to use it: under 10 sources (there is no interval, and the reason is given), nor where fewer than 95% of the draws
    have a coefficient (a code that occurs in few sources), nor where all draws have the same (coders who agree everywhere, say:
    it would have no width and claim certainty): likewise. Draws without one are left out.
Checked against: resampling by hand, source by source (tests/methods/agreement/test_coefficient.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.methods.estimate import Interval
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Invalid, Sentence

LEAST_SOURCES = 10
LEAST_SHARE_OF_DRAWS = 0.95
RESAMPLES = 1000

NOBODY = Sentence("Not defined: in no source can coders be compared.")
ONE_VALUE = Sentence(
    "Not defined: only one value occurs, so there is nothing that the coders could have told apart."
)
NO_INTERVAL_ASKED = Sentence("No interval was asked for.")
ALL_ALIKE = Sentence(
    "No interval: it is the same whichever sources are drawn, and that tells nothing of how far others would differ."
)
NO_COEFFICIENT = Sentence("There is no interval where the coefficient is not defined.")
SOURCES_DRAWN = Sentence(
    "The interval comes from drawing whole sources again and again; the coders stay the same, so it says nothing about others."
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A number, 1 for perfect agreement; None, with `why_not`, where it is not defined. It is never NaN.

    `no_interval` says why there is no interval.
    """

    value: float | None
    why_not: Sentence | None = None
    interval: Interval | None = None
    no_interval: Sentence | None = NO_INTERVAL_ASKED


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """That an interval is wanted: `rng` draws the sources; the same seed gives the same interval."""

    rng: np.random.Generator
    resamples: int = RESAMPLES
    level: float = 0.95

    def __post_init__(self) -> None:
        check_level(self.level)
        if self.resamples < 1:
            raise Invalid(
                Sentence("An interval needs at least 1 draw; %(least)s are usual.", least=RESAMPLES)
            )


def coefficients(
    values: Floats, why_not: Sequence[Sentence], *, sources: int, resampling: Resampling | None
) -> list[Coefficient]:
    """A coefficient for each row of values: the first of a row, and with resampling the others are its draws.

    NaN means not defined, for the row's reason in `why_not`; `sources` have something to say on it. See `rows_of_weights`.
    """
    if resampling is None or sources < LEAST_SOURCES:
        reason = NO_INTERVAL_ASKED if resampling is None else too_few(sources)
        intervals: list[Interval | Sentence] = [reason] * len(values)
    else:
        intervals = _intervals(values[:, 1:], resampling.level)
    return [
        Coefficient(None, why, None, NO_COEFFICIENT)
        if math.isnan(value)
        else Coefficient(value, None, interval, None)
        if isinstance(interval, Interval)
        else Coefficient(value, None, None, interval)
        for value, why, interval in zip(values[:, 0].tolist(), why_not, intervals, strict=True)
    ]


def _intervals(draws: Floats, level: float) -> list[Interval | Sentence]:
    """The middle part of each row of draws, or why there is none; all rows at once, since pages ask for hundreds."""
    n = draws.shape[1]
    ordered = np.sort(draws, axis=1)  # NaN comes last
    there = n - np.isnan(ordered).sum(axis=1)
    rows = np.arange(len(draws))
    ends = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        at = share * np.maximum(there - 1, 0)
        below = np.floor(at).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(there - 1, 0))
        low = ordered[rows, below]
        ends.append((low + (at - below) * (ordered[rows, above] - low)).tolist())
    last = ordered[rows, np.maximum(there - 1, 0)]
    are_alike = (last - ordered[rows, 0] <= 1e-12).tolist()  # what is equal on paper differs in its last bits
    return [
        too_few_draws(n - count, n)
        if count < LEAST_SHARE_OF_DRAWS * n
        else ALL_ALIKE
        if is_alike
        else Interval(low, high, level)
        for low, high, count, is_alike in zip(*ends, there.tolist(), are_alike, strict=True)
    ]


def rows_of_weights(comparable: NDArray[np.bool_], resampling: Resampling | None) -> Floats:
    """rows x sources: the first row counts every source once; with resampling, how often each draw took it.

    Only the `comparable` sources are drawn, as many as there are, and none where they are too few for an interval.
    """
    once = np.ones((1, len(comparable)))
    sources = int(comparable.sum())
    if resampling is None or sources < LEAST_SOURCES:
        return once
    draws = np.zeros((resampling.resamples, len(comparable)))
    draws[:, comparable] = resampling.rng.multinomial(
        sources, np.full(sources, 1 / sources), size=resampling.resamples
    )
    return np.concatenate((once, draws))


def too_few(sources: int) -> Sentence:
    """Why there is no interval with so few sources."""
    return Sentence(
        "No interval: coders can be compared in %(count)s source; it takes %(least)s.",
        "No interval: coders can be compared in %(count)s sources; it takes %(least)s.",
        count=sources,
        least=LEAST_SOURCES,
    )


def too_few_draws(lacking: int, of: int) -> Sentence:
    """Why there is no interval where many draws have no coefficient."""
    return Sentence(
        "No interval: in %(lacking)s of %(of)s draws of sources the coefficient is not defined.",
        lacking=lacking,
        of=of,
    )


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Element by element; NaN where the denominator is 0: `coefficients` makes of it what is not defined."""
    found: Floats = np.divide(
        numerator, denominator, out=np.full(denominator.shape, np.nan), where=denominator != 0
    )
    return found
