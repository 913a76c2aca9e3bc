"""GUIDs as files write them, and ones of our own that come out the same each time the same file is read."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from uuid import UUID, uuid5

from throughline.exchange.project.report import Ledger
from throughline.vocabulary.errors import Sentence

# Names the space of GUIDs that are made here from a file's own words; it never changes.
_SPACE = UUID("6f0d8b8e-3c56-5a0b-9c35-0d6a3b1b7c11")


def derived(*words: object) -> UUID:
    """The GUID that stands for `words`, always the same."""
    return uuid5(_SPACE, "\x1f".join(str(word) for word in words))


@lru_cache(maxsize=10_000)
def guid_of(written: str) -> UUID:
    """The GUID that a file writes, with or without braces; one derived from the words where it is none."""
    bare = written.strip().removeprefix("{").removesuffix("}")
    if len(bare) == 36:
        try:
            return UUID(bare)
        except ValueError:
            pass
    return derived("written", written)


class Guids:
    """Gives every thing of a document a GUID of its own, keeping the file's where it is the first to have it."""

    def __init__(self, ledger: Ledger) -> None:
        self._taken: set[UUID] = set()
        self._again: Counter[UUID] = Counter()
        self._ledger = ledger

    def take(self, written: str, *place: object) -> UUID:
        """The file's GUID (one derived from `place` without one); one derived from it where another thing has it."""
        first = guid_of(written) if written else derived("without", *place)
        guid = first
        while guid in self._taken:
            self._again[first] += 1
            guid = derived("again", first, self._again[first])
        if guid != first:
            self._ledger.note(
                Sentence(
                    "Things that had the GUID of another and were given one of their own, derived from it: %(count)s."
                )
            )
        self._taken.add(guid)
        return guid
