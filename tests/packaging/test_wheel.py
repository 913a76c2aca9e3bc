"""The wheel holds everything: in an empty environment, without Node, make or a checkout, the demo runs from it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.example.in_small import in_small, written
from throughline.example.parameters import read_parameters

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = folder.glob("throughline-*.whl")
    return found


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


def test_wheel_runs_the_demo_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
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
    port = _free_port()
    clean = {
        "HOME": str(home), "PATH": f"{environment / 'bin'}:/nowhere", "THROUGHLINE_HOME": str(tmp_path / "installation"),
        "LANG": "C.UTF-8", "TERM": "dumb",
    }  # fmt: skip
    output = (tmp_path / "demo.log").open("wb")
    small = written(in_small(read_parameters()), tmp_path / "parameters.yaml")
    command = [str(environment / "bin" / "throughline"), "demo", "--port", str(port), "--parameters", small]
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
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
