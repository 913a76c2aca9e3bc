"""What passes when a referral is sent to another organisation is written down with it, of each person it is of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.records.clients.actions.sharing import share_by_referral
from throughline.records.clients.models import Client, Sharing
from throughline.records.foundation import new_id
from throughline.records.inserting import insert
from throughline.records.programme.models import Site
from throughline.records.referral.models import Referral, ReferralSharing
from throughline.rules.sharing import passes_something
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.referral import ReferralKind, YesNo
from throughline.vocabulary.sharing import Shared, SharingBasis


@dataclass(frozen=True)
class Passing:
    """On what basis a referral passes to another organisation, and whether it says that it may not be passed on.

    `basis` None: not said, which is refused where something passes.
    """

    basis: SharingBasis | None = None
    notice: YesNo = YesNo.NOT_RECORDED


NOT_SAID = Passing()


def share_sent(referral: Referral, passing: Passing, by: Actor, at: datetime) -> None:
    """Part of sending, within its transaction. Raises where the basis does not carry it; nothing is written where nothing passes."""
    site, to = referral.from_site, referral.to_organisation
    if not passes_something(ReferralKind(referral.kind), site.organisation_id, to.id):
        return
    people = Client.objects.filter(needs__referral_needs__referral=referral).distinct()
    found: list[Client | None] = [*people.order_by("id")]
    for client in found or [None]:
        row = share_by_referral(
            client=client, site=site, to=to, basis=passing.basis, notice=passing.notice, by=by, at=at
        )
        ReferralSharing.objects.create(programme_id=referral.programme_id, referral=referral, sharing=row)


@dataclass(frozen=True)
class Told:
    """A referral of many that was sent: of whom, when, and on what basis as it is told."""

    referral: Referral
    clients: tuple[UUID, ...]
    basis: SharingBasis
    passed_at: datetime


def share_told(told: Iterable[Told], sites: Mapping[UUID, Site], by: Actor) -> None:
    """Part of bringing many in: what passed in the past is written down as it is told, and not refused any more."""
    sharings: list[Sharing] = []
    links: list[ReferralSharing] = []
    for one in told:
        row = one.referral
        organisation_id = sites[row.from_site_id].organisation_id
        if not passes_something(ReferralKind(row.kind), organisation_id, row.to_organisation_id):
            continue
        for client_id in one.clients or (None,):
            sharing = Sharing(
                id=new_id(), programme_id=row.programme_id, client_id=client_id, site_id=row.from_site_id,
                to_organisation_id=row.to_organisation_id, what=[Shared.REFERRAL.value], basis=one.basis.value,
                passed_at=one.passed_at, passed_by=by.id, import_run=row.import_run,
            )  # fmt: skip
            sharings.append(sharing)
            links.append(ReferralSharing(programme_id=row.programme_id, referral=row, sharing=sharing))
    insert(sharings)
    insert(links)
