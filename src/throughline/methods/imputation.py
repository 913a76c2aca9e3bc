"""The headline with answers that were not given drawn from those that were: multiple imputation, and how wrong it may be.

Estimates: the difference of the arms in mean site change (`contrast`), as if everybody who was asked had answered.
Formula: for each of m = 20 times, every missing answer is drawn by the approximate Bayesian bootstrap: within a cell (site, phase, and
    the values of planned covariates) donors are first drawn with replacement from those who answered, then answers from these donors.
    A cell with fewer than 5 donors borrows from its site and phase, then from its arm and phase. Each time gives D_i and SE_i of the
    headline. Combined: D = mean D_i, W = mean SE_i^2, B = variance of D_i, T = W + (1 + 1/m) B, l = (1 + 1/m) B / T,
    df = (1/((m-1)/l^2) + 1/((c+1)/(c+3) c (1-l)))^-1, c = G-2. Where nothing is missing the headline itself is given.
    If the missing differ: imputed answers at intervention sites after are worsened by d on average, in a share not beyond 0 and 1.
Source: Rubin and Schenker (1986) JASA 81:366-374 (the bootstrap); Barnard and Rubin (1999) Biometrika 86:948-955 (df); Rubin (1987)
    Multiple Imputation for Nonresponse in Surveys; delta: Carpenter and Kenward (2013) Multiple Imputation and its Application, ch. 10.
Assumptions: within a cell, who did not answer would have answered like those who did; the table of differences shows what if not.
When not to use it: for what was not applicable (never imputed), and for what was not asked unless that was by design; where most
    answers of a cell are missing.
Checked against: Barnard and Rubin's formula in exact fractions, and its limits (many respondents: Rubin 1987; nothing between:
    (c+1)/(c+3) c); the mean over many draws is the mean of the donors; nothing missing gives the headline (tests/methods/test_imputation.py);
    mice's pool.scalar (tests/methods/test_against_r.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from throughline.methods.contrast import PARALLEL, SITES_ALIKE, contrast_site_changes
from throughline.methods.estimate import Interval, Missing
from throughline.methods.few_clusters.answers import Answers, Bools, Floats, Ints
from throughline.methods.few_clusters.estimated import NO_SCATTER
from throughline.methods.intervals import check_level
from throughline.methods.site_change import SitePhase, site_changes
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Direction, OutcomeKind, PhaseKind

METHOD = "imputation.bayesian_bootstrap/1"
TIMES = 20
LEAST_DONORS = 5
IMPUTED = (Nothing.DECLINED, Nothing.DONT_KNOW, Nothing.NOT_RECORDED)
SHARES_WORSE = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
SDS_WORSE = (0.1, 0.25, 0.5, 1.0, 2.0)

LIKE_THOSE = Sentence(
    "Those for whom an answer is drawn would have answered like those who answered at the same site, in the same phase and, where "
    "enough of these did, with the same planned covariates."
)
WHOLE = Sentence("Nobody is missing who may be imputed: this is the headline itself.")
BORROWED = Sentence(
    "At some sites too few answered to draw from; there it was drawn from all sites of the arm in that phase."
)


@dataclass(frozen=True, eq=False, slots=True)
class Unanswered:
    """Who was asked and gave no value that may be imputed: site (a place in the answers' sites), phase, and stratum.

    `stratum` numbers combinations of the planned covariates for those who answered (`of_answers`) and those who did not (`of_these`).
    """

    site: Ints
    is_after: Bools
    of_answers: Ints
    of_these: Ints


@dataclass(frozen=True, slots=True)
class Imputed:
    """The headline over `times` imputations. `imputed` answers were drawn, `missing` may not be imputed and stayed out."""

    estimate: float
    interval: Interval
    standard_error: float
    df: float
    between: float
    within: float
    times: int
    n: int
    imputed: int
    missing: Missing
    n_sites_intervention: int
    n_sites_comparison: int
    p_value: None = None
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (PARALLEL, SITES_ALIKE, LIKE_THOSE)


@dataclass(frozen=True, slots=True)
class IfWorse:
    """The difference if imputed answers at intervention sites after were worse by `worse` (of a share: 0.1 is ten points)."""

    worse: float
    estimate: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Differing:
    """How wrong the drawn answers may be. `unit_sd`: `worse` of a mean is counted in SDs of the answers, this one.

    `sign_at`, `interval_at`: from where on the difference has the other sign, and the interval covers 0 (or no longer does); None:
    not up to the last of `steps`. `drawn`: how many answers this is about.
    """

    steps: tuple[IfWorse, ...]
    unit_sd: float | None
    sign_at: float | None
    interval_at: float | None
    drawn: int


def combine(
    estimates: Sequence[float], errors: Sequence[float], *, complete_df: float, level: float = 0.95
) -> tuple[float, float, float, Interval]:
    """Estimate, total standard error, df and interval of m imputations; `errors` are standard errors.

    Raises Invalid for fewer than two imputations or lists of unequal length; Unready where a standard error is 0.
    """
    check_level(level)
    times = len(estimates)
    if times < 2 or len(errors) != times:
        raise Invalid(Sentence("At least two imputations are combined, each with its standard error."))
    if min(errors) <= 0:
        raise Unready(NO_SCATTER)
    middle = float(np.mean(estimates))
    within, between = float(np.mean(np.square(errors))), float(np.var(estimates, ddof=1))
    total = within + (1 + 1 / times) * between
    share = (1 + 1 / times) * between / total
    observed = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    df = observed if share == 0 else 1 / (share**2 / (times - 1) + 1 / observed)
    half = float(special.stdtrit(df, 0.5 + level / 2)) * math.sqrt(total)
    return middle, math.sqrt(total), df, Interval(middle - half, middle + half, level)


def impute(
    answers: Answers,
    unanswered: Unanswered,
    *,
    direction: Direction,
    rng: np.random.Generator,
    times: int = TIMES,
    level: float = 0.95,
) -> tuple[Imputed, Differing | None]:
    """The headline over `times` draws, and the table of differing; None where nobody at intervention sites after was drawn.

    `answers.missing` counts what may not be imputed. Raises Unready as `contrast_site_changes` does, and where an arm has nobody to
    draw from in a phase.
    """  # fmt: skip
    size = unanswered.site.size
    if not size:
        whole = contrast_site_changes(site_changes(_cells(answers, *_sums(answers))), level=level)
        return _whole(answers, whole.difference, whole.standard_error, whole.df, whole.interval), None
    drawn, is_borrowed = _draw(answers, unanswered, times, rng)
    differences, errors = _headlines(answers, drawn)
    middle, error, own, interval = combine(
        differences, errors, complete_df=len(answers.sites) - 2, level=level
    )
    told = (PARALLEL, SITES_ALIKE, LIKE_THOSE, *((BORROWED,) if is_borrowed else ()))
    made = Imputed(
        estimate=middle, interval=interval, standard_error=error, df=own, between=float(np.var(differences, ddof=1)),
        within=float(np.mean(np.square(errors))), times=times, n=answers.n, imputed=size, missing=answers.missing,
        n_sites_intervention=answers.n_sites_intervention, n_sites_comparison=answers.n_sites_comparison, assumptions=told,
    )  # fmt: skip
    return made, _differing(answers, drawn, direction, made, level)


def _whole(answers: Answers, difference: float, error: float, df: float, interval: Interval) -> Imputed:
    return Imputed(
        estimate=difference, interval=interval, standard_error=error, df=df, between=0.0, within=error**2, times=0, n=answers.n,
        imputed=0, missing=answers.missing, n_sites_intervention=answers.n_sites_intervention,
        n_sites_comparison=answers.n_sites_comparison, assumptions=(PARALLEL, SITES_ALIKE, WHOLE),
    )  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class _Drawn:
    """Of each cell (2 sites + 1 after): sums of what was drawn, (times, cells), and how many answers these are, (cells,)."""

    sums: Floats
    counts: Floats


def _draw(
    answers: Answers, unanswered: Unanswered, times: int, rng: np.random.Generator
) -> tuple[_Drawn, bool]:
    """Donors first, then answers from them, so that not knowing the donors' share is drawn too."""
    pools, is_borrowed = _pools(answers, unanswered)
    cell = 2 * unanswered.site + unanswered.is_after
    sums = np.zeros((times, 2 * len(answers.sites)))
    for who, donors in pools:
        again = donors[rng.integers(0, donors.size, (times, donors.size))]
        drawn = np.take_along_axis(again, rng.integers(0, donors.size, (times, who.size)), axis=1)
        for one in np.unique(cell[who]):
            sums[:, one] += drawn[:, cell[who] == one].sum(axis=1)
    return _Drawn(sums, np.bincount(cell, minlength=sums.shape[1]).astype(np.float64)), is_borrowed


Pool = tuple[Ints, Floats]  # who of the unanswered draws from it, and the donors' answers


def _pools(answers: Answers, unanswered: Unanswered) -> tuple[list[Pool], bool]:
    """For each cell of the unanswered, those whom it draws from: the finest group with enough donors."""
    own = [
        _keys(answers.site, answers.is_after, unanswered.of_answers),
        _keys(answers.site, answers.is_after),
    ]
    treated = answers.is_treated.astype(np.intp)
    own.append(_keys(treated[answers.site], answers.is_after))
    theirs = [
        _keys(unanswered.site, unanswered.is_after, unanswered.of_these), _keys(unanswered.site, unanswered.is_after),
        _keys(treated[unanswered.site], unanswered.is_after),
    ]  # fmt: skip
    donors = [_grouped(keys, answers.y) for keys in own]
    chosen: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for who in range(unanswered.site.size):
        level = next(
            (
                place
                for place in range(3)
                if donors[place].get(theirs[place][who], _NOBODY).size >= LEAST_DONORS
            ),
            2,
        )
        if theirs[level][who] not in donors[level]:
            raise Unready(Sentence("In one arm and phase nobody answered, so there is nobody to draw from."))
        chosen.setdefault((level, theirs[level][who]), []).append(who)
    pools = [
        (np.array(who, dtype=np.intp), donors[level][key]) for (level, key), who in sorted(chosen.items())
    ]
    return pools, any(level == 2 for level, _ in chosen)


_NOBODY: Floats = np.empty(0)


def _keys(*columns: NDArray[np.intp] | Bools) -> list[tuple[int, ...]]:
    return list(zip(*(column.astype(int).tolist() for column in columns), strict=True))


def _grouped(keys: list[tuple[int, ...]], values: Floats) -> Mapping[tuple[int, ...], Floats]:
    held: dict[tuple[int, ...], list[float]] = {}
    for key, value in zip(keys, values.tolist(), strict=True):
        held.setdefault(key, []).append(value)
    return {key: np.array(given) for key, given in held.items()}


def _sums(answers: Answers) -> tuple[Floats, Floats]:
    cell = 2 * answers.site + answers.is_after
    many = 2 * len(answers.sites)
    totals: Floats = np.bincount(cell, weights=answers.y, minlength=many).astype(np.float64)
    counts: Floats = np.bincount(cell, minlength=many).astype(np.float64)
    return totals, counts


def _cells(answers: Answers, totals: Floats, counts: Floats) -> Iterator[SitePhase]:
    for place, name in enumerate(answers.sites):
        for after, phase in enumerate((PhaseKind.BEFORE, PhaseKind.AFTER)):
            cell = 2 * place + after
            yield SitePhase(
                name, answers.arms[place], phase, answers.kind, float(totals[cell] / counts[cell]), int(counts[cell]), Missing()
            )  # fmt: skip


def _headlines(answers: Answers, drawn: _Drawn) -> tuple[list[float], list[float]]:
    """Of each draw, difference and standard error of `contrast`. Raises Unready where nothing scatters between sites."""
    totals, counts = _sums(answers)
    values = (totals + drawn.sums) / (counts + drawn.counts)
    change = values[:, 1::2] - values[:, ::2]
    arms = [change[:, answers.is_treated], change[:, ~answers.is_treated]]
    squares = sum(((arm - arm.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) for arm in arms)
    error = np.sqrt(squares / (change.shape[1] - 2) * sum(1 / arm.shape[1] for arm in arms))
    if (error <= 1e-12 * np.abs(values).max()).any():
        raise Unready(NO_SCATTER)
    return (arms[0].mean(axis=1) - arms[1].mean(axis=1)).tolist(), error.tolist()


def _differing(
    answers: Answers, drawn: _Drawn, direction: Direction, made: Imputed, level: float
) -> Differing | None:
    theirs = np.flatnonzero(
        np.repeat(answers.is_treated, 2) & (np.arange(drawn.counts.size) % 2 == 1) & (drawn.counts > 0)
    )
    if not theirs.size:
        return None
    is_share = answers.kind is OutcomeKind.BINARY
    sd = None if is_share else float(answers.y.std(ddof=1))
    towards = -(sd or 1.0) if direction is Direction.HIGHER_IS_BETTER else sd or 1.0

    def at(worse: float) -> IfWorse:
        """Each site's drawn answers moved; of shares by as much as leaves them between 0 and 1."""
        means = drawn.sums[:, theirs] / drawn.counts[theirs] + worse * towards
        sums = drawn.sums.copy()
        sums[:, theirs] = (np.clip(means, 0.0, 1.0) if is_share else means) * drawn.counts[theirs]
        found = _headlines(answers, _Drawn(sums, drawn.counts))
        middle, _, _, interval = combine(*found, complete_df=len(answers.sites) - 2, level=level)
        return IfWorse(worse, middle, interval)

    steps = tuple(at(worse) for worse in (SHARES_WORSE if is_share else SDS_WORSE))
    return Differing(
        steps, sd, _first(at, steps, lambda one: (one.estimate > 0) == (made.estimate > 0)),
        _first(at, steps, lambda one: _covers(one.interval) == _covers(made.interval)), int(drawn.counts[theirs].sum()),
    )  # fmt: skip


def _first(
    at: Callable[[float], IfWorse], steps: Sequence[IfWorse], is_as_before: Callable[[IfWorse], bool]
) -> float | None:
    """The least worsening at which it is no longer as before, between the steps around it."""
    low = 0.0
    for step in steps:
        if is_as_before(step):
            low = step.worse
            continue
        high = step.worse
        for _ in range(10):
            middle = (low + high) / 2
            low, high = (middle, high) if is_as_before(at(middle)) else (low, middle)
        return high
    return None


def _covers(interval: Interval) -> bool:
    return interval.low <= 0 <= interval.high
