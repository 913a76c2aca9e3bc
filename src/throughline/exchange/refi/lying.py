"""Selections and codings as a REFI-QDA file writes them, kept small until their text is known."""

from __future__ import annotations

from dataclasses import dataclass
from sys import intern

from throughline.exchange.refi.node import Node

_OFFSETS = ("startPosition", "endPosition")
_POINTS = ("fromSyncPoint", "toSyncPoint")


@dataclass(frozen=True, slots=True)
class LyingCoding:
    """A coding as it is written."""

    guid: str
    code: str
    by: str
    at: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lying:
    """A selection as it is written, kept small: a project may hold hundreds of thousands.

    `ends` are the offsets of a selection in plain text, or the two sync points of one in a transcript, as written.
    `deeper` counts codings that lie inside it other than on itself.
    """

    tag: str
    guid: str
    ends: tuple[str, str]
    name: str
    description: str
    made: tuple[str, str, str, str]
    codings: tuple[LyingCoding, ...]
    notes: tuple[str, ...]
    deeper: int

    @classmethod
    def of(cls, node: Node) -> Lying:
        """From its element."""
        own = len(node.all("Coding"))
        deeper = sum(1 for child in node.walk() if child.tag == "Coding") - own
        names = _POINTS if node.tag == "TranscriptSelection" else _OFFSETS
        return cls(
            node.tag,
            node.guid,
            (node.get(names[0]), node.get(names[1])),
            node.get("name"),
            node.words("Description"),
            made_of(node),
            codings_in(node),
            tuple(child.target for child in node.all("NoteRef")),
            deeper,
        )


def codings_in(node: Node) -> tuple[LyingCoding, ...]:
    """The codings directly on an element, one for each code where one names several; a code of "" where it names none.

    Some programs name the code of a selection or source without a coding around it: that is one as well.
    """
    codings: list[LyingCoding] = []
    if node.tag.endswith(("Selection", "Source")):
        by, at = (intern(word) for word in made_of(node)[:2])
        codings = [LyingCoding("", intern(ref.target), by, at, ()) for ref in node.all("CodeRef")]
    for child in node.all("Coding"):
        notes = tuple(note.target for note in child.all("NoteRef"))
        by, at = intern(child.get("creatingUser")), intern(child.get("creationDateTime"))
        codes = [intern(ref.target) for ref in child.all("CodeRef")] or [""]
        codings.extend(LyingCoding(child.guid, code, by, at, notes) for code in codes)
    return tuple(codings)


def made_of(node: Node) -> tuple[str, str, str, str]:
    """Who made it, when, who changed it, when: as written."""
    return (
        node.get("creatingUser") or node.get("creatingUserGUID"),
        node.get("creationDateTime"),
        node.get("modifyingUser") or node.get("modifyingUserGUID"),
        node.get("modifiedDateTime"),
    )
