"""Names on pages: hidden until asked for; and records opened in an emergency, with a banner until they shut."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.cast import Person
from tests.records.made import events
from tests.web.about import emergency_of, vault_of
from tests.web.words import words_of
from tests.web.world import CODE, World

from throughline.records.clients.models import EmergencyOpening, IdentityVault

pytestmark = pytest.mark.django_db
NAME, NUMBER = "Robin Vale", "07700 900123"
BANNER, WAITS = "You have opened the record of", "record was opened in an emergency"


def as_(person: Person) -> Client:
    browser = Client()
    browser.force_login(person.account)
    return browser


def test_a_name_is_kept_hidden_until_asked_for_and_destroyed(world: World) -> None:
    bob, person = as_(world.cast.bob), [world.client.id]
    given = {"site": world.cast.site.id, "name": NAME, "phone": NUMBER, "consented_on": "2026-01-05"}
    assert bob.post(reverse("keep_identity", args=person), given).status_code == 422  # nobody agreed
    assert bob.post(reverse("keep_identity", args=person), given | {"agreed": "on"}).status_code == 302
    vault = IdentityVault.objects.get()
    for address in (reverse("client", args=person), reverse("keep_identity", args=person)):
        page = words_of(bob.get(address))
        assert NAME not in page and NUMBER not in page
    show = reverse("show_identity", args=[vault.id])
    assert bob.get(show).status_code == 405
    shown = bob.post(show)
    assert (
        NAME in words_of(shown) and NUMBER in words_of(shown) and shown.headers["Cache-Control"] == "no-store"
    )
    assert [event.actor_id for event in events("identity_read")] == [world.cast.bob.actor.id]
    alice = as_(world.cast.alice)  # sees that one is kept, and destroys it when she is told to
    page = alice.get(reverse("client", args=person))
    assert "A name is kept at Harrowmere" in words_of(page) and show not in page.content.decode()
    alice.post(reverse("destroy_identity", args=[vault.id]))
    assert bob.post(show).status_code == 404
    assert "No name is kept" in words_of(bob.get(reverse("client", args=person)))


@pytest.mark.parametrize("name", ["priya", "omar", "chen", "ada", "dana"])
def test_nobody_else_learns_of_a_name_or_an_emergency(world: World, name: str) -> None:
    vault, emergency = vault_of(world), emergency_of(world)
    browser = as_(getattr(world.cast, name))
    for address, is_post in (
        (reverse("show_identity", args=[vault.id]), True),
        (reverse("destroy_identity", args=[vault.id]), True),
        (reverse("emergency_record", args=[emergency.id]), False),
        (reverse("emergency_name", args=[emergency.id, vault.id]), True),
        (reverse("end_emergency", args=[emergency.id]), True),
        (reverse("emergencies"), False),
    ):
        answer = browser.post(address) if is_post else browser.get(address)
        assert answer.status_code in {403, 404} and NAME not in answer.content.decode(), address
    assert BANNER not in words_of(browser.get(reverse("home")))
    assert IdentityVault.objects.get(id=vault.id).withdrawn_at is None


def test_a_guardian_opens_a_record_by_code_and_it_shuts_by_itself(world: World) -> None:
    vault, grace = vault_of(world), as_(world.cast.grace)
    note = "The ambulance asks what they take."
    given = {"client_code": CODE, "kind": "emergency", "note": note}
    assert grace.post(reverse("emergency"), given | {"note": ""}).status_code == 422
    assert "knows nobody" in words_of(
        grace.post(reverse("emergency"), given | {"client_code": "ZZ01011990M"})
    )
    record = grace.post(reverse("emergency"), given).headers["Location"]
    page = words_of(grace.get(record))
    assert BANNER in page and "crack" in page.lower() and NAME not in page
    assert WAITS not in words_of(grace.get(reverse("home"))), "nobody reviews what they opened themselves"
    named = grace.post(reverse("emergency_name", args=[EmergencyOpening.objects.get().id, vault.id]))
    assert NAME in words_of(named)
    assert BANNER in words_of(grace.get(reverse("audit")))
    assert note in words_of(grace.get(reverse("emergencies")))
    assert note not in words_of(grace.get(reverse("audit"))) and CODE not in record
    EmergencyOpening.objects.update(
        opened_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(hours=1)
    )
    assert BANNER not in words_of(grace.get(reverse("home")))
    assert grace.get(record).status_code == 409
    assert (
        grace.post(reverse("emergency_name", args=[EmergencyOpening.objects.get().id, vault.id])).status_code
        == 409
    )


def test_a_manager_opens_from_the_clients_page_and_shuts_it(world: World) -> None:
    vault, alice = vault_of(world), as_(world.cast.alice)
    address = reverse("emergency") + f"?client={world.client.id}"
    assert address in alice.get(reverse("client", args=[world.client.id])).content.decode()
    answer = alice.post(address, {"kind": "safeguarding_duty", "note": "Nobody has seen them for a week."})
    row = EmergencyOpening.objects.get()
    assert answer.headers["Location"] == reverse("emergency_record", args=[row.id])
    assert NAME in words_of(alice.post(reverse("emergency_name", args=[row.id, vault.id])))
    alice.post(reverse("end_emergency", args=[row.id]))
    assert alice.get(reverse("emergency_record", args=[row.id])).status_code == 409
    assert not any(one in words_of(alice.get(reverse("home"))) for one in (BANNER, WAITS))
    grace = as_(world.cast.grace)
    assert f"1 {WAITS}" in words_of(grace.get(reverse("home")))
    grace.get(reverse("emergencies"))
    assert WAITS not in words_of(grace.get(reverse("home"))), "it was read"
