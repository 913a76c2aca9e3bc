"""Findings over the API: as they stand beside the freeze, for who holds the study; work is asked for and told of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from tests.api.sending import send, signed_in
from tests.api.world import World, bodies
from throughline.evaluation.freeze import folder_of
from throughline.evaluation.results import write_result
from throughline.records.study.models import Freeze
from throughline.vocabulary.errors import Sentence


@pytest.fixture
def frozen(world: World, settings: LazySettings, tmp_path: Path) -> Freeze:
    settings.THROUGHLINE_FREEZES = tmp_path
    freeze = Freeze.objects.get(id=world.ids["freeze_id"])
    folder_of(freeze).mkdir(parents=True)
    return freeze


def _theme(name: str, status: str) -> dict[str, Any]:
    return {"name": name, "status": status, "by": {}, "uncounted": None, "theme_no": 1, "overall": {"n": 3}}


def test_finding_is_told_as_it_stands_without_themes_that_were_let_go(world: World, frozen: Freeze) -> None:
    write_result(folder_of(frozen), "coverage", {"themes": [_theme("Kind", "kept"), _theme("Old", "let_go")]})
    write_result(folder_of(frozen), "contrast", {"outcomes": [], "refused": Sentence("Too few.")})
    chen, path = signed_in(world, "chen"), world.path("/api/freezes/{freeze_id}/results")
    assert [one["name"] for one in chen.get(f"{path}/coverage").json()["answer"]["themes"]] == ["Kind"]
    assert chen.get(f"{path}/contrast").json()["answer"]["refused"] == {"text": "Too few.", "params": {}}
    assert chen.get(f"{path}/series").status_code == 404
    assert chen.get(f"{path}/passwd").status_code == 422
    assert signed_in(world, "grace").get(f"{path}/contrast").status_code == 404


def test_funnel_that_was_asked_is_not_asked_again(world: World, frozen: Freeze) -> None:
    routes = {"reason": {"text": "Few have a code.", "params": {}}, "without_code": {}}
    told = {"by": ["route"], "routes": routes, "contacts": [], "codes": [{"n": 1}]}
    write_result(folder_of(frozen), "run", {"seed": 5})
    write_result(folder_of(frozen), "funnel", [told])
    path = world.path("/api/freezes/{freeze_id}/funnel")
    found = signed_in(world, "rosa").get(f"{path}?by=route").json()["answer"]
    assert found == {**told, "codes": []}  # codes are not told by route where so few have one


def test_work_is_asked_for_and_told_to_who_asked(world: World, frozen: Freeze) -> None:
    chen = signed_in(world, "chen")
    asked = send(chen, "POST", world.path("/api/freezes/{freeze_id}/reports"), bodies(world)["make_report"])
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    work = world.path("/api/programmes/{programme_id}/work/") + asked.json()["id"]
    assert chen.get(work).json()["kind"] == "report"
    assert signed_in(world, "rosa").get(work).status_code == 404
    file = world.path("/api/freezes/{freeze_id}/reports/") + asked.json()["id"]
    assert chen.get(file).status_code == 404  # it is not written yet
    taken = send(chen, "POST", world.path("/api/studies/{study_id}/freezes"), {"name": frozen.name})
    assert taken.status_code == 409
    assert (
        send(chen, "POST", world.path("/api/studies/{study_id}/freezes"), {"name": "work"}).status_code == 422
    )


def test_judgement_stands_beside_the_step(world: World) -> None:
    rosa, path = signed_in(world, "rosa"), world.path("/api/freezes/{freeze_id}/judgements")
    made = send(rosa, "POST", path, bodies(world)["write_joint_row"])
    [told] = rosa.get(path).json()
    assert (told["id"], told["written_by"], told["is_later"]) == (made.json()["id"], "Rosa", True)


def test_judgement_stands_beside_an_outcome_that_is_no_step(world: World) -> None:
    rosa, path = signed_in(world, "rosa"), world.path("/api/freezes/{freeze_id}/judgements")
    said = bodies(world)["write_joint_row"]
    wrong = [
        (said | {"outcome": "smoked"}, 422),
        (said | {"step": None}, 422),
        (said | {"step": None, "outcome": "slept"}, 404),
    ]
    assert [send(rosa, "POST", path, one).status_code for one, _ in wrong] == [status for _, status in wrong]
    made = send(rosa, "POST", path, said | {"step": None, "outcome": "smoked"}).json()
    assert (made["step"], made["outcome"], rosa.get(path).json()) == (None, "smoked", [made])
    theme = world.path("/api/themes/{theme_id}")
    given = {"name": "T", "central_concept": "C.", "base_version": rosa.get(theme).json()["version"]}
    assert send(rosa, "PUT", theme, given | {"outcomes": ["slept"]}).status_code == 404
    assert send(rosa, "PUT", theme, given | {"outcomes": ["smoked"]}).json()["outcomes"] == ["smoked"]
    assert rosa.get(f"{theme}/versions").json()[0]["outcomes"] == []
