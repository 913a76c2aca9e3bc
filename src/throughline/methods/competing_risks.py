"""Share of referrals that came to one end (entered) by a day, where other ends compete and some are still open.

Estimates: F_k(t) = share of referrals with end k by day t after they were made, as if every referral had been watched
    until then. Declined, rejected, could not contact, withdrawn, expired, transferred, deceased, in custody and
    closed as unknown are ends of their own: they stay in the denominator. Only those still open at the freeze are
    censored, at the day until which they were watched.
Formula (Aalen-Johansen, whole days): n(u) = referrals whose end or last watched day is u or later; d_k(u) = ends k on day
    u; S(u) = product over v <= u of (1 - d(v)/n(v)), d = all ends; F_k(t) = sum over u <= t of S(u-1) d_k(u)/n(u).
    A referral censored on day u was still at risk on day u. Sum over k of F_k(t) + S(t) = 1.
Interval: whole sites are drawn with replacement (as many as there are), F_k is taken again, and the interval holds the
    middle part (quantiles) of the draws. None with fewer than 5 sites, nor where fewer than 95% of the draws can be
    estimated (those that cannot are left out, and counted), nor where all draws have the same share (nobody entered yet at any
    site, say: an interval without width would claim certainty).
Source: Aalen and Johansen (1978) Scand J Stat 5:141-150; Putter, Fiocco, Geskus (2007) Stat Med 26:2389-2430;
    resampling of clusters: Davison and Hinkley (1997), Bootstrap Methods, ch. 3.8.
Assumptions: whether a referral is still open says nothing about its end (referrals made lately go as earlier ones
    did); sites are independent. With few sites the interval by resampling is too narrow.
When not to use it: 1 - Kaplan-Meier for one end, others censored, is another and larger number: never put it beside
    this. Beyond the last watched day there is no estimate (None, with the reason). Not for a contrast between arms.
Checked against: a hand-computed table; statsmodels CumIncidenceRight and lifelines; the plain share where nothing is open; sum to 1
    (tests/methods/test_competing_risks.py); R's survival (tests/methods/test_against_r.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.methods.estimate import Interval, Missing
from throughline.methods.intervals import LEAST_SITES, RESAMPLES, SAME_SHARE, SITES_DRAWN, check_level
from throughline.vocabulary.errors import Invalid, Sentence, Unready

METHOD = "competing_risks.aalen_johansen/2"
DAYS = (7, 28, 90)
LEAST_SHARE_OF_DRAWS = 0.95
OPEN = "open"

CENSORING = Sentence(
    "Referrals still open when the data were frozen are taken to end as those did that were watched for longer; every "
    "other end stays in the denominator."
)
UNDATED = Sentence("Referrals whose end has no day cannot be placed and count as not recorded.")


@dataclass(frozen=True, slots=True)
class ShareByDay:
    """The share with the end asked for by `day`; None, with `reason`, where nobody was watched that long.

    `by_end` gives every end's share by then, in the order of its names; with `still_open` they add up to 1. `at_risk`
    were neither ended nor out of sight before the day. `no_interval` says why there is none.
    """

    day: int
    share: float | None
    interval: Interval | None
    at_risk: int
    by_end: Mapping[str, float]
    still_open: float | None
    reason: Sentence | None
    no_interval: Sentence | None


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """Shares by day of one end; `n` referrals were placed, of which `n_open` were still open at the freeze."""

    end: str
    by_day: tuple[ShareByDay, ...]
    n: int
    n_open: int
    n_sites: int
    missing: Missing
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (CENSORING, SITES_DRAWN, UNDATED)


@dataclass(frozen=True, slots=True)
class OneShare:
    """The share of one group by one day, without an interval; None where nobody was watched that long.

    `decided` had ended or were watched to the day; `still_open` were out of sight before it. Both are in the share.
    """

    day: int
    share: float | None
    decided: int
    still_open: int
    missing: Missing
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class _Counts:
    """Ends by site, day and kind (S x (H+1) x K), and referrals leaving sight by site and day (S x (H+1))."""

    ends: NDArray[np.float64]
    exits: NDArray[np.float64]
    sizes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """How often sites were drawn, and by day the shares of those draws that give one."""

    draws: int
    by_day: Mapping[int, NDArray[np.float64]]


def cumulative_incidence(
    days: Sequence[float] | NDArray[np.float64],
    ends: Sequence[str],
    sites: Sequence[str],
    *,
    rng: np.random.Generator,
    end: str = "entered",
    at: Sequence[int] = DAYS,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> CumulativeIncidence:
    """Share with `end` by each day of `at`.

    One row per referral: `days` from being made to its end, or for an open one (`ends` == "open") to the freeze, whole
    and 0 or more, NaN where the end's day is not known; `ends` the kind of end; `sites` the site that made it.
    `rng` draws the sites; the same seed gives the same interval whatever the order of rows.

    Raises Unready where no referral can be placed; Invalid for columns of unequal length, a negative or broken day, a
    day asked for below 0, or a level outside 0..1.
    """
    check_level(level)
    given = np.asarray(days, dtype=np.float64)
    _check_columns(given, ends, sites, at)
    placed = ~np.isnan(given)
    if not placed.any():
        raise Unready(Sentence("No referral has a day on which it ended or was last seen open."))
    kinds = np.asarray(ends, dtype=np.str_)[placed]
    day = given[placed].astype(np.int64)
    site = np.asarray(sites, dtype=np.str_)[placed]
    names = sorted({*kinds.tolist(), end} - {OPEN})
    counts = _count(day, kinds, site, names, horizon=max(at))
    draws = _draw_sites(counts, rng, resamples)
    drawn = None if draws is None else _shares_drawn(counts, draws, names.index(end), at)
    return CumulativeIncidence(
        end=end,
        by_day=tuple(_share_by_day(counts, drawn, names, end, asked, level) for asked in at),
        n=int(placed.sum()),
        n_open=int(np.count_nonzero(kinds == OPEN)),
        n_sites=counts.sizes.size,
        missing=Missing(not_recorded=int((~placed).sum())),
    )


def share_by_day(
    days: Sequence[float] | NDArray[np.float64], ends: Sequence[str], *, end: str = "entered", day: int
) -> OneShare:
    """Share with `end` by `day`, of rows as `cumulative_incidence` takes them; for site changes, whose unit is the site.

    Raises Invalid as `cumulative_incidence` does.
    """
    given = np.asarray(days, dtype=np.float64)
    sites = [""] * given.size
    _check_columns(given, ends, sites, [day])
    placed = ~np.isnan(given)
    undated = Missing(not_recorded=int((~placed).sum()))
    if not placed.any():
        return OneShare(day, None, 0, 0, undated)
    kinds, watched = np.asarray(ends, dtype=np.str_)[placed], given[placed].astype(np.int64)
    names = sorted({*kinds.tolist(), end} - {OPEN})
    counts = _count(watched, kinds, np.asarray(sites, dtype=np.str_)[placed], names, horizon=day)
    incidence, survival, at_risk = _curves(counts, np.ones((1, 1)))
    share = float(incidence[0, day, names.index(end)]) if _reached(survival, at_risk, day)[0] else None
    still_open = int(np.count_nonzero((kinds == OPEN) & (watched < day)))
    # A sum of products may pass 1 in its last bit.
    return OneShare(
        day, None if share is None else min(share, 1.0), kinds.size - still_open, still_open, undated
    )


def _count(
    day: NDArray[np.int64], kinds: NDArray[np.str_], site: NDArray[np.str_], names: list[str], *, horizon: int
) -> _Counts:
    """Counts up to the horizon; whatever happens later is at risk until then and needs no place."""
    site_names, row_site = np.unique(site, return_inverse=True)
    ends = np.zeros((site_names.size, horizon + 1, len(names)))
    exits = np.zeros((site_names.size, horizon + 1))
    within = day <= horizon
    np.add.at(exits, (row_site[within], day[within]), 1)
    ended = within & (kinds != OPEN)
    row_kind = np.searchsorted(np.array(names, dtype=np.str_), kinds[ended])
    np.add.at(ends, (row_site[ended], day[ended], row_kind), 1)
    return _Counts(ends, exits, np.bincount(row_site, minlength=site_names.size).astype(np.float64))


def _curves(
    counts: _Counts, weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """For R rows of site weights (R x S): incidence R x (H+1) x K, survival R x (H+1), at risk R x (H+1)."""
    ends = np.einsum("rs,shk->rhk", weights, counts.ends)
    exits = weights @ counts.exits
    gone_before = np.cumsum(exits, axis=1) - exits
    at_risk = (weights @ counts.sizes)[:, None] - gone_before
    hazard = np.divide(ends, at_risk[:, :, None], out=np.zeros_like(ends), where=at_risk[:, :, None] > 0)
    survival = np.cumprod(1 - hazard.sum(axis=2), axis=1)
    before = np.concatenate([np.ones((survival.shape[0], 1)), survival[:, :-1]], axis=1)
    return np.cumsum(before[:, :, None] * hazard, axis=1), survival, at_risk


def _reached(survival: NDArray[np.float64], at_risk: NDArray[np.float64], day: int) -> NDArray[np.bool_]:
    """Where the share by `day` can be told: someone was watched that long, or all had ended before."""
    return (at_risk[:, day] > 0) | (survival[:, day] <= 1e-12)


def _draw_sites(counts: _Counts, rng: np.random.Generator, resamples: int) -> NDArray[np.float64] | None:
    """How often each site is drawn (resamples x S), or None with fewer than 5 sites."""
    n_sites = counts.sizes.size
    if n_sites < LEAST_SITES:
        return None
    return rng.multinomial(n_sites, np.full(n_sites, 1 / n_sites), size=resamples).astype(np.float64)


def _shares_drawn(counts: _Counts, draws: NDArray[np.float64], place: int, at: Sequence[int]) -> _Drawn:
    """Day -> the shares that the draws give by then. The curves of a draw hold every day, and are taken once for all."""
    shares: dict[int, list[NDArray[np.float64]]] = {day: [] for day in at}
    for chunk in np.array_split(draws, max(1, draws.size * counts.ends[0].size // 20_000_000)):
        incidence, survival, at_risk = _curves(counts, chunk)
        for day, told in shares.items():
            told.append(incidence[_reached(survival, at_risk, day), day, place])
    return _Drawn(len(draws), {day: np.concatenate(told) for day, told in shares.items()})


def _share_by_day(
    counts: _Counts, drawn: _Drawn | None, names: list[str], end: str, day: int, level: float
) -> ShareByDay:
    incidence, survival, at_risk = _curves(counts, np.ones((1, counts.sizes.size)))
    if not _reached(survival, at_risk, day)[0]:
        reason = Sentence(
            "No referral was watched for %(day)s days, so the share by then is not known yet.", day=day
        )
        return ShareByDay(day, None, None, 0, {}, None, reason, reason)
    interval, no_interval = _interval(counts.sizes.size, drawn, day, level)
    return ShareByDay(
        day=day,
        share=float(incidence[0, day, names.index(end)]),
        interval=interval,
        at_risk=int(at_risk[0, day]),
        by_end={name: float(incidence[0, day, place]) for place, name in enumerate(names)},
        still_open=float(survival[0, day]),
        reason=None,
        no_interval=no_interval,
    )


def _interval(
    sites: int, drawn: _Drawn | None, day: int, level: float
) -> tuple[Interval | None, Sentence | None]:
    if drawn is None:
        return None, Sentence(
            "Referrals come from %(count)s site; an interval needs at least %(least)s.",
            "Referrals come from %(count)s sites; an interval needs at least %(least)s.",
            count=sites,
            least=LEAST_SITES,
        )
    told = drawn.by_day[day]
    if told.size < LEAST_SHARE_OF_DRAWS * drawn.draws:
        return None, Sentence(
            "Too few sites watched referrals for %(day)s days: only %(told)s of %(draws)s draws of sites give a share.",
            day=day,
            told=told.size,
            draws=drawn.draws,
        )
    if float(np.ptp(told)) <= 1e-12:  # what is equal on paper differs in its last bits
        return None, SAME_SHARE
    low, high = np.quantile(told, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level), None


def _check_columns(
    days: NDArray[np.float64], ends: Sequence[str], sites: Sequence[str], at: Sequence[int]
) -> None:
    if days.ndim != 1 or not days.size == len(ends) == len(sites):
        raise Invalid(
            Sentence("Days, ends and sites are columns of equal length, one row for each referral.")
        )
    told = days[~np.isnan(days)]
    if not np.isfinite(told).all() or np.any(told < 0) or np.any(told != np.floor(told)):
        raise Invalid(
            Sentence(
                "A referral ends a whole number of days, 0 or more, after it was made; correct its dates."
            )
        )
    if not at or min(at) < 0:
        raise Invalid(Sentence("Name at least one day, 0 or later, by which to take the share."))
