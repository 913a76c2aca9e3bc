"""The demo, interrupted on its first run: the next one says so, begins anew and doubles nothing."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from tests.example.in_small import in_small, written
from tests.installation import Installation
from throughline.example.parameters import read_parameters

pytestmark = [pytest.mark.sqlite, pytest.mark.slow]

COUNT = """
from throughline.example.loading.words import transcripts
from throughline.records.engagement.models import Contact
from throughline.records.inquiry.models import Source
from throughline.records.programme.models import Programme
from throughline.records.study.models import Freeze
print(Programme.objects.count(), Contact.objects.count() > 500, Freeze.objects.count(), Source.objects.count() == len(transcripts()))
"""
LEDGER = """
from throughline.records.study.models import Release
print(*Release.objects.filter(recipient="The commissioner").values_list("what", flat=True), sep="; ")
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(in_small(read_parameters()), tmp_path_factory.mktemp("small") / "parameters.yaml")


def _interrupt(place: Installation, small: str, by: signal.Signals) -> tuple[int, str]:
    """Run it until its database is being made or filled, and no further."""
    child = place.start("demo", "--no-serve", "--parameters", small)
    try:
        deadline = time.monotonic() + 300
        while _bytes_of_database(place) < 100_000:
            assert child.poll() is None, child.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child.send_signal(by)
        _, err = child.communicate(timeout=120)
    finally:
        child.kill()
    return child.returncode, err


def _bytes_of_database(place: Installation) -> int:
    """What has been written has not left the log for the file itself yet."""
    files = (place.database_file, Path(f"{place.database_file}-wal"))
    return sum(path.stat().st_size for path in files if path.exists())


def test_demo_killed_on_its_first_run_begins_anew_and_says_so(tmp_path: Path, small: str) -> None:
    place = Installation(tmp_path / "home")
    assert _interrupt(place, small, signal.SIGKILL)[0] == -signal.SIGKILL
    assert json.loads((place.home / "demo.json").read_text())["state"] == "making"
    done = place.throughline("demo", "--no-serve", "--parameters", small)
    assert done.returncode == 0, done.stderr
    assert "was interrupted before it was whole. It begins anew." in done.stderr
    accounts = json.loads((place.home / "demo.json").read_text())["accounts"]
    assert place.python(COUNT).split() == ["2", "True", "1", "True"]
    assert place.throughline("audit", "verify").returncode == 0
    words = ("evaluate", "series", "--programme", "lantern")
    asked = place.throughline(*words, "--json", "--recipient", "The commissioner")
    assert asked.returncode == 0, asked.stderr
    found = json.loads(asked.stdout)
    assert [one["measure"] for one in found["measures"]] == ["contacts", "pipes_given", "crack_use_told"]
    assert all(len(one["sites"]) == 6 for one in found["measures"])
    assert "interrupted series" in place.python(LEDGER)
    assert all(
        one["refused"] or one["found"]["main"] for measure in found["measures"] for one in measure["sites"]
    )
    told = place.throughline(
        "evaluate", "baseline", "--programme", "lantern", "--json", "--recipient", "The commissioner"
    )
    assert told.returncode == 0, told.stderr
    rows = [one["row"] for one in json.loads(told.stdout)["rows"]]
    assert len(rows) > 8 and all("difference" in row or row["refused"] for row in rows)
    again = place.throughline("demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    assert again.stderr == ""
    assert all(account["password"] in again.stdout for account in accounts)


def test_demo_stopped_by_ctrl_c_leaves_nothing(tmp_path: Path, small: str) -> None:
    place = Installation(tmp_path / "home")
    code, err = _interrupt(place, small, signal.SIGINT)
    assert (code, err.strip()) == (130, "Interrupted. Nothing was left half-done.")
    assert [path.name for path in place.home.iterdir()] == [".demo-lock"]


def test_demo_with_keys_of_somebody_elses_is_refused(tmp_path: Path, small: str) -> None:
    place = Installation(tmp_path / "home")
    keys = tmp_path / "keys.json"
    done = place.throughline("demo", "--no-serve", "--parameters", small, THROUGHLINE_KEY_FILE=str(keys))
    assert done.returncode == 5
    assert "Unset THROUGHLINE_KEY_FILE" in done.stderr
    assert not keys.exists()
