"""Reading sources and putting codes on them. Opening a text is audited."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import StrictBool, StringConstraints

from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Line, Offset, Out, answers
from throughline.records.inquiry.actions import read_source
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import (
    analyses_for,
    analysis_for,
    code_tree,
    codebooks_for,
    source_for,
    sources_for,
    turns_of,
)
from throughline.records.inquiry.queries.catalogue import (
    Sought,
    catalogue,
    coded_among,
    codings_on,
    read_by,
)
from throughline.records.inquiry.queries.derived import derived_by
from throughline.records.inquiry.queries.workspace import text_version_of
from throughline.records.programme.queries import programme_for
from throughline.rules.approaches import uses
from throughline.vocabulary.study import ApproachUse, ArmKind, PhaseKind, SourceKind

router = Router(tags=["sources"])
Sort = Literal["name", "kind", "site", "collected", "language", "added"]


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


class AttributeSoughtIn(In):
    """Of the source, or of somebody who speaks in it."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200)]
    value: Annotated[Line, StringConstraints(max_length=200)]


class SourcesSoughtIn(In):
    """Each part narrows further; none is needed. Words come in the body: addresses hold none. `is_read`: by the account."""

    kind: SourceKind | None = None
    site_id: UUID | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,12}$")] | None = None
    is_read: StrictBool | None = None
    is_coded: StrictBool | None = None
    attribute: AttributeSoughtIn | None = None
    sort: Sort = "name"
    limit: Limit = 100
    offset: Offset = 0


class SourceFoundOut(SourceOut):
    """`arm` and `phase` follow from site and day; `codings` is null where the analysis does not count."""

    collected_on: str
    arm: ArmKind | None
    phase: PhaseKind | None
    is_read: bool
    is_coded: bool
    codings: int | None


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


@router.post(
    "/analyses/{analysis_id}/sources/search", response=answers(list[SourceFoundOut]), operation_id="search_sources"
)  # fmt: skip
def found(request: HttpRequest, analysis_id: UUID, sought: SourcesSoughtIn) -> list[SourceFoundOut]:
    """The sources of an analysis that fit, without their text; erased ones too where nothing is sought that they lack."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    attribute = (sought.attribute.name, sought.attribute.value) if sought.attribute else None
    wanted = Sought(
        sought.kind or "", str(sought.site_id or ""), sought.language or "", sought.is_read, sought.is_coded,
        attribute, sought.sort,
    )  # fmt: skip
    rows = list(catalogue(actor, analysis, wanted)[sought.offset : sought.offset + sought.limit])
    ids, derived, is_counted = (
        [row.id for row in rows],
        derived_by(analysis),
        uses(analysis, ApproachUse.COUNTS),
    )
    codings = codings_on(actor, ids) if is_counted else {}
    coded, read = set(codings) or coded_among(actor, ids), read_by(actor, ids)
    return [
        SourceFoundOut(
            **SourceOut.model_validate(row).model_dump(), collected_on=str(row.collected_on or row.collected_on_nothing),
            arm=(follows := derived(row)).arm, phase=follows.phase, is_read=row.id in read, is_coded=row.id in coded,
            codings=codings.get(row.id, 0) if is_counted else None,
        )
        for row in rows
    ]  # fmt: skip


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
def codes(request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0) -> list[CodeOut]:
    """The codes of the programme's codebooks, in tree order; `codings` is null where the analysis does not count."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    every = (
        (analysis, book, node)
        for analysis in analyses_for(actor, programme.id)
        for book in codebooks_for(actor, analysis)
        for node in code_tree(actor, book)
    )
    return [
        CodeOut(
            id=node.code.id, codebook_id=book.id, parent_id=node.code.parent_id, slug=node.code.slug,
            name=node.code.name, definition=node.code.definition, depth=node.depth,
            codings=node.codings if uses(analysis, ApproachUse.COUNTS) else None,
        )
        for analysis, book, node in islice(every, offset, offset + limit)
    ]  # fmt: skip
