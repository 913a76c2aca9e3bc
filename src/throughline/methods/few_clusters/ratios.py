"""Ratios of the arms' changes, and what an odds ratio comes to in points; errors from leaving out site after site.

Estimates: of a binary outcome, the ratio of odds ratios exp(b) of a logit with site levels, and its ATT: by how much the share
    among those asked after, at intervention sites, differs from what the logit gives them without the programme. Of counts,
    the ratio of rate ratios exp(b) of a Poisson model with log exposure.
Formula: ATT = mean over treated and after of p(1,1) - p(the product term 0), p(1,1) = 1/(1+exp(-eta)), the other with eta - b.
    V = ((G-1)/G) sum_g (z_(-g) - z)^2, z = b or ATT, fitted again without each site; t(G-1); a ratio's interval is that of b,
    raised.
Source: Puhani (2012) Econ Letters 115:85-87 (ATT); Bell and McCaffrey (2002); Wooldridge (2023) Econometrics J 26:C31-C66.
Assumptions: sites are independent. Without the programme odds (or rates) would have changed by the same factor in both arms: this
    is another assumption than the same change in points, and both can hold only where the arms began alike.
When not to use it: for rare outcomes with few people a site; where a fit has no finite estimate (refused). Software that takes
    levels of sites out before a logit gives wrong errors: measured .689 against .0906 fitted again.
Checked against: statsmodels GLM fitted again without each site (tests/methods/few_clusters/test_ratios.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from throughline.methods.few_clusters.answers import RECORDED_SPEAK, SITES_APART, Answers, Floats
from throughline.methods.few_clusters.estimated import ClusteredEstimate, by_t
from throughline.methods.few_clusters.jackknife import EACH_LEFT_OUT, standard_error
from throughline.methods.few_clusters.likelihood import Cells, cells_of, fit
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import OutcomeKind

ODDS_METHOD = "few_clusters.odds_ratio_jackknife/1"
ATT_METHOD = "few_clusters.att_of_logit_jackknife/1"
RATE_METHOD = "few_clusters.rate_ratio_jackknife/1"

PARALLEL_ODDS = Sentence(
    "Without the programme, the odds would have changed by the same factor in both arms. That is not the same as the same "
    "change in points: where the arms began at different shares only one of the two can hold."
)
PARALLEL_RATES = Sentence(
    "Without the programme, counts would have changed by the same factor in both arms. That is not the same as the same "
    "change in the mean: where the arms began at different levels only one of the two can hold."
)


@dataclass(frozen=True, slots=True)
class FromLogit:
    """Both readings of one logit: the ratio of the odds ratios, and the difference in points that it comes to."""

    odds_ratio: ClusteredEstimate
    att: ClusteredEstimate


def from_logit(answers: Answers, *, planned_primary: bool = False, level: float = 0.95) -> FromLogit:
    """Odds ratio and ATT. Raises Unready where a fit, whole or without a site, has no finite estimate; Invalid for another kind."""
    check_level(level)
    _check_kind(answers, OutcomeKind.BINARY)
    whole, without = _fits(answers, lambda cells, beta: (float(beta[0]), _att(cells, beta)))
    made = [
        by_t(
            answers, whole[place], standard_error(whole[place], [one[place] for one in without]), len(without) - 1, method=method,
            assumptions=(PARALLEL_ODDS, SITES_APART, EACH_LEFT_OUT, RECORDED_SPEAK), planned_primary=planned_primary,
            level=level, is_ratio=place == 0,
        )
        for place, method in enumerate((ODDS_METHOD, ATT_METHOD))
    ]  # fmt: skip
    return FromLogit(*made)


def rate_ratio(answers: Answers, *, planned_primary: bool = False, level: float = 0.95) -> ClusteredEstimate:
    """Ratio of the arms' rate ratios. Raises Unready and Invalid as `from_logit`."""
    check_level(level)
    _check_kind(answers, OutcomeKind.COUNT)
    whole, without = _fits(answers, lambda _cells, beta: (float(beta[0]),))
    return by_t(
        answers, whole[0], standard_error(whole[0], [one[0] for one in without]), len(without) - 1, method=RATE_METHOD,
        assumptions=(PARALLEL_RATES, SITES_APART, EACH_LEFT_OUT, RECORDED_SPEAK), planned_primary=planned_primary,
        level=level, is_ratio=True,
    )  # fmt: skip


def _fits(
    answers: Answers, told: Callable[[Cells, Floats], tuple[float, ...]]
) -> tuple[tuple[float, ...], list[tuple[float, ...]]]:
    """What is told of the fit to all sites, and of the fit without each."""
    cells = cells_of(answers)
    whole = told(cells, fit(cells))
    without = []
    for place, name in enumerate(answers.sites):
        rest = cells.without(place)
        try:
            without.append(told(rest, fit(rest)))
        except Unready as refusal:
            raise Unready(
                Sentence(
                    "Without %(site)s, which the interval would rest on: %(reason)s",
                    site=name,
                    reason=refusal.sentence,
                )
            ) from refusal
    return whole, without


def _att(cells: Cells, beta: Floats) -> float:
    eta = cells.design() @ beta
    weight = cells.size * cells.treated_after
    return float(np.sum(weight * (special.expit(eta) - special.expit(eta - beta[0]))) / weight.sum())


def _check_kind(answers: Answers, kind: OutcomeKind) -> None:
    if answers.kind is not kind:
        raise Invalid(
            Sentence(
                "This ratio is taken of %(kind)s outcomes, not of %(other)s ones.",
                kind=kind.value,
                other=answers.kind.value,
            )
        )
