"""Breaking the glass: one person's record is opened for a reason, for a while, and everybody who guards data learns of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from throughline.records.audit import actions as audit
from throughline.records.clients.actions.identifying import find_in_emergency
from throughline.records.clients.models import Client, EmergencyOpening, Sharing
from throughline.records.clients.queries import check_in_sight, ids_of
from throughline.records.clients.queries.guarded import (
    READER,
    check_open,
    emergencies_for,
    emergency_for,
    sites_with,
)
from throughline.records.keyring import Purpose, ring
from throughline.records.programme.models import Programme, Site
from throughline.rules.access import check_may_break_glass, check_may_see_emergencies
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.sharing import EmergencyKind, Shared

SHORTEST_NOTE, LONGEST_NOTE = 10, 1000


@transaction.atomic
def break_glass(
    *,
    programme: Programme,
    client: Client | None = None,
    code: str = "",
    kind: EmergencyKind,
    note: str,
    by: Actor,
    at: datetime,
) -> EmergencyOpening | None:
    """Open one person's record to the actor: somebody met at their own sites, or by client code. None for an unknown code.

    What another organisation recorded passes to the actor's own thereby, and is written down as shared, on the same basis.
    """
    check_may_break_glass(by, programme.id)
    words = note.strip()
    if not SHORTEST_NOTE <= len(words) <= LONGEST_NOTE:
        raise Invalid(
            Sentence("Say what happened, in %(least)s to %(most)s characters.", least=SHORTEST_NOTE, most=LONGEST_NOTE),
            fields={"note": Sentence("Say what happened.")},
        )  # fmt: skip
    organisation_id = by.organisation_in(programme.id)
    if organisation_id is None or (client is None) == (not code):
        raise Invalid(
            Sentence(
                "Somebody who has signed in opens one person's record: by their code or from their page."
            )
        )
    if client is None:
        client = find_in_emergency(programme, code, by, at)
        if client is None:
            return None
    else:
        check_in_sight(by, client)
    row = EmergencyOpening.objects.create(
        programme=programme, client=client, kind=kind.value, organisation_id=organisation_id, opened_at=at,
        note=ring().wrap(words.encode(), Purpose.EMERGENCY, programme.id), opened_by=by.id,
        ends_at=at + timedelta(minutes=settings.THROUGHLINE_EMERGENCY_MINUTES),
    )  # fmt: skip
    _write_passed(row, sites_with(client), by, at)
    audit.record(Event.GLASS_BROKEN, target=row, programme_id=programme.id, by=by, at=at, reason=kind.value)
    return row


@transaction.atomic
def note_emergency_read(*, emergency: EmergencyOpening, by: Actor, at: datetime) -> None:
    """That the opened record was read. Unready where its time is over.

    What another organisation recorded since it was opened, or since the last look, passes with this one.
    """
    check_open(by, emergency, at)
    EmergencyOpening.objects.select_for_update(no_key=True).get(id=emergency.id)
    _write_passed(emergency, sites_with(emergency.client, since=_passed_until(emergency)), by, at)
    audit.record(
        Event.GLASS_RECORD_READ, target=emergency, programme_id=emergency.programme_id, by=by, at=at,
        reason=emergency.kind,
    )  # fmt: skip


def _passed_until(emergency: EmergencyOpening) -> dict[UUID, datetime]:
    """Organisation -> when something of it passed last by this opening."""
    rows = Sharing.objects.filter(
        programme_id=emergency.programme_id, to_organisation=emergency.organisation_id, passed_by=emergency.opened_by,
        basis=emergency.kind, passed_at__gte=emergency.opened_at,
        client_id__in=ids_of(READER, emergency.client),
    )  # fmt: skip
    last = rows.values("site__organisation_id").annotate(last=Max("passed_at"))
    return dict(last.values_list("site__organisation_id", "last"))


def _write_passed(row: EmergencyOpening, sites: Mapping[UUID, Site], by: Actor, at: datetime) -> None:
    """What other organisations recorded passes to the one that the actor acts for, on the basis of the emergency."""
    for owner, site in sites.items():
        if owner != row.organisation_id:
            Sharing.objects.create(
                programme_id=row.programme_id, client_id=row.client_id, site=site, to_organisation_id=row.organisation_id,
                what=sorted([Shared.HISTORY.value, Shared.NAME.value, Shared.NEEDS.value]), basis=row.kind,
                passed_at=at, passed_by=by.id,
            )  # fmt: skip


@transaction.atomic
def end_emergency(*, emergency: EmergencyOpening, by: Actor, at: datetime) -> None:
    """Shut the record before its time."""
    check_may_break_glass(by, emergency.programme_id)
    emergency_for(by, emergency.id)
    if EmergencyOpening.objects.filter(id=emergency.id, ended_at=None, ends_at__gt=at).update(ended_at=at):
        audit.record(Event.GLASS_CLOSED, target=emergency, programme_id=emergency.programme_id, by=by, at=at)


@transaction.atomic
def read_emergencies(
    *, programme: Programme, first: int = 0, most: int = 50, by: Actor, at: datetime
) -> list[tuple[EmergencyOpening, str]]:
    """Records that were opened, the newest first, each with what was written of why. Reading that is an event, too."""
    check_may_see_emergencies(by, programme.id)
    rows = list(emergencies_for(by, programme.id)[first : first + most])
    if rows:
        audit.record(
            Event.GLASS_REASONS_READ,
            target=programme,
            programme_id=programme.id,
            by=by,
            at=at,
            count=len(rows),
        )
    keys = ring()
    return [(row, keys.unwrap(bytes(row.note), Purpose.EMERGENCY, programme.id).decode()) for row in rows]
