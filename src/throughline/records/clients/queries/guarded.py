"""Names that are kept, without opening them, and records opened in an emergency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from throughline.records.audit.queries import events_for
from throughline.records.clients.models import Client, EmergencyOpening, IdentityVault
from throughline.records.clients.queries import ids_of
from throughline.records.programme.models import Site
from throughline.rules.access import check_may_break_glass, check_may_see_emergencies
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence, Unready
from throughline.vocabulary.events import Event

# Reads one client's record for who opened it; the audit names the person, never this.
READER = Actor.system("emergency reading")


def identities_of(actor: Actor, client: Client) -> list[IdentityVault]:
    """Where the actor's sites keep a name of a client: that there is one, not what it is."""
    rows = IdentityVault.objects.visible_to(actor).filter(
        client_id__in=ids_of(actor, client), withdrawn_at=None
    )
    return list(rows.select_related("site").defer("sealed").order_by("site__name", "id"))


def identity_for(actor: Actor, vault_id: UUID) -> IdentityVault:
    found: IdentityVault | None = (
        IdentityVault.objects.visible_to(actor)
        .select_related("client", "site")
        .filter(id=vault_id, withdrawn_at=None)
        .first()
    )
    if found is None:
        raise NotFound(Sentence("No name is kept here."))
    return found


def ids_destroyed() -> set[UUID]:
    """Names of every programme that were taken back: no key of theirs is put in place again."""
    return set(IdentityVault.objects.filter(withdrawn_at__isnull=False).values_list("id", flat=True))


def open_emergencies(actor: Actor, programme_id: UUID, at: datetime) -> list[EmergencyOpening]:
    """Records that an actor has open now, those that end first on top."""
    rows = EmergencyOpening.objects.filter(
        programme_id=programme_id, opened_by=actor.id, ended_at=None, ends_at__gt=at
    )
    return list(rows.defer("note").order_by("ends_at", "id"))


def emergency_for(actor: Actor, opening_id: UUID) -> EmergencyOpening:
    """One's own, open or over. NotFound for anybody else's."""
    found: EmergencyOpening | None = (
        EmergencyOpening.objects.visible_to(actor)
        .filter(id=opening_id, opened_by=actor.id)
        .select_related("client")
        .first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such emergency of yours."))
    return found


def check_open(actor: Actor, opening: EmergencyOpening, at: datetime) -> None:
    """Whether a record is open to an actor at a moment: by who opened it, within its time, while their role allows it."""
    check_may_break_glass(actor, opening.programme_id)
    emergency_for(actor, opening.id)
    if opening.ended_at is not None or not opening.opened_at <= at < opening.ends_at:
        raise Unready(
            Sentence("This emergency is over, and the record is shut again. Open it anew, with its reason.")
        )


def emergencies_for(actor: Actor, programme_id: UUID) -> Any:
    """Every record of a programme that was opened in an emergency, the newest first."""
    check_may_see_emergencies(actor, programme_id)
    rows = EmergencyOpening.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.select_related("organisation").order_by("-opened_at", "-id")


def emergencies_unread(actor: Actor, programme_id: UUID) -> list[EmergencyOpening]:
    """Those of which nobody but who opened them has read since why, the newest first."""
    rows = list(emergencies_for(actor, programme_id))
    if not rows:
        return []
    read = events_for(actor, programme_id).filter(action=Event.GLASS_REASONS_READ.value)
    last = dict(read.order_by("actor_id").values_list("actor_id").annotate(last=Max("at")))
    return [
        row
        for row in rows
        if not any(who != row.opened_by and at >= row.opened_at for who, at in last.items())
    ]


def identities_opened(opening: EmergencyOpening) -> list[IdentityVault]:
    """The names kept of a client whose record is open, at every site."""
    rows = IdentityVault.objects.filter(
        client_id__in=ids_of(READER, opening.client),
        programme_id=opening.programme_id,
        withdrawn_at=None,
    )
    return list(rows.select_related("site").defer("sealed").order_by("site__name", "id"))


def sites_with(client: Client, since: Mapping[UUID, datetime] | None = None) -> dict[UUID, Site]:
    """Organisation -> a site of it that holds something of a client: where they were met last there, or their name is kept.

    `since`: of an organisation that is named there only what arrived after that moment counts.
    """
    family = ids_of(READER, client)
    contact: Any = Client._meta.get_field("contacts").related_model
    rows = contact.objects.arrived().filter(client_id__in=family).order_by("device_time", "id")
    kept = IdentityVault.objects.filter(client_id__in=family, withdrawn_at=None)
    # the last one met counts
    order = [*kept.values_list("site_id", "written_at"), *rows.values_list("site_id", "server_time")]
    sites = Site.objects.in_bulk({site_id for site_id, _ in order})
    found = ((sites[site_id], came_at) for site_id, came_at in order)
    passed = since or {}
    return {
        site.organisation_id: site
        for site, came_at in found
        if site.organisation_id not in passed or came_at > passed[site.organisation_id]
    }
