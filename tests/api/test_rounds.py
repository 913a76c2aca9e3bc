"""Rounds over the API: opened, coded, closed, compared, settled; and that no answer tells a coder of another's work."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from tests.api.agreed import OPERATIONS
from tests.api.world import World
from tests.cast import START, SYSTEM
from tests.records.inquiry.asked import Asked, make_asked
from tests.records.made import a_freeze, an_analyst, membership_of
from throughline.records.inquiry import actions
from throughline.records.programme.actions import grant_membership
from throughline.records.study.models import Release
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach

HIDDEN = "what only the other coder wrote"


@pytest.fixture
def asked(world: World) -> Asked:
    return make_asked(world.cast, Approach.CODING_RELIABILITY)


def signed_in(account: Any) -> Browser:
    browser = Browser()
    browser.force_login(account)
    return browser


def sent(browser: Browser, method: str, path: str, body: Any = None) -> HttpResponse:
    return browser.generic(
        method, path, "" if body is None else json.dumps(body), content_type="application/json"
    )


def test_a_round_is_opened_closed_compared_settled_and_leaves(world: World, asked: Asked) -> None:
    una, yusuf, rosa = asked.una, an_analyst(world.cast, "Yusuf"), signed_in(world.cast.rosa.account)
    source = asked.sources[0].id
    body = {
        "name": "First",
        "assigned": [{"source_id": str(source), "coder_id": who.actor.id} for who in (una, yusuf)],
    }
    path = f"/api/analyses/{asked.analysis.id}/rounds"
    assert sent(signed_in(una.account), "POST", path, body).status_code == 403
    made = sent(rosa, "POST", path, body).json()
    asked.put(asked.rent, "talk about rent", by=una.actor)
    asked.put(asked.rent, "rent", by=yusuf.actor)
    one = f"/api/rounds/{made['id']}"
    own = signed_in(una.account).get(one).json()["assigned"]
    assert {(row["coder"]["name"], row["codings"]) for row in own} == {("Una", 1), ("Yusuf", None)}
    assert rosa.get(f"{one}/agreement").status_code == 409
    assert sent(rosa, "POST", f"{one}/close").json()["closed_at"]
    found = rosa.get(f"{one}/agreement").json()
    [code] = found["codes"]
    assert (
        code["code_id"] == str(asked.rent.id) and code["alpha"]["value"] < 1 and code["observed"]["value"] < 1
    )
    assert len(found["pairs"]) == 1 and found["assumptions"]
    [differs] = rosa.get(f"{one}/differences").json()
    place = {name: differs[name] for name in ("source_id", "code_id", "start", "end")}
    assert [who["name"] for who in differs["coded_by"]] == ["Una"] and differs["stands"] is None
    assert (
        sent(rosa, "POST", f"{one}/settlements", {**place, "stands": False, "reason": " "}).status_code == 422
    )
    assert (
        sent(rosa, "POST", f"{one}/settlements", {**place, "stands": False, "reason": "x"}).status_code == 201
    )
    assert rosa.get(f"{one}/differences").json()[0]["stands"] is False
    assert sent(rosa, "POST", f"{one}/agreed").json()["unsettled"] == 0
    to = {"recipient": "Dr. Reader", "form": "csv"}
    beside = sent(rosa, "POST", f"{one}/differences/file", {**to, "is_settled": False})
    assert beside.status_code == 409  # all of it is settled
    beside = sent(rosa, "POST", f"{one}/differences/file", to)
    assert beside.status_code == 200 and b"does not stand" in beside.content
    refused, told = Release.objects.order_by("released_at", "id")
    assert (refused.is_refused, told.is_refused, told.recipient) == (True, False, "Dr. Reader")
    assert sent(rosa, "POST", f"{one}/agreement/file", to).status_code == 403
    left = sent(signed_in(world.cast.chen.account), "POST", f"{one}/agreement/file", to)
    assert (
        left.status_code == 409
    )  # figures of one source tell of one person: it stays, and the ledger says so
    assert [one.is_refused for one in Release.objects.all()].count(True) == 2


def test_a_round_is_given_to_nobody_who_may_not_code(world: World, asked: Asked) -> None:
    dana, rosa = world.cast.dana, signed_in(world.cast.rosa.account)
    body = {
        "name": "First",
        "assigned": [{"source_id": str(asked.sources[0].id), "coder_id": dana.actor.id}],
    }
    answer = sent(rosa, "POST", f"/api/analyses/{asked.analysis.id}/rounds", body)
    assert answer.status_code == 422 and "Dana" not in answer.content.decode()


def answers_to(browser: Browser, asked: Asked, known: dict[str, object]) -> dict[str, str]:
    """Every answer of what is read, with the ids of this world; and of questions, which come with a body."""
    found = {}
    for name, (method, path, _said) in OPERATIONS.items():
        for key, value in known.items():
            path = path.replace(f"{{{key}}}", str(value))
        if method == "get" and "{" not in path:
            answer = browser.get(path)
            found[name] = f"{answer.status_code} {answer.content.decode(errors='replace')}"
    ask = f"/api/analyses/{asked.analysis.id}/ask"
    for question, body in {
        "passages": {"code_ids": [str(asked.rent.id), str(asked.reason.id)]}, "codes": {},
        "attributes": {"attribute": {"kind": "site"}}, "words": {"words": "rent"}, "saturation": {},
    }.items():  # fmt: skip
        answer = sent(browser, "POST", f"{ask}/{question}", body)
        found[f"ask {question}"] = f"{answer.status_code} {answer.content.decode()}"
    return found


def test_no_answer_changes_by_what_another_coder_does_blindly(world: World, asked: Asked) -> None:
    una, yusuf = asked.una, an_analyst(world.cast, "Yusuf")
    rosa: dict[str, Any] = {"by": world.cast.rosa.actor, "at": START}
    draft = actions.ThemeDraft("A theme", "Pipes.", codes=(asked.rent,))
    theme = actions.write_theme(analysis=asked.analysis, draft=draft, **rosa)
    around = actions.open_round(
        analysis=asked.analysis, name="First", is_blind=True, **rosa,
        assignments=[actions.AssignmentDraft(one, who.actor.id) for one in asked.sources for who in (una, yusuf)],
    )  # fmt: skip
    asked.put(asked.rent, "talk about rent", by=una.actor)
    known: dict[str, object] = {
        "analysis_id": asked.analysis.id, "source_id": asked.sources[0].id, "code_id": asked.rent.id,
        "codebook_id": asked.rent.codebook_id, "theme_id": theme.id, "round_id": around.id,
        "participant_id": asked.people[0].id, "programme_id": world.cast.programme.id,
        "study_id": asked.analysis.study_id,
    }  # fmt: skip
    browser = signed_in(una.account)
    before = answers_to(browser, asked, known)
    assert sum(text.startswith("200") for text in before.values()) > 30
    by: dict[str, Any] = {"by": yusuf.actor, "at": datetime.now(UTC)}
    theirs = asked.put(asked.rent, "talk about rent", by=yusuf.actor)
    asked.put(asked.reason, "come in", 1, by=yusuf.actor)
    for about in (theirs, asked.sources[0], asked.rent, theme, None):
        actions.write_memo(analysis=asked.analysis, text=HIDDEN, about=about, **by)
    lead: dict[str, Any] = {"by": world.cast.rosa.actor, "at": by["at"], "theme": theme}
    actions.place_passage(**lead, source=asked.sources[1], start=0, end=12)
    actions.write_cell(**lead, participant=asked.people[0], summary=HIDDEN)
    del lead["theme"]
    actions.write_memo(analysis=asked.analysis, text=HIDDEN, about=asked.rent, **lead)
    actions.record_decision(analysis=asked.analysis, text=HIDDEN, decided_on=by["at"].date(), **lead)
    actions.share_journal(entry=actions.write_journal(analysis=asked.analysis, text=HIDDEN, **by), **by)
    after = answers_to(browser, asked, known)
    for name, text in after.items():
        assert str(theirs.id) not in text and HIDDEN not in text, f"{name} tells of another coder's work"
    assert [name for name in before if before[name] != after[name]] == []
    assert (
        sent(
            browser, "PUT", f"/api/codings/{theirs.id}", {"start": 0, "end": 3, "base_version": 1}
        ).status_code
        == 404
    )
    words = {"name": "In their words", "origin": "inductive"}
    waits = sent(browser, "POST", f"/api/codebooks/{asked.rent.codebook_id}/codes", words)
    assert waits.status_code == 409 and "coding blindly" in waits.json()["detail"]
    actions.close_round(round=around, by=world.cast.rosa.actor, at=by["at"])
    told = answers_to(browser, asked, known)
    changed = {name for name in before if before[name] != told[name]}
    assert {"codings", "memos", "framework", "theme_passages", "ask passages", "code_passages"} <= changed


def test_numbers_of_a_freeze_wait_for_who_codes_blindly_in_its_study(world: World, asked: Asked) -> None:
    abe, freeze = an_analyst(world.cast, "Abe"), a_freeze(asked.analysis.study)
    grant_membership(
        account=abe.account, organisation=membership_of(world.cast.chen).organisation, roles=[Role.EVALUATOR],
        is_all_sites=True, from_on=START.date(), by=SYSTEM, at=START,
    )  # fmt: skip
    browser, path = signed_in(abe.account), f"/api/freezes/{freeze.id}/judgements"

    def rows() -> object:
        listed = browser.get(f"/api/programmes/{world.cast.programme.id}/freezes").json()
        return {one["id"]: one["rows"] for one in listed}[str(freeze.id)]

    assert browser.get(path).status_code == 200 and rows() == {"contacts": 3}
    rosa: dict[str, Any] = {"by": world.cast.rosa.actor, "at": START}
    assigned = [actions.AssignmentDraft(asked.sources[0], abe.actor.id)]
    around = actions.open_round(analysis=asked.analysis, name="First", assignments=assigned, **rosa)
    waits = browser.get(path)
    assert waits.status_code == 409 and "coding blindly" in waits.json()["detail"] and rows() is None
    actions.close_round(round=around, **rosa)
    assert browser.get(path).status_code == 200 and rows() == {"contacts": 3}
