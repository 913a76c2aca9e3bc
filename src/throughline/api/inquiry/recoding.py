"""Codings that change their code: two codes merged, one split, chosen passages moved."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from throughline.api.inquiry.code_shapes import CodeIn, FullCodeOut
from throughline.api.inquiry.codebooks import draft_of, told_code
from throughline.api.inquiry.people import WhoOut, people_of
from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Offset, Out, answers
from throughline.records.inquiry.actions import Recoded, merge_codes, recode_codings, split_code
from throughline.records.inquiry.models import Code, Coding
from throughline.records.inquiry.queries import code_for
from throughline.records.inquiry.queries.codebooks import codebook_for, codings_under
from throughline.records.inquiry.queries.passages import Place, words_at
from throughline.rules.approaches import uses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.study import ApproachUse

router = Router(tags=["codebooks"])
SomeCodings = Annotated[list[UUID], Field(min_length=1, max_length=500)]


class MergeIn(In):
    into_id: UUID


class RecodeIn(In):
    coding_ids: SomeCodings
    to_id: UUID


class SplitIn(In):
    """The new code stands beside the one that is split, unless its `parent_id` says another place."""

    code: CodeIn
    coding_ids: SomeCodings


class RecodedOut(Out):
    """What became of codings that one may see. `moved` is null where the analysis does not count.

    `doubled` had both codes by the same person; `settled` stay, their round is closed; `gone` were taken off before.
    """

    code: FullCodeOut
    moved: int | None
    doubled: int
    settled: int
    gone: int


class CodedPassageOut(Out):
    """A passage under a code, in the clear. `is_settled`: of a closed round, which stays as it was compared."""

    coding_id: UUID
    source_id: UUID
    source: str
    start: int
    end: int
    text: str
    speakers: list[str]
    analyst: WhoOut
    is_settled: bool


@router.get(
    "/codes/{code_id}/passages", response=answers(list[CodedPassageOut]), operation_id="code_passages"
)
def passages(
    request: HttpRequest, code_id: UUID, limit: Limit = 50, offset: Offset = 0
) -> list[CodedPassageOut]:
    """What stands under a code, by source and place. Opening the texts is audited."""
    actor = acting(request)
    code = code_for(actor, code_id)
    rows = list(codings_under(actor, code)[offset : offset + limit])
    places = {row.id: Place(row.source_id, row.start, row.end) for row in rows}
    words = words_at(actor, places.values(), reason="passages of a code", at=now())
    people = people_of(codebook_for(actor, code.codebook_id).analysis, (row.analyst for row in rows))
    return [
        CodedPassageOut(
            coding_id=row.id, source_id=row.source_id, source=said.source_name, start=row.start, end=row.end,
            text=said.text, speakers=list(said.speakers), analyst=people[row.analyst],
            is_settled=row.round is not None and row.round.closed_at is not None,
        )
        for row in rows
        if (said := words.get(places[row.id])) is not None
    ]  # fmt: skip


@router.post("/codes/{code_id}/merge", response=answers(RecodedOut), operation_id="merge_codes")
def merge(request: HttpRequest, code_id: UUID, wanted: MergeIn) -> RecodedOut:
    """Let a code become part of another: passages, themes, memos and the codes below it go along."""
    actor = acting(request)
    row, into = code_for(actor, code_id), code_for(actor, wanted.into_id)
    return _told(actor, merge_codes(code=row, into=into, by=actor, at=now()))


@router.post("/codes/{code_id}/split", response=answers(RecodedOut), operation_id="split_code")
def split(request: HttpRequest, code_id: UUID, wanted: SplitIn) -> RecodedOut:
    """Make a new code of one, and give it chosen passages."""
    actor = acting(request)
    row = code_for(actor, code_id)
    draft = draft_of(actor, codebook_for(actor, row.codebook_id), wanted.code)
    codings = _chosen(actor, row, wanted.coding_ids)
    return _told(actor, split_code(code=row, draft=draft, codings=codings, by=actor, at=now()))


@router.post("/codes/{code_id}/recode", response=answers(RecodedOut), operation_id="recode_codings")
def recode(request: HttpRequest, code_id: UUID, wanted: RecodeIn) -> RecodedOut:
    """Put chosen passages of a code under another. One's own; a colleague's takes the permission to remove it."""
    actor = acting(request)
    codings = _chosen(actor, code_for(actor, code_id), wanted.coding_ids)
    return _told(actor, recode_codings(codings=codings, to=code_for(actor, wanted.to_id), by=actor, at=now()))


def _chosen(actor: Actor, code: Code, ids: list[UUID]) -> list[Coding]:
    found = list(codings_under(actor, code).filter(id__in=ids))
    if len(found) != len(set(ids)):
        raise NotFound(Sentence("Some of these passages do not stand under this code."))
    return found


def _told(actor: Actor, done: Recoded) -> RecodedOut:
    is_counted = uses(codebook_for(actor, done.code.codebook_id).analysis, ApproachUse.COUNTS)
    return RecodedOut(
        code=told_code(actor, done.code.id), moved=done.moved if is_counted else None, doubled=done.doubled,
        settled=done.settled, gone=done.gone,
    )  # fmt: skip
