"""Which files a page loads: what Vite's manifest says, or nothing before the first build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string

from throughline.web import assets


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    entries = {
        "_shared-1.js": {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"]},
        "assets/app/main.ts": {
            "file": "assets/app-2.js",
            "css": ["assets/app-2.css"],
            "imports": ["_shared-1.js"],
        },
        "assets/brand/mark.svg": {"file": "assets/mark-3.svg"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(entries), encoding="utf-8")
    return tmp_path


def test_island_files_are_hashed_urls_with_shared_styles_first(dist: Path) -> None:
    files = assets.island_files("app", dist)
    assert files.styles == (
        "/static/throughline/dist/assets/shared-1.css",
        "/static/throughline/dist/assets/app-2.css",
    )
    assert files.scripts == ("/static/throughline/dist/assets/app-2.js",)
    assert assets.file_url("brand/mark.svg", dist) == "/static/throughline/dist/assets/mark-3.svg"


def test_island_files_before_the_first_build_are_none(tmp_path: Path) -> None:
    assert assets.island_files("app", tmp_path) == ((), ())
    assert assets.file_url("brand/mark.svg", tmp_path) == ""


def test_island_that_was_not_built_says_how_to_mend_it(dist: Path) -> None:
    with pytest.raises(assets.AssetMissing, match="npm run build"):
        assets.island_files("nowhere", dist)


def test_rebuilt_manifest_is_read_again(dist: Path) -> None:
    assert assets.is_built(dist)
    path = dist / "manifest.json"
    path.write_text(path.read_text().replace("app-2.js", "app-9.js"), encoding="utf-8")
    import os

    os.utime(path, ns=(1, 1))
    assert assets.island_files("app", dist).scripts[0].endswith("app-9.js")


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html"])
def test_error_page_renders_without_any_context(name: str) -> None:
    html = get_template(name).render()
    assert "<h1>" in html
    assert "style=" not in html
    assert "onclick" not in html


def test_header_shows_a_journey_that_is_closed_with_its_explanation() -> None:
    nav = [
        {"label": "Home", "url": "/", "current": True, "explanation": ""},
        {"label": "Evaluation", "url": "", "current": False, "explanation": "Only evaluators open it."},
    ]
    html = render_to_string("components/app_header.html", {"nav": nav})
    assert 'aria-current="page">Home' in html
    assert "Only evaluators open it." in html
    assert 'href=""' not in html
