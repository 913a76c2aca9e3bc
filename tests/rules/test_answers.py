"""What answers become in a freeze: by table, and whatever is answered, one row a code and never a blank or an invented 0."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.rules.answers import LONGEST, MOST, codes_of, measures_of
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import Choice, Question, QuestionType

T = QuestionType
YES_NO = (Choice("Yes"), Choice("no"), Choice("dk", nothing=Nothing.DONT_KNOW))
LIKERT = (Choice("1"), Choice("2.5"), Choice("99", nothing=Nothing.DECLINED))
WAYS = (Choice("pipe"), Choice("foil"))


@pytest.mark.parametrize(
    ("question", "answer", "rows"),
    [
        (Question("a/n", T.INTEGER), 0, {"n": 0}),
        (Question("n", T.DECIMAL), "2.7182", {"n": Decimal("2.718")}),
        (Question("n", T.INTEGER), 7700900123456, {"n": Nothing.NOT_RECORDED}),  # a telephone number
        (Question("n", T.DECIMAL), "999999999.9996", {"n": Nothing.NOT_RECORDED}),
        (Question("n", T.DECIMAL), "999999999.999", {"n": Decimal("999999999.999")}),
        (Question("n", T.CALCULATE), "NaN", {}),
        (Question("n", T.CALCULATE), "words", {}),
        (Question("n", T.INTEGER), {"nothing": "declined"}, {"n": Nothing.DECLINED}),
        (Question("n", T.INTEGER), None, {"n": Nothing.NOT_RECORDED}),
        (Question("n", T.INTEGER), "", {"n": Nothing.NOT_RECORDED}),
        (Question("q", T.SELECT_ONE, {}, YES_NO), "Yes", {"q": 1}),
        (Question("q", T.SELECT_ONE, {}, YES_NO), "dk", {"q": Nothing.DONT_KNOW}),
        (Question("q", T.SELECT_ONE, {}, LIKERT), "2.5", {"q": Decimal("2.5")}),
        (Question("q", T.SELECT_ONE, {}, LIKERT), "99", {"q": Nothing.DECLINED}),
        (Question("q", T.SELECT_ONE, {}, WAYS), "foil", {"q-pipe": 0, "q-foil": 1}),
        (Question("q", T.SELECT_MULTIPLE, {}, WAYS), ["pipe", "foil"], {"q-pipe": 1, "q-foil": 1}),
        (Question("q", T.SELECT_MULTIPLE, {}, WAYS), frozenset(), {"q-pipe": 0, "q-foil": 0}),
        (Question("q", T.SELECT_MULTIPLE, {}, WAYS), [], {"q-pipe": Nothing.NOT_RECORDED, "q-foil": Nothing.NOT_RECORDED}),
        (Question("q", T.TEXT), "words", {}),
        (Question("q", T.DATE), "2026-01-01", {}),
        (Question("r/q", T.INTEGER, repeat="r"), 3, {}),
        (Question("q", T.CALCULATE, is_of_words=True), "712345678", {}),
        (Question("q", T.SELECT_ONE), "712345678", {}),  # a choice that is not in the form: a name, a number somebody typed
    ],
)  # fmt: skip
def test_measures_of_an_answer(question: Question, answer: Any, rows: dict[str, Any]) -> None:
    assert {one.question: one.value for one in measures_of([question], {question.path: answer})} == rows


def test_codes_tell_questions_of_one_name_apart_and_stay_short() -> None:
    long = "very_" * 20
    questions = [
        Question("a/n", T.INTEGER), Question("b/n", T.INTEGER), Question(long + "x", T.INTEGER), Question(long + "y", T.INTEGER),
    ]  # fmt: skip
    codes = codes_of(questions)
    assert (codes["a/n"], codes["b/n"]) == ("a-n", "b-n")
    assert len(set(codes.values())) == 4 and all(len(code) <= LONGEST for code in codes.values())
    alike = [
        Question("w", T.SELECT_MULTIPLE, {}, (Choice("a.b"), Choice("a-b"))),
        Question("w-a-b", T.INTEGER),
    ]
    rows = [(one.question, one.value) for one in measures_of(alike, {"w": ["a.b"], "w-a-b": 7})]
    assert (
        [value for _, value in rows] == [1, 0, 7]
        and len({code for code, _ in rows}) == 3
        and rows[2][0] == "w-a-b"
    )


answered = st.one_of(
    st.none(), st.integers(), st.decimals(), st.floats(), st.text(max_size=12), st.sampled_from(list(Nothing)),
    st.sampled_from([{"nothing": kind.value} for kind in Nothing]),
    st.lists(st.sampled_from(["pipe", "foil", "other"]), max_size=3), st.sampled_from(["Yes", "no", "dk", "1", "99"]),
)  # fmt: skip
KINDS = (
    *((kind, None) for kind in T),
    (T.SELECT_ONE, YES_NO),
    (T.SELECT_ONE, LIKERT),
    (T.SELECT_MULTIPLE, WAYS),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), answered), max_size=6))
def test_measures_are_a_number_or_a_nothing_once_a_code(given: list[tuple[Any, Any]]) -> None:
    questions = [Question(f"g/q{n}", kind, {}, choices) for n, ((kind, choices), _) in enumerate(given)]
    answers = {question.path: answer for question, (_, answer) in zip(questions, given, strict=True)}
    rows = list(measures_of(questions, answers))
    assert max(Counter(row.question for row in rows).values(), default=0) <= 1
    for row in rows:
        if isinstance(row.value, Nothing):
            continue
        assert (
            row.value.is_finite()
            and abs(row.value) < MOST
            and row.value == row.value.quantize(Decimal("0.001"))
        )
