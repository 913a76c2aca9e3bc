"""The house stays as docs and architecture say: floors, app shapes, sizes, words, pins."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "throughline"
SOURCES = sorted(p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)
APPS = (
    "audit",
    "accounts",
    "programme",
    "clients",
    "supplies",
    "engagement",
    "returns",
    "referral",
    "workforce",
    "study",
    "surveys",
    "inquiry",
)
NOT_ROOMS = {"utils", "helpers", "common", "services", "misc", "managers", "signals", "repositories"}


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_app_is_looked_at() -> None:
    assert {path.parent.name for path in (PACKAGE / "records").glob("*/apps.py")} == set(APPS)


def test_apps_have_exactly_their_rooms() -> None:
    for app in APPS:
        rooms = {p.name for p in (PACKAGE / "records" / app).iterdir() if p.name != "__pycache__"}
        assert rooms <= {
            "__init__.py", "apps.py", "migrations", "README.md", "models.py", "models", "actions.py", "actions",
            "queries.py", "queries",
        }, app  # fmt: skip
        assert {"README.md", "apps.py", "migrations"} <= rooms, app


def test_apps_readme_is_short() -> None:
    for app in APPS:
        assert len((PACKAGE / "records" / app / "README.md").read_text().splitlines()) <= 40, app


def test_no_rooms_without_a_noun() -> None:
    named = {p.stem for p in SOURCES} | {p.parent.name for p in SOURCES}
    assert not named & NOT_ROOMS


def test_files_are_small() -> None:
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 450}
    assert not long, f"split by noun: {long}"


def test_functions_are_short() -> None:
    long = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > 75:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = lines
    assert not long, f"about 40 lines is enough for a function: {long}"


def test_modules_say_what_they_are() -> None:
    mute = [
        str(p.relative_to(ROOT))
        for p in SOURCES
        if p.name not in {"__init__.py", "apps.py"}
        and p.read_text().strip()
        and not ast.get_docstring(ast.parse(p.read_text()))
    ]
    assert not mute


def test_no_stubs_and_no_blanket_ignores() -> None:
    found = []
    pattern = re.compile(
        r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError|# type: ignore(?!\[)|# noqa(?!:)"
    )
    for path in [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]:
        if path == Path(__file__):
            continue
        found += [
            f"{path.relative_to(ROOT)}:{n}"
            for n, line in enumerate(path.read_text().splitlines(), 1)
            if pattern.search(line)
        ]
    assert not found


@pytest.mark.parametrize("word", ["addict", "abuser", "junkie", "substance abuse", "service user"])
def test_words_that_stigmatise_are_absent_from_what_we_say(word: str) -> None:
    """Not from transcripts: there people say what they say."""
    allowed = {"GLOSSARY.md", "test_house.py"}
    found = [
        str(p.relative_to(ROOT))
        for p in _tracked()
        if p.suffix in {".py", ".html", ".md", ".ts", ".yaml"}
        and "transcripts" not in p.parts
        and p.name not in allowed
        and re.search(rf"\b{word}s?\b", p.read_text(errors="replace"), re.IGNORECASE)
    ]
    assert not found


def test_pins_have_hashes_and_no_addresses() -> None:
    for name in ("runtime.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text()
        assert "://" not in text and "--hash=sha256:" in text
        assert not re.search(r"^[a-zA-Z0-9_.-]+==[^\\]+$", text, re.MULTILINE), "a pin without a hash"
    lock = (ROOT / "package-lock.json").read_text()
    # `npm install` writes funding addresses back in: take them out again.
    assert '"resolved"' not in lock and "://" not in lock


def test_dependencies_say_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("dependencies = ["))
    end = next(i for i in range(start, len(lines)) if lines[i] == "]")
    explained = False
    for line in lines[start + 1 : end]:
        if line.strip().startswith("#"):
            explained = True
        else:
            assert explained, f"no why before {line.strip()}"


def test_nothing_calls_outside() -> None:
    """No address of another host is loaded from: templates, styles and scripts name none."""
    found = []
    for path in _tracked():
        if path.suffix in {".html", ".css", ".ts"} and ("assets" in path.parts or "templates" in path.parts):
            for match in re.finditer(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", path.read_text()):
                if not match.group().startswith("http://www.w3.org/"):
                    found.append(f"{path.relative_to(ROOT)}: {match.group()}")
    assert not found


def test_documents_name_no_machine() -> None:
    words = re.compile(r"/(work|root)/(main|steering|shared)")
    found = [
        str(p.relative_to(ROOT))
        for p in _tracked()
        if p.suffix in {".py", ".md", ".html", ".ts", ".yaml", ".toml", ""}
        and p.name not in {"test_house.py", "LICENSE"}
        and words.search(p.read_text(errors="replace"))
    ]
    assert not found
