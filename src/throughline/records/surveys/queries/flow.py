"""How many were approached, eligible, agreed, answered and are analysed: of a wave, of a site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from throughline.records.study.models import StudySite
from throughline.records.surveys.models import Approach, SurveyResponse, Wave, WaveTarget
from throughline.rules.access import holds
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import ArmKind
from throughline.vocabulary.waves import ApproachResult, Exclusion, ResponseSource

# A response is analysed where it is complete, not left out, and nobody withdrew.
ANALYSED = Q(completed_at__isnull=False, excluded_at=None, consent__withdrawn_at=None)


@dataclass(frozen=True)
class Flow:
    """People, by step. `elsewhere` are complete responses of files, whose approaches were not recorded here.

    complete = analysed + the sum of `excluded`; `excluded` counts a withdrawn consent as withdrew. consented and begun are of
    approaches recorded here; begun but not complete are neither analysed nor excluded.
    """

    approached: int = 0
    not_eligible: Mapping[str, int] = field(default_factory=dict)
    refused: int = 0
    consented: int = 0
    begun: int = 0  # of who consented, have not completed theirs
    here: int = 0  # complete, of who was approached here
    elsewhere: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)

    @property
    def eligible(self) -> int:
        return self.approached - sum(self.not_eligible.values())

    @property
    def complete(self) -> int:
        return self.here + self.elsewhere

    @property
    def analysed(self) -> int:
        return self.complete - sum(self.excluded.values())

    def __add__(self, other: Flow) -> Flow:
        return Flow(
            self.approached + other.approached, Counter(self.not_eligible) + Counter(other.not_eligible),
            self.refused + other.refused, self.consented + other.consented, self.begun + other.begun,
            self.here + other.here, self.elsewhere + other.elsewhere, Counter(self.excluded) + Counter(other.excluded),
        )  # fmt: skip


@dataclass(frozen=True)
class SiteProgress:
    """A wave at one site. `target` None: none was set."""

    site_id: UUID
    site: str
    arm: ArmKind
    target: int | None
    flow: Flow

    @property
    def missing(self) -> int:
        return max((self.target or 0) - self.flow.analysed, 0)


def sites_of(actor: Actor, wave: Wave) -> list[StudySite]:
    """The study's sites whose part in a wave the actor may see."""
    found = StudySite.objects.filter(study_id=wave.study_id).select_related("site").order_by("site__name")
    rows = sorted(found, key=lambda row: list(ArmKind).index(ArmKind(row.arm)))
    return [row for row in rows if holds(actor, Permission.SEE_WAVES, wave.programme_id, row.site_id)]


def progress_of(actor: Actor, wave: Wave) -> list[SiteProgress]:
    """By site, of those that the actor may see."""
    return _progress(wave, sites_of(actor, wave))


def behind_target(actor: Actor, programme_id: UUID, day: date) -> list[tuple[Wave, int]]:
    """Open waves that still want people at the actor's sites, and how many; most first.

    A wave with a last day is behind only once more of its time than of its target is gone; one without, from its first day.
    """
    waves: QuerySet[Wave] = Wave.objects.visible_to(actor).filter(
        programme_id=programme_id, closed_at=None, opens_on__lte=day, targets__isnull=False
    )
    found = []
    for wave in waves.distinct().select_related("study"):
        progress = progress_of(actor, wave)
        wanted = sum(one.target or 0 for one in progress)
        missing = sum(one.missing for one in progress)
        if missing > wanted * (1 - _gone(wave, day)):
            found.append((wave, missing))
    return sorted(found, key=lambda pair: -pair[1])


def _gone(wave: Wave, day: date) -> float:
    """The share of a wave's days that is over; all of it where nobody said when it ends."""
    if wave.closes_on is None or day > wave.closes_on:
        return 1.0
    return (day - wave.opens_on).days / ((wave.closes_on - wave.opens_on).days + 1)


def _progress(wave: Wave, sites: Sequence[StudySite]) -> list[SiteProgress]:
    ids = [row.site_id for row in sites]
    targets = dict(WaveTarget.objects.filter(wave=wave, site__in=ids).values_list("site_id", "target"))
    flows = _flows(wave, ids)
    return [
        SiteProgress(
            row.site_id, row.site.name, ArmKind(row.arm), targets.get(row.site_id), flows.get(row.site_id, Flow())
        )
        for row in sites
    ]  # fmt: skip


def _flows(wave: Wave, ids: Iterable[UUID]) -> dict[UUID, Flow]:
    sites = list(ids)
    asked = (
        Approach.objects.filter(wave=wave, site__in=sites)
        .values("site_id", "result", "reason")
        .annotate(n=Count("id"))
    )
    answered = (
        SurveyResponse.objects.filter(wave=wave, site__in=sites)
        .values("site_id", "source", "exclusion")
        .annotate(
            n=Count("id", filter=Q(completed_at__isnull=False)),
            begun=Count("id", filter=Q(completed_at=None, excluded_at=None)),
            withdrawn=Count(
                "id",
                filter=Q(completed_at__isnull=False, excluded_at=None, consent__withdrawn_at__isnull=False),
            ),
        )
    )
    found: dict[UUID, Flow] = {}
    for row in asked:
        found[row["site_id"]] = found.get(row["site_id"], Flow()) + _of_approaches(row)
    for told in answered:
        found[told["site_id"]] = found.get(told["site_id"], Flow()) + _of_responses(told)
    return found


def _of_approaches(row: Mapping[str, Any]) -> Flow:
    n, result = row["n"], ApproachResult(row["result"])
    return Flow(
        approached=n,
        not_eligible={row["reason"]: n} if result is ApproachResult.NOT_ELIGIBLE else {},
        refused=n if result is ApproachResult.REFUSED else 0,
        consented=n if result is ApproachResult.CONSENTED else 0,
    )


def _of_responses(row: Mapping[str, Any]) -> Flow:
    excluded = Counter({row["exclusion"]: row["n"]} if row["exclusion"] and row["n"] else {})
    if row["withdrawn"]:
        excluded[Exclusion.WITHDREW.value] += row["withdrawn"]
    is_here = row["source"] == ResponseSource.HERE.value
    return Flow(
        begun=row["begun"],
        here=row["n"] if is_here else 0,
        elsewhere=0 if is_here else row["n"],
        excluded=excluded,
    )
