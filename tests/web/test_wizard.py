"""What every import through pages does alike: whose a file is, a stale tab, work that is under way, and how the file was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from tests.cast import Cast
from tests.records.made import a_scale
from tests.records.surveys_made import a_wave
from tests.web.test_answers_in import PLAIN
from tests.web.test_answers_in import sent as answers_sent
from tests.web.test_attitudes_in import FILE
from tests.web.test_attitudes_in import sent as attitudes_sent
from tests.web.test_imports import AT_ONCE, posted
from tests.web.words import words_of

from throughline.records.surveys.models import KeptMapping, SurveyResponse
from throughline.records.workforce.models import Assessment
from throughline.web.attitudes_in.state import Begun
from throughline.work.jobs import ask_for

pytestmark = pytest.mark.django_db
TITLE = "Handed in at the training day\n\n"


@pytest.fixture
def chen(client: Client, cast: Cast) -> Iterator[Client]:
    """The evaluator, for whom the worker works at once."""
    with override_settings(TASKS=AT_ONCE):
        client.force_login(cast.chen.account)
        yield client


def test_what_is_imported_is_read_from_the_line_that_the_pages_showed(chen: Client, cast: Cast) -> None:
    said = {"label": "Pin", "declined": "refused", "“H” is": "Harrowmere", "“PC” is": "officer"}
    rows = posted(chen, attitudes_sent(chen, a_scale(cast), TITLE + FILE), **said)
    assert "header_line: 3" in rows.context["yaml"], "as the command line has to be told"
    checked = chen.post(rows.request["PATH_INFO"], follow=True)
    assert "Would be recorded 3" in words_of(checked)
    chen.post(reverse("keep_attitudes", args=[checked.context["begun"].id]))
    assert Assessment.objects.count() == 3

    wave = a_wave(cast, instrument_version=None, opens_on=date(2026, 1, 1))
    columns = answers_sent(chen, wave, TITLE + PLAIN)
    rows = posted(chen, columns, **{"“S” is": "Saltby"}, id=["No"])
    begun = rows.context["begun"].id
    assert "Would be recorded 2" in words_of(chen.post(rows.request["PATH_INFO"], follow=True))
    chen.post(reverse("keep_answers", args=[begun]))
    assert SurveyResponse.objects.count() == 2
    assert "file" not in KeptMapping.objects.get().content, "the next file's header is found anew"


def test_the_line_of_the_header_can_be_said(chen: Client, cast: Cast) -> None:
    columns = attitudes_sent(chen, a_scale(cast), "where,who,when,on,by,first,last,of\n" + FILE)
    assert columns.context["row_count"] == 6, "the first full line was taken for the header"
    read = posted(chen, chen.get(columns.context["table_url"]), header_line="2")
    assert read.request["PATH_INFO"] == columns.request["PATH_INFO"] and read.context["row_count"] == 5
    assert read.context["form"]["label"].value() == "Pin"


def test_a_file_of_one_kind_is_not_opened_by_the_pages_of_another(chen: Client, cast: Cast) -> None:
    begun = attitudes_sent(chen, a_scale(cast)).context["begun"].id
    assert chen.get(reverse("answers_columns", args=[begun])).status_code == 404
    chen.force_login(cast.alice.account)
    assert chen.get(reverse("import_table", args=[begun])).status_code == 404


def test_a_stale_tab_imports_nothing_that_it_did_not_show(chen: Client, cast: Cast) -> None:
    columns = attitudes_sent(chen, a_scale(cast))
    said = {"label": "Pin", "declined": "refused", "“H” is": "Harrowmere"}
    shown = chen.post(posted(chen, columns, **said).request["PATH_INFO"], follow=True)
    assert "Would be recorded 1" in words_of(shown)
    begun = shown.context["begun"].id
    anew = posted(chen, chen.get(columns.request["PATH_INFO"]), **{"“PC” is": "other"})
    chen.post(anew.request["PATH_INFO"])
    refused = chen.post(
        reverse("keep_attitudes", args=[begun]), {"tried": shown.context["tried"]}, follow=True
    )
    assert "said anew since this page was shown" in words_of(refused) and not Assessment.objects.exists()
    chen.post(reverse("keep_attitudes", args=[begun]), {"tried": refused.context["tried"]})
    assert Assessment.objects.count() == 3


def test_what_is_said_while_a_file_is_imported_comes_too_late(chen: Client, cast: Cast) -> None:
    said = {"“H” is": "Harrowmere", "“PC” is": "officer"}
    checked = chen.post(posted(chen, attitudes_sent(chen, a_scale(cast)), **said).request["PATH_INFO"], follow=True)  # fmt: skip
    begun = Begun.state_of(checked.context["begun"].id, cast.chen.actor, cast.programme)
    waiting = ask_for(cast.programme, kind="attitudes-keep", freeze=begun.id.hex, asked_by=begun.owner)
    replace(begun, kept=waiting.id).keep()
    for step in ("table", "columns", "rows"):
        answer = chen.post(reverse(f"attitudes_{step}", args=[begun.id]), {"header_line": "2"})
        assert answer.url == reverse("attitudes_check", args=[begun.id]), step
    assert Begun.state_of(begun.id, cast.chen.actor, cast.programme) == replace(begun, kept=waiting.id)
