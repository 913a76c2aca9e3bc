"""What each line of the sensitivity table carries.

Estimates: nothing itself. Formula: an interval is estimate -/+ the t quantile times the standard error.
Source: see the modules that make one. Assumptions: given in words with each line.
When not to use it: as the answer; the analysis plan names one interval, and it is the headline's.
Checked against: with the modules that make one (tests/methods/few_clusters).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from throughline.methods.estimate import Interval, Missing
from throughline.methods.few_clusters.answers import Answers
from throughline.vocabulary.errors import Sentence, Unready

NO_SCATTER = Sentence("Nothing scatters around what is fitted, so there is nothing to take an interval from.")


@dataclass(frozen=True, slots=True)
class ClusteredEstimate:
    """A difference of changes, or (`odds_ratio`, `rate_ratio`) a ratio, of the arms: intervention - or over comparison.

    `estimate` and `interval` are in the same unit; `standard_error` of a ratio is of its logarithm. `p_value` is there
    only where the analysis plan names the outcome as primary, `df` None where the normal curve was used. `n` counts answers with a value.
    """

    estimate: float
    interval: Interval
    standard_error: float
    df: float | None
    p_value: float | None
    n: int
    missing: Missing
    n_sites_intervention: int
    n_sites_comparison: int
    method: str
    assumptions: tuple[Sentence, ...]


def by_t(
    answers: Answers,
    estimate: float,
    standard_error: float,
    df: float | None,
    *,
    method: str,
    assumptions: tuple[Sentence, ...],
    planned_primary: bool,
    level: float,
    is_ratio: bool = False,
) -> ClusteredEstimate:
    """A line from t (df None: from the normal curve); of a ratio, `estimate` and error are given as logarithms.

    Raises Unready where the standard error is 0 or no number.
    """
    if not math.isfinite(estimate) or not math.isfinite(standard_error) or standard_error <= 0:
        raise Unready(NO_SCATTER)
    half = (
        special.ndtri(0.5 + level / 2) if df is None else special.stdtrit(df, 0.5 + level / 2)
    ) * standard_error
    size = -abs(estimate) / standard_error
    p = 2 * float(special.ndtr(size) if df is None else special.stdtr(df, size))
    low, high = float(estimate - half), float(estimate + half)
    if is_ratio:
        estimate, low, high = math.exp(estimate), math.exp(low), math.exp(high)
    return ClusteredEstimate(
        estimate=estimate,
        interval=Interval(low, high, level),
        standard_error=standard_error,
        df=df,
        p_value=p if planned_primary else None,
        n=answers.n,
        missing=answers.missing,
        n_sites_intervention=answers.n_sites_intervention,
        n_sites_comparison=answers.n_sites_comparison,
        method=method,
        assumptions=assumptions,
    )
