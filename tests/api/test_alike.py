"""Two clients that are one, and two again; what was held and is recorded after all; a month closed and taken out."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from tests.api.world import World
from throughline.records.engagement.actions import record_contact
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft


def sent(browser: Browser, method: str, path: str, body: Any = None) -> HttpResponse:
    return browser.generic(
        method, path, "" if body is None else json.dumps(body), content_type="application/json"
    )


def test_two_clients_are_one_and_two_again(world: World) -> None:
    alice, cast = Browser(), world.cast
    alice.force_login(cast.alice.account)
    draft = ContactDraft(cast.site.id, Route.SERVICE, timezone.now(), client_code="CD02021981M")
    other = record_contact(draft=draft, by=cast.bob.actor, at=timezone.now()).client
    assert other is not None
    client, body = world.path("/api/clients/{client_id}"), {"other_id": str(other.id)}
    beside = alice.get(f"{client}/beside/{other.id}").json()
    assert [one["contacts"] for one in beside] == [1, 1]
    merged = sent(alice, "POST", f"{client}/merge", body).json()
    assert len(alice.get(f"/api/clients/{merged['client_id']}").json()["contacts"]) == 2
    assert sent(alice, "POST", f"{client}/apart", body).status_code == 422  # to her they are one
    assert sent(alice, "POST", f"/api/merges/{merged['merge_id']}/undo").status_code == 204
    assert sent(alice, "POST", f"/api/merges/{merged['merge_id']}/undo").status_code == 409
    assert sent(alice, "POST", f"{client}/apart", body).status_code == 204
    assert len(alice.get(client).json()["contacts"]) == 1


def test_shelves_months_and_arrivals_of_who_looks_after_a_site(world: World) -> None:
    alice = Browser()
    alice.force_login(world.cast.alice.account)
    programme, site = f"/api/programmes/{world.cast.programme.id}", f"/api/sites/{world.cast.site.id}"
    [held] = alice.get(f"{programme}/arrivals").json()
    assert (held["state"], held["contact"]) == ("rejected", None) and held["why"]
    assert sent(alice, "POST", f"{programme}/arrivals/{held['id']}/apply", {}).status_code == 409
    assert (
        sent(alice, "POST", f"{programme}/arrivals/{held['id']}/drop", {"why": "cannot_be_read"}).status_code
        == 204
    )
    assert alice.get(f"{programme}/arrivals").json() == []
    told = alice.get(f"{site}/stock/history").json()
    assert ([one["quantity"] for one in told["movements"]], len(told["counts"])) == ([50], 1)
    said = sent(alice, "PUT", f"{site}/months/2026-01/reported", {"reporting": "partial"}).json()
    assert said["reporting"] == "partial"
    assert sent(alice, "PUT", f"{site}/months/1-2/reported", {"reporting": "none"}).status_code == 422
    [phone] = alice.get(f"{programme}/devices").json()
    assert (phone["is_own"], phone["retired_at"]) == (False, None)
