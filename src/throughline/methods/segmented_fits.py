"""Three fits of a straight line on the logarithm with correlated errors in time, for `series`.

Estimates: coefficients of log E(y) = log(exposure) + Xb, or of log(y / exposure) = Xb + e, with their covariance.
Formula: quasi-Poisson: b by iteratively reweighted least squares, covariance s (X'WX)^-1 with W = diag(mu) and
        s = sum (y - mu)^2 / mu / (n - k).
    Newey-West: (X'WX)^-1 M (X'WX)^-1 n / (n - k), M = sum over pairs of months of the same panel, d months apart, of
        (1 - d / (L + 1)) x_s x_t' (y_s - mu_s)(y_t - mu_t) for d <= L = floor(4 (m / 100)^(2/9)), m the longest panel.
        A month that is missing leaves its distance open: pairs are as far apart as the calendar says.
    AR(1): generalised least squares with correlation r^d; r maximises the restricted likelihood
        -1/2 ((n - k) log(rss / (n - k)) + log|R| + log|X'R^-1 X|); covariance rss / (n - k) (X'R^-1 X)^-1.
Source: McCullagh and Nelder (1989) ch. 6 and 9; Newey and West (1987) Econometrica 55:703-708, lags as Newey and West
    (1994); Turner et al. (2021) BMC Med Res Methodol 21:134, who find REML least short of its level in short series and
    Newey-West too narrow.
Assumptions: as each name says; the logarithm is linear in X.
When not to use it: AR(1) on logarithms where a month counts 0 (`series` refuses it); any of them with n <= k.
Checked against: statsmodels GLM (scale X2, and HAC) and GLS, and a restricted likelihood written out with dense matrices
    (tests/methods/test_series.py); R's glm, and nlme's gls with gaps (tests/methods/test_against_r.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from throughline.vocabulary.errors import Sentence, Unready

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST_STEPS = 200
_FARTHEST = 25.0  # on the logarithm, from the mean: beyond it a ratio runs away

RUNS_AWAY = Sentence(
    "The counts let a ratio run away to 0 or beyond all bounds: on one side of the intervention month too few months count"
    " anything. Look at the months themselves."
)
EXACT = Sentence(
    "The months lie on the fitted lines exactly, so there is no scatter to take an interval from."
)


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients (k) and their covariance (k x k), on the logarithm; `extra` is dispersion, lags or correlation."""

    coefficients: Floats
    covariance: Floats
    df: int
    extra: float


def quasi_poisson(x: Floats, y: Floats, exposure: Floats) -> Fit:
    """x (n x k), y counts (n), exposure above 0 (n). Raises Unready where a ratio runs away or nothing scatters."""
    coefficients, mu, unscaled = _poisson(x, y, exposure)
    df = _df(x)
    dispersion = float(np.sum((y - mu) ** 2 / mu) / df)
    if dispersion < 1e-10:
        raise Unready(EXACT)
    return Fit(coefficients, dispersion * unscaled, df, dispersion)


def newey_west(x: Floats, y: Floats, exposure: Floats, month: Ints, panel: Ints) -> Fit:
    """The same coefficients with a covariance for months that resemble those before; `panel` numbers the site (n)."""
    coefficients, mu, unscaled = _poisson(x, y, exposure)
    df = _df(x)
    lags = math.floor(4 * (max(np.bincount(panel)) / 100) ** (2 / 9))
    score = x * (y - mu)[:, None]
    apart = np.abs(month[:, None] - month[None, :])
    weight = np.where((panel[:, None] == panel[None, :]) & (apart <= lags), 1 - apart / (lags + 1), 0.0)
    middle = score.T @ weight @ score
    covariance = unscaled @ middle @ unscaled * (y.size / df)
    return Fit(coefficients, (covariance + covariance.T) / 2, df, float(lags))


def ar1_reml(x: Floats, log_rate: Floats, month: Ints) -> Fit:
    """Generalised least squares of logarithms (n) on x (n x k); one panel. Raises Unready where nothing scatters."""
    df = _df(x)
    found = optimize.minimize_scalar(
        lambda r: -restricted_likelihood(r, x, log_rate, month), bounds=(-0.95, 0.98), method="bounded",
        options={"xatol": 1e-7},
    )  # fmt: skip
    rho = float(found.x)
    coefficients, unscaled, rss, _log_det = _gls(rho, x, log_rate, month)
    if rss / df < 1e-20:
        raise Unready(EXACT)
    return Fit(coefficients, rss / df * unscaled, df, rho)


def restricted_likelihood(rho: float, x: Floats, y: Floats, month: Ints) -> float:
    """Up to a constant; the variance is profiled out."""
    _coefficients, unscaled, rss, log_det = _gls(rho, x, y, month)
    df = _df(x)
    log_det_x = -float(np.linalg.slogdet(unscaled)[1])
    return -0.5 * (df * math.log(max(rss, 1e-300) / df) + log_det + log_det_x)


def _gls(rho: float, x: Floats, y: Floats, month: Ints) -> tuple[Floats, Floats, float, float]:
    """Whitened by each month's distance to the one before: the AR(1) of a series with gaps."""
    apart = np.diff(month)
    carried = np.sign(rho) ** apart * abs(rho) ** apart if rho else np.zeros(apart.size)
    scale = np.sqrt(1 - carried**2)
    white_x, white_y = x.copy(), y.copy()
    white_x[1:] = (x[1:] - carried[:, None] * x[:-1]) / scale[:, None]
    white_y[1:] = (y[1:] - carried * y[:-1]) / scale
    unscaled: Floats = np.asarray(np.linalg.inv(white_x.T @ white_x), dtype=np.float64)
    coefficients = unscaled @ (white_x.T @ white_y)
    rss = float(np.sum((white_y - white_x @ coefficients) ** 2))
    return coefficients, unscaled, rss, float(2 * np.sum(np.log(scale)))


def _poisson(x: Floats, y: Floats, exposure: Floats) -> tuple[Floats, Floats, Floats]:
    offset = np.log(exposure)
    mean = math.log(float(y.sum() / exposure.sum())) if y.sum() > 0 else 0.0
    eta = np.log((y + 0.5) / exposure)
    coefficients: Floats = np.asarray(np.linalg.lstsq(x, eta, rcond=None)[0], dtype=np.float64)
    for _ in range(_MOST_STEPS):
        linear = np.clip(x @ coefficients, mean - 2 * _FARTHEST, mean + 2 * _FARTHEST)
        mu = np.exp(linear + offset)
        weighted = x * mu[:, None]
        step = np.linalg.lstsq(weighted.T @ x, x.T @ (y - mu), rcond=None)[0]
        longest = float(np.max(np.abs(x @ step)))
        coefficients = coefficients + step * min(1.0, 5.0 / longest if longest else 1.0)
        if longest < 1e-11:
            break
    linear = x @ coefficients
    if longest > 1e-7 or np.max(np.abs(linear - mean)) > _FARTHEST:
        raise Unready(RUNS_AWAY)
    mu = np.exp(linear + offset)
    information = (x * mu[:, None]).T @ x
    if np.linalg.cond(information) > 1e14:
        raise Unready(RUNS_AWAY)
    unscaled: Floats = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return coefficients, mu, unscaled


def _df(x: Floats) -> int:
    return int(x.shape[0] - x.shape[1])
