"""The wheel holds everything: in an empty environment, without Node, make or a checkout, the demo runs from it.

Killed on its first run, the next one says so, begins anew and doubles nothing.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest
from tools import hatch_build as hook

from tests.cli.interrupting import interrupted
from tests.example.in_small import in_small, written
from tests.installation import Installation
from tests.processes import free_port
from throughline.example.parameters import read_parameters

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
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
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = folder.glob("throughline-*.whl")
    return found


def test_a_build_without_assets_builds_them_or_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command[1:])
        if command[1:] == ["run", "build"]:
            (tmp_path / hook.BUILT).parent.mkdir(parents=True)
            (tmp_path / hook.BUILT).write_text("{}")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(hook.subprocess, "run", run)
    hook.build_assets(tmp_path)
    assert asked == [["ci"], ["run", "build"]]
    hook.build_assets(tmp_path)
    assert len(asked) == 2, "what is there is not built again"
    monkeypatch.setattr(hook.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    with pytest.raises(SystemExit, match="make assets"):
        hook.build_assets(tmp_path / "elsewhere")


def test_wheel_holds_assets_and_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        r"throughline/web/static/throughline/dist/manifest\.json",
        r"throughline/web/static/throughline/dist/assets/.*\.css",
        r"throughline/web/static/throughline/dist/assets/.*\.js",
        r"throughline/example/parameters\.yaml",
        r"throughline/example/transcripts/01-.*",
        r"throughline/evaluation/sql/.*\.sql",
        r"throughline/web/templates/base\.html",
        r"throughline/records/engagement/migrations/0001_initial\.py",
    ):
        assert any(re.fullmatch(needed, name) for name in names), needed
    assert not [name for name in names if name.startswith(("tests/", "bench/")) or "node_modules" in name]


def test_wheel_runs_the_demo_killed_and_begun_anew_in_an_empty_environment(
    wheel: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "venv"
    home = tmp_path / "home"
    home.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = str(environment / "bin" / "python")
    subprocess.run([ROOT / "tools" / "install", python, ROOT / "requirements" / "runtime.txt"], check=True)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", str(wheel)],
        check=True,
    )
    for unwanted in ("node", "npm"):
        assert not (environment / "bin" / unwanted).exists()
    port = free_port()
    clean = {
        "HOME": str(home), "PATH": f"{environment / 'bin'}:/nowhere", "THROUGHLINE_HOME": str(tmp_path / "installation"),
        "LANG": "C.UTF-8", "TERM": "dumb", "COLUMNS": "200",
    }  # fmt: skip
    output = (tmp_path / "demo.log").open("wb")
    small = written(in_small(read_parameters()), tmp_path / "parameters.yaml")
    place = Installation(tmp_path / "installation")
    demo = [str(environment / "bin" / "throughline"), "demo", "--parameters", small]
    first = subprocess.Popen(
        demo, cwd=home, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert interrupted(first, place, signal.SIGKILL)[0] == -signal.SIGKILL
    assert json.loads((place.home / "demo.json").read_text())["state"] == "making"
    command = [*demo, "--port", str(port)]
    running = subprocess.Popen(
        command, cwd=home, env=clean, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        page = _wait_for(
            f"http://localhost:{port}/account/login/", running, tmp_path / "demo.log", seconds=420
        )
        style = re.search(r'href="(/static/throughline/dist/assets/[^"]+\.css)"', page)
        assert style, "the sign-in page names no built style"
        with urllib.request.urlopen(f"http://localhost:{port}{style.group(1)}") as answer:
            assert answer.status == 200
        said = (tmp_path / "demo.log").read_text(errors="replace")
        assert "localhost" in said and "chen" in said
        assert "was interrupted before it was whole. It begins anew." in said
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(timeout=120)
    _check_made(place)


def _check_made(place: Installation) -> None:
    """Each thing once; it answers questions, and run again it says the same and makes nothing."""
    accounts = json.loads((place.home / "demo.json").read_text())["accounts"]
    assert place.python(COUNT).split() == ["2", "True", "1", "True"]
    assert place.throughline("audit", "verify").returncode == 0
    words = ("evaluate", "series", "--programme", "lantern")
    asked = place.throughline(*words, "--json", "--recipient", "The commissioner")
    assert asked.returncode == 0, asked.stderr
    found = json.loads(asked.stdout)
    assert [one["measure"] for one in found["measures"]] == ["contacts", "pipes_given", "crack_use_told"]
    assert all(len(one["sites"]) == 6 for one in found["measures"])
    assert all(
        one["refused"] or one["found"]["main"] for measure in found["measures"] for one in measure["sites"]
    )
    told = place.throughline(
        "evaluate", "baseline", "--programme", "lantern", "--json", "--recipient", "The commissioner"
    )
    assert told.returncode == 0, told.stderr
    rows = [one["row"] for one in json.loads(told.stdout)["rows"]]
    assert len(rows) > 8 and all("difference" in row or row["refused"] for row in rows)
    opened = place.throughline(
        "organisation", "add", "Newly opened", "--kind", "housing", "--programme", "lantern"
    )
    assert opened.returncode == 0, opened.stderr
    again = place.throughline("demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    assert again.stderr == ""
    assert all(account["password"] in again.stdout for account in accounts)
    assert place.python(COUNT).split() == ["2", "True", "1", "True"], "nothing is loaded twice"
    assert "interrupted series" in place.python(LEDGER), "what was done since is kept"
    assert "Newly opened" in place.throughline("organisation", "list", "--programme", "lantern").stdout


def _wait_for(address: str, running: subprocess.Popen[bytes], log: Path, *, seconds: int) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if running.poll() is not None:
            raise AssertionError(
                f"the demo ended with {running.returncode}:\n{log.read_text(errors='replace')[-3000:]}"
            )
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(1)
    raise AssertionError(f"nothing was served within {seconds} s:\n{log.read_text(errors='replace')[-3000:]}")
