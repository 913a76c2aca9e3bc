"""What a client's page says of sharing: consents, what passed, and the list that the person is given."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.records.made import events
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.clients.models import Consent, Sharing
from throughline.records.referral.models import Referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(world: World) -> Client:
    browser = Client()
    browser.force_login(world.cast.bob.account)
    return browser


def test_client_page_shows_what_passed_and_the_list_is_audited(bob: Client, world: World) -> None:
    page = words_of(bob.get(reverse("client", args=[world.client.id])))
    assert "that they are referred, and what for · the person's written consent" in page
    assert "consent stands" in page
    listed = words_of(bob.get(reverse("shared_list", args=[world.client.id])))
    assert "What was shared about you" in listed and "Harbour service" in listed and "on paper" in listed
    assert [event.target_id for event in events("sharing_list_read")] == [str(world.client.id)]


def test_consent_is_recorded_and_taken_back(bob: Client, world: World, now: datetime) -> None:
    day = now.date()
    given = {
        "site": world.cast.site.id, "to_organisation": world.cast.police.id, "scope": ["referral", "outcome"],
        "purpose": "keeping_in_touch", "signed_on": day - timedelta(days=1), "signed_as": "paper", "to_on": day,
    }  # fmt: skip
    address = reverse("consent", args=[world.client.id])
    assert bob.post(address, given).status_code == 422  # the form does not say that it can be taken back
    assert bob.post(address, given | {"is_told_revocable": "on"}).status_code == 302
    consent = Consent.objects.get(to_organisation=world.cast.police)
    assert (consent.scope, consent.recorded_by) == (["outcome", "referral"], world.cast.bob.actor.id)
    bob.post(reverse("revoke_consent", args=[consent.id]))
    assert "taken back" in words_of(bob.get(reverse("shared_list", args=[world.client.id])))
    answer = bob.post(reverse("revoke_consent", args=[consent.id]), follow=True)
    assert "taken back already" in words_of(answer)


def test_something_shared_by_telephone(bob: Client, world: World) -> None:
    address = reverse("shared", args=[world.client.id])
    given = {
        "site": world.cast.site.id,
        "to_name": "County hospital",
        "what": ["history"],
        "basis": "emergency",
    }
    assert bob.post(address, given | {"to_name": ""}).status_code == 422
    assert bob.post(address, given | {"basis": "not_recorded"}).status_code == 422
    assert bob.post(address, given).status_code == 302
    row = Sharing.objects.get(to_name="County hospital")
    assert (row.notice, row.passed_by) == ("no", world.cast.bob.actor.id)
    assert "County hospital" in words_of(bob.get(reverse("client", args=[world.client.id])))


def test_referral_asks_on_what_basis(bob: Client, world: World) -> None:
    address = reverse("new_referral") + f"?need={world.need.id}"
    given = {
        "from_site": world.cast.site.id, "to_organisation": world.cast.housing.id, "kind": "letter", "door": "service",
    }  # fmt: skip
    before = Referral.objects.count()
    refused = bob.post(address, given)
    assert refused.status_code == 422 and "Say on what basis" in words_of(refused)
    Consent.objects.update(to_on=world.consent.from_on)
    refused = bob.post(address, given | {"basis": "written_consent"})
    assert refused.status_code == 403 and "Record the consent on the client's page first" in words_of(refused)
    assert Referral.objects.count() == before
    assert bob.post(address, given | {"kind": "signpost"}).status_code == 302
    assert bob.post(address, given | {"basis": "safeguarding_duty"}).status_code == 302
    assert Sharing.objects.filter(basis="safeguarding_duty").count() == 1


@pytest.mark.parametrize("name", ["priya", "omar", "dana"])
def test_nobody_else_learns_of_it(world: World, name: str) -> None:
    """A peer worker, the police and another programme: neither that there is a consent nor what passed."""
    browser = Client()
    browser.force_login(getattr(world.cast, name).account)
    for address in ("client", "consent", "shared", "shared_list"):
        answer = browser.get(reverse(address, args=[world.client.id]))
        assert answer.status_code in {403, 404}
        assert "Town housing" not in words_of(answer)
    assert browser.post(reverse("revoke_consent", args=[world.consent.id])).status_code in {403, 404}
    assert Consent.objects.get(id=world.consent.id).withdrawn_at is None
