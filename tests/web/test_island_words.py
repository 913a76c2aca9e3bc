"""What scripts are given to say: each form of a count in the reader's language, and which count takes which."""

from __future__ import annotations

from tests.web.pseudo import FEW, FORMS, MANY, ONE, wide_language
from tools.messages.found import Message

from throughline.vocabulary.sentences import Sentence
from throughline.web.island_words import for_island
from throughline.web.recorder.words import WORDS

MINUTES = "The clock of this device is off by %(count)s minutes. Both times are kept."


def test_a_count_goes_to_the_script_with_every_form() -> None:
    english = for_island(WORDS)["clock_off"]
    assert isinstance(english, dict)
    assert [english["forms"][int(one)] == MINUTES for one in english["by"]] == [
        count != 1 for count in range(200)
    ]
    with wide_language(Message(MINUTES.replace("minutes", "minute"), MINUTES)):
        said = for_island(WORDS)["clock_off"]
        assert isinstance(said, dict)
        told = [said["forms"][int(said["by"][count])][-1] for count in (1, 2, 5, 12, 22, 100, 101, 102, 112)]
    assert told == [ONE, FEW, MANY, MANY, FEW, MANY, MANY, FEW, MANY]
    assert {one[-1] for one in said["forms"]} == set(FORMS)


def test_a_text_without_a_count_is_a_text() -> None:
    assert for_island({"menu": WORDS["menu"], "none": Sentence("Menu")}) == {"menu": "Menu", "none": "Menu"}
