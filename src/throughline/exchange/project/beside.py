"""What is kept beside sources and codes, given back: memos, cases with their attributes, sets and links."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from throughline.exchange.project.document import (
    Direction,
    Made,
    ProjectCase,
    ProjectCode,
    ProjectLink,
    ProjectNote,
    ProjectSelection,
    ProjectSet,
    ProjectSource,
    Variable,
    VariableKind,
    VariableValue,
)
from throughline.exchange.project.guids import derived
from throughline.exchange.project.marks import KINDS
from throughline.exchange.project.recalled import Recalled
from throughline.exchange.project.rest import guids, made_of, name_of, values_of, words_of
from throughline.records.inquiry.models import Analysis, Memo, Participant
from throughline.records.inquiry.queries.projects import (
    project_memos,
    project_participants,
    spoken_in,
)
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import MemoKind

_GROUP = "group"
_TARGETS = ("code", "coding", "source", "theme")
_KINDS = {MemoKind.NOTE: "Notes while reading", MemoKind.ANOTHER_READING: "Other readings"}


class Beside:
    """Of one analysis, what an actor may see; `sources` are those that are exported."""

    def __init__(self, analysis: Analysis, by: Actor, recalled: Recalled, sources: Sequence[UUID]) -> None:
        self._analysis, self._by, self._recalled = analysis, by, recalled
        self._sources = frozenset(sources)
        self._participants = project_participants(by, analysis)
        self._spoken = spoken_in(analysis, sources)
        memos = sorted(project_memos(by, analysis), key=self._order)
        self.notes = tuple(self._note(memo) for memo in memos)
        self._memos = memos
        self._written = [memo for memo in memos if recalled.row(memo.id) is None]
        self._names = {one.guid: str(one.rest["name"]) for one in recalled.of("variable")}
        self._guids = {name: guid for guid, name in reversed(self._names.items())}

    @property
    def about(self) -> tuple[UUID, ...]:
        """Memos written since on the analysis as a whole."""
        return tuple(memo.id for memo in self._written if not any(getattr(memo, f"{t}_id") for t in _TARGETS))

    def memos_on_passages(self) -> dict[UUID, tuple[ProjectSelection, ...]]:
        """Memos written since on a passage of a source, each on a selection of its own, by the source's row."""
        found: dict[UUID, list[ProjectSelection]] = {}
        for memo in self._written:
            place = _passage_of(memo)
            if place is not None:
                source, start, end = place
                selection = ProjectSelection(derived("memo on", memo.id), start, end, notes=(memo.id,))
                found.setdefault(source, []).append(selection)
        return {
            source: tuple(sorted(held, key=lambda one: (one.start, one.end, one.guid)))
            for source, held in found.items()
        }

    def kinds(self) -> Iterator[ProjectSet]:
        """The memos that are notes or other readings: a set of each kind, so that they come back as these."""
        for kind, guid in KINDS.items():
            held = sorted(self._recalled.guid(memo.id) for memo in self._memos if memo.kind == kind.value)
            if held:
                yield ProjectSet(guid, _KINDS[kind], notes=tuple(held))

    def memos_of(self, target: str) -> dict[UUID, tuple[UUID, ...]]:
        """Memos written since, by the row of the "code", "coding" or "source" that they are about."""
        found: dict[UUID, tuple[UUID, ...]] = {}
        for memo in self._written:
            row = getattr(memo, f"{target}_id")
            if row is not None and _passage_of(memo) is None:
                found[row] = (*found.get(row, ()), memo.id)
        return found

    def memos_on_themes(self) -> dict[UUID, tuple[UUID, ...]]:
        """All memos on each theme, by its row: imported ones, too."""
        found: dict[UUID, tuple[UUID, ...]] = {}
        for memo in self._memos:
            if memo.theme_id is not None:
                found[memo.theme_id] = (*found.get(memo.theme_id, ()), self._recalled.guid(memo.id))
        return found

    def values(self, rest: Iterable[list[str]], attributes: Mapping[str, str]) -> tuple[VariableValue, ...]:
        """The values of a case or source: as they came while they say the same, else the words that stand there now."""
        found, seen = [], set[str]()
        for one in values_of(rest):
            name = self._names.get(one.variable, "")
            if one.value is None or not name or name in seen:
                found.append(one)
                continue
            seen.add(name)
            if name in attributes:
                is_same = attributes[name] == words_of(one.value)
                found.append(one if is_same else VariableValue(one.variable, attributes[name]))
        for name, words in attributes.items():
            if name not in seen:
                found.append(VariableValue(self._variable(name), str(words)))
        return tuple(found)

    def cases(self, selections: Collection[UUID]) -> tuple[ProjectCase, ...]:
        """A case for each participant who has not withdrawn."""
        there = (one for one in self._participants if one.withdrawn_at is None)
        ordered = sorted(there, key=lambda one: (self._recalled.place_of(one.id), one.label))
        return tuple(self._case(one, selections) for one in ordered)

    def variables(
        self, sources: Iterable[ProjectSource], cases: Iterable[ProjectCase]
    ) -> tuple[Variable, ...]:
        """Those of the file, and a text variable for each other attribute that has a value."""
        known = [
            Variable(one.guid, one.rest["name"], VariableKind(one.rest["kind"]), one.rest.get("description", ""))
            for one in self._recalled.of("variable")
        ]  # fmt: skip
        borne = [*(one.values for one in sources), *(one.values for one in cases)]
        used = {value.variable for values in borne for value in values}
        names = {guid: name for name, guid in self._guids.items() if guid not in self._names}
        return (*known, *(Variable(guid, name) for guid, name in sorted(names.items(), key=lambda one: one[1]) if guid in used))  # fmt: skip

    def sets(
        self, codes: Iterable[ProjectCode], sources: Iterable[ProjectSource], notes: Iterable[ProjectNote]
    ) -> tuple[ProjectSet, ...]:
        """Those of the file, with such of their members as are exported."""
        known = [{one.guid for one in held} for held in (codes, sources, notes)]
        found = []
        for one in self._recalled.of("set"):
            members = (
                _among(one.rest.get(kind), there)
                for kind, there in zip(("codes", "sources", "notes"), known, strict=True)
            )
            found.append(ProjectSet(one.guid, one.rest["name"], one.rest.get("description", ""), *members))
        return tuple(found)

    def links(self, known: Collection[UUID]) -> tuple[ProjectLink, ...]:
        """Those of which both ends are among what is exported."""
        found = []
        for one in self._recalled.of("link"):
            origin, target = UUID(one.rest["origin"]), UUID(one.rest["target"])
            if origin in known and target in known:
                way = Direction(one.rest["direction"]) if "direction" in one.rest else None
                notes = _among(one.rest.get("notes"), known)
                name, colour = one.rest.get("name", ""), one.rest.get("colour", "")
                found.append(ProjectLink(one.guid, origin, target, name, way, colour, notes))
        return tuple(found)

    def _case(self, one: Participant, selections: Collection[UUID]) -> ProjectCase:
        carried = self._recalled.row(one.id)
        rest = carried.rest if carried else {}
        attributes = dict(one.attributes)
        if one.group != Nothing.NOT_RECORDED.value:
            attributes.setdefault(_GROUP, one.group)
        there = {self._recalled.guid(source) for source in self._sources}
        told = _among(rest.get("sources"), there)
        spoken = [self._recalled.guid(source) for source in self._spoken.get(one.id, ())]
        return ProjectCase(
            self._recalled.guid(one.id),
            name_of(rest, one.label),
            rest.get("description", ""),
            _among(rest.get("codes"), self._recalled.code_guids),
            self.values(rest.get("values", ()), attributes),
            (*told, *(guid for guid in spoken if guid not in told)),
            _among(rest.get("selections"), selections),
        )

    def _note(self, memo: Memo) -> ProjectNote:
        carried = self._recalled.row(memo.id)
        user = self._recalled.user(memo.written_by)
        if carried is None:
            return ProjectNote(memo.id, memo.title, memo.text, made=Made(user, memo.written_at))
        rest = carried.rest
        made = made_of(rest.get("made"))
        description = rest.get("description", "")
        if memo.version > 1:
            made = Made(made.by, made.at, user, memo.written_at)
        is_wordless = rest.get("wordless", False) and memo.text == description
        return ProjectNote(
            carried.guid, name_of(rest, memo.title), "" if is_wordless else memo.text, description, made
        )

    def _order(self, memo: Memo) -> tuple[int, str, UUID]:
        return self._recalled.place_of(memo.id), memo.written_at.isoformat(), memo.id

    def _variable(self, name: str) -> UUID:
        return self._guids.setdefault(name, derived("variable", self._analysis.id, name))


def _among(written: Iterable[str] | None, known: Collection[UUID]) -> tuple[UUID, ...]:
    return tuple(guid for guid in guids(written) if guid in known)


def _passage_of(memo: Memo) -> tuple[UUID, int, int] | None:
    """The source and the words that it lies beside, where it does and they are still there."""
    if memo.source_id is None or memo.start is None or memo.end is None or memo.lost_in is not None:
        return None
    return memo.source_id, memo.start, memo.end
