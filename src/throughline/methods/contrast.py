"""The difference between the arms in mean site change: the headline contrast, with few sites.

Estimates: D = mean of c_j over intervention sites - mean of c_j over comparison sites, c_j the change of site j
    from before to after (`site_change`), every site weighing the same. It answers for the average site, not for the
    average person.
Formula: with T and C sites, G = T + C, and s^2 = (sum of squared distances of the c_j from their own arm's mean) /
    (G - 2):  SE = s sqrt(1/T + 1/C);  interval D -/+ t(G-2) quantile * SE;  p two-sided from t(G-2).
The choice of one pooled variance: it is what gives exactly t(G-2), the same as ordinary least squares of c_j on arm.
    Welch's version estimates its degrees of freedom from the two variances; with 3 sites an arm these land anywhere
    between 2 and 4 and the interval's width is led by that accident. Pooling needs site changes to scatter alike in
    both arms. With as many sites in one arm as in the other it is hardly hurt when they do not; with unequal numbers
    it is too narrow when the smaller arm scatters more. Therefore both standard deviations are returned.
Source: Hayes and Moulton (2017), Cluster Randomised Trials, ch. 10; Donald and Lang (2007) Rev Econ Stat 89:221-233;
    permutation: Gail et al. (1996) Stat Med 15:1069-1092. Measured for 3 v 3 sites, intra-site correlation .03 (bench/rejection.py):
    with 30 to 300 people a wave, drawn evenly, this rejects 4.9% at a nominal 5% and CR2 on individuals 5.1%; with two sites of 30
    and one of 300 in each arm, 4.2% and 10.1%.
Assumptions: without the programme the arms' mean site changes would have been the same (parallel changes); sites are
    independent; site changes are near enough normal, with one variance. Given in words with each result.
When not to use it: with fewer than 4 sites or fewer than 2 in an arm (refused); where an arm or phase did not record
    the outcome (refused by `site_change`); for staggered starts; as a statement about people where sites differ much
    in size. The interval of a difference of shares is not cut at -1 and 1.
Checked against: statsmodels OLS; scipy.stats.ttest_ind; brute force over arms; hand examples; properties; a
    simulation of coverage (tests/methods/test_contrast.py); R's t.test (test_against_r.py); Card and Krueger's regression of 357
    stores, 2.33 (1.19) (few_clusters/test_linear.py).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from throughline.methods.estimate import Interval, Missing
from throughline.methods.intervals import check_level
from throughline.methods.site_change import SiteChange, SiteChanges
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.speech import with_digits
from throughline.vocabulary.study import ArmKind, OutcomeKind
from throughline.vocabulary.words import COMPARISON_SITES, INTERVENTION_SITES

METHOD = "contrast.site_change/1"
PERMUTATION_METHOD = "contrast.permutation_of_arms/1"
LEAVE_ONE_OUT_METHOD = "contrast.leave_one_site_out/1"

LEAST_SITES = 4
LEAST_SITES_PER_ARM = 2
MOST_ARRANGEMENTS = 200_000

PARALLEL = Sentence(
    "Without the programme, the average site of both arms would have changed by the same amount from before to after."
)
SITES_ALIKE = Sentence(
    "Sites change independently of each other, and their changes scatter about as widely in one arm as in the other "
    "and roughly as a normal curve; each site weighs the same, whatever its size."
)
RECORDED_SPEAK = Sentence(
    "Within a site and phase, the recorded values speak for those that are not recorded; what is not recorded "
    "counts as missing, never as no."
)
BEYOND_SHARES = Sentence(
    "The interval reaches beyond what shares can differ by. It is not cut there: sites that are so few and so unlike tell little."
)
EXCHANGEABLE = Sentence(
    "Sites were not allotted to arms by chance; this count takes them as exchangeable, as if they had been."
)


@dataclass(frozen=True, slots=True)
class SiteChangeContrast:
    """Difference in mean site change (intervention - comparison), in the outcome's unit.

    `p_value` is there only where the analysis plan names the outcome as primary. `n` counts recorded values, `still_open`
    what was not decided when the data ended.
    """

    difference: float
    interval: Interval
    standard_error: float
    df: int
    p_value: float | None
    mean_change_intervention: float
    mean_change_comparison: float
    sd_change_intervention: float
    sd_change_comparison: float
    n_sites_intervention: int
    n_sites_comparison: int
    n: int
    missing: Missing
    still_open: int = 0
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (PARALLEL, SITES_ALIKE, RECORDED_SPEAK)


@dataclass(frozen=True, slots=True)
class PermutationOfArms:
    """Of `arrangements` ways to draw the arms, `as_far_apart` lie at least as far apart as the arms that there were.

    `smallest` is the fewest that this many sites could ever give; `in_words` says all three. It has no interval: it
    is a count over all arrangements, without sampling.
    """

    difference: float
    as_far_apart: int
    arrangements: int
    smallest: int
    p_value: float | None
    in_words: Sentence
    n: int
    missing: Missing
    interval: None = None
    method: str = PERMUTATION_METHOD
    assumptions: tuple[Sentence, ...] = (EXCHANGEABLE, PARALLEL, RECORDED_SPEAK)


@dataclass(frozen=True, slots=True)
class WithoutSite:
    """The difference without one site; where too few sites remain there is no interval and `reason` says so."""

    site: str
    arm: ArmKind
    difference: float
    interval: Interval | None
    reason: Sentence | None
    n: int
    missing: Missing


@dataclass(frozen=True, slots=True)
class LeaveOneSiteOut:
    """The headline without each site in turn, in the order of the site changes."""

    rows: tuple[WithoutSite, ...]
    lowest: float
    highest: float
    method: str = LEAVE_ONE_OUT_METHOD
    assumptions: tuple[Sentence, ...] = (PARALLEL, SITES_ALIKE, RECORDED_SPEAK)


def contrast_site_changes(
    changes: SiteChanges, *, planned_primary: bool = False, level: float = 0.95
) -> SiteChangeContrast:
    """The headline contrast.

    Raises Unready with fewer than 4 sites, fewer than 2 in an arm, or where all sites of each arm changed by exactly
    the same amount (there is then no scatter to take an interval from); Invalid for a level outside 0..1.
    """
    check_level(level)
    treated, compared = _by_arm(changes.sites)
    _check_sites(treated.size, compared.size)
    _check_scatter(changes.sites, treated, compared)
    difference, error, df = _pooled(treated, compared)
    interval = _t_interval(difference, error, df, level)
    # Either arm's shares can change by 1 at the most, and the arms so by 2 less or more.
    is_beyond = changes.kind is OutcomeKind.BINARY and (interval.low < -2 or interval.high > 2)
    return SiteChangeContrast(
        difference=difference,
        interval=interval,
        standard_error=error,
        df=df,
        p_value=float(2 * special.stdtr(df, -abs(difference) / error)) if planned_primary else None,
        mean_change_intervention=float(treated.mean()),
        mean_change_comparison=float(compared.mean()),
        sd_change_intervention=float(treated.std(ddof=1)),
        sd_change_comparison=float(compared.std(ddof=1)),
        n_sites_intervention=treated.size,
        n_sites_comparison=compared.size,
        n=changes.n,
        missing=changes.missing,
        still_open=changes.still_open,
        assumptions=(PARALLEL, SITES_ALIKE, RECORDED_SPEAK, *((BEYOND_SHARES,) if is_beyond else ())),
    )


def difference_of_means(
    treated: NDArray[np.float64], compared: NDArray[np.float64], *, scale: float, level: float = 0.95
) -> tuple[float, Interval, int]:
    """Of one value per site: the difference of the arms' means, its interval from one pooled variance, and G - 2.

    `scale`: the largest of what the values were worked out of; rounding errors are in proportion to it, and are no scatter.

    Raises Unready as `contrast_site_changes` does for too few sites, and where the values of each arm do not scatter.
    """
    check_level(level)
    _check_sites(treated.size, compared.size)
    if math.sqrt(_squares(treated) + _squares(compared)) <= 1e-12 * scale:
        raise Unready(
            Sentence(
                "The sites of each arm are all alike in it, so there is no scatter to take an interval from."
            )
        )
    difference, error, df = _pooled(treated, compared)
    return difference, _t_interval(difference, error, df, level), df


def permute_arms(changes: SiteChanges, *, planned_primary: bool = False) -> PermutationOfArms:
    """Draw the arms in all C(G,T) ways and count those whose means lie at least as far apart; ties count.

    Raises Unready as `contrast_site_changes` does for too few sites, and beyond 200,000 arrangements, where t(G-2)
    has degrees of freedom enough.
    """
    treated, compared = _by_arm(changes.sites)
    _check_sites(treated.size, compared.size)
    pooled = np.concatenate([treated, compared])
    arrangements = math.comb(pooled.size, treated.size)
    if arrangements > MOST_ARRANGEMENTS:
        raise Unready(
            Sentence(
                "%(count)s site can be drawn in %(arrangements)s ways, too many to go through; use the interval.",
                "%(count)s sites can be drawn in %(arrangements)s ways, too many to go through; use the interval.",
                count=pooled.size,
                arrangements=arrangements,
            )
        )
    observed = float(treated.mean() - compared.mean())
    drawn = _all_differences(pooled, treated.size)
    # Sums in another order differ in the last bits of what they are taken from: what is equal on paper is a tie.
    slack = 1e-12 * _size_of_values(changes.sites)
    as_far = int(np.count_nonzero(np.abs(drawn) >= abs(observed) - slack))
    # With equal arms each arrangement has its mirror image, which lies exactly as far apart.
    smallest = 2 if treated.size == compared.size else 1
    return PermutationOfArms(
        difference=observed,
        as_far_apart=as_far,
        arrangements=arrangements,
        smallest=smallest,
        p_value=as_far / arrangements if planned_primary else None,
        in_words=_permutation_words(treated.size, compared.size, as_far, arrangements, smallest),
        n=changes.n,
        missing=changes.missing,
    )


def leave_one_site_out(changes: SiteChanges, *, level: float = 0.95) -> LeaveOneSiteOut:
    """The difference without each site in turn; raises Unready as `contrast_site_changes` does for too few sites."""
    check_level(level)
    treated, compared = _by_arm(changes.sites)
    _check_sites(treated.size, compared.size)
    rows = tuple(_without(changes.sites, position, level) for position in range(len(changes.sites)))
    differences = [row.difference for row in rows]
    return LeaveOneSiteOut(rows, min(differences), max(differences))


def _without(sites: tuple[SiteChange, ...], position: int, level: float) -> WithoutSite:
    left = sites[position]
    rest = sites[:position] + sites[position + 1 :]
    treated, compared = _by_arm(rest)
    difference = float(treated.mean() - compared.mean())
    interval: Interval | None = None
    reason: Sentence | None = None
    try:
        _check_sites(treated.size, compared.size)
        _check_scatter(rest, treated, compared)
    except Unready as refused:
        reason = refused.sentence
    else:
        interval = _t_interval(*_pooled(treated, compared), level)
    kept = [cell for site in rest for cell in (site.before, site.after)]
    return WithoutSite(
        site=left.site,
        arm=left.arm,
        difference=difference,
        interval=interval,
        reason=reason,
        n=sum(cell.n for cell in kept),
        missing=Missing.sum(cell.missing for cell in kept),
    )


def _by_arm(sites: tuple[SiteChange, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    treated = [site.change for site in sites if site.arm == ArmKind.INTERVENTION]
    compared = [site.change for site in sites if site.arm == ArmKind.COMPARISON]
    return np.array(treated, dtype=np.float64), np.array(compared, dtype=np.float64)


def _pooled(treated: NDArray[np.float64], compared: NDArray[np.float64]) -> tuple[float, float, int]:
    """Difference of means, its standard error from one pooled variance, and G - 2."""
    df = treated.size + compared.size - 2
    squares = _squares(treated) + _squares(compared)
    error = math.sqrt(squares / df * (1 / treated.size + 1 / compared.size))
    return float(treated.mean() - compared.mean()), error, df


def _squares(values: NDArray[np.float64]) -> float:
    return float(np.sum((values - values.mean()) ** 2))


def _t_interval(difference: float, error: float, df: int, level: float) -> Interval:
    half = float(special.stdtrit(df, 0.5 + level / 2)) * error
    return Interval(difference - half, difference + half, level)


def _all_differences(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Difference of means for each choice of `size` sites as intervention; in chunks, so that memory stays small."""
    total = float(values.sum())
    chunks: list[NDArray[np.float64]] = []
    for chosen in _chunks(itertools.combinations(range(values.size), size), 10_000):
        sums = values[np.array(chosen, dtype=np.intp)].sum(axis=1)
        chunks.append(sums / size - (total - sums) / (values.size - size))
    return np.concatenate(chunks)


