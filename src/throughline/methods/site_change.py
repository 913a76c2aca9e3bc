"""What each site changed by, from before to after, in one outcome.

Estimates: for site j the change c_j = (value after) - (value before), where the value of a site and phase is
    binary: the share of yes among yes and no, or a share by a day (`competing_risks`);  continuous: the mean;
    count: events over exposure.
Formula: c_j = y_j(after) - y_j(before). A kind of nothing is in neither part of a value: it is missing, reported
    by site and phase and kind, and never a "no". What is still open when the data end is no kind of nothing: it is
    counted beside them.
Source: the two-stage (cluster-level summary) analysis of cluster trials: Hayes and Moulton (2017), Cluster
    Randomised Trials, 2nd ed., ch. 10; Donner and Klar (2000) ch. 6.
Assumptions: within a site and phase, those with a value speak for those without one; people before and after need
    not be the same. A count's exposure (months, opening hours) is measured alike in both phases.
When not to use it: for an outcome that one arm did not record, or recorded in one phase only: `site_changes`
    refuses it and says which; for site by month series.
Checked against: hand examples; statsmodels OLS on the individual rows of one site (tests/methods/test_site_change.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind, PhaseKind
from throughline.vocabulary.words import ARMS as ARM_WORDS
from throughline.vocabulary.words import PHASES as PHASE_WORDS

PHASES = (PhaseKind.BEFORE, PhaseKind.AFTER)


@dataclass(frozen=True, slots=True)
class SitePhase:
    """What one site recorded of one outcome in one phase; made by from_binary, from_share, from_continuous, from_count.

    `n` values are decided, `still_open` were not yet when the data ended, `missing` are kinds of nothing.
    """

    site: str
    arm: ArmKind
    phase: PhaseKind
    kind: OutcomeKind
    value: float | None
    n: int
    missing: Missing
    still_open: int = 0

    @property
    def share_recorded(self) -> float | None:
        """Recorded values as a share of all, or None where there was nobody at all."""
        asked = self.n + self.still_open + self.missing.total
        return self.n / asked if asked else None


@dataclass(frozen=True, slots=True)
class SiteChange:
    """One site's change; `before` and `after` are the values that it lies between."""

    site: str
    arm: ArmKind
    before: SitePhase
    after: SitePhase
    change: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A site without a change, and why."""

    site: str
    arm: ArmKind
    reason: Sentence


@dataclass(frozen=True, slots=True)
class SiteChanges:
    """The changes of all sites that have one, by arm and name, and the sites that have none."""

    kind: OutcomeKind
    sites: tuple[SiteChange, ...]
    left_out: tuple[LeftOut, ...]
    n: int
    missing: Missing
    still_open: int = 0

    def of(self, arm: ArmKind) -> tuple[SiteChange, ...]:
        """The sites of one arm."""
        return tuple(site for site in self.sites if site.arm == arm)


def from_binary(
    *, site: str, arm: ArmKind, phase: PhaseKind, yes: int, no: int, missing: Missing, still_open: int = 0
) -> SitePhase:
    """A share: `yes` of `yes + no`; raises Invalid for negative counts."""
    _check_counts(site, yes, no, still_open)
    n = yes + no
    return SitePhase(site, arm, phase, OutcomeKind.BINARY, yes / n if n else None, n, missing, still_open)


def from_share(
    *,
    site: str,
    arm: ArmKind,
    phase: PhaseKind,
    share: float | None,
    n: int,
    missing: Missing,
    still_open: int,
) -> SitePhase:
    """A share that was taken elsewhere, of `n` decided and `still_open` together; None where it cannot be told.

    Raises Invalid for a share outside 0..1 and for negative counts.
    """
    _check_counts(site, n, still_open)
    if share is not None and not 0 <= share <= 1:
        raise Invalid(
            Sentence("%(site)s has a share of %(share)s; it lies between 0 and 1.", site=site, share=share)
        )
    return SitePhase(site, arm, phase, OutcomeKind.BINARY, share, n, missing, still_open)


def from_continuous(
    *, site: str, arm: ArmKind, phase: PhaseKind, total: float, n: int, missing: Missing
) -> SitePhase:
    """A mean: the sum of `n` recorded values, in the outcome's unit, over `n`."""
    _check_counts(site, n)
    if not math.isfinite(total):
        raise Invalid(
            Sentence(
                "The sum of values at %(site)s is not a number; leave out what is not recorded.", site=site
            )
        )
    return SitePhase(site, arm, phase, OutcomeKind.CONTINUOUS, total / n if n else None, n, missing)


