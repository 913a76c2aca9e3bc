"""One installation is set up per run; each test that changes something gets a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installation import Installation, make_installation


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """To read from only."""
    return make_installation(tmp_path_factory.mktemp("made") / "home")


@pytest.fixture
def mine(made: Installation, tmp_path: Path) -> Installation:
    """A copy to change."""
    return made.copied_to(tmp_path / "home")
