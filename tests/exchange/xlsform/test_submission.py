"""What was filled in comes back as it was: values, repeats, and which kind of nothing the rest is."""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.xlsform.sheets import small_form, xlsform
from throughline.exchange.xlsform.questions import asked_in
from throughline.exchange.xlsform.submission import answers_of, check_same_form, submission_of
from throughline.exchange.xlsform.tree import tree_of
from throughline.exchange.xlsform.worker import compiled
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.surveys import Question

XFORM: str = compiled(small_form(), "pipes")["xform"]
QUESTIONS = asked_in(XFORM).questions
NOT_RECORDED, NOT_APPLICABLE = {"nothing": "not_recorded"}, {"nothing": "not_applicable"}
ID = "0190f5a0-7b5c-7cc0-8000-0123456789ab"


def _xml(inside: str, attributes: str = 'id="pipes" version="3"') -> str:
    return f'<data xmlns:orx="http://openrosa.org/xforms" {attributes}>{inside}<orx:meta><orx:instanceID>uuid:{ID}</orx:instanceID></orx:meta></data>'


def test_answers_of_tells_what_was_hidden_from_what_was_left_empty() -> None:
    answers = answers_of(
        QUESTIONS,
        _xml(
            "<start>2026-01-01T10:00:00.000+01:00</start><used>no</used><places>home street</places>"
            "<about><since>2026-02-28</since><said> Le  prix &amp; <![CDATA[<b>]]> </said></about>"
            "<visit><helped>dk</helped></visit><visit><helped>yes</helped><waited>0</waited></visit><thanks/>"
        ),
    )
    assert answers == {
        "used": "no", "times": NOT_APPLICABLE, "paid": NOT_APPLICABLE, "each": NOT_APPLICABLE, "places": ["home", "street"],
        "about/since": "2026-02-28", "about/said": "Le  prix & <b>", "visit[1]/helped": {"nothing": "dont_know"},
        "visit[1]/waited": NOT_APPLICABLE, "visit[2]/helped": "yes", "visit[2]/waited": 0,
    }  # fmt: skip
    assert submission_of(_xml("")) == UUID(ID)
    shown = answers_of(
        QUESTIONS, _xml("<used>refused</used><times/><paid>2.5</paid><each>1.25</each><places>none</places>")
    )
    assert shown["used"] == {"nothing": "declined"} == shown["places"]
    assert (shown["times"], shown["paid"], shown["each"]) == (NOT_RECORDED, 2.5, "1.25")
    assert shown["about/said"] == NOT_RECORDED  # in no way conditional: silence
    assert not [key for key in shown if key.startswith("visit")]


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        ("<gone>1</gone>", "no question gone: it is another version"),
        ("<times>many</times>", "times is not a number"),
        ("<times>1.5</times>", "times is not a number"),
        ("<paid>1e999</paid>", "paid is not a number"),
        ("<paid>nan</paid>", "paid is not a number"),
        (f"<times>{'9' * 400}</times>", "times is not a number"),
        ("<used>maybe</used>", "used is not one of its choices"),
        ("<places>home moon</places>", "places is not one of its choices"),
        ("<about><since>tomorrow</since></about>", "about/since is not a date"),
        ("<about><since>2026-01-01 my name is Ann</since></about>", "about/since is not a date"),
        ("<gone><deeper/><deeper>1</deeper></gone>", "no question gone: it is another version"),
        ("<used>no</used><used>yes</used>", "used twice"),
    ],
)
def test_answers_of_what_is_not_asked_or_of_another_kind_is_refused(inside: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        answers_of(QUESTIONS, _xml(inside))


def test_answers_of_strange_elements_takes_no_memory() -> None:
    """A small form of empty elements, deep down and with long names: none of their paths is written out."""
    depth, name = 50, "n" * 190
    strange = "".join(f"<{name}{number}>" for number in range(depth)) + "<a/>" * 20_000
    strange += "".join(f"</{name}{number}>" for number in reversed(range(depth)))
    filled = tree_of(_xml(f"<used>no</used><gone>{strange}</gone>"))
    tracemalloc.start()
    try:
        assert answers_of(QUESTIONS, filled)["used"] == "no"
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_check_same_form_refuses_another_version() -> None:
    check_same_form(XFORM, _xml(""))
    for other in ('id="pipes" version="2"', 'id="other" version="3"'):
        with pytest.raises(Invalid, match="another form"):
            check_same_form(XFORM, _xml("", other))


def test_answers_of_repeats_in_repeats_are_told_apart() -> None:
    survey = [
        ["type", "name", "label"], ["begin_repeat", "visit", "Visit"], ["begin_group", "what", "What"],
        ["begin_repeat", "drug", "Drug"], ["text", "name", "Name"], ["end_repeat"], ["end_group"], ["end_repeat"],
    ]  # fmt: skip
    questions = asked_in(compiled(xlsform({"survey": survey}), "v")["xform"]).questions
    assert [(one.path, one.repeat, one.repeats) for one in questions] == [
        ("visit/what/drug/name", "visit[]/what/drug", frozenset({"visit", "visit/what/drug"}))
    ]
    drug = "<drug><name>%s</name></drug>"
    visits = f"<visit><what>{drug % 'a'}{drug % 'b'}</what></visit><visit><what>{drug % 'c'}</what></visit>"
    assert answers_of(questions, f"<data>{visits}</data>") == {
        "visit[1]/what/drug[1]/name": "a", "visit[1]/what/drug[2]/name": "b", "visit[2]/what/drug[1]/name": "c",
    }  # fmt: skip


def _written(answers: Mapping[str, Any], questions: tuple[Question, ...]) -> str:
    """The XML that a renderer would write: its own way, knowing nothing of the reader."""
    visits: dict[int, str] = {}
    plain, about = "", ""
    for key, value in answers.items():
        if value == NOT_APPLICABLE:
            continue
        text = "" if value == NOT_RECORDED else " ".join(value) if isinstance(value, list) else str(value)
        name = key.rpartition("/")[2]
        element = f"<{name}>{escape(text)}</{name}>"
        if key.startswith("visit["):
            number = int(key[6 : key.index("]")])
            visits[number] = visits.get(number, "") + element
        elif key.startswith("about/"):
            about += element
        else:
            plain += element
    repeated = "".join(f"<visit>{visits[number]}</visit>" for number in sorted(visits))
    return _xml(f"{plain}<about>{about}</about>{repeated}")


WORDS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufffe\uffff"
    ),
    min_size=1,
).filter(lambda text: text == text.strip())
VISIT = st.sampled_from([("no", NOT_APPLICABLE), ("yes", NOT_RECORDED), ("yes", 0), ("yes", 31)])


