"""What pages show and programs could not read before: each tells what the page tells, to whom the page tells it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.api.sending import send, signed_in
from tests.api.world import CODE, World, bodies
from throughline.records.clients.actions import GUESSES_FLAGGED, look_up_client, merge_clients
from throughline.records.clients.models import Client
from throughline.records.engagement.actions import record_contact
from throughline.records.programme.actions import report_month
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import Reporting


def test_what_waits_is_told_by_kind_and_months_until_they_are_reported(world: World) -> None:
    alice, here = signed_in(world, "alice"), world.path("/api/programmes/{programme_id}")
    told = {one["what"]: one for one in alice.get(f"{here}/waiting").json()["waiting"]}
    due = alice.get(f"{here}/months/due").json()
    assert told["months_not_reported"]["count"] == len(due) == 6
    assert told["months_not_reported"]["first"] | due[0] == told["months_not_reported"]["first"]
    assert told["held_records"]["count"] == 1  # what came from Bob's phone and does not open
    month = Month.parse(due[0]["month"])
    by = world.cast.alice.actor
    report_month(
        site=world.cast.site, month=month.first(), reporting=Reporting.COMPLETE, by=by, at=timezone.now()
    )
    assert alice.get(f"{here}/months/due").json() == due[1:]
    assert alice.get(f"{here}/months/due?limit=2&offset=1").json() == due[2:4]
    nobody = signed_in(world, "omar").get(f"{here}/waiting").json()
    assert nobody == {"waiting": [], "shelves": None, "shelves_seen": None}


def test_audit_is_narrowed_and_guessing_is_told_without_a_code(world: World) -> None:
    here, bob, at = world.path("/api/programmes/{programme_id}"), world.cast.bob, timezone.now()
    for number in range(GUESSES_FLAGGED + 1):
        code = f"ZZ{number + 1:02d}011950F"
        look_up_client(
            programme=world.cast.programme, code=code, by=bob.actor, at=at + timedelta(seconds=number)
        )
    grace = signed_in(world, "grace")
    events = grace.get(f"{here}/audit?event=client_looked_up&by={bob.account.id}&limit=5").json()
    assert [(one["by"], one["target_kind"]) for one in events] == [("Bob", "programme.programme")] * 5
    assert grace.get(f"{here}/audit?event=client_looked_up&is_system=true").json() == []
    assert grace.get(f"{here}/audit?event=client_looked_up&on=2020-01-01").json() == []
    [flagged] = grace.get(f"{here}/flagged-guessing").json()
    assert (flagged["name"], flagged["account_id"]) == ("Bob", str(bob.account.id))
    assert "ZZ" not in grace.get(f"{here}/flagged-guessing").content.decode()
    assert grace.get(f"{here}/flagged-guessing?limit=1&offset=1").json() == []


@pytest.mark.parametrize(
    ("who", "what"),
    [
        ("ada", "programmes/{programme_id}/components"),
        ("ada", "programmes/{programme_id}/people"),
        ("rosa", "programmes/{programme_id}/codes"),
        ("rosa", "analyses/{analysis_id}/participants"),
        ("rosa", "analyses/{analysis_id}/themes"),
        ("rosa", "sources/{source_id}/codings"),
        ("rosa", "analyses/{analysis_id}/names"),
        ("ada", "programmes/{programme_id}/devices"),
        ("ada", "sites/{site_id}/provisions"),
    ],
)
def test_long_list_is_read_page_by_page(world: World, who: str, what: str) -> None:
    is_read_page_by_page(signed_in(world, who), world.path(f"/api/{what}"))


def is_read_page_by_page(browser: Browser, path: str) -> None:
    whole = browser.get(path).json()
    pages = [browser.get(f"{path}?limit=1&offset={place}").json() for place in range(len(whole) + 1)]
    assert whole and pages == [[one] for one in whole] + [[]]


@pytest.mark.parametrize("what", ["sources/{source_id}", "codes/{code_id}", "themes/{theme_id}"])
def test_memos_are_read_page_by_page(world: World, what: str) -> None:
    browser, path = signed_in(world, "rosa"), world.path(f"/api/{what}/memos")
    for text in ("One thought.", "Another."):
        assert send(browser, "POST", path, {"text": text}).status_code == 201
    is_read_page_by_page(browser, path)


def test_populations_are_read_page_by_page(world: World) -> None:
    browser, path = signed_in(world, "ada"), world.path("/api/programmes/{programme_id}/populations")
    for year in (2024, 2025):
        said = {"area": "Harrowmere", "year": year, "group": "all", "estimate": 900, "source": "Census"}
        assert send(browser, "POST", path, said).status_code == 201
    is_read_page_by_page(browser, path)


def test_pages_of_agreements_count_in_each_of_both_lists(world: World) -> None:
    browser, path = signed_in(world, "ada"), world.path("/api/programmes/{programme_id}/agreements")
    whole, first, second = (
        browser.get(f"{path}{page}").json() for page in ("", "?limit=1", "?limit=1&offset=1")
    )
    assert whole["police"] and whole["partners"]
    for kind in ("police", "partners"):
        assert (first[kind], second[kind]) == (whole[kind][:1], whole[kind][1:2])


def test_client_is_shown_with_referrals_merges_and_what_they_say_of_their_life(world: World) -> None:
    alice, path = signed_in(world, "alice"), world.path("/api/clients/{client_id}")
    at = timezone.now()
    draft = ContactDraft(world.cast.site.id, Route.PEER, at, client_code="QX05051985M")
    other = record_contact(draft=draft, by=world.cast.bob.actor, at=at).client
    kept = Client.objects.get(id=world.ids["client_id"])
    assert other is not None
    merge = merge_clients(kept=kept, merged=other, by=world.cast.alice.actor, at=at)
    send(alice, "POST", f"{path}/states", bodies(world)["record_client_state"])
    told = alice.get(path).json()
    assert [one["referral_id"] for one in told["referred"]] == [str(world.ids["referral_id"])]
    assert told["merged"] == [{"merge_id": str(merge.id), "client_id": str(other.id)}]
    assert (told["state"]["housing"], len(told["contacts"])) == ("hostel", 2)
    assert len(alice.get(f"{path}?limit=1&offset=1").json()["contacts"]) == 1
    assert signed_in(world, "bob").get(path).json()["merged"] == []  # undoing a merge is Alice's
    referral = alice.get(world.path("/api/referrals/{referral_id}")).json()
    assert (referral["client_id"], referral["bases"]) == (str(kept.id), ["written_consent"])
    assert CODE not in alice.get(path).content.decode()


def test_what_is_retired_can_be_found_to_be_brought_back(world: World) -> None:
    ada, here = signed_in(world, "ada"), world.path("/api/programmes/{programme_id}")
    assert [one["components"][0]["quantity"] for one in ada.get(f"{here}/kits").json()] == [2]
    for what in ("items", "kits"):
        [row] = ada.get(f"{here}/{what}").json()
        assert row["retired_at"] is None
        assert send(ada, "POST", f"/api/{what}/{row['id']}/retire").status_code == 204
        assert ada.get(f"{here}/{what}").json() == []
        [held] = ada.get(f"{here}/{what}?with_retired=true").json()
        assert held["id"] == row["id"] and held["retired_at"]


def test_memos_and_sources_are_found_by_what_the_body_says(world: World) -> None:
    rosa, analysis = signed_in(world, "rosa"), world.path("/api/analyses/{analysis_id}")

    def memos(**sought: object) -> list[str]:
        return [one["text"] for one in send(rosa, "POST", f"{analysis}/memos/search", sought).json()]

    assert memos(words="of  DOORS") == ["Think of doors."]
    assert memos(words="of doors", about="theme") == memos(words="windows") == []

    def sources(**sought: object) -> list[tuple[str, bool, object]]:
        found = send(rosa, "POST", f"{analysis}/sources/search", sought).json()
        return [(one["name"], one["is_coded"], one["codings"]) for one in found]

    assert sources() == sources(is_coded=True, is_read=False) == [("I01", True, None)]  # reflexive: no counts
    assert sources(is_coded=False) == sources(attribute={"name": "age", "value": "40s"}) == []
    person = world.path("/api/framework/{participant_id}/{theme_id}")
    assert rosa.get(person).json()["said"] == []  # P09 speaks nowhere


def test_map_is_an_svg_that_holds_names_of_themes(world: World) -> None:
    answer = signed_in(world, "chen").get(world.path("/api/analyses/{analysis_id}/theme-map"))
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"contradicts" in answer.content and b"Waiting" in answer.content
