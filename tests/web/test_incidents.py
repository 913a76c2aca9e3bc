"""Incidents on their pages: two reports of one are found, merged and taken apart again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import START, SYSTEM
from tests.records.made import an_import_run
from tests.web.about import incidents_of
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.referral.actions import IncidentDraft, record_incidents
from throughline.records.referral.models import Incident
from throughline.records.referral.queries import likely_pairs, likely_same
from throughline.vocabulary.programme import ImportState

pytestmark = pytest.mark.django_db


def test_what_is_reported_twice_is_merged_and_taken_apart(world: World) -> None:
    alice = Client()
    alice.force_login(world.cast.alice.account)
    first, second = incidents_of(world)
    shown = words_of(alice.get(reverse("incidents")))
    assert "Perhaps reported twice" in shown and "2 incidents" in shown
    page = reverse("incident", args=[first.id])
    assert "Perhaps the same incident" in words_of(alice.get(page))
    merge = reverse("merge_incidents", args=[first.id, second.id])
    assert alice.post(merge).status_code == 302
    assert "Found to be the same" in words_of(alice.get(page)) and "1 incident " in words_of(
        alice.get(reverse("incidents"))
    )
    assert "merged already" in words_of(alice.post(merge, follow=True))
    assert "not counted by itself" in words_of(alice.get(reverse("incident", args=[second.id])))
    keep = reverse("keep_incidents_apart", args=[first.id, second.id])
    assert "Undo the merge first" in words_of(alice.post(keep, follow=True))
    apart = reverse("unmerge_incidents", args=[second.id])
    assert "counts by itself again" in words_of(alice.post(apart, follow=True))
    assert "not merged into another" in words_of(alice.post(apart, follow=True))
    assert keep in alice.get(reverse("incident", args=[first.id])).content.decode()
    assert "They are two incidents" in words_of(alice.post(keep, follow=True))
    assert keep not in alice.get(reverse("incident", args=[first.id])).content.decode()
    assert "Perhaps reported twice" not in words_of(alice.get(reverse("incidents")))


def test_which_incidents_may_be_one(world: World) -> None:
    first, second = incidents_of(world)
    draft = {"later": (90, "not_recorded"), "near": (40, "Harrowmere"), "far": (50, "Saltby")}
    record_incidents(
        programme=world.cast.programme, by=SYSTEM, at=START,
        drafts=[
            IncidentDraft(START + timedelta(minutes=minutes), place_band=place, origin_key=key)
            for key, (minutes, place) in draft.items()
        ],
    )  # fmt: skip
    later, near, far = (Incident.objects.get(origin_key=key) for key in draft)
    alice = world.cast.alice.actor
    assert likely_same(alice, near) == [first, second, later]  # Saltby is another place
    assert likely_same(alice, first) == [second, near, far]
    pairs = {frozenset(pair) for pair in likely_pairs(alice, world.cast.programme.id)}
    assert pairs == {
        frozenset((one, other))
        for one in (first, second, later, near, far)
        for other in likely_same(alice, one)
    }
    run = an_import_run(world.cast, ImportState.COMPLETE)
    Incident.objects.filter(id__in=[first.id, second.id]).update(import_run=run)
    first.refresh_from_db()
    assert second not in likely_same(alice, first)  # a file names an incident once
    assert likely_pairs(world.cast.dana.actor, world.cast.programme.id) == []
