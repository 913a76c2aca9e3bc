"""What gives somebody away: the analysis's list, the review of a text, and labels put for names."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictBool, StringConstraints

from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Line, Offset, Out, Place, Version, answers
from throughline.methods.identifiers import Rule
from throughline.records.inquiry.actions import (
    Replacement,
    add_alias,
    deidentify_source,
    read_aliases,
    remove_alias,
)
from throughline.records.inquiry.queries import analysis_for, source_for
from throughline.records.inquiry.queries.aliases import alias_for, name_found, review_of
from throughline.records.inquiry.queries.still_named import StillNamed, Written, still_named
from throughline.rules.access import check_may_add_source
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import AliasKind

router = Router(tags=["names"])
AliasLabel = Annotated[Line, StringConstraints(min_length=1, max_length=62, strip_whitespace=True)]
Term = Annotated[Line, StringConstraints(min_length=1, max_length=200)]


class AliasIn(In):
    """`label` stands for these words from now on, in every source. A label that is there gets more words."""

    kind: AliasKind
    label: AliasLabel
    terms: Annotated[list[Term], Field(min_length=1, max_length=50)]


class AliasOut(Out):
    """A line of the list, with real names in it."""

    id: UUID
    kind: AliasKind
    label: str
    terms: list[str]


class StretchOut(Out):
    start: int
    end: int
    before: str
    words: str
    after: str


class ProposalOut(Out):
    """The same words wherever they stand. `rule`: why they are proposed; `is_known`: on the list already."""

    kind: AliasKind
    rule: Rule
    label: str
    is_known: bool
    term: str
    places: list[StretchOut]


class ReviewOut(Out):
    """`speakers`: labels that look like names and stand nowhere in the text."""

    text_version: int
    proposals: list[ProposalOut]
    speakers: list[str]


class MarkedIn(In):
    """`taken`: labels that were chosen for others in this review, and are not on the list yet."""

    text_version: Version
    start: Place
    end: Place
    kind: AliasKind | None = None
    taken: Annotated[list[AliasLabel], Field(max_length=2_000)] = []


class ReplacementIn(In):
    """`is_everywhere`: wherever the same words stand in the source, and on the list from now on."""

    start: Place
    end: Place
    kind: AliasKind
    label: AliasLabel
    is_everywhere: StrictBool = True


class DeidentifyIn(In):
    base_version: Version
    replacements: Annotated[list[ReplacementIn], Field(max_length=2_000)]


class DeidentifiedOut(Out):
    source_id: UUID
    text_version: int
    is_deidentified: bool


class StillNamedOut(Out):
    """Something that the team wrote in which a name stands: in how many places now, and in how many earlier versions."""

    kind: Written
    id: UUID
    places: int
    earlier: int


@router.get("/analyses/{analysis_id}/names", response=answers(list[AliasOut]), operation_id="names")
def listed(request: HttpRequest, analysis_id: UUID, limit: Limit = 100, offset: Offset = 0) -> list[AliasOut]:
    """The list: what stands for which words. For who holds the sources; each reading is audited."""
    actor = acting(request)
    lines = read_aliases(analysis=analysis_for(actor, analysis_id), by=actor, at=now())
    return [
        AliasOut(id=row.id, kind=line.kind, label=line.label, terms=list(line.terms))
        for row, line in lines[offset : offset + limit]
    ]


@router.post("/analyses/{analysis_id}/names", response=answers(AliasOut, 201), operation_id="add_name")
def add(request: HttpRequest, analysis_id: UUID, wanted: AliasIn) -> Status[Any]:
    """Put words on the list. 422 where another label stands for them."""
    actor, at = acting(request), now()
    analysis = analysis_for(actor, analysis_id)
    row = add_alias(
        analysis=analysis, kind=wanted.kind, label=wanted.label, terms=wanted.terms, by=actor, at=at
    )
    line = next(line for held, line in read_aliases(analysis=analysis, by=actor, at=at) if held.id == row.id)
    return Status(201, AliasOut(id=row.id, kind=line.kind, label=line.label, terms=list(line.terms)))


@router.delete("/names/{alias_id}", response=answers(None, 204), operation_id="remove_name")
def remove(request: HttpRequest, alias_id: UUID) -> Status[Any]:
    """Take a line off the list. Texts in which its label stands keep it."""
    actor = acting(request)
    remove_alias(alias=alias_for(actor, alias_id), by=actor, at=now())
    return Status(204, None)


@router.get(
    "/analyses/{analysis_id}/names/elsewhere",
    response=answers(list[StillNamedOut]),
    operation_id="names_elsewhere",
)
def elsewhere(request: HttpRequest, analysis_id: UUID) -> list[StillNamedOut]:
    """Where names of the list stand in what the team wrote beside texts."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    lines = read_aliases(analysis=analysis, by=actor, at=now())
    return shown_named(still_named(actor, analysis, [line for _row, line in lines]))


@router.get("/sources/{source_id}/review", response=answers(ReviewOut), operation_id="review_names")
def review(request: HttpRequest, source_id: UUID) -> ReviewOut:
    """What may give somebody away in a text, to be looked through by a person. Opening text and list is audited."""
    actor = acting(request)
    row = source_for(actor, source_id)
    check_may_add_source(actor, row.programme_id)
    found = review_of(actor, row, now())
    return ReviewOut(
        text_version=found.version, speakers=list(found.speakers),
        proposals=[ProposalOut.model_validate(group) for group in found.groups],
    )  # fmt: skip


@router.post("/sources/{source_id}/review/marked", response=answers(ProposalOut), operation_id="mark_name")
def marked(request: HttpRequest, source_id: UUID, wanted: MarkedIn) -> ProposalOut:
    """Words that a person marked under review: where else they stand, and what could stand for them. Nothing is kept.

    Opening text and list is audited. 409 where the text changed meanwhile.
    """
    actor = acting(request)
    row = source_for(actor, source_id)
    check_may_add_source(actor, row.programme_id)
    if row.version != wanted.text_version:
        raise Unready(Sentence("Somebody changed this text meanwhile. Review it anew."))
    group = name_found(actor, row, wanted.start, wanted.end, now(), kind=wanted.kind, taken=wanted.taken)
    return ProposalOut.model_validate(group)


@router.post(
    "/sources/{source_id}/deidentify", response=answers(DeidentifiedOut), operation_id="deidentify_source"
)
def deidentify(request: HttpRequest, source_id: UUID, wanted: DeidentifyIn) -> DeidentifiedOut:
    """Put labels for what gives somebody away; then the team reads the source. 409 where the text changed meanwhile."""
    actor = acting(request)
    parts = [
        Replacement(one.start, one.end, one.kind, one.label, everywhere=one.is_everywhere)
        for one in wanted.replacements
    ]
    row = deidentify_source(
        source=source_for(actor, source_id), replacements=parts, base_version=wanted.base_version, by=actor, at=now()
    )  # fmt: skip
    return DeidentifiedOut(source_id=row.id, text_version=row.version, is_deidentified=row.is_deidentified)


def shown_named(rows: list[StillNamed]) -> list[StillNamedOut]:
    return [
        StillNamedOut(kind=one.kind, id=one.row.id, places=one.places, earlier=one.earlier) for one in rows
    ]
