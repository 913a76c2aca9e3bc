"""Which columns of an export hold which question, and what stands in them. Pure: no database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from throughline.exchange.answers.dictionary import read_dictionary
from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.plan import planned_by_questions
from throughline.exchange.answers.values import answer_of
from throughline.exchange.table.binding import cells_of
from throughline.exchange.table.cells import Cells, Rejected
from throughline.exchange.table.mapping import read_mapping
from throughline.exchange.table.read import read_table
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import Choice, Question, QuestionType

MAPPING = """
name: theirs
kind: answers
source: redcap
nothing: {NASK: not_asked, "-88": dont_know}
site: Harrowmere
answered: 2026-03-01
"""
SEVERAL = Question("got", QuestionType.SELECT_MULTIPLE, {}, (Choice("a"), Choice("1.5"), Choice("-9")))


def answers(questions: list[Question], text: str, extra: str = "") -> list[dict[str, Any]]:
    mapping = read_mapping(
        MAPPING.replace("site: Harrowmere", "site: {always: Harrowmere}") + extra, "m.yaml", AnswersMapping
    )
    table = read_table(text.encode(), "a.csv")
    plan = planned_by_questions(table.header, questions, mapping)
    rows = list(cells_of(table, mapping, plan.columns))
    assert all(isinstance(row, Cells) for row in rows)
    return [{one.question.path: answer_of(row, one, mapping) for one in plan.planned} for row in rows]  # type: ignore[arg-type]


def test_column_of_a_missing_code_beside_those_of_choices_is_nothing_and_not_none_taken() -> None:
    text = "id,got___a,got___1_5,got____9,got___nask,got____88\n1,1,0,0,0,0\n2,0,0,0,1,0\n3,0,0,0,0,1\n4,0,1,1,0,0\n"
    assert [row["got"] for row in answers([SEVERAL], text)] == [
        {"a"},
        Nothing.NOT_ASKED,
        Nothing.DONT_KNOW,
        {"1.5", "-9"},
    ]


@pytest.mark.parametrize("joined", ["/", "-", ".", ":"])
def test_groups_and_choices_are_found_by_every_sign_that_joins_them(joined: str) -> None:
    asked = [
        Question("about/age", QuestionType.INTEGER),
        Question("about/got", QuestionType.SELECT_MULTIPLE, {}, (Choice("a"), Choice("b"))),
    ]
    choice = "/" if joined == "-" else joined
    head = ["about{0}age", "about{0}got{1}a", "about{0}got{1}b"]
    text = ",".join(one.format(joined, choice) for one in head) + "\n41,1.0,0.0\n"
    assert answers(asked, text) == [{"about/age": 41, "about/got": {"a"}}]


def test_minutes_and_seconds_are_no_time_of_day() -> None:
    text = (
        '"Variable / Field Name","Field Type","Text Validation Type OR Show Slider Number"\n'
        "record_id,text,\nlasted,text,time_mm_ss\nat,text,time\nthen,text,time_hh_mm_ss\n"
    )
    asked = read_dictionary(read_table(text.encode(), "d.csv"), {}).questions
    assert [one.type for one in asked] == [QuestionType.TEXT, QuestionType.TIME, QuestionType.TIME]


def test_a_number_too_large_to_measure_rejects_its_row_and_says_why() -> None:
    paid = [Question("paid", QuestionType.DECIMAL)]
    assert answers(paid, "paid\n999999999.999\n") == [{"paid": Decimal("999999999.999")}]
    with pytest.raises(Rejected) as refused:
        answers(paid, "paid\n7700900123456\n")
    assert str(refused.value.reason).startswith("A number of a thousand million or more")


KITS = (Choice("1", {"en": "Pipe kit"}), Choice("2", {"en": "Pipe"}), Choice("3", {"en": "Foil"}))
LABELLED = [
    Question("about/age", QuestionType.INTEGER, {"en": "How old?"}),
    Question("kits", QuestionType.SELECT_MULTIPLE, {"en": "Which kits?"}, KITS),
]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("How old?,Which kits? (choice=Pipe kit),Which kits? (choice=Pipe),Which kits? (choice=Foil)", "41,Checked,Unchecked,Checked"),
        ("How old?,Which kits?/Pipe kit,Which kits?/Pipe,Which kits?/Foil", "41,1,0,1"),
        ("age,kits_1,kits_2,kits_3", "41,1,0,1"),
        ("how  old?,Which kits?", "41,Foil Pipe kit"),
    ],
)  # fmt: skip
def test_columns_headed_by_labels_are_found(head: str, row: str) -> None:
    (given,) = answers(LABELLED, f"id,{head}\n1,{row}\n")
    assert (given["about/age"], set(given["kits"])) == (41, {"1", "3"})


def test_labels_that_could_be_two_questions_or_two_lists_are_not_taken() -> None:
    twice = [LABELLED[0], Question("then/age", QuestionType.INTEGER, {"en": "How old?"})]
    assert answers(twice, "How old?\n41\n") == [{}]
    alike = [*LABELLED, Question("kits_3", QuestionType.INTEGER)]
    assert answers(alike, "kits_1,kits_2,kits_3\n1,1,7\n") == [{"kits_3": 7}]
    both = (
        Choice("1", {"en": "a b"}),
        Choice("2", {"en": "c"}),
        Choice("3", {"en": "a"}),
        Choice("4", {"en": "b c"}),
    )
    with pytest.raises(Rejected):
        answers([Question("q", QuestionType.SELECT_MULTIPLE, {}, both)], "q\na b c\n")
