"""Least squares by sites: what a linear model needs of each site, so that nothing later has a row for each person.

Estimates: the coefficients beta of y = X beta + e by ordinary least squares.
Formula: S_g = X_g'X_g, s_g = X_g'y_g for each cluster g; M = (sum S_g)^-1; beta = M sum s_g. Levels a_g for each cluster are
    taken out beforehand: X_g and y_g less their cluster means. That leaves the other coefficients, their residuals and
    what CR2, CR3 and the wild bootstrap make of them as they are (Frisch, Waugh, Lovell; a cluster's level is fitted
    wholly within the cluster, so (I - H_gg)'s Moore-Penrose root is 0 along it and the residuals have no part there).
Source: Pustejovsky and Tipton (2018) J Bus Econ Stat 36:672-683, theorem 2; MacKinnon (2023) J Econometrics 232 (sums by
    cluster).
Assumptions: columns of X are not combinations of each other (refused); clusters are independent.
When not to use it: with weights that differ between answers.
Checked against: statsmodels OLS with a column for each site; Card and Krueger's 2.7536 and Kiel and McClain's -11,863.90
    (tests/methods/few_clusters).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from throughline.methods.few_clusters.answers import Answers, Floats, Ints
from throughline.vocabulary.errors import Sentence, Unready

# Below this share of a column's squares left over, it is a combination of those before it.
LEAST_LEFT = 1e-10


@dataclass(frozen=True, eq=False, slots=True)
class ClusterSums:
    """Of each cluster: `xx` (G, k, k), `xy` (G, k), `yy` (G,); `asked` is the coefficient that is asked after.

    `n` answers, `parameters` fitted to several clusters: the constant is one, levels of clusters that were taken out are none.
    `largest` is the largest |y|: rounding errors are in proportion to it.
    """

    xx: Floats
    xy: Floats
    yy: Floats
    asked: int
    n: int
    parameters: int
    largest: float

    @property
    def clusters(self) -> int:
        return int(self.yy.size)

    @property
    def inverse(self) -> Floats:
        """M, (k, k)."""
        inverse: Floats = np.linalg.inv(self.xx.sum(axis=0))
        return inverse

    @property
    def beta(self) -> Floats:
        """All coefficients, (k,)."""
        beta: Floats = np.linalg.solve(self.xx.sum(axis=0), self.xy.sum(axis=0))
        return beta

    @property
    def estimate(self) -> float:
        return float(self.beta[self.asked])

    @property
    def scores(self) -> Floats:
        """X_g' times the residuals of the cluster, (G, k)."""
        scores: Floats = self.xy - self.xx @ self.beta
        return scores

    def without(self, position: int) -> ClusterSums:
        """All but one cluster. Raises Unready where the rest cannot tell the coefficients apart."""
        kept = np.arange(self.clusters) != position
        rest = replace(self, xx=self.xx[kept], xy=self.xy[kept], yy=self.yy[kept])
        check_columns(rest.xx.sum(axis=0))
        return rest

    def has_scatter(self) -> bool:
        """Whether anything is left of y once X is fitted, beyond rounding."""
        left = float(
            self.yy.sum() - 2 * self.beta @ self.xy.sum(axis=0) + self.beta @ self.xx.sum(axis=0) @ self.beta
        )
        scores = np.abs(self.scores @ self.inverse[self.asked])
        return left > 1e-20 * self.n * self.largest**2 and bool(scores.max() > 1e-12 * self.largest)


def linear_model(x: ArrayLike, y: ArrayLike, cluster: ArrayLike, *, asked: int) -> ClusterSums:
    """Sums of any linear model: `x` (n, k) with its constant, `y` (n,), `cluster` (n,) numbered from 0 on.

    Raises Unready where a column is a combination of others.
    """
    design, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    return _sums(design, values, np.asarray(cluster, dtype=np.intp), asked, design.shape[1])


def before_and_after(answers: Answers) -> ClusterSums:
    """Sums of y = a_g + d_t + b T_g P_t + x'c + e, the levels of the sites taken out; asked is b."""
    design = np.column_stack([answers.treated_after, answers.is_after, answers.covariates])
    parameters = design.shape[1] + 1
    return _sums(
        less_means(design, answers.site), less_means(answers.y[:, np.newaxis], answers.site)[:, 0], answers.site, 0, parameters,
        largest=float(np.abs(answers.y).max()),
    )  # fmt: skip


def less_means(columns: Floats, cluster: Ints) -> Floats:
    """Each column (n, k) less its mean in the cluster."""
    counts = np.bincount(cluster)
    within = np.empty_like(columns, order="F")
    for place, column in enumerate(columns.T):
        within[:, place] = column - (np.bincount(cluster, weights=column) / counts)[cluster]
    return within


def _sums(
    x: Floats, y: Floats, cluster: Ints, asked: int, parameters: int, largest: float | None = None
) -> ClusterSums:
    """Column by column and without sorting: a product of two columns, added up by cluster."""
    clusters, columns = int(cluster.max()) + 1, [np.ascontiguousarray(column) for column in (*x.T, y)]
    size = len(columns)
    products = np.empty((clusters, size, size))
    for i in range(size):
        for j in range(i + 1):
            products[:, i, j] = products[:, j, i] = np.bincount(
                cluster, weights=columns[i] * columns[j], minlength=clusters
            )
    made = ClusterSums(
        xx=products[:, :-1, :-1], xy=products[:, :-1, -1], yy=products[:, -1, -1], asked=asked, n=int(y.size),
        parameters=parameters, largest=float(np.abs(y).max()) if largest is None else largest,
    )  # fmt: skip
    check_columns(made.xx.sum(axis=0))
    return made


def check_columns(xx: Floats) -> None:
    """Raise Unready where X'X says that a column is a combination of the others, or empty."""
    size = np.sqrt(np.diag(xx))
    if (size == 0).any() or np.linalg.eigvalsh(xx / np.outer(size, size))[0] < LEAST_LEFT:
        raise Unready(
            Sentence(
                "The difference cannot be told apart from what it is adjusted for: a covariate follows from the site, the "
                "phase or the others. Leave it out."
            )
        )
