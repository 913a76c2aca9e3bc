"""A real installation sets itself up: from `throughline init` alone to a first contact, through the pages."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import World

from throughline.cli.setting_up import set_up
from throughline.records.accounts.models import Account
from throughline.records.audit.models import AuditEvent
from throughline.records.engagement.models import Contact
from throughline.records.programme.models import (
    CodeListEntry,
    Membership,
    OpenHours,
    Organisation,
    PoliceAgreement,
    Population,
    Programme,
    Site,
)

pytestmark = pytest.mark.django_db
PASSWORD = "four words nobody guesses"
CODE = re.compile(r"(?<![0-9a-f-])[0-9a-f]{4}(?:-[0-9a-f]{4}){3}(?![0-9a-f-])")


def text_of(client: Client, name: str, *args: Any) -> str:
    return words_of(client.get(reverse(name, args=args)))


def signed_in(name: str) -> Client:
    client = Client()
    given = {"login": name, "password": PASSWORD}
    assert client.post(reverse("account_login"), given).status_code == 302
    return client


def with_an_app(client: Client) -> None:
    """Set up the second step that a practitioner of a real programme needs, as their phone does."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302


def test_from_init_to_the_first_contact_by_pages_alone(db: None) -> None:
    set_up("Mill Lane", "Mill Lane service", "drug_service", "ada", "Ada", PASSWORD)
    ada = signed_in("ada")
    assert "First steps" in text_of(ada, "home") and "No site yet" in text_of(ada, "sites")
    assert "Add the place where people are met" in text_of(ada, "supplies")
    service = Organisation.objects.get()
    today = timezone.now().date().isoformat()
    site = {
        "name": "Mill Lane desk", "organisation": str(service.id), "kind": "fixed", "area": "Mill Lane",
        "time_zone": "Europe/London", "opened_on": today,
    }  # fmt: skip
    assert ada.post(reverse("add_site"), site | {"time_zone": ""}).status_code == 422
    assert ada.post(reverse("add_site"), site).status_code == 302
    assert ada.post(reverse("add_site"), site).status_code == 422  # one of that name
    assert "done" in text_of(ada, "home")
    person = {
        "display_name": "Bo Field", "username": "bo", "organisation": str(service.id), "roles": ["practitioner"],
        "sites": [str(Site.objects.get().id)], "from_on": today,
    }  # fmt: skip
    assert ada.post(reverse("add_person"), person | {"sites": []}).status_code == 422
    page = ada.post(reverse("add_person"), person)
    assert page.status_code == 200
    (code,) = CODE.findall(page.content.decode())
    assert "First steps" not in text_of(ada, "home") and "Bo Field" in text_of(ada, "people")
    given = {"username": "bo", "code": code, "password": PASSWORD, "again": PASSWORD}
    assert Client().post(reverse("use_code"), given).status_code == 302
    bo = signed_in("bo")
    with_an_app(bo)
    form = bo.get(reverse("record")).context["form"]
    sent = {"id": str(form["id"].value()), "site": str(Site.objects.get().id), "route": "service"}
    sent |= {"newness": "unknown"}
    assert bo.post(reverse("record"), sent).status_code == 302
    assert Contact.objects.get().site.name == "Mill Lane desk"


def test_site_is_closed_opened_again_and_its_hours_are_told(world: World, sign_in: SignIn) -> None:
    ada, alice = sign_in(world.cast.ada.account), sign_in(world.cast.alice.account)
    site = world.cast.site
    close = reverse("close_site", args=[site.id])
    assert alice.post(close, {"on": "2025-03-01"}).status_code == 403
    assert ada.post(close, {"on": "2001-01-01"}).status_code == 422
    assert ada.post(close, {"on": "2025-03-31"}).status_code == 302
    assert "closed" in text_of(ada, "sites")
    assert sign_in(world.cast.bob.account).get(reverse("record")).status_code == 403
    hours = reverse("record_hours", args=[site.id])
    assert ada.post(hours, {"month": "2025-03-01", "hours": "120.5"}).status_code == 403
    assert alice.post(hours, {"month": "2025-03-01"}).status_code == 422
    assert alice.post(hours, {"month": "2025-04-01", "hours": "8"}).status_code == 422  # after it was closed
    assert alice.post(hours, {"month": "2025-03-01", "hours": "120.5"}).status_code == 302
    assert "120.5" in text_of(alice, "site", site.id)
    assert alice.post(hours, {"month": "2025-03-01", "is_not_known": "on"}).status_code == 302
    assert "don't know" in text_of(alice, "site", site.id) and OpenHours.objects.get().hours is None
    assert ada.post(reverse("reopen_site", args=[site.id])).status_code == 302
    assert sign_in(world.cast.bob.account).get(reverse("record")).status_code == 200
    assert alice.get(reverse("site", args=[world.cast.other_site.id])).status_code == 404


def test_estimate_of_a_population_names_its_source_and_is_replaced(world: World, sign_in: SignIn) -> None:
    ada, address = sign_in(world.cast.ada.account), reverse("population")
    given = {"area": "Harrowmere", "year": "2026", "group": "people who use crack", "estimate": "900"}
    assert ada.post(address, given).status_code == 422
    given |= {"source": "County needs assessment 2026"}
    assert ada.post(address, given | {"low": "901"}).status_code == 422
    assert ada.post(address, given | {"low": "700"}).status_code == 302
    assert ada.post(address, given | {"estimate": "950"}).status_code == 302
    row = Population.objects.get()
    assert (row.estimate, row.low, row.high_nothing) == (950, None, "not_recorded")
    assert sign_in(world.cast.alice.account).post(address, given).status_code == 403


