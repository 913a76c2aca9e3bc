"""Recording contacts: one as it happens, or many that have happened already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from throughline.records.accounts.models import Device
from throughline.records.audit import actions as audit
from throughline.records.clients.actions import identify_client, identify_clients
from throughline.records.composed import Composed, Given
from throughline.records.engagement.actions.checking import (
    SupplyRule,
    check_draft,
    check_lists,
    check_references,
    check_supply,
    site_of,
)
from throughline.records.engagement.actions.writing import rows_of, write
from throughline.records.engagement.models import Contact
from throughline.records.engagement.queries.origins import known_origins
from throughline.records.programme.models import ImportRun, Programme, Site
from throughline.records.racing import again_if_raced
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


@again_if_raced
def record_contact(*, draft: ContactDraft, by: Actor, at: datetime) -> Contact:
    """Record one contact with everything that hangs on it.

    A draft that arrives again (same device and sequence, or same id) is the same contact: it is returned as it
    stands. Invalid for codes off the programme's lists or a client code against its rule; Unready where a
    controlled item would leave without a police agreement, unless it has left already (then it is flagged), and
    where another record has taken the id or the device's number.
    """
    site = site_of(draft.site_id)
    check_may_record_contact(by, site.programme_id, site.id)
    already = _already(draft, site.programme_id, by)
    if already is not None:
        return already
    check_draft(draft, at)
    check_lists(site.programme_id, [draft])
    check_references(site.programme_id, [draft], by)
    is_flagged = check_supply(site, draft, has_left=draft.is_after_the_fact)
    client_id = None
    if draft.client_code is not None:
        client_id = identify_client(programme=site.programme, site=site, code=draft.client_code, by=by, at=at)
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
    audit.record(
        Event.CONTACT_RECORDED,
        target=rows.contact,
        programme_id=site.programme_id,
        site_id=site.id,
        by=by,
        at=at,
    )
    return rows.contact


@again_if_raced
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
    known = known_origins(programme.id, [draft.origin_key for draft in drafts if draft.origin_key])
    fresh, seen = [], set(known)
    for draft in drafts:
        if draft.origin_key is None or draft.origin_key not in seen:
            check_draft(draft, at)
            fresh.append(draft)
            seen |= {draft.origin_key} if draft.origin_key else set()
    check_lists(programme.id, fresh)
    check_references(programme.id, fresh, by)
    codes = {draft.client_code for draft in fresh if draft.client_code is not None}
    clients: dict[str, UUID] = {}
    if codes:
        clients = identify_clients(programme=programme, codes=codes, site_ids=set(sites), by=by, at=at)
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
    """The contact that a draft is, where it has arrived before; Unready where another stands in its place."""
    if draft.id is None and draft.device_id is None:
        return None
    # what is not told is told as what no contact has
    rows = _SAME(id=draft.id or NO_ID, device=draft.device_id or NO_ID, sequence=draft.device_sequence or 0)
    found: list[Contact] = [Contact.from_db("default", _OF_CONTACT, row) for row in rows]
    if not found:
        return None
    there = found[0]
    is_same = (
        len(found) == 1
        and there.recorded_by == by.id
        and there.programme_id == programme_id
        and draft.id in (None, there.id)
        and draft.device_id in (None, there.device_id)
        and draft.device_sequence in (None, there.device_sequence)
    )
    if not is_same:
        raise Unready(Sentence("This record's id or number is taken by another record. Record it again."))
    return there


NO_ID = UUID(int=0)
_OF_CONTACT = [field.attname for field in Contact._meta.concrete_fields]
_SAME = Composed(
    lambda: Contact.objects.filter(
        Q(id=Given("id", Contact._meta.get_field("id")))
        | Q(
            device_id=Given("device", Device._meta.get_field("id")),
            device_sequence=Given("sequence", Contact._meta.get_field("device_sequence")),
        )
    ).values_list(*_OF_CONTACT)[:2]
)
