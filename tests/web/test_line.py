"""A client's line and the referrals that come of it: looked up, read, closed, referred, moved."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.world import CODE, World

from throughline.records.audit.models import AuditEvent
from throughline.records.engagement.models import Need
from throughline.records.referral.models import Referral
from throughline.rules.transitions import FOLLOWS
from throughline.vocabulary.referral import ReferralState
from throughline.work.waiting import STALE_AFTER_DAYS

pytestmark = pytest.mark.django_db


def client_of(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]  # an account of the cast
    return client


@pytest.fixture
def bob(world: World) -> Client:
    return client_of(world.cast.bob.account)


@pytest.fixture
def omar(world: World) -> Client:
    return client_of(world.cast.omar.account)


def acts(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


def test_look_up_leads_to_the_line_and_keeps_the_code_out_of_sight(
    world: World, bob: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = bob.post(reverse("clients"), {"client_code": CODE.lower()})
    assert found["Location"] == reverse("client", args=[world.client.id])
    page = bob.get(found["Location"])
    assert page.status_code == 200
    assert CODE not in page.content.decode() and CODE not in caplog.text and CODE.lower() not in caplog.text
    assert (acts("client_looked_up"), acts("client_history_read")) == (1, 1)


def test_look_up_of_an_unknown_code_says_what_to_do(world: World, bob: Client) -> None:
    page = bob.post(reverse("clients"), {"client_code": "ZZ01011970M"})
    assert page.status_code == 200 and b"No site of yours has met this code" in page.content


def test_look_up_by_address_is_not_possible(world: World, bob: Client) -> None:
    page = bob.get(reverse("clients") + f"?client_code={CODE}")
    assert page.status_code == 200 and acts("client_looked_up") == 0


def test_line_shows_what_was_told_needed_and_became_of_it(world: World, bob: Client) -> None:
    page = bob.get(reverse("client", args=[world.client.id])).content.decode()
    for words in (
        "They need not be asked again",
        "crack use",
        "housing",
        "Referred to Town housing",
        "advised",
    ):
        assert words in page
    assert re.search(r"debt: *said no", page)


def test_need_is_closed_once_and_leaves_the_list(world: World, bob: Client) -> None:
    address = reverse("need_closed", args=[world.need.id])
    assert bob.post(address, {"closed_as": "met"}).status_code == 302
    assert Need.objects.get(id=world.need.id).closed_as == "met"
    assert b"No need is open" in bob.get(reverse("client", args=[world.client.id])).content
    assert bob.post(address, {"closed_as": "met"}).status_code == 409


def test_need_refuses_a_code_off_the_list(world: World, bob: Client) -> None:
    bob.post(reverse("need_closed", args=[world.need.id]), {"closed_as": "forgotten"})
    assert Need.objects.get(id=world.need.id).closed_at is None


def test_referral_is_made_from_a_need(world: World, bob: Client) -> None:
    address = reverse("new_referral") + f"?need={world.need.id}"
    form = bob.get(address).context["form"]
    assert "reason" not in form.fields
    given = {"from_site": str(world.cast.site.id), "to_organisation": str(world.cast.housing.id)}
    given |= {"kind": "letter", "door": "service", "basis": "emergency", "key": str(form["key"].value())}
    for _time in (1, 2):  # the answer to the first was lost on the way: sent again, it refers once
        answer = bob.post(address, given)
        assert answer["Location"] == reverse("client", args=[world.client.id])
    for other in ({"door": "family"}, {"basis": "court_order"}):
        assert b"said something else then" in bob.post(address, given | other).content
    made = Referral.objects.exclude(id__in=[world.referral.id, world.omars.id]).get()
    assert [need.id for need in made.needs.all()] == [world.need.id] and made.state == "sent"


def test_referral_offers_only_the_states_that_may_follow(world: World, bob: Client) -> None:
    form = bob.get(reverse("referral", args=[world.referral.id])).context["form"]
    assert {code for code, _ in form.fields["state"].choices} == FOLLOWS[ReferralState.SENT]


def test_referral_is_moved_with_who_says_so(world: World, bob: Client) -> None:
    address = reverse("referral", args=[world.referral.id])
    given = {"state": "entered", "base_version": "1"}
    assert bob.post(address, given).status_code == 422
    assert bob.post(address, given | {"source": "receiver_confirmed"}).status_code == 302
    assert Referral.objects.get(id=world.referral.id).state == "entered"
    late = bob.post(address, given | {"source": "person_said", "state": "completed"})
    assert late.status_code == 409 and b"Look at it again" in late.content
    form = late.context["form"]
    assert (form["source"].value(), form["base_version"].value()) == ("person_said", "2")


def test_referral_goes_stale_with_words_and_at_home(world: World, bob: Client, now: datetime) -> None:
    Referral.objects.filter(id=world.referral.id).update(
        state_since=now - timedelta(days=STALE_AFTER_DAYS + 6)
    )
    for address in (reverse("referrals"), reverse("referrals") + "?show=stale"):
        assert f"{STALE_AFTER_DAYS + 6} days, stale" in bob.get(address).content.decode()
    assert "referral has gone stale" in bob.get(reverse("home")).content.decode()


def test_referrer_sees_own_referrals_and_their_arrival_only(world: World, omar: Client) -> None:
    page = omar.get(reverse("referrals")).content.decode()
    assert "Harbour service" in page and "Town housing" not in page
    Referral.objects.filter(id=world.omars.id).update(state="entered")
    after = omar.get(reverse("referral", args=[world.omars.id])).content.decode()
    assert "Entered" not in after and "stays with the service" in after
    assert "with the service" in omar.get(reverse("referrals")).content.decode()


def test_referrer_gets_the_same_answer_whoever_it_is_about(world: World, omar: Client) -> None:
    form = omar.get(reverse("new_referral")).context["form"]
    assert not {"client_code", "need", "name"} & set(form.fields)
    site = form.fields["from_site"].choices[0][0]
    given = {"from_site": site, "to_organisation": str(world.cast.service.id), "reason": "housing"}
    way = {"kind": "letter", "door": "officer_contact", "basis": "emergency"}
    answer = omar.post(reverse("new_referral"), given | way)
    assert answer["Location"] == reverse("referrals")
    assert omar.get(reverse("new_referral") + f"?need={world.need.id}").status_code == 404
    assert omar.get(reverse("new_referral") + "?need=01900000-0000-7000-8000-000000000000").status_code == 404
