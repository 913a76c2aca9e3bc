"""The shelf on its pages: what comes and goes, the blind count, why it differs, and what is sent twice."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import SYSTEM, Person
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.engagement.actions import record_contact
from throughline.records.engagement.models import Contact
from throughline.records.supplies.actions import count_stock
from throughline.records.supplies.models import Item, KitVersion, StockCount, StockMovement
from throughline.records.supplies.queries import items_for, kits_for
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft, KitLineDraft
from throughline.vocabulary.stock import CountedLine

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.account)
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return words_of(answer)


def hidden(client: Client, address: str) -> dict[str, str]:
    """The hidden fields of a sheet as it was served."""
    html = client.get(address).content.decode()
    found = re.findall(r'<input type="hidden" name="([a-z_0-9-]+)" value="([0-9a-f-]{36})"', html)
    return dict(found)


def test_a_shelf_from_delivery_to_count(world: World, now: datetime) -> None:
    alice, bob = signed_in(world.cast.alice), signed_in(world.cast.bob)
    site, foil = world.cast.site, world.item
    shelf = reverse("supplies")
    assert "not recorded" in text_of(alice, shelf)  # two were given out, none was ever counted or received
    address = reverse("receive_stock", args=[site.id])
    sheet = hidden(alice, address)
    assert alice.post(address, sheet).status_code == 422  # nothing entered
    when = (now - timedelta(days=10)).strftime("%Y-%m-%dT%H:%M")
    given = sheet | {f"n_{foil.id}": "500", f"batch_{foil.id}": "F-1", "happened_at": when}
    refused = alice.post(address, given)
    assert refused.status_code == 422 and "Enter both, or neither" in refused.content.decode()
    given |= {f"expires_{foil.id}": (now + timedelta(days=30)).date().isoformat()}
    for _ in range(2):  # a form that is sent again counts once
        assert alice.post(address, given).status_code == 302
    assert StockMovement.objects.get().quantity == 500
    told = text_of(alice, shelf)
    assert (
        "498" in told and "F-1" in told and "about 498 left" in told and "Nothing was given out" not in told
    )
    order = text_of(alice, shelf + f"?site={site.id}&days=365")  # two were given out within these ten days
    assert "Nothing: what is used lasts 365 days" in order

    blind = reverse("count_stock", args=[site.id])
    assert "498" not in text_of(bob, blind)
    count = hidden(bob, blind) | {f"n_{foil.id}": "490"}
    for _ in range(2):
        assert bob.post(blind, count).status_code == 302
    row = StockCount.objects.get()
    beside = reverse("supplies_counted", args=[row.id])
    assert "498" in text_of(bob, beside) and "-8" in text_of(bob, beside)
    assert "1 item differs from the books" in text_of(bob, shelf)
    reason = {f"why_{foil.id}": "not_known", f"by_{foil.id}": "-8"}
    assert bob.post(beside, reason | {f"why_{foil.id}": "no such"}).status_code == 422
    assert bob.post(beside, reason).status_code == 302
    assert "nobody knows" in text_of(bob, beside) and "differs from the books" not in text_of(bob, shelf)

    for address, more in (
        (reverse("transfer_stock", args=[site.id]), {"to_site": str(world.cast.other_site.id)}),
        (reverse("write_off_stock", args=[site.id]), {"reason": "damaged"}),
    ):
        sheet = hidden(alice, address) | {f"n_{foil.id}": "200"}
        assert alice.post(address, sheet).status_code == 422
        for _ in range(2):
            assert alice.post(address, sheet | more).status_code == 302
        assert bob.get(address).status_code == 403
    assert "90" in text_of(bob, shelf)
    history = reverse("supplies_history", args=[site.id])
    assert "−200" in text_of(alice, history) and "to Saltby" in text_of(alice, history)
    gone = StockMovement.objects.get(kind="written_off")
    undo = reverse("withdraw_movement", args=[gone.id])
    assert bob.post(undo, {"why": "typing_mistake"}).status_code == 403
    assert alice.post(undo, {}).status_code == 422
    assert alice.post(undo, {"why": "typing_mistake"}).status_code == 302
    assert alice.post(undo, {"why": "typing_mistake"}).status_code == 409
    assert "290" in text_of(bob, shelf) and "a slip while writing it down" in text_of(bob, history)
    assert alice.post(reverse("withdraw_count", args=[row.id]), {"why": "wrong_time"}).status_code == 302
    assert "298" in text_of(bob, shelf)


def test_what_runs_out_is_on_the_managers_list(world: World) -> None:
    alice, home = signed_in(world.cast.alice), reverse("home")
    assert "will run out" not in text_of(alice, home)
    blind = reverse("count_stock", args=[world.cast.site.id])
    assert alice.post(blind, hidden(alice, blind) | {f"n_{world.item.id}": "0"}).status_code == 302
    assert "item will run out" in text_of(alice, home) and "0 days left" in text_of(alice, home)
    for person in (world.cast.bob, world.cast.priya, world.cast.ada, world.cast.dana):
        shown = text_of(signed_in(person), home)
        assert ("will run out" in shown) is (person is world.cast.ada)


def test_items_and_kits_are_added_on_their_page(world: World) -> None:
    alice, address = signed_in(world.cast.alice), reverse("supplies_items")
    given = {"name": "Screens", "kind": "screen", "unit": "pack"}
    assert alice.post(address, given).status_code == 302
    assert alice.post(address, given).status_code == 422
    assert signed_in(world.cast.bob).post(address, given | {"name": "More"}).status_code == 403
    screens = Item.objects.get(name="Screens")
    kit = {"name": "Pipe kit", "from_on": "2025-01-01", f"n_{screens.id}": "5"}
    assert alice.post(reverse("new_kit"), kit | {f"n_{screens.id}": ""}).status_code == 422
    assert alice.post(reverse("new_kit"), kit).status_code == 302
    assert KitVersion.objects.get(kit__name="Pipe kit", version=2).components.get().quantity == 5
    assert "Version 2" in text_of(alice, address)


def test_what_is_retired_is_not_offered_and_old_records_still_land(world: World, now: datetime) -> None:
    alice, bob, page = signed_in(world.cast.alice), signed_in(world.cast.bob), reverse("supplies_items")
    retire, kit = reverse("retire_item", args=[world.item.id]), reverse("retire_kit", args=[world.kit.kit_id])
    assert world.item.name in text_of(bob, reverse("record"))
    told = words_of(alice.post(retire, follow=True))
    assert "is no longer offered" in told and "still given as they are packed: Pipe kit" in told
    assert "retired: put another version together" in told
    holding = {"name": "Pipe kit", "from_on": "2025-01-01", f"n_{world.item.id}": "5"}
    assert alice.post(reverse("new_kit"), holding).status_code == 422
    assert alice.post(kit).status_code == 302
    assert "retired" in text_of(alice, page)
    assert {"Pipe kit", world.item.name}.isdisjoint(
        {*(one.name for one in items_for(world.cast.bob.actor, world.cast.programme.id)),
         *(one.kit.name for one in kits_for(world.cast.bob.actor, world.cast.programme.id, now.date()))}
    )  # fmt: skip
    draft = ContactDraft(
        site_id=world.cast.site.id, route=Route.PEER, device_time=now - timedelta(hours=1),
        kit_lines=(KitLineDraft(quantity=1, item_id=world.item.id), KitLineDraft(quantity=1, kit_version_id=world.kit.id)),
    )  # fmt: skip
    assert record_contact(draft=draft, by=SYSTEM, at=now).kit_lines.count() == 2
    for back in (retire, kit):
        assert alice.post(back, {"back": "1"}).status_code == 302
    assert world.item.name in [one.name for one in items_for(world.cast.bob.actor, world.cast.programme.id)]


def test_a_shelf_without_use_says_when_the_last_contact_was(world: World, now: datetime) -> None:
    """Long ago: what was used in the days before it; none at all, or one within the days: nothing of it."""
    site, alice = world.cast.site, signed_in(world.cast.alice)
    shelf = reverse("supplies") + f"?site={site.id}"
    counted = [CountedLine(world.item.id, 40)]
    count_stock(site=site, lines=counted, counted_at=now - timedelta(days=90), by=SYSTEM, at=now)
    assert "The last contact recorded here" not in text_of(alice, shelf)
    Contact.objects.filter(site=site).update(device_time=now - timedelta(days=60))
    words = text_of(alice, shelf)
    assert "The last contact recorded here was on" in words and "no use in 28 days" in words
    assert "up to that contact were given out: Foil 2" in words
    Contact.objects.filter(site=site).update(withdrawn_at=now, withdrawn_by=SYSTEM.id)
    assert "The last contact recorded here" not in text_of(alice, shelf)
