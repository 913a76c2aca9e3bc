"""The difference between the arms with the mix of respondents of before held still: post-stratified to each site's own before mix.

Estimates: the headline's difference (`contrast`), had the people who answered after been mixed, over the values of one attribute, as
    those who answered before at the same site.
Formula: w_jk = share of stratum k among those of site j who answered before;  value before = sum_k w_jk ybar_jk(before), which is
    their mean;  value after = sum_k w_jk ybar_jk(after);  change c_j = after - before, then `contrast` on the c_j, t(G-2).
Source: Holt and Smith (1979) J R Stat Soc A 142:33-46; direct standardisation: Rothman, Greenland and Lash (2008) Modern
    Epidemiology, ch. 4; the two stages: Hayes and Moulton (2017) Cluster Randomised Trials, 2nd ed., ch. 10.
Assumptions: in words with the result.
When not to use it: where a stratum that answered before has nobody with an answer after (refused, naming site and stratum); over an
    attribute that the programme itself may have changed; in place of the headline.
Checked against: sums over the rows by hand; with an equal mix it is the headline (tests/methods/test_standardised.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from throughline.methods.contrast import (
    PARALLEL,
    RECORDED_SPEAK,
    SITES_ALIKE,
    SiteChangeContrast,
    contrast_site_changes,
)
from throughline.methods.estimate import Missing
from throughline.methods.site_change import SiteChanges, SitePhase, site_changes
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind, PhaseKind

METHOD = "contrast.standardised_to_before_mix/1"

MIX_HELD = Sentence(
    "Within a value of the attribute, those who answered after speak for those of the same value who answered before: had"
    " these come again, they would have answered like them."
)
MIX_KNOWN = Sentence("Each site's mix of before is taken as it was found, as if it were known without error.")
CANNOT_SHOW = Sentence(
    "It holds one attribute still. People may have come to differ in what was not asked, and where the programme changed the"
    " attribute, or whom it reaches, this takes away a part of what it did."
)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Of one value of the attribute: `n` answers, and their sum (of a share: how many yes)."""

    n: int
    total: float


@dataclass(frozen=True, slots=True)
class SiteStrata:
    """A site's answers before and after by value of the attribute.

    `missing`: no answer to the outcome. `unknown`: answered it, and which value is not known.
    """

    site: str
    arm: ArmKind
    before: Mapping[str, Stratum]
    after: Mapping[str, Stratum]
    missing: Missing = field(default_factory=Missing)
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class SiteStandardised:
    """A site's values: before, after as it was, and after with the mix of before."""

    site: str
    arm: ArmKind
    before: float
    after: float
    standardised: float


@dataclass(frozen=True, slots=True)
class Standardised:
    """`contrast` with the mix held still; `same_people` the same without, of the same answers: those whose value is
    known (None: their sites do not scatter).

    `smallest`: the fewest answers that any value has at any site in either phase. `only_after`: sites and values that nobody had before.
    """

    contrast: SiteChangeContrast
    same_people: SiteChangeContrast | None
    sites: tuple[SiteStandardised, ...]
    unknown: int
    smallest: int
    only_after: tuple[tuple[str, str], ...]
    left_out: tuple[Sentence, ...]
    cannot_show: Sentence = CANNOT_SHOW


def standardised(sites: Sequence[SiteStrata], kind: OutcomeKind) -> Standardised:
    """The contrast with each site's mix of before. No p: it stands beside the headline.

    Raises Unready, naming sites and values, where a value that answered before has no answer after, and as `site_changes` and
    `contrast_site_changes` do; Invalid for a count below 0.
    """
    for one in sites:
        if any(stratum.n < 0 for held in (one.before, one.after) for stratum in held.values()):
            raise Invalid(Sentence("%(site)s has a count below 0; counts are 0 or more.", site=one.site))
    plain = site_changes(_cells(sites, kind, {}))
    kept = {change.site for change in plain.sites}
    told = [one for one in sites if one.site in kept]
    _check_strata(told)
    after = {one.site: _mixed(one) for one in told}
    changes = site_changes(_cells(told, kind, after))
    found = contrast_site_changes(changes)
    rows = tuple(
        SiteStandardised(one.site, one.arm, _mean(one.before), _mean(one.after), after[one.site])
        for one in told
    )
    return Standardised(
        contrast=replace(
            found, method=METHOD, assumptions=(PARALLEL, MIX_HELD, MIX_KNOWN, SITES_ALIKE, RECORDED_SPEAK)
        ),
        same_people=_where_it_scatters(plain),
        sites=rows,
        unknown=sum(one.unknown for one in told),
        smallest=min(s.n for one in told for held in (one.before, one.after) for s in held.values() if s.n),
        only_after=tuple(
            (one.site, value)
            for one in told
            for value, s in one.after.items()
            if s.n and not _n(one.before, value)
        ),
        left_out=tuple(one.reason for one in plain.left_out),
    )


def _where_it_scatters(changes: SiteChanges) -> SiteChangeContrast | None:
    try:
        return contrast_site_changes(changes)
    except Unready:
        return None


def _check_strata(sites: Sequence[SiteStrata]) -> None:
    empty = [
        f"{one.site}: {value}"
        for one in sites
        for value, s in one.before.items()
        if s.n and not _n(one.after, value)
    ]
    if empty:
        raise Unready(
            Sentence(
                "Nobody with this value answered after, though some did before (%(empty)s): the mix of before cannot be held still"
                " there, and the estimate is left out.",
                empty="; ".join(empty),
            )
        )


def _cells(sites: Sequence[SiteStrata], kind: OutcomeKind, after: Mapping[str, float]) -> list[SitePhase]:
    """Both phases of each site: means of all with a known value, or after as `after` has it."""
    cells = []
    for one in sites:
        for phase, held in ((PhaseKind.BEFORE, one.before), (PhaseKind.AFTER, one.after)):
            n = sum(s.n for s in held.values())
            value = _mean(held) if n else None
            if phase is PhaseKind.AFTER and one.site in after:
                value = after[one.site]
            missing = one.missing if phase is PhaseKind.BEFORE else Missing()
            cells.append(SitePhase(one.site, one.arm, phase, kind, value, n, missing))
    return cells


def _mixed(one: SiteStrata) -> float:
    whole = sum(s.n for s in one.before.values())
    return sum(
        s.n / whole * one.after[value].total / one.after[value].n for value, s in one.before.items() if s.n
    )


def _mean(held: Mapping[str, Stratum]) -> float:
    return sum(s.total for s in held.values()) / sum(s.n for s in held.values())


def _n(held: Mapping[str, Stratum], value: str) -> int:
    return held[value].n if value in held else 0
