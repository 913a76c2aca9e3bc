"""Rounds: who codes which source, how far coders agree, where they differ, and what was settled."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictBool

from throughline.api.files import file_given, gives_file
from throughline.api.inquiry.agreement_shapes import RoundAgreementOut, shown_agreement
from throughline.api.inquiry.framework import LeavingIn
from throughline.api.inquiry.people import WhoOut, people_of
from throughline.api.inquiry.shapes import Called, Written
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, In, Limit, Line, Offset, Out, Place, answers
from throughline.evaluation.disagreements_leaving import release_differences
from throughline.evaluation.doors import profile_named
from throughline.evaluation.numbers import check_heads, release_figures
from throughline.methods.agreement.codings import Level
from throughline.records.inquiry.actions import (
    AssignmentDraft,
    close_round,
    open_round,
    settle_disagreement,
    write_agreed_version,
)
from throughline.records.inquiry.actions.compared import Over
from throughline.records.inquiry.models import Analysis, Round
from throughline.records.inquiry.queries import analysis_for, code_for, round_for, rounds_for, source_for
from throughline.records.inquiry.queries.agreement import (
    Asked,
    Difference,
    RoundAgreement,
    agreement_of,
    blind_now,
    differences_of,
    progress_of,
    who_may_code,
)
from throughline.reporting.agreement_table import agreement_tables, differences_table
from throughline.reporting.table_files import table_file
from throughline.reporting.words_files import TYPES
from throughline.rules.access import check_may_lead_rounds, check_may_release
from throughline.rules.approaches import check_approach_uses
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import ApproachUse

router = Router(tags=["rounds"])


class AssignedIn(In):
    source_id: UUID
    coder_id: UUID


class RoundIn(In):
    """Blind: while it is open each coder sees own codings alone. `assigned`: who codes which source."""

    name: Called
    is_blind: StrictBool = True
    assigned: Annotated[list[AssignedIn], Field(min_length=1, max_length=2_000)]


class AssignedOut(Out):
    """`codings` is null where they are hidden while the round is blind."""

    source_id: UUID
    coder: WhoOut
    codings: int | None


class RoundOut(Out):
    id: UUID
    analysis_id: UUID
    name: str
    is_blind: bool
    opened_at: datetime
    closed_at: datetime | None


class RoundWithWork(RoundOut):
    assigned: list[AssignedOut]


class FiguresLeavingIn(LeavingIn):
    """`profile`: by which small counts are hidden."""

    profile: Annotated[Line, Field(min_length=1, max_length=40)] = "lt5"


class DifferenceOut(Out):
    """A stretch on which coders differ about a code. `stands` is null where nobody settled it."""

    source_id: UUID
    code_id: UUID
    start: int
    end: int
    coded_by: list[WhoOut]
    left_by: list[WhoOut]
    stands: bool | None
    reason: str | None


class DifferencesLeavingIn(LeavingIn):
    """All of them; or those of one code, of one source, settled ones or open ones alone."""

    code_id: UUID | None = None
    source_id: UUID | None = None
    is_settled: StrictBool | None = None


class SettleIn(In):
    source_id: UUID
    code_id: UUID
    start: Place
    end: Place
    stands: StrictBool
    reason: Written


class SettledOut(Out):
    id: UUID
    stands: bool
    reason: str
    settled_at: datetime


class AgreedVersionOut(Out):
    passages: int
    written: int
    removed: int
    unsettled: int


@router.get("/analyses/{analysis_id}/rounds", response=answers(list[RoundOut]), operation_id="rounds")
def listed(request: HttpRequest, analysis_id: UUID) -> list[Round]:
    """The rounds of an analysis, the newest first. 409 where its approach compares nobody, as for all of rounds."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    check_approach_uses(analysis, ApproachUse.BLIND_ROUNDS)
    return list(rounds_for(actor, analysis))


