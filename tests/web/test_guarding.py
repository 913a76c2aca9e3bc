"""What is flagged is seen: by the manager of the site, and by who guards the data; and the audit can be read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from tests.web.conftest import SignIn
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.accounts.actions import issue_sign_in_code
from throughline.records.audit.models import AuditEvent
from throughline.records.clients import actions as clients
from throughline.records.programme.actions import grant_membership
from throughline.records.programme.queries import actor_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event
from throughline.vocabulary.roles import Role
from throughline.web.guarding.words import EVENTS

pytestmark = pytest.mark.django_db


def guesses(world: World, by: Actor, at: datetime) -> None:
    """As many look-ups of unknown codes as are flagged."""
    for number in range(clients.GUESSES_FLAGGED + 1):
        clients.look_up_client(
            programme=world.cast.programme, code=f"ZZ{number + 1:02d}011950F", by=by, at=at + timedelta(seconds=number)
        )  # fmt: skip


def test_every_event_has_a_word() -> None:
    assert set(EVENTS) == set(Event)


def test_flagged_guessing_waits_for_the_manager_of_the_site_and_the_guardian(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    guesses(world, world.cast.bob.actor, now - timedelta(hours=2))
    for account in (world.cast.alice.account, world.cast.grace.account):
        browser = sign_in(account)
        home = browser.get(reverse("home")).content.decode()
        assert "flagged for guessing codes" in home and reverse("flagged") in home
        page = words_of(browser.get(reverse("flagged")))
        assert "Bob" in page and "ZZ" not in page
    peer = sign_in(world.cast.priya.account)
    assert "guessing" not in peer.get(reverse("home")).content.decode()


def test_flagged_guessing_at_another_site_is_not_the_managers(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    away = world.nobody
    grant_membership(
        account=away, organisation=world.cast.service, roles=[Role.PRACTITIONER], sites=[world.cast.other_site],
        from_on=now.date() - timedelta(days=1), by=world.cast.ada.actor, at=now - timedelta(days=1),
    )  # fmt: skip
    guesses(world, actor_for(away), now - timedelta(hours=2))
    manager = sign_in(world.cast.alice.account)
    assert "guessing" not in manager.get(reverse("home")).content.decode()
    assert "Nobody Yet" not in manager.get(reverse("flagged")).content.decode()
    assert "Nobody Yet" in sign_in(world.cast.grace.account).get(reverse("flagged")).content.decode()


def test_guardian_sees_that_a_code_was_made_for_whom_and_by_whom(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    issue_sign_in_code(
        programme_id=world.cast.programme.id, account=world.cast.rosa.account, by=world.cast.ada.actor,
        at=now - timedelta(hours=1),
    )  # fmt: skip
    grace = sign_in(world.cast.grace.account)
    address = reverse("audit") + "?event=sign_in_code_issued"
    assert address in grace.get(reverse("home")).content.decode()
    page = grace.get(address)
    (row,) = page.context["rows"]
    assert (row["by"], row["whom"], row["kind"]) == ("Ada", "Rosa", "accounts.account")
    assert "audit" not in sign_in(world.cast.alice.account).get(reverse("home")).content.decode()


def test_audit_is_narrowed_by_event_person_and_day(world: World, sign_in: SignIn, now: datetime) -> None:
    grace = sign_in(world.cast.grace.account)
    bob, day = world.cast.bob.account, (now - timedelta(days=3)).date()
    page = grace.get(
        reverse("audit"), {"by": str(bob.id), "day": day.isoformat(), "event": "contact_recorded"}
    )
    (row,) = page.context["rows"]
    assert (row["by"], row["target"]) == ("Bob", str(world.contact.id))
    assert not grace.get(reverse("audit"), {"day": "2001-01-01"}).context["rows"]
    system = grace.get(reverse("audit"), {"by": "system"}).context["rows"]
    assert system and all(one["by"] == "" and one["work"] for one in system)
    assert grace.get(reverse("audit"), {"day": "soon"}).status_code == 422


def test_audit_is_read_in_pages_and_shows_the_own_programme_only(world: World, sign_in: SignIn) -> None:
    grace = sign_in(world.cast.grace.account)
    first = grace.get(reverse("audit")).context["page"]
    here = AuditEvent.objects.filter(programme_id=world.cast.programme.id)
    assert first.paginator.count == here.count() < AuditEvent.objects.count()
    assert first.paginator.num_pages > 1
    second = grace.get(reverse("audit"), {"page": "2"}).context["page"]
    assert not {row.id for row in first} & {row.id for row in second}


def test_audit_shows_nothing_that_was_told(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.cast.grace.account).get(reverse("audit")).content.decode()
    for word in ("no roof", "Interview 1", "A reason to come in", "KX15071984F", "Harrowmere"):
        assert word not in page
