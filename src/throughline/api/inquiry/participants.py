"""Who speaks in an analysis: what is known of them, on which consent they speak, and taking them out for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import StringConstraints

from throughline.api.inquiry.facts_shapes import NOT_RECORDED, Attributes
from throughline.api.inquiry.names import StillNamedOut, shown_named
from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Line, Offset, Out, answers
from throughline.records.inquiry.actions import (
    add_participant,
    describe_participant,
    withdraw_participant,
)
from throughline.records.inquiry.models import Analysis, Participant, Source
from throughline.records.inquiry.queries.participants import (
    ReleasedWith,
    analyses_with_people,
    participant_for,
    people_in,
    released_with,
    sources_of_person,
)
from throughline.records.inquiry.queries.still_named import telling_of
from throughline.records.programme.models import Programme
from throughline.reporting.written import take_back_reports
from throughline.rules.access import check_may_erase_source, check_may_see_sources, may
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.study import ConsentScope

router = Router(tags=["participants"])
ParticipantLabel = Annotated[Line, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Group = Annotated[Line, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class ParticipantIn(In):
    """A label of the project's own, such as P01: never a name, and nothing made from one."""

    label: ParticipantLabel
    group: Group = NOT_RECORDED


class ParticipantFactsIn(In):
    group: Group = NOT_RECORDED
    attributes: Attributes = {}


class ParticipantWithdrawalIn(In):
    """Nothing of it can be taken back: their label, once more."""

    label: ParticipantLabel


class SpokenInOut(Out):
    id: UUID
    name: str


class ParticipantOut(Out):
    """`scopes` is empty without a consent that stands. `sources`: where they speak, as far as one reads there.

    `group` and `attributes` are null for who may only erase sources.
    """

    id: UUID
    analysis_id: UUID
    label: str
    group: str | None
    attributes: dict[str, str] | None
    sheet_version: str | None
    given_on: date | None
    scopes: list[ConsentScope]
    consent_withdrawn_at: datetime | None
    withdrawn_at: datetime | None
    sources: list[SpokenInOut]


class ReleasedWithOut(Out):
    """What left while somebody took part: lines of the ledger, how many more one may not see, and freezes."""

    releases: list[UUID]
    unseen: int
    freezes: list[UUID]


class ParticipantWithMore(ParticipantOut):
    """`released`: what left before they withdrew; null where they did not. `elsewhere`: what may tell of them yet."""

    released: ReleasedWithOut | None
    elsewhere: list[StillNamedOut]


class WithdrawnOut(Out):
    """What a withdrawal took away, in counts; `reports` that may quote them were deleted."""

    sources_erased: int
    sources_changed: int
    codings_removed: int
    notes_changed: int
    reports: int


