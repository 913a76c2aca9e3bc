"""Coders of imported projects compared: what came that can be, and the round that is made of it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from throughline.api.inquiry.shapes import Called
from throughline.api.session import acting, now
from throughline.api.shapes import In, Out, answers
from throughline.records.inquiry.actions import make_round_of_imported
from throughline.records.inquiry.queries import analysis_for, source_for
from throughline.records.inquiry.queries.coders import coder_for, to_compare
from throughline.rules.access import check_may_lead_rounds

router = Router(tags=["rounds"])
Some = Annotated[list[UUID], Field(min_length=1, max_length=1_000)]


class CoderTold(Out):
    id: UUID
    name: str


class CodedTold(Out):
    """A source, and which of the coders coded it."""

    id: UUID
    name: str
    coders: list[UUID]


class ToCompareTold(Out):
    coders: list[CoderTold]
    sources: list[CodedTold]


class ImportedRoundIn(In):
    """Without `coders` or `sources`: all that came. `reads_all`: each coder read each source; else those in which they coded."""

    name: Called
    coders: Some | None = None
    sources: Some | None = None
    reads_all: bool = False


class RoundTold(Out):
    """A round that is closed: its agreement can be seen at once."""

    id: UUID
    name: str
    coders: int
    sources: int
    codings: int


@router.get(
    "/analyses/{analysis_id}/imported-coders",
    response=answers(ToCompareTold),
    operation_id="imported_coders",
)
def offered(request: HttpRequest, analysis_id: UUID) -> dict[str, Any]:
    """Who coded the same sources in another program, of what is in no round yet."""
    actor = acting(request)
    found = to_compare(actor, analysis_for(actor, analysis_id))
    ids = {one.actor: one.id for one in found.coders}
    return {
        "coders": found.coders,
        "sources": [
            {"id": one.id, "name": one.name, "coders": sorted(ids[who] for who in found.coded_by[one.id])}
            for one in found.sources
        ],
    }


@router.post(
    "/analyses/{analysis_id}/imported-round",
    response=answers(RoundTold, 201),
    operation_id="compare_imported_coders",
)
def compare(request: HttpRequest, analysis_id: UUID, wanted: ImportedRoundIn) -> Status[Any]:
    """Compare coders of an imported project, in a round that is closed as soon as it is made. For who leads rounds.

    409 where the analysis's approach compares nobody; 422 where no source is left that two of them read.
    """
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    check_may_lead_rounds(actor, analysis.programme_id)
    row = make_round_of_imported(
        analysis=analysis, name=wanted.name, reads_all=wanted.reads_all, by=actor, at=now(),
        coders=None if wanted.coders is None else [coder_for(actor, pk) for pk in wanted.coders],
        sources=None if wanted.sources is None else [source_for(actor, pk) for pk in wanted.sources],
    )  # fmt: skip
    pairs = list(row.assignments.values_list("source", "coder"))
    told = {
        "id": row.id, "name": row.name, "coders": len({coder for _, coder in pairs}),
        "sources": len({source for source, _ in pairs}), "codings": row.codings.count(),
    }  # fmt: skip
    return Status(201, told)
