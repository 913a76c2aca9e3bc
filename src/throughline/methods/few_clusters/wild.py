"""Wild cluster bootstrap-t, null imposed (WCR): how often chance alone, site by site, gives a t at least as far from 0.

Estimates: p of the hypothesis b = b0 in a linear model, without leaning on t or the normal curve; and, where asked, the
    interval of all b0 with p of at least 1 - level.
Formula: with b = b0 fitted (beta~, residuals u~), y*_g = X_g beta~ + v_g u~_g, one v for each cluster: t* = (b* - b0)/se(b*),
    CR1. With r_g = X_g'u~_g, M = (X'X)^-1, c the asked coefficient, q_g = c'M r_g and B_gh = c'M S_g M r_h:
    b* - b0 = v'q, and the score of cluster g is (Dv)_g, D = diag(q) - B: t* = v'q / sqrt(f v'D'Dv). A draw costs G x G, never n.
    v: all 2^G of -1 and 1 while they are at most 4096; beyond, draws of Webb's six points (-/+ sqrt(1/2), 1, sqrt(3/2)).
    p = share of |t*| >= |t|, ties counted (the draw v = 1 is t itself). The null's residuals are linear in b0, so the interval
    is found by halving between values of b0 with the same draws.
Source: Cameron, Gelbach and Miller (2008) Rev Econ Stat 90:414-427; Webb (2023) Can J Econ 56:839-858; Roodman et al. (2019)
    Stata J 19:4-60.
Assumptions: sites are independent, and each could as well have missed what is fitted to the other side.
When not to use it: with 5 sites or fewer no p under .05 can be reached, and there is no interval. With few sites in one arm
    WCR hardly ever rejects. p depends on how ties are counted: software differs.
Checked against: fitting all 2^G outcomes again, by hand; the published collapsed vector (p .0757 by Webb)
    (tests/methods/few_clusters/test_wild.py); R's lm, fitted 64 times (tests/methods/test_against_r.py).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from throughline.methods.estimate import Interval, Missing
from throughline.methods.few_clusters.answers import (
    PARALLEL_PEOPLE,
    RECORDED_SPEAK,
    SITES_APART,
    Answers,
    Floats,
)
from throughline.methods.few_clusters.normal import standard_error
from throughline.methods.few_clusters.sums import ClusterSums, before_and_after
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.speech import with_digits

METHOD = "few_clusters.wild_bootstrap/2"
MOST_ENUMERATED = 4096
DRAWS = 9_999
WEBB = np.sqrt(np.array([0.5, 1.0, 1.5]))
TIE = 1e-9
NOTHING = 1e-12  # of the largest value: what is equal on paper differs in its last bits
# What moves with b0 is not needed where b0 is 0.
NOWHERE = (np.zeros(1), np.zeros((1, 1)))
STEPS_OUT = 30
HALVINGS = 36

SIDES = Sentence(
    "Each site could as well have missed what is fitted to the other side; the count needs neither the normal curve nor t."
)


class Weights(StrEnum):
    """What residuals of a site are multiplied by."""

    RADEMACHER = "rademacher"  # all of them, enumerated
    WEBB = "webb"


@dataclass(frozen=True, slots=True)
class Draws:
    """`at_least_as_far` of `draws` gave a t at least as far from 0 as `t`; `p_value` is their share."""

    estimate: float
    t: float
    at_least_as_far: int
    draws: int
    weights: Weights
    interval: Interval | None
    reason: Sentence | None

    @property
    def p_value(self) -> float:
        return self.at_least_as_far / self.draws


@dataclass(frozen=True, slots=True)
class WildBootstrap:
    """The line of the table. k of n and p are there only where the plan names the outcome as primary."""

    estimate: float
    interval: Interval | None
    reason: Sentence | None
    at_least_as_far: int | None
    draws: int
    weights: Weights
    p_value: float | None
    n: int
    missing: Missing
    n_sites_intervention: int
    n_sites_comparison: int
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (PARALLEL_PEOPLE, SITES_APART, SIDES, RECORDED_SPEAK)


def wild_bootstrap(
    answers: Answers, *, rng: np.random.Generator, planned_primary: bool = False, level: float = 0.95, draws: int = DRAWS
) -> WildBootstrap:  # fmt: skip
    """WCR of b = 0, with its interval. `rng` is used beyond 12 sites only. Raises Unready where nothing scatters."""
    found = bootstrap(before_and_after(answers), rng=rng, level=level, draws=draws)
    return WildBootstrap(
        estimate=found.estimate, interval=found.interval, reason=found.reason,
        at_least_as_far=found.at_least_as_far if planned_primary else None, draws=found.draws, weights=found.weights,
        p_value=found.p_value if planned_primary else None, n=answers.n, missing=answers.missing,
        n_sites_intervention=answers.n_sites_intervention, n_sites_comparison=answers.n_sites_comparison,
    )  # fmt: skip


def bootstrap(
    sums: ClusterSums,
    *,
    rng: np.random.Generator,
    null: float = 0.0,
    level: float | None = 0.95,
    draws: int = DRAWS,
    weights: Weights | None = None,
) -> Draws:
    """WCR of `asked` = `null` in any linear model; `level` None leaves the interval out.

    `weights` None takes all 2^G Rademacher draws while they are at most 4096, else Webb's. Raises Unready where nothing
    scatters, or where all Rademacher draws are asked of too many clusters.
    """
    if level is not None:
        check_level(level)
    error = standard_error(sums)
    used = weights or (Weights.RADEMACHER if 2**sums.clusters <= MOST_ENUMERATED else Weights.WEBB)
    v = _drawn(sums.clusters, used, draws, rng)
    test = _Test(sums, v)
    interval, reason = (None, None) if level is None else _interval(test, sums.estimate, error, level)
    return Draws(
        estimate=sums.estimate, t=(sums.estimate - null) / error, at_least_as_far=test.count(null), draws=len(v),
        weights=used, interval=interval, reason=reason,
    )  # fmt: skip


def _drawn(clusters: int, weights: Weights, draws: int, rng: np.random.Generator) -> Floats:
    if weights is Weights.RADEMACHER:
        if 2**clusters > MOST_ENUMERATED:
            raise Unready(
                Sentence(
                    "%(count)s site can be turned in too many ways to go through; draw them.",
                    "%(count)s sites can be turned in too many ways to go through; draw them.",
                    count=clusters,
                )
            )
        return np.array(list(itertools.product((-1.0, 1.0), repeat=clusters)))
    points = np.concatenate([-WEBB, WEBB])
    drawn: Floats = points[rng.integers(points.size, size=(draws, clusters))]
    return drawn


class _Test:
    """The count of |t*| >= |t| as a function of b0, all draws kept: numerator and scores are linear in b0."""

    def __init__(self, sums: ClusterSums, v: Floats) -> None:
        self.sums, self.inverse, self.v = sums, sums.inverse, v
        total = sums.xx.sum(axis=0)
        rest = np.arange(total.shape[0]) != sums.asked
        # beta~ = fixed + b0 * moving: the others, fitted with the asked one held at b0.
        self.fixed, self.moving = np.zeros(total.shape[0]), np.zeros(total.shape[0])
        if rest.any():
            within = total[np.ix_(rest, rest)]
            self.fixed[rest] = np.linalg.solve(within, sums.xy.sum(axis=0)[rest])
            self.moving[rest] = -np.linalg.solve(within, total[rest, sums.asked])
        self.moving[sums.asked] = 1.0

    def count(self, null: float) -> int:
        """How many draws are at least as far; compared without dividing, so that a draw without scatter counts as far."""
        top, below = self._at(*self._held, *(self._moved if null else NOWHERE), null)
        own_top, own_below = self._at(*self._own_held, *(self._own_moved if null else NOWHERE), null)
        # A difference of nothing at all is rounding here; every draw lies as far from it.
        own = 0.0 if abs(own_top[0]) <= NOTHING * (self.sums.largest + abs(null)) else own_top[0]
        far = top**2 * own_below[0] >= own**2 * below * (1 - TIE)
        return int(np.count_nonzero(far))

    @cached_property
    def _held(self) -> tuple[Floats, Floats]:
        return self._part(self.v, self.sums.xy - self.sums.xx @ self.fixed)

    @cached_property
    def _moved(self) -> tuple[Floats, Floats]:
        return self._part(self.v, -(self.sums.xx @ self.moving))

    @cached_property
    def _own_held(self) -> tuple[Floats, Floats]:
        return self._part(np.ones((1, self.sums.clusters)), self.sums.xy - self.sums.xx @ self.fixed)

    @cached_property
    def _own_moved(self) -> tuple[Floats, Floats]:
        return self._part(np.ones((1, self.sums.clusters)), -(self.sums.xx @ self.moving))

    def _part(self, v: Floats, scores: Floats) -> tuple[Floats, Floats]:
        """Numerator (draws,) and scores of clusters (draws, G), of one part of r_g."""
        towards = self.inverse[self.sums.asked]
        q = scores @ towards
        moved = (self.sums.xx @ towards) @ self.inverse @ scores.T
        return v @ q, v @ (np.diag(q) - moved).T

    @staticmethod
    def _at(
        top: Floats, scores: Floats, more_top: Floats, more_scores: Floats, null: float
    ) -> tuple[Floats, Floats]:
        at = scores + null * more_scores
        return top + null * more_top, np.einsum("ij,ij->i", at, at)


def _interval(
    test: _Test, estimate: float, error: float, level: float
) -> tuple[Interval | None, Sentence | None]:
    least = (1 - level) * len(test.v)
    ends: list[float] = []
    for side in (-1.0, 1.0):
        inside, step = 0.0, error
        for _ in range(STEPS_OUT):
            if test.count(estimate + side * step) < least:
                break
            inside, step = step, 2 * step
        else:
            return None, Sentence(
                "However far the difference is taken to be, at least %(share)s of all draws lie as far: with these sites the "
                "bootstrap bounds it on no or one side only.",
                share=with_digits(1 - level, 2),
            )
        outside = step
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            if test.count(estimate + side * middle) < least:
                outside = middle
            else:
                inside = middle
        ends.append(estimate + side * outside)
    return Interval(ends[0], ends[1], level), None
