"""Answers from elsewhere: what REDCap, Kobo, ODK and plain tables give, and what is refused."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast
from tests.records.linking_made import a_coded_wave
from tests.records.made import NOW
from tests.records.surveys_made import a_draft, a_wave, completed
from throughline.exchange.answers.load import AnswersReport, import_answers
from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.tables import GivenFile
from throughline.exchange.table.mapping import read_mapping
from throughline.records.study.models import SurveyAnswer
from throughline.records.surveys.actions import (
    add_instrument_version,
    exclude_response,
    name_code_elements,
)
from throughline.records.surveys.models import CodeParts, SurveyResponse, Wave
from throughline.records.surveys.queries import texts_of
from throughline.vocabulary.code_parts import CodeElement
from throughline.vocabulary.errors import Invalid, NotAllowed
from throughline.vocabulary.study import PhaseKind
from throughline.vocabulary.surveys import Choice, Question, QuestionType
from throughline.vocabulary.waves import Exclusion

pytestmark = pytest.mark.django_db

PLAIN = """
name: plain-survey
kind: answers
id: No
nothing: {NA: not_recorded}
site: {column: Town, values: {H: Harrowmere, S: Saltby}}
answered: {column: Day, format: DD/MM/YYYY}
consent: {column: Agreed, words: [yes, "1"]}
questions:
  - {column: Age, nothing: {"999": declined}}
  - {column: Pipe, code: shared, kind: choice, values: {"oui": "yes", "non": "no"}, nothing: {"?": dont_know}}
  - {column: Ways, kind: choices, separator: ";", values: {s: service, f: friend}}
  - {code: food, kind: choices, columns_of: {breakfast: Food 1, dinner: Food 2}}
  - {column: Said, kind: text}
