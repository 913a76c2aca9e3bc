"""What phones sent and is held comes to who looks after the site: they see why, never a code, and decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from tests.exchange.device_event.phones import phone_of, wire
from tests.records.made import a_phone, events
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.clients.models import ClientKey
from throughline.records.engagement.actions import REASONS
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.records.programme.actions import add_code, retire_code
from throughline.records.programme.models import CodeListEntry
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


def test_manager_reads_everything_that_was_told_and_what_stands_beside_it(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    cast = world.cast
    phone = phone_of(cast, cast.bob, now)
    told = {
        "disclosures": [
            {"topic": "debt", "answer": "said_no", "raised_by": "worker"},
            {"topic": "court", "answer": "declined"},
        ],
        "needs": [{"domain": "housing", "urgency": "today", "actions": ["advised"],
                   "barriers": [{"kind": "stigma", "level": "organisational"}]}],
        "barriers": [{"kind": "waiting", "level": "structural"}],
        "on_behalf_of": 3,
    }  # fmt: skip
    first = phone.event("contact", now)
    first["contact"] |= {"client_code": CODE, "place": "street", "on_behalf_of": "declined"}
    phone.tell(first, now)
    for place, more in (("van", {}), ("counter", told)):
        phone.tell(phone.event("correction", now, contact_id=first["id"], base_version=1, why="told_later",
                               contact=phone.contact(now, place=place, **more), keeps_client=True), now)  # fmt: skip
    phone.tell(phone.event("withdrawal", now, contact_id=first["id"], base_version=1), now)
    debt = CodeListEntry.objects.get(programme=cast.programme, list_name="topic", code="debt")
    retire_code(entry=debt, by=cast.ada.actor, at=now)
    page = words_of(sign_in(cast.alice.account).get(reverse("arrivals")))
    for line in (
        "Place counter van differs",
        "By which route service service the same",
        "Came up court: declined, debt: said no (raised by the worker) not recorded differs",
        "Needs housing (today, advised, in the way: stigma (of the service)) not recorded differs",
        "In the way waiting (of the whole system) not recorded differs",
        "Also for others 3 not recorded differs",
        "What stands there now Site Harrowmere",
    ):
        assert line in page
    assert CODE not in page
    reads = [row for row in events("client_history_read") if row.actor_id == str(cast.alice.account.id)]
    assert len(reads) == 2, "the audit has each reading of what stands"


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


def test_clock_that_is_wrong_is_kept_and_told_of_beside_its_device(world: World, sign_in: SignIn) -> None:
    cast, at = world.cast, timezone.now()
    phone = phone_of(cast, cast.bob, at)
    bob = sign_in(cast.bob.account)
    assert "Bob yours" in (page := words_of(bob.get(reverse("devices")))) and "off by" not in page
    body = {"device_id": str(phone.id), "device_time": (at + timedelta(minutes=10)).isoformat()}
    events = [wire(phone.sealed(phone.event("contact", at)))]
    answer = bob.post("/api/recorder/events", body | {"events": events}, content_type="application/json")
    assert answer.json()["answers"][0]["state"] == "accepted"
    kept = DeviceEvent.objects.get(device_id=phone.id).clock_skew_seconds
    assert kept is not None and 570 < kept < 630
    assert "off by 10 minutes" in words_of(sign_in(cast.alice.account).get(reverse("devices")))


def test_inbox_tells_its_owner_alone_what_is_held_and_never_the_code(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    cast = world.cast
    phone = phone_of(cast, cast.bob, now)
    first, wrong = phone.event("contact", now), phone.event("contact", now)
    wrong["contact"] |= {"place": "pier", "client_code": CODE}
    phone.tell(first, now)
    phone.tell(wrong, now)
    for place in ("van", "street"):
        change = phone.event("correction", now, contact_id=first["id"], base_version=1, why="told_later",
                             contact=phone.contact(now, place=place))  # fmt: skip
        phone.tell(change, now)
    bob, alice = sign_in(cast.bob.account), sign_in(cast.alice.account)
    held = {one["id"]: one for one in bob.get("/api/recorder/inbox").json()["held"]}
    assert set(held) == {wrong["id"], change["id"]} and alice.get("/api/recorder/inbox").json() == {
        "held": []
    }
    refused, conflict = held[wrong["id"]], held[change["id"]]
    assert refused["has_client_code"] and refused["contact"]["place"] == "pier" and refused["current"] is None
    assert "client_code" not in refused["contact"] and CODE not in repr(held)
    assert conflict["state"] == "conflict" and conflict["current"]["version"] == 2
    assert (conflict["contact"]["place"], conflict["current"]["place"]) == ("street", "van")
    # sent anew in its place, with the code that the phone cannot read any more
    anew = phone.event("contact", now, replaces=wrong["id"], keeps_code=True)
    assert phone.tell(anew, now).state == "accepted"
    assert Contact.objects.get(id=anew["id"]).client_id is not None
    path = f"/api/recorder/inbox/{change['id']}/drop"
    assert alice.post(path, {"why": "did_not_happen"}, content_type="application/json").status_code == 404
    assert bob.post(path, {"why": "because"}, content_type="application/json").status_code == 422
    assert bob.post(path, {"why": "stands_as_it_is"}, content_type="application/json").status_code == 204
    assert bob.get("/api/recorder/inbox").json() == {"held": []}


def test_what_waits_is_said_so_and_stays_in_the_inbox_until_what_it_follows_has_come(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    cast, bob = world.cast, sign_in(world.cast.bob.account)
    phone = phone_of(cast, cast.bob, now)
    first, other = phone.event("contact", now), phone.event("contact", now)
    change, lost = (
        phone.event("withdrawal", now, contact_id=one["id"], after=one["id"]) for one in (first, other)
    )

    def tell(event: dict[str, Any]) -> dict[str, Any]:
        body = {
            "device_id": str(phone.id),
            "device_time": now.isoformat(),
            "events": [wire(phone.sealed(event))],
        }
        answered = bob.post("/api/recorder/events", body, content_type="application/json").json()["answers"]
        return dict(answered[0])

    def inbox() -> dict[str, str]:
        return {one["id"]: one["state"] for one in bob.get("/api/recorder/inbox").json()["held"]}

    for state in ("accepted", "already"):
        answer = tell(change)
        assert (answer["state"], answer["is_waiting"]) == (state, True) and "has not arrived" in answer["why"]
    tell(lost)
    assert inbox() == {change["id"]: "waiting", lost["id"]: "waiting"}
    assert not tell(first)["is_waiting"] and not tell(change)["is_waiting"]
    assert inbox() == {lost["id"]: "waiting"}
    drop = f"/api/recorder/inbox/{lost['id']}/drop"
    assert bob.post(drop, {"why": "did_not_happen"}, content_type="application/json").status_code == 204
    assert inbox() == {} and not tell(lost)["is_waiting"]


def test_screen_says_what_can_be_given_most_used_first_and_nothing_of_a_client(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    cast, bob = world.cast, sign_in(world.cast.bob.account)
    screen = bob.get("/api/recorder/screen").json()
    assert [site["name"] for site in screen["sites"]] == ["Harrowmere"]
    least = screen["sites"][0]["things"][-1]
    phone = phone_of(cast, cast.bob, now)
    event = phone.event("contact", now - timedelta(days=2))
    event["contact"]["kit_lines"] = [
        {name: least[name] for name in ("item_id", "kit_version_id")} | {"quantity": 9}
    ]
    event["contact"]["client_code"] = CODE
    for _ in range(3):
        phone.tell(event, now)
        event = phone.event("contact", now - timedelta(days=2)) | {"contact": event["contact"]}
    cache.clear()
    again = bob.get("/api/recorder/screen").json()
    assert again["sites"][0]["things"][0]["key"] == least["key"] and again["version"] != screen["version"]
    hello = bob.get("/api/recorder/hello").json()
    assert hello["screen_version"] == again["version"] and len(hello["epoch"]) == 36
    assert CODE not in repr(again) and str(world.client.id) not in repr(again)
    assert {"code": "told", "label": "told"} in again["enums"]["answer"]
    assert {one["code"] for one in again["enums"]["why_corrected"]} == REASONS
