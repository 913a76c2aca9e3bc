"""Questions composed once: they answer as the ORM does, for whoever asks."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from django.db.models import CharField, DateTimeField, UUIDField

from tests.cast import Cast
from tests.records.made import a_code, a_source, an_analysis
from throughline.records.composed import Composed, Given, asked_once
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Coding, Source
from throughline.records.programme.models import Site
from throughline.vocabulary.actor import Actor

pytestmark = pytest.mark.django_db


def test_composed_answers_as_the_query_does_each_time_anew(cast: Cast, now: datetime) -> None:
    source = a_source(an_analysis(cast))
    code = a_code(source.analysis)
    names = ("id", "source_id", "start", "applied_at", "removed_at", "code__name")
    asked = Composed(
        lambda: Coding.objects.standing()
        .filter(
            source=Given("source", UUIDField()), analyst=Given("by", CharField()),
            applied_at__lte=Given("until", DateTimeField()),
        )
        .order_by("start")
        .values_list(*names)
    )  # fmt: skip
    rosa = cast.rosa.actor
    assert asked(source=source.id, by=rosa.id, until=now) == []
    for start in (5, 0):
        actions.apply_code(source=source, code=code, start=start, end=start + 4, by=rosa, at=now)
    found = asked(source=source.id, by=rosa.id, until=now)
    assert found == list(Coding.objects.order_by("start").values_list(*names)) and len(found) == 2
    assert asked.one(source=source.id, by=rosa.id, until=now) == found[0]
    assert asked(source=source.id, by="somebody else", until=now) == []
    assert asked.one(source=uuid4(), by=rosa.id, until=now) is None


def test_composed_of_what_an_actor_may_see_is_nothing_without_a_grant(cast: Cast) -> None:
    source = a_source(an_analysis(cast))

    def seen(actor: Actor) -> Composed:
        rows = Source.objects.visible_to(actor)
        return Composed(lambda: rows.filter(pk=Given("id", UUIDField())).values_list("id"))

    assert seen(cast.rosa.actor)(id=source.id) == [(source.id,)]
    assert seen(cast.dana.actor)(id=source.id) == [], "of another programme"
    assert seen(Actor.stranger())(id=source.id) == []


def test_steady_question_is_asked_once_for_the_same_values_and_anew_afterwards(cast: Cast) -> None:
    asked = Composed(
        lambda: Site.objects.filter(id=Given("site", UUIDField())).values_list("name"), is_steady=True
    )
    site = cast.site
    with asked_once():
        assert asked(site=site.id) == [(site.name,)] and asked(site=uuid4()) == []
        Site.objects.filter(id=site.id).update(name="Elsewhere")
        assert asked(site=site.id) == [(site.name,)]
    assert asked(site=str(site.id)) == [("Elsewhere",)]