"""
LONG_AGO = date(2026, 1, 1)
HEADER = "No,Town,Day,Agreed,Age,Pipe,Ways,Food 1,Food 2,Said,Phone"


def given(text: str, name: str = "wave.csv", encoding: str = "utf-8") -> GivenFile:
    return GivenFile(name, text.encode(encoding))


def brought(wave: Wave, mapping: str, file: GivenFile, by: Any, at: datetime, **more: Any) -> AnswersReport:
    read = read_mapping(mapping, "m.yaml", AnswersMapping)
    return import_answers(file=file, mapping=read, wave=wave, by=by, at=at, **more)


def rows(**of: Any) -> dict[str, str]:
    found = SurveyAnswer.objects.filter(**of)
    return {row.question: row.value_nothing or f"{Decimal(row.value or 0).normalize():f}" for row in found}


def test_plain_table_is_read_by_its_mapping(cast: Cast, now: datetime, tmp_path: Path) -> None:
    wave = a_wave(cast, instrument_version=None)
    file = given(
        f"{HEADER}\n"
        "1,H,01/03/2026,yes,41,oui,s;f,1,0,Café chez Zoé,0123\n"
        "2,S,28/02/2026,1,999,?,,0,0,,\n"
        "3,X,28/02/2026,1,20,oui,s,0,0,,\n"  # no such town
        "4,H,28/02/2026,no,20,oui,s,0,0,,\n"  # did not agree
        "5,H,30/02/2026,1,20,oui,s,0,0,,\n"  # no such day
        "6,H,28/02/2026,1,many,oui,s,0,0,,\n"
        "7,H,28/02/2026,1,20,peut-être,s,0,0,,\n"
        "8,H,28/02/2027,1,20,oui,s,0,0,,\n"  # tomorrow and later
        "9,H,28/02/2026,1,,,,,,,\n"  # nothing at all
        "1,S,01/03/2026,yes,30,non,s,1,0,,\n",  # an id that is somebody else's
        encoding="cp1252",
    )  # fmt: skip
    told: dict[str, Any] = {"by": cast.chen.actor, "at": now, "rejects_path": tmp_path / "rejects.csv"}
    dry = brought(wave, PLAIN, file, **told, is_dry=True)
    assert (dry.rows_read, dry.recorded, dry.rejected) == (10, 2, 8) and not SurveyResponse.objects.exists()
    done = brought(wave, PLAIN, file, **told)
    assert (done.recorded, done.known, done.rejected, done.left_out) == (2, 0, 8, 0)
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as rejected:
        named = [(row["line"], row["column"], row["value_kind"]) for row in csv.DictReader(rejected)]
    assert named == [
        ("4", "Town", "text"), ("5", "Agreed", "text"), ("6", "Day", "date"), ("7", "Age", "text"), ("8", "Pipe", "text"),
        ("9", "Day", "date out of range"), ("10", "", "row"), ("11", "No", "number"),
    ]  # fmt: skip
    assert "Zo" not in (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert rows(site=cast.site) == {
        "Age": "41", "shared": "1", "Ways-service": "1", "Ways-friend": "1", "food-breakfast": "1", "food-dinner": "0",
    }  # fmt: skip
    assert rows(site=cast.other_site) == {
        "Age": "declined", "shared": "dont_know", "Ways-service": "not_recorded", "Ways-friend": "not_recorded",
        "food-breakfast": "0", "food-dinner": "0",
    }  # fmt: skip
    first = SurveyResponse.objects.get(site=cast.site)
    assert texts_of(first) == {"Said": "Café chez Zoé"} and first.answered_on == date(2026, 3, 1)
    again = brought(wave, PLAIN, file, **told)
    assert (again.recorded, again.known) == (0, 2) and SurveyResponse.objects.count() == 2
    # known by what it is and not by its mapping's name; whoever withdrew stays so
    exclude_response(response=first, reason=Exclusion.WITHDREW, by=cast.rosa.actor, at=now)
    renamed = brought(wave, PLAIN.replace("name: plain-survey", "name: another"), file, **told)
    assert (renamed.recorded, renamed.known) == (0, 2)
    second = brought(a_wave(cast, "second", instrument_version=None), PLAIN, file, **told)
    assert (second.recorded, second.known) == (0, 2)
    assert any("2 rows were recorded in another wave" in str(note) for note in second.notes)
    after = a_wave(cast, "after", instrument_version=None, phase=PhaseKind.AFTER)
    assert brought(after, PLAIN, file, **told).recorded == 2


def test_days_outside_of_a_wave_are_rejected_each_with_its_reason(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast, instrument_version=None, opens_on=date(2026, 2, 1), closes_on=date(2026, 2, 10))
    days = ("31/01/2026", "01/02/2026", "10/02/2026", "11/02/2026", "01/01/2001", "03/03/2026")
    text = "".join(f"{number},H,{day},yes,41,oui,s,1,0,,\n" for number, day in enumerate(days))
    done = brought(wave, PLAIN, given(f"{HEADER}\n{text}"), cast.chen.actor, now)
    assert done.recorded == 2
    before, later = (
        "The date lies before the wave opened (1 Feb 2026).",
        "The date lies after the wave closed (10 Feb 2026).",
    )
    assert [(one.line, str(one.reason)) for one in done.first_rejects] == [
        (2, before), (5, later), (6, before), (7, "The date lies in the future."),
    ]  # fmt: skip
    for day, why in (
        ("2039-01-01", "in the future"),
        ("1950-01-01", "before the wave opened"),
        ("2026-02-11", "after the wave"),
    ):
        told = PLAIN.replace("{column: Day, format: DD/MM/YYYY}", day)
        with pytest.raises(Invalid, match=why):
            brought(wave, told, given(f"{HEADER}\n1,H,,yes,41,oui,s,1,0,,\n"), cast.chen.actor, now)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"), (b"\xff\xfe\x00\x00", "is empty"), (b"No,Town\n1,H\n", "There is no column `Day`"),
        (b"%PDF-1.7 ...", "not a table"), (b"PK\x03\x04 nonsense", "wave.csv"), (HEADER.encode() + b",Age\n", "there 2 times"),
    ],
)  # fmt: skip
def test_file_that_is_none_is_refused_and_nothing_is_kept(
    cast: Cast, now: datetime, content: bytes, why: str
) -> None:
    wave = a_wave(cast, instrument_version=None)
    with pytest.raises(Invalid, match=why):
        brought(wave, PLAIN, GivenFile("wave.csv", content), cast.chen.actor, now)
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize(
    ("line", "instead", "why"),
    [
        ("kind: text", "kind: prose", "Line 14, questions.4.kind"),
        ("{column: Age, ", "{column: Pipe, code: shared, ", "is there twice"),
        ("values: {H: Harrowmere, S: Saltby}", "values: {H: Harrowgate}", "no site `Harrowgate`"),
        ("code: food, ", "", "needs a `code`"),
        ("answered: {column: Day, format: DD/MM/YYYY}", "", "this is missing"),
    ],
)
def test_mapping_that_does_not_fit_is_refused(
    cast: Cast, now: datetime, line: str, instead: str, why: str
) -> None:
    assert line in PLAIN
    with pytest.raises(Invalid, match=why):
        brought(
            a_wave(cast, instrument_version=None), PLAIN.replace(line, instead),
            given(f"{HEADER}\n1,H,01/03/2026,yes,41,oui,s,1,0,,\n"), cast.chen.actor, now,
        )  # fmt: skip


def test_only_who_runs_waves_imports(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast, instrument_version=None)
    for name in ("alice", "bob", "priya", "dana", "grace"):
        with pytest.raises(NotAllowed):
            brought(wave, PLAIN, given(HEADER), getattr(cast, name).actor, now)


REDCAP = """
name: our-redcap
kind: answers
source: redcap
nothing: {"-99": declined, "-88": dont_know}
site: {column: centre, values: {"1": Harrowmere, "2": Saltby}}
answered: {column: visit_date}
only: {column: redcap_event_name, words: [baseline_arm_1]}
hidden: not_applicable
"""
DICTIONARY = (
    '"Variable / Field Name","Form Name","Field Type","Field Label","Choices, Calculations, OR Slider Labels",'
    '"Text Validation Type OR Show Slider Number",Identifier?,"Branching Logic (Show field only if...)"\n'
    "record_id,intake,text,Record,,,,\n"
    'centre,intake,dropdown,Centre,"1, Harrowmere | 2, Saltby",,,\n'
    "visit_date,intake,text,Day,,date_ymd,,\n"
    "full_name,intake,text,Name,,,y,\n"
    "age,intake,text,<b>Age</b>,,integer,,\n"
    "smokes,intake,yesno,Smokes?,,,,\n"
    "way,intake,radio,How,\"1, Pipe | 2, Foil | -99, Refused\",,,[smokes] = '1'\n"
    'got,supplies,checkbox,What,"a, Pipe | b, Screen | -99, Refused",,,\n'
    "note,intake,descriptive,Thank you,,,,\n"
)


def test_redcap_is_read_by_its_dictionary(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast, instrument_version=None, opens_on=LONG_AGO)
    head = "record_id,redcap_event_name,centre,visit_date,full_name,age,smokes,way,got___a,got___b,got____99,intake_complete,supplies_complete"
    file = given(
        f"{head}\n"
        "1,baseline_arm_1,1,2026-02-01,Zoë Q,33,1,2,1,0,0,2,2\n"
        "2,baseline_arm_1,1,2026-02-02,A B,-88,0,,0,0,0,2,2\n"  # was asked what was got: nothing
        "3,baseline_arm_1,2,2026-02-02,C D,50,1,-99,0,0,0,2,0\n"  # the second form was never opened
        "4,baseline_arm_1,2,2026-02-02,E F,51,1,1,0,0,1,2,2\n"  # refused to say what
        "1,after_arm_1,1,2026-02-20,,34,1,2,1,1,0,2,2\n"
        "5,baseline_arm_1,2,2026-02-02,G H,51,1,7,0,0,0,2,2\n"  # a code that the dictionary does not have
    )
    told: dict[str, Any] = {
        "by": cast.chen.actor,
        "at": now,
        "dictionary": given(DICTIONARY, "dictionary.csv"),
    }
    done = brought(wave, REDCAP, file, **told)
    assert (done.rows_read, done.recorded, done.left_out, done.rejected) == (6, 4, 1, 1)
    assert any("1 field is marked as an identifier" in str(note) for note in done.notes)
    of = {
        response.respondent: rows(response_id=response.id)
        for response in SurveyResponse.objects.filter(site=cast.site)
    }
    assert of[1] == {"age": "33", "smokes": "1", "way": "2", "got-a": "1", "got-b": "0", "centre": "1"}
    assert of[2] == {
        "age": "dont_know", "smokes": "0", "way": "not_applicable", "got-a": "0", "got-b": "0", "centre": "1",
    }  # fmt: skip
    others = [
        rows(response_id=one.id)
        for one in SurveyResponse.objects.filter(site=cast.other_site).order_by("respondent")
    ]
    assert [one["got-a"] for one in others] == ["not_recorded", "declined"] and others[0]["way"] == "declined"
    assert not SurveyAnswer.objects.filter(value=Decimal(-99)).exists()
    assert all("full_name" not in {**one.answers, **texts_of(one)} for one in SurveyResponse.objects.all())
    assert brought(wave, REDCAP, file, **told).recorded == 0
    follow = REDCAP.replace("baseline_arm_1", "after_arm_1")
    later = a_wave(cast, "later", instrument_version=None, opens_on=LONG_AGO)
    assert brought(later, follow, file, **told).recorded == 1
    with pytest.raises(Invalid, match="Give the data dictionary"):
        brought(wave, REDCAP, file, cast.chen.actor, now)
    with pytest.raises(Invalid, match="is no data dictionary"):
        brought(wave, REDCAP, file, **told | {"dictionary": given("a,b\n1,2\n", "wrong.csv")})


def test_rows_of_forms_that_repeat_stand_beside_a_persons_own(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast, instrument_version=None, opens_on=LONG_AGO)
    file = given(
        "Record ID,Repeat Instrument,Repeat Instance,centre,visit_date,Age in years\n"
        "1,,,1,2026-02-01,33\n"
        "1,Visits,1,1,2026-02-01,40\n"
        "1,Visits,2,1,2026-02-01,41\n"
    )
    mapping = REDCAP.replace("only: {column: redcap_event_name, words: [baseline_arm_1]}\n", "")
    dictionary = DICTIONARY.replace("<b>Age</b>", "<b>Age in years</b>").replace(
        "text,Record,", "text,Record ID,"
    )
    done = brought(wave, mapping, file, cast.chen.actor, now, dictionary=given(dictionary, "d.csv"))
    assert (done.recorded, done.left_out, done.rejected) == (1, 2, 0)
    assert rows()["age"] == "33"


FORM = """
name: our-kobo
kind: answers
source: {source}
site: {{column: "{site}", values: {{h: Harrowmere}}}}
answered: {{column: "{day}"}}
"""


@pytest.mark.parametrize(
    ("source", "text"),
    [
        # Kobo, XML names with groups, choices in columns of their own
        ("kobo", "start,town,about/age,about/shared,ways,ways/service,ways/friend,ways/made_it,why,_uuid,_index\n"
                 "2026-02-01T09:00:00.000+00:00,h,41,no,service friend,1,1,0,Near,aaa,1\n"
                 "2026-02-01T10:00:00.000+00:00,h,,refused,,0,0,0,,bbb,2\n"),
        # ODK Central: groups with hyphens, choices in one cell
        ("odk", "start,town,about-age,about-shared,ways,why,KEY\n"
                "2026-02-01T09:00:00.000+00:00,h,41,no,service friend,Near,uuid:aaa\n"
                "2026-02-01T10:00:00.000+00:00,h,,refused,,,uuid:bbb\n"),
    ],
)  # fmt: skip
def test_exports_of_forms_are_read_by_the_waves_form(
    cast: Cast, now: datetime, source: str, text: str
) -> None:
    wave = a_wave(cast, opens_on=LONG_AGO)
    mapping = FORM.format(source=source, site="town", day="start")
    done = brought(wave, mapping, given(text), cast.chen.actor, now)
    assert (done.recorded, done.rejected, done.questions) == (2, 0, 4)
    assert any("1 question stands in repeats and is not recorded" in str(note) for note in done.notes)
    first, second = SurveyResponse.objects.order_by("respondent")
    assert rows(response_id=first.id) == {
        "age": "41",
        "shared": "0",
        "ways-service": "1",
        "ways-friend": "1",
        "ways-made_it": "0",
    }
    assert (
        rows(response_id=second.id)["shared"] == "declined"
        and rows(response_id=second.id)["age"] == "not_recorded"
    )
    assert texts_of(first) == {"why": "Near"} and first.instrument_version == wave.instrument_version
    assert brought(wave, mapping, given(text), cast.chen.actor, now).known == 2
    with pytest.raises(Invalid, match="No column is headed like a question"):
        brought(wave, mapping, given("start,town,How many?\n2026-02-01,h,3\n"), cast.chen.actor, now)
    with pytest.raises(Invalid, match="has no form"):
        brought(a_wave(cast, "formless", instrument_version=None), mapping, given(text), cast.chen.actor, now)


RATED = (Choice("1", {"en": "Bad"}), Choice("2", {"en": "Good"}), Choice("99", {"en": "It is a secret"}))
KEPT = (Choice("yes"), Choice("no"), Choice("some"))
ASKED = (
    Question("rated", QuestionType.SELECT_ONE, {}, RATED), Question("marks", QuestionType.SELECT_MULTIPLE, {}, RATED),
    Question("paid", QuestionType.DECIMAL), Question("since", QuestionType.DATE), Question("kid", QuestionType.SELECT_ONE),
    Question("a/x", QuestionType.INTEGER), Question("b/x", QuestionType.INTEGER),
    Question("kept", QuestionType.SELECT_ONE, {}, KEPT),
)  # fmt: skip


def a_wave_of_ratings(cast: Cast) -> Wave:
    """Of a form of which the codes depend on questions that a file may not have."""
    of = a_wave(cast, "other").study
    version = add_instrument_version(
        study=of, code="rates", draft=a_draft(b"rates", ASKED), by=SYSTEM, at=NOW
    )
    return a_wave(cast, instrument_version=version, opens_on=LONG_AGO)


def test_what_a_mapping_calls_nothing_is_none_of_a_forms_choices(cast: Cast, now: datetime) -> None:
    wave = a_wave_of_ratings(cast)
    mapping = (
        FORM.format(source="kobo", site="town", day="start") + 'nothing: {"99": declined, "88": dont_know}\n'
    )
    head = "start,town,rated,marks,paid,since,kid,_id,_uuid\n"
    file = (
        f"{head}2026-02-01,h,99,1 99,2.5,2026-01-31,Zoe_Smith,1,aaa\n"
        "2026-02-01,h,It is a secret,1 88,1.234,2026-01-31,712345678,2,bbb\n"
        '2026-02-01,h,Good,1 2,"1,234",,,3,ccc\n'
        "2026-02-01,h,1,2,1,2026-01-01 John did it,,4,ddd\n"
        "2026-02-01,h,1,2,1,10:00,,5,eee\n"
    )
    done = brought(wave, mapping, given(file), cast.chen.actor, now)
    assert [(one.line, one.column) for one in done.first_rejects] == [(4, "paid"), (5, "since"), (6, "since")]
    first, second = SurveyResponse.objects.filter(wave=wave).order_by("respondent")
    assert rows(response_id=first.id) == {
        "rated": "declined", "marks-1": "declined", "marks-2": "declined", "marks-99": "declined", "paid": "2.5",
    }  # fmt: skip
    assert rows(response_id=second.id) == {
        "rated": "declined", "marks-1": "dont_know", "marks-2": "dont_know", "marks-99": "dont_know", "paid": "1.234",
    }  # fmt: skip
    # a choice that is not in the form may be a name or a number that somebody typed
    assert (texts_of(first), texts_of(second)) == ({"kid": "Zoe_Smith"}, {"kid": "712345678"})
    # mended in Kobo, which gives it another _uuid: the same person
    mended = given(f'{head}2026-02-01,h,2,1,2.5,,,1,zzz\n2026-02-01,h,Good,1 2,"1,234",,,3,ccc\n')
    again = brought(wave, mapping + 'decimal: ","\n', mended, cast.chen.actor, now)
    assert (again.recorded, again.known) == (1, 1)
    third = SurveyResponse.objects.filter(wave=wave).latest("respondent")
    assert rows(response_id=third.id)["paid"] == "1.234"


def test_answers_of_a_file_have_the_codes_of_those_given_here(cast: Cast, now: datetime) -> None:
    wave = a_wave_of_ratings(cast)
    here = completed(cast, wave, {"a/x": 3, "kept": "no"})
    mapping = """
