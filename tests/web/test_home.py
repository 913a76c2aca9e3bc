"""What needs doing: only what is, only for whom it is, and where to do it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import START, SYSTEM
from tests.web.world import World

from throughline.records.programme.actions import record_police_agreement, report_month
from throughline.records.programme.models import MonthReport
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.programme import Reporting
from throughline.vocabulary.roles import Role
from throughline.web.home.tasks import WORDS, _behind, tasks_for
from throughline.work.waiting import MONTHS_BACK, WaitsFor, months_due

pytestmark = pytest.mark.django_db


def labels(world: World, actor: Actor, now: datetime) -> str:
    return "; ".join(task.label for task in tasks_for(actor, world.cast.programme, now).tasks)


def test_everything_that_waits_is_said_in_words() -> None:
    assert set(WORDS) == set(WaitsFor)


def test_nobody_else_is_shown_what_a_manager_has_to_do(world: World, now: datetime) -> None:
    assert "not reported" in labels(world, world.cast.alice.actor, now)
    for person in (world.cast.bob, world.cast.priya, world.cast.omar, world.cast.chen, world.cast.dana):
        assert labels(world, person.actor, now) == ""


def test_months_wait_until_they_are_reported_and_never_the_running_one(world: World, now: datetime) -> None:
    alice, today = world.cast.alice.actor, now.date()
    due = months_due(alice, world.cast.programme, today)
    assert len(due) == MONTHS_BACK and all(one.site == world.cast.site for one in due)
    assert due[-1].month.next().first() == today.replace(day=1)
    report_month(
        site=world.cast.site, month=due[0].month.first(), reporting=Reporting.COMPLETE, by=alice, at=now
    )
    assert months_due(alice, world.cast.programme, today) == due[1:]


def test_month_is_reported_on_its_page(world: World, now: datetime) -> None:
    client = Client()
    client.force_login(world.cast.alice.account)
    month = months_due(world.cast.alice.actor, world.cast.programme, now.date())[0].month.first()
    given = {"site": str(world.cast.site.id), "month": month.isoformat()}
    assert client.post(reverse("months"), given).status_code == 422
    assert client.post(reverse("months"), given | {"reporting": "none"}).status_code == 302
    assert MonthReport.objects.get().reporting == "none"
    other = given | {"site": str(world.cast.other_site.id), "reporting": "none"}
    assert client.post(reverse("months"), other).status_code == 422


def agree(world: World, to_on: date, at: datetime) -> None:
    record_police_agreement(
        force=world.cast.police, area="Harrowmere", item_kinds=["safe_inhalation_pipe"], from_on=START.date(),
        to_on=to_on, document_reference="A 1", by=SYSTEM, at=at,
    )  # fmt: skip


def test_agreement_is_named_a_month_before_it_ends_unless_another_follows(
    world: World, now: datetime
) -> None:
    alice = world.cast.alice.actor
    agree(world, now.date() + timedelta(days=31), now)
    assert "police agreement" not in labels(world, alice, now)
    assert "police agreement ends soon" in labels(world, alice, now + timedelta(days=2))
    agree(world, now.date() + timedelta(days=300), now)
    assert "police agreement" not in labels(world, alice, now + timedelta(days=2))


def test_uncoded_source_waits_for_analysts(world: World, now: datetime) -> None:
    world.coding.delete()
    client = Client()
    client.force_login(world.by_role[Role.ANALYST])
    assert "source waits to be coded" in client.get(reverse("home")).content.decode()


def test_home_of_every_role_says_what_to_do_next(world: World) -> None:
    for role, account in world.by_role.items():
        client = Client()
        client.force_login(account)
        page = client.get(reverse("home")).content.decode()
        assert 'class="task' in page or 'class="empty' in page, role


def test_one_person_who_is_wanted_is_one() -> None:
    first = SimpleNamespace(wave=SimpleNamespace(id=uuid4(), code="spring"), missing=1)
    assert _behind(1, first)[2] == "spring first: 1 more person is wanted."
