"""Independent implementations, loaded where a test asks one: they take seconds to load, and each worker collects every test."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def cohens_kappa(table: ArrayLike) -> float:
    """statsmodels, of a square table of counts."""
    from statsmodels.stats.inter_rater import cohens_kappa

    return float(cohens_kappa(np.asarray(table), return_results=False))


def fleiss_kappa(units_by_raters: ArrayLike) -> float:
    """statsmodels, of a value for each unit (row) and rater (column)."""
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    return float(fleiss_kappa(aggregate_raters(np.asarray(units_by_raters))[0]))


def least_squares(y: ArrayLike, x: ArrayLike) -> Any:
    """statsmodels' fit of y on a constant and x."""
    import statsmodels.api as sm

    return sm.OLS(y, sm.add_constant(x)).fit()


def t_test(one: ArrayLike, other: ArrayLike) -> Any:
    """scipy, two samples of one variance."""
    from scipy import stats

    return stats.ttest_ind(one, other, equal_var=True)


def cumulative_incidence(time: ArrayLike, status: ArrayLike) -> Any:
    """statsmodels, Aalen and Johansen's estimate with competing ends."""
    from statsmodels.duration.survfunc import CumIncidenceRight

    return CumIncidenceRight(time, status)


def share_with_end(time: ArrayLike, status: ArrayLike, end: int) -> Any:
    """lifelines, Aalen and Johansen's share with one end by each time; 0 in `status` is still open. No two ends on one day."""
    from lifelines import AalenJohansenFitter

    fit = AalenJohansenFitter(calculate_variance=False)
    return fit.fit(np.asarray(time), np.asarray(status), event_of_interest=end).cumulative_density_.iloc[:, 0]


def bias_reduced(y: ArrayLike, x: ArrayLike, cluster: ArrayLike) -> tuple[float, float, float]:
    """diff-diff, the first coefficient of least squares: estimate, CR2's standard error, Bell and McCaffrey's df."""
    from diff_diff.linalg import LinearRegression

    fit = LinearRegression(include_intercept=False, cluster_ids=np.asarray(cluster), vcov_type="hc2_bm")
    found = fit.fit(np.asarray(x), np.asarray(y)).get_inference(0)
    return float(found.coefficient), float(found.se), float(found.df)


def poisson_regression(y: ArrayLike, x: ArrayLike, exposure: ArrayLike, **fit: Any) -> Any:
    """statsmodels' GLM of counts with an exposure; `fit` is given on: scale="X2", cov_type="HAC"."""
    import statsmodels.api as sm

    model = sm.GLM(y, x, family=sm.families.Poisson(), exposure=exposure)
    return model.fit(tol=1e-14, maxiter=500, **fit)


def generalised_least_squares(y: ArrayLike, x: ArrayLike, correlation: ArrayLike) -> Any:
    """statsmodels, with the correlation of the errors given."""
    import statsmodels.api as sm

    return sm.GLS(y, x, sigma=correlation).fit()


def fitted(y: ArrayLike, x: ArrayLike, *, family: str = "gaussian", exposure: ArrayLike | None = None) -> Any:
    """statsmodels' coefficients of y on the columns of x as they are: gaussian, binomial or poisson."""
    import statsmodels.api as sm

    if family == "gaussian":
        return sm.OLS(y, x).fit().params
    kind = sm.families.Binomial() if family == "binomial" else sm.families.Poisson()
    return sm.GLM(y, x, family=kind, exposure=exposure).fit(tol=1e-12, maxiter=200).params


def clustered(y: ArrayLike, x: ArrayLike, cluster: ArrayLike) -> Any:
    """statsmodels' standard errors by cluster, corrected for their number (CR1)."""
    import statsmodels.api as sm

    return sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": np.asarray(cluster)}).bse


def noncentral_t_power(df: int, towards: float, level: float) -> float:
    """scipy.stats: how often a two-sided t test passes its bound."""
    from scipy import stats

    bound = stats.t.ppf(0.5 + level / 2, df)
    return float(stats.nct.sf(bound, df, towards) + stats.nct.cdf(-bound, df, towards))
