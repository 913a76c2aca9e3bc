"""Which words of a programme's own lists may be retired: a list keeps a word to choose, and the line the words it is read by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from throughline.vocabulary.chain import ItemKind, Topic
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import Nothing

NOTHINGS = frozenset(kind.value for kind in Nothing)
# What questions of an evaluation are asked by: list -> the field's words, and the sentence where the last one would go.
NEEDED = {
    ("topic", Topic.CRACK_USE.value): Sentence(
        "No other word of this list counts as crack use. Without one nobody could record that it was told, and the line from"
        " contact to what came of it would end there. Add another word that counts as it first."
    ),
    ("item_kind", ItemKind.PIPE.value): Sentence(
        "No other word of this list counts as a pipe. Without one no pipe could be recorded, and an evaluation would count"
        " none as given. Add another word that counts as it first."
    ),
}


@dataclass(frozen=True)
class Offered:
    """A word that a list offers, and the field's word that it counts as."""

    code: str
    core: str


def check_may_retire_word(list_name: str, code: str, offered: Iterable[Offered]) -> None:
    """Raise Unready where a list would be left without a word to choose, or the line without one it is read by.

    `offered`: the words of the list that are not retired. A word that is retired already may be retired again.
    """
    words = list(offered)
    gone = next((word for word in words if word.code == code), None)
    if gone is None:
        return
    if code in NOTHINGS:
        raise Unready(
            Sentence(
                "This is a way to say that nothing is known. It stays on the list, so that nobody has to guess."
            )
        )
    left = [word for word in words if word.code != code]
    if not any(word.code not in NOTHINGS for word in left):
        raise Unready(
            Sentence("This is the last word of the list. Add another one first, or nothing could be chosen.")
        )
    if (list_name, gone.core) in NEEDED and not any(word.core == gone.core for word in left):
        raise Unready(NEEDED[list_name, gone.core])
