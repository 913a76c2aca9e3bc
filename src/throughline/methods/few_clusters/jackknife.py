"""CR3: the standard error of leaving out one site after another; and the table of what is left each time.

Estimates: the standard error of b in y = a_g + d_t + b T_g P_t + x'c + e.
Formula: V = ((G-1)/G) sum_g (b_(-g) - b)^2, b_(-g) fitted again without site g; interval and p from t(G-1). The distances are
    from b itself, not from the mean of the b_(-g).
Source: Bell and McCaffrey (2002) Survey Methodology 28:169-181; MacKinnon, Nielsen and Webb (2023) J Appl Econometrics
    38:671-694.
Assumptions: sites are independent; the change common to all is the same in both arms. In words with each result.
When not to use it: where one site carries an arm: without it there is little left to fit, and the interval is far too wide.
    Software differs by a factor G/(G-1) in V: this one is the jackknife's own.
Checked against: a loop that fits again with statsmodels (property; tests/methods/few_clusters/test_linear.py); R's lm
    (tests/methods/test_against_r.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from throughline.methods.estimate import Interval, Missing
from throughline.methods.few_clusters import cr2
from throughline.methods.few_clusters.answers import (
    LEAST_SITES_PER_ARM,
    PARALLEL_PEOPLE,
    RECORDED_SPEAK,
    SITES_APART,
    Answers,
)
from throughline.methods.few_clusters.estimated import ClusteredEstimate, by_t
from throughline.methods.few_clusters.sums import ClusterSums, before_and_after
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import ArmKind

METHOD = "few_clusters.cr3_jackknife/1"
LEAVE_ONE_OUT_METHOD = "few_clusters.leave_one_site_out/1"
# Of differences in the unit of a share or a logarithm: what fits are settled to lies below, what people differ by above.
ROUNDING = 1e-10

EACH_LEFT_OUT = Sentence(
    "The standard error comes from leaving out one site after another: it takes every site as replaceable by one like it."
)
ONE_LEFT = Sentence("Without %(site)s one of the arms has a single site, so there is no interval.")


@dataclass(frozen=True, slots=True)
class WithoutSite:
    """The difference without one site, its interval by CR2, or why there is none. `n` counts the answers that are left."""

    site: str
    arm: ArmKind
    difference: float
    interval: Interval | None
    reason: Sentence | None
    n: int


@dataclass(frozen=True, slots=True)
class LeftOutTable:
    """The difference from individual answers without each site in turn; intervals by CR2.

    `missing` is of all sites: which site an answer was missing at is not known here.
    """

    rows: tuple[WithoutSite, ...]
    lowest: float
    highest: float
    missing: Missing
    method: str = LEAVE_ONE_OUT_METHOD
    assumptions: tuple[Sentence, ...] = (PARALLEL_PEOPLE, SITES_APART, RECORDED_SPEAK)


def jackknife(answers: Answers, *, planned_primary: bool = False, level: float = 0.95) -> ClusteredEstimate:
    """b with CR3 and t(G-1). Raises Unready where nothing scatters or a fit without a site is not possible."""
    check_level(level)
    sums = before_and_after(answers)
    error = standard_error(sums.estimate, [sums.without(place).estimate for place in range(sums.clusters)])
    if not sums.has_scatter():
        error = 0.0
    return by_t(
        answers, sums.estimate, error, sums.clusters - 1, method=METHOD, planned_primary=planned_primary, level=level,
        assumptions=(PARALLEL_PEOPLE, SITES_APART, EACH_LEFT_OUT, RECORDED_SPEAK),
    )  # fmt: skip


def standard_error(whole: float, without: Sequence[float]) -> float:
    """CR3 of any estimate, from what it is without each cluster; 0 where these differ from it by no more than rounding."""
    if np.abs(np.array(without) - whole).max() <= ROUNDING * max(1.0, abs(whole)):
        return 0.0
    return math.sqrt((len(without) - 1) / len(without) * float(np.sum((np.array(without) - whole) ** 2)))


def leave_one_site_out(answers: Answers, *, level: float = 0.95) -> LeftOutTable:
    """The difference without each site in turn, in the order of the sites."""
    check_level(level)
    sums = before_and_after(answers)
    counts = np.bincount(answers.site, minlength=sums.clusters)
    rows = tuple(
        _without(answers, sums, place, answers.n - int(counts[place]), level)
        for place in range(sums.clusters)
    )
    differences = [row.difference for row in rows]
    return LeftOutTable(rows, min(differences), max(differences), answers.missing)


def _without(answers: Answers, sums: ClusterSums, place: int, n: int, level: float) -> WithoutSite:
    site, arm = answers.sites[place], answers.arms[place]
    rest = sums.without(place)
    interval: Interval | None = None
    reason: Sentence | None = None
    if answers.arms.count(arm) <= LEAST_SITES_PER_ARM:
        # With the site gone its arm has one left, which is fitted wholly.
        return WithoutSite(site, arm, rest.estimate, None, ONE_LEFT.given(site=site), n)
    try:
        error, df = cr2.standard_error(rest)
    except Unready as refusal:
        reason = refusal.sentence
    else:
        half = float(special.stdtrit(df, 0.5 + level / 2)) * error
        interval = Interval(rest.estimate - half, rest.estimate + half, level)
    return WithoutSite(site, arm, rest.estimate, interval, reason, n)
