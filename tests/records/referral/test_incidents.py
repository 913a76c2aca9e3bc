"""Incidents are not people, an import adds nothing twice, and a merge can be undone."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import SYSTEM, Cast
from tests.records.made import an_import_run, an_incident, events
from throughline.records.programme.actions import remove_import
from throughline.records.programme.models import ImportRun
from throughline.records.referral import actions, queries
from throughline.records.referral.models import (
    Incident,
    IncidentPerson,
    IncidentReport,
    IncidentsApart,
    NaloxoneDose,
    Referral,
)
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.programme import ImportState
from throughline.vocabulary.referral import DoseRoute, GivenBy, IncidentFlag, YesNo

pytestmark = pytest.mark.django_db


def person(key: str | None, *quantities: int | Nothing) -> actions.PersonDraft:
    doses = tuple(actions.DoseDraft(quantity, DoseRoute.NASAL, GivenBy.POLICE) for quantity in quantities)
    return actions.PersonDraft(origin_key=key, naloxone_given=YesNo.YES if doses else YesNo.NO, doses=doses)


def incident(key: str | None, now: datetime, *people: actions.PersonDraft) -> actions.IncidentDraft:
    return actions.IncidentDraft(
        now - timedelta(days=1), people, key, reports=(actions.ReportDraft(GivenBy.POLICE, now),)
    )


def test_record_incidents_with_people_doses_and_reports(cast: Cast, now: datetime) -> None:
    drafts = [
        incident("i1", now, person("p1", 2, 1), person("p2", Nothing.NOT_RECORDED)),
        incident("i2", now, person("p3")),
        dataclasses.replace(
            incident("i1", now, person("p4")), flags=frozenset({IncidentFlag.DATE_OUTLIES_FILE})
        ),
    ]
    done = actions.record_incidents(programme=cast.programme, drafts=drafts, by=cast.alice.actor, at=now)
    assert done == actions.IncidentsRecorded(
        incidents=2, people=4, doses=3, incidents_known=0, people_known=0
    )
    first = Incident.objects.get(origin_key="i1")
    assert first.people.count() == 3 and first.reports.count() == 1
    doses = NaloxoneDose.objects.order_by("person__origin_key", "id").values_list(
        "quantity", "quantity_nothing"
    )
    assert sorted(doses, key=str) == sorted([(2, None), (1, None), (None, "not_recorded")], key=str)
    assert [event.count for event in events("incident_recorded")] == [4]


def test_record_incidents_again_adds_nothing(cast: Cast, now: datetime) -> None:
    drafts = [incident("i1", now, person("p1", 1)), incident("i2", now, person("p2"))]
    actions.record_incidents(programme=cast.programme, drafts=drafts, by=SYSTEM, at=now)
    again = actions.record_incidents(programme=cast.programme, drafts=drafts, by=SYSTEM, at=now)
    assert again == actions.IncidentsRecorded(0, 0, 0, incidents_known=2, people_known=2)
    assert (IncidentPerson.objects.count(), IncidentReport.objects.count(), NaloxoneDose.objects.count()) == (
        2,
        2,
        1,
    )


def test_record_incidents_adds_a_new_person_to_a_known_incident(cast: Cast, now: datetime) -> None:
    actions.record_incidents(
        programme=cast.programme, drafts=[incident("i1", now, person("p1"))], by=SYSTEM, at=now
    )
    run = an_import_run(cast)
    done = actions.record_incidents(
        programme=cast.programme, drafts=[incident("i1", now, person("p1"), person("p2"))], import_run=run,
        by=SYSTEM, at=now,
    )  # fmt: skip
    assert (done.incidents, done.people, done.incidents_known, done.people_known) == (0, 1, 1, 1)
    (row,) = Incident.objects.all()
    assert [p.origin_key for p in queries.people_for(cast.alice.actor, row.id)] == ["p1"]
    ImportRun.objects.filter(id=run.id).update(state=ImportState.COMPLETE.value)
    assert queries.people_for(cast.alice.actor, row.id).count() == 2


def test_record_incidents_by_hand_without_keys_is_never_known(cast: Cast, now: datetime) -> None:
    for _ in range(2):
        done = actions.record_incidents(
            programme=cast.programme, drafts=[incident(None, now, person(None))], by=cast.alice.actor, at=now
        )
        assert (done.incidents, done.people, done.incidents_known, done.people_known) == (1, 1, 0, 0)


def test_record_incidents_in_two_programmes_are_two(cast: Cast, now: datetime) -> None:
    for programme in (cast.programme, cast.elsewhere):
        done = actions.record_incidents(
            programme=programme, drafts=[incident("i1", now, person("p1"))], by=SYSTEM, at=now
        )
        assert done.incidents == 1


def test_record_incidents_beside_an_unfinished_import_is_unready(cast: Cast, now: datetime) -> None:
    drafts = [incident("i1", now, person("p1"))]
    broken = an_import_run(cast, ImportState.BROKEN)
    actions.record_incidents(programme=cast.programme, drafts=drafts, import_run=broken, by=SYSTEM, at=now)
    with pytest.raises(Unready, match="has not finished"):
        actions.record_incidents(
            programme=cast.programme, drafts=drafts, import_run=an_import_run(cast), by=SYSTEM, at=now
        )
    assert remove_import(run=broken, by=cast.alice.actor, at=now) == 2
    done = actions.record_incidents(
        programme=cast.programme, drafts=drafts, import_run=an_import_run(cast), by=SYSTEM, at=now
    )
    assert done.incidents == 1


def test_remove_import_leaves_what_was_there_before(cast: Cast, now: datetime) -> None:
    an_incident(cast, "i1")
    run = an_import_run(cast)
    drafts = [incident("i1", now, person("late", 1)), incident("i2", now, person("p2", 1))]
    actions.record_incidents(programme=cast.programme, drafts=drafts, import_run=run, by=SYSTEM, at=now)
    assert remove_import(run=run, by=cast.alice.actor, at=now) == 3
    assert [i.origin_key for i in Incident.objects.all()] == ["i1"]
    assert IncidentPerson.objects.count() == 1 and not NaloxoneDose.objects.exists()


@pytest.mark.parametrize("name", ["bob", "priya", "omar", "chen", "rosa", "grace", "ada", "dana", "stranger"])
def test_incidents_refuse_who_may_not(cast: Cast, now: datetime, name: str) -> None:
    one, two, by = an_incident(cast, "i1"), an_incident(cast, "i2"), cast.everybody()[name]
    with pytest.raises(NotAllowed):
        actions.record_incidents(programme=cast.programme, drafts=[], by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.merge_incidents(kept=one, merged=two, by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.unmerge_incidents(merged=two, by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.keep_incidents_apart(first=one, second=two, by=by, at=now)
    with pytest.raises(NotFound):
        queries.incident_for(by, one.id)
    assert not queries.incidents_for(by, cast.programme.id).exists()


def test_merge_incidents_counts_one_and_is_undone(cast: Cast, now: datetime) -> None:
    one, two = an_incident(cast, "i1"), an_incident(cast, "i2")
    actions.merge_incidents(kept=one, merged=two, by=cast.alice.actor, at=now)
    assert list(queries.incidents_for(cast.alice.actor, cast.programme.id)) == [one]
    with pytest.raises(Unready):
        actions.merge_incidents(kept=two, merged=one, by=cast.alice.actor, at=now)
    actions.unmerge_incidents(merged=two, by=cast.alice.actor, at=now)
    assert queries.incidents_for(cast.alice.actor, cast.programme.id).count() == 2
    with pytest.raises(Unready):
        actions.unmerge_incidents(merged=two, by=cast.alice.actor, at=now)
    assert len(events("incidents_merged")) == len(events("incidents_unmerged")) == 1


def test_incidents_kept_apart_are_not_proposed_again(cast: Cast, now: datetime) -> None:
    for programme in (cast.programme, cast.elsewhere):
        drafts = [incident(key, now) for key in ("i1", "i2")]
        actions.record_incidents(programme=programme, drafts=drafts, by=SYSTEM, at=now)
    one, two = Incident.objects.filter(programme=cast.programme).order_by("origin_key")
    alice, by = cast.alice.actor, {"by": cast.alice.actor, "at": now}
    assert queries.likely_same(alice, one) == [two]
    for first, second in ((one, two), (two, one)):  # said twice, it is said
        actions.keep_incidents_apart(first=first, second=second, **by)
    assert queries.likely_same(alice, one) == queries.likely_same(alice, two) == []
    assert queries.likely_pairs(alice, cast.programme.id) == []
    assert IncidentsApart.objects.count() == 1 and len(events("incidents_kept_apart")) == 2
    actions.merge_incidents(kept=one, merged=two, **by)  # somebody knows better by now
    with pytest.raises(Unready, match="Undo the merge"):
        actions.keep_incidents_apart(first=one, second=two, **by)
    for other in (one, Incident.objects.filter(programme=cast.elsewhere).first()):
        with pytest.raises(Invalid):
            actions.keep_incidents_apart(first=one, second=other, **by)


def test_merge_incidents_never_into_a_chain_nor_itself(cast: Cast, now: datetime) -> None:
    one, two, three = (an_incident(cast, f"i{n}") for n in range(3))
    with pytest.raises(Invalid):
        actions.merge_incidents(kept=one, merged=one, by=cast.alice.actor, at=now)
    actions.merge_incidents(kept=one, merged=two, by=cast.alice.actor, at=now)
    with pytest.raises(Unready, match="Other incidents"):
        actions.merge_incidents(kept=three, merged=one, by=cast.alice.actor, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(id=one.id).update(merged_into=one)


def test_incident_moment_is_one_of_value_and_nothing(cast: Cast) -> None:
    row = an_incident(cast)
    for nothing in (None, "", "suppressed"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Incident.objects.filter(id=row.id).update(occurred_at_nothing=nothing)


def test_incidents_and_referrals_never_reach_a_client_but_by_a_need() -> None:
    """The wall between police and service, by construction."""
    for model in (Incident, IncidentPerson, IncidentReport, NaloxoneDose):
        targets = {field.related_model._meta.label for field in model._meta.fields if field.related_model}
        assert targets <= {
            "programme.Programme",
            "programme.ImportRun",
            "referral.Incident",
            "referral.IncidentPerson",
        }
    targets = {field.related_model._meta.app_label for field in Referral._meta.fields if field.related_model}
    assert targets == {"programme"}
