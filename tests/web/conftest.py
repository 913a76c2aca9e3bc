"""Fixtures of the pages' tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.cast import Cast, make_cast
from tests.kept import Copied
from tests.web.world import World, make_world

from throughline.records.accounts.models import Account


@pytest.fixture
def now() -> datetime:
    """Pages read the clock, so what they show lies just before it."""
    return datetime.now(UTC)


@pytest.fixture
def world(cast: Cast, now: datetime) -> World:
    return make_world(cast, now)


@pytest.fixture(scope="module")
def kept_world(kept_rows: None) -> World:
    """The world, made once for a module that asks much of it; its tests take a copy: `world` below it."""
    return make_world(make_cast(), datetime.now(UTC))


@pytest.fixture(scope="module")
def copied_world(kept_world: World) -> Copied[World]:
    return Copied(kept_world)


@pytest.fixture
def sign_in() -> SignIn:
    return SignIn()


class SignIn:
    """A browser in which somebody has signed in."""

    def __call__(self, account: Account | None, **options: object) -> Client:
        client = Client(**options)  # type: ignore[arg-type]  # Client's own options
        if account is not None:
            client.force_login(account)
        return client