name: by-hand
kind: answers
id: No
site: {always: Harrowmere}
answered: 2026-02-01
questions:
  - {column: a/x}
  - {column: Kept, code: kept, kind: choice, values: {oui: "yes", non: "no"}}
"""
    file = given("No,a/x,Kept\n1,3,non\n")
    assert brought(wave, mapping, file, cast.chen.actor, now).recorded == 1
    there = SurveyResponse.objects.get(wave=wave, source="csv")
    own = {"a-x": "3", "kept-yes": "0", "kept-no": "1", "kept-some": "0"}
    assert rows(response_id=there.id) == own
    assert own.items() <= rows(response_id=here.id).items() and there.answers == {"a/x": "3", "kept": "no"}
    for wrong, why in (
        ('non: "never"', "does not offer `never` for `kept`"),
        ("code: kept, kind: choices, columns_of: {'yes': Kept}", "takes one answer to `kept`"),
    ):
        said = (
            'non: "no"'
            if wrong.startswith("non")
            else 'column: Kept, code: kept, kind: choice, values: {oui: "yes", non: "no"}'
        )
        with pytest.raises(Invalid, match=why):
            brought(wave, mapping.replace(said, wrong), file, cast.chen.actor, now)


def test_code_of_a_file_is_kept_keyed_of_who_agreed_to_be_linked(cast: Cast, now: datetime) -> None:
    a_coded_wave(cast)  # of another wave, elements of the same names are named
    wave = a_wave(cast, "files", instrument_version=None)
    elements = [CodeElement(name) for name in ("mother", "born", "street")]
    file = given(
        "No,Mother,Born,Street,Age,Link\n1,Zoëlania,7,Quay,41,yes\n2,Zoelania,07,quay,30,no\n3,ZOELANIA,7.0,Quay ,20,YES\n"
    )
    mapping = """
