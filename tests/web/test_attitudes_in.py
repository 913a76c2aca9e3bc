"""Attitudes through the pages: a questionnaire is defined, a file said, tried, imported; labels are shown and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from tests.cast import Cast
from tests.records.made import a_scale, a_training
from tests.web.test_imports import AT_ONCE, posted
from tests.web.words import words_of

from throughline.records.workforce.models import Assessment, AttitudeScale
from throughline.vocabulary.attitudes import Subscale

pytestmark = pytest.mark.django_db
FILE = (
    "Station,Role,When,Date,Pin,Q1,Q2,Q3,Q4,Q5\n"
    "H,PC,before,13/03/2025,Zebra-7,2,6,2,1,7\n"
    "H,PC,after,20/03/2025,Zebra-7,6,refused,2,1,\n"
    "Saltby,worker,follow-up,01/06/2025,,4,4,4,4,4\n"
    "Saltby,worker,before,01/06/2025,,9,4,4,4,4\n"
    "Elsewhere,worker,before,01/06/2025,,4,4,4,4,4\n"
)


@pytest.fixture
def chen(client: Client, cast: Cast) -> Iterator[Client]:
    """The evaluator, for whom the worker works at once."""
    with override_settings(TASKS=AT_ONCE):
        client.force_login(cast.chen.account)
        yield client


def sent(client: Client, scale: AttitudeScale, text: str = FILE, **more: Any) -> HttpResponse:
    file = SimpleUploadedFile("day.csv", text.encode())
    return client.post(reverse("attitudes_in"), {"scale": scale.id, "file": file, **more}, follow=True)


def test_a_file_goes_through_the_pages(chen: Client, cast: Cast) -> None:
    scale = a_scale(cast)
    columns = sent(chen, scale)
    form = columns.context["form"]
    names = ("site_column", "group_column", "moment_column", "day_column", "format", "items", "label")
    guessed = {name: form[name].value() for name in names}
    assert guessed == {
        "site_column": "Station", "group_column": "Role", "moment_column": "When", "day_column": "Date", "format": "DD/MM/YYYY",
        "items": "Q", "label": "Pin",
    }  # fmt: skip
    assert [str(word.label) for one in form.worded() for word in one["words"]] == [
        "“H” is",
        "“Elsewhere” is",
        "“PC” is",
    ]
    assert "Zebra" not in words_of(columns)
    unclear = posted(chen, columns, format="")
    assert unclear.status_code == 422 and "more than one way" in words_of(unclear)
    rows = posted(
        chen, columns, label="Pin", declined="refused", **{"“H” is": "Harrowmere", "“PC” is": "officer"}
    )
    text = words_of(rows)
    assert (
        "officer, Harrowmere, after, 20 Mar 2025" in text
        and "item 2: declined" in text
        and "item 5: not recorded" in text
    )
    assert (
        "Its label is kept keyed." in text
        and "Without a label" in text
        and "Not a number from 1 to 7" in text
    )
    assert "Zebra" not in text
    back = chen.get(rows.context["back_url"]).context["form"]  # nothing that was said is lost by going back
    assert [word.value() for one in back.worded() for word in one["words"]] == ["Harrowmere", "", "officer"]
    assert (back["declined"].value(), back["label"].value()) == ("refused", "Pin")
    checked = chen.post(rows.request["PATH_INFO"], follow=True)
    assert "Would be recorded 3" in words_of(checked) and "Rejected 2" in words_of(checked)
    assert "carries no label" in words_of(checked) and not Assessment.objects.exists()
    begun = checked.context["begun"]
    told = chen.get(reverse("attitudes_rejects", args=[begun.id])).content.decode()
    assert told.count("\n") == 3 and "Zebra" not in told and "Elsewhere" not in told
    other = Client()
    other.force_login(cast.rosa.account)
    assert other.get(reverse("attitudes_rows", args=[begun.id])).status_code == 403
    done = chen.post(reverse("keep_attitudes", args=[begun.id]), follow=True)
    assert "Recorded 3" in words_of(done) and "The file was destroyed." in words_of(done)
    assert chen.post(reverse("keep_attitudes", args=[begun.id])).status_code == 302
    assert Assessment.objects.count() == 3 and Assessment.objects.exclude(respondent=None).count() == 2
    assert "3 questionnaires were handed in" in words_of(chen.get(reverse("attitude_scales")))

    again = posted(chen, sent(chen, scale), label="Pin", declined="refused", **{"“H” is": "Harrowmere", "“PC” is": "officer"})  # fmt: skip
    assert "Known already 3" in words_of(chen.post(again.request["PATH_INFO"], follow=True))
    gone = chen.post(reverse("drop_attitudes", args=[again.context["begun"].id]), follow=True)
    assert "Nothing of it was kept." in words_of(gone)
    _erased_by_their_label(chen, cast, scale)


def _erased_by_their_label(chen: Client, cast: Cast, scale: AttitudeScale) -> None:
    address = reverse("erase_attitudes", args=[scale.id])
    who = {"site": cast.site.id, "group": "officer", "label": "Yak"}
    assert "Nobody of this group" in words_of(chen.post(address, who)) and Assessment.objects.count() == 3
    assert "2 questionnaires were erased" in words_of(
        chen.post(address, who | {"label": "zebra-7"}, follow=True)
    )
    assert Assessment.objects.count() == 1


def test_a_mapping_file_scores_and_a_training(chen: Client, cast: Cast) -> None:
    scale = a_scale(cast)
    a_training(cast)
    text = (
        "name: attitudes\nkind: attitudes\nsite: Harrowmere\ngroup: worker\nmoment: before\ntaken_on: 2025-03-01\n"
        "course: {column: Course}\ntrained_on: {column: Held}\nscores: {support: S, burden: B}\n"
    )
    file = "Course,Held,S,B\nTalking about crack,2025-03-14,2.5,3\nTalking about crack,2025-03-15,2.5,3\n"
    rows = sent(chen, scale, file, mapping=SimpleUploadedFile("m.yaml", text.encode()))
    assert (
        "support: 2.5" in words_of(rows)
        and "Of a training." in words_of(rows)
        and "No training of this course" in words_of(rows)
    )
    back = chen.get(rows.context["back_url"]).context["form"]
    assert (back["group"].value(), str(back["day"].value()), back["trained_on"].value()) == (
        "worker",
        "2025-03-01",
        "Held",
    )
    none = sent(chen, scale, file, mapping=SimpleUploadedFile("m.yaml", b"kind: answers"))
    assert none.status_code == 422
    assert "cannot be read" in words_of(sent(chen, scale, ""))
    # said on the page: columns that are called as subscales are offered for their scores
    offered = sent(chen, scale, "support,burden\n2,3\n").context["form"]
    assert [one.value() for one in offered.scores()] == ["support", "burden"]


def test_a_questionnaire_is_defined_and_mended_until_it_is_answered(chen: Client, cast: Cast) -> None:
    address = reverse("define_attitudes")
    given = {"name": "Role", "lowest": "1", "highest": "5", "name_0": "support", "items_0": "1-3, 5", "reversed_0": "3", "miss_0": "1"}  # fmt: skip
    wrong = chen.post(
        address, given | {"items_0": "1-3; 5", "name_1": "burden", "items_1": "4", "reversed_1": "9"}
    )
    assert (
        wrong.status_code == 422
        and "Numbers with commas" in words_of(wrong)
        and "none of its items" in words_of(wrong)
    )
    assert "lowest answer lies below" in words_of(chen.post(address, given | {"highest": "1"}))
    assert "how the questionnaire is called" in words_of(chen.post(address, given | {"name": ""}))
    assert "can be answered from now on" in words_of(chen.post(address, given, follow=True))
    chen.post(address, given | {"name_1": "burden", "items_1": "4", "lower_1": "on"})
    (scale,) = AttitudeScale.objects.all()
    assert scale.scoring.subscales == (
        Subscale("support", (1, 2, 3, 5), (3,), may_miss=1), Subscale("burden", (4,), is_higher_better=False),
    )  # fmt: skip
    key = b"name: From a file\nlowest: 0\nhighest: 4\nsubscales:\n  - {name: trust, items: [1, 2]}\n"
    chen.post(address, {"file": SimpleUploadedFile("key.yaml", key)})
    assert AttitudeScale.objects.filter(name="From a file").exists()
    assert chen.post(address, {"file": SimpleUploadedFile("key.yaml", b"\xff")}).status_code == 422
    page = words_of(chen.get(reverse("attitude_scales")))
    assert "From a file" in page and "1, 2, 3, 5" in page
