"""The demo, stopped on its first run, and refused. Killed, begun anew and asked: tests/packaging/test_wheel.py."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.cli.interrupting import interrupted
from tests.example.in_small import in_small, written
from tests.installation import Installation
from throughline.example.parameters import read_parameters

pytestmark = [pytest.mark.sqlite, pytest.mark.slow]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(in_small(read_parameters()), tmp_path_factory.mktemp("small") / "parameters.yaml")


def test_demo_stopped_by_ctrl_c_leaves_nothing(tmp_path: Path, small: str) -> None:
    place = Installation(tmp_path / "home")
    code, err = interrupted(place.start("demo", "--no-serve", "--parameters", small), place, signal.SIGINT)
    begun, *_, last = err.strip().splitlines()
    assert (code, last) == (130, "Interrupted. Nothing was left half-done.")
    assert begun == "setting up the database ...", "a log shows how far it is, too"
    assert [path.name for path in place.home.iterdir()] == [".demo-lock"]


def test_demo_with_keys_of_somebody_elses_is_refused(tmp_path: Path, small: str) -> None:
    place = Installation(tmp_path / "home")
    keys = tmp_path / "keys.json"
    done = place.throughline("demo", "--no-serve", "--parameters", small, THROUGHLINE_KEY_FILE=str(keys))
    assert done.returncode == 5
    assert "Unset THROUGHLINE_KEY_FILE" in done.stderr
    assert not keys.exists()
