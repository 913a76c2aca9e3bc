"""Setting up a programme on its pages: partnerships, and what sites give anyway."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.web.words import words_of

from throughline.records.programme.models import Partnership, Provision

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.ada.account)
    return client


def test_a_partnership_is_agreed_and_ends(cast: Cast, ada: Client) -> None:
    page = reverse("add_partnership")
    said = {
        "first": cast.service.id, "second": cast.police.id, "kind": "referral", "agreement": "Pathway 4",
        "from_on": "2026-01-05",
    }  # fmt: skip
    with_oneself = ada.post(page, said | {"second": cast.service.id})
    assert with_oneself.status_code == 422 and "between two organisations" in words_of(with_oneself)
    for wrong in (
        {"to_on": "2026-01-04"},
        {"kind": "magic"},
        {"second": cast.elsewhere_site.organisation_id},
    ):
        assert ada.post(page, said | wrong).status_code == 422
    assert ada.post(page, said).status_code == 302
    one = Partnership.objects.get()
    shown = words_of(ada.get(reverse("agreements")))
    assert f"{cast.service.name} and {cast.police.name}" in shown and "Pathway 4" in shown
    early = ada.post(reverse("end_partnership", args=[one.id]), {"on": "2026-01-04"})
    assert early.status_code == 422 and "before its first" in words_of(early)
    assert ada.post(reverse("end_partnership", args=[one.id]), {"on": "2026-03-31"}).status_code == 302
    one.refresh_from_db()
    assert one.to_on == date(2026, 3, 31) and "ended" in words_of(ada.get(reverse("agreements")))


def test_what_a_site_gives_anyway_is_recorded_and_ends(cast: Cast, ada: Client) -> None:
    said = {"kind": "group", "what": "Stimulant group on Mondays", "from_on": "2026-01-05"}
    page, give = reverse("site", args=[cast.site.id]), reverse("record_provision", args=[cast.site.id])
    for wrong in ({"kind": ""}, {"what": ""}, {"to_on": "2026-01-04"}):
        assert ada.post(give, said | wrong).status_code == 422
    assert ada.post(give, said).status_code == 302
    one = Provision.objects.get()
    early = ada.post(reverse("end_provision", args=[one.id]), {"on": "2026-01-04"})
    assert early.status_code == 422 and "before its first" in words_of(early)
    assert ada.post(reverse("end_provision", args=[one.id]), {"on": "2026-03-31"}).status_code == 302
    alice = Client()
    alice.force_login(cast.alice.account)
    shown = words_of(alice.get(page))  # the service manager sees it, and is offered no form
    assert "Stimulant group on Mondays 5 Jan 2026 31 Mar 2026" in shown
    assert reverse("end_provision", args=[one.id]).encode() not in alice.get(page).content
