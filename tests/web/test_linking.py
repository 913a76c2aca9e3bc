"""Linking waves through the pages: naming elements, linking, looking at a pair, deciding; nothing of a code is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.records.linking_made import CODED, PATHS, answered
from tests.records.made import NOW
from tests.records.surveys_made import a_draft, a_wave
from tests.web.words import words_of

from throughline.records.surveys import actions
from throughline.records.surveys.models import CodeParts, CodePlan, LinkedPair, WaveLinking
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import PhaseKind

pytestmark = pytest.mark.django_db


def test_evaluator_names_links_and_decides_without_seeing_a_code(client: Client, cast: Cast) -> None:
    system = Actor.system("command line")
    plain = a_wave(cast, "plain")
    version = actions.add_instrument_version(study=plain.study, code="coded", draft=a_draft(b"coded", CODED), by=system, at=NOW)  # fmt: skip
    waves = [
        a_wave(cast, code, instrument_version=version, phase=phase)
        for code, phase in (("spring", PhaseKind.BEFORE), ("autumn", PhaseKind.AFTER))
    ]
    client.force_login(cast.chen.account)
    page = reverse("code_elements", args=[version.instrument_id])
    asked = client.get(page)
    assert "Colour of your eyes" in words_of(asked) and "How did you get it?" not in words_of(asked)
    form = {f"element_{place}": path for place, path in enumerate(PATHS, start=1)}
    form |= {
        "ignores_1": ["case", "accents"],
        "age": "about/age",
        "gender": "gender",
        "destroy_on": "2020-01-01",
    }
    refused = client.post(page, form)
    assert refused.status_code == 422 and "within ten years" in words_of(refused)
    assert client.post(page, form | {"destroy_on": "2030-01-01"}).status_code == 302
    plan = CodePlan.objects.get()
    assert [one["path"] for one in plan.elements] == list(PATHS)
    assert plan.elements[0]["ignores"] == ["accents", "case"]

    for wave, at in zip(waves, (NOW, NOW + timedelta(days=90)), strict=True):
        answered(wave, cast.site, {"code/street": "Quayside"}, at=at)
        answered(wave, cast.site, {"code/mother": "Anneliese", "code/born": 3}, at=at, **({"age": 60, "gender": "man"} if wave == waves[0] else {}))  # fmt: skip
    told = {"first": waves[0].id, "second": waves[1].id, "least_days": "400", "most_days": "30"}
    assert client.post(reverse("linkings"), told).status_code == 422
    done = client.post(reverse("linkings"), told | {"least_days": "1", "most_days": "400"}, follow=True)
    linking = WaveLinking.objects.get()
    assert "Too few answered for anything of their links to be told." in words_of(done)
    pairs = client.get(reverse("linked_pairs", args=[linking.id]))
    text = words_of(pairs)
    assert "Age or gender says otherwise." in text and "First letters of your mother's name agrees" in text
    held = [part for row in CodeParts.objects.all() for part in row.parts if part]
    body = pairs.content.decode() + done.content.decode()
    assert not [part for part in held if part in body] and "Anneliese" not in body and "Quayside" not in body
    pair = LinkedPair.objects.get(state="waiting")
    decide = reverse("decide_pair", args=[pair.id])
    without = client.post(decide, {"decision": "rejected", "seen": "waiting"})
    assert without.status_code == 422 and "of two who are not, why" in words_of(without)
    assert client.post(decide, {"decision": "rejected", "seen": "waiting", "reason": "too_little"}).status_code == 302  # fmt: skip
    stale = client.post(decide, {"decision": "accepted", "seen": "waiting"})
    assert stale.status_code == 409 and "said otherwise" in words_of(stale)
    assert client.post(decide, {"decision": "perhaps", "seen": "waiting"}).status_code == 422
    rejected = client.get(reverse("linked_pairs", args=[linking.id]) + "?state=rejected")
    assert "Rejected: too little agrees." in words_of(rejected)
    assert client.post(reverse("destroy_codes", args=[plan.id])).status_code == 302
    assert not CodeParts.objects.exists() and "destroyed" in words_of(client.get(reverse("linkings")))
    client.force_login(cast.rosa.account)
    assert client.get(reverse("linkings")).status_code == 403
