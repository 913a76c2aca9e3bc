"""Incidents as they were reported: reading them, and saying which reports are of one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from throughline.api.asked import programme_where
from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Offset, Out, answers
from throughline.records.referral.actions import keep_incidents_apart, merge_incidents, unmerge_incidents
from throughline.records.referral.models import Incident, IncidentPerson, NaloxoneDose
from throughline.records.referral.queries import (
    incident_for,
    incidents_for,
    likely_pairs,
    likely_same,
    people_for,
)
from throughline.rules.access import check_may_record_incident, may
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import Nothing

router = Router(tags=["incidents"])


class IncidentReportOut(Out):
    """`source`: who reported it."""

    source: str
    received_at: datetime


class IncidentOut(Out):
    """`people`: how many it was. `merged`: how many other reports count as this one; `merged_into`: as which it counts itself."""

    id: UUID
    occurred_at: datetime | Nothing
    place_band: str
    flags: list[str]
    people: int
    reports: list[IncidentReportOut]
    merged: int
    merged_into: UUID | None


class DoseOut(Out):
    """Doses of naloxone by one route and hand."""

    quantity: int | Nothing
    route: str
    given_by: str


class IncidentPersonOut(Out):
    age_band: str
    gender: str
    fatal: str
    naloxone_given: str
    doses: list[DoseOut]


class IncidentWithPeople(IncidentOut):
    """`merged_from`: what counts as this one. `likely_same` is empty for who may not say which are one."""

    involved: list[IncidentPersonOut]
    merged_from: list[UUID]
    likely_same: list[UUID]


class LikelyIncidentsOut(Out):
    first: UUID
    second: UUID


class OtherIncidentIn(In):
    other_id: UUID


@router.get(
    "/programmes/{programme_id}/incidents", response=answers(list[IncidentOut]), operation_id="incidents"
)
def listed(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[IncidentOut]:
    """Those that count, the newest first: one that is merged into another does not count by itself."""
    programme = programme_where(request, programme_id, P.SEE_INCIDENTS)
    rows = incidents_for(acting(request), programme.id).prefetch_related("people", "reports", "merged")
    return [_shown(row) for row in rows[offset : offset + limit]]


@router.get(
    "/programmes/{programme_id}/incidents/likely", response=answers(list[LikelyIncidentsOut]),
    operation_id="likely_incidents",
)  # fmt: skip
def likely(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[LikelyIncidentsOut]:
    """Pairs that may be one incident reported twice, the latest first: for who may say which are one."""
    actor, programme = acting(request), programme_where(request, programme_id, P.SEE_INCIDENTS)
    check_may_record_incident(actor, programme.id, None)
    pairs = likely_pairs(actor, programme.id)[offset : offset + limit]
    return [LikelyIncidentsOut(first=one.id, second=other.id) for one, other in pairs]


@router.get("/incidents/{incident_id}", response=answers(IncidentWithPeople), operation_id="incident")
def one(request: HttpRequest, incident_id: UUID) -> IncidentWithPeople:
    """One incident, its people and its reports, and which others may be the same."""
    actor = acting(request)
    return _whole(actor, incident_for(actor, incident_id))


@router.post(
    "/incidents/{incident_id}/merge", response=answers(IncidentWithPeople), operation_id="merge_incidents"
)
def merge(request: HttpRequest, incident_id: UUID, wanted: OtherIncidentIn) -> IncidentWithPeople:
    """The other is a report of this one: they count as one incident. Nothing else of either changes, and it can be undone.

    409 where one of them is merged already.
    """
    actor = acting(request)
    kept, other = incident_for(actor, incident_id), incident_for(actor, wanted.other_id)
    merge_incidents(kept=kept, merged=other, by=actor, at=now())
    return _whole(actor, incident_for(actor, incident_id))


@router.post(
    "/incidents/{incident_id}/apart", response=answers(None, 204), operation_id="keep_incidents_apart"
)
def apart(request: HttpRequest, incident_id: UUID, wanted: OtherIncidentIn) -> Status[None]:
    """They are two incidents, and are not proposed again. 409 where they count as one."""
    actor = acting(request)
    first, second = incident_for(actor, incident_id), incident_for(actor, wanted.other_id)
    keep_incidents_apart(first=first, second=second, by=actor, at=now())
    return Status(204, None)


@router.post(
    "/incidents/{incident_id}/unmerge", response=answers(IncidentWithPeople), operation_id="unmerge_incidents"
)
def unmerge(request: HttpRequest, incident_id: UUID) -> IncidentWithPeople:
    """They were two: it counts by itself again. 409 where it is not merged into another."""
    actor = acting(request)
    unmerge_incidents(merged=incident_for(actor, incident_id), by=actor, at=now())
    return _whole(actor, incident_for(actor, incident_id))


def _shown(row: Incident) -> IncidentOut:
    return IncidentOut(
        id=row.id, occurred_at=row.occurred_at or Nothing(row.occurred_at_nothing or Nothing.NOT_RECORDED),
        place_band=row.place_band, flags=list(row.flags), people=len(row.people.all()),
        reports=[IncidentReportOut.model_validate(report) for report in row.reports.all()],
        merged=len(row.merged.all()), merged_into=row.merged_into_id,
    )  # fmt: skip


def _whole(actor: Actor, row: Incident) -> IncidentWithPeople:
    decides = may(check_may_record_incident, actor, row.programme_id, None)
    return IncidentWithPeople(
        **vars(_shown(row)), involved=[_person(person) for person in people_for(actor, row.id)],
        merged_from=list(row.merged.order_by("occurred_at", "id").values_list("id", flat=True)),
        likely_same=[other.id for other in likely_same(actor, row)] if decides else [],
    )  # fmt: skip


def _person(row: IncidentPerson) -> IncidentPersonOut:
    return IncidentPersonOut(
        age_band=row.age_band, gender=row.gender, fatal=row.fatal, naloxone_given=row.naloxone_given,
        doses=[_dose(dose) for dose in row.doses.all()],
    )  # fmt: skip


def _dose(row: NaloxoneDose) -> DoseOut:
    number = row.quantity
    told = Nothing(row.quantity_nothing or Nothing.NOT_RECORDED) if number is None else number
    return DoseOut(quantity=told, route=row.route, given_by=row.given_by)
