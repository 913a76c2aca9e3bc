"""Reading sources and putting codes on them. Opening a text is audited."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from throughline.api.session import acting, now
from throughline.api.shapes import Limit, Offset, Out, answers
from throughline.records.inquiry.actions import read_source
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import (
    analyses_for,
    code_tree,
    codebooks_for,
    source_for,
    sources_for,
    turns_of,
)
from throughline.records.inquiry.queries.workspace import text_version_of
from throughline.records.programme.queries import programme_for
from throughline.rules.approaches import uses
from throughline.vocabulary.study import ApproachUse

router = Router(tags=["sources"])


class SourceOut(Out):
    id: UUID
    analysis_id: UUID
    name: str
    kind: str
    site_id: UUID | None
    language: str
    characters: int
    is_deidentified: bool
    added_at: datetime
    erased_at: datetime | None


class TurnOut(Out):
    """[start, end) in Unicode code points of the text; times in ms where the recording's are known."""

    number: int
    speaker: str
    participant: str | None
    start: int
    end: int
    start_ms: int | None
    end_ms: int | None


class SourceWithText(SourceOut):
    text: str
    text_version: int
    turns: list[TurnOut]


class CodeOut(Out):
    id: UUID
    codebook_id: UUID
    parent_id: UUID | None
    slug: str
    name: str
    definition: str
    depth: int
    codings: int | None


@router.get("/programmes/{programme_id}/sources", response=answers(list[SourceOut]), operation_id="sources")
def listed(request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0) -> list[Source]:
    """Sources by name, erased ones too; without their text."""
    programme = programme_for(acting(request), programme_id)
    return list(sources_for(acting(request), programme.id)[offset : offset + limit])


@router.get("/sources/{source_id}", response=answers(SourceWithText), operation_id="source")
def one(request: HttpRequest, source_id: UUID) -> SourceWithText:
    """A source with its text and turns; 404 where the text was erased."""
    actor = acting(request)
    source = source_for(actor, source_id)
    text = read_source(source=source, by=actor, at=now())
    turns = [
        TurnOut(
            number=turn.number, speaker=turn.speaker, start=turn.start, end=turn.end, start_ms=turn.start_ms,
            end_ms=turn.end_ms, participant=turn.participant.label if turn.participant and not turn.participant.withdrawn_at else None,
        )
        for turn in turns_of(actor, source)
    ]  # fmt: skip
    if text_version_of(source) != source.version:
        return one(request, source_id)  # corrected while it was read: what was read is of two versions
    return SourceWithText(
        **SourceOut.model_validate(source).model_dump(), text=text, text_version=source.version, turns=turns
    )


@router.get("/programmes/{programme_id}/codes", response=answers(list[CodeOut]), operation_id="codes")
def codes(request: HttpRequest, programme_id: UUID) -> list[CodeOut]:
    """Every code of the programme's codebooks, in tree order; `codings` is null where the analysis does not count."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    return [
        CodeOut(
            id=node.code.id, codebook_id=book.id, parent_id=node.code.parent_id, slug=node.code.slug,
            name=node.code.name, definition=node.code.definition, depth=node.depth,
            codings=node.codings if uses(analysis, ApproachUse.COUNTS) else None,
        )
        for analysis in analyses_for(actor, programme.id)
        for book in codebooks_for(actor, analysis)
        for node in code_tree(actor, book)
    ]  # fmt: skip
