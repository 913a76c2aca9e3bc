"""Transcripts, face sheets, names and people over the API: looked at first, kept as they were put right, taken out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from tests.api.world import World
from throughline.records.inquiry.models import Participant, Source

FILE = b"I: How was it?\nP: Ruth Hale was kind to me.\nI: And the door?\n"


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


def test_a_transcript_is_read_kept_freed_of_names_and_corrected(world: World, rosa: Browser) -> None:
    analysis, before = world.path("/api/analyses/{analysis_id}"), Source.objects.count()
    read = sent(rosa, "POST", f"{analysis}/transcripts?form=txt", FILE).json()
    assert (read["turns"], read["speakers"], read["there"]) == (3, ["I", "P"], None)
    assert Source.objects.count() == before
    body = {"ticket": read["ticket"], "name": "I02", "called": {"P": "P02"}, "team": ["I"]}
    kept = sent(rosa, "POST", f"{analysis}/sources", body).json()
    assert (kept["is_new"], kept["speakers"]) == (True, ["I", "P02"])
    assert sent(rosa, "POST", f"{analysis}/sources", body).status_code == 404  # the ticket is none any more
    assert sent(rosa, "POST", f"{analysis}/transcripts?form=txt", FILE).json()["there"] == kept["source_id"]
    source = f"/api/sources/{kept['source_id']}"
    found = rosa.get(f"{source}/review").json()
    [hale] = [one for one in found["proposals"] if one["is_known"]]
    assert (hale["term"], hale["label"], len(hale["places"])) == ("Ruth Hale", "worker 1", 1)
    place = {name: hale["places"][0][name] for name in ("start", "end")}
    taken_out = {"base_version": 1, "replacements": [{**place, "kind": "person", "label": "worker 1"}]}
    assert sent(rosa, "POST", f"{source}/deidentify", taken_out).json()["text_version"] == 2
    assert sent(rosa, "POST", f"{source}/deidentify", taken_out).status_code == 409
    told = rosa.get(source).json()
    assert "[worker 1] was kind" in told["text"] and told["is_deidentified"]
    corrected = sent(rosa, "PUT", f"{source}/text", {"text": "They waved.", "turn": 3, "base_version": 2})
    assert corrected.json()["text_version"] == 3
    joined = sent(rosa, "POST", f"{source}/turns", {"do": "join", "turn": 2, "base_version": 3})
    assert joined.json()["text_version"] == 4
    history = rosa.get(f"{source}/history").json()["versions"]
    assert [(one["version"], one["change"]) for one in history] == [
        (3, "corrected"), (2, "corrected"), (1, "deidentified"),
    ]  # fmt: skip


def test_a_face_sheet_is_matched_and_kept(world: World, rosa: Browser) -> None:
    sheets = world.path("/api/analyses/{analysis_id}/face-sheets")
    look = sent(rosa, "POST", f"{sheets}?form=csv", b"label,age,arm\nP01,40s,x\nP77,30s,x\n").json()
    assert (look["match"], look["derived"], look["unmatched"], look["kept"]) == ("label", ["arm"], [3], None)
    assert sent(rosa, "POST", f"{sheets}/keep", {"ticket": look["ticket"]}).json()["kept"] == 1
    assert Participant.objects.get(label="P01").attributes == {"age": "40s"}


def test_who_withdraws_is_taken_out_by_their_own_label_alone(world: World, rosa: Browser) -> None:
    person = world.path("/api/participants/{participant_id}")
    assert sent(rosa, "POST", f"{person}/withdraw", {"label": "P01"}).status_code == 422
    assert sent(rosa, "POST", f"{person}/withdraw", {"label": "p09"}).status_code == 200
    told = rosa.get(person).json()
    assert told["withdrawn_at"] and told["released"]["releases"] == []
    assert sent(rosa, "PUT", person, {"group": "guests"}).status_code == 404


def test_who_may_only_erase_is_told_labels_and_consent_alone(world: World, rosa: Browser) -> None:
    person, grace = world.path("/api/participants/{participant_id}"), Browser()
    grace.force_login(world.cast.grace.account)
    sent(rosa, "PUT", person, {"group": "guests", "attributes": {"age": "40s"}})
    assert rosa.get(person).json()["attributes"] == {"age": "40s"}
    told = grace.get(person).json()
    assert (told["label"], told["group"], told["attributes"], told["sources"]) == ("P09", None, None, [])
    assert "40s" not in grace.get(world.path("/api/analyses/{analysis_id}/participants")).content.decode()


def test_turns_are_put_right_before_they_are_kept(world: World, rosa: Browser) -> None:
    analysis = world.path("/api/analyses/{analysis_id}")
    file = b"I: How was it?\nP: They were kind. I: Go on.\nThey waved.\n"
    read = sent(rosa, "POST", f"{analysis}/transcripts?form=txt", file).json()
    look = {"ticket": read["ticket"]}
    seen = sent(rosa, "POST", f"{analysis}/transcripts/look", look).json()
    second = seen["shown"][1]
    cut = second["start"] + second["text"].index("I: Go on.")
    steps = [
        {"do": "split", "turn": 2, "place": cut, "speaker": "I"},
        {"do": "give", "turn": 2, "speaker": "P02"},
    ]
    put = sent(rosa, "POST", f"{analysis}/transcripts/look", look | {"steps": steps, "offset": 1}).json()
    assert (put["turns"], [one["speaker"] for one in put["shown"]][:2]) == (seen["turns"] + 1, ["P02", "I"])
    wrong = look | {"steps": [{"do": "join", "turn": 99}]}
    assert sent(rosa, "POST", f"{analysis}/transcripts/look", wrong).status_code == 422
    kept = sent(rosa, "POST", f"{analysis}/sources", look | {"name": "I07", "steps": steps}).json()
    turns = rosa.get(f"/api/sources/{kept['source_id']}").json()["turns"]
    assert [(one["speaker"], one["start"]) for one in turns[1:3]] == [("P02", second["start"]), ("I", cut)]


def test_a_marked_name_is_found_wherever_it_stands(world: World, rosa: Browser) -> None:
    analysis = world.path("/api/analyses/{analysis_id}")
    read = sent(
        rosa, "POST", f"{analysis}/transcripts?form=txt", FILE + b"P: Kestrel, and Kestrel again.\n"
    ).json()
    source = sent(rosa, "POST", f"{analysis}/sources", {"ticket": read["ticket"], "name": "I08"}).json()[
        "source_id"
    ]
    text = rosa.get(f"/api/sources/{source}").json()["text"]
    start = text.index("Kestrel")
    body = {"text_version": 1, "start": start, "end": start + 7, "kind": "person", "taken": ["worker 2"]}
    found = sent(rosa, "POST", f"/api/sources/{source}/review/marked", body).json()
    assert (found["term"], found["is_known"], len(found["places"])) == ("Kestrel", False, 2)
    late = sent(rosa, "POST", f"/api/sources/{source}/review/marked", body | {"text_version": 2})
    assert late.status_code == 409
