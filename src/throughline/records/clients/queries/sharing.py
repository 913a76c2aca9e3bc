"""What was shared of a client, and which consents stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from throughline.records.clients.models import Client, Consent, Sharing
from throughline.records.clients.queries import ids_of
from throughline.records.foundation import within_reach
from throughline.records.programme.models import Partnership
from throughline.rules.permissions import Permission
from throughline.rules.sharing import Standing
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.programme import PartnershipKind
from throughline.vocabulary.sharing import Shared

OF_PEOPLE = (PartnershipKind.REFERRAL.value, PartnershipKind.DATA.value)


def consents_for(actor: Actor, client: Client) -> list[Consent]:
    """Every consent to share that the actor's sites wrote down of a client, the newest signature first."""
    rows = Consent.objects.visible_to(actor).filter(client_id__in=ids_of(actor, client))
    return list(
        rows.select_related("site__organisation", "to_organisation").order_by("-signed_on", "-recorded_at", "-id")
    )  # fmt: skip


def consent_for(actor: Actor, consent_id: UUID) -> Consent:
    found: Consent | None = (
        Consent.objects.visible_to(actor)
        .select_related("client", "site__organisation", "to_organisation")
        .filter(id=consent_id)
        .first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such consent."))
    return found


def sharings_for(actor: Actor, client: Client) -> list[Sharing]:
    """Everything that the actor's sites passed on of a client, the newest first."""
    rows = Sharing.objects.visible_to(actor).filter(client_id__in=ids_of(actor, client))
    return list(
        rows.select_related("site__organisation", "to_organisation").order_by("-passed_at", "-id")
    )  # fmt: skip


def standing_of(row: Consent, at: datetime) -> Standing:
    """A consent as rules see it at a moment."""
    return Standing(
        id=row.id, scope=frozenset(Shared(one) for one in row.scope), from_on=row.from_on, to_on=row.to_on,
        is_withdrawn=row.withdrawn_at is not None and row.withdrawn_at <= at,
    )  # fmt: skip


def consents_to(
    actor: Actor,
    permission: Permission,
    client_ids: Collection[UUID],
    from_organisation_id: UUID,
    to_organisation_id: UUID,
    at: datetime,
) -> list[Standing]:
    """Consents of a person that one organisation shares with one receiver, written down where the actor holds a permission.

    Another site's are left out: that one is found would tell that it knows the person.
    """
    rows = Consent.objects.filter(
        within_reach(actor, permission),
        client_id__in=client_ids,
        site__organisation_id=from_organisation_id,
        to_organisation_id=to_organisation_id,
    )
    return [standing_of(row, at) for row in rows]


def is_agreed(first_id: UUID, second_id: UUID, on: date) -> bool:
    """Whether two organisations, whichever is named first, have an agreement on a day by which something of a person may pass.

    A partnership of supply or of research is none: it is not about referring people.
    """
    pair = Q(first_id=first_id, second_id=second_id) | Q(first_id=second_id, second_id=first_id)
    rows = Partnership.objects.filter(pair, kind__in=OF_PEOPLE, from_on__lte=on)
    return rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=on)).exists()
