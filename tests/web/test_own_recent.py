"""Through pages and the API, who sees no colleague's contacts sees their own of the last hours only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.world import CODE, World

from throughline.records.engagement.actions import record_contact
from throughline.records.foundation import new_id
from throughline.rules.access import RECENT
from throughline.vocabulary.chain import Answer, Route
from throughline.vocabulary.contact import ContactDraft, DisclosureDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya(world: World) -> Client:
    browser = Client()
    browser.force_login(world.cast.priya.account)
    return browser


def draft_at(world: World, at: datetime) -> ContactDraft:
    return ContactDraft(
        id=new_id(), site_id=world.cast.site.id, route=Route.PEER, device_time=at, client_code=CODE,
        disclosures=(DisclosureDraft("sex_work", Answer.TOLD),),
    )  # fmt: skip


def statuses(browser: Client, contact_id: object) -> list[int]:
    pages = (reverse("receipt", args=[contact_id]), reverse("correct", args=[contact_id]))
    return [browser.get(address).status_code for address in (*pages, f"/api/contacts/{contact_id}")]


def test_own_contact_of_long_ago_is_not_there_for_a_peer_worker(
    world: World, priya: Client, now: datetime
) -> None:
    draft = draft_at(world, now)
    for ago, expected in ((timedelta(hours=1), 200), (RECENT, 404)):
        at = now - ago
        contact = record_contact(
            draft=replace(draft, id=new_id(), device_time=at), by=world.cast.priya.actor, at=at
        )
        assert statuses(priya, contact.id) == [expected] * 3


def test_own_contact_of_long_ago_sent_again_is_kept_and_not_shown(
    world: World, priya: Client, now: datetime
) -> None:
    draft = draft_at(world, now - RECENT)
    contact = record_contact(draft=draft, by=world.cast.priya.actor, at=now - RECENT)
    body = {
        "id": str(contact.id), "site_id": str(contact.site_id), "route": "peer",
        "device_time": draft.device_time.isoformat(),
    }  # fmt: skip
    answer = priya.post("/api/contacts", json.dumps(body), content_type="application/json")
    assert answer.status_code == 409 and b"is kept" in answer.content and b"sex_work" not in answer.content
    page = {
        "id": str(contact.id), "site": str(contact.site_id), "route": "peer", "newness": "unknown",
        "mode": "not_recorded", "who_spoke": "not_recorded", "duration": "not_recorded",
    }  # fmt: skip
    shown = priya.post(reverse("record"), page, follow=True)
    assert shown.redirect_chain == [(reverse("own_records"), 302)]
    assert b"too long ago to be shown again" in shown.content
    contact.refresh_from_db()
    assert contact.version == 1
