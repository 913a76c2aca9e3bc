"""Analyses: what each asks and how, where its analysts stand, and who its coders elsewhere are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import StrictBool, StringConstraints

from throughline.api.inquiry.people import WhoOut, people_of
from throughline.api.inquiry.shapes import Called, Written
from throughline.api.session import acting, now
from throughline.api.shapes import In, Line, Out, answers
from throughline.records.accounts.models import Account
from throughline.records.inquiry.actions import (
    AnalysisDraft,
    describe_analysis,
    join_coder,
    open_analysis,
    part_coder,
    write_position,
)
from throughline.records.inquiry.models import Analysis, Coder
from throughline.records.inquiry.queries import analyses_for, analysis_for
from throughline.records.inquiry.queries.agreement import who_may_code
from throughline.records.inquiry.queries.approach import positions_for
from throughline.records.inquiry.queries.coders import coder_for, coders_elsewhere
from throughline.records.programme.queries import programme_for
from throughline.records.study.queries import study_for
from throughline.rules.access import check_may_lead_rounds
from throughline.rules.approaches import uses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Approach, ApproachUse

router = Router(tags=["analyses"])
Short = Annotated[Line, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
NOT_RECORDED = Nothing.NOT_RECORDED.value


class AnalysisIn(In):
    """The approach decides what is counted or compared. Counts and saturation: where it leaves the choice."""

    name: Called
    question: Written
    approach: Approach
    orientation: Short = NOT_RECORDED
    theory: Short = NOT_RECORDED
    with_counts: StrictBool = False
    with_saturation: StrictBool = False


class AnalysisAnewIn(AnalysisIn):
    """`why`: for the trail, which keeps what stood there before."""

    why: Written


class AnalysisOut(Out):
    """`uses`: what its approach, and what it asks for, make use of; what is not there is answered with 409."""

    id: UUID
    study_id: UUID
    name: str
    question: str
    approach: Approach
    orientation: str
    theory: str
    with_counts: bool
    with_saturation: bool
    uses: list[ApproachUse]


class PositionIn(In):
    text: Written


class EarlierPositionOut(Out):
    text: str
    written_at: datetime


class PositionOut(EarlierPositionOut):
    """Where an analyst stands now, and stood before."""

    analyst: WhoOut
    earlier: list[EarlierPositionOut]


class CoderOut(Out):
    """Who coded in another program. `joined_to`: the account that this is, where somebody said so."""

    id: UUID
    name: str
    joined_to: UUID | None
    codings: int | None


class CoderIsIn(In):
    account_id: UUID


@router.get(
    "/programmes/{programme_id}/analyses", response=answers(list[AnalysisOut]), operation_id="analyses"
)
def listed(request: HttpRequest, programme_id: UUID) -> list[AnalysisOut]:
    """Analyses by name."""
    actor = acting(request)
    return [_shown(row) for row in analyses_for(actor, programme_for(actor, programme_id).id)]


@router.get("/analyses/{analysis_id}", response=answers(AnalysisOut), operation_id="analysis")
def one(request: HttpRequest, analysis_id: UUID) -> AnalysisOut:
    return _shown(analysis_for(acting(request), analysis_id))


@router.post("/studies/{study_id}/analyses", response=answers(AnalysisOut, 201), operation_id="open_analysis")
def begin(request: HttpRequest, study_id: UUID, wanted: AnalysisIn) -> Status[Any]:
    """Open an analysis; whoever holds the sources decides by which approach they are read."""
    actor = acting(request)
    row = open_analysis(study=study_for(actor, study_id), **wanted.model_dump(), by=actor, at=now())
    return Status(201, _shown(row))


@router.put("/analyses/{analysis_id}", response=answers(AnalysisOut), operation_id="describe_analysis")
def describe(request: HttpRequest, analysis_id: UUID, wanted: AnalysisAnewIn) -> AnalysisOut:
    """Say anew what an analysis asks and how. 409 for another approach once something is coded."""
    actor = acting(request)
    draft = AnalysisDraft(**wanted.model_dump(exclude={"why"}))
    row = analysis_for(actor, analysis_id)
    return _shown(describe_analysis(analysis=row, draft=draft, why=wanted.why, by=actor, at=now()))


@router.get(
    "/analyses/{analysis_id}/positions", response=answers(list[PositionOut]), operation_id="positions"
)
def positions(request: HttpRequest, analysis_id: UUID) -> list[PositionOut]:
    """Where the analysts stand, in their own words."""
    return _positions(request, analysis_for(acting(request), analysis_id))


@router.post(
    "/analyses/{analysis_id}/positions", response=answers(PositionOut, 201), operation_id="write_position"
)
def stand(request: HttpRequest, analysis_id: UUID, position: PositionIn) -> Status[Any]:
    """Where one stands oneself. The newest counts; earlier ones stay."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    write_position(analysis=analysis, text=position.text, by=actor, at=now())
    own = next(told for told in _positions(request, analysis) if told.analyst.id == actor.id)
    return Status(201, own)


