"""A long line in few statements; two clients side by side, merged, undone, kept apart; nobody else sees any of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import SYSTEM
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.audit.models import AuditEvent
from throughline.records.clients.models import ClientMerge
from throughline.records.engagement.actions import close_need, record_contact
from throughline.records.referral.actions import Passing, make_referral
from throughline.vocabulary.chain import Answer, Route
from throughline.vocabulary.contact import ContactDraft, DisclosureDraft, NeedDraft
from throughline.vocabulary.referral import Door, ReferralKind
from throughline.vocabulary.sharing import SharingBasis

pytestmark = pytest.mark.django_db


def client_of(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]  # an account of the cast
    return client


def met(world: World, code: str, at: datetime, *, needs: bool = False) -> object:
    draft = ContactDraft(
        site_id=world.cast.site.id, route=Route.PEER, device_time=at, client_code=code,
        disclosures=(DisclosureDraft("housing", Answer.TOLD),), needs=(NeedDraft("housing"),) if needs else (),
    )  # fmt: skip
    contact = record_contact(draft=draft, by=SYSTEM, at=at)
    if needs:
        need = contact.needs.get()
        make_referral(
            from_site=world.cast.site, to_organisation=world.cast.housing, door=Door.SERVICE,
            kind=ReferralKind.LETTER, needs=[need], passing=Passing(SharingBasis.EMERGENCY), by=SYSTEM, at=at,
        )  # fmt: skip
        close_need(need=need, closed_as="met", by=SYSTEM, at=at)
    return contact.client


def test_client_with_a_long_past_is_shown_in_as_many_statements(world: World, now: datetime) -> None:
    alice, url = client_of(world.cast.alice.account), reverse("client", args=[world.client.id])
    for days in range(30, 34):
        met(world, "KX15071984F", now - timedelta(days=days), needs=True)
    alice.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        alice.get(url)
    for days in range(40, 66):
        met(world, "KX15071984F", now - timedelta(days=days), needs=True)
    with CaptureQueriesContext(connection) as many:
        page = alice.get(url)
    assert len(many) <= len(few)
    words = words_of(page)
    assert "31 contacts at sites that you may see" in words and "Page 1 of 2" in words
    assert "Needs closed" in words and "20 more were closed before" in words and "Town housing" in words
    assert "last on" in words
    assert page.content.decode().count('class="event ') == 20
    assert alice.get(url + "?page=2").content.decode().count('class="event ') == 11


def test_clients_alike_are_compared_merged_and_parted_again(world: World, now: datetime) -> None:
    alice, bob = client_of(world.cast.alice.account), client_of(world.cast.bob.account)
    other = met(world, "CX15071984F", now - timedelta(days=9))
    mine = reverse("client", args=[world.client.id])
    beside = reverse("beside", args=[world.client.id, other.id])  # type: ignore[attr-defined]  # a client
    assert beside in alice.get(mine).content.decode() and beside not in bob.get(mine).content.decode()
    both = [
        reverse("beside", args=pair) for pair in ((world.client.id, other.id), (other.id, world.client.id))
    ]  # type: ignore[attr-defined]  # a client
    listed = alice.get(reverse("likely")).content.decode()
    assert any(url in listed for url in both)
    read = AuditEvent.objects.filter(action="client_history_read").count()
    page = alice.get(beside)
    assert AuditEvent.objects.filter(action="client_history_read").count() == read + 2
    words = words_of(page)
    assert (
        "Is this the same person?" in words and "peer" in words and "KX15071984F" not in page.content.decode()
    )
    assert alice.post(beside, {"decision": "perhaps"})["Location"] == reverse("likely")
    answer = alice.post(beside, {"decision": "same"}, follow=True)
    assert "2 contacts at sites that you may see" in words_of(answer)
    assert beside not in answer.content.decode() and alice.get(beside).status_code == 302
    assert alice.get(reverse("likely")).content.decode().count("card-link") == 0
    merge = ClientMerge.objects.get()
    undo = reverse("unmerge", args=[merge.id])
    assert undo in answer.content.decode() and undo not in bob.get(mine).content.decode()
    assert bob.post(undo).status_code == 403
    assert re.search("They are two clients again", words_of(alice.post(undo, follow=True)))
    assert beside in alice.get(mine).content.decode()
    assert "not be proposed again" in words_of(alice.post(beside, {"decision": "apart"}, follow=True))
    assert beside not in alice.get(mine).content.decode()
