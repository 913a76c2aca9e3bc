"""A study as its page takes it: the timeline, outcomes by whose definition of success, plans with their hashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from throughline.records.programme.models import Component
from throughline.records.study.models import Outcome, Phase, ProtocolChange, Study, StudySite
from throughline.records.study.queries import LockedPlan, outcomes, plans_of, study_sites
from throughline.records.surveys.models import Wave
from throughline.rules.plans import LISTS, plan_of
from throughline.vocabulary.study import ArmKind
from throughline.web.evaluation.around import people_named
from throughline.web.figures import at
from throughline.web.study.words import ARMS, COMPONENTS, DIRECTIONS, PHASES, RANKS, SOURCES


def timeline(study: Study, today: date) -> dict[str, Any] | None:
    """Sites by arm, each with its phases, and what was done there; changes of the protocol and waves across all. None without phases.

    Places are percent of the width; what goes on still ends with the last day shown.
    """
    sites = sorted(study_sites(study), key=lambda one: (one.arm != ArmKind.INTERVENTION.value, one.site.name))
    phases = list(Phase.objects.filter(study_site__study=study).order_by("from_on"))
    if not phases:
        return None
    done = list(Component.objects.filter(site__in=[one.site_id for one in sites]).order_by("from_on", "kind"))
    changes = list(ProtocolChange.objects.filter(study=study).order_by("on", "id"))
    waves = list(Wave.objects.filter(study=study).order_by("opens_on", "code"))
    first = min(one.from_on for one in phases)
    days = [one.to_on for one in phases if one.to_on] + [one.from_on for one in phases]
    last = (
        max(days)
        if all(one.to_on for one in phases)
        else max(*days, min(today, max(days) + timedelta(days=366)))
    )
    scale = _Scale(first, max(last, first + timedelta(days=1)))
    return {
        "first": scale.first, "last": scale.last, "years": scale.years(),
        "rows": [_site(one, phases, done, scale) for one in sites],
        "changes": [
            {"number": number, "change": one, "at": scale.at(one.on)} for number, one in enumerate(changes, 1)
        ],
        "waves": [_span(str(one.code), one.opens_on, one.closes_on, scale, note=PHASES[one.phase]) for one in waves],
    }  # fmt: skip


class _Scale:
    """Days to percent of the width."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self._days = (last - first).days + 1

    def share(self, day: date) -> float:
        return 100 * min(max((day - self.first).days / self._days, 0.0), 1.0)

    def at(self, day: date) -> str | None:
        return at(self.share(day)) if self.first <= day <= self.last else None

    def years(self) -> list[dict[str, Any]]:
        firsts = [date(year, 1, 1) for year in range(self.first.year, self.last.year + 1)]
        return [{"year": day.year, "at": at(self.share(day))} for day in firsts if self.share(day) <= 92]


def _site(
    site: StudySite, phases: Iterable[Phase], done: Iterable[Component], scale: _Scale
) -> dict[str, Any]:
    return {
        "name": site.site.name,
        "arm": ARMS[site.arm],
        "phases": [
            _span(PHASES[one.kind], one.from_on, one.to_on, scale, kind=one.kind) for one in phases if one.study_site_id == site.id
        ],
        "done": [
            _span(COMPONENTS[one.kind], one.from_on, one.to_on, scale) | {"y": 30 + 9 * place}
            for place, one in enumerate(one for one in done if one.site_id == site.site_id)
        ],
    }  # fmt: skip


def _span(label: Any, from_on: date, to_on: date | None, scale: _Scale, **more: Any) -> dict[str, Any]:
    start, end = scale.share(from_on), scale.share((to_on or scale.last) + timedelta(days=1))
    return {
        "label": label,
        "from_on": from_on,
        "to_on": to_on,
        "x": at(start),
        "width": at(max(end - start, 0.4)),
        **more,
    }


def definitions(study: Study) -> list[dict[str, Any]]:
    """Outcomes by whose definition of success they follow, side by side; the definition with a primary outcome first."""
    rows = sorted(outcomes(study), key=lambda one: one.success_by)
    found = [
        {"who": who, "outcomes": [_outcome(one) for one in own]}
        for who, own in groupby(rows, lambda one: one.success_by)
    ]
    return sorted(found, key=lambda one: min(row["place"] for row in one["outcomes"]))


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "name": one.name, "code": one.code, "rank": RANKS[one.rank], "place": list(RANKS).index(one.rank), "source": SOURCES[one.source],
        "measure": one.measure, "direction": DIRECTIONS[one.direction],
    }  # fmt: skip


def plans(study: Study) -> list[dict[str, Any]]:
    held: Sequence[LockedPlan] = plans_of(study)
    names = people_named(one.plan.locked_by for one in held)
    return [
        {
            "plan": one.plan, "by": names.get(one.plan.locked_by, ""), "seen": one.seen, "stands": one.stands, "is_as_locked": one.is_as_locked,
            "headline": plan_of(one.plan.content).headline,
            "lists": {name: getattr(plan_of(one.plan.content), name) for name in LISTS},
            "words": one.plan.content.get("words", ""),
        }
        for one in held
    ]  # fmt: skip
