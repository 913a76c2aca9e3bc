"""Answering alone: one link, one response, nobody signed in; and all that a link does not open."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]  # ships no types
from qrcode.main import QRCode  # type: ignore[import-untyped]  # ships no types
from tests.cast import SYSTEM, Cast
from tests.exchange.xlsform.sheets import small_form
from tests.records.made import a_study
from tests.records.surveys_made import a_wave, an_approach
from tests.web.words import words_of

from throughline.config.logs import FramesOnly
from throughline.exchange.xlsform.read import read_xlsform
from throughline.records.surveys.actions import add_instrument_version
from throughline.records.surveys.models import FillLink, SurveyResponse
from throughline.records.surveys.queries import receipt_hash_of

pytestmark = pytest.mark.django_db

GONE = "This link no longer opens anything"


def _instance(used: str) -> dict[str, SimpleUploadedFile]:
    meta = "<meta><instanceID>uuid:0190f5a0-7b5c-7cc0-8000-0123456789ac</instanceID></meta>"
    xml = f'<data id="pipes" version="3"><used>{used}</used>{meta}</data>'
    return {"instance": SimpleUploadedFile("instance.xml", xml.encode(), "text/xml")}


def _code(receipt: str) -> str:
    found = re.search(r'<strong class="mono">([A-Z2-9]{8})</strong>', receipt)
    assert found
    return found[1]


def _dark(address: str) -> set[tuple[str, str]]:
    """Where a camera has to see a dark square."""
    code = QRCode(border=4, error_correction=ERROR_CORRECT_M)
    code.add_data(address)
    rows = code.get_matrix()
    return {(str(x), str(y)) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}


def test_link_is_answered_alone_and_once(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    form = read_xlsform("pipes.xlsx", small_form())
    version = add_instrument_version(study=study, code="pipes", draft=form, by=SYSTEM, at=now)
    wave = a_wave(cast, instrument_version=version)
    approach = an_approach(wave, cast.site)
    priya, alone, other = Client(), Client(), Client()
    priya.force_login(cast.priya.account)
    page = priya.post(reverse("make_fill_link", args=[approach.id]))
    address = page.context["address"].removeprefix("http://testserver")
    squares = set(re.findall(r"M(\d+) (\d+)h1v1h-1z", page.content.decode()))
    assert squares == _dark(page.context["address"])
    assert address in words_of(page) and address not in words_of(priya.get(reverse("wave", args=[wave.id])))

    # opening it, by whomever and however often, uses nothing up and begins nothing
    assert [client.get(address).status_code for client in (alone, other, alone)] == [200, 200, 200]
    assert not SurveyResponse.objects.exists()
    assert alone.head(address).status_code == 200 and alone.get(address)["Referrer-Policy"] == "strict-origin"
    for name in ("answer_form", "answer_xform", "answer_draft"):
        assert GONE in words_of(other.get(reverse(name)))
    begun = alone.post(address)
    assert begun.status_code == 302 and begun["Location"] == reverse("answer_form")
    shown = alone.get(reverse("answer_form"))
    assert study.title in words_of(shown) and address.split("/")[2] not in shown.content.decode()
    assert "wasm-unsafe-eval" in shown["Content-Security-Policy"]
    assert alone.get(reverse("answer_xform")).content == version.xform.encode()
    assert alone.post(reverse("answer_draft"), _instance("no")).json() == {
        "kept": True,
        "version": 1,
        "files": [],
    }
    assert b"<used>no</used>" in alone.get(reverse("answer_draft")).content

    # nobody at the service reaches it, and the page says that it is being answered
    response = SurveyResponse.objects.get()
    assert (response.mode, response.completed_at) == ("person", None)
    assert priya.get(reverse("fill_response", args=[response.id])).status_code == 404
    assert "answering alone" in words_of(priya.get(reverse("wave", args=[wave.id])))
    # who made the link does not answer by it; elsewhere it begins from empty, and what was half filled is destroyed
    assert priya.post(address).status_code == 403
    alone.post(address)
    assert b"<used>no</used>" in alone.get(reverse("answer_draft")).content
    other.post(address)
    assert other.get(reverse("answer_draft")).content == b""
    assert GONE in words_of(alone.get(reverse("answer_draft")))
    for name in ("answer_draft", "answer_send"):
        late = alone.post(reverse(name), _instance("no"))
        assert (late.status_code, GONE in late.json()["detail"]) == (404, True)
    response.refresh_from_db()
    assert response.draft is None
    # who leaves, and who signs in to the same browser, leaves nothing there
    other.post(reverse("answer_draft"), _instance("no"))
    assert "You have left" in words_of(other.post(reverse("answer_leave")))
    response.refresh_from_db()
    assert response.draft is None and GONE in words_of(other.get(reverse("answer_form")))
    other.post(address)
    other.post(reverse("answer_draft"), _instance("no"))
    assert 0 < other.session.get_expiry_age() <= 3600
    other.force_login(cast.priya.account)
    assert GONE in words_of(other.get(reverse("answer_draft")))
    other = Client()
    # lost, another link begins from empty, too; the first one is dead
    renewed = (
        priya.post(reverse("make_fill_link", args=[approach.id]))
        .context["address"]
        .removeprefix("http://testserver")
    )
    assert GONE in words_of(alone.get(address)) and GONE in words_of(alone.get(reverse("answer_form")))
    response.refresh_from_db()
    assert response.draft is None
    other.post(renewed)
    assert other.get(reverse("answer_draft")).content == b""

    sent = other.post(reverse("answer_send"), _instance("yes"))
    assert (
        sent.status_code == 200
        and sent.json()["is_done"]
        and f"Your number is {response.respondent}" in sent.json()["html"]
    )
    response.refresh_from_db()
    assert response.answers["used"] == "yes" and response.draft is None
    assert SurveyResponse.objects.count() == 1
    for dead in (renewed, reverse("answer_form"), reverse("answer_draft")):
        assert GONE in words_of(other.get(dead))
    # the reply was lost: the same form again changes nothing, and has a receipt whose code is the one that counts
    again = other.post(reverse("answer_send"), _instance("no"))
    assert again.status_code == 200 and f"Your number is {response.respondent}" in again.json()["html"]
    response.refresh_from_db()
    assert response.answers["used"] == "yes"
    codes = [_code(one.json()["html"]) for one in (sent, again)]
    assert [receipt_hash_of(response.id, code) == response.receipt_hash for code in codes] == [False, True]
    assert alone.post(reverse("answer_send"), _instance("no")).status_code == 404
    SurveyResponse.objects.update(completed_at=datetime.now(UTC) - timedelta(minutes=11))
    assert (
        GONE in words_of(other.post(renewed))
        and other.post(reverse("answer_send"), _instance("yes")).status_code == 404
    )


def test_link_too_old_opens_nothing(cast: Cast, now: datetime) -> None:
    approach, priya = an_approach(a_wave(cast), cast.site), Client()
    priya.force_login(cast.priya.account)
    address = priya.post(reverse("make_fill_link", args=[approach.id])).context["address"]
    alone = Client()
    alone.post(address.removeprefix("http://testserver"))
    FillLink.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    for dead in (address.removeprefix("http://testserver"), reverse("answer_form"), reverse("answer_draft")):
        assert GONE in words_of(alone.get(dead))


def test_log_line_tells_no_token() -> None:
    for message, args in (
        ("Not Found: %s", ("/answer/s3cret-tok_en/",)),
        ("Forbidden: /answer/s3cret-tok_en/", ()),
    ):
        line = FramesOnly("%(message)s").format(logging.LogRecord("django", 30, "", 0, message, args, None))
        assert "s3cret" not in line and line.endswith(": /answer/.../")
