"""Referrals: the board, making one, saying what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictBool

from throughline.api.session import acting, acting_at, now
from throughline.api.shapes import Code, In, Limit, Moment, Offset, Out, Version, answers
from throughline.records.engagement.queries import need_for
from throughline.records.programme.models import Organisation
from throughline.records.programme.queries import programme_for, site_for
from throughline.records.referral.actions import Passing, make_referral, move_referral
from throughline.records.referral.queries import (
    BoardLine,
    bases_of,
    board_for,
    events_for,
    line_for,
    referral_for,
)
from throughline.rules.access import holds
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.referral import Door, OutcomeSource, ReferralKind, ReferralState, YesNo
from throughline.vocabulary.sharing import SharingBasis

router = Router(tags=["referrals"])


class ReferralIn(In):
    """For one or more needs of contacts, or for one coded reason; never both.

    `basis`: on what it passes; needed where it is sent to another organisation, unless it is a signpost. `notice`: whether it
    says that it may not be passed on.
    """

    from_site_id: UUID
    to_organisation_id: UUID
    door: Door
    kind: ReferralKind
    need_ids: Annotated[list[UUID], Field(max_length=20)] = []
    reason: Code | None = None
    is_sent: StrictBool = True
    basis: SharingBasis | None = None
    notice: YesNo = YesNo.NOT_RECORDED


class MoveIn(In):
    """`source`: who says so; an outcome needs one, and `unknown` is an answer. `basis`: where a draft is sent to another organisation."""

    state: ReferralState
    source: OutcomeSource | None = None
    happened_at: Moment
    base_version: Version
    basis: SharingBasis | None = None
    notice: YesNo = YesNo.NOT_RECORDED


class ReferralOut(Out):
    """`state`, and what follows from it, is null where only the service knows it."""

    referral_id: UUID
    from_site: str
    to_organisation: str
    door: str
    kind: str
    reason: str | None
    needs: int | None
    state: ReferralState | None
    age_days: int
    days_in_state: int | None
    is_open: bool | None
    version: int


class StepOut(Out):
    sequence: int
    state: str
    source: str | None
    happened_at: datetime
    recorded_at: datetime


class ReferralWithSteps(ReferralOut):
    """`bases`: on what it passed to its receiver; empty where nothing passed, or it was not sent yet.

    `need_ids` is empty and `client_id` null for who only makes referrals, and `client_id` for who sees no client's past.
    """

    steps: list[StepOut]
    bases: list[SharingBasis]
    need_ids: list[UUID]
    client_id: UUID | None


@router.get(
    "/programmes/{programme_id}/referrals", response=answers(list[ReferralOut]), operation_id="referrals"
)
def board(
    request: HttpRequest, programme_id: UUID, with_closed: bool = True, limit: Limit = 100, offset: Offset = 0
) -> list[BoardLine]:
    """The referrals that the account may see, the longest waiting first."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    return board_for(actor, programme.id, now(), with_closed=with_closed)[offset : offset + limit]


@router.post("/referrals", response=answers(ReferralWithSteps, 201), operation_id="make_referral")
def make(request: HttpRequest, referral: ReferralIn) -> Status[Any]:
    """Refer to another service. Referred is not entered: say later what became of it."""
    actor = acting_at(request, referral.from_site_id)
    site = site_for(actor, referral.from_site_id)
    organisation = Organisation.objects.visible_to(actor).filter(id=referral.to_organisation_id).first()
    if organisation is None:
        raise NotFound(Sentence("There is no such organisation."))
    row = make_referral(
        from_site=site, to_organisation=organisation, door=referral.door, kind=referral.kind,
        needs=[need_for(actor, need_id) for need_id in referral.need_ids], reason=referral.reason,
        is_sent=referral.is_sent, passing=Passing(referral.basis, referral.notice), by=actor, at=now(),
    )  # fmt: skip
    return Status(201, _with_steps(request, row.id))


@router.get("/referrals/{referral_id}", response=answers(ReferralWithSteps), operation_id="referral")
def one(request: HttpRequest, referral_id: UUID) -> ReferralWithSteps:
    return _with_steps(request, referral_id)


@router.post(
    "/referrals/{referral_id}/move", response=answers(ReferralWithSteps), operation_id="move_referral"
)
def move(request: HttpRequest, referral_id: UUID, step: MoveIn) -> ReferralWithSteps:
    """Say what became of it; 409 where it moved meanwhile, or cannot come to that state from where it is."""
    actor = acting(request)
    move_referral(
        referral=referral_for(actor, referral_id), state=step.state, source=step.source,
        happened_at=step.happened_at, base_version=step.base_version, passing=Passing(step.basis, step.notice),
        by=actor, at=now(),
    )  # fmt: skip
    return _with_steps(request, referral_id)


def _with_steps(request: HttpRequest, referral_id: UUID) -> ReferralWithSteps:
    actor = acting(request)
    line = line_for(actor, referral_id, now())
    steps = [
        StepOut(
            sequence=step.sequence, state=step.state, source=step.source, happened_at=step.happened_at,
            recorded_at=step.recorded_at,
        )
        for step in events_for(actor, referral_id)
    ]  # fmt: skip
    row = referral_for(actor, referral_id)
    sees = holds(actor, P.SEE_REFERRALS, row.programme_id, row.from_site_id)
    needs = list(row.needs.order_by("id")) if sees else []
    is_told = sees and holds(actor, P.SEE_CLIENT_HISTORY, row.programme_id)
    return ReferralWithSteps(
        **vars(line), steps=steps, bases=[SharingBasis(one) for one in bases_of(row)],
        need_ids=[need.id for need in needs],
        client_id=next((need.client_id for need in needs if need.client_id), None) if is_told else None,
    )  # fmt: skip
