"""A wave from its opening to its close, as those who run it, those who ask and those who only look see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.records.made import a_study, a_study_site, events
from tests.records.surveys_made import ANSWERS, a_version, an_approach
from tests.web.about import wave_of
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.accounts.models import Account
from throughline.records.programme.queries import actor_for
from throughline.records.study.models import Study, SurveyAnswer
from throughline.records.surveys.actions import complete_response
from throughline.records.surveys.models import Approach, SurveyResponse, Wave

pytestmark = pytest.mark.django_db


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_wave_from_opening_to_close(world: World) -> None:
    cast, today = world.cast, datetime.now(UTC).date()
    study = Study.objects.filter(programme=cast.programme).first() or a_study(cast)
    a_study_site(cast, study)
    version = a_version(study)
    rosa, priya, bob, alice, chen = (
        client_of(one.account) for one in (cast.rosa, cast.priya, cast.bob, cast.alice, cast.chen)
    )
    opening = {
        "study": study.id, "code": "spring", "phase": "before", "opens_on": today - timedelta(days=1),
        "closes_on": today - timedelta(days=3), "instrument_version": version.id, "sheet_version": "v2",
    }  # fmt: skip
    refused = rosa.post(reverse("open_wave"), opening)
    assert refused.status_code == 422 and "This day is before the first one." in words_of(refused)
    opened = rosa.post(reverse("open_wave"), opening | {"closes_on": ""}, follow=True)
    wave = Wave.objects.get()
    url = reverse("wave", args=[wave.id])
    assert "Say how many you want" in words_of(opened)
    rosa.post(reverse("wave_target", args=[wave.id]), {"site": cast.site.id, "target": 4})
    behind = words_of(alice.get(reverse("home")))
    assert "wave is behind its target" in behind and "spring first: 4 more people are wanted." in behind

    # a peer worker asks four people: a chip for what they said, and the button; the way is as the last time
    asking = reverse("approach", args=[wave.id])
    page = priya.get(asking)
    assert page.context["form"].initial["through"] == "peer"
    for result, more in (("refused", {}), ("not_eligible", {"reason": "under_age"}), ("not_eligible", {})):
        told = priya.post(
            asking, {"site": cast.site.id, "through": "outreach", "result": result, **more}, follow=True
        )
        assert "Nobody is named" in words_of(told)
    assert priya.get(asking).context["form"].initial["through"] == "outreach"
    # tapped twice, one person was asked
    refused_once = {
        "site": cast.site.id, "through": "outreach", "result": "refused", "key": priya.get(asking).context["form"].initial["key"],
    }  # fmt: skip
    assert [priya.post(asking, refused_once).status_code for _ in range(2)] == [302, 302]
    assert Approach.objects.filter(result="refused").count() == 2
    Approach.objects.get(id=refused_once["key"]).delete()
    nobody = priya.post(
        asking, {"site": cast.site.id, "through": "peer", "result": "consented", "scopes": ["link"]}
    )
    assert nobody.status_code == 422 and Approach.objects.count() == 3
    for asker in (priya, bob):
        asker.post(
            asking, {"site": cast.site.id, "through": "peer", "result": "consented", "scopes": ["take_part"]}
        )

    agreed = Approach.objects.filter(result="consented").order_by("id").first()
    assert agreed is not None
    assert agreed.consent is not None and agreed.consent.sheet_version == "v2"
    bob.post(reverse("begin_interview", args=[agreed.id]))
    response = SurveyResponse.objects.get()
    elsewhere = words_of(priya.post(reverse("begin_interview", args=[agreed.id]), follow=True))
    assert "There is no such" in elsewhere or "A colleague began this interview" in elsewhere
    actor = actor_for(cast.bob.account, today)
    draft, send = (reverse(name, args=[response.id]) for name in ("response_draft", "send_response"))
    done = complete_response(
        response=response, answers=ANSWERS, submission=uuid4(), by=actor, at=datetime.now(UTC)
    )
    late = bob.post(draft)
    assert (late.status_code, late.json()["detail"]) == (404, "There is no such response.")
    assert (
        bob.post(send).json()["detail"] == "No filled form was sent."
    )  # minutes later its receipt is given again
    flow = (
        "3 of 5",
        "Not eligible: not recorded 1, too young 1",
        "Said no: 1",
        "A response counts as one person",
        "2 of 3",
        "1 of 2",
        "1 of 1",
    )
    for who in (alice, chen, rosa):
        assert [part for part in flow if part not in words_of(who.get(url))] == []
    assert "Leave a response out" not in words_of(alice.get(url)) and "Delete the answers" in words_of(
        bob.get(url)
    )

    # one evaluator reads, and it is noted; nobody else can
    read = reverse("response", args=[response.id])
    listed = chen.get(reverse("wave_responses", args=[wave.id]))
    assert read in listed.content.decode() and "here, in an interview" in words_of(listed)
    words = words_of(chen.get(read))
    assert "How old are you? 41" in words and "It is near Zoë." in words
    assert [event.target_id for event in events("response_read")] == [str(response.id)]
    assert {who.get(read).status_code for who in (rosa, alice, priya, bob)} == {403}

    left = {"site": cast.site.id, "respondent": response.respondent, "reason": "trial"}
    assert (
        rosa.post(reverse("leave_out_response", args=[wave.id]), left | {"respondent": 99}).status_code == 422
    )
    rosa.post(reverse("leave_out_response", args=[wave.id]), left)
    assert "Left out: a trial of the form 1" in words_of(chen.get(url))
    unsaid = rosa.post(reverse("take_in_response", args=[wave.id]), {"respondent": ""}, follow=True)
    assert "Say the site and the number on the receipt" in words_of(unsaid)
    rosa.post(reverse("take_in_response", args=[wave.id]), left)
    assert "Left out:" not in words_of(chen.get(url)) and SurveyAnswer.objects.count() == 5
    # who cannot say the code deletes nothing, who leads is asked once more
    taking_back = reverse("withdraw_response", args=[wave.id])
    for wrong, sentence in (
        ({}, "the code on the receipt"), ({"code": "ABCD2345"}, "There is no response with this number and this code"),
    ):  # fmt: skip
        assert sentence in words_of(priya.post(taking_back, left | wrong, follow=True))
    asked = words_of(rosa.post(reverse("leave_out_response", args=[wave.id]), left | {"reason": "withdrew"}))
    assert f"Number {response.respondent} at {cast.site.name}, wave spring" in asked
    assert SurveyAnswer.objects.count() == 5
    written = f"{done.receipt[:4].lower()} {done.receipt[4:]}"
    gone = priya.post(taking_back, left | {"code": written}, follow=True)
    assert "What they answered is deleted" in words_of(gone) and not SurveyAnswer.objects.exists()
    assert "Left out: withdrew 1" in words_of(chen.get(url))
    listed = chen.get(reverse("wave_responses", args=[wave.id]))
    assert chen.get(read).status_code == 409 and read not in listed.content.decode()
    rosa.post(reverse("close_wave", args=[wave.id]))
    assert "This wave is closed" in words_of(alice.get(url)) and "not open today" in words_of(
        priya.get(asking)
    )
    assert "behind its target" not in words_of(alice.get(reverse("home")))
    assert client_of(cast.dana.account).get(url).status_code == 404


def test_lead_deletes_a_response_once_they_are_sure(world: World) -> None:
    wave, site = wave_of(world), world.cast.site
    rosa, told = client_of(world.cast.rosa.account), {"site": site.id, "respondent": 1, "reason": "withdrew"}
    rosa.post(reverse("leave_out_response", args=[wave.id]), told)
    assert SurveyAnswer.objects.exists()
    rosa.post(reverse("leave_out_response", args=[wave.id]), told | {"is_sure": "1"})
    assert not SurveyAnswer.objects.exists() and SurveyResponse.objects.get().exclusion == "withdrew"


def test_everybody_who_agreed_can_be_interviewed(world: World) -> None:
    wave, priya = wave_of(world), client_of(world.cast.priya.account)
    for _ in range(51):
        an_approach(wave, world.cast.site)
    waiting = [
        priya.get(f"{reverse('wave', args=[wave.id])}?page={page}").context["waiting"] for page in (1, 2)
    ]
    assert [len(page) for page in waiting] == [50, 1]
