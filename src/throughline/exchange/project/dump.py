"""Records -> a project document: what an actor may see of an analysis, each thing under the GUID that it had, else its row's id.

Importing what is exported gives the same project. No coding is left out: those that stand and may be seen are counted again
in the document, and ArithmeticError is raised where one is missing. In a blind round nothing of others' work is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from throughline.exchange.project.beside import Beside
from throughline.exchange.project.document import Made, ProjectCoding, ProjectDocument, ProjectSource
from throughline.exchange.project.laid import Given, GivingBack, Known, Laid
from throughline.exchange.project.recalled import Recalled
from throughline.exchange.project.rest import guids, made_of, name_of
from throughline.exchange.project.thematic import Given as Thematic
from throughline.methods.text_mapping import mapping_between
from throughline.records.inquiry.actions.projects import carried_rest, open_sources
from throughline.records.inquiry.models import Analysis, Coding, Source, blind_sources
from throughline.records.inquiry.queries.projects import (
    is_reworded,
    project_sources,
    text_then,
)
from throughline.records.inquiry.queries.thematic import thematic_of
from throughline.rules.access import check_may_see_sources
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import Nothing

_ORIGIN = "Throughline"


@dataclass(frozen=True)
class Dumped:
    """A document with the number of its codings; `carried` of them have no row of their own."""

    document: ProjectDocument
    codings: int
    carried: int
    themes: int
    cells: int
    entries: int
    decisions: int


def document_of(*, analysis: Analysis, by: Actor, at: datetime) -> Dumped:
    """An analysis as a project. Raises NotAllowed; opening each source is an audit event."""
    check_may_see_sources(by, analysis.programme_id)
    return _Dump(analysis, by, at).made()


class _Dump:
    def __init__(self, analysis: Analysis, by: Actor, at: datetime) -> None:
        self.analysis, self.by = analysis, by
        self.recalled = Recalled(analysis, by)
        self.sources = sorted(project_sources(by, analysis), key=self._order)
        self.texts = open_sources(sources=self.sources, by=by, at=at)
        blind = blind_sources(by).filter(analysis=analysis).values_list("id", flat=True)
        self.blind = frozenset(blind) & frozenset(self.texts)
        there = [source.id for source in self.sources]
        self.beside = Beside(analysis, by, self.recalled, there)
        self.on_passages = self.beside.memos_on_passages()
        self.held = thematic_of(by, analysis, there, self.blind)
        self.thematic = Thematic(self.held, self.recalled)
        self.given: list[Given] = []

    def made(self) -> Dumped:
        sources = tuple(self._sources())
        rows, carried = sum(one.rows for one in self.given), sum(one.carried for one in self.given)
        self._check_all_there(sources, rows, carried)
        held = self.held
        return Dumped(
            self._document(sources), rows + carried, carried, len(held.themes), len(held.cells), len(held.shared),
            len(held.decisions),
        )  # fmt: skip

    def _document(self, sources: tuple[ProjectSource, ...]) -> ProjectDocument:
        """With all that refers to sources and selections, and everybody who is referred to."""
        held = self.recalled.only("project")
        rest = held.rest if held else {}
        beside, notes = self.beside, (*self.beside.notes, *self.thematic.notes)
        known = {note.guid for note in notes}
        codes = self.recalled.codes(known, beside.memos_of("code"))
        described = str(rest.get("description", ""))
        is_as_it_was = self.analysis.question == (described.strip() or Nothing.NOT_RECORDED.value)
        made = made_of(rest.get("made"))
        users = self.recalled.users(made, notes, sources, is_blind=bool(self.blind))
        lying = {one.guid for source in sources for one in source.selections}
        laid = {one.guid for source in sources for one in _codings_on(source)}
        cases = beside.cases(lying)
        variables = beside.variables(sources, cases)
        there = {one.guid for kind in (codes, sources, notes) for one in kind}
        sets = (
            *beside.sets(codes, sources, notes), *self.thematic.sets(there, beside.memos_on_themes()), *beside.kinds(),
        )  # fmt: skip
        things = (users, codes, variables, cases, sources, notes, sets)
        everything = {one.guid for kind in things for one in kind} | lying | laid
        about = (guid for one in self.recalled.of("project") for guid in guids(one.rest.get("about")))
        return ProjectDocument(
            name_of(rest, self.analysis.name),
            _ORIGIN,
            described if held and is_as_it_was else self.analysis.question,
            made,
            users,
            codes,
            variables,
            cases,
            sources,
            notes,
            (*beside.links(everything), *self.thematic.links(everything)),
            sets,
            (*(guid for guid in about if guid in known), *beside.about),
        )

    def _order(self, source: Source) -> tuple[int, str, UUID]:
        return self.recalled.place_of(source.id), source.name, source.id

    def _sources(self) -> Iterator[ProjectSource]:
        known = Known(
            self.analysis.id, self.recalled.guid, self.recalled.code_now, self.recalled.user,
            frozenset(note.guid for note in (*self.beside.notes, *self.thematic.notes)), self.beside.memos_of("coding"),
        )  # fmt: skip
        memos = self.beside.memos_of("source")
        for source in self.sources:
            yield self._source(source, known, memos.get(source.id, ()))

    def _source(self, source: Source, known: Known, memos: tuple[UUID, ...]) -> ProjectSource:
        carried = self.recalled.row(source.id)
        text = self.texts[source.id]
        rest = carried_rest(source, carried) if carried else {}
        then = int(rest.get("version", 1))
        is_changed = carried is not None and source.version > then
        moved = _mover(text_then(source, then), text) if is_changed else None
        is_silent = carried is not None and is_reworded(source)
        given = GivingBack(
            known, self._laid(source), len(text), moved=moved, is_blind=source.id in self.blind,
            is_reworded=is_silent,
        ).of(rest)  # fmt: skip
        self.given.append(given)
        by = self.recalled.user(source.added_by)
        notes = tuple(note for note in guids(rest.get("notes")) if note in known.notes)
        return ProjectSource(
            self.recalled.guid(source.id),
            name_of(rest, source.name),
            text,
            (
                *given.selections,
                *self.on_passages.get(source.id, ()),
                *self.thematic.selections.get(source.id, ()),
            ),
            tuple(given.whole),
            "" if is_silent else rest.get("description", ""),
            (*notes, *memos),
            self.beside.values(rest.get("values", ()), source.attributes),
            made_of(rest.get("made")) if carried else Made(by, source.added_at),
        )

    def _laid(self, source: Source) -> Iterable[Laid]:
        rows: Any = Coding.objects.visible_to(self.by).standing().filter(source=source)
        found = rows.order_by("start", "end", "id").values_list(
            "id", "code_id", "analyst", "start", "end", "applied_at"
        )
        return (Laid(*one) for one in found.iterator(chunk_size=2_000))

    def _check_all_there(self, sources: tuple[ProjectSource, ...], rows: int, carried: int) -> None:
        held = sum(1 for source in sources for _ in _codings_on(source))
        standing: Any = Coding.objects.visible_to(self.by).standing()
        there = standing.filter(source__in=[source.id for source in self.sources]).count()
        if rows != there or held != rows + carried:
            raise ArithmeticError(
                f"{there} codings stand, {rows} are in the project; {held} in all, {carried} carried"
            )


def _codings_on(source: ProjectSource) -> Iterator[ProjectCoding]:
    yield from source.codings
    for selection in source.selections:
        yield from selection.codings


def _mover(first: str | None, text: str) -> Callable[[int, int], tuple[int, int]]:
    """Where a passage of the imported text lies now; without that text, only where it began is guessed."""
    if first is None:
        return lambda start, end: (min(start, len(text)), min(start, len(text)))
    return mapping_between(first, text).near
