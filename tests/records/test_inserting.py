"""What `insert` writes is what `bulk_create` writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from tests.cast import make_cast
from tests.web.world import make_world
from throughline.records.engagement.models import Contact, KitLine
from throughline.records.foundation import new_id
from throughline.records.inserting import insert

pytestmark = pytest.mark.django_db


def values(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, field.attname) for field in row._meta.concrete_fields) for row in rows]


def stored(model: type[models.Model]) -> list[Any]:
    return list(model._base_manager.order_by("pk"))


def test_insert_writes_every_kind_of_record_as_it_was() -> None:
    make_world(make_cast(), datetime.now(UTC))
    compared = 0
    for model in apps.get_models():
        rows = stored(model)
        if (
            not rows
            or not model.__module__.startswith("throughline.records")
            or model._meta.app_label == "audit"
        ):
            continue
        copies = [
            model(**{field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields})
            for row in rows
        ]
        with transaction.atomic(), connection.constraint_checks_disabled():
            model._base_manager.all()._raw_delete("default")
            insert(copies)
            assert values(stored(model)) == values(rows), model
            assert not any(row._state.adding for row in copies)
            transaction.set_rollback(True)
        compared += 1
    assert compared > 20


def test_insert_of_what_is_there_already_writes_nothing() -> None:
    world = make_world(make_cast(), datetime.now(UTC))
    line = KitLine.objects.get()
    rows = [
        KitLine(
            programme_id=line.programme_id,
            contact=world.contact,
            item_id=line.item_id,
            quantity=n,
            returned=0,
        )
        for n in (1, 2)
    ]
    rows[1].id = line.id
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(rows)
    assert KitLine.objects.count() == 1


def test_insert_refuses_what_the_database_refuses() -> None:
    world = make_world(make_cast(), datetime.now(UTC))
    wrong = Contact.objects.get(id=world.contact.id)
    wrong.id, wrong.device_sequence, wrong.mode = new_id(), None, "by pigeon"
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([wrong])


def test_insert_of_nothing_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        insert([])
