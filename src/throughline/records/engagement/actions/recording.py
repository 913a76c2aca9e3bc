"""Recording contacts: one as it happens, or many that have happened already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.clients.actions import identify_clients
from throughline.records.engagement.actions.checking import (
    SupplyRule,
    check_draft,
    check_lists,
    check_supply,
    site_of,
)
from throughline.records.engagement.actions.writing import BATCH, rows_of, write
from throughline.records.engagement.models import Contact
from throughline.records.programme.models import ImportRun, Programme, Site
from throughline.rules.access import check_may_import_records, check_may_record_contact
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event


@dataclass(frozen=True)
class Recorded:
    """What became of many drafts: newly recorded, and already there from an earlier time."""

    recorded: int
    known: int


@transaction.atomic
def record_contact(*, draft: ContactDraft, by: Actor, at: datetime) -> Contact:
    """Record one contact with everything that hangs on it.

    A draft that arrives again (same device and sequence, or same id) is the same contact: it is returned as it
    stands. Invalid for codes off the programme's lists or a client code against its rule; Unready where a
    controlled item would leave without a police agreement, unless it has left already (then it is flagged).
    """
    site = site_of(draft.site_id)
    check_may_record_contact(by, site.programme_id, site.id)
    already = _already(draft, site.programme_id, by)
    if already is not None:
        return already
    check_draft(draft, at)
    check_lists(site.programme_id, [draft])
    is_flagged = check_supply(site, draft)
    client_id = None
    if draft.client_code is not None:
        met = {draft.client_code: [(site.id, draft.device_time)]}
        client_id = identify_clients(programme=site.programme, codes=met, by=by, at=at)[draft.client_code]
    rows = rows_of(
        draft,
        programme_id=site.programme_id,
        client_id=client_id,
        is_flagged=is_flagged,
        import_run_id=None,
        by=by,
        at=at,
    )
    write([rows])
    audit.record(Event.CONTACT_RECORDED, target=rows.contact, programme_id=site.programme_id, by=by, at=at)
    return rows.contact


@transaction.atomic
def record_contacts(
    *,
    programme: Programme,
    drafts: Sequence[ContactDraft],
    import_run: ImportRun | None,
    by: Actor,
    at: datetime,
) -> Recorded:
    """Record many contacts that have happened already, in one transaction (about 2,000 at a time is a good size).

    Drafts whose `origin_key` is there already are counted as known and left alone. Under an import run nothing is
    visible until the run is complete. One audit event tells how many.
    """
    check_may_import_records(by, programme.id)
    site_ids = {draft.site_id for draft in drafts}
    sites = {site.id: site for site in Site.objects.filter(programme=programme, id__in=site_ids)}
    if len(sites) != len(site_ids):
        raise Invalid(Sentence("A contact names a site that is not of this programme."))
    for site_id in sites:
        check_may_record_contact(by, programme.id, site_id)
    known = _known_origins(programme.id, [draft.origin_key for draft in drafts if draft.origin_key])
    fresh, seen = [], set(known)
    for draft in drafts:
        if draft.origin_key is None or draft.origin_key not in seen:
            check_draft(draft, at)
            fresh.append(draft)
            seen |= {draft.origin_key} if draft.origin_key else set()
    check_lists(programme.id, fresh)
    codes: dict[str, list[tuple[UUID, datetime]]] = {}
    for draft in fresh:
        if draft.client_code is not None:
            codes.setdefault(draft.client_code, []).append((draft.site_id, draft.device_time))
    clients = identify_clients(programme=programme, codes=codes, by=by, at=at) if codes else {}
    supply = SupplyRule(programme)
    write(
        [
            rows_of(
                draft, programme_id=programme.id, client_id=clients.get(draft.client_code or ""),
                is_flagged=supply.is_flagged(sites[draft.site_id], draft),
                import_run_id=import_run.id if import_run else None, by=by, at=at,
            )
            for draft in fresh
        ]
    )  # fmt: skip
    if fresh:
        target = import_run or programme
        audit.record(
            Event.CONTACT_RECORDED, target=target, programme_id=programme.id, by=by, at=at, count=len(fresh)
        )
    return Recorded(recorded=len(fresh), known=len(drafts) - len(fresh))


def _already(draft: ContactDraft, programme_id: UUID, by: Actor) -> Contact | None:
    rows = Contact.objects.filter(programme_id=programme_id)
    if draft.device_id is not None:
        found: Contact | None = rows.filter(
            device_id=draft.device_id, device_sequence=draft.device_sequence
        ).first()
    elif draft.id is not None:
        found = rows.filter(id=draft.id).first()
    else:
        return None
    if found is not None and found.recorded_by != by.id:
        raise Unready(Sentence("This record's id is taken by another record. Record it again."))
    return found


def _known_origins(programme_id: UUID, keys: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(keys), BATCH):
        rows = Contact.objects.filter(programme_id=programme_id, origin_key__in=keys[start : start + BATCH])
        known |= {key for key in rows.values_list("origin_key", flat=True) if key}
    return known
