"""Passages that leave: consent, de-identified, no more about who speaks than three share; as files that are safe to open."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.cast import SYSTEM, Cast
from tests.records.inquiry.asked import Asked, make_asked
from tests.records.made import a_source_draft
from throughline.evaluation.passages import Carried, LeavingPassage, leaving, release_passages
from throughline.methods.passages.spans import Spans
from throughline.records.inquiry import actions
from throughline.records.inquiry.queries.asking import Question, passages_by_code, passages_of
from throughline.records.inquiry.queries.material import codes_of, material_for
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import Release
from throughline.reporting.words_files import COLUMNS, file_of, plain
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import AliasKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast) -> Asked:
    made = make_asked(cast)
    made.put(made.rent, "talk about rent")
    made.put(made.rent, "Rent first, for me.")
    made.put(made.rent, "asks about rent", 1)
    made.put(made.rent, "Who talks?", 2)
    return made


def left(
    asked: Asked, now: datetime, by: Actor | None = None, form: str = "csv"
) -> tuple[bytes, Release, int]:
    by = by or asked.cast.rosa.actor
    material = material_for(by, asked.analysis)
    found = [("rent", passages_of(material, Question(frozenset({asked.rent.id}))))]
    done = release_passages(
        material=material, found=found, what="passages: rent", recipient="A reader", write=file_of(form, "rent"),
        by=by, at=now,
    )  # fmt: skip
    return done.content, done.release, done.withheld


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_passages_leave_with_what_three_share(asked: Asked, now: datetime) -> None:
    content, release, withheld = left(asked, now)
    told = {row["passage"]: (row["group"], row["site"], row["arm"], row["phase"]) for row in rows(content)}
    assert told == {
        "talk about rent": ("", "Harrowmere", "intervention", "after"),  # three values say more than one
        "Rent first, for me.": ("", "Harrowmere", "intervention", "after"),
        "asks about rent": ("crack", "", "", ""),
        "Who talks?": ("", "", "", ""),
    }
    assert withheld == 0
    assert (release.door, release.what, release.recipient, release.is_refused) == (
        "words",
        "passages: rent",
        "A reader",
        False,
    )
    assert "Interview 1" not in content.decode() and "P01" not in content.decode()


def test_sealed_words_are_read_once_and_codes_not_at_all(asked: Asked, now: datetime) -> None:
    """A text of 600 KB that is read twice is waited for twice."""
    material = material_for(asked.cast.rosa.actor, asked.analysis)
    question, listed = Question(frozenset({asked.rent.id})), codes_of(material.actor, material.analysis)
    with CaptureQueriesContext(connection) as asking:
        found = [(code.name, spans) for code, spans in passages_by_code(material, question, listed)]
        assert sum(len(spans) for _, spans in found) == len(
            leaving(material, found, by=material.actor, at=now)[0]
        )
    asked_for = [query["sql"] for query in asking.captured_queries]
    assert sum('"inquiry_source"."text"' in sql for sql in asked_for) == 1
    assert not any('"inquiry_source"."raw"' in sql or 'FROM "inquiry_code"' in sql for sql in asked_for)


def test_passages_without_consent_or_still_naming_stay(asked: Asked, now: datetime) -> None:
    draft = a_source_draft("P09: Zoë's rent.", name="Raw", is_deidentified=False)
    raw = actions.add_source(analysis=asked.analysis, draft=draft, by=SYSTEM, at=now)
    actions.apply_code(source=raw, code=asked.rent, start=5, end=15, by=asked.cast.rosa.actor, at=now)
    unknown = actions.add_source(
        analysis=asked.analysis, draft=a_source_draft("Somebody: Their rent.", name="Who"), by=SYSTEM, at=now
    )
    actions.apply_code(source=unknown, code=asked.rent, start=10, end=20, by=asked.cast.rosa.actor, at=now)
    withdraw_research_consent(consent=asked.people[2].consent, by=asked.cast.rosa.actor, at=now)
    content, _, withheld = left(asked, now)
    assert [row["passage"] for row in rows(content)] == [
        "talk about rent",
        "Rent first, for me.",
        "Who talks?",
    ]
    assert withheld == 2, "what a withdrawn participant said is not even counted"


def test_passages_with_a_name_of_the_list_stay_and_are_counted(asked: Asked, now: datetime) -> None:
    rosa = asked.cast.rosa.actor
    actions.add_alias(
        analysis=asked.analysis, kind=AliasKind.OTHER, label="money", terms=["TALK", "first"], by=rosa, at=now
    )
    content, _, withheld = left(asked, now)
    assert [row["passage"] for row in rows(content)] == ["asks about rent", "Who talks?"]
    assert withheld == 2
    actions.add_alias(
        analysis=asked.analysis, kind=AliasKind.OTHER, label="home", terms=["Rent"], by=rosa, at=now
    )
    with pytest.raises(Unready, match="in the names of codes"):
        left(asked, now)
    assert Release.objects.count() == 1


def test_passage_that_cuts_a_listed_name_in_half_stays(asked: Asked, now: datetime) -> None:
    """“talk about rent” begins within “we talk”; a name that ends where a passage begins is no part of it."""
    for label, term in (("they", "We  talk"), ("day", "Nobody")):
        actions.add_alias(
            analysis=asked.analysis, kind=AliasKind.OTHER, label=label, terms=[term], by=asked.cast.rosa.actor,
            at=now,
        )  # fmt: skip
    content, _, withheld = left(asked, now)
    assert [row["passage"] for row in rows(content)] == [
        "Rent first, for me.",
        "asks about rent",
        "Who talks?",
    ]
    assert withheld == 1


def test_passages_that_may_not_leave_are_a_line_of_the_ledger(asked: Asked, now: datetime) -> None:
    for person in asked.people:
        withdraw_research_consent(consent=person.consent, by=asked.cast.rosa.actor, at=now)
    material = material_for(asked.cast.rosa.actor, asked.analysis)
    with pytest.raises(Unready, match="None of the chosen"):
        release_passages(
            material=material, found=[("nothing", Spans.of([]))], what="passages: rent", recipient="A reader",
            write=file_of("csv", "x"), by=asked.cast.rosa.actor, at=now,
        )  # fmt: skip
    assert Release.objects.get().is_refused


@pytest.mark.parametrize("name", ["una", "bob", "grace", "dana", "stranger"])
def test_passages_leave_by_who_may_release_words_alone(asked: Asked, now: datetime, name: str) -> None:
    by = asked.una.actor if name == "una" else asked.cast.everybody()[name]
    material = material_for(asked.cast.rosa.actor, asked.analysis)
    with pytest.raises(NotAllowed):
        release_passages(
            material=material, found=[], what="x", recipient="x", write=file_of("csv", "x"), by=by, at=now
        )
    assert not Release.objects.exists()


HOSTILE = ("=1+1", "+44", "-2", "@SUM(A1)", "\tx", "https://example.org", "<b>&", "a\x00\x0bb", "Zoë 🙂 所以")


def passages(words: Sequence[str]) -> list[LeavingPassage]:
    return [LeavingPassage("=code()", one, Carried((("group", "=x"),), "en", "interview")) for one in words]


def test_cells_of_a_csv_are_words_to_a_spreadsheet() -> None:
    content = file_of("csv", "=title")(passages(HOSTILE), 1)
    found = rows(content)
    assert [row["passage"] for row in found[:5]] == ["'=1+1", "'+44", "'-2", "'@SUM(A1)", "'\tx"]
    assert all(row["found by"] == "'=code()" and row["group"] == "'=x" for row in found)
    assert found[-1]["passage"] == HOSTILE[-1]


def test_a_csv_is_what_the_standard_library_writes() -> None:
    words = [*HOSTILE, 'He said "no", twice', "a\r\nb", "", '"']
    sink = io.StringIO()
    writer = csv.writer(sink, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows((plain("=code()"), plain(one), "'=x", "", "", "", "en", "interview") for one in words)
    assert file_of("csv", "x")(passages(words), 0) == sink.getvalue().encode("utf-8-sig")


def test_cells_of_a_spreadsheet_are_words() -> None:
    content = file_of("xlsx", "=title")(passages(HOSTILE), 1)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Passages").to_python()
    assert tuple(sheet[0]) == COLUMNS
    assert [row[1] for row in sheet[1:4]] == ["=1+1", "+44", "-2"]
    assert sheet[-1][1] == HOSTILE[-1]
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert not any("hyperlink" in name for name in parts.namelist())


def test_a_word_document_holds_the_passages() -> None:
    content = file_of("docx", "Rent")(passages(HOSTILE), 3)
    body = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert "=1+1" in body and "&lt;b&gt;&amp;" in body and HOSTILE[-1] in body
    assert "not de-identified): 3." in body
    assert content == file_of("docx", "Rent")(passages(HOSTILE), 3)
    assert {part.date_time[0] for part in zipfile.ZipFile(io.BytesIO(content)).infolist()} == {1980}


def test_files_of_passages_are_of_three_kinds() -> None:
    with pytest.raises(Invalid, match="csv, xlsx, docx"):
        file_of("pdf", "x")
