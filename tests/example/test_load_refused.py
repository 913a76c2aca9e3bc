"""Where the fictional programme is not loaded: beside a real one, too early, or only half."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from throughline.example.load import load_example
from throughline.example.parameters import Parameters
from throughline.records.accounts.models import Account
from throughline.records.engagement.models import Contact
from throughline.records.programme import actions as programme
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Unready

AT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class Stopped(Exception):
    """What interrupts a load in a test."""


def test_load_example_beside_a_real_programme_refuses(small: Parameters) -> None:
    programme.create_programme(name="Real", slug="real", by=Actor.system("command line"), at=AT)
    with pytest.raises(Unready, match="holds a real programme"):
        load_example(at=AT, parameters=small)
    assert Account.objects.count() == 0


def test_load_example_before_its_period_is_over_refuses(small: Parameters) -> None:
    with pytest.raises(Unready, match="runs to 28 Feb 2026"):
        load_example(at=datetime(2026, 2, 28, 12, 0, tzinfo=UTC), parameters=small)


def test_load_example_that_is_interrupted_leaves_nothing_and_can_be_run_again(small: Parameters) -> None:
    folder = Path(settings.THROUGHLINE_SOURCE_KEYS)
    before = set(folder.glob("*.key"))
    reached: list[int] = []

    def stop(what: str, done: int, of: int) -> None:
        if what == "transcripts" and done == 3:
            reached.append(len(set(folder.glob("*.key")) - before))
            raise Stopped

    with pytest.raises(Stopped):
        load_example(at=AT, parameters=small, progress=stop)
    assert reached == [3]
    assert not Programme.objects.exists()
    assert not Account.objects.exists()
    assert not Contact.objects.exists()
    assert set(folder.glob("*.key")) == before
    loaded = load_example(at=AT, parameters=small)
    assert Contact.objects.filter(programme_id=loaded.programme_id).exists()
