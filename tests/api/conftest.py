from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.api.world import World, make_world
from tests.cast import Cast, make_cast
from tests.kept import Copied


@pytest.fixture(scope="module")
def kept_world(kept_rows: None) -> World:
    return make_world(make_cast())


@pytest.fixture(scope="module")
def copied_world(kept_world: World) -> Copied[World]:
    return Copied(kept_world)


@pytest.fixture
def world(copied_world: Copied[World], db: None) -> World:
    """One of everything: see tests/api/world.py."""
    cache.clear()  # rate limits count per process
    return copied_world()


@pytest.fixture
def cast(world: World) -> Cast:
    return world.cast
