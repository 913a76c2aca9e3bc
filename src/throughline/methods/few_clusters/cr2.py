"""CR2: a standard error from individual answers that is right on average even with few sites, and how far to trust it.

Estimates: the standard error of b in y = a_g + d_t + b T_g P_t + x'c + e, and the degrees of freedom of its t.
Formula: V = M (sum_g X_g' A_g e_g e_g' A_g X_g) M, A_g the symmetric Moore-Penrose root of (I - H_gg)^-1, H_gg = X_g M X_g';
    eigenvalues of I - H_gg under 1e-10 are 0. Never n x n: with M = LL' and the eigenvalues l and vectors V of L'S_gL,
    A_g = I + X_g C_g X_g', C_g = L V diag(f(l)) V' L', f(l) = ((1-l)^-1/2 - 1)/l, 1/2 at 0, and -1/l where 1 - l is 0.
    Bell and McCaffrey's df: with v_g = A_g X_g M c = X_g a_g, the matrix P_gh = [g=h] a_g'S_g a_g - a_g'S_g M S_h a_h has
    df = (tr P)^2 / sum P_gh^2 = (sum of its eigenvalues)^2 / (sum of their squares). Working model: errors alike and apart.
Source: Bell and McCaffrey (2002) Survey Methodology 28:169-181; Pustejovsky and Tipton (2018) J Bus Econ Stat 36:672-683.
Assumptions: sites are independent; the change common to all is the same in both arms. In words with each result.
When not to use it: as the headline where few sites hold most people: measured at 3 v 3 with two sites of 30 people a wave and one
    of 300 in each arm, intra-site correlation .03, it rejects 10.1% at a nominal 5%, and 5.1% where sizes are drawn evenly from 30
    to 300 (bench/rejection.py). With df under 4 t itself is unsure: the result says so.
Checked against: a dense n x n implementation with a column for each site, and diff-diff (properties, to 1e-8 and 1e-9;
    tests/methods/few_clusters/test_linear.py); R's clubSandwich (tests/methods/test_against_r.py).
"""

from __future__ import annotations

import math

import numpy as np

from throughline.methods.few_clusters.answers import (
    PARALLEL_PEOPLE,
    RECORDED_SPEAK,
    SITES_APART,
    Answers,
    Floats,
)
from throughline.methods.few_clusters.estimated import NO_SCATTER, ClusteredEstimate, by_t
from throughline.methods.few_clusters.sums import ClusterSums, before_and_after
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.speech import Number

METHOD = "few_clusters.cr2/1"
ZERO = 1e-10
FEW_DF = 4.0

WORKING = Sentence(
    "The standard error is corrected as if answers of one site were no more alike than others; with sites of very unequal "
    "size it still shows less uncertainty than there is."
)
UNSURE = Sentence(
    "With %(df)s degrees of freedom the interval rests on very little; it may be too narrow or too wide."
)


def cr2(answers: Answers, *, planned_primary: bool = False, level: float = 0.95) -> ClusteredEstimate:
    """b with CR2 and Bell and McCaffrey's degrees of freedom.

    Raises Unready where nothing scatters, or a covariate cannot be told apart; Invalid for a level outside 0..1.
    """
    check_level(level)
    sums = before_and_after(answers)
    error, df = standard_error(sums)
    told: tuple[Sentence, ...] = (PARALLEL_PEOPLE, SITES_APART, WORKING, RECORDED_SPEAK)
    if df < FEW_DF:
        told = (*told, UNSURE.given(df=Number(df, 1)))
    return by_t(
        answers, sums.estimate, error, df, method=METHOD, assumptions=told, planned_primary=planned_primary, level=level
    )  # fmt: skip


def standard_error(sums: ClusterSums) -> tuple[float, float]:
    """CR2's standard error of the asked coefficient, and its degrees of freedom. Raises Unready without scatter."""
    if not sums.has_scatter():
        raise Unready(NO_SCATTER)
    inverse = sums.inverse
    root: Floats = np.linalg.cholesky(inverse).astype(np.float64)
    corrections = np.array([_correction(root, xx) for xx in sums.xx])
    # a_g = (I + C_g S_g) M c: A_g X_g M c is X_g a_g.
    towards = inverse[sums.asked]
    turned = towards + np.einsum("gij,gj->gi", corrections, sums.xx @ towards)
    variance = float(np.sum(np.einsum("gi,gi->g", turned, sums.scores) ** 2))
    within = np.einsum("gij,gj->gi", sums.xx, turned)
    spread = np.diag(np.einsum("gi,gi->g", turned, within)) - within @ inverse @ within.T
    squares = float(np.sum(spread**2))
    if squares <= 0 or variance <= 0:
        raise Unready(NO_SCATTER)
    return math.sqrt(variance), float(np.trace(spread)) ** 2 / squares


def _correction(root: Floats, xx: Floats) -> Floats:
    """C_g of one cluster, (k, k)."""
    values, vectors = np.linalg.eigh(root.T @ xx @ root)
    share = np.clip(values, 0.0, None)
    left = 1.0 - share
    is_gone, is_none = left < ZERO, share < 1e-14
    with np.errstate(divide="ignore", invalid="ignore"):
        # expm1 and log1p: near 0 the difference of two ones would lose every digit.
        factor = np.expm1(-0.5 * np.log1p(-share)) / share
    factor = np.where(is_gone, -1.0 / np.where(is_gone, share, 1.0), np.where(is_none, 0.5, factor))
    turned = root @ vectors
    correction: Floats = (turned * factor) @ turned.T
    return correction
