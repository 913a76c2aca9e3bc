from __future__ import annotations

import pytest

from tests.api.world import World, make_world
from tests.cast import Cast


@pytest.fixture
def world(cast: Cast) -> World:
    """One of everything: see tests/api/world.py."""
    return make_world(cast)
