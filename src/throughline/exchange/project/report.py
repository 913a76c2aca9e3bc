"""What was and was not understood of a project file, per kind, with counts (REFI-QDA 1.5, section 7).

The books must balance: for every kind, what the file holds is what the document holds plus what is listed as refused.
`Ledger.report` compares with the document itself and breaks where a row went missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from throughline.exchange.project.document import ProjectDocument
from throughline.exchange.project.offsets import OffsetsUsed
from throughline.vocabulary.errors import Sentence


class Kind(StrEnum):
    """The kinds of thing that a project file holds."""

    USER = "users"
    CODE = "codes"
    TEXT = "texts"
    PDF = "PDF documents"
    PICTURE = "pictures"
    AUDIO = "sound recordings"
    VIDEO = "video recordings"
    TRANSCRIPT = "further transcripts of a recording"
    SELECTION = "selections"
    CODING = "codings"
    NOTE = "memos"
    VARIABLE = "variables"
    VALUE = "values of variables"
    CASE = "cases"
    SET = "sets"
    LINK = "links"
    GRAPH = "maps"
    REFERENCE = "references"
    SYNC_POINT = "times in a recording"
    OTHER = "other things"


# What people read of a kind; its value is what programs know it by.
NAMES: Mapping[Kind, Sentence] = {
    Kind.USER: Sentence("coders"),
    Kind.CODE: Sentence("codes"),
    Kind.TEXT: Sentence("texts"),
    Kind.PDF: Sentence("PDF documents"),
    Kind.PICTURE: Sentence("pictures"),
    Kind.AUDIO: Sentence("sound recordings"),
    Kind.VIDEO: Sentence("video recordings"),
    Kind.TRANSCRIPT: Sentence("further transcripts of a recording"),
    Kind.SELECTION: Sentence("selections"),
    Kind.CODING: Sentence("codings"),
    Kind.NOTE: Sentence("memos"),
    Kind.VARIABLE: Sentence("variables"),
    Kind.VALUE: Sentence("values of variables"),
    Kind.CASE: Sentence("cases"),
    Kind.SET: Sentence("sets"),
    Kind.LINK: Sentence("links"),
    Kind.GRAPH: Sentence("maps"),
    Kind.REFERENCE: Sentence("references"),
    Kind.SYNC_POINT: Sentence("times in a recording"),
    Kind.OTHER: Sentence("other things"),
}
SOURCE_KINDS = (Kind.TEXT, Kind.PDF, Kind.PICTURE, Kind.AUDIO, Kind.VIDEO, Kind.TRANSCRIPT)


@dataclass(frozen=True, slots=True)
class Counted:
    """One kind: how many the file holds, how many were understood, how many were not."""

    kind: Kind
    found: int
    understood: int

    @property
    def not_understood(self) -> int:
        """How many are in the list of refusals."""
        return self.found - self.understood


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that was not understood: which (its GUID or name in the file), in which source, and why."""

    kind: Kind
    what: str
    reason: Sentence
    place: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What reading a project file gave. `offsets` is None where the file holds no selection in a text."""

    filename: str
    format: str
    origin: str
    counts: tuple[Counted, ...]
    refusals: tuple[Refusal, ...] = ()
    offsets: OffsetsUsed | None = None
    notes: tuple[Sentence, ...] = ()

    def __post_init__(self) -> None:
        refused = Counter(refusal.kind for refusal in self.refusals)
        for count in self.counts:
            if count.not_understood != refused[count.kind]:
                raise ValueError(
                    f"{count.kind}: {count.not_understood} refused, {refused[count.kind]} listed"
                )

    def count(self, kind: Kind) -> Counted:
        """The numbers of one kind; zeros where the file holds none."""
        return next((count for count in self.counts if count.kind is kind), Counted(kind, 0, 0))

    def reasons(self) -> Mapping[tuple[Kind, str], int]:
        """How often each kind was refused for each reason, the reason as its English text without what stands in it."""
        return Counter((refusal.kind, refusal.reason.text) for refusal in self.refusals)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a project file gives: the document, and what was not understood of the file."""

    document: ProjectDocument
    report: ImportReport


class Ledger:
    """Keeps the books while a file is read."""

    def __init__(self) -> None:
        self._found: Counter[Kind] = Counter()
        self._added: Counter[Kind] = Counter()
        self._refusals: list[Refusal] = []
        self._notes: Counter[Sentence] = Counter()

    def found(self, kind: Kind, count: int = 1) -> None:
        """The file holds `count` more of a kind."""
        self._found[kind] += count

    def added(self, kind: Kind) -> None:
        """The document holds one that the file does not name as such (a coder known by GUID alone)."""
        self._added[kind] += 1

    def refuse(self, kind: Kind, what: str, reason: Sentence, place: str = "") -> None:
        """One that was found is not understood."""
        self._refusals.append(Refusal(kind, what[:200], reason, place[:200]))

    def lose(self, kind: Kind, what: str, reason: Sentence, place: str = "") -> None:
        """One is found and not understood."""
        self.found(kind)
        self.refuse(kind, what, reason, place)

    def note(self, text: Sentence, count: int = 1) -> None:
        """Something was mended; `text` is a sentence with a place for %(count)s."""
        self._notes[text] += count

    def report(
        self,
        document: ProjectDocument,
        filename: str,
        form: str,
        offsets: OffsetsUsed | None,
        *more: Sentence,
    ) -> ImportReport:
        """The report; raises ArithmeticError where the document does not hold what the books say."""
        refused = Counter(refusal.kind for refusal in self._refusals)
        understood = {kind: self._found[kind] - refused[kind] for kind in Kind}
        self._balance(document, understood)
        counts = tuple(
            Counted(kind, self._found[kind], understood[kind]) for kind in Kind if self._found[kind]
        )
        notes = tuple(text.given(count=count) for text, count in self._notes.items())
        return ImportReport(
            filename, form, document.origin, counts, tuple(self._refusals), offsets, (*more, *notes)
        )

    def _balance(self, document: ProjectDocument, understood: Mapping[Kind, int]) -> None:
        held = {
            Kind.USER: len(document.users),
            Kind.CODE: len(document.codes),
            Kind.SELECTION: sum(len(source.selections) for source in document.sources),
            Kind.CODING: sum(1 for _ in document.codings()),
            Kind.NOTE: len(document.notes),
            Kind.VARIABLE: len(document.variables),
            Kind.CASE: len(document.cases),
            Kind.SET: len(document.sets),
            Kind.LINK: len(document.links),
        }
        pairs = [(str(kind), understood[kind] + self._added[kind], count) for kind, count in held.items()]
        pairs.append(("sources", sum(understood[kind] for kind in SOURCE_KINDS), len(document.sources)))
        for kind, counted, count in pairs:
            if counted != count:
                raise ArithmeticError(f"{kind}: {counted} were understood, the document holds {count}")
