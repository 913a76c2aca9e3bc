"""Sentences are said with the forms, numbers, days and lists of whoever reads them, and are kept with their values."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from tools.messages.found import Message

from tests.web.pseudo import FEW, MANY, ONE, wide_language
from throughline.vocabulary.nothing import SUPPRESSED_LABEL
from throughline.vocabulary.periods import Month
from throughline.vocabulary.sentences import Sentence, all_of, one_of, percent, sentence_of, shown
from throughline.vocabulary.speech import Number

DAYS = Sentence("%(count)s day", "%(count)s days")
TEXTS = (
    Message(DAYS.text, DAYS.many),
    *map(Message, ("%(first)s and %(last)s", "%(first)s or %(last)s", "March")),
)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")]
)
def test_a_count_takes_its_form(count: int, said: str) -> None:
    sentence = Sentence("%(count)s row", "%(count)s rows", count=count)
    assert str(sentence) == sentence.english == said


def test_a_word_in_a_counts_place_is_many() -> None:
    assert (
        Sentence("%(count)s row", "%(count)s rows", count=SUPPRESSED_LABEL).english
        == f"{SUPPRESSED_LABEL} rows"
    )


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (40112, "40,112", "40\u00a0112"), (0.5, "0.5", "0,5"), (Decimal("3.20"), "3.20", "3,20"), (True, "True", "True"),
        (Number(-4.449, 1, is_signed=True), "−4.4", "−4,4"), (Number(0.04, 1, is_signed=True), "0.0", "0,0"),
        (Number(2.5, 1, is_signed=True), "+2.5", "+2,5"), (Number(-1234.5, 2), "-1,234.50", "-1\u00a0234,50"),
        (Month(2026, 3), "March 2026", "Ｍａｒｃｈ 2026"), (date(2026, 3, 2), "2 Mar 2026", "2 Ｍａｒｃｈ 2026"),
        (time(14, 30), "2:30 p.m.", "14:30"), (datetime(2026, 3, 2, 0, 5, tzinfo=UTC), "2 Mar 2026, 12:05 a.m.", "2 Ｍａｒｃｈ 2026 00:05"),
        (("a", "b"), "a, b", "a, b"), (all_of(["a", "b", "c"]), "a, b and c", "a, b ａｎｄ c"), (one_of("ab"), "a or b", "a ｏｒ b"),
        (percent(0.4567), "46%", "46%"), (percent(0.001), "<1%", "<1%"), (percent(0.9996, 1), ">99.9%", ">99,9%"), (percent(1), "100%", "100%"),
    ],
)  # fmt: skip
def test_values_are_written_as_the_reader_writes_them(value: object, english: str, french: str) -> None:
    sentence = Sentence("%(value)s", value=value)
    assert (str(sentence), shown(value)) == (english, english)
    with wide_language(*TEXTS):
        assert str(sentence) == french
        assert sentence.english == english
    opened = sentence_of(json.loads(json.dumps(sentence.kept())))
    assert opened.english == english


def test_a_count_has_three_forms_where_a_language_has() -> None:
    with wide_language(*TEXTS):
        said = [str(DAYS.given(count=count))[-1] for count in (1, 2, 5, 12, 21, 22)]
    assert said == [ONE, FEW, MANY, MANY, MANY, FEW]


def test_a_kept_sentence_is_the_same_again() -> None:
    sentence = DAYS.given(
        count=3, days=(date(2026, 3, 2), "x"), of=Number(0.123456, 3), why=all_of(["a", "b"])
    )
    assert sentence_of(json.loads(json.dumps(sentence.kept()))) == sentence
    assert sentence.kept()["params"]["of"]["number"] == 0.123, "no more of it leaves than is shown"


def test_a_number_that_is_none_is_not_kept() -> None:
    with pytest.raises(ValueError, match="none"):
        Sentence("%(value)s", value=math.nan).kept()
