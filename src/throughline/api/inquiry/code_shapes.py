"""Codes, their books and their versions, as the API tells of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictInt, StringConstraints

from throughline.api.inquiry.people import WhoOut, people_of
from throughline.api.inquiry.shapes import Called, Writing
from throughline.api.shapes import In, Line, Out, Version
from throughline.records.inquiry.actions import CodeWords
from throughline.records.inquiry.models import Code, Codebook, CodebookVersion, CodeRevision
from throughline.records.inquiry.queries.codebooks import CodeDifference, Comparison
from throughline.vocabulary.study import CodeOrigin

Slug = Annotated[Line, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$")]
Colour = Annotated[StrictInt, Field(ge=0, le=8)]


class CodebookIn(In):
    name: Called


class CodebookOut(Out):
    id: UUID
    analysis_id: UUID
    name: str


class CodeWordsIn(In):
    """What a code is called and means. `colour`: 0, by its place in the codebook, or one of eight."""

    name: Called
    origin: CodeOrigin
    definition: Writing = ""
    include: Writing = ""
    exclude: Writing = ""
    example: Writing = ""
    colour: Colour = 0

    def words(self) -> CodeWords:
        given = {name: getattr(self, name) for name in CodeWordsIn.model_fields}
        return CodeWords(**given)


class CodeIn(CodeWordsIn):
    """`slug`: made of the name where it is left out; files and versions know the code by it. `parent_id`: what it stands under."""

    slug: Slug | None = None
    parent_id: UUID | None = None


class CodeAnewIn(CodeWordsIn):
    base_version: Version


class CodePlaceIn(In):
    """`parent_id` null: at the top. `before_id` null: last of those that stand there."""

    parent_id: UUID | None = None
    before_id: UUID | None = None


class FullCodeOut(Out):
    """`codings` is null where the analysis does not count. `merged_into_id`: what it became part of."""

    id: UUID
    codebook_id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    origin: CodeOrigin
    definition: str
    include: str
    exclude: str
    example: str
    colour: int
    version: int
    depth: int
    codings: int | None
    retired_at: datetime | None
    merged_into_id: UUID | None


class CodeWasOut(Out):
    """What a code was before `what` was done to it: changed, moved, merged, split, retired or reinstated."""

    version: int
    what: str
    slug: str
    parent: str | None
    name: str
    origin: str
    definition: str
    include: str
    exclude: str
    example: str
    colour: int
    changed_at: datetime
    changed_by: WhoOut


class CodeWithPast(FullCodeOut):
    earlier: list[CodeWasOut]


class CodebookWithCodes(CodebookOut):
    codes: list[FullCodeOut]


class BookVersionOut(Out):
    number: int
    name: str
    kept_at: datetime
    kept_by: WhoOut
    codes: int


class RewrittenOut(Out):
    field: str
    was: str
    now: str


class CodeDiffersOut(Out):
    """`renamed_from` is empty where the name is the same; places are names of parents, empty for the top."""

    slug: str
    name: str
    renamed_from: str
    is_moved: bool
    moved_from: str
    moved_to: str
    rewritten: list[RewrittenOut]


class MergedOut(Out):
    code: str
    into: str


class ComparisonOut(Out):
    """Codes by name; of those that differ, how."""

    added: list[str]
    retired: list[str]
    reinstated: list[str]
    merged: list[MergedOut]
    differing: list[CodeDiffersOut]
    unchanged: int


def shown_code(code: Code, depth: int, codings: int | None) -> FullCodeOut:
    own = [name for name in FullCodeOut.model_fields if name not in ("depth", "codings")]
    return FullCodeOut(**{name: getattr(code, name) for name in own}, depth=depth, codings=codings)


def shown_past(book: Codebook, revisions: list[CodeRevision]) -> list[CodeWasOut]:
    people = people_of(book.analysis, (one.changed_by for one in revisions))
    return [
        CodeWasOut(
            version=one.version, what=one.was.get("what", "changed"), changed_at=one.changed_at,
            changed_by=people[one.changed_by],
            **{name: one.was.get(name) for name in CodeWasOut.model_fields if name in _KEPT},
        )
        for one in revisions
    ]  # fmt: skip


_KEPT = ("slug", "parent", "name", "origin", "definition", "include", "exclude", "example", "colour")


def shown_versions(book: Codebook, rows: list[CodebookVersion]) -> list[BookVersionOut]:
    people = people_of(book.analysis, (row.kept_by for row in rows))
    return [
        BookVersionOut(
            number=row.number, name=row.name, kept_at=row.kept_at, kept_by=people[row.kept_by], codes=len(row.codes)
        )
        for row in rows
    ]  # fmt: skip


def shown_comparison(found: Comparison) -> ComparisonOut:
    differing = {one.code["id"]: one for one in (*found.renamed, *found.moved, *found.rewritten)}
    return ComparisonOut(
        added=_named(found.added), retired=_named(found.retired), reinstated=_named(found.reinstated),
        merged=[MergedOut(code=kept["name"], into=into) for kept, into in found.merged],
        differing=[_differs(one) for one in differing.values()], unchanged=found.unchanged,
    )  # fmt: skip


def _named(codes: Any) -> list[str]:
    return [str(one["name"]) for one in codes]


def _differs(one: CodeDifference) -> CodeDiffersOut:
    return CodeDiffersOut(
        slug=one.code["slug"], name=one.code["name"], renamed_from=one.renamed_from, is_moved=one.is_moved,
        moved_from=one.moved_from, moved_to=one.moved_to,
        rewritten=[RewrittenOut.model_validate(part) for part in one.rewritten],
    )  # fmt: skip
