"""A contact is recorded once, whole, or not at all; and only by who may."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests.cast import SYSTEM, Cast
from throughline.records.accounts.actions import register_device
from throughline.records.audit.models import AuditEvent
from throughline.records.clients.models import Client, ClientKey
from throughline.records.engagement import actions, queries
from throughline.records.engagement.models import Contact, ContactRevision, Disclosure, KitLine, Need
from throughline.records.programme.actions import record_police_agreement
from throughline.records.programme.models import Programme
from throughline.records.supplies.actions import add_item, add_kit_version
from throughline.vocabulary.chain import ActionKind, Answer, ContactKind, Route
from throughline.vocabulary.contact import (
    BarrierDraft,
    ContactDraft,
    DisclosureDraft,
    KitLineDraft,
    NeedDraft,
)
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready

pytestmark = pytest.mark.django_db
CODE = "QK17031979F"


@pytest.fixture
def draft(cast: Cast, now: datetime) -> ContactDraft:
    return ContactDraft(
        site_id=cast.site.id,
        route=Route.SERVICE,
        device_time=now - timedelta(minutes=2),
        client_code=CODE,
        disclosures=(DisclosureDraft("crack_use", Answer.TOLD), DisclosureDraft("housing", Answer.DECLINED)),
        needs=(NeedDraft("housing", actions=(ActionKind.ADVISED,), barriers=(BarrierDraft("waiting"),)),),
        barriers=(BarrierDraft("opening_hours"),),
    )


def test_record_contact_whole(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    contact = actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    assert contact.client is not None
    assert contact.on_behalf_of is None and contact.on_behalf_of_nothing == "not_recorded"
    assert {d.topic: d.answer for d in contact.disclosures.all()} == {
        "crack_use": "told",
        "housing": "declined",
    }
    need = contact.needs.get()
    assert [a.kind for a in need.actions.all()] == ["advised"]
    assert [b.kind for b in need.barriers.all()] == ["waiting"]
    assert AuditEvent.objects.filter(action="contact_recorded", target_id=str(contact.id)).count() == 1


@pytest.mark.parametrize("who", ["omar", "chen", "rosa", "grace", "ada", "dana", "stranger"])
def test_record_contact_wrong_role_is_refused(
    cast: Cast, draft: ContactDraft, now: datetime, who: str
) -> None:
    with pytest.raises(NotAllowed):
        actions.record_contact(draft=draft, by=cast.everybody()[who], at=now)
    assert not Contact.objects.exists()
    assert not Client.objects.exists()


def test_record_contact_other_site_is_refused(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    with pytest.raises(NotAllowed, match="not one of your sites"):
        actions.record_contact(
            draft=dataclasses.replace(draft, site_id=cast.other_site.id), by=cast.bob.actor, at=now
        )


def test_same_code_is_the_same_client_however_typed(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    first = actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    typed = dataclasses.replace(draft, client_code="qk 17.03.1979 f")
    second = actions.record_contact(draft=typed, by=cast.priya.actor, at=now)
    assert first.client_id == second.client_id
    assert Client.objects.count() == 1


def test_same_code_in_two_programmes_differs(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    there = dataclasses.replace(draft, site_id=cast.elsewhere_site.id)
    actions.record_contact(draft=there, by=cast.dana.actor, at=now)
    assert len(set(ClientKey.objects.values_list("pseudonym", flat=True))) == 2


def test_client_code_is_stored_nowhere(cast: Cast, draft: ContactDraft, now: datetime, caplog) -> None:
    actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    with pytest.raises(Invalid) as refused:
        actions.record_contact(
            draft=dataclasses.replace(draft, client_code="ZZ9999F"), by=cast.bob.actor, at=now
        )
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            content = str(cursor.fetchall())
            assert CODE not in content and "17031979" not in content, table
    assert CODE not in repr(draft) and CODE not in caplog.text
    assert "ZZ9999F" not in str(refused.value)


def test_contact_resent_by_device_is_the_same_contact(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    device = register_device(
        programme_id=cast.programme.id,
        site_id=cast.site.id,
        account=cast.bob.account,
        by=cast.bob.actor,
        at=now,
    )
    sent = dataclasses.replace(draft, device_id=device.id, device_sequence=1)
    first = actions.record_contact(draft=sent, by=cast.bob.actor, at=now)
    again = actions.record_contact(draft=sent, by=cast.bob.actor, at=now + timedelta(hours=1))
    assert first.id == again.id
    assert Contact.objects.count() == 1 and Disclosure.objects.count() == 2


def test_contact_id_of_somebody_else_is_refused(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    taken = dataclasses.replace(draft, id=uuid.uuid4())
    actions.record_contact(draft=taken, by=cast.bob.actor, at=now)
    with pytest.raises(Unready):
        actions.record_contact(draft=taken, by=cast.priya.actor, at=now)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"disclosures": (DisclosureDraft("no_such_topic", Answer.TOLD),)}, "not on this programme's list"),
        ({"needs": (NeedDraft("no_such_need"),)}, "not on this programme's list"),
        ({"client_code": "not a code"}, "does not follow the rule"),
        ({"kind": ContactKind.TALLY, "tally": 4}, "cannot carry one client code"),
        ({"disclosures": (DisclosureDraft("debt", Answer.TOLD),) * 2}, "answered twice"),
    ],
)
def test_record_contact_invalid(
    cast: Cast, draft: ContactDraft, now: datetime, change: dict, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        actions.record_contact(draft=dataclasses.replace(draft, **change), by=cast.bob.actor, at=now)
    assert not Contact.objects.exists()


def test_record_contact_in_the_future_is_refused(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    late = dataclasses.replace(draft, device_time=now + timedelta(days=2))
    with pytest.raises(Invalid, match="future"):
        actions.record_contact(draft=late, by=cast.bob.actor, at=now)


@pytest.fixture
def pipes(cast: Cast, draft: ContactDraft, now: datetime) -> ContactDraft:
    Programme.objects.filter(id=cast.programme.id).update(is_agreement_needed=True)
    pipe = add_item(
        programme=cast.programme,
        name="Pipe",
        kind="safe_inhalation_pipe",
        is_controlled=True,
        by=SYSTEM,
        at=now,
    )
    kit = add_kit_version(
        programme=cast.programme, name="Pipe kit", components={pipe: 2}, from_on=now.date(), by=SYSTEM, at=now
    )
    return dataclasses.replace(draft, kit_lines=(KitLineDraft(kit_version_id=kit.id, quantity=1),))


def test_controlled_item_without_agreement_is_refused_before_it_leaves(
    cast: Cast, pipes: ContactDraft, now
) -> None:
    with pytest.raises(Unready, match="No police agreement"):
        actions.record_contact(draft=pipes, by=cast.bob.actor, at=now)
    assert not Contact.objects.exists()


def test_controlled_item_after_agreement_ended_says_when(
    cast: Cast, pipes: ContactDraft, now: datetime
) -> None:
    record_police_agreement(
        force=cast.police, area=cast.site.area, item_kinds=["safe_inhalation_pipe"],
        from_on=(now - timedelta(days=99)).date(), to_on=(now - timedelta(days=9)).date(),
        document_reference="letter 1", by=SYSTEM, at=now,
    )  # fmt: skip
    with pytest.raises(Unready, match="ended on 21 Feb 2026"):
        actions.record_contact(draft=pipes, by=cast.bob.actor, at=now)


def test_controlled_item_that_left_already_is_kept_and_flagged(
    cast: Cast, pipes: ContactDraft, now: datetime
) -> None:
    happened = dataclasses.replace(pipes, is_after_the_fact=True)
    contact = actions.record_contact(draft=happened, by=cast.bob.actor, at=now)
    assert contact.is_flagged_supply
    assert KitLine.objects.filter(contact=contact).count() == 1
    # what only came back has not left
    came_back = dataclasses.replace(
        pipes, kit_lines=(dataclasses.replace(pipes.kit_lines[0], quantity=0, returned=3),)
    )
    assert not actions.record_contact(draft=came_back, by=cast.bob.actor, at=now).is_flagged_supply


def test_controlled_item_under_agreement(cast: Cast, pipes: ContactDraft, now: datetime) -> None:
    record_police_agreement(
        force=cast.police, area=cast.site.area, item_kinds=["safe_inhalation_pipe"], from_on=now.date(), to_on=None,
        document_reference="letter 2", by=SYSTEM, at=now,
    )  # fmt: skip
    assert not actions.record_contact(draft=pipes, by=cast.bob.actor, at=now).is_flagged_supply


def test_correct_contact_keeps_what_it_said(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    contact = actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    need = contact.needs.get()
    changed = dataclasses.replace(
        draft, disclosures=(DisclosureDraft("debt", Answer.TOLD),), needs=(NeedDraft("benefits", id=need.id),)
    )
    corrected = actions.correct_contact(
        contact=contact, draft=changed, base_version=1, why="told_later", by=cast.bob.actor, at=now
    )
    assert (corrected.id, corrected.version) == (contact.id, 2)
    assert [d.topic for d in Contact.objects.get().disclosures.all()] == ["debt"]
    assert Need.objects.get().domain == "benefits" and Need.objects.get().id == need.id
    revision = ContactRevision.objects.get()
    assert (revision.version, revision.why, revision.corrected_by) == (1, "told_later", cast.bob.actor.id)
    assert {d["topic"] for d in revision.was["disclosures"]} == {"crack_use", "housing"}


def test_correct_contact_from_an_old_version_is_refused(
    cast: Cast, draft: ContactDraft, now: datetime
) -> None:
    contact = actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    kwargs = {"contact": contact, "draft": draft, "base_version": 1, "why": "typing_mistake", "at": now}
    actions.correct_contact(**kwargs, by=cast.bob.actor)
    with pytest.raises(Unready, match="version 2"):
        actions.correct_contact(**kwargs, by=cast.alice.actor)


def test_correct_contact_about_the_wrong_person_destroys_what_it_said(
    cast: Cast, draft: ContactDraft, now
) -> None:
    contact = actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    kwargs = {"contact": contact, "by": cast.bob.actor, "at": now}
    actions.correct_contact(**kwargs, draft=draft, base_version=1, why="typing_mistake")
    empty = ContactDraft(site_id=cast.site.id, route=Route.SERVICE, device_time=draft.device_time)
    actions.correct_contact(**kwargs, draft=empty, base_version=2, why="wrong_person")
    assert [(r.version, r.was) for r in ContactRevision.objects.order_by("version")] == [(1, None), (2, None)]
    assert not Disclosure.objects.exists()
    assert Contact.objects.get().client_id is None


def test_correct_contact_of_another_person_spares_what_colleagues_wrote(
    cast: Cast, draft: ContactDraft, now: datetime
) -> None:
    """Who recorded it cannot alone destroy what the manager put right in it; the manager can."""
    contact = actions.record_contact(draft=draft, by=cast.priya.actor, at=now)
    right = dataclasses.replace(draft, client_code=None, disclosures=(), needs=())
    kwargs = {"contact": contact, "draft": right, "at": now}
    actions.correct_contact(**kwargs, base_version=1, why="told_later", by=cast.priya.actor)
    actions.correct_contact(**kwargs, base_version=2, why="typing_mistake", by=cast.alice.actor)
    with pytest.raises(
        NotAllowed, match=r"A colleague corrected this contact.*Practitioner, Service manager"
    ):
        actions.correct_contact(**kwargs, base_version=3, why="wrong_person", by=cast.priya.actor)
    assert [bool(r.was) for r in ContactRevision.objects.order_by("version")] == [True, True]
    assert Contact.objects.get().version == 3
    actions.correct_contact(**kwargs, base_version=3, why="wrong_person", by=cast.alice.actor)
    assert not any(r.was for r in ContactRevision.objects.all())


def test_correct_contact_of_another_person_destroys_what_only_the_recorder_wrote(
    cast: Cast, draft: ContactDraft, now: datetime
) -> None:
    contact = actions.record_contact(draft=draft, by=cast.priya.actor, at=now)
    right = dataclasses.replace(draft, client_code=None, disclosures=(), needs=())
    for version, why in ((1, "told_later"), (2, "wrong_person")):
        actions.correct_contact(
            contact=contact, draft=right, base_version=version, why=why, by=cast.priya.actor, at=now
        )
    assert [r.was for r in ContactRevision.objects.all()] == [None, None]


def test_peer_worker_may_correct_own_contact_only(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    own = actions.record_contact(draft=draft, by=cast.priya.actor, at=now)
    actions.correct_contact(
        contact=own, draft=draft, base_version=1, why="typing_mistake", by=cast.priya.actor, at=now
    )
    bobs = actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    with pytest.raises(NotAllowed):
        actions.correct_contact(
            contact=bobs, draft=draft, base_version=1, why="typing_mistake", by=cast.priya.actor, at=now
        )


def test_withdrawn_contact_no_longer_counts(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    contact = actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    actions.withdraw_contact(contact=contact, base_version=1, by=cast.bob.actor, at=now)
    assert not Contact.objects.arrived().exists()
    assert Contact.objects.count() == 1
    with pytest.raises(NotFound):
        queries.contact_for(cast.bob.actor, contact.id)


def test_contacts_are_seen_by_who_may(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    seen = {name: Contact.objects.visible_to(actor).count() for name, actor in cast.everybody().items()}
    assert seen == {
        "alice": 1, "bob": 1, "priya": 0, "omar": 0, "chen": 0, "rosa": 0, "grace": 0, "ada": 0, "dana": 0,
        "stranger": 0,
    }  # fmt: skip


def test_close_need_once(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    need = actions.record_contact(draft=draft, by=cast.bob.actor, at=now).needs.get()
    closed = actions.close_need(need=need, closed_as="met", by=cast.bob.actor, at=now)
    assert (closed.closed_as, closed.closed_by) == ("met", cast.bob.actor.id)
    with pytest.raises(Unready):
        actions.close_need(need=need, closed_as="met", by=cast.bob.actor, at=now)
    with pytest.raises(NotAllowed):
        actions.record_action(need=need, kind=ActionKind.ADVISED, by=cast.priya.actor, at=now)


def test_record_contacts_counts_known_and_keeps_them(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    drafts = [
        dataclasses.replace(
            draft, origin_key=f"{n:064x}", is_after_the_fact=True, client_code=f"AB0102{1970 + n}F"
        )
        for n in range(5)
    ]
    kwargs = {"programme": cast.programme, "import_run": None, "by": cast.alice.actor, "at": now}
    assert actions.record_contacts(**kwargs, drafts=[*drafts, drafts[0]]) == actions.Recorded(5, 1)
    assert actions.record_contacts(**kwargs, drafts=drafts) == actions.Recorded(0, 5)
    assert Contact.objects.count() == Client.objects.count() == 5
    assert AuditEvent.objects.get(action="contact_recorded").count == 5


def test_told_before_is_told_once_with_its_first_time(cast: Cast, draft: ContactDraft, now: datetime) -> None:
    actions.record_contact(draft=draft, by=cast.bob.actor, at=now)
    later = dataclasses.replace(draft, device_time=now)
    contact = actions.record_contact(draft=later, by=cast.bob.actor, at=now)
    (told,) = queries.told_before(cast.bob.actor, contact.client)
    assert (told.topic, told.times, told.first_at) == ("crack_use", 2, draft.device_time)
    assert len(queries.contacts_of(cast.bob.actor, contact.client)) == 2
    assert not queries.contacts_of(cast.priya.actor, contact.client).exists()
