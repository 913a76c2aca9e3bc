"""What goes on paper: no page that tells of people or of numbers that passed no door, but for those that are named."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import World

from throughline.web.guarding.printing import PRINTED, prints


def test_only_pages_that_there_are_are_named() -> None:
    assert set(get_resolver().reverse_dict) >= PRINTED


@pytest.mark.django_db
def test_a_page_prints_or_says_what_to_ask_for_instead(world: World, sign_in: SignIn) -> None:
    manager = sign_in(world.cast.alice.account)
    listed = manager.get(reverse("shared_list", args=[world.client.id]))
    assert "not-printed" not in listed.content.decode().partition("<main")[2].partition(">")[0]
    client = manager.get(reverse("client", args=[world.client.id]))
    assert "not-printed" in client.content.decode().partition("<main")[2].partition(">")[0]
    assert "This page does not print" in words_of(client)
    assert "does not print" not in words_of(Client().get(reverse("account_login")))
    assert prints(None) and prints("mfa_view_recovery_codes") and not prints("source")
