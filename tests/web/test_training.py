"""Training on its pages: a course, a training of it, who came; what a manager of elsewhere gets."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.workforce.models import Attendance, Course, Training
from throughline.records.workforce.queries import due_for_training

pytestmark = pytest.mark.django_db


def client_of(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]  # an account of the cast
    return client


def shares(client: Client) -> list[str]:
    """Of the one site whose training this person leads: trained staff, by month."""
    ((_site, told),) = client.get(reverse("training_due")).context["shares"]
    return [f"{one.trained} of {one.staff}" for one in told]


def test_a_course_is_added_held_and_attended(world: World, now: datetime) -> None:
    alice = client_of(world.cast.alice.account)
    assert "No course yet" in words_of(alice.get(reverse("hold_training")))
    given = {"name": "Hearing it", "modules": "Meeting\n\nAsking", "is_programme_training": "on"}
    added = alice.post(reverse("add_course"), given)
    course = Course.objects.get()
    assert added.status_code == 302 and str(course.id) in added["Location"]
    assert (course.modules, course.is_programme_training) == (["Meeting", "Asking"], True)
    assert "is taken" in words_of(alice.post(reverse("add_course"), given))
    held = {"course": course.id, "site": world.cast.site.id, "held_on": now.date(), "trainer": "Trainer A"}
    for wrong in ({"site": world.cast.other_site.id}, {"course": uuid4()}, {"held_on": "soon"}):
        assert alice.post(reverse("hold_training"), held | wrong).status_code == 422
    assert alice.post(reverse("hold_training"), held).status_code == 302
    before = shares(alice)
    training = Training.objects.get()
    page = reverse("training", args=[training.id])
    assert "Bob" in words_of(alice.get(page))
    bob = world.cast.bob.account.memberships.get()
    assert bob in [one.membership for one in due_for_training(world.cast.alice.actor, now.date())]
    assert alice.post(page, {"completed": str(bob.id)}).status_code == 302
    row = Attendance.objects.get(is_attended=True)
    assert (row.membership, row.is_completed) == (bob, True)
    assert bob not in [one.membership for one in due_for_training(world.cast.alice.actor, now.date())]
    assert "Hearing it" in words_of(alice.get(reverse("training_due")))
    # one more of its staff than before, this month; of a site that is not hers nothing
    after = shares(alice)
    assert after[:-1] == before[:-1] and after[-1] == before[-1].replace("0 of", "1 of") != before[-1]
    assert world.cast.other_site.name not in words_of(alice.get(reverse("training_due")))
    # a tab that has not seen it writes over nothing, and keeps what was said in it beside what is recorded by now
    stale = alice.post(page, {"seen": "0" * 16})
    assert stale.status_code == 409 and "in another window" in words_of(stale)
    assert Attendance.objects.get(is_attended=True) == row
    assert not any(one["came"] or one["completed"] for one in stale.context["rows"])
    assert words_of(stale).count("Recorded: came and completed it") == 1
    assert "Recorded:" not in words_of(alice.get(page))
    # said again, it replaces; who does not work there cannot be put in
    assert alice.post(page, {"seen": stale.context["seen"]}).status_code == 302
    assert not Attendance.objects.filter(is_attended=True).exists()
    dana = world.cast.dana.account.memberships.get()
    assert alice.post(page, {"attended": str(dana.id)}).status_code == 422
    assert client_of(world.cast.dana.account).post(page, {"attended": str(bob.id)}).status_code == 404