@router.post(
    "/analyses/{analysis_id}/rounds", response=answers(RoundWithWork, 201), operation_id="open_round"
)
def begin(request: HttpRequest, analysis_id: UUID, wanted: RoundIn) -> Status[Any]:
    """Let coders code sources at the same time."""
    actor, at = acting(request), now()
    analysis = analysis_for(actor, analysis_id)
    check_may_lead_rounds(actor, analysis.programme_id)
    check_approach_uses(analysis, ApproachUse.BLIND_ROUNDS)
    _check_coders(analysis, wanted, at)
    sources = {pk: source_for(actor, pk) for pk in {one.source_id for one in wanted.assigned}}
    drafts = [AssignmentDraft(sources[one.source_id], str(one.coder_id)) for one in wanted.assigned]
    row = open_round(
        analysis=analysis, name=wanted.name, assignments=drafts, is_blind=wanted.is_blind, by=actor, at=at
    )
    return Status(201, _with_work(actor, row))


@router.get("/rounds/{round_id}", response=answers(RoundWithWork), operation_id="round")
def one(request: HttpRequest, round_id: UUID) -> RoundWithWork:
    """A round: who codes which source, and how far they are, of what may be seen."""
    actor = acting(request)
    return _with_work(actor, _comparing(actor, round_id))


@router.post("/rounds/{round_id}/close", response=answers(RoundOut), operation_id="close_round")
def close(request: HttpRequest, round_id: UUID) -> Round:
    """End a round: its codings stand from now on as they are compared."""
    actor = acting(request)
    return close_round(round=round_for(actor, round_id), by=actor, at=now())


@router.get("/rounds/{round_id}/agreement", response=answers(RoundAgreementOut), operation_id="agreement")
def agreement(
    request: HttpRequest,
    round_id: UUID,
    level: Level = Level.CHARACTER,
    over: Over = Over.TURNS,
    parent_id: UUID | None = None,
) -> RoundAgreementOut:
    """How far coders agree, per code, per source, by pairs and over all. 409 while the round is open.

    `parent_id`: a code below which all exclude each other; then there are the figures of that domain, too.
    """
    actor = acting(request)
    row = _comparing(actor, round_id)
    return shown_agreement(row, _found(actor, round_id, level, over, parent_id))


@router.post(
    "/rounds/{round_id}/agreement/file", response=FILE, operation_id="release_agreement",
    openapi_extra=gives_file(*TYPES.values()),
)  # fmt: skip
def leave(
    request: HttpRequest,
    round_id: UUID,
    wanted: FiguresLeavingIn,
    level: Level = Level.CHARACTER,
    over: Over = Over.TURNS,
) -> HttpResponse:
    """Let the agreement leave, per code and per pair of coders, who are numbers in it: through the door for tables."""
    actor, at = acting(request), now()
    row = _comparing(actor, round_id)
    check_may_release(actor, row.programme_id, Permission.RELEASE_TABLES)
    found, profile = _found(actor, round_id, level, over), profile_named(wanted.profile)
    tables = agreement_tables(found, f"{level.value}s", profile, is_blind=row.is_blind)
    check_heads(row.analysis, [cells[0] for cells in tables[0].rows], by=actor, at=at)
    left = release_figures(
        analysis=row.analysis, use=ApproachUse.AGREEMENT, what="agreement of coders",
        sources=len(found.compared.sources), profile=profile, recipient=wanted.recipient,
        write=lambda: table_file(wanted.form, *tables), by=actor, at=at,
    )  # fmt: skip
    return file_given(left.content, TYPES[wanted.form], f"agreement.{wanted.form}")


