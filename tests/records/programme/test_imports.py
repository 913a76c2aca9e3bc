"""Runs of imports: one at a time, complete or removed with all that came with them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.records.made import events
from throughline.records.engagement.actions import record_contacts
from throughline.records.engagement.models import Contact, Need
from throughline.records.programme.actions import (
    RowCounts,
    advance_import,
    complete_import,
    remove_import,
    start_import,
)
from throughline.records.programme.models import ImportRun
from throughline.records.programme.queries import unfinished_imports
from throughline.records.referral.actions import DoseDraft, IncidentDraft, PersonDraft, record_incidents
from throughline.records.referral.models import Incident, IncidentPerson, NaloxoneDose
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft, NeedDraft
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready


def a_run(cast: Cast, at: datetime) -> ImportRun:
    return start_import(
        programme=cast.programme, kind="contacts", mapping_name="log", mapping_hash="m", file_hash="f",
        by=cast.alice.actor, at=at,
    )  # fmt: skip


def fill(cast: Cast, run: ImportRun, at: datetime, *, contacts: int, incidents: int) -> None:
    drafts = [
        ContactDraft(
            site_id=cast.site.id, route=Route.SERVICE, device_time=at, needs=(NeedDraft("housing"),),
            origin_key=f"{number:064x}", is_after_the_fact=True,
        )
        for number in range(contacts)
    ]  # fmt: skip
    record_contacts(programme=cast.programme, drafts=drafts, import_run=run, by=cast.alice.actor, at=at)
    people = [
        IncidentDraft(at, (PersonDraft(f"p{number}", doses=(DoseDraft(1),)),), f"i{number}")
        for number in range(incidents)
    ]
    record_incidents(programme=cast.programme, drafts=people, import_run=run, by=cast.alice.actor, at=at)


def test_start_import_while_another_is_unfinished_is_refused(cast: Cast, now: datetime) -> None:
    run = a_run(cast, now)
    with pytest.raises(Unready, match="Another import"):
        a_run(cast, now)
    complete_import(run=run, rows=RowCounts(), by=cast.alice.actor, at=now)
    assert a_run(cast, now).state == "running"
    assert events("import_started")[0].target_id == str(run.id)


@pytest.mark.parametrize("rows", [RowCounts(3, 1, 1, 0), RowCounts(3, 1, 1, 2), RowCounts(0, 1, 0, 0)])
def test_complete_import_with_rows_that_do_not_add_up_is_refused(
    cast: Cast, now: datetime, rows: RowCounts
) -> None:
    run = a_run(cast, now)
    with pytest.raises(Invalid, match="do not add up"):
        complete_import(run=run, rows=rows, by=cast.alice.actor, at=now)
    assert not events("import_completed")


def test_complete_import_makes_its_rows_visible_at_once(cast: Cast, now: datetime) -> None:
    run = a_run(cast, now)
    fill(cast, run, now, contacts=2, incidents=1)
    seen = Contact.objects.visible_to(cast.alice.actor)
    assert (seen.count(), Incident.objects.visible_to(cast.alice.actor).count()) == (0, 0)
    advance_import(run=run, rows=RowCounts(3, 3), by=cast.alice.actor, at=now + timedelta(seconds=5))
    assert ImportRun.objects.get(id=run.id).heartbeat_at == now + timedelta(seconds=5)
    assert seen.count() == 0
    done = complete_import(run=run, rows=RowCounts(4, 3, 0, 1), by=cast.alice.actor, at=now)
    assert (done.state, done.rows_rejected, done.ended_at) == ("complete", 1, now)
    assert (seen.count(), Incident.objects.visible_to(cast.alice.actor).count()) == (2, 1)
    assert [event.count for event in events("import_completed")] == [3]


def test_complete_import_without_anything_new_says_so(cast: Cast, now: datetime) -> None:
    done = complete_import(run=a_run(cast, now), rows=RowCounts(2, 0, 1, 1), by=cast.alice.actor, at=now)
    assert done.state == "nothing_new"


def test_remove_import_takes_every_kind_of_row_with_it_and_nothing_else(cast: Cast, now: datetime) -> None:
    kept = a_run(cast, now)
    fill(cast, kept, now, contacts=1, incidents=1)
    complete_import(run=kept, rows=RowCounts(2, 2), by=cast.alice.actor, at=now)
    broken = a_run(cast, now)
    fill(cast, broken, now, contacts=3, incidents=2)  # of these, one each is known from the run before
    assert remove_import(run=broken, by=cast.alice.actor, at=now) == 2 + 1 + 1
    assert (Contact.objects.count(), Need.objects.count()) == (1, 1)
    assert (Incident.objects.count(), IncidentPerson.objects.count(), NaloxoneDose.objects.count()) == (
        1,
        1,
        1,
    )
    broken.refresh_from_db()
    assert (broken.state, broken.ended_at) == ("broken", now)
    assert [event.count for event in events("import_removed")] == [4]
    assert not unfinished_imports(cast.programme.id).exists()


def test_remove_import_of_a_complete_one_is_refused(cast: Cast, now: datetime) -> None:
    run = a_run(cast, now)
    fill(cast, run, now, contacts=1, incidents=0)
    complete_import(run=run, rows=RowCounts(1, 1), by=cast.alice.actor, at=now)
    with pytest.raises(Unready, match="its rows stay"):
        remove_import(run=run, by=cast.alice.actor, at=now)
    assert Contact.objects.count() == 1


def test_advance_import_after_its_removal_is_refused(cast: Cast, now: datetime) -> None:
    """A process that slept through its own removal must not write another batch."""
    run = a_run(cast, now)
    remove_import(run=run, by=cast.alice.actor, at=now)
    for action in (advance_import, complete_import):
        with pytest.raises(Unready, match="taken for broken"):
            action(run=run, rows=RowCounts(), by=cast.alice.actor, at=now)


def test_imports_by_who_may_not(cast: Cast, now: datetime) -> None:
    run = a_run(cast, now)
    for name, actor in cast.everybody().items():
        if name == "alice":
            continue
        with pytest.raises(NotAllowed):
            start_import(
                programme=cast.programme, kind="contacts", mapping_name="log", mapping_hash="m", file_hash="f", by=actor,
                at=now,
            )  # fmt: skip
        for action in (advance_import, complete_import):
            with pytest.raises(NotAllowed):
                action(run=run, rows=RowCounts(), by=actor, at=now)
        with pytest.raises(NotAllowed):
            remove_import(run=run, by=actor, at=now)
    assert ImportRun.objects.get().state == "running"
