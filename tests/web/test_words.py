"""Words that pages show: reasons of a correction, and a programme's own codes behind the vocabulary's."""

from __future__ import annotations

import pytest
from tests.cast import START, SYSTEM, Cast

from throughline.records.engagement.actions.correcting import REASONS as WHY
from throughline.records.programme.actions import add_code
from throughline.vocabulary import chain
from throughline.web import words


def test_every_reason_of_a_correction_has_words() -> None:
    assert set(words.REASONS) == WHY


@pytest.mark.django_db
def test_listed_shows_the_programmes_own_codes_after_the_vocabularys(cast: Cast) -> None:
    add_code(
        programme=cast.programme, list_name="topic", code="gambling", label="Gambling", core="other", by=SYSTEM,
        at=START,
    )  # fmt: skip
    shown = words.listed(cast.programme.id, "topic")
    assert list(shown) == [*(topic.value for topic in chain.Topic), "gambling"]
    assert str(shown["gambling"]) == "Gambling" and str(shown["other"]) == "something else"
