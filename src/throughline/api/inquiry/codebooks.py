"""Codebooks: their codes in tree order, written anew, moved, retired and put back, and the versions that are kept."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.text import slugify
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from throughline.api.inquiry.code_shapes import (
    BookVersionOut,
    CodeAnewIn,
    CodebookIn,
    CodebookOut,
    CodebookWithCodes,
    CodeIn,
    CodePlaceIn,
    CodeWithPast,
    ComparisonOut,
    FullCodeOut,
    shown_code,
    shown_comparison,
    shown_past,
    shown_versions,
)
from throughline.api.session import acting, now
from throughline.api.shapes import answers
from throughline.records.inquiry.actions import (
    CodeDraft,
    add_code,
    add_codebook,
    change_code,
    keep_codebook,
    move_code,
    reinstate_code,
    retire_code,
)
from throughline.records.inquiry.models import Code, Codebook, CodebookVersion
from throughline.records.inquiry.queries import analysis_for, code_for, code_tree, codebooks_for
from throughline.records.inquiry.queries.codebooks import (
    codebook_for,
    codes_now,
    compare_codes,
    revisions_of,
    versions_for,
)
from throughline.rules.approaches import uses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.study import ApproachUse

router = Router(tags=["codebooks"])
Number = Annotated[int, Field(ge=1, le=1_000_000)]


@router.get(
    "/analyses/{analysis_id}/codebooks", response=answers(list[CodebookOut]), operation_id="codebooks"
)
def books(request: HttpRequest, analysis_id: UUID) -> list[Codebook]:
    """The codebooks of an analysis, by name."""
    actor = acting(request)
    return list(codebooks_for(actor, analysis_for(actor, analysis_id)))


@router.post(
    "/analyses/{analysis_id}/codebooks", response=answers(CodebookOut, 201), operation_id="add_codebook"
)
def begin(request: HttpRequest, analysis_id: UUID, wanted: CodebookIn) -> Status[Any]:
    """Begin a codebook."""
    actor = acting(request)
    row = add_codebook(analysis=analysis_for(actor, analysis_id), name=wanted.name, by=actor, at=now())
    return Status(201, row)


@router.get("/codebooks/{codebook_id}", response=answers(CodebookWithCodes), operation_id="codebook")
def book(request: HttpRequest, codebook_id: UUID) -> CodebookWithCodes:
    """A codebook with its codes in tree order, retired ones too."""
    actor = acting(request)
    row = codebook_for(actor, codebook_id)
    return CodebookWithCodes(
        id=row.id, analysis_id=row.analysis_id, name=row.name, codes=list(_tree(actor, row).values())
    )


@router.post("/codebooks/{codebook_id}/codes", response=answers(FullCodeOut, 201), operation_id="add_code")
def add(request: HttpRequest, codebook_id: UUID, wanted: CodeIn) -> Status[Any]:
    """Add a code. 409 while one codes blindly in this analysis, as for all that changes codes."""
    actor = acting(request)
    row = codebook_for(actor, codebook_id)
    made = add_code(codebook=row, draft=draft_of(actor, row, wanted), by=actor, at=now())
    return Status(201, told_code(actor, made.id))


@router.get("/codes/{code_id}", response=answers(CodeWithPast), operation_id="code")
def code(request: HttpRequest, code_id: UUID) -> CodeWithPast:
    """What a code means, and what it was before, the newest first."""
    actor = acting(request)
    row = code_for(actor, code_id)
    earlier = shown_past(codebook_for(actor, row.codebook_id), list(revisions_of(actor, row)))
    return CodeWithPast(**told_code(actor, row.id).model_dump(), earlier=earlier)


@router.put("/codes/{code_id}", response=answers(FullCodeOut), operation_id="change_code")
def change(request: HttpRequest, code_id: UUID, wanted: CodeAnewIn) -> FullCodeOut:
    """Write a code anew; what it was is kept. 409 where somebody changed it meanwhile."""
    actor = acting(request)
    row = code_for(actor, code_id)
    change_code(code=row, words=wanted.words(), base_version=wanted.base_version, by=actor, at=now())
    return told_code(actor, code_id)


@router.post("/codes/{code_id}/move", response=answers(FullCodeOut), operation_id="move_code")
def move(request: HttpRequest, code_id: UUID, place: CodePlaceIn) -> FullCodeOut:
    """Put a code, with all below it, elsewhere in its tree."""
    actor = acting(request)
    row = code_for(actor, code_id)
    parent, before = (code_for(actor, pk) if pk else None for pk in (place.parent_id, place.before_id))
    move_code(code=row, parent=parent, before=before, by=actor, at=now())
    return told_code(actor, code_id)


@router.post("/codes/{code_id}/retire", response=answers(FullCodeOut), operation_id="retire_code")
def retire(request: HttpRequest, code_id: UUID) -> FullCodeOut:
    """Take a code out of use; what it was put on keeps it."""
    actor = acting(request)
    retire_code(code=code_for(actor, code_id), by=actor, at=now())
    return told_code(actor, code_id)


@router.post("/codes/{code_id}/reinstate", response=answers(FullCodeOut), operation_id="reinstate_code")
def reinstate(request: HttpRequest, code_id: UUID) -> FullCodeOut:
    """Bring a retired code back into use."""
    actor = acting(request)
    reinstate_code(code=code_for(actor, code_id), by=actor, at=now())
    return told_code(actor, code_id)


@router.get(
    "/codebooks/{codebook_id}/versions", response=answers(list[BookVersionOut]), operation_id="codebook_versions"
)  # fmt: skip
def versions(request: HttpRequest, codebook_id: UUID) -> list[BookVersionOut]:
    """The versions that were kept, the newest first."""
    actor = acting(request)
    row = codebook_for(actor, codebook_id)
    return shown_versions(row, list(versions_for(actor, row)))


@router.post(
    "/codebooks/{codebook_id}/versions", response=answers(BookVersionOut, 201), operation_id="keep_codebook"
)
def keep(request: HttpRequest, codebook_id: UUID, wanted: CodebookIn) -> Status[Any]:
    """Keep the codebook as it stands under a name, so that later ones can be compared with it."""
    actor = acting(request)
    row = codebook_for(actor, codebook_id)
    kept = keep_codebook(codebook=row, name=wanted.name, by=actor, at=now())
    return Status(201, shown_versions(row, [kept])[0])


@router.get(
    "/codebooks/{codebook_id}/comparison", response=answers(ComparisonOut), operation_id="compare_codebook"
)
def compare(
    request: HttpRequest,
    codebook_id: UUID,
    before: Number | None = None,
    after: Number | None = None,
) -> ComparisonOut:
    """What lies between two versions: the last one kept and the codebook now, unless told otherwise."""
    actor = acting(request)
    row = codebook_for(actor, codebook_id)
    kept: dict[int, CodebookVersion] = {one.number: one for one in versions_for(actor, row)}
    first = kept.get(before or max(kept, default=0))
    second = kept.get(after or 0)
    if first is None or (after and second is None):
        raise NotFound(Sentence("No such version of this codebook was kept."))
    return shown_comparison(compare_codes(first.codes, second.codes if second else codes_now(actor, row)))


def told_code(actor: Actor, code_id: UUID) -> FullCodeOut:
    """A code as it stands now, in its tree."""
    row = code_for(actor, code_id)
    return _tree(actor, codebook_for(actor, row.codebook_id))[row.id]


def draft_of(actor: Actor, book: Codebook, wanted: CodeIn) -> CodeDraft:
    """A code as it is asked for in a book, under a slug of its own."""
    parent, words = _code_in(actor, book, wanted.parent_id), wanted.words()
    return CodeDraft(
        slug=wanted.slug or _free_slug(words.name, book), name=words.name, origin=words.origin,
        parent=parent.slug if parent else None, definition=words.definition, include=words.include,
        exclude=words.exclude, example=words.example, colour=words.colour,
    )  # fmt: skip


def _free_slug(name: str, book: Codebook) -> str:
    """A slug that no code of the book has. Invalid for a name without letters."""
    base = slugify(name, allow_unicode=False)[:70] or slugify(name, allow_unicode=True)[:70]
    if not base:
        raise Invalid(
            Sentence("A code needs a name with letters in it."), fields={"name": Sentence("No letters.")}
        )
    taken = set(Code.objects.filter(codebook=book).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _tree(actor: Actor, book: Codebook) -> dict[UUID, FullCodeOut]:
    is_counted = uses(book.analysis, ApproachUse.COUNTS)
    return {
        node.code.id: shown_code(node.code, node.depth, node.codings if is_counted else None)
        for node in code_tree(actor, book)
    }


def _code_in(actor: Actor, book: Codebook, code_id: UUID | None) -> Code | None:
    if code_id is None:
        return None
    found = code_for(actor, code_id)
    if found.codebook_id != book.id:
        raise Invalid(Sentence("The code %(code)s belongs to another codebook.", code=found.name))
    return found
