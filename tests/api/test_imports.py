"""Files over the API: tried, then imported, as on the pages; rejects hold no cell, and nobody else sees them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.test import override_settings

from tests.api.sending import send, signed_in
from tests.api.world import World
from tests.api.world_imported import (
    ANSWERS,
    ANSWERS_YAML,
    ATTITUDES,
    CONTACTS_YAML,
    INCIDENTS,
    INCIDENTS_YAML,
    LOG,
)
from throughline.records.engagement.models import Contact
from throughline.records.referral.models import IncidentPerson
from throughline.records.surveys.models import SurveyResponse
from throughline.records.workforce.models import Assessment

AT_ONCE = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def sent(browser: Browser, world: World, data: bytes) -> str:
    path = world.path("/api/programmes/{programme_id}/held-files")
    told: str = browser.generic("POST", path, data, content_type="application/octet-stream").json()["id"]
    return told


@override_settings(TASKS=AT_ONCE)
def ran(browser: Browser, world: World, path: str, body: Any) -> Any:
    asked = send(browser, "POST", world.path(path), body)
    assert asked.status_code == 202, asked.json()
    return browser.get(f"{world.path('/api/programmes/{programme_id}/imports')}/{asked.json()['id']}").json()


CASES = [
    ("alice", LOG, "/api/programmes/{programme_id}/imports", {"mapping": CONTACTS_YAML}, Contact, 1),
    (
        "alice",
        INCIDENTS,
        "/api/programmes/{programme_id}/incidents/imports",
        {"mapping": INCIDENTS_YAML},
        IncidentPerson,
        1,
    ),
    ("chen", ANSWERS, "/api/waves/{wave_id}/imports", {"mapping": ANSWERS_YAML}, SurveyResponse, 0),
    ("chen", ATTITUDES, "/api/attitude-scales/{scale_id}/imports", {}, Assessment, 1),
]


@pytest.mark.parametrize(
    ("who", "data", "path", "more", "model", "bad"),
    CASES,
    ids=["contacts", "incidents", "answers", "attitudes"],
)
def test_file_is_tried_then_imported_once(
    world: World, who: str, data: bytes, path: str, more: dict[str, Any], model: Any, bad: int
) -> None:
    browser, before = signed_in(world, who), model.objects.count()
    body = {"file_id": sent(browser, world, data), **more}
    tried = ran(browser, world, path, {**body, "is_dry": True})
    assert (tried["state"], tried["failure"]) == ("done", "")
    rows = tried["rows"]
    assert (rows["recorded"], rows["known"], rows["rejected"]) == (1, 0, bad), rows["reasons"]
    assert [one["becomes"] for one in rows["first_rows"]] == ["recorded", "rejected"][: 1 + bad]
    assert model.objects.count() == before
    told = browser.get(
        f"{world.path('/api/programmes/{programme_id}/imports')}/{tried['id']}/rejects"
    ).content.decode()
    assert told.count("\n") == 1 + bad and "Nowhere" not in told and "Gnu" not in told
    assert send(browser, "POST", world.path(path), {**body, "file_id": tried["id"]}).status_code == 404
    done = ran(browser, world, path, body)
    assert (done["is_dry"], done["rows"]["recorded"], model.objects.count()) == (False, 1, before + 1)
    assert send(browser, "POST", world.path(path), body).status_code == 404  # the file is destroyed
    again = ran(browser, world, path, {**body, "file_id": sent(browser, world, data)})
    assert (again["rows"]["recorded"], again["rows"]["known"], model.objects.count()) == (0, 1, before + 1)
    if "name:" in more.get("mapping", "") and who == "alice":
        renamed = {**more, "mapping": more["mapping"].replace("name: ", "name: other-"), "is_dry": True}
        body = {**renamed, "file_id": sent(browser, world, data)}
        refused = ran(browser, world, path, body)
        assert refused["state"] == "failed" and "a second time" in refused["failure"]
        assert ran(browser, world, path, {**body, "is_another": True})["rows"]["recorded"] == 1


def test_kept_mapping_is_used_and_what_rows_are_recognised_by_stays(world: World) -> None:
    alice, path = signed_in(world, "alice"), "/api/programmes/{programme_id}/imports"
    body = {"file_id": sent(alice, world, b"The log\n\n" + LOG), "kept_id": str(world.ids["kept_id"])}
    assert ran(alice, world, path, {**body, "is_dry": True})["rows"]["rejected"] == 1
    other = {"file_id": body["file_id"], "mapping": CONTACTS_YAML.replace("id: No", "id: Day")}
    refused = send(alice, "POST", world.path(path), other)
    assert refused.status_code == 422 and "recognised by: No" in refused.json()["detail"]
    assert ran(alice, world, path, body)["rows"]["recorded"] == 1
    renamed = {"mapping": CONTACTS_YAML.replace("harbour", "other"), "is_dry": True}
    twice = ran(alice, world, path, {**renamed, "file_id": sent(alice, world, b"The log\n\n" + LOG)})
    assert twice["state"] == "failed" and "second" in twice["failure"]
    assert send(alice, "POST", world.path(path), {**body, "mapping": CONTACTS_YAML}).status_code == 422
    [kept] = alice.get(world.path("/api/programmes/{programme_id}/contact-mappings")).json()
    assert kept["yaml"].startswith("name: harbour-log")
