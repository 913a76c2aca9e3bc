"""A form comes in, is looked at, kept, tried and filled in; who may not sees nothing of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import START, SYSTEM, Cast
from tests.exchange.xlsform.sheets import CHOICES, SURVEY, small_form, xlsform
from tests.records.made import a_study
from tests.records.surveys_made import a_wave, an_approach
from tests.web.words import words_of

from throughline.exchange.held import hold
from throughline.exchange.xlsform.read import draft_of
from throughline.exchange.xlsform.worker import compiled
from throughline.records.accounts.models import Account
from throughline.records.study.models import SurveyAnswer
from throughline.records.surveys import queries
from throughline.records.surveys.actions import add_instrument_version, start_response
from throughline.records.surveys.models import InstrumentVersion, SurveyResponse
from throughline.records.surveys.queries import questions_of, texts_of

pytestmark = pytest.mark.django_db

INSIDE = (
    "<start/><used>yes</used><times>4</times><paid>10.5</paid><each>2.625</each><places>home</places>"
    "<about><since>2026-02-01</since><said>Said to <![CDATA[<script>]]></said></about>"
    "<visit><helped>dk</helped></visit><thanks/>"
)


def _instance(inside: str = INSIDE, version: str = "3") -> SimpleUploadedFile:
    meta = "<meta><instanceID>uuid:0190f5a0-7b5c-7cc0-8000-0123456789ab</instanceID></meta>"
    xml = f'<data id="pipes" version="{version}">{inside}{meta}</data>'
    return SimpleUploadedFile("instance.xml", xml.encode(), "text/xml")


def _as(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def _file(content: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("pipes.xlsx", content)}


def _kept(cast: Cast) -> InstrumentVersion:
    content = small_form()
    draft = draft_of("pipes.xlsx", content, compiled(content, "pipes"))
    return add_instrument_version(study=a_study(cast), code="form", draft=draft, by=SYSTEM, at=START)


def test_add_instrument_shows_what_it_asks_before_it_is_kept_and_keeps_what_was_said(cast: Cast) -> None:
    client = _as(cast.chen.account)
    study = a_study(cast)
    look = client.post(reverse("add_instrument"), _file(small_form()))
    words = words_of(look)
    assert "Nothing is kept yet" in words
    assert "Used a pipe this month?" in words
    assert "French (fr) 9 of 9 questions" in words
    assert "Don't know: don't know (Used a pipe this month?)" in words
    assert not InstrumentVersion.objects.exists()
    form = look.context["form"]
    given = {"held": form["held"].value(), "study": str(study.id), "title": "Pipes"}
    again = client.post(reverse("keep_instrument"), given | {"code": "no code", "nothings": ["0"]})
    assert (again.status_code, InstrumentVersion.objects.count()) == (422, 0)
    # the second choice that was found is an answer here
    client.post(reverse("keep_instrument"), given | {"code": "pipes", "nothings": ["0", "2", "3", "4"]})
    version = InstrumentVersion.objects.get()
    assert (version.number, version.label, bytes(version.xlsform)) == (1, "3", small_form())
    used = next(one for one in questions_of(version) if one.path == "used")
    assert [one.name for one in used.choices or () if one.nothing] == ["dk"]
    page = client.get(reverse("instrument_version", args=[version.id]) + "?language=French+(fr)")
    assert "Une pipe ce mois-ci ?" in words_of(page)
    assert client.get(reverse("instrument_file", args=[version.id])).getvalue() == small_form()
    assert "Version 1" in words_of(client.get(reverse("instruments")))
    # what was held is gone
    assert client.post(reverse("keep_instrument"), given | {"code": "pipes"}).status_code == 404


def test_keep_instrument_takes_any_choice_for_no_answer_once_and_for_all(cast: Cast) -> None:
    client = _as(cast.chen.account)
    ticket = hold(b'"pipes.xlsx"\n' + small_form(), owner=cast.chen.actor.id)
    given = {"held": ticket, "study": str(a_study(cast).id), "title": "Pipes", "code": "pipes"}
    every = {"nothings": ["0", "1", "2", "3", "4"]}
    said = {"declined": "98, street", "dont_know": "places:street"}
    wrong = client.post(reverse("keep_instrument"), given | every | said)
    assert wrong.status_code == 422
    assert "The form offers no choice 98." in words_of(wrong)
    assert "The choice places:street is there as another kind." in words_of(wrong)
    client.post(
        reverse("keep_instrument"), given | every | {"declined": "used:no", "not_applicable": "street, home"}
    )
    asked = {one.path: one for one in questions_of(InstrumentVersion.objects.get())}
    kinds = {
        path: {one.name: one.nothing.value for one in asked[path].choices or () if one.nothing}
        for path in ("used", "places", "visit/helped")
    }
    assert kinds == {
        "used": {"no": "declined", "dk": "dont_know", "refused": "declined"},
        "places": {"home": "not_applicable", "street": "not_applicable", "none": "declined"},
        "visit/helped": {"dk": "dont_know", "refused": "declined"},
    }  # fmt: skip
    # the same file with other ticks is neither the old version nor a new one; the same is the same
    for also, status in (({}, 422), ({"declined": "used:no", "not_applicable": "street, home"}, 302)):
        held = hold(b'"pipes.xlsx"\n' + small_form(), owner=cast.chen.actor.id)
        answer = client.post(reverse("keep_instrument"), given | every | also | {"held": held})
        assert answer.status_code == status
        assert status == 302 or "This file is version 1 already, with other choices" in words_of(answer)
    assert InstrumentVersion.objects.count() == 1
    # what another page put aside is no form
    strange = client.post(
        reverse("keep_instrument"),
        given | {"held": hold(b"date,site\n2026-01-01,a\n", owner=cast.chen.actor.id)},
    )
    assert (strange.status_code, "is no form" in words_of(strange)) == (422, True)


def test_add_instrument_that_is_refused_says_sheet_row_and_reason(cast: Cast) -> None:
    broken = xlsform({"survey": [*SURVEY, ["integer", "used", "Again?"]], "choices": CHOICES})
    answer = _as(cast.chen.account).post(reverse("add_instrument"), _file(broken))
    words = words_of(answer)
    assert answer.status_code == 422
    assert "pipes.xlsx was not taken. Sheet survey, row 17: The 'name' value 'used' is invalid." in words
    assert "What is wrong, and where" in words


def test_try_instrument_shows_how_answers_are_read_and_keeps_nothing(cast: Cast) -> None:
    version = _kept(cast)
    bob = _as(cast.bob.account)
    address = reverse("try_instrument", args=[version.id])
    page = bob.get(address)
    policy, nonce = page.headers["Content-Security-Policy"], page.context["nonce"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert f"style-src 'self' 'nonce-{nonce}';" in policy
    assert "unsafe-inline" not in policy
    assert nonce not in bob.get(address).content.decode()
    assert bob.get(reverse("instrument_xform", args=[version.id])).content.decode() == version.xform
    tried = bob.post(address, {"instance": _instance()}).json()["html"]
    assert "In the street" not in tried
    assert "At home" in tried
    assert "&lt;script&gt;" in tried
    assert "not recorded" not in tried
    for wrong, sentence in (
        ({"instance": _instance(version="2")}, "another version"),
        ({"instance": _instance("<times>x</times>")}, "times is not a number"),
        ({}, "No filled form"),
        ({"instance": _instance(" " * 4_000_000)}, "too large for a filled form"),
    ):
        refused = bob.post(address, wrong)
        assert (refused.status_code, sentence in refused.json()["detail"]) == (422, True)
    assert not SurveyResponse.objects.exists()


def _stale_tab_writes_over_nothing(bob: Client, response: SurveyResponse, draft: str, send: str) -> None:
    """Two pages of one interview: what the older one has is kept beside the newer until somebody chooses."""
    newer, older = str(uuid4()), str(uuid4())

    def put(page: str, base: int, text: str, to: str = draft, **more: str) -> Any:
        return bob.post(
            to, {"page": page, "base": base, "instance": SimpleUploadedFile("i.xml", text.encode()), **more}
        )

    assert put(newer, 1, "<new/>").json()["version"] == 2
    assert put(newer, 1, "<newer/>").json()["version"] == 3  # the answer before was lost on its way
    whole = _instance().read().decode()
    for refused in (put(older, 1, "<old/>"), put(older, 1, whole, send), put(older, 1, "<later/>")):
        assert (refused.status_code, refused.json()["version"]) == (409, 3)
        assert "Nothing is written over" in refused.json()["detail"]
    response.refresh_from_db()
    assert response.completed_at is None and b"<old/>" not in bytes(response.draft_beside or b"")
    assert bob.get(draft).content == b"<newer/>"
    assert b'data-beside="true"' in bob.get(reverse("fill_response", args=[response.id])).content
    assert bob.post(draft, {"choose": "beside"}).json() == {"kept": True}
    assert (bob.get(draft).content, put(newer, 3, "<newest/>").status_code) == (b"<old/>", 409)
    assert put(newer, 4, "<newest/>", choose="this").json()["kept"]
    response.refresh_from_db()
    assert (queries.draft_of(response), response.draft_beside) == ("<newest/>", None)


def test_fill_response_is_kept_half_filled_then_sent_and_read_by_nobody_at_the_site(
    cast: Cast, now: datetime
) -> None:
    version = _kept(cast)
    wave = a_wave(cast, instrument_version=version)
    response = start_response(approach=an_approach(wave, cast.site), by=cast.bob.actor, at=now)
    page, draft, send = (
        reverse(name, args=[response.id]) for name in ("fill_response", "response_draft", "send_response")
    )
    bob = _as(cast.bob.account)
    assert b'data-draft=""' in bob.get(page).content
    half = "<data>half \u00e9</data>"
    kept = bob.post(draft, {"instance": SimpleUploadedFile("i.xml", half.encode())})
    assert kept.json() == {"kept": True, "version": 1, "files": []}
    assert (bob.get(draft).content.decode(), bob.get(draft).headers["X-Draft-Version"]) == (half, "1")
    assert f'data-draft="{draft}"'.encode() in bob.get(page).content
    # a colleague and an evaluator write nothing in it; whoever is of another programme sees nothing
    others = [
        (_as(one.account).get(page).status_code, _as(one.account).post(send, {"instance": _instance()}).status_code)
        for one in (cast.priya, cast.chen, cast.dana)
    ]  # fmt: skip
    assert others == [(404, 404), (403, 403), (403, 403)]
    _stale_tab_writes_over_nothing(bob, response, draft, send)
    done = bob.post(send, {"instance": _instance()}).json()
    assert done["is_done"]
    assert f"Number {response.respondent} at" in done["html"]
    response.refresh_from_db()
    assert response.answers["times"] == 4
    assert response.answers["visit[1]/helped"] == {"nothing": "dont_know"}
    assert texts_of(response) == {"about/said": "Said to <script>"}
    assert SurveyAnswer.objects.get(response_id=response.id, question="paid").value == 10.5
    assert (bob.get(page).status_code, bob.get(draft).status_code) == (404, 404)
