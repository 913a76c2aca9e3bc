"""What of a project document was a theme, a framework cell, a shared entry of a journal or a decision in Throughline.

Told by GUIDs alone (marks.py), never by words: a set that somebody else made stays a set. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from throughline.exchange.project.document import (
    Made,
    ProjectDocument,
    ProjectLink,
    ProjectNote,
    ProjectSelection,
    ProjectSet,
)
from throughline.exchange.project.guids import derived
from throughline.exchange.project.marks import (
    JOURNAL,
    KINDS,
    TRAIL,
    Bearing,
    Part,
    bearing_on,
    below,
    case_of_cell,
    cell_of,
    in_words,
    part_of,
    related,
)
from throughline.vocabulary.study import MemoKind, Step, ThemeRelationKind, ThemeStatus

_STATUSES = {status.value.replace("_", " "): status for status in ThemeStatus}
_STEPS = {step.value.replace("_", " "): step for step in Step}


@dataclass(frozen=True)
class FoundPassage:
    """A stretch of a source, by the GUIDs of both, that bears on a theme or that a cell rests on."""

    guid: UUID
    source: UUID
    start: int
    end: int
    made: Made
    bearing: Bearing | None = None  # None of a cell's


@dataclass(frozen=True)
class FoundTheme:
    """A theme: the set that it is, and what stands in its memos."""

    set: ProjectSet
    status: ThemeStatus
    steps: tuple[Step, ...]
    outcomes: tuple[str, ...]  # codes, as they are written
    boundaries: str
    contrary: str
    made: Made
    passages: tuple[FoundPassage, ...]
    parent: UUID | None = None


@dataclass(frozen=True)
class FoundRelation:
    link: UUID
    origin: UUID
    target: UUID
    kind: ThemeRelationKind
    note: str


@dataclass(frozen=True)
class FoundCell:
    note: ProjectNote
    theme: UUID
    case: UUID
    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True)
class FoundDecision:
    note: ProjectNote
    decided_on: date
    took_part: tuple[tuple[str, int], ...]
    theme: UUID | None


@dataclass
class Recognised:
    """All of it, with the GUIDs of what went into it: nothing of that becomes a memo, set, link or selection as well.

    `lain` are (selection, memo) pairs of selections that are something else, too, and stay.
    """

    themes: list[FoundTheme] = field(default_factory=list)
    relations: list[FoundRelation] = field(default_factory=list)
    cells: list[FoundCell] = field(default_factory=list)
    journal: list[ProjectNote] = field(default_factory=list)
    decisions: list[FoundDecision] = field(default_factory=list)
    notes: set[UUID] = field(default_factory=set)
    sets: set[UUID] = field(default_factory=set)
    links: set[UUID] = field(default_factory=set)
    selections: set[UUID] = field(default_factory=set)
    lain: set[tuple[UUID, UUID]] = field(default_factory=set)
    kinds: dict[UUID, MemoKind] = field(default_factory=dict)  # of memos that stay memos
    unread: int = 0  # parts of themes whose words say no status and no step


def recognised_in(document: ProjectDocument) -> Recognised:
    """What is told by its GUIDs. Every other thing of the document is left to be what it is."""
    return _Recognising(document).done()


class _Recognising:
    def __init__(self, document: ProjectDocument) -> None:
        self._document = document
        self._found = Recognised()
        self._notes = {note.guid: note for note in document.notes}
        self._themes = [one for one in document.sets if part_of(one.guid, Part.STANDS) in self._notes]
        self._on: dict[UUID, list[tuple[UUID, ProjectSelection]]] = {}  # by the memo that lies on them
        for source, selection in document.selections():
            for note in selection.notes:
                self._on.setdefault(note, []).append((source.guid, selection))

    def done(self) -> Recognised:
        found = self._found
        parents = self._parents()
        for one in self._themes:
            found.themes.append(self._theme(one, parents.get(one.guid)))
            found.sets.add(one.guid)
        self._relations()
        for group in self._themes:
            found.cells += self._cells(group)
        for group in self._document.sets:
            if group.guid == JOURNAL:
                found.sets.add(JOURNAL)
                found.journal += self._taken(group.notes)
            kind = next((kind for kind, guid in KINDS.items() if guid == group.guid), None)
            if kind is not None:
                found.sets.add(group.guid)
                found.kinds.update(dict.fromkeys(group.notes, kind))
            if group.guid == TRAIL:
                found.sets.add(TRAIL)
                found.decisions += self._decisions(group)
        return found

    def _taken(self, notes: Iterable[UUID]) -> Iterator[ProjectNote]:
        """Those that nothing else was made of; each is something once."""
        for guid in notes:
            if guid not in self._found.notes:
                self._found.notes.add(guid)
                yield self._notes[guid]

    def _theme(self, group: ProjectSet, parent: UUID | None) -> FoundTheme:
        held = {part: self._notes.get(part_of(group.guid, part)) for part in Part}
        self._found.notes |= {note.guid for note in held.values() if note}
        words = {part: note.text if note else "" for part, note in held.items()}
        status = _STATUSES.get(words[Part.STANDS].strip().lower())
        steps = [one.strip().lower() for one in words[Part.BEARS_ON].split(",") if one.strip()]
        self._found.unread += (status is None) + any(one not in _STEPS for one in steps)
        passages: list[FoundPassage] = []
        for bearing in Bearing:
            passages += self._passages(bearing_on(group.guid, bearing), bearing, passages)
        stands = held[Part.STANDS]
        return FoundTheme(
            group,
            status or ThemeStatus.CANDIDATE,
            tuple(step for name, step in _STEPS.items() if name in steps),
            tuple(one.strip() for one in words[Part.OUTCOMES].split(",") if one.strip()),
            words[Part.BOUNDARIES],
            words[Part.CONTRARY],
            stands.made if stands else Made(),
            tuple(passages),
            parent,
        )

    def _passages(
        self, note: UUID, bearing: Bearing | None, before: Iterable[FoundPassage] = ()
    ) -> Iterator[FoundPassage]:
        """Of a memo that is known to lie on passages; one of no length, or of a place taken before, stays a selection."""
        if note not in self._notes:
            return
        self._found.notes.add(note)
        quotes = (Bearing.QUOTE, Bearing.CONTRARY_QUOTE)
        is_quote = bearing in quotes
        taken = {(one.source, one.start, one.end) for one in before if (one.bearing in quotes) is is_quote}
        for source, one in self._on.get(note, ()):
            place = (source, one.start, one.end)
            if one.start == one.end or place in taken:
                continue
            taken.add(place)
            is_alone = not one.codings and one.notes == (note,)
            if is_alone:
                self._found.selections.add(one.guid)
            else:
                self._found.lain.add((one.guid, note))
            guid = one.guid if is_alone else derived("lies on", one.guid, note)
            yield FoundPassage(guid, *place, one.made, bearing)

    def _parents(self) -> dict[UUID, UUID]:
        """Child -> parent, without cycles."""
        known = {one.guid for one in self._themes}
        found: dict[UUID, UUID] = {}
        for link in self._document.links:
            ends = link.origin, link.target
            if not known.issuperset(ends) or link.guid != below(*ends) or link.target in found:
                continue
            at: UUID | None = link.origin
            while at is not None and at != link.target:
                at = found.get(at)
            if at is None:
                found[link.target] = link.origin
                self._found.links.add(link.guid)
        return found

    def _relations(self) -> None:
        known = {one.guid for one in self._themes}
        drawn: set[tuple[UUID, UUID]] = set()
        for link in self._document.links:
            ends = link.origin, link.target
            if link.origin == link.target or not known.issuperset(ends) or ends in drawn:
                continue
            kind = next((one for one in ThemeRelationKind if related(*ends, one) == link.guid), None)
            if kind is not None:
                drawn.add(ends)
                self._found.links.add(link.guid)
                self._found.relations.append(FoundRelation(link.guid, *ends, kind, _note_on(link, kind)))

    def _cells(self, group: ProjectSet) -> Iterator[FoundCell]:
        """Of one theme: among its memos, those whose GUID is made of its own and a case's."""
        if not any(guid not in self._found.notes for guid in group.notes):
            return
        cases = {cell_of(group.guid, case.guid): case.guid for case in self._document.cases}
        ends = {(link.origin, link.target): link for link in self._document.links}
        for note in self._taken([guid for guid in group.notes if guid in cases]):
            link = ends.get((note.guid, cases[note.guid]))
            if link is not None and link.guid == case_of_cell(note.guid):
                self._found.links.add(link.guid)
            yield FoundCell(note, group.guid, cases[note.guid], tuple(self._passages(note.guid, None)))

    def _decisions(self, trail: ProjectSet) -> Iterator[FoundDecision]:
        """Those with a day and groups that can be read; another memo of the trail stays a memo."""
        about: dict[UUID, UUID] = {}
        for theme in self._themes:
            for guid in theme.notes:
                about.setdefault(guid, theme.guid)
        for guid in trail.notes:
            note = self._notes[guid]
            day, groups = _day_of(note.name), _groups_of(note.description)
            if day is not None and groups is not None and list(self._taken([guid])):
                yield FoundDecision(note, day, groups, about.get(guid))


def _note_on(link: ProjectLink, kind: ThemeRelationKind) -> str:
    """What somebody put on a relation: what its name says beside the kind."""
    name, words = link.name.strip(), in_words(kind)
    return "" if name == words else name.removeprefix(f"{words}: ")


def _day_of(written: str) -> date | None:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        return None


def _groups_of(written: str) -> tuple[tuple[str, int], ...] | None:
    """Of lines `peer researchers: 2`; None where one is no such line."""
    found = []
    for line in written.splitlines():
        group, _, number = line.rpartition(": ")
        if (
            not group.strip()
            or not (number.isascii() and number.isdigit())
            or not 0 < int(number) < 1_000_000
        ):
            return None
        found.append((group.strip(), int(number)))
    return tuple(found)