@router.get(
    "/rounds/{round_id}/differences", response=answers(list[DifferenceOut]), operation_id="differences"
)
def differences(
    request: HttpRequest, round_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[DifferenceOut]:
    """Every stretch on which coders differ, by source, place and code. 409 while the round is open."""
    actor = acting(request)
    row = _comparing(actor, round_id)
    _row, every, compared = differences_of(actor, round_id)
    people = people_of(row.analysis, compared.continuum.coders)
    return [
        DifferenceOut(
            source_id=one.source.id, code_id=one.code.id, start=one.place.start, end=one.place.end,
            coded_by=[people[who] for who in one.place.coded_by], left_by=[people[who] for who in one.place.left_by],
            stands=one.settlement.stands if one.settlement else None,
            reason=one.settlement.reason if one.settlement else None,
        )
        for one in every[offset : offset + limit]
    ]  # fmt: skip


@router.post(
    "/rounds/{round_id}/differences/file", response=FILE, operation_id="release_differences",
    openapi_extra=gives_file(*TYPES.values()),
)  # fmt: skip
def differences_leave(request: HttpRequest, round_id: UUID, wanted: DifferencesLeavingIn) -> HttpResponse:
    """Let where coders differ leave, side by side with what was settled: through the door for words. 409 where nothing of it may."""
    actor = acting(request)
    row = _comparing(actor, round_id)
    check_may_release(actor, row.programme_id, Permission.RELEASE_WORDS)
    _row, every, compared = differences_of(actor, round_id)
    left = release_differences(
        round=row, differences=[one for one in every if _is_asked(one, wanted)], compared=compared,
        recipient=wanted.recipient, by=actor, at=now(),
        write=lambda shown, withheld: table_file(
            wanted.form, differences_table(_("Where coders differ"), shown, withheld)
        ),
    )  # fmt: skip
    return file_given(left.content, TYPES[wanted.form], f"where-coders-differ.{wanted.form}")


@router.post("/rounds/{round_id}/settlements", response=answers(SettledOut, 201), operation_id="settle")
def settle(request: HttpRequest, round_id: UUID, wanted: SettleIn) -> Status[Any]:
    """Decide of one stretch whether the code stands there, and say why. It can be settled again."""
    actor = acting(request)
    row = settle_disagreement(
        round=round_for(actor, round_id), source=source_for(actor, wanted.source_id),
        code=code_for(actor, wanted.code_id), start=wanted.start, end=wanted.end, stands=wanted.stands,
        reason=wanted.reason, by=actor, at=now(),
    )  # fmt: skip
    return Status(201, row)


@router.post("/rounds/{round_id}/agreed", response=answers(AgreedVersionOut), operation_id="write_agreed")
def agreed(request: HttpRequest, round_id: UUID) -> AgreedVersionOut:
    """Write what all coders agree on, and what was settled to stand, as a version of its own."""
    actor = acting(request)
    made = write_agreed_version(round=round_for(actor, round_id), by=actor, at=now())
    return AgreedVersionOut.model_validate(made)


def _check_coders(analysis: Analysis, wanted: RoundIn, at: datetime) -> None:
    """Whoever is named here is answered by name: nobody but those who may code."""
    if {str(one.coder_id) for one in wanted.assigned} - set(who_may_code(analysis.programme_id, at.date())):
        nobody = Sentence("Nobody who may code here has this account.")
        raise Invalid(Sentence("Choose coders among those who may code."), fields={"coder_id": nobody})


def _comparing(actor: Actor, round_id: UUID) -> Round:
    row = round_for(actor, round_id)
    check_approach_uses(row.analysis, ApproachUse.BLIND_ROUNDS)
    return row


def _is_asked(one: Difference, wanted: DifferencesLeavingIn) -> bool:
    return (
        wanted.code_id in (None, one.code.id)
        and wanted.source_id in (None, one.source.id)
        and wanted.is_settled in (None, one.settlement is not None)
    )


def _with_work(actor: Actor, row: Round) -> RoundWithWork:
    assigned = list(row.assignments.order_by("source__name", "source_id", "coder"))
    counts, blind = progress_of(actor, row), blind_now(actor, row)
    people = people_of(row.analysis, (one.coder for one in assigned))
    return RoundWithWork(
        **{name: getattr(row, name) for name in RoundOut.model_fields},
        assigned=[
            AssignedOut(
                source_id=one.source_id, coder=people[one.coder],
                codings=None if one.source_id in blind and one.coder != actor.id else counts.get((one.source_id, one.coder), 0),
            )
            for one in assigned
        ],
    )  # fmt: skip


def _found(
    actor: Actor, round_id: UUID, level: Level, over: Over, parent_id: UUID | None = None
) -> RoundAgreement:
    rng = np.random.default_rng(round_id.int % 2**32)  # the same round gives the same intervals
    return agreement_of(actor, round_id, Asked(level=level, over=over, parent=parent_id), rng=rng, at=now())
