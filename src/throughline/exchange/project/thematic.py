"""Themes, framework cells, shared journal entries and the trail, as what the standard has: sets, memos, links, selections."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from throughline.exchange.project.document import (
    Direction,
    Made,
    ProjectLink,
    ProjectNote,
    ProjectSelection,
    ProjectSet,
)
from throughline.exchange.project.marks import (
    JOURNAL,
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
from throughline.exchange.project.recalled import Recalled
from throughline.exchange.project.rest import guids, name_of
from throughline.records.inquiry.models import Decision, FrameworkCell, Theme, ThemePassage, ThemeQuote
from throughline.records.inquiry.queries.thematic import Thematic
from throughline.vocabulary.study import ThemeRelationKind

_PARTS = {
    Part.STANDS: "where it stands",
    Part.BEARS_ON: "steps that it bears on",
    Part.OUTCOMES: "other outcomes that it bears on",
    Part.BOUNDARIES: "where it ends",
    Part.CONTRARY: "what speaks against it",
}
_BEARINGS = {
    Bearing.QUOTE: "stands for it",
    Bearing.CONTRARY_QUOTE: "chosen to speak against it",
    Bearing.PASSAGE: "bears on it, without a code",
    Bearing.CONTRARY_PASSAGE: "speaks against it",
}
_EVEN = frozenset(
    {ThemeRelationKind.CONTRADICTS, ThemeRelationKind.CONTRASTS_WITH, ThemeRelationKind.BELONGS_WITH}
)


class Given:
    """What of `rows` is exported; the same rows give the same things in the same order."""

    def __init__(self, rows: Thematic, recalled: Recalled) -> None:
        self._rows, self._recalled = rows, recalled
        self._guids = {theme.id: recalled.guid(theme.id) for theme in rows.themes}
        self._lying: list[ThemeQuote | ThemePassage] = [*rows.quotes, *rows.passages]
        # By GUID where the moment is the same: a row's id is another one in the next analysis.
        guid = recalled.guid
        self._shared = sorted(rows.shared, key=lambda one: (one.written_at, guid(one.id)))
        self._decisions = sorted(
            rows.decisions, key=lambda one: (one.decided_on, one.recorded_at, guid(one.id))
        )

    @cached_property
    def notes(self) -> tuple[ProjectNote, ...]:
        """Parts of themes, what lies on their passages, cells, entries and decisions."""
        return tuple(self._notes())

    @cached_property
    def selections(self) -> dict[UUID, tuple[ProjectSelection, ...]]:
        """By the row of the source."""
        found: dict[UUID, list[ProjectSelection]] = {}
        for one in self._lying:
            note = bearing_on(self._guids[one.theme_id], _bearing(one))
            by, at = (
                (one.chosen_by, one.chosen_at)
                if isinstance(one, ThemeQuote)
                else (one.placed_by, one.placed_at)
            )
            found.setdefault(one.source_id, []).append(
                self._selection(one.id, one.start, one.end, note, self._made(by, at))
            )
        cells = {cell.id: self._cell(cell) for cell in self._rows.cells}
        for rested in self._rows.rested_on:
            found.setdefault(rested.source_id, []).append(
                self._selection(rested.id, rested.start, rested.end, cells[rested.cell_id], Made())
            )
        return {
            source: tuple(sorted(held, key=lambda one: (one.start, one.end, one.guid)))
            for source, held in found.items()
        }

    def sets(self, there: Collection[UUID], memos: Mapping[UUID, tuple[UUID, ...]]) -> Iterator[ProjectSet]:
        """A set for each theme with those of its members that are `there`, with its `memos`; then the trail and the journal."""
        for theme in self._rows.themes:
            yield self._set(theme, there, memos.get(theme.id, ()))
        decisions = tuple(self._recalled.guid(one.id) for one in self._decisions)
        if decisions:
            yield ProjectSet(
                TRAIL,
                "Trail of decisions",
                "What was decided on the way, why, and who took part.",
                notes=decisions,
            )
        entries = tuple(self._recalled.guid(one.id) for one in self._shared)
        if entries:
            yield ProjectSet(
                JOURNAL,
                "Journal",
                "What analysts noted of themselves in the work, and shared.",
                notes=entries,
            )

    def links(self, known: Collection[UUID]) -> Iterator[ProjectLink]:
        """Subthemes, relations, and the case of each cell."""
        order = list(self._guids.values())
        for theme in self._rows.themes:
            if theme.parent_id in self._guids:
                ends = self._guids[theme.parent_id], self._guids[theme.id]
                yield ProjectLink(below(*ends), *ends, "has the subtheme", Direction.ONE_WAY)
        drawn = []
        for one in self._rows.relations:
            kind = ThemeRelationKind(one.kind)
            ends = self._guids[one.origin_id], self._guids[one.target_id]
            words = f"{in_words(kind)}: {one.note}" if one.note else in_words(kind)
            way = Direction.ASSOCIATIVE if kind in _EVEN else Direction.ONE_WAY
            drawn.append(ProjectLink(related(*ends, kind), *ends, words, way))
        yield from sorted(drawn, key=lambda one: (order.index(one.origin), order.index(one.target)))
        for note in self._cells:
            case = self._recalled.guid(self._cells[note].participant_id)
            if case in known:
                yield ProjectLink(case_of_cell(note), note, case, "what this case says", Direction.ONE_WAY)

    @cached_property
    def _cells(self) -> dict[UUID, FrameworkCell]:
        held = {self._cell(cell): cell for cell in self._rows.cells}
        return dict(sorted(held.items()))

    def _notes(self) -> Iterator[ProjectNote]:
        bearings = {(one.theme_id, _bearing(one)) for one in self._lying}
        for theme in self._rows.themes:
            made = self._made(theme.written_by, theme.written_at)
            name, guid = self._name(theme), self._guids[theme.id]
            for part, words in _words_of(theme).items():
                if words:
                    yield ProjectNote(part_of(guid, part), f"{name}: {_PARTS[part]}", words, made=made)
            for bearing, words in _BEARINGS.items():
                if (theme.id, bearing) in bearings:
                    yield ProjectNote(
                        bearing_on(guid, bearing), f"{name}: {words}", "The passages on which this memo lies."
                    )
        for note, cell in self._cells.items():
            made = self._made(cell.written_by, cell.written_at)
            title = f"{cell.participant.label}: {cell.theme.name}"
            yield ProjectNote(note, title, cell.summary, cell.reason, made)
        for entry in self._shared:
            who = self._recalled.user(entry.analyst)
            shared = Made(who, entry.written_at, who, entry.shared_at)
            yield ProjectNote(self._recalled.guid(entry.id), "Journal", entry.text, made=shared)
        for decision in self._decisions:
            made = self._made(decision.recorded_by, decision.recorded_at)
            yield ProjectNote(
                self._recalled.guid(decision.id), decision.decided_on.isoformat(), decision.text, _took_part(decision), made
            )  # fmt: skip

    def _set(self, theme: Theme, there: Collection[UUID], memos: Iterable[UUID]) -> ProjectSet:
        guid, rest = self._guids[theme.id], self._rest(theme)
        own = {note.guid for note in self.notes}
        notes = [one for part in Part if (one := part_of(guid, part)) in own]
        notes += [one for bearing in Bearing if (one := bearing_on(guid, bearing)) in own]
        notes += [note for note, cell in self._cells.items() if cell.theme_id == theme.id]
        notes += [self._recalled.guid(one.id) for one in self._decisions if one.theme_id == theme.id]
        notes += sorted(memos)
        lain = {self._recalled.guid(one.source_id) for one in self._lying if one.theme_id == theme.id}
        told = [one for one in guids(rest.get("sources")) if one in there and one not in lain]
        return ProjectSet(
            guid,
            self._name(theme),
            theme.central_concept,
            tuple(
                sorted(one for code in theme.codes.all() if (one := self._recalled.guid(code.id)) in there)
            ),
            (*sorted(lain), *told),
            (*notes, *(one for one in guids(rest.get("notes")) if one in there and one not in notes)),
        )

    def _name(self, theme: Theme) -> str:
        return name_of(self._rest(theme), theme.name)

    def _rest(self, theme: Theme) -> Mapping[str, Any]:
        carried = self._recalled.row(theme.id)
        return carried.rest if carried else {}

    def _cell(self, cell: FrameworkCell) -> UUID:
        return cell_of(self._guids[cell.theme_id], self._recalled.guid(cell.participant_id))

    def _selection(self, row: UUID, start: int, end: int, note: UUID, made: Made) -> ProjectSelection:
        return ProjectSelection(self._recalled.guid(row), start, end, notes=(note,), made=made)

    def _made(self, by: str, at: datetime) -> Made:
        return Made(self._recalled.user(by), at)


def _bearing(one: ThemeQuote | ThemePassage) -> Bearing:
    if isinstance(one, ThemeQuote):
        return Bearing.CONTRARY_QUOTE if one.is_contrary else Bearing.QUOTE
    return Bearing.CONTRARY_PASSAGE if one.is_contrary else Bearing.PASSAGE


def _words_of(theme: Theme) -> dict[Part, str]:
    return {
        Part.STANDS: theme.status.replace("_", " "),
        Part.BEARS_ON: ", ".join(str(step).replace("_", " ") for step in theme.steps),
        Part.OUTCOMES: ", ".join(theme.outcomes),
        Part.BOUNDARIES: theme.boundaries,
        Part.CONTRARY: theme.contrary,
    }


def _took_part(decision: Decision) -> str:
    """A line for each group: `peer researchers: 2`."""
    return "\n".join(f"{' '.join(str(one['group']).split())}: {one['number']}" for one in decision.took_part)
