"""What is said to people, so that it can be said in their language: English text, and apart from it what stands in it.

Floors that know no framework write a `Sentence`. Where it is shown, `str` turns its text into the reader's language and
fills in afterwards; how texts are turned is said once, from above (`turn_with`). What stands in a sentence may be a sentence
itself, or several: then each is turned, too. What is written down for good, for whoever reads it later, is `english`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

Turn = Callable[[str], str]
_turns: list[Turn] = []


def turn_with(turn: Turn) -> None:
    """From now on `str` of a sentence is what `turn` makes of its text; until then it is English."""
    _turns[:] = [turn]


class Sentence:
    """A sentence for a user: English text with `%(name)s` places, and what stands in them.

    The text is a constant of the source, where translators find it. A place holds a value, a sentence or a tuple of sentences
    (read out with commas between them).
    """

    __slots__ = ("params", "text")

    def __init__(self, text: str, **params: object) -> None:
        self.text = text
        self.params: Mapping[str, object] = MappingProxyType(params)

    def given(self, **params: object) -> Sentence:
        """The same text with what stands in it, for a text that is written once and used in several places."""
        return Sentence(self.text, **{**self.params, **params})

    @property
    def english(self) -> str:
        """As it is kept in logs, in the ledger and in files that outlast the reader's language."""
        return self._said(None)

    def _said(self, turn: Turn | None) -> str:
        text = turn(self.text) if turn else self.text
        return text % {name: _said(one, turn) for name, one in self.params.items()} if self.params else text

    def kept(self) -> dict[str, Any]:
        """As JSON can keep it: text and params, sentences within as they are. Other params as numbers or text."""
        return {"text": self.text, "params": {name: _kept(one) for name, one in self.params.items()}}

    def __str__(self) -> str:
        return self._said(_turns[0] if _turns else None)

    def __repr__(self) -> str:
        return f"Sentence({self.english!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sentence):
            return NotImplemented
        return self.text == other.text and dict(self.params) == dict(other.params)

    def __hash__(self) -> int:
        return hash((self.text, tuple(sorted((k, str(_said(v, None))) for k, v in self.params.items()))))


def sentence_of(kept: Mapping[str, Any] | Sentence) -> Sentence:
    """A sentence as it was before `kept`."""
    if isinstance(kept, Sentence):
        return kept
    return Sentence(str(kept["text"]), **{name: _opened(one) for name, one in kept["params"].items()})


def joined(parts: Iterable[Sentence]) -> Sentence:
    """Sentences one after another, as one."""
    said = tuple(parts)
    together = None
    for one in said:
        together = one if together is None else Sentence("%(first)s %(then)s", first=together, then=one)
    return together or Sentence("")


def _said(given: object, turn: Turn | None) -> object:
    if isinstance(given, Sentence):
        return given._said(turn)
    if isinstance(given, tuple | list):
        return ", ".join(str(_said(one, turn)) for one in given)
    return given


def _kept(given: object) -> Any:
    if isinstance(given, Sentence):
        return given.kept()
    if isinstance(given, tuple | list):
        return [_kept(one) for one in given]
    return given if isinstance(given, int | float) else str(given)


def _opened(given: Any) -> object:
    if isinstance(given, dict):
        return sentence_of(given)
    return tuple(_opened(one) for one in given) if isinstance(given, list) else given
