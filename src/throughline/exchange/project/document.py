"""The frozen shape of a coded project, whichever program it came from.

Every thing has a GUID that stays the same from file to file. Offsets are Unicode code points into a source's text,
the end exclusive; text has line feeds only and no byte order mark. Codes stand in tree order (a code, then all below
it). Every GUID that is referred to exists in the document: what did not resolve is in the report, not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from throughline.exchange.transcript.encoding import scrub

Value = str | bool | int | Decimal | date | datetime | None


class VariableKind(StrEnum):
    """What a variable's values are; the words of REFI-QDA."""

    TEXT = "Text"
    BOOLEAN = "Boolean"
    INTEGER = "Integer"
    FLOAT = "Float"
    DATE = "Date"
    DATE_TIME = "DateTime"


class Direction(StrEnum):
    """Which way a link points; the words of REFI-QDA."""

    ASSOCIATIVE = "Associative"
    ONE_WAY = "OneWay"
    BIDIRECTIONAL = "Bidirectional"


@dataclass(frozen=True, slots=True)
class Made:
    """Who made a thing and when, and who last changed it; None where the file does not say."""

    by: UUID | None = None
    at: datetime | None = None
    changed_by: UUID | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProjectUser:
    """Someone who coded; `short` is their initials or login. An empty name: the file names them by GUID alone."""

    guid: UUID
    name: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """A code of the codebook. `colour` is `#rrggbb` or empty; one that is not codable is a heading."""

    guid: UUID
    name: str
    parent: UUID | None = None
    description: str = ""
    colour: str = ""
    is_codable: bool = True
    notes: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectCoding:
    """A code laid on a selection or on a whole source, by whom and when; `notes` are memos on it."""

    guid: UUID
    code: UUID
    by: UUID | None = None
    at: datetime | None = None
    notes: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectSelection:
    """A stretch of a source's text, possibly empty, with the codes laid on it. `name` is the file's own word for it."""

    guid: UUID
    start: int
    end: int
    codings: tuple[ProjectCoding, ...] = ()
    name: str = ""
    description: str = ""
    notes: tuple[UUID, ...] = ()
    made: Made = Made()


@dataclass(frozen=True, slots=True)
class VariableValue:
    """One value of a variable; None says that the file holds the place but no value."""

    variable: UUID
    value: Value


