"""What a client says of themselves: written down and shown at the site where it was said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import SYSTEM
from tests.web.about import client_state_of
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.audit.models import AuditEvent
from throughline.records.clients.actions import record_client_state
from throughline.records.clients.models import ClientState
from throughline.records.clients.queries import state_for
from throughline.vocabulary.chain import Housing
from throughline.vocabulary.referral import YesNo

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(world: World) -> Client:
    client = Client()
    client.force_login(world.cast.bob.account)
    return client


def test_what_is_said_is_written_down_and_shown(world: World, bob: Client) -> None:
    page = reverse("client", args=[world.client.id])
    assert "Born not recorded Gender not recorded Area not recorded" in words_of(bob.get(page))
    describe = reverse("describe_client", args=[world.client.id])
    said = {"site": world.cast.site.id, "birth_year_band": "1980-1984", "gender": "woman", "area": "declined"}
    for wrong in ({"birth_year_band": "1984"}, {"area": "Nowhere"}, {"site": world.cast.other_site.id}):
        assert bob.post(describe, said | wrong).status_code == 422
    shown_before = bob.get(describe).context["seen"]
    assert bob.post(describe, said | {"seen": shown_before}).status_code == 302
    stale = bob.post(describe, said | {"gender": "man", "seen": shown_before})
    assert stale.status_code == 409 and stale.context["form"]["gender"].value() == "man"
    state = reverse("record_client_state", args=[world.client.id])
    for wrong in ({"housing": ""}, {"as_of": "2099-01-01"}, {"smokes_crack": "often"}):
        assert bob.post(state, client_state_of(world) | wrong).status_code == 422
    assert bob.post(state, client_state_of(world)).status_code == 302
    shown = words_of(bob.get(page))
    assert "Born 1980-1984 Gender woman Area declined Where they live a hostel Smokes crack yes" in shown
    assert "Injects crack not recorded" in shown and "as of 5 Jan 2026" in shown
    bob.get(describe)
    assert AuditEvent.objects.filter(action="client_history_read").count() == 4


def test_what_is_said_at_another_site_is_not_there(world: World) -> None:
    said = dict.fromkeys(("smokes_crack", "injects_crack", "uses_heroin", "injects"), YesNo.YES)
    at = world.contact.device_time + timedelta(days=1)
    record_client_state(
        client=world.client, site=world.cast.other_site, as_of=at.date(), housing=Housing.HOSTEL, by=SYSTEM, at=at, **said
    )  # fmt: skip
    assert state_for(world.cast.bob.actor, world.client) is None and ClientState.objects.count() == 1
    assert state_for(SYSTEM, world.client) is not None
