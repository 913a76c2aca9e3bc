"""A project document -> the rows that it becomes, each with its id. Pure: what is there already is told.

A selection becomes the place of its codings. What does not fit a row is carried: a selection without a code, a coding on no
text, and one that stands in the same place, under the same code, by the same analyst as another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from throughline.exchange.project.arriving import Arriving
from throughline.exchange.project.document import (
    ProjectCoding,
    ProjectDocument,
    ProjectNote,
    ProjectSelection,
    ProjectSource,
    VariableValue,
)
from throughline.exchange.project.naming import NOBODY, actor_of, fitted, free, row_id, slug_of
from throughline.exchange.project.palette import place_of
from throughline.exchange.project.recognised import recognised_in
from throughline.exchange.project.rest import Rest, made_rest, named, rest_of, values_rest, words_of
from throughline.exchange.transcript.lines import lines_of
from throughline.exchange.transcript.read import MAX_LINES
from throughline.exchange.transcript.turns import turns_of
from throughline.records.inquiry.actions.projects import (
    CarriedDraft,
    CaseDraft,
    CodedSourceDraft,
    CoderDraft,
    MemoDraft,
    PlacedDraft,
    ProjectCodeDraft,
)
from throughline.records.inquiry.actions.sources import TurnDraft
from throughline.vocabulary.study import MemoKind

_NAME, _LABEL, _SHORT, _SPEAKER = 160, 40, 40, 120


@dataclass(frozen=True)
class There:
    """What an analysis holds before: none of it is written over. `outcomes`: codes of its study's that are no step of the line."""

    hashes: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    actors: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()


@dataclass
class Kept:
    """How many became rows, of the kinds of which not every one does."""

    selections: int = 0
    codings: int = 0
    values: int = 0


@dataclass(frozen=True)
class _About:
    """What a memo is about first: a field of Memo and the row, or a passage of a source."""

    field: str
    row: UUID
    source: UUID | None = None
    start: int | None = None
    end: int | None = None


