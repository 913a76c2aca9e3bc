"""Sentences by example, and what holds of any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.methods.sentences import sentences

EXAMPLES = {
    "I came in. Nobody asked! Why? Well… Because.": ["I came in.", "Nobody asked!", "Why?", "Well…", "Because."],
    'She said "come in." Then we talked.': ['She said "come in."', "Then we talked."],
    "Dr. Hall and Mr. J. Smith came, e.g. on Monday. They left.": [
        "Dr. Hall and Mr. J. Smith came, e.g. on Monday.", "They left.",
    ],
    "It was me and I. Then nothing.": ["It was me and I.", "Then nothing."],
    "We waited ... and waited. Done": ["We waited ... and waited.", "Done"],
    "M. Durand est venu. « Pourquoi ? » Il n’a rien dit.": ["M. Durand est venu.", "« Pourquoi ? »", "Il n’a rien dit."],
    "C’était, p. ex. le lundi. À Lyon, oui.": ["C’était, p. ex. le lundi.", "À Lyon, oui."],
    "他来了。没人问！为什么？": ["他来了。", "没人问！", "为什么？"],
    "first line\nsecond goes on\n\nnew": ["first line\nsecond goes on", "new"],
    "One line\nAnother line": ["One line", "Another line"],
    "  \n ": [],
}  # fmt: skip


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_sentences_by_example(text: str) -> None:
    assert [text[start:end] for start, end in sentences(text)] == EXAMPLES[text]


@given(st.text(alphabet='aA1 .!?…\n"»(。é', max_size=40))
def test_sentences_hold_all_that_is_not_white_space(text: str) -> None:
    found = sentences(text)
    reached, left = 0, ""
    for start, end in found:
        assert reached <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        left += text[reached:start]
        reached = end
    assert not (left + text[reached:]).strip()
