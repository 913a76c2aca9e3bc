"""Any document that holds together, for properties: every kind of thing, referring to each other at will."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

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
from throughline.exchange.transcript.encoding import scrub

# Whatever XML can hold, line ends and tabs in names included.
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n\r\t<&>\"'🙂"),
    max_size=12,
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\n ab🙂漢"), max_size=60).map(
    lambda text: scrub(text)[0].lstrip("\ufeff")
)
SECONDS = st.floats(0, 4e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
MOMENTS = st.none() | SECONDS
COLOURS = st.just("") | st.integers(0, 0xFFFFFF).map("#{:06x}".format)
VALUES = st.one_of(
    st.none(),
    WORDS,
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    SECONDS,
).map(lambda value: Decimal(0) if isinstance(value, Decimal) and not value else value)


@st.composite
def documents(draw: Any) -> ProjectDocument:
    """A document of a few things of each kind."""
    taken: set[UUID] = set()

    def guid() -> UUID:
        one = draw(st.uuids().filter(lambda uuid: uuid not in taken))
        taken.add(one)
        return one

    def some(things: tuple[Any, ...], most: int = 3) -> tuple[UUID, ...]:
        known = [thing.guid for thing in things]
        return tuple(draw(st.lists(st.sampled_from(known), max_size=most))) if known else ()

    def count(most: int = 3) -> range:
        return range(draw(st.integers(0, most)))

    users = tuple(ProjectUser(guid(), draw(WORDS), draw(WORDS)) for _ in count())

    def who() -> UUID | None:
        return draw(st.sampled_from([None, *(user.guid for user in users)]))

    def made() -> Made:
        return Made(who(), draw(MOMENTS), who(), draw(MOMENTS))

    notes = tuple(ProjectNote(guid(), draw(WORDS), draw(WORDS), draw(WORDS), made()) for _ in count())
    codes = _codes(draw, guid, lambda: some(notes, 2))
    variables = tuple(
        Variable(guid(), draw(WORDS), draw(st.sampled_from(VariableKind)), draw(WORDS)) for _ in count(2)
    )

    def values() -> tuple[VariableValue, ...]:
        return tuple(VariableValue(one, draw(VALUES)) for one in some(variables, 2))

    def codings() -> tuple[ProjectCoding, ...]:
        laid = some(codes)
        return tuple(ProjectCoding(guid(), code, who(), draw(MOMENTS), some(notes, 1)) for code in laid)

    def selection(text: str) -> ProjectSelection:
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        return ProjectSelection(
            guid(), start, end, codings(), draw(WORDS), draw(WORDS), some(notes, 1), made()
        )

    def source() -> ProjectSource:
        text = draw(TEXTS)
        selections = tuple(selection(text) for _ in count())
        return ProjectSource(
            guid(), draw(WORDS), text, selections, codings(), draw(WORDS), some(notes, 1), values(), made()
        )

    sources = tuple(source() for _ in count())
    laid = tuple(one for each in sources for one in each.selections)
    cases = tuple(
        ProjectCase(guid(), draw(WORDS), draw(WORDS), some(codes), values(), some(sources), some(laid))
        for _ in count(2)
    )
    sets = tuple(
        ProjectSet(guid(), draw(WORDS), draw(WORDS), some(codes), some(sources), some(notes))
        for _ in count(2)
    )
    joined = (*codes, *sources, *laid, *notes, *cases, *sets)
    links = tuple(
        ProjectLink(
            guid(),
            *draw(st.tuples(*(st.sampled_from([thing.guid for thing in joined]),) * 2)),
            draw(WORDS),
            draw(st.sampled_from([None, *Direction])),
            draw(COLOURS),
            some(notes, 1),
        )
        for _ in (count(2) if joined else ())
    )
    return ProjectDocument(
        draw(WORDS),
        draw(WORDS),
        draw(WORDS),
        made(),
        users,
        codes,
        variables,
        cases,
        sources,
        notes,
        links,
        sets,
        some(notes, 2),
    )


def _codes(draw: Any, guid: Any, notes: Any) -> tuple[ProjectCode, ...]:
    """Codes in tree order: each new one goes below one on the way from the last one to the top, or at the top."""
    codes: list[ProjectCode] = []
    path: list[UUID] = []
    for _ in range(draw(st.integers(0, 6))):
        path = path[: draw(st.integers(0, len(path)))]
        code = ProjectCode(
            guid(),
            draw(WORDS),
            path[-1] if path else None,
            draw(WORDS),
            draw(COLOURS),
            draw(st.booleans()),
            notes(),
        )
        codes.append(code)
        path.append(code.guid)
    return tuple(codes)
