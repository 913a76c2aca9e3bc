"""What of an element counts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.rules.code_parts import element_values, normalised, withheld
from throughline.vocabulary.code_parts import CodeElement, Ignored
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import Choice, Question, QuestionType

ALL = CodeElement("x")


def test_what_does_not_count_is_taken_off_and_nothing_else() -> None:
    for written in ("Zoë Müller", " zoe-MULLER ", "ZOE  MULLER", "zoe\u0308muller"):
        assert normalised(ALL, written) == "zoemuller"
    strict = CodeElement("x", frozenset())
    assert normalised(strict, " Zoë ") == "Zoë" != normalised(strict, "zoë")
    assert normalised(CodeElement("x", frozenset({Ignored.ACCENTS})), "Zoë") == "Zoe"
    assert normalised(CodeElement("x", frozenset({Ignored.CASE})), "ZOË") == "zoë"
    for number in ("07", 7, "7.0", 7.0, "7", "７"):
        assert normalised(ALL, number) == normalised(strict, number) == "7"
    assert normalised(ALL, "000") == "0" and normalised(ALL, "--") is None and normalised(ALL, " ") is None


@given(st.text(max_size=12))
@settings(max_examples=50)
def test_what_counts_counts_the_same_again(text: str) -> None:
    once = normalised(ALL, text)
    assert once is None or normalised(ALL, once) == once


def test_nothing_is_no_element_and_what_is_made_of_elements_is_withheld() -> None:
    asked = (
        Question("a", QuestionType.TEXT), Question("g/b", QuestionType.INTEGER),
        Question("c", QuestionType.SELECT_ONE, {}, (Choice("x"), Choice("no", nothing=Nothing.DECLINED))),
        Question("sum", QuestionType.CALCULATE, made_of=frozenset({"b"})), Question("d", QuestionType.TEXT),
    )  # fmt: skip
    elements = [CodeElement(path) for path in ("a", "g/b", "c", "gone")]
    told = {"a": "", "g/b": 3, "c": "no", "sum": 6}
    assert element_values(elements, asked, told) == [None, "3", None, None]
    assert withheld(elements, asked) == {"a", "g/b", "c", "gone", "sum"}


def test_element_that_another_version_moved_is_found_by_its_name_and_withheld() -> None:
    moved = (
        Question("about/Mother", QuestionType.TEXT), Question("me/born", QuestionType.INTEGER),
        Question("them/born", QuestionType.INTEGER), Question("sum", QuestionType.CALCULATE, made_of=frozenset({"Mother"})),
        Question("code/street", QuestionType.TEXT), Question("work/street", QuestionType.TEXT),
    )  # fmt: skip
    elements = [CodeElement(path) for path in ("code/mother", "code/born", "code/street")]
    told = {"about/Mother": "Ann", "me/born": 7, "them/born": 8, "code/street": "Hill", "work/street": "Dock"}
    assert element_values(elements, moved, told) == ["ann", None, "hill"]  # of two that have its name, none
    assert withheld(elements, moved) & set(told) == {"about/Mother", "me/born", "them/born", "code/street"}
    assert "sum" in withheld(elements, moved)