def test_membership_ends_another_begins_and_an_account_is_closed(world: World, sign_in: SignIn) -> None:
    ada, bob = sign_in(world.cast.ada.account), world.cast.bob.account
    row = Membership.objects.get(account=bob)
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()
    end = reverse("end_membership", args=[row.id])
    assert ada.post(end, {"on": "2001-01-01"}).status_code == 422
    assert ada.post(end, {"on": yesterday}).status_code == 302
    assert sign_in(bob).get(reverse("record")).status_code == 403
    given = {
        "organisation": str(world.cast.service.id), "roles": ["outreach_worker"], "from_on": yesterday,
        "sites": [str(world.cast.other_site.id)],
    }  # fmt: skip
    grant = reverse("grant_membership", args=[bob.id])
    police = given | {"organisation": str(world.cast.police.id)}
    assert "cannot be: outreach worker" in words_of(ada.post(grant, police))
    assert ada.post(grant, given).status_code == 302
    assert "Saltby" in text_of(ada, "person", bob.id) and "ended" in text_of(ada, "person", bob.id)
    assert sign_in(bob).get(reverse("record")).status_code == 200
    own = Membership.objects.get(account=world.cast.ada.account)
    told = ada.post(reverse("end_membership", args=[own.id]), {"on": yesterday})
    assert told.status_code == 422 and "ask another administrator" in words_of(told)
    ada.post(reverse("close_account", args=[world.cast.ada.account.id]))
    ada.post(reverse("close_account", args=[bob.id]))
    assert set(Account.objects.filter(is_active=False)) == {bob}
    assert "This account is closed" in text_of(ada, "person", bob.id)
    assert ada.get(reverse("person", args=[world.cast.dana.account.id])).status_code == 404


def test_who_has_no_site_is_told_who_adds_one(world: World, sign_in: SignIn) -> None:
    bob = sign_in(world.cast.bob.account)
    Membership.objects.get(account=world.cast.bob.account).sites.clear()
    assert "An administrator adds sites under Programme" in words_of(bob.get(reverse("record")))
    assert "An administrator adds sites under Programme" in text_of(bob, "supplies")


def test_agreement_is_recorded_and_ends_and_the_rule_is_switched(world: World, sign_in: SignIn) -> None:
    ada, bob = sign_in(world.cast.ada.account), sign_in(world.cast.bob.account)
    rule, today = reverse("agreement_rule"), timezone.now().date()
    assert bob.post(rule, {"needed": "yes"}).status_code == 403
    assert "No police agreement covers" not in text_of(bob, "record")
    assert ada.post(rule, {"needed": "yes"}).status_code == 302
    assert "Nothing was changed" in words_of(ada.post(rule, {}, follow=True))
    assert "No police agreement covers" in text_of(bob, "record")
    given = {
        "force": str(world.cast.police.id), "area": "Harrowmere", "from_on": str(today), "document_reference": "A 1",
        "to_on": str(today - timedelta(days=1)), "item_kinds": ["safe_inhalation_pipe"],
    }  # fmt: skip
    add = reverse("add_agreement")
    assert ada.post(add, given).status_code == 422
    given["to_on"] = str(today + timedelta(days=9))
    assert ada.post(add, given | {"force": str(world.cast.service.id)}).status_code == 422
    assert ada.post(add, given).status_code == 302
    assert "No police agreement covers" not in text_of(bob, "record")
    told = text_of(ada, "agreements")
    assert "Days left" in told and " 10 " in told and "ends soon" in told
    end = reverse("end_agreement", args=[PoliceAgreement.objects.get().id])
    assert ada.post(end, {"on": str(today - timedelta(days=1))}).status_code == 422
    assert ada.post(end, {"on": str(today)}).status_code == 302
    assert PoliceAgreement.objects.get().to_on == today
    assert ada.post(rule, {"needed": "no"}).status_code == 302
    acts = AuditEvent.objects.filter(action__contains="agreement").order_by("at", "id")
    assert set(acts.values_list("action", flat=True)) == {
        "agreements_required", "agreements_waived", "police_agreement_recorded", "police_agreement_ended",
    }  # fmt: skip


def test_init_says_whether_the_country_asks_for_agreements(db: None) -> None:
    set_up("Mill Lane", "Mill Lane", "health", "ada", "Ada", PASSWORD, is_agreement_needed=True)
    assert Programme.objects.get().is_agreement_needed


def test_word_is_added_to_a_list_retired_and_brought_back(world: World, sign_in: SignIn) -> None:
    ada, bob = sign_in(world.cast.ada.account), sign_in(world.cast.bob.account)
    address = reverse("code_list", args=["topic"])
    given = {"label": "Winter shelter", "core": "housing"}
    assert bob.post(address, given).status_code == 403
    assert ada.post(address, given).status_code == 302
    assert ada.post(address, given).status_code == 422
    entry = CodeListEntry.objects.get(code="winter_shelter")
    assert (entry.core, entry.since_version) == ("housing", 2)
    assert "Winter shelter" in text_of(bob, "record")
    assert ada.post(reverse("retire_code", args=[entry.id])).status_code == 302
    assert "Winter shelter" not in text_of(bob, "record") and "retired" in text_of(ada, "code_list", "topic")
    assert ada.post(reverse("bring_back_code", args=[entry.id])).status_code == 302
    entry.refresh_from_db()
    assert (entry.since_version, entry.retired_version) == (4, None)
    crack = CodeListEntry.objects.get(programme=world.cast.programme, list_name="topic", code="crack_use")
    refused = ada.post(reverse("retire_code", args=[crack.id]), follow=True)
    assert "No other word of this list counts as crack use" in words_of(refused)
    crack.refresh_from_db()
    assert crack.retired_version is None
    assert "Winter shelter" in text_of(bob, "record")
    assert ada.get(reverse("code_list", args=["nothing"])).status_code == 404
