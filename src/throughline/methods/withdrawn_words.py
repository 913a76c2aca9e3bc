"""Taking what somebody said out of what others wrote about it.

What it does: in a memo, an example of a code or a theme's text, every run of at least `run` words that also stand in a
row in what was said gives way to a mark. Case, blanks and punctuation do not matter.
When not to use it: for paraphrase and for shorter quotes, which it leaves: a person must look at those.
Checked against: brute force over all runs (tests).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

RUN = 5  # words in a row that are taken for a quote, and not for how people talk

_WORD = re.compile(
    r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)


def words_in(text: str) -> tuple[str, ...]:
    """The words of a text, by which two texts are compared."""
    return tuple(word.casefold() for word in _WORD.findall(text))


def holds(words: Sequence[str], run: Sequence[str]) -> bool:
    """Whether these words stand in a row among those."""
    size = len(run)
    return any(tuple(words[at : at + size]) == tuple(run) for at in range(len(words) - size + 1))


class Said:
    """What somebody said, turn by turn. A turn of three or four words counts where it is quoted as a whole."""

    def __init__(self, turns: Iterable[str], run: int = RUN) -> None:
        self.run = run
        self.runs: set[tuple[str, ...]] = set()
        self.lengths: set[int] = set()
        for turn in turns:
            words = words_in(turn)
            size = run if len(words) >= run else len(words)
            if size >= min(3, run):
                self.lengths.add(size)
                self.runs.update(words[at : at + size] for at in range(len(words) - size + 1))

    def left_out_of(self, text: str, mark: str) -> str:
        """The text with `mark` for each run of these words; the same text where there is none."""
        if not self.runs:
            return text
        places = [match.span() for match in _WORD.finditer(text)]
        words = [text[start:end].casefold() for start, end in places]
        is_said = [False] * len(words)
        for size in self.lengths:
            for at in range(len(words) - size + 1):
                if tuple(words[at : at + size]) in self.runs:
                    is_said[at : at + size] = [True] * size
        parts, reached, at = [], 0, 0
        while at < len(words):
            if not is_said[at]:
                at += 1
                continue
            first = at
            while at < len(words) and is_said[at]:
                at += 1
            parts += [text[reached : places[first][0]], mark]
            reached = places[at - 1][1]
        return "".join([*parts, text[reached:]]) if parts else text
