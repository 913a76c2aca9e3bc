"""Agreements with the police and with partners, and whether controlled items need one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.db.models import F
from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictBool

from throughline.api.asked import check_any, one_of, programme_where
from throughline.api.session import acting, now
from throughline.api.setting_up import NO_ORGANISATION, LastDayIn
from throughline.api.shapes import Day, In, Limit, Name, Offset, Out, Reference, Word, Words, answers
from throughline.records.programme import actions
from throughline.records.programme.models import Partnership, PoliceAgreement
from throughline.records.programme.queries import areas_of, organisations_for, programme_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.programme import PartnershipKind

router = Router(tags=["agreements"])


class PoliceAgreementIn(In):
    """What a police force agreed to for an area; `to_on` is the last day, or none is named."""

    force_id: UUID
    area: Reference
    item_kinds: Annotated[list[Word], Field(min_length=1, max_length=50)]
    from_on: Day
    to_on: Day | None = None
    document_reference: Name


class PoliceAgreementOut(Out):
    id: UUID
    force_id: UUID
    area: str
    item_kinds: list[str]
    from_on: date
    to_on: date | None
    document_reference: str


class PartnershipOut(Out):
    id: UUID
    first_id: UUID
    second_id: UUID
    kind: str
    agreement: str
    from_on: date
    to_on: date | None


class AgreementsOut(Out):
    """`is_needed`: whether a controlled item leaves only under an agreement."""

    is_needed: bool
    police: list[PoliceAgreementOut]
    partners: list[PartnershipOut]


class PartnershipIn(In):
    """`agreement`: the document's number or name, not its text."""

    first_id: UUID
    second_id: UUID
    kind: PartnershipKind
    agreement: Annotated[Words, Field(max_length=200)]
    from_on: Day
    to_on: Day | None = None


class RuleIn(In):
    is_needed: StrictBool


@router.get(
    "/programmes/{programme_id}/agreements", response=answers(AgreementsOut), operation_id="agreements"
)
def agreements(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> dict[str, Any]:
    """Agreements with police and partners, those that end first on top; `limit` and `offset` count in each of both lists."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    police = PoliceAgreement.objects.visible_to(actor).filter(programme=programme)
    partners = Partnership.objects.visible_to(actor).filter(programme=programme)
    ends_first = F("to_on").asc(nulls_last=True)
    return {
        "is_needed": programme.is_agreement_needed,
        "police": list(police.order_by(ends_first, "area", "id")[offset : offset + limit]),
        "partners": list(partners.order_by(ends_first, "id")[offset : offset + limit]),
    }


@router.post(
    "/programmes/{programme_id}/agreements", response=answers(PoliceAgreementOut, 201),
    operation_id="record_police_agreement",
)  # fmt: skip
def record(request: HttpRequest, programme_id: UUID, said: PoliceAgreementIn) -> Status[Any]:
    """Which controlled items may leave in an area, and for how long."""
    actor, programme = acting(request), programme_where(request, programme_id, P.MANAGE_PROGRAMME)
    missing = Sentence("There is no such organisation.")
    force = one_of(organisations_for(actor, programme.id), said.force_id, missing)
    if said.area not in areas_of(programme.id):
        raise Invalid(
            Sentence("No site of the programme lies in this area."),
            fields={"area": Sentence("Unknown area.")},
        )
    given = said.model_dump(exclude={"force_id"})
    return Status(201, actions.record_police_agreement(force=force, **given, by=actor, at=now()))


@router.post(
    "/agreements/{agreement_id}/end",
    response=answers(PoliceAgreementOut),
    operation_id="end_police_agreement",
)
def end(request: HttpRequest, agreement_id: UUID, said: LastDayIn) -> PoliceAgreement:
    """Name its last day: sooner, or later where it was prolonged."""
    actor = acting(request)
    missing = Sentence("There is no such agreement.")
    row: PoliceAgreement = one_of(PoliceAgreement.objects.visible_to(actor), agreement_id, missing)
    check_any(request, row.programme_id, P.MANAGE_PROGRAMME)
    return actions.end_police_agreement(agreement=row, on=said.on, by=actor, at=now())


@router.post(
    "/programmes/{programme_id}/partnerships",
    response=answers(PartnershipOut, 201),
    operation_id="agree_partnership",
)
def partner(request: HttpRequest, programme_id: UUID, said: PartnershipIn) -> Status[Any]:
    """What two organisations of the programme agreed on."""
    actor, programme = acting(request), programme_where(request, programme_id, P.MANAGE_PROGRAMME)
    rows = organisations_for(actor, programme.id)
    row = actions.agree_partnership(
        first=one_of(rows, said.first_id, NO_ORGANISATION), second=one_of(rows, said.second_id, NO_ORGANISATION),
        kind=said.kind, agreement=said.agreement, from_on=said.from_on, to_on=said.to_on, by=actor, at=now(),
    )  # fmt: skip
    return Status(201, row)


@router.post(
    "/partnerships/{partnership_id}/end", response=answers(PartnershipOut), operation_id="end_partnership"
)
def end_partner(request: HttpRequest, partnership_id: UUID, said: LastDayIn) -> Partnership:
    """Name its last day; named again, it replaces the one before."""
    actor = acting(request)
    missing = Sentence("There is no such partnership.")
    row: Partnership = one_of(Partnership.objects.visible_to(actor), partnership_id, missing)
    check_any(request, row.programme_id, P.MANAGE_PROGRAMME)
    return actions.end_partnership(partnership=row, on=said.on, by=actor, at=now())


@router.put(
    "/programmes/{programme_id}/agreements/rule", response=answers(RuleIn), operation_id="rule_agreements"
)
def rule(request: HttpRequest, programme_id: UUID, said: RuleIn) -> dict[str, bool]:
    """Whether a controlled item needs an agreement here: as the country's law has it."""
    programme = programme_where(request, programme_id, P.MANAGE_PROGRAMME)
    switch = actions.require_agreements if said.is_needed else actions.waive_agreements
    return {"is_needed": switch(programme=programme, by=acting(request), at=now()).is_agreement_needed}
