"""Consents to share are recorded and taken back; everything that passes between organisations is written down."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.clients.models import Client, Consent, Sharing
from throughline.records.clients.queries import check_in_sight, ids_of
from throughline.records.clients.queries.sharing import consent_for, consents_to, is_agreed
from throughline.records.programme.models import Organisation, Site
from throughline.rules.access import check_may_record_sharing, check_may_see_client_history
from throughline.rules.permissions import Permission
from throughline.rules.sharing import Passage, check_consent_days, check_may_share
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.programme import OrganisationKind
from throughline.vocabulary.referral import YesNo
from throughline.vocabulary.sharing import Shared, SharingBasis, SharingPurpose, SignedAs

NAME_LENGTH = 120


@dataclass(frozen=True)
class ConsentDraft:
    """What the signed form says. `is_told_revocable`: that it can be taken back, and how, stands on it."""

    to_organisation: Organisation
    scope: frozenset[Shared]
    purpose: SharingPurpose
    signed_on: date
    signed_as: SignedAs
    from_on: date
    to_on: date
    is_told_revocable: bool


@dataclass(frozen=True)
class Receiver:
    """To whom something passes: an organisation of the programme, or somebody else by name. In no repr: it may name anybody."""

    organisation: Organisation | None = None
    name: str = ""

    def __repr__(self) -> str:
        return "Receiver()"


@transaction.atomic
def record_consent(*, client: Client, site: Site, draft: ConsentDraft, by: Actor, at: datetime) -> Consent:
    """Write down a consent that the person signed. The form itself stays where the service keeps such forms."""
    check_may_record_sharing(by, client.programme_id, site.id)
    check_in_sight(by, client)
    _check_elsewhere(client, site, draft.to_organisation)
    if not draft.scope:
        raise Invalid(Sentence("Say what may be shared."), fields={"scope": Sentence("Choose at least one.")})
    if not draft.is_told_revocable:
        raise Invalid(
            Sentence("A consent counts only where the form says that it can be taken back, and how."),
            fields={"is_told_revocable": Sentence("Needed.")},
        )
    check_consent_days(
        signed_on=draft.signed_on, from_on=draft.from_on, to_on=draft.to_on, today=day_at(site, at)
    )
    row = Consent.objects.create(
        programme_id=client.programme_id, client=client, site=site, to_organisation=draft.to_organisation,
        scope=sorted(one.value for one in draft.scope), purpose=draft.purpose.value, signed_on=draft.signed_on,
        signed_as=draft.signed_as.value, from_on=draft.from_on, to_on=draft.to_on, is_told_revocable=True,
        recorded_at=at, recorded_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.CONSENT_RECORDED, target=row, programme_id=row.programme_id, site_id=site.id, by=by, at=at
    )
    return row


@transaction.atomic
def revoke_consent(*, consent: Consent, by: Actor, at: datetime) -> Consent:
    """The person takes it back: nothing passes on it from now on. What passed before stays on their list."""
    check_may_record_sharing(by, consent.programme_id, consent.site_id)
    consent_for(by, consent.id)
    if not Consent.objects.filter(id=consent.id, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by.id
    ):
        raise Unready(Sentence("This consent was taken back already."))
    consent.refresh_from_db()
    audit.record(
        Event.CONSENT_REVOKED, target=consent, programme_id=consent.programme_id, site_id=consent.site_id, by=by,
        at=at,
    )  # fmt: skip
    return consent


@transaction.atomic
def record_sharing(
    *,
    client: Client,
    site: Site,
    to: Receiver,
    what: frozenset[Shared],
    basis: SharingBasis,
    notice: YesNo = YesNo.NOT_RECORDED,
    passed_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Sharing:
    """Write down something that passed by telephone, on paper or in person. What passes by a referral is written with it."""
    check_may_record_sharing(by, client.programme_id, site.id)
    check_in_sight(by, client)
    moment = passed_at or at
    if moment > at:
        raise Invalid(
            Sentence("This has not happened yet: give a moment that is not in the future."),
            fields={"passed_at": Sentence("In the future.")},
        )
    row = _passed(
        client, ids_of(by, client), site, to, what, basis, notice, moment, Permission.SEE_CLIENT_HISTORY, by
    )
    row.save(force_insert=True)
    audit.record(
        Event.SHARING_RECORDED, target=row, programme_id=row.programme_id, site_id=site.id, by=by, at=at,
        reason=basis.value,
    )  # fmt: skip
    return row


def share_by_referral(
    *,
    client: Client | None,
    site: Site,
    to: Organisation,
    basis: SharingBasis | None,
    notice: YesNo,
    by: Actor,
    at: datetime,
) -> Sharing:
    """Part of sending a referral to another organisation: the row, written; its event is the referral's own.

    NotAllowed or Invalid where the basis does not carry it. The family of a client (those merged with it) is looked at as a
    whole, as the actor sees it.
    """
    family = ids_of(by, client) if client is not None else []
    row = _passed(
        client, family, site, Receiver(to), frozenset({Shared.REFERRAL}), basis, notice, at,
        Permission.MAKE_REFERRAL, by,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


@transaction.atomic
def note_sharing_list_read(*, client: Client, by: Actor, at: datetime) -> None:
    """That somebody drew up the list of what was shared, to give it to the person."""
    check_may_see_client_history(by, client.programme_id)
    check_in_sight(by, client)
    audit.record(Event.SHARING_LIST_READ, target=client, programme_id=client.programme_id, by=by, at=at)


def day_at(site: Site, at: datetime) -> date:
    """The day it is at a site."""
    return at.astimezone(ZoneInfo(site.time_zone)).date()


def _passed(
    client: Client | None,
    family: Collection[UUID],
    site: Site,
    to: Receiver,
    what: frozenset[Shared],
    basis: SharingBasis | None,
    notice: YesNo,
    moment: datetime,
    permission: Permission,
    by: Actor,
) -> Sharing:
    """The row of a passage that its basis carries, not written yet."""
    name = " ".join(to.name.split())
    if (to.organisation is None) == (not name) or len(name) > NAME_LENGTH:
        raise Invalid(
            Sentence("Say to whom: an organisation of the programme, or somebody else by name."),
            fields={"to_organisation": Sentence("Choose one, or write a name below.")},
        )
    consents, is_to_police, has_agreement, on = [], False, False, day_at(site, moment)
    if to.organisation is not None:
        _check_elsewhere(client, site, to.organisation)
        is_to_police = to.organisation.kind == OrganisationKind.POLICE.value
        has_agreement = is_agreed(site.organisation_id, to.organisation.id, on)
        if family:
            consents = consents_to(by, permission, family, site.organisation_id, to.organisation.id, moment)
    passage = Passage(what, on, is_to_police, client is not None, has_agreement)
    consent_id = check_may_share(passage, basis, consents)
    return Sharing(
        programme_id=site.programme_id, client=client, site=site, to_organisation=to.organisation, to_name=name,
        what=sorted(one.value for one in what), basis=str(basis), consent_id=consent_id, notice=notice.value,
        passed_at=moment, passed_by=by.id,
    )  # fmt: skip


def _check_elsewhere(client: Client | None, site: Site, to: Organisation) -> None:
    programmes = {site.programme_id, to.programme_id, *([client.programme_id] if client else [])}
    if len(programmes) > 1:
        raise Invalid(Sentence("Client, site and receiver must be of one programme."))
    if to.id == site.organisation_id:
        raise Invalid(
            Sentence(
                "This is the site's own organisation: within it who may read follows from their role, and nothing is shared."
            ),
            fields={"to_organisation": Sentence("The site's own organisation.")},
        )