def from_count(
    *, site: str, arm: ArmKind, phase: PhaseKind, events: float, exposure: float, n: int, missing: Missing
) -> SitePhase:
    """A rate: `events` (a sum, whole or not) over `exposure` (for instance reported months); `n` is the number of reports summed.

    A month that was not reported belongs in `missing.not_recorded`, in neither `events` nor `exposure`.
    """
    _check_counts(site, events, n)
    if not math.isfinite(exposure) or exposure < 0 or (exposure == 0 and events > 0):
        raise Invalid(
            Sentence(
                "%(site)s has %(count)s event in no time: give the exposure.",
                "%(site)s has %(count)s events in no time: give the exposure.",
                site=site,
                count=events,
            )
        )
    value = events / exposure if n and exposure else None
    return SitePhase(site, arm, phase, OutcomeKind.COUNT, value, n if value is not None else 0, missing)


def site_changes(cells: Iterable[SitePhase]) -> SiteChanges:
    """Each site's change from before to after; cells in any order, one per site and phase.

    Raises Unready, naming arm and phase, where an arm has no recorded value in a phase; Invalid for two cells of one
    site and phase, a site in two arms, a phase other than before and after, or outcomes of two kinds.
    """
    given = sorted(cells, key=lambda cell: (cell.arm.value, cell.site, cell.phase.value))
    _check_cells(given)
    _check_recorded(given)
    by_site: dict[str, dict[PhaseKind, SitePhase]] = {}
    for cell in given:
        by_site.setdefault(cell.site, {})[cell.phase] = cell
    changes: list[SiteChange] = []
    left_out: list[LeftOut] = []
    for site, phases in by_site.items():
        before, after = phases.get(PhaseKind.BEFORE), phases.get(PhaseKind.AFTER)
        if before is None or before.value is None or after is None or after.value is None:
            left_out.append(_left_out(site, phases))
        else:
            changes.append(SiteChange(site, before.arm, before, after, after.value - before.value))
    kept = [cell for change in changes for cell in (change.before, change.after)]
    return SiteChanges(
        kind=given[0].kind,
        sites=tuple(changes),
        left_out=tuple(left_out),
        n=sum(cell.n for cell in kept),
        missing=Missing.sum(cell.missing for cell in kept),
        still_open=sum(cell.still_open for cell in kept),
    )


def _left_out(site: str, phases: dict[PhaseKind, SitePhase]) -> LeftOut:
    silent = [phase.value for phase in PHASES if phase not in phases or phases[phase].value is None]
    arm = next(iter(phases.values())).arm
    reason = Sentence("%(site)s recorded nothing in: %(phases)s.", site=site, phases=tuple(silent))
    return LeftOut(site, arm, reason)


def _check_cells(cells: list[SitePhase]) -> None:
    if not cells:
        raise Unready(Sentence("No site has recorded this outcome."))
    if len({cell.kind for cell in cells}) > 1:
        raise Invalid(Sentence("Site changes are taken of one outcome, of one kind; two kinds were given."))
    arms: dict[str, ArmKind] = {}
    seen: set[tuple[str, PhaseKind]] = set()
    for cell in cells:
        if cell.phase not in PHASES:
            raise Invalid(
                Sentence(
                    "%(site)s has a value in phase %(phase)s; only before and after are compared.",
                    site=cell.site,
                    phase=PHASE_WORDS[cell.phase],
                )
            )
        if arms.setdefault(cell.site, cell.arm) != cell.arm:
            raise Invalid(Sentence("%(site)s stands in both arms; a site has one.", site=cell.site))
        if (cell.site, cell.phase) in seen:
            raise Invalid(
                Sentence(
                    "%(site)s is given twice in phase %(phase)s; add its counts up first.",
                    site=cell.site,
                    phase=PHASE_WORDS[cell.phase],
                )
            )
        seen.add((cell.site, cell.phase))


def _check_recorded(cells: list[SitePhase]) -> None:
    for arm in ArmKind:
        for phase in PHASES:
            if not any(cell.value is not None for cell in cells if cell.arm == arm and cell.phase == phase):
                raise Unready(
                    Sentence(
                        "The %(arm)s sites recorded nothing of this outcome in the phase %(phase)s, so the arms "
                        "cannot be compared on it.",
                        arm=ARM_WORDS[arm],
                        phase=PHASE_WORDS[phase],
                    )
                )


def _check_counts(site: str, *counts: float) -> None:
    if any(count < 0 for count in counts):
        raise Invalid(Sentence("%(site)s has a count below 0; counts are 0 or more.", site=site))
