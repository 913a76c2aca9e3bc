"""A component that sites begin in different months: what changed at those that began against those that had not begun yet.

Estimates: ATT(g,t), for the sites that began in month g, by how much more they had changed by month t than the sites that had
    not begun yet; from these, averages by months since the start, by group of sites, and over all sites that began.
Formula: ATT(g,t) = mean over sites i that began in g of (y_it - y_i,g-1) - mean over j in W(g,t) of (y_jt - y_j,g-1), with
    W(g,t) the sites that begin after max(t, g), or never: not yet begun in the month and in its base. Base month g-1 always
    (universal). Months before it are the same difference where nothing should be found. By months e since the start: mean of
    ATT(g,g+e), weighted by sites; by group: mean over its months t >= g; overall: mean of the groups, weighted by sites.
Source: Callaway and Sant'Anna (2021) J Econometrics 225:200-230, without covariates, sites weighing the same; permutation of
    dates: Roth and Sant'Anna (2023) J Polit Econ Microecon 1:669-709, with this estimate as it stands in place of theirs.
Assumptions: in words with each result.
When not to use it: once the last site has begun (nobody is left to compare with: such cells are refused, in words); where the
    component is taken back (months after that are for the caller to leave out); for components that begin together: they are
    not told apart. It has no interval: a group is one or two sites, and nothing tells how widely those scatter.
Checked against: diff-diff's CallawaySantAnna (not yet treated, universal base) on complete panels; plain loops on panels with
    gaps; enumeration by hand (tests/methods/test_staggered.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.methods.estimate import Missing
from throughline.methods.staggered_dates import PermutationOfDates, permute_dates
from throughline.methods.staggered_panel import NEVER, Panel, month_at, panel_of
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month

METHOD = "staggered.att_not_yet_begun/1"

CHANGED_ALIKE = Sentence(
    "Without the component, the sites that began it in a month would have changed, from the month before on and in the measure's"
    " own unit, by as much as the sites that had not begun it yet."
)
NOT_BEFORE = Sentence(
    "Nothing of it was felt before the month in which it began; that month counts as with it, though it may have begun within it."
)
NOT_ELSEWHERE = Sentence("What one site begins changes nothing at the sites that have not begun yet.")
AS_RECORDED = Sentence(
    "Months that are missing would have changed like those that are there; a site is in a cell where it has both months."
)
NO_INTERVAL = Sentence(
    "It has no interval: a group is one or a few sites, and nothing tells how widely such sites scatter. How often start dates"
    " dealt out otherwise give as much stands in its place."
)
CANNOT_SHOW = Sentence(
    "It cannot tell the component from anything else that began at the same sites in the same months, such as other components"
    " beside it; nor what would have come of it at sites that never began it."
)


@dataclass(frozen=True, slots=True)
class MonthValue:
    """A month's value in the measure's unit, or which kind of nothing."""

    month: Month
    value: float | Nothing


@dataclass(frozen=True, slots=True)
class AdoptingSite:
    """A site's months. `begins`: the first month that counts as with the component; None: not within the months watched."""

    site: str
    begins: Month | None
    months: tuple[MonthValue, ...]
    name: str = ""

    @property
    def called(self) -> str:
        return self.name or self.site


@dataclass(frozen=True, slots=True)
class GroupMonth:
    """ATT(g,t). `since`: months since the start, below 0 before it. `att` None: `refused` says why it is not estimable."""

    group: Month
    month: Month
    since: int
    att: float | None
    change_begun: float | None
    change_waiting: float | None
    begun: tuple[str, ...]
    waiting: tuple[str, ...]
    refused: Sentence | None


@dataclass(frozen=True, slots=True)
class SinceStart:
    """The mean of ATT(g, g + since) over groups, weighted by their sites in that cell."""

    since: int
    att: float
    n_sites: int
    groups: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class GroupMean:
    """The mean of a group's ATT(g,t) over its estimable months from g on."""

    group: Month
    att: float
    n_sites: int
    months: int


@dataclass(frozen=True, slots=True)
class SiteLeftOut:
    """A site that is not among those that began (`is_waiting`: still among those compared with), and why."""

    site: str
    is_waiting: bool
    reason: Sentence


