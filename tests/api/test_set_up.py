"""Setting a programme up over the API: what was said comes back, and is refused where it cannot be."""

from __future__ import annotations

from tests.api.sending import send, signed_in
from tests.api.world import World, bodies


def test_hours_of_a_site_are_a_number_or_a_kind_of_nothing(world: World) -> None:
    alice, site = signed_in(world, "alice"), f"/api/sites/{world.cast.site.id}/hours"
    assert send(alice, "PUT", f"{site}/2026-01", {"hours": 112.5}).json()["hours"] == 112.5
    assert send(alice, "PUT", f"{site}/2026-02", {"hours": "dont_know"}).json()["hours"] == "dont_know"
    [told] = alice.get(world.path("/api/programmes/{programme_id}/set-up/sites")).json()
    assert told["hours"] == [
        {"month": "2026-02", "hours": "dont_know"}, {"month": "2026-01", "hours": 112.5}
    ]  # fmt: skip
    refused = send(alice, "PUT", f"{site}/2024-01", {"hours": 1})
    assert (refused.status_code, "open" in refused.json()["detail"]) == (422, True)
    assert send(alice, "PUT", f"{site}/2026-01", {"hours": 800}).status_code == 422


def test_person_added_gets_a_code_once_and_membership_of_some_sites_or_all(world: World) -> None:
    ada, path = signed_in(world, "ada"), world.path("/api/programmes/{programme_id}/people")
    body = bodies(world)["add_person"]
    made = send(ada, "POST", path, body)
    assert made.status_code == 201 and len(made.json()["code"]) == 19
    [wren] = [one for one in ada.get(path).json() if one["username"] == "wren"]
    assert [one["roles"] for one in wren["memberships"]] == [["peer_worker"]]
    assert send(ada, "POST", path, body).json()["fields"] == {"username": "This name is taken."}
    both = {**body, "username": "other", "membership": {**body["membership"], "is_all_sites": True}}
    assert send(ada, "POST", path, both).status_code == 422
    away = {**body["membership"], "site_ids": [str(world.cast.elsewhere_site.id)]}
    assert send(ada, "POST", path, {**body, "username": "other", "membership": away}).status_code == 404
    assert len(ada.get(path).json()) == 9  # nothing is left of what was refused


def test_who_came_to_a_training_is_told_anew(world: World) -> None:
    alice, path = signed_in(world, "alice"), world.path("/api/trainings/{training_id}")
    bob = str(world.ids["membership_id"])
    send(alice, "PUT", f"{path}/attendance", {"attended": [bob], "completed": [bob]})
    told = {one["membership_id"]: one["is_completed"] for one in alice.get(path).json()["people"]}
    assert told.pop(bob) is True and not any(told.values())
    shares = alice.get(world.path("/api/programmes/{programme_id}/trainings/shares") + "?months=2").json()
    assert {one["site_id"] for one in shares} == {str(world.ids["site_id"])} and shares[-1]["staff"] > 1
    assert shares[0]["month"] < shares[-1]["month"] and (len(shares), shares[-1]["trained"]) == (2, 1)
    send(alice, "PUT", f"{path}/attendance", {"attended": []})
    assert not any(one["is_attended"] for one in alice.get(path).json()["people"])


def test_what_a_site_gives_ends_after_it_began(world: World) -> None:
    ada = signed_in(world, "ada")
    made = send(ada, "POST", world.path("/api/sites/{site_id}/provisions"), bodies(world)["record_provision"])
    end = f"/api/provisions/{made.json()['id']}/end"
    refused = send(ada, "POST", end, {"on": "2025-01-01"})
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["on"])
    assert send(ada, "POST", end, {"on": "2026-03-01"}).json()["to_on"] == "2026-03-01"


def test_scoring_key_that_cannot_be_is_refused_with_the_sentence_of_the_pages(world: World) -> None:
    chen, path = signed_in(world, "chen"), world.path("/api/programmes/{programme_id}/attitude-scales")
    body = bodies(world)["define_attitude_scale"]
    assert send(chen, "POST", path, body).json()["subscales"][0]["reversed"] == [2]
    refused = send(chen, "POST", path, {**body, "lowest": 5})
    assert refused.status_code == 422 and "lies below the highest" in refused.json()["detail"]
