"""Incidents that are one and two again; what a client says of themselves; a source erased."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.sending import send, signed_in
from tests.api.world import World
from tests.api.world_recorded import TO_ERASE
from tests.cast import SYSTEM
from throughline.records.clients.models import ClientState
from throughline.records.inquiry.models import Source
from throughline.records.keyring import source_keys
from throughline.records.referral.actions import IncidentDraft, record_incidents
from throughline.vocabulary.errors import NotFound

AT = datetime(2026, 3, 2, 22, tzinfo=UTC)


def test_two_incidents_are_one_and_two_again(world: World) -> None:
    alice, programme = signed_in(world, "alice"), world.cast.programme
    drafts = [IncidentDraft(AT, origin_key=key) for key in ("from the police", "from the ambulance")]
    record_incidents(programme=programme, drafts=drafts, by=SYSTEM, at=AT)
    listed = f"/api/programmes/{programme.id}/incidents"
    [pair] = alice.get(f"{listed}/likely").json()
    one, other = (f"/api/incidents/{pair[name]}" for name in ("first", "second"))
    assert alice.get(one).json()["likely_same"] == [pair["second"]]
    before = {row["id"] for row in alice.get(listed).json()}
    merged = send(alice, "POST", f"{one}/merge", {"other_id": pair["second"]}).json()
    assert (merged["merged"], merged["merged_from"], merged["likely_same"]) == (1, [pair["second"]], [])
    assert {row["id"] for row in alice.get(listed).json()} == before - {pair["second"]}
    assert send(alice, "POST", f"{one}/merge", {"other_id": pair["second"]}).status_code == 409
    assert send(alice, "POST", f"{one}/merge", {"other_id": pair["first"]}).status_code == 422
    assert send(alice, "POST", f"{other}/unmerge").json()["merged_into"] is None
    assert send(alice, "POST", f"{other}/unmerge").status_code == 409
    assert send(alice, "POST", f"{one}/apart", {"other_id": pair["second"]}).status_code == 204
    assert alice.get(f"{listed}/likely").json() == alice.get(one).json()["likely_same"] == []
    unknown = alice.get(world.path("/api/incidents/{incident_id}")).json()
    assert unknown["occurred_at"] == unknown["involved"][0]["fatal"] == "not_recorded"


def test_what_a_client_says_is_written_down_where_they_were_met(world: World) -> None:
    bob, client = signed_in(world, "bob"), world.path("/api/clients/{client_id}")
    said = {"site_id": str(world.cast.site.id), "birth_year_band": "1980-1984", "area": "declined"}
    told = send(bob, "PUT", f"{client}/described", said).json()
    assert told == {"birth_year_band": "1980-1984", "gender": "not_recorded", "area": "declined"}
    assert bob.get(client).json()["birth_year_band"] == "1980-1984"
    assert send(bob, "PUT", f"{client}/described", said | {"birth_year_band": "1983"}).status_code == 422
    elsewhere = said | {"site_id": str(world.cast.other_site.id)}
    assert send(bob, "PUT", f"{client}/described", elsewhere).status_code == 404
    life = {"site_id": said["site_id"], "as_of": "2026-01-05", "housing": "hostel", "injects": "dont_know"}
    assert send(bob, "POST", f"{client}/states", life).json()["smokes_crack"] == "not_recorded"
    assert (ClientState.objects.get().housing, ClientState.objects.get().injects) == ("hostel", "dont_know")
    assert send(bob, "POST", f"{client}/states", life | {"as_of": "2099-01-01"}).status_code == 422


def test_a_source_is_erased_by_its_name_once(world: World) -> None:
    rosa, source = signed_in(world, "rosa"), world.more["source_to_erase"]
    path = f"/api/sources/{source}"
    assert set(rosa.get(f"{path}/released").json()) == {"releases", "unseen", "freezes"}
    wrong = send(rosa, "POST", f"{path}/erase", {"name": "I01"})
    assert (wrong.status_code, wrong.json()["fields"]) == (
        422,
        {"name": "This is not its name. Nothing was done."},
    )
    assert Source.objects.get(id=source).erased_at is None
    assert send(rosa, "POST", f"{path}/erase", {"name": f" {TO_ERASE.upper()} "}).json() == {"reports": 0}
    assert Source.objects.get(id=source).erased_at
    with pytest.raises(NotFound):
        source_keys().open(source)
    again = send(rosa, "POST", f"{path}/erase", {"name": TO_ERASE})
    assert (again.status_code, again.json()["detail"]) == (404, "This source was erased.")
    assert rosa.get(f"{path}/released").status_code == 404
