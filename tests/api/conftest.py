from __future__ import annotations

from copy import deepcopy

import pytest
from django.core.cache import cache

from tests.api.world import World, make_world
from tests.cast import Cast, make_cast


@pytest.fixture(scope="module")
def kept_world(kept_rows: None) -> World:
    return make_world(make_cast())


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    """One of everything: see tests/api/world.py."""
    cache.clear()  # rate limits count per process
    return deepcopy(kept_world)


@pytest.fixture
def cast(world: World) -> Cast:
    return world.cast
