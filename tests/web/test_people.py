"""The people of an analysis on its pages: who coded elsewhere, and the way of the data guardian to participants."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse
from tests.web.about import coder_of
from tests.web.conftest import SignIn
from tests.web.world import World

from throughline.records.inquiry.models import Source, ThemeQuote

pytestmark = pytest.mark.django_db


def test_lead_says_who_a_coder_is_and_takes_it_back(world: World, sign_in: SignIn) -> None:
    coder, rosa = coder_of(world), sign_in(world.cast.rosa.account)
    page = reverse("analysis") + f"?analysis={world.analysis.id}"
    assert "nobody said who this is" in rosa.get(page).content.decode()
    address = reverse("coder_joined", args=[coder.id])
    told = rosa.post(address, {"account": str(world.cast.rosa.account.id)}, follow=True).content.decode()
    assert "It is said who Elsa is" in told and "who is Rosa" in told
    refused = rosa.post(address, {"account": str(world.nobody.id)}, follow=True).content.decode()
    assert "Choose who it is" in refused and "who is Rosa" in refused
    told = rosa.post(address, {"account": ""}, follow=True).content.decode()
    assert "It is taken back" in told and "nobody said who this is" in told
    evaluator = sign_in(world.cast.chen.account).get(page).content.decode()
    assert "Elsa" in evaluator and "Who is Elsa?" not in evaluator


def test_guardian_is_led_to_participants_and_others_find_them_within_inquiry(
    world: World, sign_in: SignIn
) -> None:
    link = f'href="{reverse("participants")}"'
    grace, rosa = sign_in(world.cast.grace.account), sign_in(world.cast.rosa.account)
    assert link in grace.get(reverse("home")).content.decode()
    assert 'aria-current="page"' in grace.get(reverse("participants")).content.decode()
    assert link not in rosa.get(reverse("home")).content.decode()
    assert link not in sign_in(world.cast.bob.account).get(reverse("home")).content.decode()


def test_theme_says_why_a_chosen_passage_is_not_shown(world: World, sign_in: SignIn) -> None:
    address = reverse("theme", args=[world.theme.id])

    def told() -> str:
        return html.unescape(sign_in(world.cast.chen.account).get(address).content.decode())

    ThemeQuote.objects.update(lost_in=2)
    assert "its words are no longer there" in told() and "agreed to be quoted" not in told()
    ThemeQuote.objects.update(lost_in=None)
    Source.objects.filter(id=world.source.id).update(is_deidentified=False)
    assert "names have not been taken out" in told() and "agreed to be quoted" not in told()
    Source.objects.filter(id=world.source.id).update(is_deidentified=True)
    world.analysis.participants.update(consent=None)
    assert "has not agreed to be quoted" in told() and "no longer there" not in told()
