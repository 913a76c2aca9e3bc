"""Site changes less what follows from who answered: covariates are taken out of individual answers first, sites compared after.

Estimates: each site's change from before to after as it would be, had the people who answered been alike in the covariates in every
    site and phase.
Formula: stage 1, on individuals: y = a level for each site and phase + x'c + e, by least squares; c is told from people of the same
    site and phase alone, so nothing of the programme is taken out with it. Each site and phase keeps the mean of its residuals
    y - (x - mean of all x)'c. Stage 2: `contrast` on these, every site weighing the same, t(G-2).
Source: the two-stage analysis of Hayes and Moulton (2017), Cluster Randomised Trials, 2nd ed., ch. 10, with the first stage of Donald
    and Lang (2007) Rev Econ Stat 89:221-233, which keeps the levels of groups in it. Individual covariates take no degree of freedom
    from the second stage.
Assumptions: a covariate goes with the answer alike everywhere, in a straight line (for shares in points); it was not itself changed
    by the programme.
When not to use it: for what the programme may have changed (housing, contact with services); for what is the same for everybody at a
    site and phase (refused); with few people for each covariate.
Checked against: statsmodels OLS with a column for each site and phase; no covariate that goes with the answer leaves the headline as
    it was; a change of who answers, and of nothing else, is taken out wholly (tests/methods/test_covariates.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from throughline.methods.contrast import PARALLEL, RECORDED_SPEAK, SITES_ALIKE
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Answers
from throughline.methods.few_clusters.sums import check_columns, less_means
from throughline.methods.site_change import SitePhase
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import PhaseKind

METHOD = "contrast.site_change_of_residuals/1"

ALIKE_EVERYWHERE = Sentence(
    "What is adjusted for goes with the answer alike at every site and in both phases, in a straight line, and was not changed by the "
    "programme."
)
ASSUMPTIONS = (PARALLEL, SITES_ALIKE, RECORDED_SPEAK, ALIKE_EVERYWHERE)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What was taken out: `slopes` of the covariates, in the outcome's unit for one unit of the covariate.

    `n` answers were used. `without` had an answer and no value of a covariate: they are in the headline that is not adjusted.
    """

    covariates: tuple[str, ...]
    slopes: tuple[float, ...]
    n: int
    without: int
    method: str = METHOD


def adjusted_cells(
    answers: Answers, names: Sequence[str], *, without: int = 0
) -> tuple[tuple[SitePhase, ...], Adjustment]:
    """Each site and phase as if those who answered were alike in `answers.covariates`; their values need not be shares any more.

    Raises Unready where a covariate is the same for everybody of each site and phase, or follows from the others; Invalid where
    names and columns differ in number.
    """
    if len(names) != answers.covariates.shape[1] or not names:
        raise Invalid(Sentence("Every covariate has one name, and there is at least one."))
    cell = 2 * answers.site + answers.is_after
    counts = np.bincount(cell, minlength=2 * len(answers.sites))
    x, y = less_means(answers.covariates, cell), less_means(answers.y[:, np.newaxis], cell)
    xx = x.T @ x
    # What is left of a column that is the same within each cell is rounding: as small as nothing beside its own size.
    size = np.maximum(np.abs(answers.covariates).max(axis=0), 1.0)
    xx[:, np.diag(xx) <= 1e-20 * answers.n * size**2] = 0.0
    check_columns(xx)
    slopes = np.linalg.solve(xx, x.T @ y[:, 0])
    residuals = answers.y - (answers.covariates - answers.covariates.mean(axis=0)) @ slopes
    means = np.bincount(cell, weights=residuals) / counts
    cells = tuple(
        SitePhase(
            name, answers.arms[place], phase, answers.kind, float(means[2 * place + after]), int(counts[2 * place + after]),
            Missing(),
        )
        for place, name in enumerate(answers.sites)
        for after, phase in enumerate((PhaseKind.BEFORE, PhaseKind.AFTER))
    )  # fmt: skip
    return cells, Adjustment(tuple(names), tuple(float(one) for one in slopes), answers.n, without)
