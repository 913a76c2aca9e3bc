"""What comes back for a code that another site knows is what comes back for one that nobody knows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.api.world import World, bodies
from tests.cast import SYSTEM
from throughline.records.clients.actions import describe_client
from throughline.records.engagement.actions import record_contact
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft

CODES = {"known elsewhere": "ZZ02021990M", "known nowhere": "ZZ03031991M"}


@pytest.fixture
def bob(world: World) -> Browser:
    cast, at = world.cast, timezone.now() - timedelta(days=300)
    draft = ContactDraft(
        cast.other_site.id, Route.SERVICE, device_time=at, client_code=CODES["known elsewhere"]
    )
    client = record_contact(draft=draft, by=SYSTEM, at=at).client
    assert client is not None
    describe_client(
        client=client, site=cast.other_site, birth_year_band="1990-1994", gender="man",
        area=cast.other_site.area, by=SYSTEM, at=at,
    )  # fmt: skip
    browser = Browser()
    browser.force_login(cast.bob.account)
    return browser


def told(browser: Browser, world: World, code: str) -> dict[str, Any]:
    """Everything of the client's page after a contact with a code, without what differs from row to row."""
    body = json.dumps({**bodies(world)["record_contact"], "client_code": code})
    made = browser.post("/api/contacts", body, content_type="application/json").json()
    assert UUID(made["client_id"]).version == 4
    shown = browser.get(f"/api/clients/{made['client_id']}").json()
    text = json.dumps({**shown, "contacts": len(shown["contacts"])})
    return dict(json.loads(text.replace(made["client_id"], "CLIENT")))


def test_client_that_another_site_knows_looks_like_a_new_one(world: World, bob: Browser) -> None:
    known, unknown = (told(bob, world, code) for code in CODES.values())
    for shown in (known, unknown):
        shown["open_needs"] = [{**need, "id": ""} for need in shown["open_needs"]]
        shown["told_before"] = [{**one, "first_at": ""} for one in shown["told_before"]]
    assert known == unknown
    assert known["birth_year_band"] == known["gender"] == known["area"] == "not_recorded"
