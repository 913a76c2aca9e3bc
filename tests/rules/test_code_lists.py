"""Which words of a list may be retired."""

from __future__ import annotations

import pytest

from throughline.rules.code_lists import Offered, check_may_retire_word
from throughline.vocabulary.errors import Unready

TOPICS = [Offered("crack_use", "crack_use"), Offered("debt", "debt"), Offered("declined", "declined")]


@pytest.mark.parametrize(
    ("list_name", "code", "offered", "refused"),
    [
        ("topic", "debt", TOPICS, ""),
        ("topic", "crack_use", TOPICS, "counts as crack use"),
        ("topic", "crack_use", [*TOPICS, Offered("white", "crack_use")], ""),
        ("topic", "gone", TOPICS, ""),
        ("topic", "declined", TOPICS, "nothing is known"),
        ("item_kind", "safe_inhalation_pipe", [Offered("safe_inhalation_pipe", "safe_inhalation_pipe"), Offered("foil", "foil")],
         "counts as a pipe"),
        ("barrier_kind", "distance", [Offered("distance", "distance")], "last word of the list"),
        ("gender", "woman", [Offered("woman", "woman"), Offered("declined", "declined")], "last word of the list"),
        ("place", "crack_use", TOPICS, ""),
    ],
)  # fmt: skip
def test_words_that_a_list_needs_stay(
    list_name: str, code: str, offered: list[Offered], refused: str
) -> None:
    if not refused:
        check_may_retire_word(list_name, code, offered)
        return
    with pytest.raises(Unready, match=refused):
        check_may_retire_word(list_name, code, offered)
