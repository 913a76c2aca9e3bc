"""Surveys over the API: asked, answered with a receipt, read, taken back; a form looked at before it is kept."""

from __future__ import annotations

import base64

from tests.api.sending import send, signed_in
from tests.api.world import World, bodies
from tests.api.world_surveyed import FILLED
from tests.exchange.attachment.made import PDF
from throughline.records.audit.models import AuditEvent
from throughline.records.surveys.models import SurveyResponse
from throughline.vocabulary.events import Event
from throughline.vocabulary.surveys import Question, QuestionType


def test_interview_is_completed_read_and_taken_back(world: World) -> None:
    bob, chen = signed_in(world, "bob"), signed_in(world, "chen")
    path, wave = world.path("/api/responses/{response_id}"), world.path("/api/waves/{wave_id}")
    kept = send(bob, "PUT", f"{path}/draft", bodies(world)["save_response"])
    assert (kept.json()["version"], bob.get(f"{path}/draft").json()["xml"]) == (1, FILLED)
    receipt = send(bob, "POST", f"{path}/complete", {"xml": FILLED})
    again = send(bob, "POST", f"{path}/complete", {"xml": FILLED})
    assert (receipt.status_code, receipt.json()["respondent"]) == (200, again.json()["respondent"])
    [told] = chen.get(f"{wave}/responses").json()
    read = chen.get(f"/api/responses/{told['id']}").json()
    assert read["answers"]["ways"] == ["service", "friend"]
    assert not {"about/age", "why"} & set(read["answers"])  # elements of a code are kept nowhere as they are
    assert AuditEvent.objects.filter(action=Event.RESPONSE_READ.value).count() == 1
    assert bob.get(f"/api/responses/{told['id']}").status_code in (403, 404)
    site = {"site_id": str(world.cast.site.id), "respondent": told["respondent"]}
    wrong = send(bob, "POST", f"{wave}/withdraw", {**site, "code": receipt.json()["code"][::-1]})
    assert wrong.status_code == 404
    assert send(bob, "POST", f"{wave}/withdraw", {**site, "code": again.json()["code"]}).status_code == 204
    assert chen.get(f"/api/responses/{told['id']}").status_code == 409
    [left] = chen.get(wave).json()["left_out"]
    assert (left["respondent"], left["exclusion"]) == (told["respondent"], "withdrew")


def test_older_draft_writes_over_nothing(world: World) -> None:
    bob, path = signed_in(world, "bob"), world.path("/api/responses/{response_id}/draft")
    here, there = (str(world.ids[name]) for name in ("plan_id", "pair_id"))
    assert send(bob, "PUT", path, {"xml": "<one/>", "base": {"version": 0, "page": here}}).status_code == 200
    late = send(bob, "PUT", path, {"xml": "<two/>", "base": {"version": 0, "page": there}})
    assert late.status_code == 409
    told = bob.get(path).json()
    assert (told["xml"], told["has_beside"]) == ("<one/>", True)
    chosen = send(bob, "POST", f"{path}/choose", {"which": "beside"}).json()
    assert (chosen["xml"], chosen["has_beside"]) == ("<two/>", False)


def test_file_is_kept_with_a_draft_and_found_by_who_goes_on(world: World) -> None:
    response = SurveyResponse.objects.get(id=world.ids["response_id"])
    asked = [*response.instrument_version.questions, Question("photo", QuestionType.FILE).as_json()]
    type(response.instrument_version).objects.filter(id=response.instrument_version_id).update(
        questions=asked
    )
    bob, path = signed_in(world, "bob"), world.path("/api/responses/{response_id}/draft")
    data = base64.urlsafe_b64encode(PDF).decode().rstrip("=")
    half = {"xml": FILLED.replace("<ways>", "<photo>a.pdf</photo><ways>")}
    told = send(bob, "PUT", path, {**half, "files": [{"name": "a.pdf", "data": data}]}).json()
    [kept] = told["files"]
    assert (kept["name"], kept["length_bytes"]) == ("a.pdf", len(PDF))
    assert send(bob, "PUT", path, half).json()["files"] == [kept]
    assert bob.get(f"{path}/files/{kept['id']}").content == PDF
    assert signed_in(world, "priya").get(f"{path}/files/{kept['id']}").status_code == 404
    assert send(bob, "PUT", path, {"xml": FILLED}).json()["files"] == []
    assert bob.get(f"{path}/files/{kept['id']}").status_code == 404


def test_link_to_answer_alone_opens_a_page_and_is_told_once(world: World) -> None:
    bob, path = signed_in(world, "bob"), world.path("/api/approaches/{approach_id}/link")
    first, second = (send(bob, "POST", path).json()["address"] for _ in range(2))
    assert first != second and "/answer/" in second


def test_choice_that_no_form_offers_and_file_that_is_none_are_refused(world: World) -> None:
    chen, path = signed_in(world, "chen"), world.path("/api/studies/{study_id}/instruments")
    refused = chen.generic("POST", f"{path}?code=pipes", b"no form", content_type="application/octet-stream")
    assert refused.status_code == 422 and refused.json()["detail"]
    assert chen.generic("POST", f"{path}?code=pipes&choosing=x", b"", "application/octet-stream").json()[
        "fields"
    ]
    told = chen.get(world.path("/api/instrument-versions/{version_id}")).json()
    assert [one["path"] for one in told["questions"] if one["is_sensitive"]] == ["why"]
    [shared] = [one for one in told["questions"] if one["path"] == "about/shared"]
    assert {one["name"]: one["nothing"] for one in shared["choices"]}["refused"] == "declined"


def test_pair_is_told_without_a_code_and_decided(world: World) -> None:
    chen = signed_in(world, "chen")
    [pair] = chen.get(world.path("/api/linkings/{linking_id}/pairs")).json()
    assert set(pair["first"]) == {"site_id", "respondent", "answered_on", "age", "gender"}
    decide = world.path("/api/linked-pairs/{pair_id}/decide")
    assert send(chen, "POST", decide, {"decision": "rejected", "seen": "waiting"}).status_code == 422
    assert send(chen, "POST", decide, bodies(world)["decide_pair"]).status_code == 204
    assert send(chen, "POST", decide, {"decision": "accepted", "seen": "waiting"}).status_code == 409
