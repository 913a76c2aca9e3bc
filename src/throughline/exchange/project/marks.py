"""What a thing of a project was in Throughline, said by its GUID: a name of version 5 of the GUIDs that it belongs to.

The standard has no themes, framework cells, journal or trail of decisions. They leave as sets, memos, links and selections
that every program reads. A program that keeps GUIDs, as the standard asks, gives them back; nobody else comes upon such a
GUID, so that no set or memo made elsewhere is ever taken for one of these, whatever it is called.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from throughline.exchange.project.guids import derived
from throughline.vocabulary.study import MemoKind, ThemeRelationKind

_OURS = "throughline"
JOURNAL = derived(_OURS, "journal")  # the set of shared entries of journals
TRAIL = derived(_OURS, "trail")  # the set of decisions
KINDS = {  # the sets of memos that are more than memos
    MemoKind.NOTE: derived(_OURS, "memos", MemoKind.NOTE.value),
    MemoKind.ANOTHER_READING: derived(_OURS, "memos", MemoKind.ANOTHER_READING.value),
}


class Part(StrEnum):
    """A part of a theme that a set has no room for; each is a memo of it. `stands` makes a set a theme."""

    STANDS = "stands"
    BEARS_ON = "bears_on"
    OUTCOMES = "outcomes"
    BOUNDARIES = "boundaries"
    CONTRARY = "contrary"


class Bearing(StrEnum):
    """What a passage is to a theme; a selection is one by bearing the memo of this kind."""

    QUOTE = "quote"
    CONTRARY_QUOTE = "contrary_quote"
    PASSAGE = "passage"
    CONTRARY_PASSAGE = "contrary_passage"


def part_of(theme: UUID, part: Part) -> UUID:
    """The memo that holds a part of the theme whose set has this GUID."""
    return derived(_OURS, "theme", theme, part.value)


def bearing_on(theme: UUID, bearing: Bearing) -> UUID:
    """The memo that lies on the passages of a kind of a theme."""
    return derived(_OURS, "passages", theme, bearing.value)


def cell_of(theme: UUID, case: UUID) -> UUID:
    """The memo that is what a case says to a theme."""
    return derived(_OURS, "cell", theme, case)


def case_of_cell(cell: UUID) -> UUID:
    """The link from a cell's memo to its case."""
    return derived(_OURS, "case of", cell)


def below(parent: UUID, child: UUID) -> UUID:
    """The link from a theme to its subtheme."""
    return derived(_OURS, "subtheme", parent, child)


def related(origin: UUID, target: UUID, kind: ThemeRelationKind) -> UUID:
    """The link from a theme to another that it bears on."""
    return derived(_OURS, "relation", origin, target, kind.value)


def in_words(kind: ThemeRelationKind) -> str:
    """A relation as a link is called, before the words that somebody put on it."""
    return kind.value.replace("_", " ")
