"""CR1 with normal quantiles: what most software prints first. Refused where sites are few.

Estimates: the standard error of b in y = a_g + d_t + b T_g P_t + x'c + e, and the usual 1.96 of it to either side.
Formula: V = f M (sum_g s_g s_g') M, s_g = X_g'e_g, f = G/(G-1) (n-1)/(n-k). k counts the constant and the columns of X, not the
    levels of the sites: they lie within the clusters, and counting them would widen the interval the more, the fewer people a
    site has (by 1.41 with two answers a site).
Source: Liang and Zeger (1986) Biometrika 73:13-22; Cameron and Miller (2015) J Human Resources 50:317-372 (levels
    within clusters are not counted: section III).
Assumptions: sites are so many that their scores add up to a normal curve.
When not to use it: below 20 sites, or with fewer than 6 in either arm: refused with a sentence, because intervals are then
    far too narrow.
Checked against: statsmodels' cluster covariance of what is left once the site levels are out, to 1e-8; Card and Krueger's 1.34 for
    the stores that answered twice (tests/methods/few_clusters).
"""

from __future__ import annotations

import math

import numpy as np

from throughline.methods.few_clusters.answers import PARALLEL_PEOPLE, RECORDED_SPEAK, SITES_APART, Answers
from throughline.methods.few_clusters.estimated import NO_SCATTER, ClusteredEstimate, by_t
from throughline.methods.few_clusters.sums import ClusterSums, before_and_after
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.words import COMPARISON_SITES, INTERVENTION_SITES

METHOD = "few_clusters.cr1_normal/2"
LEAST_SITES = 20
LEAST_PER_ARM = 6

MANY_SITES = Sentence(
    "There are sites enough for the normal curve: it stands in place of t, whose wider tails few sites would need."
)


def cr1_normal(answers: Answers, *, planned_primary: bool = False, level: float = 0.95) -> ClusteredEstimate:
    """b with CR1 and normal quantiles. Raises Unready below 20 sites, or with fewer than 6 in an arm."""
    check_level(level)
    treated, compared = answers.n_sites_intervention, answers.n_sites_comparison
    if treated + compared < LEAST_SITES or min(treated, compared) < LEAST_PER_ARM:
        raise Unready(
            Sentence(
                "The usual interval (1.96 standard errors) is not given: with %(treated)s and %(compared)s it would be far too narrow. It needs %(sites)s sites, and %(arm)s in each arm.",
                treated=INTERVENTION_SITES.given(count=treated),
                compared=COMPARISON_SITES.given(count=compared),
                sites=LEAST_SITES,
                arm=LEAST_PER_ARM,
            )
        )
    sums = before_and_after(answers)
    return by_t(
        answers, sums.estimate, standard_error(sums), None, method=METHOD, planned_primary=planned_primary, level=level,
        assumptions=(PARALLEL_PEOPLE, SITES_APART, MANY_SITES, RECORDED_SPEAK),
    )  # fmt: skip


def standard_error(sums: ClusterSums) -> float:
    """CR1's standard error of the asked coefficient. Raises Unready without scatter."""
    if not sums.has_scatter():
        raise Unready(NO_SCATTER)
    return math.sqrt(factor(sums) * float(np.sum((sums.scores @ sums.inverse[sums.asked]) ** 2)))


def factor(sums: ClusterSums) -> float:
    """CR1's correction for the number of clusters and of parameters."""
    return sums.clusters / (sums.clusters - 1) * (sums.n - 1) / (sums.n - sums.parameters)
