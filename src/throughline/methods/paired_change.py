"""How scores changed from one moment to another: of the same people, and of all who answered, site by site.

Estimates: (1) the mean change of those who answered at both moments; (2) the mean over sites of (site mean after - site mean
    before), of all who answered, whoever they are.
Formula: (1) d = sum_i (after_i - before_i) / n over linked people i; standardised by the SD of their own scores before (Becker's
    standardised mean change, without its small-sample factor). (2) c = mean over sites j of c_j. Standard errors of both by
    leaving out one site after another: V = ((G-1)/G) sum_g (b_(-g) - b)^2, intervals from t(G-1).
Source: MacKinnon, Nielsen and Webb (2023) J Appl Econometrics 38:671-694 (the jackknife over clusters); Becker (1988) Br J Math
    Stat Psychol 41:257-278.
Assumptions: in words with each result.
When not to use it: as the effect of a training: without a comparison a change is a change. With one site there is no
    interval; with two it is wide, and rightly so.
Checked against: NumPy and SciPy written out; (2) is scipy's one-sample t interval of the site changes
    (tests/methods/test_paired_change.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from throughline.methods.estimate import Interval
from throughline.methods.few_clusters.jackknife import standard_error
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Invalid, Sentence, Unready

PAIRED_METHOD = "paired_change.linked/1"
SITES_METHOD = "paired_change.site_means/1"

SAME_PEOPLE = Sentence(
    "These are the same people before and after, linked by their own labels; they speak for those who could not be linked."
)
OTHER_PEOPLE = Sentence(
    "People before and after need not be the same: those who answered at a site speak for all of the group there, at both times."
)
SITE_LEFT_OUT = Sentence(
    "Sites are independent of each other; the interval comes from leaving out one after another, and takes every site as replaceable"
    " by one like it."
)
SAME_RULER = Sentence(
    "The questionnaire measures the same before and after: people do not come to read its questions otherwise, or to answer as is"
    " expected."
)
ONE_SITE = Sentence(
    "All of it comes from one site: nothing tells how much sites differ, so there is no interval."
)
NO_SCATTER = Sentence(
    "All sites changed by exactly the same amount, so there is no scatter to take an interval from."
)
NOBODY_LINKED = Sentence("Nobody's score before and score after are known to be one person's.")
NO_SITE = Sentence("At no site there are scores both before and after.")


@dataclass(frozen=True, slots=True)
class SitePairs:
    """People of one site with a score at both moments, in the same order."""

    site: str
    before: tuple[float, ...]
    after: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A mean change in the unit of an item, with its interval, or why there is none; `smallest`: the fewest people at any site.

    `standardised`: the change over `sd_before`, where people differ before; None of site means.
    """

    change: float
    interval: Interval | None
    no_interval: Sentence | None
    standard_error: float | None
    df: int | None
    n: int
    n_sites: int
    smallest: int
    mean_before: float
    mean_after: float
    sd_before: float | None
    standardised: float | None
    method: str
    assumptions: tuple[Sentence, ...]


def paired_change(sites: Sequence[SitePairs], *, level: float = 0.95) -> Change:
    """The mean change of linked people. Raises Unready where nobody is linked; Invalid where a site's columns differ in length."""
    check_level(level)
    if any(len(one.before) != len(one.after) for one in sites):
        raise Invalid(Sentence("Each linked person has one score before and one after."))
    held = [one for one in sites if one.before]
    if not held:
        raise Unready(NOBODY_LINKED)
    counts = np.array([len(one.before) for one in held])
    sums = np.array([math.fsum(one.after) - math.fsum(one.before) for one in held])
    before = np.concatenate([np.array(one.before) for one in held])
    after = np.concatenate([np.array(one.after) for one in held])
    whole = float(sums.sum() / counts.sum())
    rest = counts.sum() - counts
    without = [] if len(held) < 2 else list((sums.sum() - sums) / rest)
    sd = float(before.std(ddof=1)) if before.size > 1 else None
    return _change(
        whole, without, level, n=int(counts.sum()), smallest=int(counts.min()), mean_before=float(before.mean()),
        mean_after=float(after.mean()), sd_before=sd, method=PAIRED_METHOD, assumptions=(SAME_PEOPLE, SITE_LEFT_OUT, SAME_RULER),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SiteScores:
    """All scores of one site at both moments."""

    site: str
    before: tuple[float, ...]
    after: tuple[float, ...]


def site_mean_change(sites: Sequence[SiteScores], *, level: float = 0.95) -> Change:
    """The mean of the sites' changes, every site weighing the same; sites that are silent at a moment are left out.

    `n` counts scores of both moments. Raises Unready where no site has both.
    """
    check_level(level)
    held = [one for one in sites if one.before and one.after]
    if not held:
        raise Unready(NO_SITE)
    before = np.array([math.fsum(one.before) / len(one.before) for one in held])
    after = np.array([math.fsum(one.after) / len(one.after) for one in held])
    changes = after - before
    without = [] if len(held) < 2 else list((changes.sum() - changes) / (len(held) - 1))
    return _change(
        float(changes.mean()), without, level, n=sum(len(one.before) + len(one.after) for one in held),
        smallest=min(min(len(one.before), len(one.after)) for one in held), mean_before=float(before.mean()),
        mean_after=float(after.mean()), sd_before=None, method=SITES_METHOD, assumptions=(OTHER_PEOPLE, SITE_LEFT_OUT, SAME_RULER),
    )  # fmt: skip


def _change(
    whole: float, without: Sequence[float], level: float, *, n: int, smallest: int, mean_before: float, mean_after: float,
    sd_before: float | None, method: str, assumptions: tuple[Sentence, ...],
) -> Change:  # fmt: skip
    interval: Interval | None = None
    error: float | None = None
    df: int | None = None
    reason: Sentence | None = ONE_SITE
    if without:
        error, df, reason = standard_error(whole, without), len(without) - 1, None
        # what is equal on paper differs in its last bits
        if error <= 1e-12 * max(abs(mean_before), abs(mean_after), 1.0):
            error, df, reason = None, None, NO_SCATTER
        else:
            half = float(special.stdtrit(df, 0.5 + level / 2)) * error
            interval = Interval(whole - half, whole + half, level)
    return Change(
        change=whole, interval=interval, no_interval=reason, standard_error=error, df=df, n=n, n_sites=max(len(without), 1),
        smallest=smallest, mean_before=mean_before, mean_after=mean_after, sd_before=sd_before,
        standardised=whole / sd_before if sd_before else None, method=method, assumptions=assumptions,
    )  # fmt: skip