@st.composite
def filled(draw: st.DrawFn) -> dict[str, Any]:
    is_used = draw(st.booleans())
    hidden = {"times": NOT_APPLICABLE, "paid": NOT_APPLICABLE, "each": NOT_APPLICABLE}
    shown = {
        "times": draw(st.one_of(st.integers(-(10**15), 10**15), st.just(NOT_RECORDED))),
        "paid": draw(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.just(NOT_RECORDED))),
        "each": draw(st.one_of(st.floats(0, 9).map(str), st.just(NOT_RECORDED))),
    }
    answers: dict[str, Any] = {"used": "yes" if is_used else "no", **(shown if is_used else hidden)}
    places = draw(st.lists(st.sampled_from(["home", "street"]), unique=True))
    answers["places"] = places or NOT_RECORDED
    answers["about/since"] = draw(st.one_of(st.dates().map(str), st.just(NOT_RECORDED)))
    answers["about/said"] = draw(st.one_of(WORDS, st.just(NOT_RECORDED)))
    for number, (helped, waited) in enumerate(draw(st.lists(VISIT, max_size=4)), 1):
        answers |= {f"visit[{number}]/helped": helped, f"visit[{number}]/waited": waited}
    return answers


@settings(max_examples=120)
@given(filled())
def test_answers_of_gives_back_whatever_was_filled_in(answers: dict[str, Any]) -> None:
    assert answers_of(QUESTIONS, _written(answers, QUESTIONS)) == answers
