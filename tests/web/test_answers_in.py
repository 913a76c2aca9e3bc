"""Answers from elsewhere through the pages: guessed, shown, tried, imported in the background; nothing of a code is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from tests.cast import SYSTEM, Cast
from tests.exchange.answers.test_answers import DICTIONARY, REDCAP
from tests.records.made import NOW
from tests.records.surveys_made import a_wave
from tests.web.test_imports import AT_ONCE, posted
from tests.web.words import words_of

from throughline.records.study.models import SurveyAnswer
from throughline.records.surveys.actions import name_code_elements
from throughline.records.surveys.models import CodeParts, KeptMapping, SurveyResponse, Wave
from throughline.vocabulary.code_parts import CodeElement

pytestmark = pytest.mark.django_db
LONG_AGO = date(2026, 1, 1)
PLAIN = (
    "No,Town,Day,Consent,Link,Age,Pipe,mother,born,street,Said\n"
    "1,Harrowmere,26/02/2026,yes,yes,41,no,Zoëlania,7,Quay,It is near\n"
    "2,S,27/02/2026,yes,no,99,yes,Ann,8,Hill,\n"
    "3,Harrowmere,28/02/2026,no,no,30,yes,Bea,9,Dock,\n"
    "4,Elsewhere,28/02/2026,yes,yes,30,yes,Bea,9,Dock,\n"
)


@pytest.fixture
def chen(client: Client, cast: Cast) -> Iterator[Client]:
    """The evaluator, for whom the worker works at once."""
    with override_settings(TASKS=AT_ONCE):
        client.force_login(cast.chen.account)
        yield client


def held() -> set[Path]:
    return set((Path(settings.THROUGHLINE_HOME) / "held").glob("*.held"))


def sent(client: Client, wave: Wave, text: str, name: str = "wave 1.csv", **more: Any) -> HttpResponse:
    given = {"wave": wave.id, "source": "csv", "file": SimpleUploadedFile(name, text.encode()), **more}
    return client.post(reverse("answers_in"), given, follow=True)


def test_plain_table_goes_through_the_pages_and_its_mapping_is_kept(chen: Client, cast: Cast) -> None:
    wave = a_wave(cast, instrument_version=None, opens_on=LONG_AGO)
    elements = [CodeElement(name) for name in ("mother", "born", "street")]
    name_code_elements(study=wave.study, instrument=None, elements=elements, destroy_on=date(2030, 1, 1), by=SYSTEM, at=NOW)  # fmt: skip
    before = held()
    columns = sent(chen, wave, PLAIN)
    form = columns.context["form"]
    guessed = {name: form[name].value() for name in ("name", "site_column", "day_column", "format", "consent", "link")}  # fmt: skip
    assert guessed == {
        "name": "wave", "site_column": "Town", "day_column": "Day", "format": "DD/MM/YYYY", "consent": "Consent", "link": "Link",
    }  # fmt: skip
    assert [str(bound.label) for bound in form.words()] == ["“S” is", "“Elsewhere” is"]
    assert form["id"].value() == ["No"]
    assert "an element of the code, not shown" in words_of(columns) and "Zoëlania" not in words_of(columns)
    unclear = posted(chen, columns, declined="99", format="")
    assert unclear.status_code == 422 and "more than one way" in words_of(unclear)
    rows = posted(chen, columns, declined="99", **{"“S” is": "Saltby", "No": "", "id": ["No"]})
    text = words_of(rows)
    assert "Harrowmere, 26 Feb 2026" in text and "Age: declined" in text and "Its code is kept keyed." in text
    assert "linking was not agreed to" in text and "has no translation for this word" in text
    assert not [word for word in ("Zoëlania", "Quay", "Ann", "Hill") if word in text]
    checked = chen.post(rows.request["PATH_INFO"], follow=True)
    assert "Would be recorded 2" in words_of(checked) and "Rejected 2" in words_of(checked)
    begun = checked.context["begun"]
    told = chen.get(reverse("answers_rejects", args=[begun.id]))
    assert told["Content-Type"].startswith("text/csv") and told.content.decode().count("\n") == 3
    assert not SurveyResponse.objects.exists()
    other = Client()
    other.force_login(cast.rosa.account)  # who runs waves, too, sees nobody else's file
    assert other.get(reverse("answers_rows", args=[begun.id])).status_code == 404
    done = chen.post(reverse("keep_answers", args=[begun.id]), follow=True)
    assert (
        "Recorded 2" in words_of(done) and len(held() - before) <= 3
    )  # what was told of it; the file is gone
    assert chen.post(reverse("keep_answers", args=[begun.id])).status_code == 302
    assert SurveyResponse.objects.count() == 2 and CodeParts.objects.count() == 1
    codes = set(SurveyAnswer.objects.values_list("question", flat=True))
    assert codes == {"Age", "Pipe"} and not [
        one for one in SurveyResponse.objects.all() if "mother" in one.answers
    ]
    kept = KeptMapping.objects.get(study=wave.study)
    assert "Zoëlania" not in str(kept.content) and "Quay" not in str(kept.content)

    again = sent(chen, wave, PLAIN, "wave 2.csv", kept=kept.id)
    assert again.context["form"]["declined"].value() == "99"
    rows = posted(chen, again, id=["No"])
    assert "Known already 2" in words_of(chen.post(rows.request["PATH_INFO"], follow=True))
    gone = chen.post(reverse("drop_answers", args=[rows.context["begun"].id]), follow=True)
    assert "Nothing of it was kept." in words_of(gone)
    chen.post(reverse("let_answers_mapping_go", args=[kept.id]))
    assert not KeptMapping.objects.exists()


def test_redcap_and_kobo_are_understood_with_what_says_what_was_asked(chen: Client, cast: Cast) -> None:
    wave = a_wave(cast, instrument_version=None, opens_on=LONG_AGO)
    head = "record_id,redcap_event_name,centre,visit_date,full_name,age,smokes,way,got___a,got___b,got____99,intake_complete,supplies_complete"
    text = f"{head}\n1,baseline_arm_1,1,2026-02-01,Zoë Q,33,1,2,1,0,0,2,2\n1,after_arm_1,1,2026-02-20,,34,1,2,1,1,0,2,2\n"
    alone = sent(chen, wave, text, source="redcap")
    assert alone.status_code == 422 and "choose it, too" in words_of(alone)
    files = {
        "dictionary": SimpleUploadedFile("book.csv", DICTIONARY.encode()), "mapping": SimpleUploadedFile("m.yaml", REDCAP.encode()),
    }  # fmt: skip
    columns = sent(chen, wave, text, source="redcap", **files)
    assert columns.context["form"]["only"].value() == "redcap_event_name"
    rows = posted(chen, columns)
    assert "of another wave" in words_of(rows) and "Zoë Q" not in words_of(rows)
    checked = chen.post(rows.request["PATH_INFO"], follow=True)
    assert "Would be recorded 1" in words_of(checked) and "marked as an identifier" in words_of(checked)

    asked = a_wave(cast, "asked", opens_on=LONG_AGO)
    kobo = "today,town,about/age,about/shared,ways,why,_uuid\n2026-02-01,Harrowmere,41,no,service friend,Near,aaa\n"
    rows = posted(chen, sent(chen, asked, kobo, source="kobo"), consent="", link="")
    assert "about/age: 41" in words_of(rows) and "ways: friend, service" in words_of(rows)
    chen.post(rows.request["PATH_INFO"])
    chen.post(reverse("keep_answers", args=[rows.context["begun"].id]))
    assert SurveyResponse.objects.get().source == "kobo"
    plain = sent(chen, asked, kobo.replace("aaa", "bbb").replace("41", "42"))
    rows = posted(chen, plain)
    assert "about/age: 42" in words_of(rows)  # a plain table, by the questions of the wave's form
    unread = sent(chen, asked, "", "empty.csv")
    assert "cannot be read" in words_of(unread)


def test_file_whose_dictionary_finds_no_room_takes_none(
    chen: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("throughline.exchange.held.MOST_HELD", 1 << 20)
    wave, before = a_wave(cast, opens_on=LONG_AGO), held()
    book = SimpleUploadedFile("book.csv", bytes(600_000))
    answer = sent(chen, wave, "No" * 200_000, source="redcap", dictionary=book)
    assert answer.status_code == 422 and "not kept are held for you" in words_of(answer)
    assert held() == before
