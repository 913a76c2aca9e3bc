"""Logit and Poisson with a level for each site, fitted to cells instead of people; separation is refused.

Estimates: beta of logit P(y=1) = a_g + d P_t + b T_g P_t + x'c, or of log E(y) = the same + log(exposure).
Formula: Newton's steps on the log likelihood (iteratively weighted least squares), halved where they overshoot; answers with the
    same row of X are one cell (sum of y, number or exposure), which leaves the likelihood as it is.
    Separation: there is a direction d with X_i d >= 0 where all of cell i said yes, <= 0 where all said no (Poisson: <= 0 where
    all counts are 0) and = 0 in every other cell, not 0 everywhere: a linear programme.
Source: McCullagh and Nelder (1989) Generalized Linear Models, ch. 2; Konis (2007), Linear programming algorithms for detecting
    separated data (Oxford); Correia, Guimaraes and Zylkin (2020) Stata J 20:95-115.
Assumptions: many answers for each level that is fitted; with a handful a site the ratio is too far from 1.
When not to use it: for standard errors: people of one site resemble each other (`ratios` leaves out site after site).
Checked against: statsmodels GLM, both families, to 1e-8 (property); what is published of the seizures of 59 patients
    (tests/methods/few_clusters/test_ratios.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from throughline.methods.few_clusters.answers import Answers, Floats, Ints
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import OutcomeKind

STEPS = 100
CLOSE = 1e-12
# A direction of separation has |d| <= 1; what the programme's own tolerance leaves lies far below.
SEPARATED = 1e-6


@dataclass(frozen=True, eq=False, slots=True)
class Cells:
    """Of each cell: its row `x` without site levels, its `site`, the sum of `y`, and `size` (answers, or exposure)."""

    kind: OutcomeKind
    x: Floats
    site: Ints
    y: Floats
    size: Floats
    treated_after: Floats

    def without(self, site: int) -> Cells:
        kept = self.site != site
        return replace(
            self, x=self.x[kept], site=self.site[kept], y=self.y[kept], size=self.size[kept],
            treated_after=self.treated_after[kept],
        )  # fmt: skip

    def design(self) -> Floats:
        """b first, then the phase and the covariates, then a column for each site that has answers."""
        levels = (self.site[:, np.newaxis] == np.unique(self.site)).astype(np.float64)
        return np.column_stack([self.x, levels])


def cells_of(answers: Answers) -> Cells:
    """Answers with the same site, phase and covariates put together."""
    rows = np.column_stack([answers.site, answers.is_after, answers.covariates])
    cells, place = np.unique(rows, axis=0, return_inverse=True)
    place = place.ravel()
    site = cells[:, 0].astype(np.intp)
    treated_after = answers.is_treated[site] * cells[:, 1]
    size = answers.exposure if answers.kind is OutcomeKind.COUNT else np.ones(answers.n)
    return Cells(
        kind=answers.kind, x=np.column_stack([treated_after, cells[:, 1:]]), site=site,
        y=np.bincount(place, weights=answers.y).astype(np.float64), size=np.bincount(place, weights=size).astype(np.float64), treated_after=treated_after,
    )  # fmt: skip


def fit(cells: Cells) -> Floats:
    """Coefficients in the order of `Cells.design`, b first. Raises Unready where there is no finite estimate."""
    x = cells.design()
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise Unready(
            Sentence(
                "A covariate follows from the site, the phase or the others, so the ratio has no one answer. Leave it out."
            )
        )
    _check_separation(cells, x)
    beta = _start(cells, x)
    here = _log_likelihood(cells, x @ beta)
    for _ in range(STEPS):
        mean, weight = _moments(cells, x @ beta)
        step = np.linalg.solve((x * weight[:, np.newaxis]).T @ x, x.T @ (cells.y - mean))
        length = 1.0
        while (there := _log_likelihood(cells, x @ (beta + length * step))) < here - 1e-9 * abs(here):
            length /= 2
            if length < CLOSE:
                break
        beta, here = beta + length * step, there
        if np.abs(length * step).max() < CLOSE * (1 + np.abs(beta).max()) ** 2:
            return beta
    if np.abs(step).max() < 1e-8:
        return beta
    raise Unready(Sentence("The fit does not settle on an estimate: the ratio is not given."))


def _start(cells: Cells, x: Floats) -> Floats:
    """Least squares on what was seen, moved off the borders."""
    if cells.kind is OutcomeKind.COUNT:
        seen = np.log((cells.y + 0.5) / (cells.size + 0.5))
    else:
        seen = special.logit((cells.y + 0.5) / (cells.size + 1))
    root = np.sqrt(cells.size)
    beta: Floats = np.linalg.lstsq(x * root[:, np.newaxis], seen * root, rcond=None)[0]
    return beta


def _moments(cells: Cells, eta: Floats) -> tuple[Floats, Floats]:
    if cells.kind is OutcomeKind.COUNT:
        mean = cells.size * np.exp(eta)
        return mean, mean
    share = special.expit(eta)
    return cells.size * share, cells.size * share * (1 - share)


def _log_likelihood(cells: Cells, eta: Floats) -> float:
    if cells.kind is OutcomeKind.COUNT:
        return float(np.sum(cells.y * eta - cells.size * np.exp(np.minimum(eta, 700.0))))
    return float(np.sum(cells.y * eta - cells.size * np.logaddexp(0.0, eta)))


def _check_separation(cells: Cells, x: Floats) -> None:
    none = cells.y == 0
    whole = np.zeros_like(none) if cells.kind is OutcomeKind.COUNT else cells.y == cells.size
    pure = none | whole
    if not pure.any():
        return
    # Loaded here: nothing else needs it, and most fits never come this far.
    from scipy.optimize import linprog

    signs = np.where(whole, 1.0, -1.0)[pure]
    towards = x[pure] * signs[:, np.newaxis]
    found = linprog(
        -towards.sum(axis=0), A_ub=-towards, b_ub=np.zeros(len(towards)), A_eq=x[~pure] if (~pure).any() else None,
        b_eq=np.zeros(int((~pure).sum())) if (~pure).any() else None, bounds=(-1, 1), method="highs",
    )  # fmt: skip
    if found.status != 0 or -found.fun > SEPARATED:
        raise Unready(
            Sentence(
                "There is no finite ratio: at a site, or in an arm and phase, everybody gave the same answer, so that a level or "
                "the difference itself runs off without end. Look at the difference of shares or means instead."
            )
        )
