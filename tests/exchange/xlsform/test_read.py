"""A form is read whole, or refused with the sheet, the row and the reason."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from tests.exchange.xlsform.sheets import CHOICES, SURVEY, small_form, xlsform
from throughline.exchange.xlsform.choosing import nothings_in, with_nothings
from throughline.exchange.xlsform.questions import asked_in
from throughline.exchange.xlsform.read import FormFault, FormRefused, draft_of, fault_of, read_xlsform
from throughline.exchange.xlsform.tree import tree_of
from throughline.exchange.xlsform.worker import compiled
from throughline.records.surveys.actions.responses import sorted_out
from throughline.rules.answers import measures_of
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import InstrumentDraft, Question, QuestionType


def _draft(sheets: dict[str, list[list[str]]]) -> InstrumentDraft:
    content = xlsform(sheets)
    return draft_of("f.xlsx", content, compiled(content, "f"))


def test_read_xlsform_gives_what_is_asked_in_order_with_each_languages_words() -> None:
    draft = read_xlsform("C:\\forms\\pipes v3.xlsx", small_form())
    asked = {one.path: one for one in draft.questions}
    assert (draft.file_name, draft.title, draft.form_id, draft.version) == (
        "pipes v3.xlsx", "Pipes", "pipes", "3",
    )  # fmt: skip
    assert draft.languages == ("English (en)", "French (fr)")
    assert [one for one in asked if one != "start"] == [
        "used", "times", "paid", "places", "about/since", "about/said", "visit/helped", "visit/waited", "thanks", "each",
    ]  # fmt: skip
    used, times, places = asked["used"], asked["times"], asked["places"]
    assert (used.type, used.is_required, used.is_conditional) == (QuestionType.SELECT_ONE, True, False)
    assert used.labels == {"English (en)": "Used a pipe this month?", "French (fr)": "Une pipe ce mois-ci ?"}
    assert (times.type, times.is_required, times.is_conditional) == (QuestionType.INTEGER, False, True)
    assert places.label("English (en)") == "Where, of ${times} times?"
    assert {one: asked[one].type.value for one in ("start", "each", "about/since", "about/said", "thanks")} == {
        "start": "metadata", "each": "calculate", "about/since": "date", "about/said": "text", "thanks": "note",
    }  # fmt: skip
    assert (asked["visit/waited"].repeat, asked["visit/waited"].is_conditional) == ("visit", True)
    kinds = {
        (question.path, choice.name): choice.nothing for question, choice in nothings_in(draft.questions)
    }
    assert kinds == {
        ("used", "dk"): Nothing.DONT_KNOW, ("used", "refused"): Nothing.DECLINED,
        ("places", "none"): Nothing.DECLINED,
        ("visit/helped", "dk"): Nothing.DONT_KNOW, ("visit/helped", "refused"): Nothing.DECLINED,
    }  # fmt: skip
    # what somebody says of a choice stands, and all of it is stored and read again
    told = with_nothings(draft, {("used", "dk"): None, ("used", "no"): Nothing.NOT_APPLICABLE})
    assert {choice.name: choice.nothing for choice in told.questions[0].choices or ()} == {
        "yes": None, "no": Nothing.NOT_APPLICABLE, "dk": None, "refused": Nothing.DECLINED,
    }  # fmt: skip
    assert tuple(Question.from_json(row) for row in told.questions_json()) == told.questions


def test_what_is_worked_out_of_words_places_and_names_is_marked_and_sealed() -> None:
    """However many steps lie between: what somebody typed is no number, whatever a form makes of it."""
    survey = [
        ["type", "name", "label", "calculation", "default"],
        ["text", "phone", "Telephone"], ["geopoint", "gps", "Where?"], ["start-geopoint", "begun_at"], ["integer", "age", "Age"],
        ["calculate", "lat", "", "number(substring-before(${gps}, ' '))"], ["calculate", "first_lat", "", "number(${begun_at})"],
        ["calculate", "called", "", "concat('0', ${phone})"], ["calculate", "half", "", "${called} div 2"],
        ["integer", "again", "Telephone again", "", "${phone}"], ["calculate", "months", "", "${age} * 12"],
        ["begin_repeat", "child", "A child"], ["text", "kid", "Name"], ["integer", "kid_age", "Age"],
        ["calculate", "kid_called", "", "concat(${kid}, '')"], ["end_repeat"],
        ["select_one ${kid}", "eldest", "Which is the eldest?"], ["calculate", "oldest", "", "${eldest}"],
        ["calculate", "ages", "", "sum(${kid_age})"],
    ]  # fmt: skip
    questions = _draft({"survey": survey}).questions
    assert {one.path for one in questions if one.is_of_words} == {
        "lat", "first_lat", "called", "half", "again", "child/kid_called", "oldest",
    }  # fmt: skip
    made = {one.path: one.made_of for one in questions if one.made_of}
    assert made["half"] == {"called", "phone"} and made["months"] == {"age"} and made["again"] == {"phone"}
    assert tuple(Question.from_json(one.as_json()) for one in questions) == questions
    answers = {
        "phone": "712345678", "gps": "-1.286389 36.8 0 0", "lat": "-1.286389", "called": "0712345678", "again": 712345678,
        "eldest": "Zoe_Smith", "oldest": "7", "months": "480", "ages": "9", "age": 40,
    }  # fmt: skip
    kept, texts = sorted_out(questions, answers)
    assert kept == {"months": "480", "ages": "9", "age": 40}
    assert texts == {key: answers[key] for key in answers if key not in kept}
    rows = {one.question: one.value for one in measures_of(questions, answers)}
    assert rows == {"months": 480, "ages": 9, "age": 40}


@pytest.mark.parametrize(
    ("survey", "choices", "fault"),
    [
        ([["type", "name"], ["select_one nowhere", "a"]], CHOICES, ("survey", 2, "nowhere")),
        ([*SURVEY[:2], ["integer", "", "x"]], CHOICES, ("survey", 3, "no name")),
        ([*SURVEY, ["integer", "used", "Again?"]], CHOICES, ("survey", 17, "unique")),
        ([*SURVEY[:3], ["integer", "t", "x", "", "${gone} > 1"]], CHOICES, ("survey", 4, "gone")),
        ([*SURVEY[:3], ["begin_group", "g", "x"]], CHOICES, ("survey", 4, "Unmatched")),
        (SURVEY, [*CHOICES, ["yes_no", "no", "No again"]], ("choices", 9, "unique")),
        ([["type", "name", "name"], ["integer", "a", "a"]], CHOICES, ("survey", 1, "Duplicate column")),
        ([["kind", "name"], ["integer", "a"]], CHOICES, ("survey", 1, "headers were not found: 'type'")),
        ([*SURVEY[:3], ["ask_one x", "t", "x"]], CHOICES, ("survey", 4, "Unknown question type 'ask_one x'")),
        ([*SURVEY[:2], ["begin_kobomatrix", "m", "x"], ["integer", "t", "x"], ["end_kobomatrix"]], CHOICES, ("survey", 3, "KoboToolbox alone")),
        ([*SURVEY[:3], ["integer", "n" * 101, "x"]], CHOICES, ("survey", 4, "more than 100 characters")),
    ],
)  # fmt: skip
def test_read_xlsform_that_the_compiler_refuses_names_sheet_row_and_reason(
    survey: list[list[str]], choices: list[list[str]], fault: tuple[str, int, str]
) -> None:
    with pytest.raises(FormRefused) as refused:
        _draft({"survey": survey, "choices": choices})
    first, (sheet, row, reason) = refused.value.faults[0], fault
    assert (first.sheet, first.row) == (sheet, row), first
    assert reason in first.reason
    assert f"Sheet {sheet}, row {row}" in str(refused.value)


def test_read_xlsform_whose_compiled_form_is_not_sound_is_refused() -> None:
    choices = [["list_name", "name", "label", "a<b"], ["yes_no", "yes", "Yes", "x"]]
    with pytest.raises(FormRefused, match="holds too much to be read, names longer"):
        _draft({"survey": [["type", "name", "label"], ["select_one yes_no", "a", "A"]], "choices": choices})


def test_read_xlsform_of_what_is_no_form_says_so() -> None:
    with pytest.raises(FormRefused, match=r"no sheet named survey\. Its sheets are: Sites, Other"):
        _draft({"Sites": [["a"]], "Other": [["b"]]})
    with pytest.raises(FormRefused, match="asks nothing"):
        _draft({"survey": [["type", "name", "label"], ["start", "start", ""]]})
    with pytest.raises(FormRefused, match="is not a spreadsheet"):
        draft_of("f.csv", b"type,name", compiled(b"type,name", "f"))
    with pytest.raises(FormRefused, match="too large"):
        read_xlsform("f.xlsx", b"PK" + bytes(17_000_000))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    with pytest.raises(FormRefused, match="unfolds to far more"):
        read_xlsform("bomb.xlsx", bomb.getvalue())


def test_fault_of_reads_each_wording_of_the_compiler() -> None:
    assert fault_of("[row : 7] Missing calculation.") == FormFault("survey", 7, "Missing calculation.")
    assert fault_of("[row : 4] Question with no type.\n{'name': 'a'}") == FormFault(
        "survey", 4, "Question with no type."
    )
    assert fault_of("There should be a choices sheet in this xlsform.").sheet == "choices"
    assert fault_of("Something else.") == FormFault("", 0, "Something else.")
    learned = fault_of(
        "[row : 2] On the 'choices' sheet, the 'name' value is invalid. Names. Learn more: https://x.org/#a."
    )
    assert learned == FormFault("choices", 2, "The 'name' value is invalid. Names.")


def test_tree_of_hostile_xml_is_refused() -> None:
    for hostile in (
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<a>" * 100 + "</a>" * 100,
        "<a><b></a>",
        b"\xff\xfe<a/>",
        b"",
        b"<a>\x00</a>",
        f"<{'a' * 201}/>",
        "<a>" + "<b/>" * 100_001 + "</a>",
        f'<a xmlns:x="urn:{"n" * 500}"><x:b/></a>',
        f"<a xmlns{' ' * 500}='urn:x'/>",
        "<a " + " ".join(f'a{number}=""' for number in range(100)) + "/>",
        "<a>" + " " * 4_000_000 + "</a>",
    ):
        with pytest.raises(Invalid):
            tree_of(hostile)
    with pytest.raises(Invalid, match="no questions"):
        asked_in("<a/>")


@pytest.mark.realdata
def test_read_xlsform_of_real_forms_has_the_published_counts(shared_data: Path) -> None:
    """Each form of the manifest in the process of the test; one the whole way."""
    manifest = (shared_data / "MANIFEST.md").read_text(encoding="utf-8")
    binds = dict(re.findall(r"\| xlsform/(\S+\.xlsx?) \|.*pyxform OK \((\d+) binds\)", manifest))
    assert len(binds) == 14
    for name, count in binds.items():
        content = (shared_data / "xlsform" / name).read_bytes()
        draft = draft_of(name, content, compiled(content, Path(name).stem))
        assert draft.xform.count("<bind") == int(count), name
        assert len(draft.questions) <= int(count)
        assert len({one.path for one in draft.questions}) == len(draft.questions)
    whole = shared_data / "xlsform" / "tz_harm_reduction_referrals_provided.xlsx"
    draft = read_xlsform(whole.name, whole.read_bytes())
    assert draft.languages == ("English (en)", "Swahili (sw)")
    assert [len(one.choices or ()) for one in draft.questions] == [13, 0, 0]
    assert draft.questions[1].labels["Swahili (sw)"] == "Ikiwa ni nyinginezo, taja"


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("liberia_round1_liberiaCoverage.xlsx", r"Sheet choices, row 155: .*unique.*And \d+ more faults"),
        ("pyxform_duplicate_columns.xlsx", "Sheet survey, row 1: Duplicate column header: label"),
        (
            "kirby_site_languages.xlsx",
            "no form: it has no sheet named survey. Its sheets are: Sites, Sheet2, Sheet3",
        ),
    ],
)
def test_read_xlsform_of_real_forms_that_are_refused(shared_data: Path, name: str, sentence: str) -> None:
    content = (shared_data / "xlsform" / name).read_bytes()
    with pytest.raises(FormRefused, match=sentence):
        draft_of(name, content, compiled(content, "f"))
