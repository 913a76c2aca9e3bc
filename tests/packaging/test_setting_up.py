"""What `make demo` and `make test` set up by themselves where a machine has none: Node, and a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import setup_browser

ROOT = Path(__file__).resolve().parents[2]


def test_npm_runs_on_a_machine_without_node(tmp_path: Path) -> None:
    for name in ("sh", "dirname"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    where = {"PATH": str(tmp_path), "HOME": str(tmp_path), "NODE_PYTHON": sys.executable}
    assert shutil.which("node", path=where["PATH"]) is None
    done = subprocess.run(
        ["sh", str(ROOT / "tools" / "node-npm"), "--version"],
        env=where,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip().count(".")) == (0, 2), done.stderr


def test_npm_trusts_whom_the_machine_trusts(tmp_path: Path) -> None:
    for name, does in {"node": "exit 0", "npm": 'echo "$NODE_USE_SYSTEM_CA $1"'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n", encoding="ascii")
        (tmp_path / name).chmod(0o755)
    where = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    command = ["sh", str(ROOT / "tools" / "node-npm"), "ci"]
    assert subprocess.run(command, env=where, capture_output=True, text=True, check=True).stdout == "1 ci\n"


@pytest.mark.parametrize(
    ("found", "is_root", "asked"),
    [
        ({"chromium", "apt-get"}, True, []),
        ({"apt-get"}, True, ["apt-get update", "apt-get install"]),
        ({"apt-get"}, False, ["-m playwright"]),
        (set(), True, ["-m playwright"]),
    ],
)
def test_browser_is_the_machines_else_apts_else_playwrights_own(
    monkeypatch: pytest.MonkeyPatch, found: set[str], is_root: bool, asked: list[str]
) -> None:
    ran: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(" ".join(word for word in command[:3] if word != sys.executable))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.delenv("THROUGHLINE_CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: name if name in found else None)
    monkeypatch.setattr(os, "geteuid", lambda: 0 if is_root else 1000)
    monkeypatch.setattr(subprocess, "run", run)
    assert setup_browser.main() == 0
    assert [one.startswith(words) for one, words in zip(ran, asked, strict=True)] == [True] * len(asked)
