"""Codings, memos, themes and cells over the API: each as it was seen, and nobody's private words in anybody's answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from tests.api.world import World, bodies
from throughline.records.study.models import Release


@pytest.fixture
def rosa(world: World) -> Browser:
    browser = Browser()
    browser.force_login(world.cast.rosa.account)
    return browser


@pytest.fixture
def chen(world: World) -> Browser:
    browser = Browser()
    browser.force_login(world.cast.chen.account)
    return browser


def sent(browser: Browser, method: str, path: str, body: Any = None) -> HttpResponse:
    return browser.generic(
        method, path, "" if body is None else json.dumps(body), content_type="application/json"
    )


def test_a_coding_is_moved_taken_off_and_put_back(world: World, rosa: Browser) -> None:
    coding, source = (world.path(f"/api/{name}") for name in ("codings/{coding_id}", "sources/{source_id}"))
    seen = rosa.get(f"{source}/changes").json()
    assert [one["start"] for one in seen["codings"]] == [0] and seen["is_blind"] is False
    moved = sent(rosa, "PUT", coding, bodies(world)["move_coding"]).json()
    assert (moved["start"], moved["version"]) == (2, 2)
    late = {"start": 4, "end": 17, "base_version": 1}
    assert sent(rosa, "PUT", coding, late).status_code == 409
    assert rosa.delete(coding).status_code == 204
    changed = rosa.get(f"{source}/changes?since={seen['at']}").json()["codings"]
    assert [(one["start"], one["stands"]) for one in changed] == [(2, False)]
    assert sent(rosa, "POST", f"{coding}/restore", {}).json()["start"] == 2
    many = bodies(world)["apply_codes"]
    assert len(sent(rosa, "POST", f"{source}/codings/many", many).json()) == 1
    assert sent(rosa, "POST", f"{source}/codings/many", many).json() == []
    assert sent(rosa, "POST", f"{source}/codings/many", many | {"text_version": 7}).status_code == 409


def test_a_journal_is_private_until_it_is_shared(world: World, rosa: Browser, chen: Browser) -> None:
    journal = world.path("/api/analyses/{analysis_id}/journal")
    share = world.path("/api/journal/{journal_entry_id}/share")
    assert chen.get(journal).json() == [] and sent(chen, "POST", share).status_code == 404
    assert sent(rosa, "POST", share).json()["shared_at"]
    assert [one["text"] for one in chen.get(journal).json()] == ["I was tired."]


def test_a_memo_is_its_writers_to_write_anew(world: World, rosa: Browser, chen: Browser) -> None:
    memo, body = world.path("/api/memos/{memo_id}"), bodies(world)["rewrite_memo"]
    assert sent(chen, "PUT", memo, body).status_code == 403
    assert sent(rosa, "PUT", memo, body).json()["version"] == 2
    assert sent(rosa, "PUT", memo, body).status_code == 409
    assert [one["text"] for one in chen.get(memo).json()["earlier"]] == ["Think of doors."]
    analysis = world.path("/api/analyses/{analysis_id}/memos")
    assert len(chen.get(f"{analysis}?about=analysis").json()) == 1
    assert chen.get(f"{analysis}?about=theme").json() == []


def test_a_theme_is_written_anew_and_rests_on_passages(world: World, rosa: Browser) -> None:
    theme = world.path("/api/themes/{theme_id}")
    assert [one["text"] for one in rosa.get(f"{theme}/passages").json()] == [
        "I was met kindly.", "Nobody asked me why I came",
    ]  # fmt: skip
    body = bodies(world)["rewrite_theme"]
    assert sent(rosa, "PUT", theme, body).json()["version"] == 2
    assert sent(rosa, "PUT", theme, body).status_code == 409
    assert [one["name"] for one in rosa.get(f"{theme}/versions").json()] == ["Kind"]
    found = rosa.get(f"{theme}/quotes").json()
    assert [(one["text"], one["speakers"]) for one in found["quotes"]] == [("I was met kindly.", ["P01"])]
    late = bodies(world)["place_passage"] | {"text_version": 9}
    assert sent(rosa, "POST", f"{theme}/passages", late).status_code == 409


def test_the_matrix_leaves_through_the_door_for_words(world: World, rosa: Browser) -> None:
    path = world.path("/api/analyses/{analysis_id}/framework")
    [cell] = [cell for case in rosa.get(path).json()["cases"] for cell in case["cells"]]
    assert cell["summary"] == "Met kindly."
    left = sent(rosa, "POST", f"{path}/file", {"recipient": "Dr. Reader", "form": "csv"})
    assert b"Met kindly." in left.content and Release.objects.get().recipient == "Dr. Reader"
