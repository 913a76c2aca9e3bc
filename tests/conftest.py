"""Fixtures of all tests: real files beside the project, a key ring, the cast."""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import transaction
from django.template.base import Template
from django.test import TransactionTestCase
from django.test.utils import _TestState

from tests.cast import Cast, make_cast
from tests.emptied import empty
from tests.installation import Installation, made_once
from throughline.records.keyring import KeyRing, save_ring

# How long an example takes says how busy the machine is. A run tries the examples of the one before: THROUGHLINE_OTHER_EXAMPLES=1
# draws others, to look for what these do not show.
hypothesis.settings.register_profile(
    "throughline",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=not os.environ.get("THROUGHLINE_OTHER_EXAMPLES"),
)
hypothesis.settings.load_profile("throughline")
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules that hold slow tests begin first, so that no worker is left with one of them at the end."""
    for item in items:
        if "functional" in item.path.parts:
            item.add_marker("browser")
            item.add_marker("slow")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


# While tests are collected hardly anything is thrown away; what is there is not looked through each time that more comes.
gc.disable()


def pytest_collection_finish() -> None:
    """Thousands of tests stay to the end: they need not be looked through for what is left over, again and again."""
    gc.set_threshold(20_000, 20, 20)
    gc.collect()
    gc.freeze()
    gc.enable()
    atexit.register(gc.unfreeze)  # at the end a library complains of what was not thrown away


@pytest.fixture(scope="session", autouse=True)
def _emptied() -> None:
    """After a test that commits only what it wrote is deleted: tests/emptied.py."""
    TransactionTestCase._fixture_teardown = lambda _: empty()  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _pages_tell(django_test_environment: None) -> None:
    """What a page was given is kept for tests to look at; what each of its parts was given is not: they are dozens a page."""
    tell, draw = Template._render, _TestState.saved_data.template_render  # type: ignore[attr-defined]
    Template._render = lambda of, context: (tell if context.template is of else draw)(of, context)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real files that are never committed; tests that use them are marked `realdata`."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("real files (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def shared_vectors() -> Path:
    folder = SHARED / "vectors"
    if not folder.is_dir():
        pytest.skip("published vectors (../shared/vectors) are not on this machine")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _keys() -> None:
    save_ring(KeyRing({1: bytes(range(32))}), Path(settings.THROUGHLINE_KEY_FILE))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A whole installation, set up once, to read from only."""
    return made_once(tmp_path_factory.getbasetemp())


@pytest.fixture
def mine(made: Installation, tmp_path: Path) -> Installation:
    """A copy to change."""
    return made.copied_to(tmp_path / "home")


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast: see tests/cast.py."""
    return make_cast()


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: Any, _keys: None) -> Iterator[None]:
    """What other fixtures of a module's scope write stands for all its tests, and is rolled back after the last.

    Each test still has a transaction of its own within. Not for modules whose tests commit (`transactional_db`).
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
