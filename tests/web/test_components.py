"""Components of the programme: begun, changed, ended on their pages."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.programme.models import Adaptation, Component

pytestmark = pytest.mark.django_db


def test_a_component_begins_is_changed_and_ends(world: World) -> None:
    ada = Client()
    ada.force_login(world.cast.ada.account)
    begun = {"site": world.cast.site.id, "kind": "peer_outreach", "from_on": "2026-01-05"}
    for wrong in ({"kind": "magic"}, {"from_on": ""}, {"site": world.cast.elsewhere_site.id}):
        assert ada.post(reverse("components"), begun | wrong).status_code == 422
    assert ada.post(reverse("components"), begun).status_code == 302
    one = Component.objects.get()
    page = reverse("component", args=[one.id])
    assert "Harrowmere" in words_of(ada.get(reverse("components")))
    change = {
        "on": "2026-02-01",
        "what": "Two evenings more",
        "why": "People asked for it",
        "is_planned": "on",
    }
    assert ada.post(page, change | {"what": ""}).status_code == 422
    assert ada.post(page, change).status_code == 302
    assert Adaptation.objects.get().is_planned and "Two evenings more" in words_of(ada.get(page))
    before = ada.post(reverse("end_component", args=[one.id]), {"on": "2025-12-31"})
    assert before.status_code == 422 and "before its first" in words_of(before)
    assert ada.post(reverse("end_component", args=[one.id]), {"on": "2026-03-31"}).status_code == 302
    one.refresh_from_db()
    assert one.to_on == date(2026, 3, 31)
