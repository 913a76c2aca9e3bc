"""Sums over many contacts: a request reckons for its share of time, says how far it is, and the next goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import START, SYSTEM
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.engagement.actions import record_contact
from throughline.records.programme.actions import grant_membership
from throughline.records.supplies.actions import receive_stock
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft, KitLineDraft
from throughline.vocabulary.periods import Month
from throughline.vocabulary.roles import Role
from throughline.vocabulary.stock import StockLine
from throughline.web.returns import views
from throughline.work.reckoning import held_name, reckoned

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_at_a_time(settings: Any) -> None:
    settings.THROUGHLINE_RECKONING_SECONDS = 0


@pytest.fixture
def manager(world: World) -> Client:
    """Alice, of both sites of the service."""
    grant_membership(
        account=world.cast.alice.account, organisation=world.cast.service, roles=[Role.SERVICE_MANAGER],
        sites=[world.cast.other_site], from_on=START.date(), by=SYSTEM, at=START,
    )  # fmt: skip
    client = Client()
    client.force_login(world.cast.alice.account)
    return client


@pytest.fixture
def month(monkeypatch: pytest.MonkeyPatch) -> Month:
    """This one, seen from its midst: in its last hour a site further east has begun the next."""
    midst = datetime.now(UTC).replace(day=15, hour=12)
    monkeypatch.setattr(views, "now", lambda: midst)
    return Month.of(midst.date())


@pytest.mark.usefixtures("one_at_a_time", "db")
def test_a_request_reckons_one_part_at_least_and_the_next_goes_on() -> None:
    asked: list[str] = []
    parts = {
        name: (held_name(uuid4()), lambda name=name: asked.append(name) or len(name))
        for name in ("a", "bb", "ccc")
    }
    for done in (1, 2, 3):
        found = reckoned(parts)
        assert (found.done, found.of, found.is_whole) == (done, 3, done == 3)
    assert found.found == {"a": 1, "bb": 2, "ccc": 3}
    assert asked == ["a", "bb", "ccc"], "what is held is not reckoned again"
    assert reckoned({}).is_whole


def test_all_is_reckoned_at_once_where_time_allows(settings: Any) -> None:
    settings.THROUGHLINE_RECKONING_SECONDS = 60
    assert reckoned({number: (held_name(uuid4()), lambda: 0) for number in range(9)}).is_whole


@pytest.mark.usefixtures("one_at_a_time")
def test_an_open_month_comes_site_by_site(world: World, manager: Client, month: Month) -> None:
    url = f"{reverse('returns')}?month={month}"
    first = words_of(manager.get(url))
    assert "Sites counted 1 of 2" in first and "Harrowmere" in first and "Saltby" not in first
    second = words_of(manager.get(url))
    assert "Sites counted" not in second and "Harrowmere" in second and "Saltby" in second
    assert "No site of yours" not in first + second


@pytest.mark.usefixtures("one_at_a_time")
def test_a_month_can_be_closed_before_its_sites_are_counted(
    world: World, manager: Client, month: Month
) -> None:
    words = words_of(manager.get(f"{reverse('returns')}?month={month.before()}"))
    assert "Sites counted 1 of 2" in words
    assert "Say first how much is recorded at Harrowmere" in words and "recorded at Saltby" in words


@pytest.mark.usefixtures("one_at_a_time")
def test_what_runs_out_is_said_once_every_shelf_was_looked_at(world: World, manager: Client) -> None:
    at = datetime.now(UTC)
    for site, number in ((world.cast.site, 60), (world.cast.other_site, 12)):
        receive_stock(site=site, lines=[StockLine(world.item.id, number)], happened_at=at - timedelta(days=40), by=SYSTEM, at=at)  # fmt: skip
        draft = ContactDraft(
            site_id=site.id, route=Route.SERVICE, device_time=at - timedelta(days=1),
            kit_lines=(KitLineDraft(item_id=world.item.id, quantity=10),),
        )  # fmt: skip
        record_contact(draft=draft, by=SYSTEM, at=at)
    first = words_of(manager.get(reverse("home")))
    assert "Sites whose shelves were looked at 1 of 2" in first and "will run out" not in first
    second = words_of(manager.get(reverse("home")))
    assert "shelves were looked at" not in second
    assert f"{world.item.name} at Saltby first: 5 days left" in second
