"""Quotes of what somebody said give way; what was written beside them stays."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.methods.withdrawn_words import Said

SAID = ["I only came in for the pipe, you know. Then I stayed.", "No roof at all.", "Yes."]


def test_quotes_give_way_in_any_case_and_with_any_points() -> None:
    said = Said(SAID)
    text = 'She says “i only CAME in for the pipe – you know”, and means warmth. "No roof at all!" Yes.'
    assert said.left_out_of(text, "[w]") == 'She says “[w]”, and means warmth. "[w]!" Yes.'


def test_what_was_not_said_stays_as_it_is() -> None:
    text = "Came in for the tea. I only came. A roof, no."
    assert Said(SAID).left_out_of(text, "[w]") == text and Said([]).left_out_of(text, "[w]") == text


def test_signs_without_blanks_between_them_are_words() -> None:
    assert Said(["我昨天没有地方住。"]).left_out_of("他说：没有地方住！", "[w]") == "他说：[w]！"


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=14)


@given(st.lists(WORDS, max_size=3), WORDS, st.integers(2, 4))
@settings(max_examples=200, deadline=None)
def test_no_run_is_left_and_no_other_word_goes(turns: list[list[str]], words: list[str], run: int) -> None:
    said = Said([" ".join(turn) for turn in turns], run)
    told = [f"|{' '.join(turn)}|" for turn in turns]

    def stands(at: int) -> bool:
        """Whether the word lies in a window that was said, told by looking for the window in every turn."""
        for size in {run, *(len(turn) for turn in turns if min(3, run) <= len(turn) < run)}:
            for first in range(max(0, at - size + 1), min(at, len(words) - size) + 1):
                window = re.escape(" ".join(words[first : first + size]))
                whole = size == run
                pattern = rf"(?:\||\s){window}(?:\||\s)" if whole else rf"\|{window}\|"
                if any(re.search(pattern, turn) for turn in told):
                    return True
        return False

    expected = " ".join("#" if stands(at) else word for at, word in enumerate(words))
    expected = re.sub(r"#(?: #)*", "#", expected)
    assert said.left_out_of(" ".join(words), "#") == expected