@router.get(
    "/analyses/{analysis_id}/participants", response=answers(list[ParticipantOut]), operation_id="participants"
)  # fmt: skip
def listed(
    request: HttpRequest, analysis_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[ParticipantOut]:
    """By label; those who withdrew too, empty. Who may only erase sources sees labels and consent alone."""
    actor = acting(request)
    people = people_in(actor, _analysis(actor, analysis_id), start=offset, most=limit)
    return [_shown(actor, one.participant, one.sources) for one in people]


@router.post(
    "/analyses/{analysis_id}/participants", response=answers(ParticipantOut, 201), operation_id="add_participant"
)  # fmt: skip
def add(request: HttpRequest, analysis_id: UUID, wanted: ParticipantIn) -> Status[Any]:
    """Add a participant. Without a consent nothing they said may be quoted."""
    actor = acting(request)
    analysis = _analysis(actor, analysis_id)
    row = add_participant(analysis=analysis, label=wanted.label, group=wanted.group, by=actor, at=now())
    return Status(201, _shown(actor, row))


@router.get(
    "/participants/{participant_id}", response=answers(ParticipantWithMore), operation_id="participant"
)
def one(request: HttpRequest, participant_id: UUID) -> ParticipantWithMore:
    """One participant: what is known of them, on which consent they speak, and where."""
    actor = acting(request)
    row = participant_for(actor, participant_id)
    released, elsewhere = None, []
    if row.withdrawn_at is not None:
        released = _released(actor, row)
        if may(check_may_see_sources, actor, row.programme_id):
            elsewhere = shown_named(telling_of(actor, row))
    return ParticipantWithMore(**vars(_shown(actor, row)), released=released, elsewhere=elsewhere)


@router.put(
    "/participants/{participant_id}", response=answers(ParticipantOut), operation_id="describe_participant"
)
def describe(request: HttpRequest, participant_id: UUID, said: ParticipantFactsIn) -> ParticipantOut:
    """Say anew what is known of a participant beside their words; it replaces what stood there."""
    actor = acting(request)
    row = participant_for(actor, participant_id)
    describe_participant(participant=row, group=said.group, attributes=said.attributes, by=actor, at=now())
    return _shown(actor, row)


@router.get(
    "/participants/{participant_id}/released", response=answers(ReleasedWithOut), operation_id="released_with"
)
def released(request: HttpRequest, participant_id: UUID) -> ReleasedWithOut:
    """What left while they took part, which a withdrawal cannot bring back: for who may take them out."""
    actor = acting(request)
    row = participant_for(actor, participant_id)
    check_may_erase_source(actor, row.programme_id)
    return _released(actor, row)


@router.post(
    "/participants/{participant_id}/withdraw", response=answers(WithdrawnOut), operation_id="withdraw_participant"
)  # fmt: skip
def withdraw(request: HttpRequest, participant_id: UUID, wanted: ParticipantWithdrawalIn) -> WithdrawnOut:
    """Take away what a participant said, for good; their label stays, empty."""
    actor = acting(request)
    row = participant_for(actor, participant_id)
    check_may_erase_source(actor, row.programme_id)
    if wanted.label.casefold() != row.label.casefold():
        sentence = Sentence("This is not their label. Nothing was done.")
        raise Invalid(sentence, fields={"label": sentence})
    done = withdraw_participant(participant=row, by=actor, at=now())
    return WithdrawnOut(**vars(done), reports=take_back_reports(row.analysis.study, at=now()))


def _analysis(actor: Actor, analysis_id: UUID) -> Analysis:
    """One that the actor sees, or whose people they may take out."""
    for programme_id in Programme.objects.visible_to(actor).values_list("id", flat=True):
        found = analyses_with_people(actor, programme_id).filter(id=analysis_id).first()
        if found is not None:
            return found
    raise NotFound(Sentence("There is no such analysis."))


def _shown(actor: Actor, row: Participant, sources: Sequence[Source] | None = None) -> ParticipantOut:
    """`sources`: where they speak, where that was read already."""
    spoken = sources_of_person(actor, row) if sources is None else sources
    held, sees = row.consent, may(check_may_see_sources, actor, row.programme_id)
    return ParticipantOut(
        id=row.id, analysis_id=row.analysis_id, label=row.label, group=row.group if sees else None,
        attributes=row.attributes if sees else None,
        sheet_version=held.sheet_version if held else None, given_on=held.given_on if held else None,
        scopes=[one for one in ConsentScope if held and held.withdrawn_at is None and one.value in held.scopes],
        consent_withdrawn_at=held.withdrawn_at if held else None, withdrawn_at=row.withdrawn_at,
        sources=[SpokenInOut.model_validate(one) for one in spoken],
    )  # fmt: skip


def _released(actor: Actor, row: Participant) -> ReleasedWithOut:
    return shown_released(released_with(actor, row, now()))


def shown_released(found: ReleasedWith) -> ReleasedWithOut:
    return ReleasedWithOut(
        releases=[one.id for one in found.releases], unseen=found.unseen,
        freezes=[one.id for one in found.freezes],
    )  # fmt: skip
