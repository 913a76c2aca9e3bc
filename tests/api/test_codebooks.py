"""Codebooks over the API: codes written, moved, merged and split, versions compared, files in and out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from tests.api.world import World, bodies
from throughline.records.inquiry.models import Code
from throughline.records.study.models import Release


@pytest.fixture
def rosa(world: World) -> Browser:
    browser = Browser()
    browser.force_login(world.cast.rosa.account)
    return browser


def sent(browser: Browser, method: str, path: str, body: Any = None) -> HttpResponse:
    if isinstance(body, bytes):
        return browser.generic(method, path, body, content_type="application/octet-stream")
    return browser.generic(
        method, path, "" if body is None else json.dumps(body), content_type="application/json"
    )


def test_codes_grow_change_and_are_compared(world: World, rosa: Browser) -> None:
    book = world.path("/api/codebooks/{codebook_id}")
    words = bodies(world)["add_code"]
    first, second = (sent(rosa, "POST", f"{book}/codes", words).json() for _ in range(2))
    assert (first["slug"], second["slug"]) == ("patience", "patience-2")
    under = {"parent_id": first["id"]}
    assert sent(rosa, "POST", f"/api/codes/{second['id']}/move", under).json()["depth"] == 1
    assert (
        sent(rosa, "POST", f"/api/codes/{first['id']}/move", {"parent_id": second["id"]}).status_code == 422
    )
    anew = words | {"name": "Waiting", "base_version": 1}
    assert sent(rosa, "PUT", f"/api/codes/{first['id']}", anew).json()["version"] == 2
    assert sent(rosa, "PUT", f"/api/codes/{first['id']}", anew | {"name": "Late"}).status_code == 409
    told = rosa.get(f"/api/codes/{first['id']}").json()
    assert [(one["what"], one["name"], one["changed_by"]["name"]) for one in told["earlier"]] == [
        ("changed", "Patience", "Rosa")
    ]
    found = rosa.get(f"{book}/comparison").json()
    assert (found["added"], found["unchanged"], found["merged"]) == (["Waiting", "Patience"], 2, [])
    assert rosa.get(f"{book}/comparison?before=7").status_code == 404


def test_passages_follow_their_codes_and_are_not_counted_where_the_approach_does_not(
    world: World, rosa: Browser
) -> None:
    code, other = world.path("/api/codes/{code_id}"), world.more["other_code_id"]
    [passage] = rosa.get(f"{code}/passages").json()
    assert (passage["text"], passage["analyst"]["name"]) == ("I was met kindly.", "Rosa")
    split = sent(rosa, "POST", f"{code}/split", bodies(world)["split_code"]).json()
    assert (split["code"]["slug"], split["moved"], split["doubled"]) == ("patience", None, 0)
    assert sent(rosa, "POST", f"{code}/recode", bodies(world)["recode_codings"]).status_code == 404
    merged = sent(rosa, "POST", f"/api/codes/{split['code']['id']}/merge", {"into_id": str(other)})
    assert merged.json()["code"]["id"] == str(other)
    assert [one["coding_id"] for one in rosa.get(f"/api/codes/{other}/passages").json()] == [
        passage["coding_id"]
    ]


def test_a_file_of_codes_is_tried_taken_and_leaves_with_examples_through_the_door(
    world: World, rosa: Browser
) -> None:
    book, data = world.path("/api/codebooks/{codebook_id}"), bodies(world)["import_codebook"]
    before = Code.objects.count()
    tried = sent(rosa, "POST", f"{book}/codes/file?form=csv&dry_run=true", data).json()
    assert (tried["added"], tried["is_dry_run"], Code.objects.count()) == (["Rent"], True, before)
    assert sent(rosa, "POST", f"{book}/codes/file?form=csv", data).json()["added"] == ["Rent"]
    assert sent(rosa, "POST", f"{book}/codes/file?form=csv", data).json()["same"] == ["Rent"]
    with_examples = {"form": "csv", "has_examples": True}
    assert sent(rosa, "POST", f"{book}/file", with_examples).status_code == 422
    assert not Release.objects.exists()
    left = sent(rosa, "POST", f"{book}/file", with_examples | {"recipient": "Dr. Reader"})
    assert b"Rent" in left.content and Release.objects.get().recipient == "Dr. Reader"
