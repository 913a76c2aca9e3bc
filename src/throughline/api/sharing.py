"""What is shared of a client with other organisations: consents, what passed, and the list. Reading it is audited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictBool

from throughline.api.session import acting, now
from throughline.api.shapes import Day, In, Line, Moment, Out, answers
from throughline.records.clients.actions import (
    ConsentDraft,
    Receiver,
    note_sharing_list_read,
    record_consent,
    record_sharing,
    revoke_consent,
)
from throughline.records.clients.models import Consent, Sharing
from throughline.records.clients.queries import client_for
from throughline.records.clients.queries.sharing import consent_for, consents_for, sharings_for
from throughline.records.programme.models import Organisation
from throughline.records.programme.queries import site_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.referral import YesNo
from throughline.vocabulary.sharing import Shared, SharingBasis, SharingPurpose, SignedAs

router = Router(tags=["sharing"])

What = Annotated[list[Shared], Field(min_length=1, max_length=len(Shared))]


class SharingConsentIn(In):
    """As the signed form says. `is_told_revocable`: that it can be taken back, and how, stands on it."""

    site_id: UUID
    to_organisation_id: UUID
    scope: What
    purpose: SharingPurpose
    signed_on: Day
    signed_as: SignedAs
    from_on: Day
    to_on: Day
    is_told_revocable: StrictBool


class SharingConsentOut(Out):
    """It stands from `from_on` to `to_on`, both included, unless it was taken back before."""

    id: UUID
    to_organisation: str
    scope: list[str]
    purpose: str
    signed_on: date
    signed_as: str
    from_on: date
    to_on: date
    withdrawn_at: datetime | None


class SharingIn(In):
    """To an organisation of the programme, or to somebody else by name; never both."""

    site_id: UUID
    to_organisation_id: UUID | None = None
    to_name: Annotated[Line, Field(max_length=120)] = ""
    what: What
    basis: SharingBasis
    notice: YesNo = YesNo.NOT_RECORDED
    passed_at: Moment | None = None


class SharingOut(Out):
    id: UUID
    to: str
    what: list[str]
    basis: str
    notice: str
    passed_at: datetime


class SharedOut(Out):
    """Everything that the account's own sites shared of a client, and the consents that it rests on; the newest first."""

    consents: list[SharingConsentOut]
    passed: list[SharingOut]


@router.get("/clients/{client_id}/shared", response=answers(SharedOut), operation_id="shared")
def shared(request: HttpRequest, client_id: UUID) -> SharedOut:
    """The list that the person is given."""
    actor = acting(request)
    client = client_for(actor, client_id)
    note_sharing_list_read(client=client, by=actor, at=now())
    return SharedOut(
        consents=[_consent(row) for row in consents_for(actor, client)],
        passed=[_passed(row) for row in sharings_for(actor, client)],
    )


@router.post("/clients/{client_id}/shared", response=answers(SharingOut, 201), operation_id="record_sharing")
def share(request: HttpRequest, client_id: UUID, passed: SharingIn) -> Status[Any]:
    """Write down something that passed outside of a referral. The basis must carry it."""
    actor = acting(request)
    client = client_for(actor, client_id)
    to = Receiver(_organisation(actor, passed.to_organisation_id), passed.to_name)
    row = record_sharing(
        client=client, site=site_for(actor, passed.site_id), to=to, what=frozenset(passed.what),
        basis=passed.basis, notice=passed.notice, passed_at=passed.passed_at, by=actor, at=now(),
    )  # fmt: skip
    return Status(201, _passed(row))


@router.post(
    "/clients/{client_id}/consents", response=answers(SharingConsentOut, 201), operation_id="record_consent"
)
def consent(request: HttpRequest, client_id: UUID, signed: SharingConsentIn) -> Status[Any]:
    """Record what the person signed."""
    actor = acting(request)
    client = client_for(actor, client_id)
    to = _organisation(actor, signed.to_organisation_id)
    assert to is not None
    draft = ConsentDraft(
        to, frozenset(signed.scope), signed.purpose, signed.signed_on, signed.signed_as, signed.from_on, signed.to_on,
        signed.is_told_revocable,
    )  # fmt: skip
    row = record_consent(client=client, site=site_for(actor, signed.site_id), draft=draft, by=actor, at=now())
    return Status(201, _consent(row))


@router.post(
    "/consents/{consent_id}/revoke", response=answers(SharingConsentOut), operation_id="revoke_consent"
)
def revoke(request: HttpRequest, consent_id: UUID) -> SharingConsentOut:
    """The person takes it back; 409 where it was taken back already."""
    actor = acting(request)
    return _consent(revoke_consent(consent=consent_for(actor, consent_id), by=actor, at=now()))


def _organisation(actor: Actor, organisation_id: UUID | None) -> Organisation | None:
    if organisation_id is None:
        return None
    found: Organisation | None = Organisation.objects.visible_to(actor).filter(id=organisation_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such organisation."))
    return found


def _consent(row: Consent) -> SharingConsentOut:
    return SharingConsentOut(
        id=row.id, to_organisation=row.to_organisation.name, scope=row.scope, purpose=row.purpose,
        signed_on=row.signed_on, signed_as=row.signed_as, from_on=row.from_on, to_on=row.to_on,
        withdrawn_at=row.withdrawn_at,
    )  # fmt: skip


def _passed(row: Sharing) -> SharingOut:
    to = row.to_organisation.name if row.to_organisation else row.to_name
    return SharingOut(
        id=row.id, to=to, what=row.what, basis=row.basis, notice=row.notice, passed_at=row.passed_at
    )
