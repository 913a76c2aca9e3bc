"""What a before-and-after study can detect, before there are any data.

Estimates: the smallest true difference of the arms in mean site change that the headline (`contrast`, t(G-2)) finds with a
    given power; and how it falls with respondents, and with sites.
Formula: of a share p, with m respondents a site and wave (others each time) and an intra-site correlation rho within a wave,
    SD of a site's change = sqrt(2 p(1-p)(1/m + rho)); of a mean, the variance of one person's value stands for p(1-p). With v
    waves before and w after, averaged, 1/v + 1/w stands for the 2. With T and C sites, G = T + C, s = SD sqrt(1/T + 1/C): the difference d for
    which a noncentral t(G-2, d/s) passes the t quantile in `power` of all studies. detectable = factor x SD; the factor depends on the
    sites only: 3.07 at 3 v 3 with 80% power and 5%.
Source: Hayes and Bennett (1999) Int J Epidemiol 28:319-326; Donner and Klar (2000), ch. 5; noncentral t: Johnson, Kotz and
    Balakrishnan (1995) ch. 31.
Assumptions: every site has m respondents in each wave; a site's own level does not persist from wave to wave beyond what rho
    says (where it does, less is needed); each wave moves it anew (where neighbouring waves move together, more waves help
    less than is said here); p stays near where it was.
When not to use it: after the data are in (the interval says what there is to say); for a rare outcome with few respondents.
Checked against: scipy.stats.nct and simulated t tests (tests/methods/few_clusters/test_detectable.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scipy import special

from throughline.methods.few_clusters.answers import LEAST_SITES_PER_ARM
from throughline.methods.intervals import check_level
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.words import COMPARISON_SITES, INTERVENTION_SITES

METHOD = "few_clusters.detectable/1"

EQUAL_SITES = Sentence(
    "Every site has the same number of respondents in each wave, and other people each time."
)
OWN_LEVELS = Sentence(
    "From wave to wave a site's level moves as much as sites differ within one wave; where a site keeps its level, a smaller "
    "difference can be detected with the same respondents."
)
WAVES_ANEW = Sentence(
    "Each wave moves a site's level anew; where neighbouring waves of a site move together, more waves help less than this says."
)
NO_DATA = Sentence("This is before any data: it has no interval.")


@dataclass(frozen=True, slots=True)
class Planned:
    """A study that is thought of. Exactly one of `share` (0..1) and `sd` (of one person's value, in its unit) is given.

    `respondents` at each site in each wave; `waves` before and after; `rho` the intra-site correlation within a wave.
    """

    respondents: float
    rho: float
    intervention: int
    comparison: int
    share: float | None = None
    sd: float | None = None
    waves: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Detectable:
    """`difference` in the share (0.1: ten points), or in the mean's unit, that is found in `power` of all studies like this one.

    `floor` is what it cannot go below, however many respondents: only sites (and waves) help then.
    """

    difference: float
    floor: float
    sd_of_site_change: float
    factor: float
    study: Planned
    power: float
    level: float
    n: None = None
    missing: None = None
    interval: None = None
    reason: Sentence = NO_DATA
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (EQUAL_SITES, OWN_LEVELS, WAVES_ANEW)


def sd_of_site_change(study: Planned) -> float:
    """SD of a site's change. Raises Invalid outside 0..1 (share, rho), for no spread, no respondents or no wave."""
    if (study.share is None) == (study.sd is None):
        raise Invalid(Sentence("Give a share or a standard deviation, not both and not neither."))
    if study.share is not None and not 0 < study.share < 1:
        raise Invalid(
            Sentence(
                "A share lies between 0 and 1, and is neither: where everybody or nobody answers yes nothing scatters."
            )
        )
    if study.sd is not None and not 0 < study.sd < math.inf:
        raise Invalid(Sentence("A standard deviation is a number above 0, in the unit of the outcome."))
    if not 0 <= study.rho <= 1 or not study.respondents > 0 or min(study.waves) < 1:
        raise Invalid(
            Sentence(
                "A correlation lies from 0 to 1, and there is at least one respondent and one wave before and after."
            )
        )
    before, after = study.waves
    variance = study.share * (1 - study.share) if study.share is not None else (study.sd or 0.0) ** 2
    return math.sqrt((1 / before + 1 / after) * variance * (1 / study.respondents + study.rho))


def respondents_enough(rho: float, *, within: float = 0.1) -> int | None:
    """From how many respondents at each site and wave on the difference lies within that share of its floor.

    None where sites are no more alike within than between (rho 0): then respondents never stop helping.
    """
    if rho == 0:
        return None
    return math.ceil(1 / (((1 + within) ** 2 - 1) * rho))


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
                "With %(treated)s and %(compared)s there is no interval; plan at least 2 in each arm.",
                treated=INTERVENTION_SITES.given(count=intervention),
                compared=COMPARISON_SITES.given(count=comparison),
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


def detectable(study: Planned, *, power: float = 0.8, level: float = 0.95) -> Detectable:
    """The smallest difference that such a study finds; see the module for what goes in and what is refused."""
    factor = detectable_factor(study.intervention, study.comparison, power=power, level=level)
    sd = sd_of_site_change(study)
    floor = sd_of_site_change(replace(study, respondents=math.inf))
    return Detectable(
        difference=factor * sd, floor=factor * floor, sd_of_site_change=sd, factor=factor, study=study, power=power, level=level
    )  # fmt: skip


def by_respondents(study: Planned, respondents: Iterable[int]) -> tuple[Detectable, ...]:
    """The same study with ever more respondents a site and wave: where the line flattens, respondents stop helping."""
    return tuple(detectable(replace(study, respondents=m)) for m in respondents)


def by_sites(study: Planned, sites: Iterable[tuple[int, int]]) -> tuple[Detectable, ...]:
    """The same study with other numbers of intervention and comparison sites."""
    return tuple(
        detectable(replace(study, intervention=treated, comparison=compared)) for treated, compared in sites
    )


def by_waves(study: Planned, waves: Iterable[tuple[int, int]]) -> tuple[Detectable, ...]:
    """The same study with other numbers of waves before and after."""
    return tuple(detectable(replace(study, waves=given)) for given in waves)


def _power(df: int, towards: float, bound: float) -> float:
    """Of a two-sided test: the share of noncentral t beyond either bound."""
    beyond = float(special.nctdtr(df, towards, -bound))
    # Far off the other side nothing is left of it, and SciPy says that it is no number.
    return float(1 - special.nctdtr(df, towards, bound)) + (0.0 if math.isnan(beyond) else beyond)
