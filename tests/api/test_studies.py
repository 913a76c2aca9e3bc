"""A study over the API: designed, its plan locked, rows asked for and answered by a second person."""

from __future__ import annotations

from tests.api.sending import send, signed_in
from tests.api.world import World, bodies


def test_study_is_designed_and_read_back(world: World) -> None:
    rosa, study = signed_in(world, "rosa"), world.path("/api/studies/{study_id}")
    wanted = bodies(world)
    send(rosa, "POST", f"{study}/sites", wanted["add_study_site"])
    phase = world.path("/api/study-sites/{study_site_id}/phase")
    send(rosa, "PUT", phase, wanted["set_phase"])
    overlapping = send(rosa, "PUT", phase, {"kind": "after", "from_on": "2025-03-01"})
    assert overlapping.status_code == 422
    plan = send(rosa, "POST", f"{study}/plans", wanted["lock_plan"])
    assert (plan.status_code, plan.json()["stands"], plan.json()["locked_by"]) == (201, True, "Rosa")
    assert send(rosa, "POST", f"{study}/plans", wanted["lock_plan"]).status_code == 409
    assert send(rosa, "POST", f"{study}/plans", {"primary": ["no_such"]}).status_code == 422
    send(rosa, "POST", f"{study}/changes", wanted["change_protocol"])
    told = signed_in(world, "chen").get(study).json()
    assert {one["arm"]: [phase["kind"] for phase in one["phases"]] for one in told["sites"]} == {
        "intervention": ["before", "implementation"], "comparison": [],
    }  # fmt: skip
    assert [one["words"] for one in told["plans"]] == ["Nothing else."]
    assert [one["what"] for one in told["changes"]] == ["A wave was put off."]


def test_what_a_study_can_detect_falls_with_respondents(world: World) -> None:
    chen, path = signed_in(world, "chen"), world.path("/api/studies/{study_id}/detectable")
    told = send(chen, "POST", path, {"share": 0.3, "respondents": 40, "rho": 0.02}).json()
    found = [one["difference"] for one in told["respondents"]]
    assert found == sorted(found, reverse=True) and told["here"]["respondents"] == 40
    assert told["here"]["difference"] > told["here"]["floor"] > 0
    assert send(chen, "POST", path, {"share": 0.3, "sd": 2.0}).status_code == 422


def test_rows_are_approved_by_another_person_than_asked(world: World) -> None:
    chen, grace = signed_in(world, "chen"), signed_in(world, "grace")
    path = world.path("/api/rows/{request_id}")
    assert (chen.get(path).json()["state"], chen.get(path).json()["smallest_group"]) == ("waiting", 7)
    assert send(chen, "POST", f"{path}/approve").status_code == 403
    told = send(grace, "POST", f"{path}/approve").json()
    assert (told["state"], told["answered_by"]) == ("approved", "Grace")
    assert send(grace, "POST", f"{path}/decline").status_code == 409
    fields = {one["name"]: one["fields"] for one in chen.get("/api/rows/tables").json()}
    assert "client_no" not in {one["code"] for one in fields["history"]}


def test_ledger_tells_refusals_to_who_keeps_it(world: World) -> None:
    chen, grace = signed_in(world, "chen"), signed_in(world, "grace")
    path = world.path("/api/programmes/{programme_id}/ledger")
    assert grace.get(path).json() == chen.get(path).json() == []
    assert grace.get(f"{path}?door=rows&outcome=refused").status_code == 200
    assert grace.get(f"{path}?door=window").status_code == 422
