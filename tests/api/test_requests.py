"""What the API does with requests that are right, repeated, late or wrong."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from tests.api.world import CODE, TEXT, World, bodies
from throughline.records.audit.models import AuditEvent
from throughline.records.engagement.models import Contact, ContactRevision
from throughline.records.foundation import new_id
from throughline.records.inquiry.actions import correct_text
from throughline.records.inquiry.models import Source


@pytest.fixture
def bob(world: World) -> Browser:
    browser = Browser()
    browser.force_login(world.cast.bob.account)
    return browser


def _send(browser: Browser, method: str, path: str, body: Any) -> HttpResponse:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return browser.generic(method, path, text, content_type="application/json")


def test_record_contact_again_with_its_id_is_the_same_contact(world: World, bob: Browser) -> None:
    body = {**bodies(world)["record_contact"], "id": str(new_id()), "client_code": CODE}
    before = Contact.objects.count()
    first, second = (_send(bob, "POST", "/api/contacts", body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Contact.objects.count() == before + 1
    assert UUID(first.json()["client_id"]) == world.ids["client_id"]


def test_record_contact_keeps_the_kinds_of_nothing(world: World, bob: Browser) -> None:
    body = bodies(world)["record_contact"] | {
        "on_behalf_of": "declined", "disclosures": [{"topic": "debt", "answer": "not_asked"}],
        "kit_lines": [{"kit_version_id": str(world.more["kit_version_id"]), "returned": "dont_know"}],
    }  # fmt: skip
    told = _send(bob, "POST", "/api/contacts", body).json()
    assert told["on_behalf_of"] == "declined"
    assert told["kit_lines"][0]["returned"] == "dont_know"
    assert told["disclosures"][0]["answer"] == "not_asked"


def test_record_contact_by_a_peer_worker_never_says_whether_the_code_is_known(world: World) -> None:
    browser = Browser()
    browser.force_login(world.cast.priya.account)
    answers = [
        _send(
            browser, "POST", "/api/contacts", {**bodies(world)["record_contact"], "client_code": code}
        ).json()
        for code in (CODE, "ZZ02021990M")
    ]
    assert [answer["client_id"] for answer in answers] == [None, None]
    assert answers[0].keys() == answers[1].keys()


def test_correct_contact_from_an_old_version_is_409_and_changes_nothing(world: World, bob: Browser) -> None:
    path, body = world.path("/api/contacts/{contact_id}"), bodies(world)["correct_contact"]
    assert _send(bob, "PUT", path, body).json()["version"] == 2
    late = _send(bob, "PUT", path, body)
    assert late.status_code == 409
    assert "changed in the meantime" in late.json()["detail"]
    assert ContactRevision.objects.count() == 1
    assert bob.get(path).json()["client_id"] == str(world.ids["client_id"])


def test_client_is_found_by_code_and_reading_is_audited(world: World, bob: Browser) -> None:
    found = _send(
        bob,
        "POST",
        world.path("/api/programmes/{programme_id}/clients/lookup"),
        {"client_code": "ab 01.02.1980 f"},
    )
    client_id = found.json()["client_id"]
    told = bob.get(f"/api/clients/{client_id}").json()
    assert [one["topic"] for one in told["told_before"]] == ["housing"]
    assert len(told["contacts"]) == len(told["open_needs"]) == 1
    assert AuditEvent.objects.filter(action="client_history_read", target_id=client_id).count() == 1


def test_no_answer_holds_a_client_code_or_pseudonym(world: World, bob: Browser) -> None:
    pseudonyms = {key.pseudonym for key in Contact.objects.get().client.keys.all()}
    for path in ("/api/clients/{client_id}", "/api/contacts/{contact_id}", "/api/contacts", "/api/me"):
        text = bob.get(world.path(path)).content.decode()
        assert CODE not in text
        assert not any(pseudonym in text for pseudonym in pseudonyms)


def test_wrong_code_is_refused_without_repeating_it(world: World, bob: Browser) -> None:
    body = bodies(world)["record_contact"] | {"client_code": "Janet Smith 1980"}
    answer = _send(bob, "POST", "/api/contacts", body)
    assert answer.status_code == 422
    assert "client_code" in answer.json()["fields"]
    assert "Janet" not in answer.content.decode()


def test_misshapen_request_is_refused_without_repeating_it(world: World, bob: Browser) -> None:
    body = bodies(world)["record_contact"] | {"client_code": 19800201, "name": "Janet Smith"}
    answer = _send(bob, "POST", "/api/contacts", body)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"contact.client_code", "contact.name"}
    assert "Janet" not in answer.content.decode()
    assert "19800201" not in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 422), ("{", 400), ("[]", 422), ('{"route": "service", "route": "peer"}', 400), ('{"tally": NaN}', 400),
        (b"\xff\xfe", 400), ("[" * 100_000, 400), ('{"a": "' + "x" * 300_000 + '"}', 413),
        ('{"a": "' + "x" * 3_000_000 + '"}', 413), ("null", 422), ('"text"', 422),
    ],
)  # fmt: skip
def test_body_that_is_no_strict_json_is_refused(bob: Browser, text: str | bytes, status: int) -> None:
    answer = _send(bob, "POST", "/api/contacts", text)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"device_time": "2026-03-02T10:30:00"}, {"device_time": 1_700_000_000}, {"device_time": "0001-01-01T00:00:00Z"},
        {"device_time": "9999-12-31T23:59:59-12:00"}, {"tally": 0}, {"tally": "2"}, {"tally": 2**70}, {"route": "Service"},
        {"place": "a\0b"}, {"place": ""}, {"place": "moon"}, {"place": "\ud800"}, {"site_id": "not an id"},
        {"site_id": str(uuid4())}, {"on_behalf_of": -1}, {"on_behalf_of": "suppressed"}, {"unknown": 1},
        {"kit_lines": [{}]}, {"kit_lines": [{"quantity": 1}] * 101}, {"disclosures": [{"topic": "debt", "answer": ""}]},
    ],
)  # fmt: skip
def test_record_contact_wrong_is_422_and_records_nothing(
    world: World, bob: Browser, wrong: dict[str, Any]
) -> None:
    before = Contact.objects.count()
    answer = _send(bob, "POST", "/api/contacts", bodies(world)["record_contact"] | wrong)
    assert answer.status_code == 422, answer.content
    assert Contact.objects.count() == before


def test_change_without_csrf_token_is_refused(world: World) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(world.cast.bob.account)
    answer = _send(browser, "POST", "/api/contacts", bodies(world)["record_contact"])
    assert answer.status_code == 403
    assert answer.json()["detail"]


def test_source_is_read_coded_and_read_back(world: World) -> None:
    browser = Browser()
    browser.force_login(world.cast.rosa.account)
    source = browser.get(world.path("/api/sources/{source_id}")).json()
    assert (source["text"], source["turns"][0]["speaker"]) == (TEXT, "P01")
    path = world.path("/api/sources/{source_id}/codings")
    made = _send(browser, "POST", path, bodies(world)["apply_code"])
    assert made.status_code == 201
    assert _send(browser, "POST", path, bodies(world)["apply_code"]).status_code == 409
    assert [one["start"] for one in browser.get(path).json()] == [0, 18]
    assert browser.delete(f"/api/codings/{made.json()['id']}").status_code == 204
    assert [one["start"] for one in browser.get(path).json()] == [0]


def test_coding_on_an_earlier_text_lies_on_its_words_or_is_kept_as_lost(world: World) -> None:
    browser = Browser()
    browser.force_login(world.cast.rosa.account)
    address = world.path("/api/sources/{source_id}")
    read = browser.get(address).json()
    turn = read["turns"][-1]
    source, put = Source.objects.get(id=read["id"]), f"{address}/codings"
    words = f"Well: {read['text'][turn['start'] : turn['end']]}"
    correct_text(
        source=source,
        text=words,
        turn=turn["number"],
        base_version=1,
        by=world.cast.rosa.actor,
        at=timezone.now(),
    )
    body = bodies(world)["apply_code"] | {
        "start": turn["end"] - 4,
        "end": turn["end"],
        "text_version": read["text_version"],
    }
    made = _send(browser, "POST", put, body).json()
    text = browser.get(address).json()["text"]
    assert (text[made["start"] : made["end"]], made["lost_in"]) == (
        read["text"][body["start"] : body["end"]],
        None,
    )
    correct_text(
        source=source,
        text="Nothing at all can be heard here.",
        turn=turn["number"],
        base_version=2,
        by=world.cast.rosa.actor,
        at=timezone.now(),
    )
    lost = _send(browser, "POST", put, body | {"start": turn["start"]})
    assert (lost.status_code, lost.json()["lost_in"]) == (201, 3)
    assert _send(browser, "POST", put, body | {"text_version": 7}).status_code == 410


def test_referral_is_moved_step_by_step(world: World, bob: Browser) -> None:
    path = world.path("/api/referrals/{referral_id}/move")
    moment = timezone.now().isoformat()
    body = {"state": "entered", "happened_at": moment, "base_version": 1}
    assert _send(bob, "POST", path, body).json()["fields"] == {"source": "This outcome needs a source."}
    moved = _send(bob, "POST", path, body | {"source": "receiver_confirmed"})
    assert (moved.status_code, moved.json()["state"], len(moved.json()["steps"])) == (200, "entered", 3)
    assert _send(bob, "POST", path, body | {"source": "unknown"}).status_code == 409


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "offset=-1", "offset=99999999999999999999"]
)
def test_list_out_of_range_is_422(bob: Browser, query: str) -> None:
    assert bob.get(f"/api/contacts?{query}").status_code == 422


def test_counts_of_a_freeze_are_for_who_works_with_it(world: World) -> None:
    address = f"/api/programmes/{world.cast.programme.id}/freezes"
    told = {}
    for person in (world.cast.chen, world.cast.rosa):
        browser = Browser()
        browser.force_login(person.account)
        told[person.account.username] = browser.get(address).json()[0]["rows"]
    assert told["chen"] is not None and told["rosa"] is None


def test_memos_are_written_on_a_code_and_a_theme_and_read_back(world: World) -> None:
    rosa, chen = Browser(), Browser()
    rosa.force_login(world.cast.rosa.account)
    chen.force_login(world.cast.chen.account)
    for name, path in (("code", "/api/codes/{code_id}/memos"), ("theme", "/api/themes/{theme_id}/memos")):
        body = bodies(world)[f"write_{name}_memo"]
        made = _send(rosa, "POST", world.path(path), body)
        assert made.status_code == 201
        assert _send(rosa, "POST", world.path(path), {"text": "  "}).status_code == 422
        [told] = chen.get(world.path(path)).json()
        assert told == made.json() and (told["text"], told["version"]) == (body["text"], 1)