@router.get("/analyses/{analysis_id}/coders", response=answers(list[CoderOut]), operation_id="coders")
def coders(request: HttpRequest, analysis_id: UUID) -> list[CoderOut]:
    """Who coded in another program; `codings` is null where the analysis does not count."""
    actor = acting(request)
    return _coders(actor, analysis_for(actor, analysis_id))


@router.put("/coders/{coder_id}/account", response=answers(CoderOut), operation_id="join_coder")
def join(request: HttpRequest, coder_id: UUID, who: CoderIsIn) -> CoderOut:
    """Say who here a coder of an imported project is, among those who may code."""
    actor, at = acting(request), now()
    row = coder_for(actor, coder_id)
    check_may_lead_rounds(actor, row.programme_id)
    if str(who.account_id) not in who_may_code(row.programme_id, at.date()):
        nobody = Sentence("Nobody who may code here has this account.")
        raise Invalid(Sentence("Choose who it is, among those who may code."), fields={"account_id": nobody})
    account = Account.objects.get(id=who.account_id)
    return _coder(actor, join_coder(coder=row, account=account, by=actor, at=at))


@router.delete("/coders/{coder_id}/account", response=answers(CoderOut), operation_id="part_coder")
def part(request: HttpRequest, coder_id: UUID) -> CoderOut:
    """Take back that a coder is somebody here; 409 where nobody said so."""
    actor = acting(request)
    return _coder(actor, part_coder(coder=coder_for(actor, coder_id), by=actor, at=now()))


def _shown(row: Analysis) -> AnalysisOut:
    told = {name: getattr(row, name) for name in AnalysisOut.model_fields if name != "uses"}
    return AnalysisOut(**told, uses=[use for use in ApproachUse if uses(row, use)])


def _positions(request: HttpRequest, analysis: Analysis) -> list[PositionOut]:
    found = positions_for(acting(request), analysis)
    people = people_of(analysis, (one.analyst for one in found))
    return [
        PositionOut(
            analyst=people[one.analyst], text=one.text, written_at=one.written_at,
            earlier=[EarlierPositionOut.model_validate(was) for was in one.earlier],
        )
        for one in found
    ]  # fmt: skip


def _coders(actor: Actor, analysis: Analysis) -> list[CoderOut]:
    is_counted = uses(analysis, ApproachUse.COUNTS)
    return [
        CoderOut(
            id=came.coder.id, name=came.coder.name,
            joined_to=UUID(came.coder.joined_to) if came.coder.joined_to else None,
            codings=came.codings if is_counted else None,
        )
        for came in coders_elsewhere(actor, analysis)
    ]  # fmt: skip


def _coder(actor: Actor, row: Coder) -> CoderOut:
    return next(told for told in _coders(actor, row.analysis) if told.id == row.id)
