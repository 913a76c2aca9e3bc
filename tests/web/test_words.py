"""Words that pages show: reasons of a correction, and a programme's own codes behind the vocabulary's."""

from __future__ import annotations

import pytest
from tests.cast import START, SYSTEM, Cast

from throughline.records.engagement.actions.correcting import REASONS as WHY
from throughline.records.programme.actions import add_code
from throughline.vocabulary import chain
from throughline.vocabulary.errors import Invalid
from throughline.web import words


def test_every_reason_of_a_correction_has_words() -> None:
    assert set(words.REASONS) == WHY


@pytest.mark.django_db
def test_listed_shows_the_programmes_own_codes_after_the_vocabularys(cast: Cast) -> None:
    add_code(
        programme=cast.programme, list_name="topic", label="Gambling", core="other", by=SYSTEM,
        at=START,
    )  # fmt: skip
    shown = words.listed(cast.programme.id, "topic")
    assert list(shown) == [*(topic.value for topic in chain.Topic), "gambling"]
    assert str(shown["gambling"]) == "Gambling" and str(shown["other"]) == "something else"


@pytest.mark.django_db
def test_a_word_without_latin_letters_is_on_the_list_as_another_is(cast: Cast) -> None:
    labels = ("Долги", "日本語", "Кафе 24", "Бар 24", "word 1", "a" * 41, "a" * 42)
    made = [
        add_code(programme=cast.programme, list_name="topic", label=label, core="other", by=SYSTEM, at=START)
        for label in labels
    ]
    assert len({one.code for one in made}) == len(labels)
    assert set(labels) <= set(words.listed(cast.programme.id, "topic").values())
    for label in ("Долги", "долги", "Word-1"):
        with pytest.raises(Invalid, match="on this list already"):
            add_code(
                programme=cast.programme, list_name="topic", label=label, core="other", by=SYSTEM, at=START
            )