@dataclass(frozen=True, slots=True)
class ProjectSource:
    """A text with what lies on it; `raw` are the bytes it was read from and takes no part in comparisons.

    Raises ValueError where the text is not as the module says or a selection lies outside it.
    """

    guid: UUID
    name: str
    text: str
    selections: tuple[ProjectSelection, ...] = ()
    codings: tuple[ProjectCoding, ...] = ()
    description: str = ""
    notes: tuple[UUID, ...] = ()
    values: tuple[VariableValue, ...] = ()
    made: Made = Made()
    raw: bytes = field(default=b"", repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.text.startswith("\ufeff") or scrub(self.text)[0] != self.text:
            raise ValueError(
                f"the text of source {self.guid} holds a mark or characters that no text can hold"
            )
        for one in self.selections:
            if not 0 <= one.start <= one.end <= len(self.text):
                raise ValueError(f"selection {one.guid} lies outside the text of source {self.guid}")

    def selected(self, selection: ProjectSelection) -> str:
        """The words of a selection."""
        return self.text[selection.start : selection.end]


@dataclass(frozen=True, slots=True)
class ProjectNote:
    """A memo. What it is about is said there: by the `notes` of the other thing, or by a link."""

    guid: UUID
    name: str
    text: str
    description: str = ""
    made: Made = Made()


@dataclass(frozen=True, slots=True)
class Variable:
    """An attribute that cases or sources have values of."""

    guid: UUID
    name: str
    kind: VariableKind = VariableKind.TEXT
    description: str = ""


@dataclass(frozen=True, slots=True)
class ProjectCase:
    """A person, place or group that is studied, with its values and what belongs to it."""

    guid: UUID
    name: str
    description: str = ""
    codes: tuple[UUID, ...] = ()
    values: tuple[VariableValue, ...] = ()
    sources: tuple[UUID, ...] = ()
    selections: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectSet:
    """A named collection of codes, sources and memos."""

    guid: UUID
    name: str
    description: str = ""
    codes: tuple[UUID, ...] = ()
    sources: tuple[UUID, ...] = ()
    notes: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectLink:
    """A relation between two things of any kind."""

    guid: UUID
    origin: UUID
    target: UUID
    name: str = ""
    direction: Direction | None = None
    colour: str = ""
    notes: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectDocument:
    """A whole project. Raises ValueError for a GUID that stands twice or for nothing, and for codes out of tree order."""

    name: str
    origin: str = ""
    description: str = ""
    made: Made = Made()
    users: tuple[ProjectUser, ...] = ()
    codes: tuple[ProjectCode, ...] = ()
    variables: tuple[Variable, ...] = ()
    cases: tuple[ProjectCase, ...] = ()
    sources: tuple[ProjectSource, ...] = ()
    notes: tuple[ProjectNote, ...] = ()
    links: tuple[ProjectLink, ...] = ()
    sets: tuple[ProjectSet, ...] = ()
    about: tuple[UUID, ...] = ()
    """Memos on the project as a whole."""

    def __post_init__(self) -> None:
        known: set[UUID] = set()
        for guid in self._guids():
            if guid in known:
                raise ValueError(f"GUID {guid} stands for two things")
            known.add(guid)
        if tree_order(self.codes) != self.codes:
            raise ValueError("the codes are not in tree order")
        for guid in self._references():
            if guid not in known:
                raise ValueError(f"GUID {guid} is referred to and stands for nothing")

    def selections(self) -> Iterator[tuple[ProjectSource, ProjectSelection]]:
        """Every selection with its source."""
        for source in self.sources:
            for selection in source.selections:
                yield source, selection

    def codings(self) -> Iterator[tuple[ProjectSource, ProjectSelection | None, ProjectCoding]]:
        """Every coding with its source and selection; None where it lies on the whole source."""
        for source in self.sources:
            for coding in source.codings:
                yield source, None, coding
            for selection in source.selections:
                for coding in selection.codings:
                    yield source, selection, coding

    def _guids(self) -> Iterator[UUID]:
        things: tuple[Iterable[ProjectUser | ProjectCode | Variable | ProjectCase | ProjectNote], ...]
        things = (self.users, self.codes, self.variables, self.cases, self.notes)
        for kind in things:
            yield from (thing.guid for thing in kind)
        yield from (source.guid for source in self.sources)
        yield from (thing.guid for thing in self.links)
        yield from (thing.guid for thing in self.sets)
        yield from (selection.guid for _, selection in self.selections())
        yield from (coding.guid for _, _, coding in self.codings())

    def _references(self) -> Iterator[UUID]:
        yield from self.about
        for code in self.codes:
            yield from code.notes
        for source in self.sources:
            yield from _of_source(source)
        for case in self.cases:
            yield from (*case.codes, *case.sources, *case.selections)
            yield from (value.variable for value in case.values)
        for group in self.sets:
            yield from (*group.codes, *group.sources, *group.notes)
        for link in self.links:
            yield from (link.origin, link.target, *link.notes)
        for made in (self.made, *(note.made for note in self.notes)):
            yield from _of_made(made)


def tree_order(codes: Sequence[ProjectCode]) -> tuple[ProjectCode, ...]:
    """The codes, each followed by all below it, brothers in the order given; one in a cycle or without its parent goes."""
    below: dict[UUID | None, list[ProjectCode]] = {}
    for code in codes:
        below.setdefault(code.parent, []).append(code)
    ordered: list[ProjectCode] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        code = waiting.pop()
        ordered.append(code)
        waiting.extend(reversed(below.get(code.guid, [])))
    return tuple(ordered)


def _of_source(source: ProjectSource) -> Iterator[UUID]:
    yield from source.notes
    yield from _of_made(source.made)
    yield from (value.variable for value in source.values)
    for coding in source.codings:
        yield from _of_coding(coding)
    for selection in source.selections:
        yield from selection.notes
        yield from _of_made(selection.made)
        for coding in selection.codings:
            yield from _of_coding(coding)


def _of_coding(coding: ProjectCoding) -> Iterator[UUID]:
    yield coding.code
    yield from coding.notes
    if coding.by is not None:
        yield coding.by


def _of_made(made: Made) -> Iterator[UUID]:
    yield from (who for who in (made.by, made.changed_by) if who is not None)
