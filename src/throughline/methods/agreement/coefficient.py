"""A coefficient that may be not defined, and its interval by drawing whole sources again.

Estimates: how far a coefficient of agreement would differ, had other sources of the same kind been coded.
Formula: as many sources as there are are drawn with replacement, their counts are added up, and the coefficient is taken
    again; the interval holds the middle part (quantiles) of the draws. Characters, turns and passages are never drawn:
    neighbours in one text are not independent.
Source: resampling of clusters: Davison and Hinkley (1997), Bootstrap Methods, ch. 3.8. Krippendorff's own interval for alpha
    draws pairs of values, which takes neighbouring characters for independent ones: not used here.
Assumptions: sources are independent and of one kind; the coders stay the same.
When not to use it: under 10 sources (there is no interval, and the reason is given), nor where fewer than 95% of the draws
    have a coefficient (a code that occurs in few sources): likewise. Draws without one are left out.
Checked against: resampling by hand, source by source (tests/methods/agreement/test_coefficient.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.methods.estimate import Interval
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Invalid, Sentence

LEAST_SOURCES = 10
LEAST_SHARE_OF_DRAWS = 0.95
RESAMPLES = 1000

NOBODY = Sentence("Not defined: no unit was coded by two coders.")
ONE_VALUE = Sentence(
    "Not defined: only one value occurs, so there is nothing that the coders could have told apart."
)
NO_INTERVAL_ASKED = Sentence("No interval was asked for.")
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


def coefficient(
    values: Floats, why_not: Sentence, *, sources: int, resampling: Resampling | None
) -> Coefficient:
    """The first of values as a coefficient; with resampling the others are its draws (see `rows_of_weights`).

    NaN in values means not defined, for the reason `why_not`; `sources` have something to say on it.
    """
    value = float(values[0])
    if math.isnan(value):
        return Coefficient(None, why_not, None, NO_COEFFICIENT)
    if resampling is None:
        return Coefficient(value)
    if sources < LEAST_SOURCES:
        return Coefficient(value, None, None, too_few(sources))
    draws = values[1:]
    there = draws[~np.isnan(draws)]
    if len(there) < LEAST_SHARE_OF_DRAWS * len(draws):
        return Coefficient(value, None, None, too_few_draws(len(draws) - len(there), len(draws)))
    tail = (1 - resampling.level) / 2
    low, high = np.quantile(there, [tail, 1 - tail])
    return Coefficient(value, None, Interval(float(low), float(high), resampling.level), None)


def rows_of_weights(sources: int, resampling: Resampling | None) -> Floats:
    """rows x sources: the first row counts each source once; then, with resampling and enough
    sources, how often each draw took it."""
    once = np.ones((1, sources))
    if resampling is None or sources < LEAST_SOURCES:
        return once
    drawn = resampling.rng.multinomial(sources, np.full(sources, 1 / sources), size=resampling.resamples)
    return np.concatenate((once, drawn.astype(np.float64)))


def too_few(sources: int) -> Sentence:
    """Why there is no interval with so few sources."""
    return Sentence(
        "No interval: %(sources)s sources were coded by two coders; it takes %(least)s.",
        sources=sources,
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
    """Element by element; NaN where the denominator is 0: `coefficient` makes of it what is not defined."""
    found: Floats = np.divide(
        numerator, denominator, out=np.full(denominator.shape, np.nan), where=denominator != 0
    )
    return found