@dataclass
class Plan:
    """The rows of one document in one analysis. `at` stands where the file says no time."""

    document: ProjectDocument
    analysis_id: UUID
    at: datetime
    there: There = field(default_factory=There)
    raw_format: str = "text"
    kept: Kept = field(default_factory=Kept)

    @cached_property
    def ours(self) -> Arriving:
        """What was a theme, cell, entry or decision here: it becomes one again, and nothing else."""
        return Arriving(
            recognised_in(self.document), self.row, self.at, self.there.themes, self.there.outcomes
        )

    @cached_property
    def coders(self) -> tuple[CoderDraft, ...]:
        """Everybody of the project, and somebody for codings that nobody is named for."""
        drafts = [
            CoderDraft(
                actor_of(user.guid), fitted(user.name, _NAME, user.guid.hex), " ".join(user.short.split())[:_SHORT]
            )
            for user in self.document.users
        ]  # fmt: skip
        if any(coding.by is None for _, _, coding in self.document.codings()):
            drafts.append(CoderDraft(NOBODY, NOBODY.partition(":")[2], ""))
        return tuple(draft for draft in drafts if draft.actor not in self.there.actors)

    @cached_property
    def codes(self) -> tuple[ProjectCodeDraft, ...]:
        """In tree order, a parent before those below it."""
        drafts: list[ProjectCodeDraft] = []
        taken: set[str] = set()
        for code in self.document.codes:
            slug = slug_of(code.name, taken)
            taken.add(slug)
            drafts.append(
                ProjectCodeDraft(
                    self.row(code.guid), self.row(code.parent) if code.parent else None, slug,
                    fitted(code.name, _NAME, slug), code.description, place_of(code.colour),
                )
            )  # fmt: skip
        return tuple(drafts)

    @cached_property
    def cases(self) -> tuple[CaseDraft, ...]:
        """A participant for each case, under a label of its own."""
        drafts: list[CaseDraft] = []
        taken = set(self.there.labels)
        for number, case in enumerate(self.document.cases, start=1):
            label = free(fitted(case.name, _LABEL, f"case {number}"), taken, _LABEL)
            taken.add(label)
            drafts.append(CaseDraft(self.row(case.guid), label, self.attributes(case.values)))
        return tuple(drafts)

    @cached_property
    def sources(self) -> tuple[CodedSourceDraft, ...]:
        """The sources with their codings; no two have the same hash, though their bytes may be the same."""
        drafts: list[CodedSourceDraft] = []
        taken = set(self.there.hashes)
        for number, source in enumerate(self.document.sources, start=1):
            raw = source.raw or source.text.encode()
            digest = hashlib.sha256(raw).hexdigest()
            if digest in taken:
                digest = hashlib.sha256(raw + source.guid.bytes).hexdigest()
            taken.add(digest)
            name = fitted(source.name, _NAME, f"source {number}")
            lying = _Lying(self, source)
            rest = {
                **named(source.name, name), **lying.rest,
                **rest_of(
                    description=source.description, notes=source.notes, values=values_rest(source.values),
                    made=made_rest(source.made),
                ),
            }  # fmt: skip
            drafts.append(
                CodedSourceDraft(
                    self.row(source.guid), source.guid, name, source.text, raw, digest, self.raw_format,
                    _turns(source.text), self.attributes(source.values), tuple(lying.placed), rest,
                )
            )  # fmt: skip
        return tuple(drafts)

    @cached_property
    def memos(self) -> tuple[MemoDraft, ...]:
        """Each beside the first thing that it is about; what else refers to it is carried."""
        drafts = []
        for _, note in self._plain_notes:
            about = self._about.get(note.guid)
            drafts.append(
                MemoDraft(
                    self.row(note.guid), fitted(note.name, _NAME, ""), note.text or note.description,
                    actor_of(note.made.by), note.made.at or self.at, about.field if about else "",
                    about.row if about else None, about.start if about else None, about.end if about else None,
                    self._kind(note.guid, about),
                )
            )  # fmt: skip
        return tuple(drafts)

    def _kind(self, note: UUID, about: _About | None) -> MemoKind:
        """A note lies beside a source, another reading beside a coding; elsewhere each is a memo."""
        kind = self.ours.found.kinds.get(note, MemoKind.MEMO)
        beside = {MemoKind.NOTE: "source", MemoKind.ANOTHER_READING: "coding"}.get(kind)
        return kind if about and about.field == beside else MemoKind.MEMO

    @cached_property
    def carried(self) -> tuple[CarriedDraft, ...]:
        """What there is no field for, of everything but sources (theirs is sealed with them)."""
        places = {one.guid: place for place, one in enumerate(self.document.sets)}
        memos = {note: about.row for note, about in self._about.items() if about.field == "theme"}
        return (
            *self._carried_people(), *self._carried_codes(), *self._carried_cases(), *self._carried_notes(),
            *self._carried_groups(), *self.ours.carried(places, memos),
        )  # fmt: skip

    def row(self, guid: UUID) -> UUID:
        return row_id(self.analysis_id, guid)

    def attributes(self, values: Iterable[VariableValue]) -> dict[str, str]:
        """Attributes by the name of their variable; the first value of each counts."""
        names = {variable.guid: variable.name for variable in self.document.variables}
        found: dict[str, str] = {}
        for one in values:
            name = names[one.variable]
            if one.value is not None and name and name not in found:
                found[name] = words_of(one.value)
                self.kept.values += 1
        return found

    @cached_property
    def _about(self) -> dict[UUID, _About]:
        found: dict[UUID, _About] = {}

        def say(notes: Iterable[UUID], about: _About) -> None:
            for note in notes:
                found.setdefault(note, about)

        for code in self.document.codes:
            say(code.notes, _About("code", self.row(code.guid)))
        for draft, source in zip(self.sources, self.document.sources, strict=True):
            whole = _About("source", draft.id, draft.id)
            laid = {one.id for one in draft.codings}
            say(source.notes, whole)
            for selection in source.selections:
                is_passage = selection.start < selection.end
                here = (
                    _About("source", draft.id, draft.id, selection.start, selection.end)
                    if is_passage
                    else whole
                )
                for coding in selection.codings:
                    row = self.row(coding.guid)
                    say(coding.notes, _About("coding", row, draft.id) if row in laid else here)
                say(selection.notes, here)
            for coding in source.codings:
                row = self.row(coding.guid)
                say(coding.notes, _About("coding", row, draft.id) if row in laid else whole)
        for theme in self.ours.found.themes:
            say(theme.set.notes, _About("theme", self.row(theme.set.guid)))
        return found

    @cached_property
    def _plain_notes(self) -> list[tuple[int, ProjectNote]]:
        """Those that become memos, with their places in the file."""
        ours = self.ours.found.notes
        return [(place, note) for place, note in enumerate(self.document.notes) if note.guid not in ours]

    def _carried_people(self) -> Iterable[CarriedDraft]:
        for place, user in enumerate(self.document.users):
            yield CarriedDraft(user.guid, "user", place, None, {"name": user.name, "short": user.short})

    def _carried_codes(self) -> Iterable[CarriedDraft]:
        for place, (code, draft) in enumerate(zip(self.document.codes, self.codes, strict=True)):
            rest = rest_of(colour=code.colour, heading=not code.is_codable, notes=code.notes)
            yield CarriedDraft(code.guid, "code", place, draft.id, {**named(code.name, draft.name), **rest})

    def _carried_cases(self) -> Iterable[CarriedDraft]:
        for place, variable in enumerate(self.document.variables):
            rest = {
                "name": variable.name,
                "kind": variable.kind.value,
                **rest_of(description=variable.description),
            }
            yield CarriedDraft(variable.guid, "variable", place, None, rest)
        for place, (case, draft) in enumerate(zip(self.document.cases, self.cases, strict=True)):
            rest = rest_of(
                description=case.description, codes=case.codes, sources=case.sources, selections=case.selections,
                values=values_rest(case.values),
            )  # fmt: skip
            yield CarriedDraft(case.guid, "case", place, draft.id, {**named(case.name, draft.label), **rest})

    def _carried_notes(self) -> Iterable[CarriedDraft]:
        for (place, note), draft in zip(self._plain_notes, self.memos, strict=True):
            about = self._about.get(note.guid)
            rest = rest_of(
                description=note.description, made=made_rest(note.made), wordless=not note.text and bool(note.description)
            )  # fmt: skip
            yield CarriedDraft(
                note.guid, "note", place, draft.id, {**named(note.name, draft.title), **rest},
                about.source if about else None,
            )  # fmt: skip

    def _carried_groups(self) -> Iterable[CarriedDraft]:
        ours = self.ours.found
        for place, group in enumerate(self.document.sets):
            if group.guid in ours.sets:
                continue
            rest = rest_of(
                description=group.description, codes=group.codes, sources=group.sources, notes=group.notes
            )
            yield CarriedDraft(group.guid, "set", place, None, {"name": group.name, **rest})
        for place, link in enumerate(self.document.links):
            if link.guid in ours.links:
                continue
            rest = rest_of(
                name=link.name, origin=link.origin, target=link.target, colour=link.colour, notes=link.notes,
                direction=link.direction.value if link.direction else "",
            )  # fmt: skip
            yield CarriedDraft(link.guid, "link", place, None, rest)


