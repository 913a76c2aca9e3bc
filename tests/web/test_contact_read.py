"""Opening a colleague's contact is reading a history: the audit has it, with ids only."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.world import World

from throughline.records.accounts.models import Account
from throughline.records.audit.models import AuditEvent
from throughline.records.engagement.actions import correct_contact, record_contact
from throughline.records.engagement.models import Contact
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft

pytestmark = pytest.mark.django_db


def addresses(contact: Contact) -> list[str]:
    return [
        reverse("receipt", args=[contact.id]),
        reverse("correct", args=[contact.id]),
        f"/api/contacts/{contact.id}",
    ]


def reads(account: Account, contact: Contact) -> list[tuple[str, str, str]]:
    """Opens a contact on each of its ways, and tells what the audit gained: who, of what kind, which one."""
    browser = Client()
    browser.force_login(account)
    before = set(AuditEvent.objects.values_list("id", flat=True))
    for address in addresses(contact):
        assert browser.get(address).status_code == 200
    gained = AuditEvent.objects.exclude(id__in=before).filter(action="client_history_read")
    assert not any(event.reason for event in gained)
    return [(event.actor_id, event.target_kind, event.target_id) for event in gained]


def test_reading_a_colleagues_contact_is_an_event_of_its_client(world: World) -> None:
    expected = (str(world.cast.alice.account.id), "clients.client", str(world.client.id))
    assert reads(world.cast.alice.account, world.contact) == [expected] * 3


def test_reading_ones_own_contact_or_one_of_nobody_is_none(world: World, now: datetime) -> None:
    assert reads(world.cast.bob.account, world.contact) == []
    draft = ContactDraft(site_id=world.cast.site.id, route=Route.SERVICE, device_time=now)
    anonymous = record_contact(draft=draft, by=world.cast.bob.actor, at=now)
    assert reads(world.cast.alice.account, anonymous) == []


def test_reading_a_contact_that_is_another_persons_now_is_an_event_of_that_person(
    world: World, now: datetime
) -> None:
    draft = ContactDraft(
        site_id=world.cast.site.id, route=Route.SERVICE, device_time=now, client_code="ZZ01011970M"
    )
    other = record_contact(draft=draft, by=world.cast.bob.actor, at=now)
    moved = correct_contact(
        contact=other, draft=draft, base_version=1, why="wrong_person", by=world.cast.bob.actor, at=now
    )
    assert {target for _, _, target in reads(world.cast.alice.account, moved)} == {str(moved.client_id)}
