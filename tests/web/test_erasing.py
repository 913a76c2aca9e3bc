"""A source is erased on its page, by who may, once its name is typed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.words import words_of
from tests.web.world import World

from throughline.records.audit.models import AuditEvent
from throughline.records.inquiry.queries import text_of
from throughline.vocabulary.errors import NotFound
from throughline.vocabulary.roles import Role

pytestmark = pytest.mark.django_db


def test_a_source_is_erased_once_its_name_is_typed(world: World) -> None:
    lead = Client()
    lead.force_login(world.by_role[Role.LEAD_RESEARCHER])
    page, name = reverse("erase_source", args=[world.source.id]), world.source.name
    assert (
        reverse("erase_source", args=[world.source.id]).encode()
        in lead.get(reverse("describe_source", args=[world.source.id])).content
    )
    said = words_of(lead.get(page))
    assert "the key that opens them is destroyed" in said and "released while it was there" in said
    wrong = lead.post(page, {"name": "something else"})
    assert wrong.status_code == 422 and "Nothing was done" in words_of(wrong)
    done = lead.post(page, {"name": name}, follow=True)
    assert "The source is erased" in words_of(done) and name not in words_of(done)
    assert lead.get(page).status_code == 404
    assert AuditEvent.objects.filter(action="source_erased").count() == 1
    world.source.refresh_from_db()
    assert not world.source.text
    with pytest.raises(NotFound):
        text_of(world.cast.rosa.actor, world.source, world.contact.device_time)