class _Lying:
    """What lies on one source: the codings that become rows, and the rest of all that lies there."""

    def __init__(self, plan: Plan, source: ProjectSource) -> None:
        self._plan, self._source, self._ours = plan, source, plan.ours.found
        self.placed: list[PlacedDraft] = []
        self._standing: dict[tuple[UUID, str, int, int], UUID] = {}
        selections = [
            self._selection(one) for one in source.selections if one.guid not in self._ours.selections
        ]
        whole = [self._coding(one, 0, len(source.text)) for one in source.codings]
        self.rest = rest_of(selections=selections, whole=whole)

    def _selection(self, one: ProjectSelection) -> Rest:
        before = len(self.placed)
        codings = [self._coding(coding, one.start, one.end) for coding in one.codings]
        self._plan.kept.selections += len(self.placed) > before
        return {
            "guid": one.guid.hex, "start": one.start, "end": one.end,
            **rest_of(
                codings=codings, name=one.name, description=one.description, made=made_rest(one.made),
                notes=[note for note in one.notes if (one.guid, note) not in self._ours.lain],
            ),
        }  # fmt: skip

    def _coding(self, one: ProjectCoding, start: int, end: int) -> Rest:
        """A row, or what is needed to give it back without one: beside which row it stands, if any."""
        analyst = actor_of(one.by)
        key = (one.code, analyst, start, end)
        rest = {"guid": one.guid.hex, **rest_of(notes=one.notes)}
        if start < end and key not in self._standing:
            self._standing[key] = one.guid
            code = self._plan.row(one.code)
            row = self._plan.row(one.guid)
            self.placed.append(PlacedDraft(row, code, analyst, start, end, one.at or self._plan.at))
            self._plan.kept.codings += 1
            return {**rest, **rest_of(untimed=one.at is None)}
        return {
            **rest,
            "code": one.code.hex,
            **rest_of(by=one.by, at=one.at, beside=self._standing.get(key)),
        }


def _turns(text: str) -> tuple[TurnDraft, ...]:
    """Who speaks where, as far as the text has it; none where it has more lines than a transcript."""
    if not text.strip() or text.count("\n") > MAX_LINES:
        return ()
    found = turns_of(text, lines_of(text))
    return tuple(
        TurnDraft(turn.start, turn.end, (turn.speaker or "")[:_SPEAKER], turn.start_ms, turn.end_ms)
        for turn in found
    )


def analysts_in(document: ProjectDocument) -> int:
    """By how many the project was coded, as far as the file names them."""
    return len({coding.by for _, _, coding in document.codings() if coding.by is not None})


def mark_of(document: ProjectDocument) -> str:
    """A mark (SHA-256) of all that a project holds but the program that wrote it: the same project, the same mark."""
    digest = hashlib.sha256()
    parts: Sequence[Sequence[object]] = (
        document.users, document.codes, document.variables, document.cases, document.sources, document.notes,
        document.links, document.sets, document.about, (document.name, document.description, document.made),
    )  # fmt: skip
    for part in parts:
        digest.update(str(len(part)).encode())
        for one in part:
            digest.update(repr(one).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
