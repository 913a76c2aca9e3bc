"""Long speech in readable passages: cut after a sentence, without changing a character of the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

TARGET_CHARS = 400
MOST_CHARS = 900

_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*(?=\s)|[。！？]+[」』”’）]*|\n\s*\n")
_CLAUSE_END = re.compile(r"[,;:—–](?=\s)|[，；、：]|--(?=\s)")
_JOINERS = "\u200d\ufe0e\ufe0f"


def passages(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans that together hold every character of text[start:end] but white space, each at most MOST_CHARS long."""
    while True:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start >= end:
            return
        cut = end if end - start <= MOST_CHARS else _cut(text, start)
        stop = cut
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        yield start, stop
        start = cut


def _cut(text: str, start: int) -> int:
    """Where to end a passage: the first sentence end past the target, else the last clause, blank or anything."""
    most = start + MOST_CHARS
    last_sentence = 0
    for match in _SENTENCE_END.finditer(text, start, most):
        if match.end() - start >= TARGET_CHARS:
            return match.end()
        last_sentence = match.end()
    if last_sentence - start >= TARGET_CHARS // 4:
        return last_sentence
    clauses = [match.end() for match in _CLAUSE_END.finditer(text, start + TARGET_CHARS, most)]
    if clauses:
        return clauses[-1]
    for at in range(most, start + TARGET_CHARS, -1):
        if text[at - 1].isspace():
            return at
    return _between_characters(text, most)


def _between_characters(text: str, at: int) -> int:
    """The nearest place before `at` that does not part a letter from its accents or an emoji from its parts."""
    for back in range(at, at - 40, -1):
        if unicodedata.combining(text[back]) or text[back] in _JOINERS or text[back - 1] == "\u200d":
            continue
        return back
    return at
