"""Pictures and files of a form: sent by a person alone, listed and saved by who reads responses, refused where they are something else."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import SYSTEM, Cast
from tests.exchange.attachment.made import PDF, SECRET, jpeg, png
from tests.exchange.xlsform.sheets import xlsform
from tests.records.made import a_study
from tests.records.surveys_made import a_wave, an_approach, completed
from tests.web.words import words_of

from throughline.exchange.xlsform.read import draft_of
from throughline.exchange.xlsform.worker import compiled
from throughline.records.surveys.actions import add_instrument_version, make_fill_link
from throughline.records.surveys.models import Attachment, DraftFile, SurveyResponse, Wave

pytestmark = pytest.mark.django_db

FORM = {
    "survey": [
        ("type", "name", "label"),
        ("image", "photo", "Show your equipment"),
        ("begin_repeat", "visit", "A visit"),
        ("file", "paper", "A paper"),
        ("end_repeat", "", ""),
        ("audio", "voice", "Say it"),
    ],
    "settings": [("form_title", "form_id", "version"), ("Seen", "seen", "1")],
}


def _wave(cast: Cast, at: datetime) -> Wave:
    content = xlsform(FORM)
    draft = draft_of("seen.xlsx", content, compiled(content, "seen"))
    version = add_instrument_version(study=a_study(cast), code="seen", draft=draft, by=SYSTEM, at=at)
    return a_wave(cast, instrument_version=version)


def _form(photo: str, *files: tuple[str, bytes]) -> dict[str, object]:
    xml = (
        f'<data id="seen" version="1"><photo>{photo}</photo><visit><paper/></visit><visit><paper>2.pdf</paper></visit><voice/>'
        "<meta><instanceID>uuid:0190f5a0-7b5c-7cc0-8000-0123456789ac</instanceID></meta></data>"
    )
    sent = [SimpleUploadedFile(name, data, "image/jpeg") for name, data in files]
    return {"instance": SimpleUploadedFile("instance.xml", xml.encode(), "text/xml"), "file": sent}


def test_files_of_a_form_are_kept_for_who_reads_it(cast: Cast, now: datetime) -> None:
    wave = _wave(cast, now)
    approach = an_approach(wave, cast.site)
    alone = Client()
    alone.post(reverse("answer", args=[make_fill_link(approach=approach, by=SYSTEM, at=now)]))
    page = alone.get(reverse("answer_form"))
    assert "at most 12 MB each" in words_of(page) and "blob:" in page["Content-Security-Policy"]
    send, paper = reverse("answer_send"), ("2.pdf", PDF)
    for photo, *files in (
        ("1.jpg", ("1.jpg", b"<script>alert(1)</script>"), paper),
        ("1.jpg", ("1.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), paper),
        ("1.jpg", ("1.jpg", png(60_000, 60_000)), paper),
        ("1.jpg", ("1.jpg", bytes(13 << 20)), paper),
        ("../../1.jpg", ("../../1.jpg", jpeg()), paper),
        ("1.jpg", paper),
        ("", ("1.jpg", jpeg()), paper),
    ):
        refused = alone.post(send, _form(photo, *files))
        assert refused.status_code == 422 and "Quillfeather" not in refused.content.decode(), files
    assert not Attachment.objects.exists() and SurveyResponse.objects.get().completed_at is None
    assert alone.post(send, _form("1.jpg", ("1.jpg", jpeg()), paper)).json()["is_done"]
    done = SurveyResponse.objects.get()

    chen = Client()
    chen.force_login(cast.chen.account)
    page = chen.get(reverse("response", args=[done.id]))
    words = words_of(page)
    assert words.count("a file was given: save file") == 2 and "1.jpg" not in words and "2.pdf" not in words
    saved = chen.get(reverse("response_file", args=[done.id, 1]))
    assert (saved["Content-Type"], saved["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert saved["Content-Disposition"] == f'attachment; filename="response-{done.respondent}-1.jpg"'
    assert "sandbox" in saved["Content-Security-Policy"] and saved["Cache-Control"] == "no-store"
    assert saved.content[:3] == b"\xff\xd8\xff" and SECRET not in saved.content
    assert chen.get(reverse("response_file", args=[done.id, 2])).content == PDF
    other = completed(cast, a_wave(cast, "other"))
    assert chen.get(reverse("response_file", args=[other.id, 1])).status_code == 404
    assert alone.get(reverse("response_file", args=[done.id, 1])).status_code == 302  # to the sign-in


def test_files_are_kept_with_what_is_half_filled_and_go_with_the_whole_form(
    cast: Cast, now: datetime
) -> None:
    approach = an_approach(_wave(cast, now), cast.site)
    address = reverse("answer", args=[make_fill_link(approach=approach, by=SYSTEM, at=now)])
    alone, other = Client(), Client()
    alone.post(address)
    draft, send = reverse("answer_draft"), reverse("answer_send")
    kept = alone.post(draft, _form("1.jpg", ("1.jpg", jpeg()), ("2.pdf", b"no paper")))
    assert kept.json() == {"kept": True, "version": 1, "files": ["1.jpg"]}
    assert alone.post(draft, _form("1.jpg", ("2.pdf", PDF))).json()["files"] == ["1.jpg", "2.pdf"]
    told = alone.get(draft, {"files": ""}).json()["files"]
    shown = {one["name"]: alone.get(one["address"]) for one in told}
    assert shown["2.pdf"].content == PDF and SECRET not in shown["1.jpg"].content
    photo = shown["1.jpg"]
    assert (photo["Content-Type"], photo["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "attachment" in photo["Content-Disposition"] and "sandbox" in photo["Content-Security-Policy"]
    assert other.get(told[0]["address"]).status_code == 404
    assert alone.post(send, _form("3.jpg")).status_code == 422  # named, and neither sent nor kept
    first, again = (alone.post(send, _form("1.jpg")) for _ in range(2))  # the receipt was lost on its way
    assert first.json()["is_done"] and again.json()["is_done"]
    assert Attachment.objects.count() == 2 and not DraftFile.objects.exists()
    chen = Client()
    chen.force_login(cast.chen.account)
    response = SurveyResponse.objects.get()
    assert chen.get(reverse("response_file", args=[response.id, 1])).content == photo.content
    assert (
        chen.get(reverse("response_draft_file", args=[response.id, told[0]["address"][-37:-1]])).status_code
        == 403
    )
