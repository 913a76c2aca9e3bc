"""Repeats as Kobo's workbooks and ODK's ZIPs of tables give them: each answer under the row and the instance it belongs to."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast
from tests.exchange.answers.test_answers import FORM, LONG_AGO, brought, given
from tests.exchange.xlsform.sheets import xlsform
from tests.records.made import NOW
from tests.records.surveys_made import a_draft, a_wave
from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.repeats import repeats_of
from throughline.exchange.answers.tables import GivenFile, main_table, tables_of
from throughline.exchange.table import sheet
from throughline.exchange.table.cells import Cells
from throughline.exchange.table.document import TableShape
from throughline.records.surveys.actions import add_instrument_version
from throughline.records.surveys.models import SurveyResponse
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.surveys import Choice, Question, QuestionType

pytestmark = pytest.mark.django_db

YES_NO = (Choice("yes"), Choice("no"))
NESTED = (
    Question("age", QuestionType.INTEGER),
    Question("home/visit/days", QuestionType.INTEGER, repeat="home/visit"),
    Question("home/visit/met/spoke", QuestionType.SELECT_ONE, {}, YES_NO, repeat="home/visit[]/met"),
)
MAIN = "start,town,age,KEY\n2026-02-01,h,41,uuid:a\n2026-02-01,h,33,uuid:b\n"
VISITS = "days,PARENT_KEY,KEY\n2,uuid:a,uuid:a/v1\n5,uuid:a,uuid:a/v2\n1,uuid:gone,uuid:gone/v1\n"
MET = "spoke,PARENT_KEY,KEY\nno,uuid:a/v2,uuid:a/v2/m1\nyes,uuid:a/v2,uuid:a/v2/m2\n"


def a_nested_wave(cast: Cast) -> Any:
    study = a_wave(cast, "other").study
    version = add_instrument_version(
        study=study, code="nested", draft=a_draft(b"nested", NESTED), by=SYSTEM, at=NOW
    )
    return a_wave(cast, instrument_version=version, opens_on=LONG_AGO)


def packed(**tables: str) -> GivenFile:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(f"{name}.csv", text)
    return GivenFile("form.zip", held.getvalue())


def garbled(compression: int) -> GivenFile:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        archive.writestr("form.csv", bytes(range(256)) * 8)
    data = held.getvalue()
    return GivenFile("form.zip", data[:60] + bytes(60) + data[120:])


def test_sheets_of_kobo_are_put_under_the_row_that_they_name(cast: Cast, now: datetime) -> None:
    head = ["start", "town", "about/age", "about/shared", "ways", "_uuid", "_index"]
    people = [
        [date(2026, 2, 1), "h", 41, "no", "friend", "a", 1],
        [date(2026, 2, 1), "h", 33, "no", "friend", "b", 2],
    ]
    visits = [["visit/days", "_index", "_parent_table_name", "_parent_index"], [2, 1, "Answers", 1], [5, 2, "Answers", 1], [7, 3, "Answers", 9]]  # fmt: skip
    content = xlsform({"Answers": [head, *people], "visit": visits, "notes": [["a"], ["b"]]})
    wave, mapping = a_wave(cast, opens_on=LONG_AGO), FORM.format(source="kobo", site="town", day="start")
    done = brought(wave, mapping, GivenFile("kobo.xlsx", content), cast.chen.actor, now)
    assert (done.rows_read, done.recorded, done.rejected) == (2, 2, 0), done.first_rejects
    notes = [str(note) for note in done.notes]
    assert "Sheets that were left out: notes." in notes and any(
        note.startswith("1 row of repeats") for note in notes
    )
    first, second = SurveyResponse.objects.order_by("respondent")
    assert {key: value for key, value in first.answers.items() if key.startswith("visit")} == {
        "visit[1]/days": "2", "visit[2]/days": "5",
    }  # fmt: skip
    assert not any(key.startswith("visit") for key in second.answers)
    assert brought(wave, mapping, GivenFile("kobo.xlsx", content), cast.chen.actor, now).known == 2


def test_tables_of_odk_are_put_under_each_other(cast: Cast, now: datetime) -> None:
    wave, mapping = a_nested_wave(cast), FORM.format(source="odk", site="town", day="start")
    file = packed(**{"form-visit-met": MET, "form": MAIN, "form-visit": VISITS})
    done = brought(wave, mapping, file, cast.chen.actor, now)
    assert (done.recorded, done.questions) == (2, 3), done.first_rejects
    first, second = SurveyResponse.objects.order_by("respondent")
    assert first.answers == {
        "age": "41", "home/visit[1]/days": "2", "home/visit[2]/days": "5",
        "home/visit[2]/met[1]/spoke": "no", "home/visit[2]/met[2]/spoke": "yes",
    }  # fmt: skip
    assert second.answers == {"age": "33"}
    # the main table alone: the questions of repeats are told, and the rest is as it was
    alone = brought(wave, mapping, given(MAIN), cast.chen.actor, now)
    assert alone.known == 2 and any(
        "2 questions stand in repeats and are not recorded" in str(n) for n in alone.notes
    )


def test_repeats_of_rows_that_came_without_them_are_told_and_not_added(cast: Cast, now: datetime) -> None:
    wave, mapping = a_nested_wave(cast), FORM.format(source="odk", site="town", day="start")
    brought(wave, mapping, given(MAIN), cast.chen.actor, now)
    whole = packed(**{"form-visit-met": MET, "form": MAIN, "form-visit": VISITS})
    done = brought(wave, mapping, whole, cast.chen.actor, now)
    assert (done.recorded, done.known) == (0, 2)
    assert any(str(note).startswith("1 row was recorded before") for note in done.notes)
    assert not any("[" in path for one in SurveyResponse.objects.all() for path in one.answers)


def test_what_cannot_be_used_in_a_repeat_rejects_the_row_and_says_where(cast: Cast, now: datetime) -> None:
    wave, mapping = a_nested_wave(cast), FORM.format(source="odk", site="town", day="start")
    file = packed(form=MAIN, visit=VISITS.replace("5,uuid:a", "often,uuid:a"))
    done = brought(wave, mapping, file, cast.chen.actor, now)
    (reject,) = done.first_rejects
    assert (done.recorded, reject.line, reject.column) == (1, 2, "days")
    assert str(reject.reason).startswith("In visit.csv, row 3: Not a number.")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (packed(one=MAIN, two=MAIN), "holds 2 tables that are no repeat's"),
        (packed(**{f"t{n}": MET for n in range(41)}), "more than 40 tables"),
        (GivenFile("form.zip", packed(form=MAIN * 40).data[:-40]), "damaged or locked|cannot be"),
        (garbled(zipfile.ZIP_BZIP2), "damaged or locked"),
        (garbled(zipfile.ZIP_LZMA), "damaged or locked"),
        (GivenFile("form.zip", packed(é="a").data.replace("é".encode(), b"\xff\xfe")), "damaged or locked"),
        (GivenFile("form.zip", packed(one=MAIN).data + b"PK\x01\x02" * 5_001), "more than 40 tables"),
    ],
)  # fmt: skip
def test_zip_that_is_no_export_is_refused(cast: Cast, now: datetime, file: GivenFile, words: str) -> None:
    wave = a_nested_wave(cast)
    with pytest.raises(Invalid, match=words):
        brought(wave, FORM.format(source="odk", site="town", day="start"), file, cast.chen.actor, now)


def test_zip_that_unfolds_too_far_is_refused(cast: Cast, now: datetime, settings: Any) -> None:
    settings.THROUGHLINE_UPLOAD_LIMIT = 10_000
    with pytest.raises(Invalid, match="unfolds to more than"):
        brought(a_nested_wave(cast), FORM.format(source="odk", site="town", day="start"), packed(form=MAIN + "x" * 50_000), cast.chen.actor, now)  # fmt: skip


AUDIT = "instance ID,event,node,start\nuuid:a,form start,,1\n"


def test_what_odk_packs_beside_its_tables_is_none_of_them() -> None:
    file = packed(**{"form - audit": AUDIT, "form": MAIN, "form-visit": VISITS, "media/prices": "broken\0"})
    main, beside = tables_of(file, TableShape(), 10**6)
    assert (main.filename, [one.filename for one in beside]) == ("form.csv", ["form-visit.csv"])


def test_what_is_said_of_a_zip_is_said_of_its_main_table() -> None:
    file = packed(**{"form": "Exported by somebody\n" + MAIN, "form-visit": VISITS})
    main, beside = tables_of(file, TableShape(header_line=2), 10**6)
    assert main.header == tuple(MAIN.split("\n")[0].split(",")) and len(beside) == 1


def test_tables_of_the_same_name_are_told_apart_by_their_folders() -> None:
    file = packed(**{"visit/data": VISITS, "form/data": MAIN})
    assert main_table(file, 10**6) == GivenFile("form/data.csv", MAIN.encode())
    main, beside = tables_of(file, TableShape(), 10**6)
    assert (main.filename, [one.filename for one in beside]) == ("form/data.csv", ["visit/data.csv"])


def test_a_workbook_is_opened_once_however_many_sheets_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = sheet.run_confined
    monkeypatch.setattr(
        sheet, "run_confined", lambda argv, *given, **more: opened.append("") or real(argv, *given, **more)
    )
    visits = [["days", "_index", "_parent_index"], [2, 1, 1]]
    content = xlsform({"Answers": [["age", "_index"], [41, 1]], **{f"r{n}": visits for n in range(5)}})
    _, beside = tables_of(GivenFile("kobo.xlsx", content), TableShape(), 10**6)
    assert (len(beside), len(opened)) == (5, 1)


AGES = (
    Question("adult/age", QuestionType.INTEGER, repeat="adult"),
    Question("child/age", QuestionType.INTEGER, repeat="child"),
)
SPOKE = (Question("visit/met/spoke", QuestionType.INTEGER, repeat="visit[]/met"),)
HELD = "spoke,_index,_parent_index\n7,1,2\n8,2,3\n"
VISIT = "_index,_parent_index\n1,1\n2,1\n3,2\n"
KOBO = "age,_index\n41,1\n33,2\n"


def under(questions: tuple[Question, ...], **tables: str) -> tuple[list[dict[str, str]], list[str]]:
    """The answers in repeats under each row of the main table, and what is told of them."""
    main, beside = tables_of(packed(**tables), TableShape(), 10**6)
    mapping = AnswersMapping.model_construct(nothing={}, hidden="not_applicable", decimal=".")
    found = repeats_of(main, beside, questions, mapping)
    if found is None:
        return [], []
    columns = {name: place for place, name in enumerate(main.header)}
    rows = [found.of(Cells(row.line, row.cells, columns, {})) for row in main.rows()]
    told = [{key: str(value) for key, value in row.items()} for row in rows]
    return told, [str(note) for note in found.notes]


def test_repeats_that_ask_alike_are_told_apart_by_their_tables_names() -> None:
    old, young = "age,PARENT_KEY,KEY\n50,u:a,u:a/1\n", "age,PARENT_KEY,KEY\n5,u:a,u:a/1\n"
    main = "x,KEY\n1,u:a\n"
    told, _ = under(AGES, **{"f-child": young, "f": main, "f-adult": old})
    assert told == [{"adult[1]/age": "50", "child[1]/age": "5"}]
    assert under(AGES, **{"f": main, "f-child": young})[0] == [{"child[1]/age": "5"}]
    assert under(AGES, f=main, one=young, two=old) == ([], [])


def test_a_repeat_within_another_stands_under_a_row_of_that_and_never_under_one_of_the_main_table() -> None:
    told, _ = under(SPOKE, f=KOBO, met=HELD, visit=VISIT)
    assert told == [{"visit[2]/met[1]/spoke": "7"}, {"visit[1]/met[1]/spoke": "8"}]
    assert under(SPOKE, f=KOBO, met=HELD) == ([], [])


def test_a_key_that_two_rows_have_or_none_is_nobodys() -> None:
    days = (Question("visit/days", QuestionType.INTEGER, repeat="visit"),)
    main = "x,_index\n1,1\n2,1\n3,\n4,4\n"
    told, notes = under(days, f=main, visit="days,_index,_parent_index\n5,1,1\n6,2,\n7,3,4\n")
    assert told == [{}, {}, {}, {"visit[1]/days": "7"}] and notes[0].startswith("2 rows of repeats")


def test_more_rows_of_repeats_than_anybody_has_are_refused(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("throughline.exchange.answers.repeats.MOST_ROWS", 4)
    file = packed(**{"form": MAIN, "form-visit": VISITS, "form-visit-met": MET})
    with pytest.raises(Invalid, match="have more than 4 rows together"):
        brought(
            a_nested_wave(cast),
            FORM.format(source="odk", site="town", day="start"),
            file,
            cast.chen.actor,
            now,
        )