def _chunks(rows: Iterator[tuple[int, ...]], size: int) -> Iterator[list[tuple[int, ...]]]:
    while chunk := list(itertools.islice(rows, size)):
        yield chunk


def _permutation_words(
    treated: int, compared: int, as_far: int, arrangements: int, smallest: int
) -> Sentence:
    return Sentence(
        "The arms can be drawn from these sites in %(arrangements)s ways; in %(as_far)s of %(arrangements)s the arms "
        "lie at least as far apart as here. With %(treated)s and %(compared)s the "
        "smallest count possible is %(smallest)s of %(arrangements)s (%(share)s), however large the difference.",
        arrangements=arrangements,
        as_far=as_far,
        treated=INTERVENTION_SITES.given(count=treated),
        compared=COMPARISON_SITES.given(count=compared),
        smallest=smallest,
        share=with_digits(smallest / arrangements, 2),
    )


def _check_sites(treated: int, compared: int) -> None:
    if treated < LEAST_SITES_PER_ARM or compared < LEAST_SITES_PER_ARM or treated + compared < LEAST_SITES:
        raise Unready(
            Sentence(
                "There are %(treated)s and %(compared)s with a value before and after; "
                "an interval needs at least 2 in each arm.",
                treated=INTERVENTION_SITES.given(count=treated),
                compared=COMPARISON_SITES.given(count=compared),
            )
        )


def _check_scatter(
    sites: tuple[SiteChange, ...], treated: NDArray[np.float64], compared: NDArray[np.float64]
) -> None:
    if math.sqrt(_squares(treated) + _squares(compared)) <= 1e-12 * _size_of_values(sites):
        raise Unready(
            Sentence(
                "All sites of each arm changed by exactly the same amount, so there is no scatter between sites to "
                "take an interval from."
            )
        )


def _size_of_values(sites: tuple[SiteChange, ...]) -> float:
    """The largest value before or after: rounding errors of the changes are in proportion to it."""
    return max(abs(value) for site in sites for value in (site.before.value or 0.0, site.after.value or 0.0))
