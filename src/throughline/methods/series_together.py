"""Interrupted series of several sites: averaged, the arms set against each other, and one fit with interaction.

Estimates: the level and slope changes of `series` over sites. `together`: their mean, every site weighing the same.
    `arms_apart`: mean of intervention sites over mean of comparison sites, a ratio of ratios. `controlled`: one fit of all
    sites, in which the comparison series stand for what would have come anyway.
Formula: with c_j (or d_j) of site j on the logarithm: mean of S sites with sd / sqrt(S) and t(S - 1); arms: difference of
    means with one pooled variance and t(G - 2), as in `contrast`. Interaction: log E(y_jt) = log(exposure) + a_j + b_j t
    + c A + d t A + (c' A + d' t A) I_j (+ season of all), I_j 1 at intervention sites; level exp(c'), slope exp(d');
    quasi-Poisson with one dispersion, and Newey-West within sites, t(n - k).
Source: Bernal, Cummins, Gasparrini (2018) Int J Epidemiol 47:2082-2093; two stages: Hayes and Moulton (2017) ch. 10.
Assumptions: in words with each result.
When not to use it: the interaction's interval where sites may differ in what the programme changed: it leaves that out,
    and `arms_apart` is the one to name as the answer.
Checked against: statsmodels GLM of the same stacked series, scipy's t-test, the difference of single fits
    (tests/methods/test_series.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from throughline.methods import segmented_fits as fits
from throughline.methods.estimate import Missing
from throughline.methods.segmented_fits import Fit, Floats, Ints
from throughline.methods.series import (
    APART,
    CANNOT_SHOW,
    FADES,
    NEWEY_WEST_METHOD,
    NOT_ALL,
    NOTHING_ELSE,
    SAME_LINE,
    TOO_NARROW,
    Ratio,
    SiteFound,
    SiteSeries,
    arrays_of,
    has_season,
    interrupted,
    ratio_of,
    ratios_of,
    season_of,
    used_months,
)
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import ArmKind
from throughline.vocabulary.words import ARMS, COMPARISON_SITES, INTERVENTION_SITES

POOLED_METHOD = "series.site_changes/1"
CONTROLLED_METHOD = "series.interaction/1"

SAME_MOVE = Sentence(
    "What else moved the counts did so by the same factor at intervention and at comparison sites, from each one's"
    " intervention month on."
)
SITES_APART = Sentence(
    "Sites change independently of each other, and their changes scatter alike and roughly as a normal curve; each weighs"
    " the same, whatever its size."
)
NO_SITE_SCATTER = Sentence(
    "All intervention sites change by the same factor: the interval leaves out that sites differ, and is too narrow where"
    " they do."
)


@dataclass(frozen=True, slots=True)
class Together:
    """Level and slope over sites (or of arms set against each other, as ratios of ratios); `sites` are those that it rests on."""

    level: Ratio
    slope: Ratio
    df: int
    sites: tuple[str, ...]
    n: int
    missing: Missing
    method: str
    assumptions: tuple[Sentence, ...]
    extra: float | None = None
    cannot_show: Sentence = CANNOT_SHOW


def together(found: Sequence[SiteFound], *, level: float = 0.95) -> Together:
    """Sites with a fit, every one weighing the same. Raises Unready with fewer than 2 of them, or without scatter."""
    held = [one for one in found if one.main is not None]
    if len(held) < 2:
        raise Unready(
            Sentence(
                "Sites of one arm with a fitted series: %(sites)s. A mean over them with an interval needs at least 2.",
                sites=len(held),
            )
        )
    df = len(held) - 1
    ratios = []
    for logs in _logs(held):
        spread = float(logs.std(ddof=1)) / math.sqrt(logs.size)
        _check_scatter(spread)
        ratios.append(ratio_of(float(logs.mean()), spread, df, level))
    return _together(held, ratios, df, (SAME_LINE, NOTHING_ELSE, SITES_APART, NOT_ALL))


def arms_apart(found: Sequence[SiteFound], *, level: float = 0.95) -> Together:
    """Mean of intervention sites over mean of comparison sites, t(G - 2). Raises Unready with fewer than 2 in an arm."""
    treated = [one for one in found if one.main is not None and one.arm == ArmKind.INTERVENTION]
    compared = [one for one in found if one.main is not None and one.arm == ArmKind.COMPARISON]
    if min(len(treated), len(compared)) < 2:
        raise Unready(
            Sentence(
                "There are %(treated)s and %(compared)s with a fitted series; an interval for"
                " the arms needs at least 2 in each.",
                treated=INTERVENTION_SITES.given(count=len(treated)),
                compared=COMPARISON_SITES.given(count=len(compared)),
            )
        )
    df = len(treated) + len(compared) - 2
    ratios = []
    for mine, theirs in zip(_logs(treated), _logs(compared), strict=True):
        squares = float(np.sum((mine - mine.mean()) ** 2) + np.sum((theirs - theirs.mean()) ** 2))
        error = math.sqrt(squares / df * (1 / mine.size + 1 / theirs.size))
        _check_scatter(error)
        ratios.append(ratio_of(float(mine.mean() - theirs.mean()), error, df, level))
    return _together([*treated, *compared], ratios, df, (SAME_MOVE, SITES_APART, NOT_ALL))


def controlled(
    series: Sequence[SiteSeries], *, is_rate: bool, level: float = 0.95
) -> tuple[Together, Together]:
    """One fit of all series, comparison sites as interaction: by quasi-Poisson, and with Newey-West's covariance.

    Only sites that could be fitted for themselves take part. Raises Unready where an arm has none.
    """
    alone = {one.site: one for one in (interrupted(site, is_rate=is_rate, level=level) for site in series)}
    held = [site for site in series if alone[site.site].main is not None]
    for arm in ArmKind:
        if not any(site.arm == arm for site in held):
            raise Unready(
                Sentence(
                    "No %(arm)s site has a fitted series, so that there is nothing to set against.",
                    arm=ARMS[arm],
                )
            )
    x, y, exposure, month, panel = _stacked(held, is_rate)
    rests = [alone[site.site] for site in held]
    plain = fits.quasi_poisson(x, y, exposure)
    wide = fits.newey_west(x, y, exposure, month, panel)
    assumed = (SAME_MOVE, NO_SITE_SCATTER, NOT_ALL)
    return (
        _together(rests, _last_two(plain, level), plain.df, (*assumed, APART), CONTROLLED_METHOD, plain.extra),
        _together(rests, _last_two(wide, level), wide.df, (*assumed, FADES, TOO_NARROW), NEWEY_WEST_METHOD, wide.extra),
    )  # fmt: skip


def _stacked(held: Sequence[SiteSeries], is_rate: bool) -> tuple[Floats, Floats, Floats, Ints, Ints]:
    """Own intercept and line before for each site; the season, and what changes, of all; then that of intervention sites."""
    parts = [arrays_of(site, used_months(site, is_rate), is_rate, may_season=False) for site in held]
    panel = np.repeat(np.arange(len(parts)), [part[1].size for part in parts])
    x, y, exposure, month = (np.concatenate([part[place] for part in parts]) for place in range(4))
    own = (panel[:, None] == np.arange(len(parts))[None, :]).astype(np.float64)
    is_treated = np.array([site.arm == ArmKind.INTERVENTION for site in held])[panel]
    blocks = [own, own * x[:, 1:2], x[:, 2:4], x[:, 2:4] * is_treated[:, None]]
    if all(has_season(used_months(site, is_rate)) for site in held):
        blocks.insert(2, season_of(month))
    return np.hstack(blocks), y, exposure, month, panel


def _last_two(found: Fit, level: float) -> list[Ratio]:
    last = found.coefficients.size
    return ratios_of(found, (last - 2, last - 1), level)


def _logs(held: Sequence[SiteFound]) -> tuple[Floats, Floats]:
    """Level and slope changes on the logarithm."""
    fitted = [one.main for one in held if one.main is not None]
    return np.array([one.level.log for one in fitted]), np.array([one.slope.log for one in fitted])


def _together(
    held: Sequence[SiteFound],
    ratios: Sequence[Ratio],
    df: int,
    assumptions: tuple[Sentence, ...],
    method: str = POOLED_METHOD,
    extra: float | None = None,
) -> Together:
    return Together(
        level=ratios[0], slope=ratios[1], df=df, sites=tuple(one.site for one in held), n=sum(one.n for one in held),
        missing=Missing.sum(one.missing for one in held), method=method, assumptions=assumptions, extra=extra,
    )  # fmt: skip


def _check_scatter(error: float) -> None:
    if error < 1e-12:
        raise Unready(
            Sentence(
                "All sites changed by exactly the same factor, so there is no scatter to take an interval from."
            )
        )
