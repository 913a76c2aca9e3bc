"""What phones sent and is held comes to who looks after the site: they see why, never a code, and decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from django.urls import reverse
from tests.exchange.device_event.phones import phone_of, wire
from tests.records.made import a_phone, events
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.clients.models import ClientKey
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.records.programme.actions import add_code
from throughline.vocabulary.arriving import EventState

pytestmark = pytest.mark.django_db
CODE = "QK17031979F"


def test_held_record_is_tried_again_recorded_on_top_or_dropped(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    cast = world.cast
    phone = phone_of(cast, cast.bob, now)
    wrong = phone.event("contact", now)
    wrong["contact"] |= {"place": "pier", "client_code": CODE, "needs": [{"domain": "housing"}]}
    phone.tell(wrong, now)
    first = phone.event("contact", now)
    phone.tell(first, now)
    for topic in ("debt", "court"):
        event = phone.event(
            "correction", now, contact_id=first["id"], base_version=1, why="told_later",
            contact=phone.contact(now, disclosures=[{"topic": topic, "answer": "told"}]),
        )  # fmt: skip
        phone.tell(event, now)
    lost = phone.sealed(phone.event("contact", now))
    phone.send(replace(lost, sealed=b"\0" * 80), at=now)

    alice = sign_in(cast.alice.account)
    assert "3 records from phones are held" in words_of(alice.get(reverse("home")))
    page = words_of(alice.get(reverse("arrivals")))
    for told in ("pier is not on this programme's list", "changed in the meantime", "Its seal does not open", "Bob",
                 "Harrowmere", "housing", "court", "there is one; it is never shown"):  # fmt: skip
        assert told in page
    assert CODE not in page
    ada = words_of(sign_in(cast.ada.account).get(reverse("arrivals")))
    assert "Its seal does not open" in ada and "housing" not in ada, "an administrator sees no client's"
    peer = sign_in(cast.priya.account)
    assert (
        "held" not in words_of(peer.get(reverse("home"))) and peer.get(reverse("arrivals")).status_code == 403
    )

    rows = {row.why: row for row in DeviceEvent.objects.held()}

    def decide(held_for: str, **what: str) -> str:
        return words_of(alice.post(reverse("resolve_arrival", args=[rows[held_for].id]), what, follow=True))

    assert "It is still held: pier" in decide("refused", do="again")
    add_code(
        programme=cast.programme,
        list_name="place",
        code="pier",
        label="Pier",
        core="street",
        by=cast.ada.actor,
        at=now,
    )
    assert "recorded now" in decide("refused", do="again")
    contact = Contact.objects.get(id=wrong["id"])
    assert contact.recorded_by == str(cast.bob.account.id) and contact.device_id == phone.id
    assert contact.client_id is not None and ClientKey.objects.filter(client_id=contact.client_id).exists()
    assert "recorded now" in decide("changed_meanwhile", do="top")
    assert Contact.objects.get(id=first["id"]).version == 3
    assert "Say why" in decide("unopenable", do="drop", why="because")
    assert "was dropped" in decide("unopenable", do="drop", why="cannot_be_read")
    assert "Nothing is held" in words_of(alice.get(reverse("arrivals")))
    assert not DeviceEvent.objects.filter(sealed__isnull=False).exists()
    assert {row.reason for row in events("device_event_resolved")} == {"applied", "cannot_be_read"}
    # what is resolved stays so, and counts once, when the phone sends it again
    assert phone.send(lost, at=now).answers[0].state == "already"
    assert phone.tell(wrong, now).state == "already"


def test_lost_phone_is_retired_by_the_manager_and_its_records_come_in_a_file(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    cast = world.cast
    lost, other = phone_of(cast, cast.bob, now), a_phone(cast, now)
    inside = lost.event("contact", now)
    alice = sign_in(cast.alice.account)
    assert "Bob" in words_of(alice.get(reverse("devices")))
    answer = words_of(alice.post(reverse("retire_device", args=[lost.id]), follow=True))
    assert "is retired" in answer and events("device_retired")[0].target_id == str(lost.id)
    body = {"device_id": str(lost.id), "device_time": now.isoformat(), "events": [wire(lost.sealed(inside))]}
    bob = sign_in(cast.bob.account)
    refused = bob.post("/api/recorder/events", body, content_type="application/json")
    assert refused.status_code == 403 and "send them from another device" in refused.json()["detail"]
    again = {"device_id": str(lost.id), "site_id": str(cast.site.id)}
    assert bob.post("/api/recorder/devices", again, content_type="application/json").status_code == 409
    carried = bob.post(
        "/api/recorder/events", body | {"device_id": str(other.id)}, content_type="application/json"
    )
    assert [one["state"] for one in carried.json()["answers"]] == ["accepted"]
    row = DeviceEvent.objects.get(event_id=UUID(inside["id"]))
    assert (row.device_id, row.carried_by_id, row.state) == (lost.id, other.id, EventState.ACCEPTED.value)
    state = bob.get(f"/api/recorder/hello?device_id={lost.id}").json()["device"]
    assert state == {"state": "retired", "receipts": 1, "last_sequence": 1}
