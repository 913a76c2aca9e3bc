"""What can be set, permitted and run is in the documents; generated documents are what the code says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.repository.documents import DOCUMENTS
from throughline.rules.permissions import Permission
from throughline.rules.roles import ROLES, SYSTEM_WORK
from throughline.vocabulary.nothing import NOTHING_LABELS, Nothing
from throughline.vocabulary.roles import Role

ROOT = Path(__file__).resolve().parents[2]


def test_settings_are_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    code = "".join(p.read_text() for p in (ROOT / "src").rglob("*.py"))
    names = set(re.findall(r"[\"'](THROUGHLINE_[A-Z_]+)[\"']", code))
    assert names
    assert {name for name in names if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_generated_document_is_current(name: str) -> None:
    """Refresh with: python -m tests.repository.documents"""
    assert (ROOT / "docs" / name).read_text() == DOCUMENTS[name]()


def test_every_role_is_described() -> None:
    assert set(ROLES) == set(Role)
    assert all(len(role.prose.text) > 40 for role in ROLES.values())


def test_every_permission_is_somebodys() -> None:
    held = {permission for role in ROLES.values() for permission in role.permissions}
    assert set(Permission) - held == set(), "a permission that no role holds is dead"


def test_system_work_is_named() -> None:
    assert set(SYSTEM_WORK) == {
        "command line",
        "example",
        "background task",
        "withdrawal",
        "destruction",
        "emergency reading",
    }


def test_nobody_holds_everything() -> None:
    everything = set(Permission)
    for role in ROLES.values():
        assert len(role.permissions) < len(everything) * 2 / 3, role.title


def test_every_kind_of_nothing_has_its_words() -> None:
    assert set(NOTHING_LABELS) == set(Nothing)


def test_what_a_clone_must_pass_is_what_readme_says_runs_everything() -> None:
    said = [
        line.split("#")[0].strip()
        for line in (ROOT / "README.md").read_text().splitlines()
        if "runs everything" in line
    ]
    script = ROOT / ".ci" / "run"
    steps = [
        line for line in script.read_text().splitlines() if line and not line.startswith(("#", "set ", "cd "))
    ]
    assert said == steps == ["make test"]
    assert os.access(script, os.X_OK)
    assert re.search("^test:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_readme_shows_the_way_from_records_to_a_report() -> None:
    text = (ROOT / "README.md").read_text()
    places = [text.index(f"throughline {command} ") for command in ("freeze", "evaluate", "report")]
    assert places == sorted(places)
    assert "Parquet" in text and "Arrow tables" not in text


def test_readme_names_the_steps_to_production_in_order() -> None:
    text = (ROOT / "README.md").read_text().split("## How to go to production")[1]
    steps = (
        "init",
        "keys export",
        "organisation add",
        "site add",
        "user add",
        "serve",
        "import contacts",
        "study add",
    )
    places = [text.index(f"throughline {step} ") for step in (*steps, "freeze", "backup")]
    assert places == sorted(places)


def test_no_page_says_that_people_come_along_the_line() -> None:
    """Contacts and distinct codes are counted: one person may have several of either."""
    web = ROOT / "src" / "throughline" / "web"
    pages = [path for path in web.rglob("*") if path.suffix in {".py", ".html"}]
    assert len(pages) > 50
    assert [path.name for path in pages if "people come along" in path.read_text(encoding="utf-8")] == []
