"""Recording through the page: what is tapped is what is kept, once, and can be put right."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.forms import Select
from django.test import Client
from django.urls import reverse
from tests.web.words import words_of
from tests.web.world import CODE, World

from throughline.records.engagement.models import Contact
from throughline.records.programme.models import Programme
from throughline.records.supplies.actions import receive_stock
from throughline.records.supplies.models import Lot
from throughline.vocabulary.stock import StockLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(world: World) -> Client:
    client = Client()
    client.force_login(world.cast.bob.account)
    return client


def tapped(world: World, page: Any, **changes: str) -> dict[str, Any]:
    """A form as the browser sends it: hidden values of the page, and what was tapped."""
    form = page.context["form"]
    given = {
        "id": str(form["id"].value()),
        "site": str(world.cast.site.id),
        "route": "service",
        "newness": "unknown",
    }
    return given | {"mode": "not_recorded", "who_spoke": "not_recorded", "duration": "not_recorded"} | changes


def new_contact(world: World) -> Contact:
    return Contact.objects.exclude(id=world.contact.id).get()


def test_record_keeps_what_was_tapped_and_nothing_else(world: World, bob: Client) -> None:
    page = bob.get(reverse("record"))
    kit = f"kit_{world.kit.id.hex}"
    given = tapped(
        world, page, client_code=CODE, topic_crack_use="told", topic_debt="declined", need_legal="on",
        done_legal=["given_here"], urgency_legal="soon", barriers=["stigma"], on_behalf_of="0", **{kit: "2"},
    )  # fmt: skip
    answer = bob.post(reverse("record"), given)
    contact = new_contact(world)
    assert answer["Location"] == reverse("receipt", args=[contact.id])
    assert contact.client_id == world.client.id and contact.on_behalf_of == 0
    assert {(d.topic, d.answer) for d in contact.disclosures.all()} == {
        ("crack_use", "told"),
        ("debt", "declined"),
    }
    assert [(n.domain, n.urgency, [a.kind for a in n.actions.all()]) for n in contact.needs.all()] == [
        ("legal", "soon", ["given_here"])
    ]
    assert [(k.kit_version_id, k.quantity) for k in contact.kit_lines.all()] == [(world.kit.id, 2)]
    assert contact.worker is not None and contact.worker.account_id == world.cast.bob.account.id


def test_record_what_came_back_who_raised_it_and_at_which_level(world: World, bob: Client) -> None:
    foil = f"item_{world.item.id.hex}"
    given = tapped(
        world, bob.get(reverse("record")), client_code=CODE, topic_debt="told", raised_debt="worker",
        raised_housing="person", barriers=["stigma"], level_distance="structural", on_behalf_of="2",
        **{f"back_{foil}": "7", f"back_kit_{world.kit.id.hex}": "0"},
    )  # fmt: skip
    assert bob.post(reverse("record"), given).status_code == 302
    contact = new_contact(world)
    assert [(one.quantity, one.returned) for one in contact.kit_lines.all()] == [(0, 7)]
    assert [(one.topic, one.raised_by) for one in contact.disclosures.all()] == [("debt", "worker")]
    barriers = {("distance", "structural"), ("stigma", "not_recorded")}
    assert {(one.kind, one.level) for one in contact.barriers.all()} == barriers
    shown = words_of(bob.get(reverse("client", args=[world.client.id])))
    assert "Came back: 7 × Foil" in shown and "On behalf of 2 other people" in shown
    assert "debt (asked)" in shown and "distance (of the whole system)" in shown
    correct = reverse("correct", args=[contact.id])
    assert bob.post(correct, corrected(bob.get(correct), why="told_later")).status_code == 302
    assert [(one.quantity, one.returned) for one in contact.kit_lines.all()] == [(0, 7)]
    assert {(one.kind, one.level) for one in contact.barriers.all()} == barriers
    changes = {f"back_{foil}": "6", f"{foil}": "1", "level_distance": "personal"}
    changed = corrected(bob.get(correct), why="told_later", **changes)
    assert bob.post(correct, changed).status_code == 302
    assert [(one.quantity, one.returned) for one in contact.kit_lines.all()] == [(1, 6)]
    assert ("distance", "personal") in {(one.kind, one.level) for one in contact.barriers.all()}


def test_what_stood_in_the_way_of_one_need_is_said_at_that_need(world: World, bob: Client) -> None:
    given = tapped(
        world, bob.get(reverse("record")), client_code=CODE, need_legal="on", way_legal=["stigma", "distance"],
        way_housing=["stigma"],
    )  # fmt: skip
    told = words_of(bob.post(reverse("record"), given, follow=True))
    contact = new_contact(world)
    need = contact.needs.get()
    assert {one.kind for one in need.barriers.all()} == {
        "stigma",
        "distance",
    } and not contact.barriers.exists()
    assert "in its way: stigma, distance" in told.replace("distance, stigma", "stigma, distance")
    need.barriers.filter(kind="distance").update(level="structural")
    correct = reverse("correct", args=[contact.id])
    page = bob.get(correct)
    assert set(page.context["form"]["way_legal"].value()) == {"stigma", "distance"}
    assert bob.post(correct, corrected(page, why="told_later", way_legal=["distance"])).status_code == 302
    assert [(one.kind, one.level) for one in contact.needs.get().barriers.all()] == [("distance", "structural")]  # fmt: skip


def test_record_with_nothing_tapped_is_not_recorded_rather_than_no(world: World, bob: Client) -> None:
    bob.post(reverse("record"), tapped(world, bob.get(reverse("record"))))
    contact = new_contact(world)
    assert contact.is_anonymous and not contact.disclosures.exists() and not contact.needs.exists()
    assert contact.on_behalf_of is None and contact.on_behalf_of_nothing == "not_recorded"


def test_record_sent_twice_is_one_contact_and_says_so(world: World, bob: Client) -> None:
    given = tapped(world, bob.get(reverse("record")))
    first = bob.post(reverse("record"), given)
    again = bob.post(reverse("record"), given | {"topic_housing": "told"}, follow=True)
    assert Contact.objects.exclude(id=world.contact.id).count() == 1
    assert first["Location"] == again.redirect_chain[0][0]
    assert b"This form was saved before" in again.content


def test_record_remembers_where_and_nothing_of_the_person(world: World, bob: Client) -> None:
    bob.post(
        reverse("record"),
        tapped(world, bob.get(reverse("record")), route="peer", place="street", client_code=CODE),
    )
    assert dict(bob.session["last_contact"]) == {
        "site": str(world.cast.site.id), "route": "peer", "place": "street",
    }  # fmt: skip
    form = bob.get(reverse("record")).context["form"]
    assert (form["route"].value(), form["place"].value(), form["client_code"].value()) == (
        "peer",
        "street",
        None,
    )


def test_record_the_same_again_takes_over_equipment_only(world: World, bob: Client) -> None:
    form = bob.get(reverse("record") + f"?again={world.contact.id}").context["form"]
    assert form[f"item_{world.item.id.hex}"].value() == 2
    assert not form["topic_crack_use"].value() and not form["need_housing"].value()
    assert str(form["id"].value()) != str(world.contact.id)


def test_record_asks_for_a_lot_where_the_site_keeps_them_and_a_correction_keeps_it(
    world: World, bob: Client, now: datetime
) -> None:
    item, address = world.item, reverse("record")
    lot = f"lot_item_{item.id.hex}"
    assert lot not in bob.get(address).context["form"].fields
    more = {"batch": "A17", "expires_on": now.date() + timedelta(days=300)}
    receive_stock(
        site=world.cast.site, lines=[StockLine(item.id, 10, **more)], happened_at=now, by=world.cast.alice.actor, at=now
    )  # fmt: skip
    page = bob.get(address)
    assert "Which lot it came from" in words_of(page) and not page.context["form"].are_lots_open
    here = str(Lot.objects.get().id)
    bob.post(address, tapped(world, page, **{f"item_{item.id.hex}": "2", lot: here}))
    contact = new_contact(world)

    def kept() -> list[tuple[str, int]]:
        return [(str(line.lot_id), line.quantity) for line in contact.kit_lines.all()]

    assert kept() == [(here, 2)]
    again = bob.get(address + f"?again={contact.id}").context["form"]
    assert again[lot].value() == here and again.are_lots_open
    way = reverse("correct", args=[contact.id])
    bob.post(way, corrected(bob.get(way), why="told_later", **{f"item_{item.id.hex}": "3"}))
    assert kept() == [(here, 3)]
    bob.post(way, corrected(bob.get(way), why="typing_mistake", **{lot: ""}))
    assert kept() == [("None", 3)]


def test_record_begins_with_nothing_chosen_where_a_browser_would_choose_the_first(
    world: World, bob: Client
) -> None:
    page = bob.get(reverse("record"))
    form = page.context["form"]
    lists = [name for name, field in form.fields.items() if type(field.widget) is Select]
    assert {"place", "mode", "who_spoke", "duration"} <= set(lists)
    assert {name: str(form[name].value()) for name in lists} == dict.fromkeys(lists, "not_recorded")
    # sent as a browser does: each list with what it shows
    bob.post(reverse("record"), tapped(world, page, **{name: str(form[name].value()) for name in lists}))
    contact = new_contact(world)
    said = {contact.place, contact.mode, contact.who_spoke, contact.duration}
    assert said == {"not_recorded"} and not contact.barriers.exists()


def test_record_a_tally(world: World, bob: Client) -> None:
    bob.post(reverse("record"), tapped(world, bob.get(reverse("record")), tally="7"))
    contact = new_contact(world)
    assert (contact.kind, contact.tally) == ("tally", 7)


def test_record_a_wrong_code_says_the_rule_beside_the_field(world: World, bob: Client) -> None:
    answer = bob.post(reverse("record"), tapped(world, bob.get(reverse("record")), client_code="Kim Example"))
    assert answer.status_code == 422
    assert "client_code" in answer.context["form"].errors
    assert not Contact.objects.exclude(id=world.contact.id).exists()


def test_record_without_an_agreement_is_said_before_and_refused_after(world: World, bob: Client) -> None:
    Programme.objects.filter(id=world.cast.programme.id).update(is_agreement_needed=True)
    page = bob.get(reverse("record"))
    assert b"No police agreement covers" in page.content
    given = tapped(world, page, **{f"kit_{world.kit.id.hex}": "1"})
    refused = bob.post(reverse("record"), given)
    assert refused.status_code == 409 and b"It has been given out already" in refused.content
    assert bob.post(reverse("record"), given | {"is_after_the_fact": "on"}).status_code == 302
    assert new_contact(world).is_flagged_supply


def test_what_left_without_an_agreement_comes_to_who_looks_after_the_site(
    world: World, bob: Client, now: datetime
) -> None:
    alice = Client()
    alice.force_login(world.cast.alice.account)
    assert "Nothing is flagged" in words_of(alice.get(reverse("flagged_supply")))
    assert "without an agreement" not in words_of(alice.get(reverse("home")))
    Programme.objects.filter(id=world.cast.programme.id).update(is_agreement_needed=True)
    given = tapped(world, bob.get(reverse("record")), **{f"kit_{world.kit.id.hex}": "3"}, client_code=CODE)
    bob.post(reverse("record"), given | {"is_after_the_fact": "on"})
    assert "1 contact gave out a controlled item without an agreement" in words_of(alice.get(reverse("home")))
    page = words_of(alice.get(reverse("flagged_supply")))
    assert f"3 × {world.kit.kit.name}" in page and "Harrowmere" in page and CODE not in page
    peer = Client()
    peer.force_login(world.cast.priya.account)
    assert "without an agreement" not in words_of(peer.get(reverse("home")))
    assert peer.get(reverse("flagged_supply")).status_code == 403


def test_record_when_it_was_is_in_the_sites_own_time(world: World, bob: Client) -> None:
    given = tapped(world, bob.get(reverse("record")), happened_at="2026-07-01T09:30")
    receipt = bob.post(reverse("record"), given, follow=True)
    assert new_contact(world).device_time.isoformat() == "2026-07-01T08:30:00+00:00"  # London, in summer
    assert re.search(r"\b0?9:30", receipt.content.decode()) and not re.search(
        r"\b0?8:30", receipt.content.decode()
    )


def corrected(page: Any, **changes: Any) -> dict[str, Any]:
    form = page.context["form"]
    given = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (given | changes).items() if value not in (None, "", False)}


def test_correct_changes_one_thing_and_leaves_the_rest(world: World, bob: Client) -> None:
    address = reverse("correct", args=[world.contact.id])
    answer = bob.post(address, corrected(bob.get(address), why="told_later", topic_court="told"))
    assert answer.status_code == 302
    contact = Contact.objects.get(id=world.contact.id)
    assert contact.version == 2 and contact.client_id == world.client.id
    assert contact.device_time == world.contact.device_time
    assert {d.topic for d in contact.disclosures.all()} == {"crack_use", "debt", "court"}
    assert [need.id for need in contact.needs.all()] == [world.need.id]


def test_correct_from_an_old_version_keeps_what_was_typed_and_says_what_to_do(
    world: World, bob: Client, now: datetime
) -> None:
    address = reverse("correct", args=[world.contact.id])
    page = bob.get(address)
    bob.post(address, corrected(page, why="told_later", topic_court="told"))
    late = bob.post(address, corrected(page, why="wrong_time", topic_court="declined"))
    assert late.status_code == 409
    assert "Look at it again" in words_of(late) and "See what stands there now" in words_of(late)
    assert late.context["form"]["topic_court"].value() == "declined"
    again = corrected(late)
    assert again["why"] == "wrong_time" and again["base_version"] == "2"
    assert bob.post(address, again).status_code == 302
    assert Contact.objects.get(id=world.contact.id).disclosures.get(topic="court").answer == "declined"


def test_correct_the_wrong_person_needs_another_code(world: World, bob: Client) -> None:
    address = reverse("correct", args=[world.contact.id])
    page = bob.get(address)
    assert bob.post(address, corrected(page, why="wrong_person")).status_code == 422
    other = corrected(page, why="wrong_person", about="code", client_code="ZZ01011970M")
    assert bob.post(address, other).status_code == 302
    assert Contact.objects.get(id=world.contact.id).client_id not in (None, world.client.id)


def test_withdraw_takes_it_back_once(world: World, bob: Client) -> None:
    address = reverse("withdraw", args=[world.contact.id])
    assert bob.post(address, {"version": "7"}).status_code == 409
    assert bob.post(address, {"version": "1"}).status_code == 302
    assert bob.get(reverse("receipt", args=[world.contact.id])).status_code == 404