@dataclass(frozen=True, slots=True)
class StaggeredFound:
    """`n`: months of sites with a value, `missing` those without one. `overall` is over the sites that began."""

    cells: tuple[GroupMonth, ...]
    since_start: tuple[SinceStart, ...]
    groups: tuple[GroupMean, ...]
    overall: float
    permutation: PermutationOfDates
    left_out: tuple[SiteLeftOut, ...]
    n_begun: int
    n_never: int
    n: int
    missing: Missing
    interval: None = None
    no_interval: Sentence = NO_INTERVAL
    cannot_show: Sentence = CANNOT_SHOW
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (CHANGED_ALIKE, NOT_BEFORE, NOT_ELSEWHERE, AS_RECORDED)


def staggered(sites: Sequence[AdoptingSite], *, seed: int, planned_primary: bool = False) -> StaggeredFound:
    """Every cell, its averages, and the permutation of dates (`seed`: of draws, where ways are too many for all).

    Raises Unready, in a sentence, with one site, where nobody begins, where nobody is left to compare with, or where no site
    that began has the month before; Invalid for a site or a month given twice.
    """
    kept, left_out = _watched(sites)
    panel = panel_of(
        {one.site: (one.begins, {m.month: _number(m.value) for m in one.months}) for one in kept}
    )
    _check(kept, panel)
    cells = tuple(
        _cell(panel, group, at) for group in panel.groups for at in range(panel.months) if at != group - 1
    )
    if not any(cell.att is not None and cell.since >= 0 for cell in cells):
        raise _nothing_to_estimate(kept, panel)
    groups = tuple(mean for group in panel.groups if (mean := _group_mean(panel, group, cells)) is not None)
    weights = np.array([one.n_sites for one in groups], dtype=np.float64)
    overall = float(np.array([one.att for one in groups]) @ weights / weights.sum())
    values = [month.value for one in kept for month in one.months]
    return StaggeredFound(
        cells=cells,
        since_start=_since_start(cells),
        groups=groups,
        overall=overall,
        permutation=permute_dates(panel, seed=seed, planned_primary=planned_primary),
        left_out=(*left_out, *_without_base(kept, panel)),
        n_begun=sum(one.n_sites for one in groups),
        n_never=int(np.count_nonzero(panel.begins == NEVER)),
        n=sum(not isinstance(value, Nothing) for value in values),
        missing=Missing.from_counts({kind: values.count(kind) for kind in Nothing if kind in values}),
    )


def _number(value: float | Nothing) -> float:
    return float("nan") if isinstance(value, Nothing) else float(value)


def _watched(sites: Sequence[AdoptingSite]) -> tuple[list[AdoptingSite], list[SiteLeftOut]]:
    """Those that can be compared, and those that had begun before anything was watched, or have no value at all.

    Watched is what the sites that are kept were: without one that is left out the first month may be a later one, by which
    another had begun.
    """
    kept, left_out = [], []
    for one in sites:
        if all(isinstance(month.value, Nothing) for month in one.months):
            reason = Sentence("%(site)s has no month with a value.", site=one.called)
            left_out.append(SiteLeftOut(one.site, False, reason))
        else:
            kept.append(one)
    while True:
        first = min((month.month for one in kept for month in one.months), default=None)
        begun = [one for one in kept if first is not None and one.begins is not None and one.begins <= first]
        if not begun:
            return kept, left_out
        kept = [one for one in kept if one not in begun]
        left_out += [SiteLeftOut(one.site, False, _begun_by(one, first)) for one in begun]


def _begun_by(one: AdoptingSite, first: Month | None) -> Sentence:
    return Sentence(
        "%(site)s had begun by %(month)s, the first month that is watched: it has no month before, and is not one that"
        " had not begun yet.",
        site=one.called,
        month=first,
    )


