"""The API's document: as it was agreed on, and for nobody who has not signed in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client as Browser

from tests.api.agreed import SNAPSHOT
from tests.cast import Cast
from throughline.api.mount import api


def document() -> str:
    """To refresh the snapshot: python -m tests.api.refresh"""
    return (
        json.dumps(api.get_openapi_schema(path_prefix="/api/"), indent=1, sort_keys=True, default=str) + "\n"
    )


def test_document_is_the_snapshot() -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == document(), "changed: python -m tests.api.refresh"


@pytest.mark.django_db
def test_document_is_not_for_strangers(cast: Cast) -> None:
    browser = Browser()
    assert browser.get("/api/openapi.json").status_code == 401
    browser.force_login(cast.bob.account)
    assert browser.get("/api/openapi.json").json()["info"]["title"] == "Throughline"


@pytest.mark.django_db
def test_there_is_no_page_that_loads_scripts_from_elsewhere(cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.bob.account)
    assert browser.get("/api/docs").status_code == 404


def test_no_two_shapes_share_a_name() -> None:
    """A document knows a shape by its name alone: of two with one name, one would be described as the other."""
    folder = Path(__file__).resolve().parents[2] / "src" / "throughline" / "api"
    names = [
        name
        for path in folder.rglob("*.py")
        for name in re.findall(r"^class (\w+)\(", path.read_text(), re.M)
    ]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