name: coded
kind: answers
id: No
site: Harrowmere
answered: 2026-03-01
link: {column: Link, words: ["yes"]}
questions: [{column: Mother, code: mother, kind: text}, {column: Born, code: born}, {column: Street, code: street, kind: text}, {column: Age, code: age}]
"""
    tried = brought(wave, mapping, file, cast.chen.actor, now, is_dry=True)
    assert "born, mother, street: elements of a code in other waves" in " ".join(map(str, tried.notes))
    name_code_elements(study=wave.study, instrument=None, elements=elements, destroy_on=date(2027, 1, 1), by=SYSTEM, at=now)  # fmt: skip
    for ids in ("", "id: [No, Mother]\n"):  # a key of the row would be one of its code, kept for ever
        with pytest.raises(Invalid, match="which columns name a row"):
            brought(wave, mapping.replace("id: No\n", ids), file, cast.chen.actor, now)
    assert brought(wave, mapping, file, cast.chen.actor, now).recorded == 3
    held = {row.response.respondent: row.parts for row in CodeParts.objects.select_related("response")}
    assert set(held) == {1, 3} and held[1] == held[3] and len(set(held[1])) == 3
    assert set(SurveyAnswer.objects.values_list("question", flat=True)) == {"age"}
    assert all(not texts_of(one) and list(one.answers) == ["age"] for one in SurveyResponse.objects.all())
