"""What is said to people, so that it can be said in their language: English text, and apart from it what stands in it.

Floors that know no framework write a `Sentence`. Where it is shown, `str` turns its text into the reader's language and
fills in afterwards, numbers and days as that language writes them; what a language says is told once, from above
(`speak_with`). What stands in a sentence may be a sentence itself, or several: then each is turned, too. What is written down
for good, for whoever reads it later, is `english`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral
from types import MappingProxyType
from typing import Any

from throughline.vocabulary.speech import ENGLISH, Number, Speech, kept_value, opened_value, said_value

_speech: list[Speech] = [ENGLISH]


def speak_with(speech: Speech) -> None:
    """From now on `str` of a sentence is as `speech` has it; until then it is English."""
    _speech[:] = [speech]


class Sentence:
    """A sentence for a user: English text with `%(name)s` places, and what stands in them.

    The text is a constant of the source, where translators find it; with `many`, which is said unless `count` is 1 (other
    languages have their own forms). A place holds a value, a sentence or a tuple of either (read out with commas between).
    Whole numbers are grouped, days and months written out: what is a name is given as text.
    """

    __slots__ = ("many", "params", "text")

    def __init__(self, text: str, many: str = "", /, **params: object) -> None:
        self.text = text
        self.many = many
        self.params: Mapping[str, object] = MappingProxyType(params)

    def given(self, **params: object) -> Sentence:
        """The same text with what stands in it, for a text that is written once and used in several places."""
        return Sentence(self.text, self.many, **{**self.params, **params})

    @property
    def english(self) -> str:
        """As it is kept in logs, in the ledger and in files that outlast the reader's language."""
        return self._said(ENGLISH)

    def _said(self, speech: Speech) -> str:
        if self.many:
            count = self.params["count"]
            # A word in a count's place (suppressed) is none of a few.
            text = speech.counted(
                self.text, self.many, int(count) if isinstance(count, Integral) else _UNKNOWN
            )
        else:
            text = speech.text(self.text)
        return text % {name: _said(one, speech) for name, one in self.params.items()} if self.params else text

    def kept(self) -> dict[str, Any]:
        """As JSON can keep it: texts and params, sentences within as they are. Other params as `speech.kept_value` says."""
        many = {"many": self.many} if self.many else {}
        return {"text": self.text, **many, "params": {name: _kept(one) for name, one in self.params.items()}}

    def __str__(self) -> str:
        return self._said(_speech[0])

    def __repr__(self) -> str:
        return f"Sentence({self.english!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sentence):
            return NotImplemented
        return (self.text, self.many, dict(self.params)) == (other.text, other.many, dict(other.params))

    def __hash__(self) -> int:
        return hash((self.text, tuple(sorted((k, str(_said(v, ENGLISH))) for k, v in self.params.items()))))


_UNKNOWN = 100
_AND_ON = Sentence("%(first)s, %(next)s")


def sentence_of(kept: Mapping[str, Any] | Sentence) -> Sentence:
    """A sentence as it was before `kept`."""
    if isinstance(kept, Sentence):
        return kept
    params = {name: _opened(one) for name, one in kept["params"].items()}
    return Sentence(str(kept["text"]), str(kept.get("many", "")), **params)


def joined(parts: Iterable[Sentence]) -> Sentence:
    """Sentences one after another, as one."""
    said = tuple(parts)
    together = None
    for one in said:
        together = one if together is None else Sentence("%(first)s %(then)s", first=together, then=one)
    return together or Sentence("")


def all_of(parts: Iterable[object]) -> Sentence:
    """`a, b and c`."""
    *first, last = parts
    return Sentence("%(first)s and %(last)s", first=tuple(first), last=last) if first else _alone(last)


def one_of(parts: Iterable[object]) -> Sentence:
    """`a, b or c`."""
    *first, last = parts
    return Sentence("%(first)s or %(last)s", first=tuple(first), last=last) if first else _alone(last)


def percent(share: float, places: int = 0) -> Sentence:
    """A share from 0 to 1 as a percentage: 46%. One that is not 0 never reads as none, one that is not 1 never as all."""
    hundredths = Number(share * 100, places)
    if hundredths.value == 0 and share > 0:
        return Sentence("<%(number)s%%", number=Number(10**-places, places))
    if hundredths.value == 100 and share < 1:
        return Sentence(">%(number)s%%", number=Number(100 - 10**-places, places))
    return Sentence("%(number)s%%", number=hundredths)


def shown(value: object) -> str:
    """A value as it is read in a sentence, where it stands alone: a number, a day, several of something."""
    return str(_said(value, _speech[0]))


def _alone(one: object) -> Sentence:
    return one if isinstance(one, Sentence) else Sentence("%(one)s", one=one)


def _said(given: object, speech: Speech) -> object:
    if isinstance(given, Sentence):
        return given._said(speech)
    if isinstance(given, tuple | list):
        parts = iter(given)
        together = _said(next(parts, ""), speech)
        for one in parts:
            together = _AND_ON.given(first=together, next=one)._said(speech)
        return together
    return said_value(given, speech)


def _kept(given: object) -> Any:
    if isinstance(given, Sentence):
        return given.kept()
    if isinstance(given, tuple | list):
        return [_kept(one) for one in given]
    return kept_value(given)


def _opened(given: Any) -> object:
    if isinstance(given, dict):
        return sentence_of(given) if "text" in given else opened_value(given)
    return tuple(_opened(one) for one in given) if isinstance(given, list) else given
