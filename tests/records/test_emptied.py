"""What a test that commits leaves behind: nothing, and what a migration wrote once."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.cast import make_cast
from tests.emptied import KEPT, empty


@pytest.mark.django_db(transaction=True)
def test_everything_goes_but_what_a_migration_wrote() -> None:
    make_cast()
    kept = (
        list(ContentType.objects.order_by("id").values()),
        list(Permission.objects.order_by("id").values()),
    )
    assert all(kept)
    empty()
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    assert {model._meta.db_table for model in models if model._base_manager.exists()} == KEPT
    assert kept == (
        list(ContentType.objects.order_by("id").values()),
        list(Permission.objects.order_by("id").values()),
    )
    connection.check_constraints()
