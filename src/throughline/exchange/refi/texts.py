"""Finds the text of a source or memo: in the project file itself, beside it in the archive, or among files given along."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from throughline.exchange.project.offsets import Ruler
from throughline.exchange.refi.node import Node
from throughline.exchange.refi.parts import Parts
from throughline.exchange.transcript.encoding import decode, scrub
from throughline.exchange.transcript.read import MAX_CHARS
from throughline.vocabulary.errors import Invalid, Sentence

_ABSENT = {
    "large": Sentence("its text is longer than a source may be"),
    "locked": Sentence("its text is protected by a password"),
    "damaged": Sentence("its text is damaged in the archive"),
}
_NO_TEXT = Sentence("the project holds no text for it")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was found: its bytes, the words as they stand, and the ruler over them."""

    raw: bytes
    words: str
    ruler: Ruler


class Texts:
    """The texts of a project by the path that it gives, or as they stand in it.

    `guessed` counts those that are not in Unicode, by the encoding in which they were read.
    """

    def __init__(self, parts: Parts, beside: Mapping[str, bytes]) -> None:
        self.guessed: Counter[str] = Counter()
        self._parts = parts
        self._beside = {_last(name): data for name, data in beside.items()}

    def of(self, node: Node) -> Text | Sentence:
        """The text of an element, or why there is none."""
        path = node.get("plainTextPath")
        if path:
            return self._at(path)
        inside = node.all("PlainTextContent")
        if not inside:
            return _NO_TEXT
        if "#large" in inside[0].attributes or len(inside[0].text) > MAX_CHARS:
            return _ABSENT["large"]
        words = inside[0].text
        return Text(words.encode(), words, Ruler(words.removeprefix("\ufeff")))

    def _at(self, path: str) -> Text | Sentence:
        data = self._parts.files.get(path, self._beside.get(_last(path)))
        if data is None:
            gone = Sentence(
                "the file with its text, %(path)s, is not there; put it beside the project and import both",
                path=path,
            )
            return _ABSENT.get(self._parts.absent.get(path, ""), gone)
        try:
            encoding = decode(data, _last(path)).encoding
        except Invalid:
            return Sentence("its text, %(path)s, is in no known encoding", path=path)
        if not encoding.startswith("utf"):
            self.guessed[encoding] += 1
        raw = data.decode(encoding, errors="replace").removeprefix("\ufeff")
        return _ABSENT["large"] if len(raw) > MAX_CHARS else Text(data, scrub(raw)[0], Ruler(raw))


def _last(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].casefold()
