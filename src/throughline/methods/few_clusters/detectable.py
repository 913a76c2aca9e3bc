"""What a before-and-after study can detect, before there are any data.

Estimates: the smallest true difference of the arms in mean site change that the headline (`contrast`, t(G-2)) finds with a
    given power; and how it falls with respondents, and with sites.
Formula: of a share p, with m respondents a site and wave (others each time) and an intra-site correlation rho within a wave,
    SD of a site's change = sqrt(2 p(1-p)(1/m + rho)). With T and C sites, G = T + C, s = SD sqrt(1/T + 1/C): the difference d for
    which a noncentral t(G-2, d/s) passes the t quantile in `power` of all studies. detectable = factor x SD; the factor depends on the
    sites only: 3.07 at 3 v 3 with 80% power and 5%.
Source: Hayes and Bennett (1999) Int J Epidemiol 28:319-326; Donner and Klar (2000), ch. 5; noncentral t: Johnson, Kotz and
    Balakrishnan (1995) ch. 31.
Assumptions: every site has m respondents in each wave; a site's own level does not persist from wave to wave beyond what rho
    says (where it does, less is needed); p stays near where it was.
When not to use it: after the data are in (the interval says what there is to say); for a rare outcome with few respondents.
Checked against: scipy.stats.nct and simulated t tests (tests/methods/few_clusters/test_detectable.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from scipy import special

from throughline.methods.few_clusters.answers import LEAST_SITES_PER_ARM
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Invalid, Sentence, Unready

METHOD = "few_clusters.detectable/1"

EQUAL_SITES = Sentence(
    "Every site has the same number of respondents in each wave, and other people each time."
)
OWN_LEVELS = Sentence(
    "From wave to wave a site's level moves as much as sites differ within one wave; where a site keeps its level, less can be "
    "detected with the same respondents."
)
NO_DATA = Sentence("This is before any data: it has no interval.")


@dataclass(frozen=True, slots=True)
class Detectable:
    """`difference` in the share (0.1: ten points) that is found in `power` of all studies like this one.

    `floor` is what it cannot go below, however many respondents: only sites help then.
    """

    difference: float
    floor: float
    sd_of_site_change: float
    factor: float
    n_sites_intervention: int
    n_sites_comparison: int
    respondents: int
    share: float
    rho: float
    power: float
    level: float
    n: None = None
    missing: None = None
    interval: None = None
    reason: Sentence = NO_DATA
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (EQUAL_SITES, OWN_LEVELS)


def sd_of_site_change(share: float, respondents: float, rho: float) -> float:
    """SD of a site's change in a share. Raises Invalid outside 0..1 (share, rho) or for no respondents."""
    if not 0 < share < 1 or not 0 <= rho <= 1 or not respondents > 0:
        raise Invalid(
            Sentence(
                "A share lies between 0 and 1, a correlation from 0 to 1, and there is at least one respondent."
            )
        )
    return math.sqrt(2 * share * (1 - share) * (1 / respondents + rho))


def detectable_factor(
    intervention: int, comparison: int, *, power: float = 0.8, level: float = 0.95
) -> float:
    """By how many SDs of a site change the arms must differ. Raises Unready with fewer than 2 sites in an arm."""
    check_level(level)
    if not 1 - level < power < 1:
        raise Invalid(Sentence("Power lies between the error that is allowed for and 1, such as 0.8."))
    if min(intervention, comparison) < LEAST_SITES_PER_ARM:
        raise Unready(
            Sentence(
                "With %(treated)s intervention and %(compared)s comparison sites there is no interval; plan at least 2 in each "
                "arm.",
                treated=intervention,
                compared=comparison,
            )
        )
    df = intervention + comparison - 2
    bound = float(special.stdtrit(df, 0.5 + level / 2))
    low, high = 0.0, 1.0
    while _power(df, high, bound) < power:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _power(df, middle, bound) < power else (low, middle)
    return high * math.sqrt(1 / intervention + 1 / comparison)


def detectable(
    *,
    share: float,
    respondents: int,
    rho: float,
    intervention: int,
    comparison: int,
    power: float = 0.8,
    level: float = 0.95,
) -> Detectable:
    """The smallest difference that such a study finds; see the module for what goes in and what is refused."""
    factor = detectable_factor(intervention, comparison, power=power, level=level)
    sd = sd_of_site_change(share, respondents, rho)
    return Detectable(
        difference=factor * sd, floor=factor * sd_of_site_change(share, math.inf, rho), sd_of_site_change=sd, factor=factor,
        n_sites_intervention=intervention, n_sites_comparison=comparison, respondents=respondents, share=share, rho=rho,
        power=power, level=level,
    )  # fmt: skip


def by_respondents(
    *, share: float, respondents: Iterable[int], rho: float, intervention: int, comparison: int
) -> tuple[Detectable, ...]:
    """The same study with ever more respondents a site and wave: where the line flattens, respondents stop helping."""
    return tuple(
        detectable(share=share, respondents=m, rho=rho, intervention=intervention, comparison=comparison)
        for m in respondents
    )


def by_sites(
    *, share: float, respondents: int, rho: float, sites: Iterable[tuple[int, int]]
) -> tuple[Detectable, ...]:
    """The same study with other numbers of intervention and comparison sites."""
    return tuple(
        detectable(share=share, respondents=respondents, rho=rho, intervention=treated, comparison=compared)
        for treated, compared in sites
    )


def _power(df: int, towards: float, bound: float) -> float:
    """Of a two-sided test: the share of noncentral t beyond either bound."""
    return float(1 - special.nctdtr(df, towards, bound) + special.nctdtr(df, towards, -bound))
