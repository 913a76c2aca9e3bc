"""Lays selections and codings on their texts, once the way in which the file counts offsets is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from throughline.exchange.project.document import (
    ProjectCoding,
    ProjectSelection,
    ProjectSource,
    VariableValue,
)
from throughline.exchange.project.offsets import (
    Mark,
    Misplaced,
    OffsetMode,
    OffsetsUsed,
    detect,
    is_quoted,
)
from throughline.exchange.project.report import Kind
from throughline.exchange.refi.draft import NOT_SAID, Draft
from throughline.exchange.refi.lying import Lying, LyingCoding, codings_in, made_of
from throughline.exchange.refi.node import Node
from throughline.exchange.refi.texts import Text
from throughline.exchange.refi.things import values_of
from throughline.vocabulary.errors import Sentence

ORIGIN = "Throughline"
_NO_CODE = Sentence("its code is not in the codebook")
_NO_PLACE = Sentence("it gives no offsets, or none that are numbers")
_DEEPER = Sentence("it lies inside a selection other than on it")
_REASONS = {
    Misplaced.BACKWARDS: Sentence("its end comes before its beginning"),
    Misplaced.OUTSIDE: Sentence("its offsets lie past the end of the text"),
    Misplaced.SPLIT: Sentence("its offsets fall inside a character"),
}
_OTHER_NAME = Sentence(
    "Selections whose words do not begin with their name, while most in the file do: %(count)s. Look at them."
)
_MOST_DIGITS = 12
_WHOLE = re.compile(r"[+-]?[0-9]+")


@dataclass(frozen=True, slots=True)
class Held:
    """A source whose text is known: the elements that speak of it (the source, then its text part), and what lies on it.

    `points` are the positions of sync points by their GUID, for selections in a transcript.
    """

    guid: UUID
    name: str
    text: Text
    heads: Sequence[Node]
    lying: Sequence[Lying]
    points: dict[str, str]


def modes_of(origin: str) -> tuple[OffsetMode, ...]:
    """The ways of counting to try, the one that the program is known for first; our own files need no trying."""
    if origin.startswith(ORIGIN):
        return (OffsetMode.CODE_POINTS,)
    program = origin.lower()
    if "maxqda" in program or ("nvivo" in program and "mac" not in program):
        first = OffsetMode.UTF16
    elif "atlas" in program:
        first = OffsetMode.CODE_POINTS_LF
    else:
        first = OffsetMode.CODE_POINTS
    others = (OffsetMode.CODE_POINTS, OffsetMode.CODE_POINTS_LF, OffsetMode.UTF16, OffsetMode.UTF16_LF)
    return (first, *(mode for mode in others if mode is not first))


class Placing:
    """Collects sources, then places everything at once."""

    def __init__(self, draft: Draft) -> None:
        self._draft, self._ledger = draft, draft.ledger
        self._held: list[tuple[Held, list[Lying], list[Mark]]] = []

    def add(self, held: Held) -> None:
        """Take a source; selections without offsets are listed as not understood."""
        lying, marks = [], []
        for one in held.lying:
            mark = _mark(one, held.points)
            if mark is None:
                self.refuse(one, held.name, _NO_PLACE)
            else:
                lying.append(one)
                marks.append(mark)
        self._held.append((held, lying, marks))

    def sources(self, origin: str) -> tuple[tuple[ProjectSource, ...], OffsetsUsed | None]:
        """All sources with their selections, and the way of counting."""
        texts = [(held.text.ruler, marks) for held, _, marks in self._held]
        used = detect(texts, modes_of(origin), is_quote_whole=False)
        is_quoting = used is not None and 2 * used.quoted_equal > used.quoted
        mode = used.mode if used else OffsetMode.CODE_POINTS
        return tuple(self._source(*one, mode, is_quoting=is_quoting) for one in self._held), used

    def refuse(self, lying: Lying, place: str, why: Sentence) -> None:
        """List a selection and all on it as not understood."""
        self._ledger.refuse(Kind.SELECTION, lying.guid or lying.name, why, place)
        for coding in lying.codings:
            self._ledger.refuse(Kind.CODING, coding.guid, why, place)
        for _ in range(lying.deeper):
            self._ledger.refuse(Kind.CODING, lying.guid, why, place)
        for note in (*lying.notes, *(note for coding in lying.codings for note in coding.notes)):
            self._ledger.lose(Kind.REFERENCE, note, why, place)

    def _source(
        self, held: Held, lying: list[Lying], marks: list[Mark], mode: OffsetMode, *, is_quoting: bool
    ) -> ProjectSource:
        ruler, selections = held.text.ruler, []
        for one, mark, place in zip(lying, marks, ruler.places(marks, mode), strict=True):
            if isinstance(place, Misplaced):
                self.refuse(one, held.name, _REASONS[place])
                continue
            selections.append(self._selection(one, *place, held.name))
            if is_quoting and mark.quote and not is_quoted(ruler.text, *place, mark.quote, is_whole=False):
                self._ledger.note(_OTHER_NAME)
        ruler.forget()
        draft, head = self._draft, held.heads[0]
        codings = (coding for node in held.heads for coding in codings_in(node))
        notes = tuple(note for node in held.heads for note in draft.notes(node))
        values: list[VariableValue] = [value for node in held.heads for value in values_of(node, draft)]
        return ProjectSource(
            held.guid,
            held.name,
            ruler.text,
            tuple(selections),
            self._codings(codings, held.name),
            next((words for node in held.heads if (words := node.words("Description"))), ""),
            notes,
            tuple(values),
            draft.made(made_of(head)),
            held.text.raw,
        )

    def _selection(self, one: Lying, start: int, end: int, place: str) -> ProjectSelection:
        for _ in range(one.deeper):
            self._ledger.refuse(Kind.CODING, one.guid, _DEEPER, place)
        return ProjectSelection(
            self._draft.take(Kind.SELECTION, one.guid, place, start, end),
            start,
            end,
            self._codings(one.codings, place),
            one.name,
            one.description,
            self._draft.references(Kind.NOTE, one.notes, place),
            self._draft.made(one.made) if any(one.made) else NOT_SAID,
        )

    def _codings(self, written: Iterable[LyingCoding], place: str) -> tuple[ProjectCoding, ...]:
        draft, codings = self._draft, []
        for one in written:
            code = draft.find(Kind.CODE, one.code)
            if code is None:
                self._ledger.refuse(Kind.CODING, one.guid, _NO_CODE, place)
                continue
            guid = draft.take(Kind.CODING, one.guid, place, code)
            notes = draft.references(Kind.NOTE, one.notes, place)
            codings.append(ProjectCoding(guid, code, draft.who(one.by), draft.when(one.at), notes))
        return tuple(codings)


def _mark(one: Lying, points: dict[str, str]) -> Mark | None:
    written = (
        [points.get(end, "") for end in one.ends] if one.tag == "TranscriptSelection" else list(one.ends)
    )
    start, end = (_number(word) for word in written)
    return None if start is None or end is None else Mark(start, end, one.name)


def _number(written: str) -> int | None:
    bare = written.strip()
    if not _WHOLE.fullmatch(bare):
        return None
    # A larger number lies past the end of any text and need not be exact.
    return int(bare) if len(bare) <= _MOST_DIGITS else 10**_MOST_DIGITS
