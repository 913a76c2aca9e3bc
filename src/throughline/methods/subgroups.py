"""Whether the programme did more, or less, for one group than for others: the difference of the contrast between groups.

Estimates: D1 - D0, D1 the difference of the arms in mean site change among people of a group, D0 the same among everybody else whose
    group is known.
Formula: for site j, c_j = (change among the group) - (change among the others); then `contrast` on the c_j: every site weighs the
    same, t(G-2).
Source: Hayes and Moulton (2017), Cluster Randomised Trials, 2nd ed., ch. 10; Sun, Ioannidis,
    Agoritsas, Alba and Guyatt (2014) JAMA 311:405-411 (a difference of differences, never one group's interval against another's).
Assumptions: without the programme the gap between the groups would have changed by the same amount in both arms; sites are
    independent.
When not to use it: to say that a group gained nothing because its own interval covers 0; over many attributes without naming all
    of them; where the programme may have changed who is in a group.
Checked against: statsmodels OLS of the c_j on arm; the difference of the two groups' headlines, computed apart, where all sites have both;
    groups that change alike give 0 (tests/methods/test_subgroups.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from throughline.methods.contrast import (
    RECORDED_SPEAK,
    SITES_ALIKE,
    SiteChangeContrast,
    contrast_site_changes,
)
from throughline.methods.estimate import Missing
from throughline.methods.site_change import SiteChange, SiteChanges, SitePhase, site_changes
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import ArmKind, PhaseKind

METHOD = "subgroups.interaction/1"

PARALLEL_GAPS = Sentence(
    "Without the programme, the gap between the groups would have changed by the same amount in both arms."
)
ONE_BY_ONE = Sentence(
    "Groups are compared with each other, never one interval with another; with few sites only large differences between groups show."
)
ASSUMPTIONS = (PARALLEL_GAPS, SITES_ALIKE, RECORDED_SPEAK, ONE_BY_ONE)


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many of a group answered at the sites of an arm in a phase."""

    is_group: bool
    arm: ArmKind
    phase: PhaseKind
    n: int
    missing: Missing


@dataclass(frozen=True, slots=True)
class Interaction:
    """The difference between the groups. `group` and `others` are the arms' difference in each, at the same sites.

    `left_out`: sites where one of the groups has no answer in a phase, and why.
    """

    difference: SiteChangeContrast
    group: float
    others: float
    counts: tuple[GroupCount, ...]
    smallest: int
    left_out: tuple[Sentence, ...]


def interaction(
    group: Iterable[SitePhase], others: Iterable[SitePhase], *, level: float = 0.95
) -> Interaction:
    """Cells of people of the group and of all others, by site and phase. No p: an interaction is never a planned primary outcome.

    Raises Unready, naming the group that is silent, where an arm or phase has nobody of it, and as `contrast_site_changes` does.
    """
    mine, theirs = _changes(group, "the group"), _changes(others, "the others")
    inner = {one.site: one for one in theirs.sites}
    both = [(one, inner[one.site]) for one in mine.sites if one.site in inner]
    if not both:
        raise Unready(
            Sentence("At no site both groups answered before and after, so they cannot be compared.")
        )
    gaps = tuple(
        SiteChange(one.site, one.arm, one.before, one.after, one.change - other.change) for one, other in both
    )
    cells = [cell for pair in both for one in pair for cell in (one.before, one.after)]
    missing = Missing.sum(cell.missing for cell in cells)
    made = SiteChanges(mine.kind, gaps, (), sum(cell.n for cell in cells), missing)
    found = contrast_site_changes(made, level=level)
    left = [one.reason for changes in (mine, theirs) for one in changes.left_out]
    return Interaction(
        difference=replace(found, method=METHOD, assumptions=ASSUMPTIONS),
        group=_difference([one for one, _ in both]),
        others=_difference([other for _, other in both]),
        counts=tuple(_counts(both)),
        smallest=min(cell.n for cell in cells),
        left_out=tuple(left),
    )


def _changes(cells: Iterable[SitePhase], who: str) -> SiteChanges:
    try:
        return site_changes(cells)
    except Unready as refusal:
        raise Unready(Sentence("Of %(who)s: %(reason)s", who=who, reason=refusal.sentence)) from refusal


def _difference(sites: list[SiteChange]) -> float:
    means: Mapping[ArmKind, list[float]] = {
        arm: [one.change for one in sites if one.arm is arm] for arm in ArmKind
    }
    treated, compared = (means[arm] for arm in (ArmKind.INTERVENTION, ArmKind.COMPARISON))
    return sum(treated) / len(treated) - sum(compared) / len(compared)


def _counts(both: list[tuple[SiteChange, SiteChange]]) -> Iterable[GroupCount]:
    for is_group in (True, False):
        sites = [pair[0] if is_group else pair[1] for pair in both]
        for arm in ArmKind:
            for phase in (PhaseKind.BEFORE, PhaseKind.AFTER):
                cells = [
                    one.before if phase is PhaseKind.BEFORE else one.after for one in sites if one.arm is arm
                ]
                yield GroupCount(
                    is_group, arm, phase, sum(cell.n for cell in cells), Missing.sum(cell.missing for cell in cells)
                )  # fmt: skip
