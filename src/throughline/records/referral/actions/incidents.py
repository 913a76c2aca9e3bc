"""Incidents as police, ambulance or a service report them: events are not people, so each is counted apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.inserting import insert
from throughline.records.programme.models import ImportRun, Programme
from throughline.records.racing import again_if_raced
from throughline.records.referral.actions.origins import known_origins
from throughline.records.referral.models import (
    Incident,
    IncidentPerson,
    IncidentReport,
    IncidentsApart,
    NaloxoneDose,
)
from throughline.rules.access import check_may_import_records, check_may_record_incident
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import DoseRoute, GivenBy, IncidentFlag, YesNo

NOT_RECORDED = Nothing.NOT_RECORDED.value


@dataclass(frozen=True)
class DoseDraft:
    """How many doses of naloxone by one route and hand, or which kind of nothing is known of the number."""

    quantity: int | Nothing
    route: DoseRoute = DoseRoute.NOT_RECORDED
    given_by: GivenBy = GivenBy.NOT_RECORDED


@dataclass(frozen=True)
class PersonDraft:
    """A person of an incident. `origin_key` recognises the row again; None where it is entered by hand."""

    origin_key: str | None = None
    age_band: str = NOT_RECORDED
    gender: str = NOT_RECORDED
    fatal: YesNo = YesNo.NOT_RECORDED
    naloxone_given: YesNo = YesNo.NOT_RECORDED
    police_pseudonym: str | None = None
    doses: tuple[DoseDraft, ...] = ()


@dataclass(frozen=True)
class ReportDraft:
    source: GivenBy
    received_at: datetime


@dataclass(frozen=True)
class IncidentDraft:
    """An incident with its people and reports. Drafts of one `origin_key` are one incident."""

    occurred_at: datetime | Nothing
    people: tuple[PersonDraft, ...] = ()
    origin_key: str | None = None
    place_band: str = NOT_RECORDED
    flags: frozenset[IncidentFlag] = frozenset()
    reports: tuple[ReportDraft, ...] = ()


@dataclass(frozen=True)
class IncidentsRecorded:
    """What was written, and what had come with an earlier file; people and incidents apart."""

    incidents: int
    people: int
    doses: int  # rows, not doses given
    incidents_known: int
    people_known: int


class _Rows:
    """The rows of one call, so that each table is written in batches."""

    def __init__(self, programme_id: UUID, run: ImportRun | None) -> None:
        self.programme_id, self.run = programme_id, run
        self.incidents: list[Incident] = []
        self.reports: list[IncidentReport] = []
        self.people: list[IncidentPerson] = []
        self.doses: list[NaloxoneDose] = []

    def add_incident(self, draft: IncidentDraft) -> UUID:
        given = draft.occurred_at
        moment, nothing = (None, given.value) if isinstance(given, Nothing) else (given, None)
        row = Incident(
            id=new_id(), programme_id=self.programme_id, place_band=draft.place_band, import_run=self.run,
            occurred_at=moment, occurred_at_nothing=nothing,
            flags=sorted(flag.value for flag in draft.flags), origin_key=draft.origin_key,
        )  # fmt: skip
        self.incidents.append(row)
        self.reports += [
            IncidentReport(
                programme_id=self.programme_id, incident_id=row.id, source=report.source.value,
                received_at=report.received_at,
            )
            for report in draft.reports
        ]  # fmt: skip
        return row.id

    def add_person(self, incident_id: UUID, draft: PersonDraft) -> None:
        row = IncidentPerson(
            id=new_id(), programme_id=self.programme_id, incident_id=incident_id, import_run=self.run,
            police_pseudonym=draft.police_pseudonym, age_band=draft.age_band, gender=draft.gender,
            fatal=draft.fatal.value, naloxone_given=draft.naloxone_given.value, origin_key=draft.origin_key,
        )  # fmt: skip
        self.people.append(row)
        self.doses += [
            NaloxoneDose(
                programme_id=self.programme_id, person_id=row.id, route=dose.route.value,
                given_by=dose.given_by.value,
                quantity=None if isinstance(dose.quantity, Nothing) else dose.quantity,
                quantity_nothing=dose.quantity.value if isinstance(dose.quantity, Nothing) else None,
            )
            for dose in draft.doses
        ]  # fmt: skip

    def write(self) -> None:
        insert(self.incidents)
        insert(self.reports)
        insert(self.people)
        insert(self.doses)


@again_if_raced
def record_incidents(
    *,
    programme: Programme,
    drafts: Sequence[IncidentDraft],
    import_run: ImportRun | None = None,
    by: Actor,
    at: datetime,
) -> IncidentsRecorded:
    """Write incidents with people, doses and reports: all or none. One audit event counts the people.

    A known incident or person (by origin key) is passed over and counted; a person who is new to a known incident
    is added to it. Reports come with new incidents only. Call it with about 2,000 at a time.
    """
    check_may_record_incident(by, programme.id, None)
    if import_run is not None:
        check_may_import_records(by, programme.id)
    known = known_origins(Incident, programme.id, (draft.origin_key for draft in drafts), import_run)
    earlier = set(known)
    people = (person.origin_key for draft in drafts for person in draft.people)
    known_people = set(known_origins(IncidentPerson, programme.id, people, import_run))
    rows = _Rows(programme.id, import_run)
    people_known = 0
    for draft in drafts:
        incident_id = known.get(draft.origin_key) if draft.origin_key else None
        if incident_id is None:
            incident_id = rows.add_incident(draft)
            if draft.origin_key:
                known[draft.origin_key] = incident_id
        for person in draft.people:
            if person.origin_key is not None and person.origin_key in known_people:
                people_known += 1
                continue
            rows.add_person(incident_id, person)
            known_people |= {person.origin_key} if person.origin_key else set()
    rows.write()
    audit.record(
        Event.INCIDENT_RECORDED, target=import_run or programme, programme_id=programme.id, by=by, at=at,
        count=len(rows.people),
    )  # fmt: skip
    named = {draft.origin_key for draft in drafts}
    return IncidentsRecorded(
        len(rows.incidents), len(rows.people), len(rows.doses), len(named & earlier), people_known
    )


@transaction.atomic
def merge_incidents(*, kept: Incident, merged: Incident, by: Actor, at: datetime) -> Incident:
    """Two reports of one incident: from now on `merged` counts as `kept`. Nothing of either is changed otherwise."""
    check_may_record_incident(by, kept.programme_id, None)
    if kept.programme_id != merged.programme_id or kept.id == merged.id:
        raise Invalid(Sentence("Two different incidents of one programme can be merged."))
    rows = {
        row.id: row
        for row in Incident.objects.select_for_update(no_key=True)
        .filter(id__in=[kept.id, merged.id])
        .order_by("id")
    }
    if rows[kept.id].merged_into_id is not None or rows[merged.id].merged_into_id is not None:
        raise Unready(Sentence("One of these incidents is merged already. Undo that merge first."))
    if Incident.objects.filter(merged_into=merged).exists():
        raise Unready(Sentence("Other incidents are merged into this one. Undo those merges first."))
    Incident.objects.filter(id=merged.id).update(merged_into=kept)
    merged.refresh_from_db()
    audit.record(Event.INCIDENTS_MERGED, target=merged, programme_id=merged.programme_id, by=by, at=at)
    return merged


@transaction.atomic
def keep_incidents_apart(*, first: Incident, second: Incident, by: Actor, at: datetime) -> IncidentsApart:
    """Two incidents alike are two: they are not proposed again. Said twice, the first time counts."""
    check_may_record_incident(by, first.programme_id, None)
    if first.programme_id != second.programme_id or first.id == second.id:
        raise Invalid(Sentence("Choose two different incidents of one programme."))
    low, high = sorted((first, second), key=lambda one: one.id)
    if low.merged_into_id == high.id or high.merged_into_id == low.id:
        raise Unready(Sentence("These two count as one incident. Undo the merge first."))
    row, _ = IncidentsApart.objects.get_or_create(
        first=low, second=high, defaults={"programme_id": low.programme_id, "apart_at": at, "apart_by": by.id}
    )
    audit.record(Event.INCIDENTS_KEPT_APART, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def unmerge_incidents(*, merged: Incident, by: Actor, at: datetime) -> Incident:
    """They were two after all: `merged` counts by itself again."""
    check_may_record_incident(by, merged.programme_id, None)
    if not Incident.objects.filter(id=merged.id, merged_into__isnull=False).update(merged_into=None):
        raise Unready(Sentence("This incident is not merged into another."))
    merged.refresh_from_db()
    audit.record(Event.INCIDENTS_UNMERGED, target=merged, programme_id=merged.programme_id, by=by, at=at)
    return merged
