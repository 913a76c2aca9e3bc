"""A small project with one of everything that an import has to keep, for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from throughline.exchange.project.document import (
    Direction,
    Made,
    ProjectCase,
    ProjectCode,
    ProjectCoding,
    ProjectDocument,
    ProjectLink,
    ProjectNote,
    ProjectSelection,
    ProjectSet,
    ProjectSource,
    ProjectUser,
    Variable,
    VariableKind,
    VariableValue,
)
from throughline.exchange.project.report import ImportReport, Reading

AT = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
TEXT = "Interviewer: What is a pipe for?\nP01: It is a reason to come in. Zoë said 🙂 so.\nP01: Not for me."
OTHER = "P02: The van came late."


def guid(kind: int, number: int = 1) -> UUID:
    """The same each time: kind and number stand in it."""
    return UUID(int=(kind << 64) + number)


ANNA, BEN = guid(1, 1), guid(1, 2)
STIGMA, REASONS, HEADING = guid(2, 1), guid(2, 2), guid(2, 3)
FIRST, SECOND = guid(3, 1), guid(3, 2)
NOTE, NOTE_ON_CODING, NOTE_LOOSE = guid(4, 1), guid(4, 2), guid(4, 3)
AGE = guid(5)
CASE = guid(6)
SET, LINK = guid(7), guid(8)
REASON, DOUBLED, EMPTY, UNCODED, LATE = (guid(9, n) for n in range(1, 6))


def place(words: str, text: str = TEXT) -> tuple[int, int]:
    at = text.index(words)
    return at, at + len(words)


def coding(number: int, code: UUID, by: UUID | None = ANNA, *notes: UUID) -> ProjectCoding:
    return ProjectCoding(guid(10, number), code, by, AT, notes)


def a_project(name: str = "Pipes") -> ProjectDocument:
    """Two coders, three codes, two texts; a coding twice in a place, one on no text, one on a whole text."""
    made = Made(ANNA, AT)
    first = ProjectSource(
        FIRST, "Interview 1", TEXT,
        (
            ProjectSelection(REASON, *place("a reason to come in"), (coding(1, REASONS, ANNA, NOTE_ON_CODING), coding(2, STIGMA, BEN)), "a reason to come in", "why", (NOTE,), made),
            ProjectSelection(DOUBLED, *place("a reason to come in"), (coding(3, REASONS),)),
            ProjectSelection(EMPTY, 40, 40, (coding(4, STIGMA),)),
            ProjectSelection(UNCODED, *place("Zoë said 🙂 so"), (), "Zoë"),
        ),
        (coding(6, STIGMA),), "first", (), (VariableValue(AGE, 41),), made,
    )  # fmt: skip
    second = ProjectSource(
        SECOND, "Interview 1", OTHER, (ProjectSelection(LATE, *place("came late", OTHER), (coding(5, REASONS, None),)),)
    )  # fmt: skip
    return ProjectDocument(
        name,
        users=(ProjectUser(ANNA, "Anna", "A"), ProjectUser(BEN, "Ben")),
        codes=(
            ProjectCode(HEADING, "Reasons to come", colour="#ff0000", is_codable=False),
            ProjectCode(REASONS, "Reason", HEADING, "What brings somebody in."),
            ProjectCode(STIGMA, "Reason", colour="#00ff00", notes=(NOTE,)),
        ),
        variables=(Variable(AGE, "Age", VariableKind.INTEGER),),
        cases=(ProjectCase(CASE, "P01", "", (STIGMA,), (VariableValue(AGE, 41),), (FIRST,), (REASON,)),),
        sources=(first, second),
        notes=(
            ProjectNote(NOTE, "On reasons", "They come for more than a pipe.", made=made),
            ProjectNote(NOTE_ON_CODING, "", "", "All in its description."),
            ProjectNote(NOTE_LOOSE, "Loose", "On nothing."),
        ),
        links=(ProjectLink(LINK, STIGMA, REASON, "leads to", Direction.ONE_WAY),),
        sets=(ProjectSet(SET, "Chosen", "", (STIGMA,), (FIRST,), (NOTE,)),),
    )  # fmt: skip


def reading_of(document: ProjectDocument, filename: str = "pipes.qdpx") -> Reading:
    """As if a file had held it, whose reader has nothing to tell."""
    return Reading(document, ImportReport(filename, "REFI-QDA project", document.origin, ()))