def _check(kept: Sequence[AdoptingSite], panel: Panel) -> None:
    if len(kept) < 2:
        raise Unready(
            Sentence(
                "There is %(count)s site with months before and a value: one that began is compared with one that"
                " had not begun yet, so that at least 2 are needed.",
                "There are %(count)s sites with months before and a value: one that began is compared with one"
                " that had not begun yet, so that at least 2 are needed.",
                count=len(kept),
            )
        )
    if not panel.groups:
        raise Unready(
            Sentence("No site began it within the months that are watched, so that nothing can have changed.")
        )
    if len(panel.groups) == 1 and not np.any(panel.begins == NEVER):
        raise Unready(
            Sentence(
                "All sites began in the same month (%(month)s): none had not begun yet, and there is nothing to compare with.",
                month=month_at(panel, panel.groups[0]),
            )
        )


def _nothing_to_estimate(kept: Sequence[AdoptingSite], panel: Panel) -> Unready:
    without = _without_base(kept, panel)
    if len(without) == int(np.count_nonzero(panel.begins != NEVER)):
        return Unready(
            Sentence(
                "No site that began has a value in the month before: %(sites)s.",
                sites=tuple(one.called for one in kept if one.site in {left.site for left in without}),
            )
        )
    return Unready(
        Sentence(
            "In no month from a start on do both a site that began and one that had not begun yet have a value there and in the"
            " month before the start."
        )
    )


def _without_base(kept: Sequence[AdoptingSite], panel: Panel) -> list[SiteLeftOut]:
    """Sites that began and have no value in the month before: there is nothing that they changed from."""
    left_out = []
    for row, one in enumerate(kept):
        begins = int(panel.begins[row])
        if begins != NEVER and np.isnan(panel.values[row, begins - 1]):
            reason = Sentence(
                "%(site)s has no value in %(month)s, the month before it began: it is not among the sites that began, only among"
                " those that had not begun yet.",
                site=one.called,
                month=month_at(panel, begins - 1),
            )
            left_out.append(SiteLeftOut(one.site, True, reason))
    return left_out


def _cell(panel: Panel, group: int, at: int) -> GroupMonth:
    change = panel.values[:, at] - panel.values[:, group - 1]
    has = ~np.isnan(change)
    begun = has & (panel.begins == group)
    waiting = has & (panel.begins > max(at, group))
    months = (month_at(panel, group), month_at(panel, at))
    named = (_names(panel, begun), _names(panel, waiting))
    mine = float(change[begun].mean()) if begun.any() else None
    theirs = float(change[waiting].mean()) if waiting.any() else None
    if mine is not None and theirs is not None:
        return GroupMonth(*months, at - group, mine - theirs, mine, theirs, *named, None)
    return GroupMonth(
        *months, at - group, None, mine, theirs, *named, _why_not(panel, group, at, mine is None)
    )


def _why_not(panel: Panel, group: int, at: int, is_of_begun: bool) -> Sentence:
    month = str(month_at(panel, at))
    if is_of_begun:
        return Sentence(
            "No site that began in %(group)s has a value both in %(month)s and in the month before it began.",
            group=month_at(panel, group),
            month=month,
        )
    if not np.any(panel.begins > max(at, group)):
        return Sentence("By %(month)s the last site had begun: nobody is left to compare with.", month=month)
    return Sentence(
        "No site that had not begun by %(month)s has a value both there and in the month before %(group)s.",
        month=month,
        group=month_at(panel, group),
    )


def _names(panel: Panel, chosen: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(site for site, is_in in zip(panel.sites, chosen, strict=True) if is_in)


def _since_start(cells: Sequence[GroupMonth]) -> tuple[SinceStart, ...]:
    found = []
    for since in sorted({cell.since for cell in cells}):
        held = [(cell, cell.att) for cell in cells if cell.since == since and cell.att is not None]
        if held:
            n = sum(len(cell.begun) for cell, _ in held)
            mean = sum(att * len(cell.begun) for cell, att in held) / n
            found.append(SinceStart(since, mean, n, tuple(cell.group for cell, _ in held)))
    return tuple(found)


def _group_mean(panel: Panel, group: int, cells: Sequence[GroupMonth]) -> GroupMean | None:
    month = month_at(panel, group)
    atts = [cell.att for cell in cells if cell.group == month and cell.since >= 0 and cell.att is not None]
    if not atts:
        return None
    n = int(np.count_nonzero((panel.begins == group) & ~np.isnan(panel.values[:, group - 1])))
    return GroupMean(month, float(np.mean(atts)), n, len(atts))
