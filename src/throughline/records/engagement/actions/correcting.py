"""Correcting and withdrawing contacts: what was said before stays beside it, unless it was about the wrong person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from throughline.records.audit import actions as audit
from throughline.records.clients.actions import identify_client
from throughline.records.engagement import queries
from throughline.records.engagement.actions.checking import (
    check_draft,
    check_lists,
    check_references,
    check_supply,
    site_of,
)
from throughline.records.engagement.actions.writing import rewrite, rows_of
from throughline.records.engagement.models import Contact, ContactRevision, Need
from throughline.records.racing import again_if_raced
from throughline.rules.access import (
    check_may_correct_contact,
    check_may_destroy_revisions,
    check_may_record_contact,
)
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import ContactKind
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event

WRONG_PERSON = "wrong_person"
REASONS = frozenset({"typing_mistake", "told_later", "wrong_site", "wrong_time", WRONG_PERSON})


@again_if_raced
def correct_contact(
    *, contact: Contact, draft: ContactDraft, base_version: int, why: str, by: Actor, at: datetime
) -> Contact:
    """Replace what a contact says. Its id stays, its version grows, what it said before is kept beside it.

    `base_version` is the version the correction was made from: Unready where another came first. With the reason
    `wrong_person` what it said before is destroyed, in earlier revisions too; that it was there stays visible. Where a
    colleague wrote any of that, it takes the permission to correct colleagues' contacts.
    """
    check_may_correct_contact(by, contact.programme_id, contact.site_id, **queries.ownership(contact, by, at))
    site = site_of(draft.site_id)
    if site.programme_id != contact.programme_id:
        raise Invalid(Sentence("A contact cannot move to another programme."))
    check_may_record_contact(by, site.programme_id, site.id)
    if why not in REASONS:
        raise Invalid(Sentence("Say why: %(reasons)s.", reasons=tuple(sorted(REASONS))))
    now = Contact.objects.select_for_update(no_key=True).get(id=contact.id)
    if now.version != base_version or now.withdrawn_at is not None:
        raise Unready(
            Sentence("This contact was changed in the meantime (version %(version)s). Look at it again first.",
                     version=now.version)
        )  # fmt: skip
    _check_needs_stay(now, draft)
    check_draft(draft, at)
    check_lists(site.programme_id, [draft])
    check_references(site.programme_id, [draft], by, of_contact=now.id)
    is_flagged = check_supply(site, draft, has_left=now.is_flagged_supply or draft.is_after_the_fact)
    _keep_revision(now, why=why, by=by, at=at)
    client_id = _kept_client(now, draft, why) if draft.keeps_client else None
    if draft.client_code is not None:
        client_id = identify_client(programme=site.programme, site=site, code=draft.client_code, by=by, at=at)
    rows = rows_of(
        draft, programme_id=now.programme_id, client_id=client_id, is_flagged=is_flagged,
        import_run_id=now.import_run_id, by=by, at=at, replacing=now,
    )  # fmt: skip
    rewrite(rows, was_at=now.device_time)
    audit.record(
        Event.CONTACT_CORRECTED,
        target=rows.contact,
        programme_id=now.programme_id,
        site_id=now.site_id,
        by=by,
        at=at,
        reason=why,
    )
    return rows.contact


@transaction.atomic
def withdraw_contact(*, contact: Contact, base_version: int, by: Actor, at: datetime) -> Contact:
    """A contact that did not happen: it no longer counts, and stays as a tombstone."""
    check_may_correct_contact(by, contact.programme_id, contact.site_id, **queries.ownership(contact, by, at))
    changed = Contact.objects.filter(id=contact.id, version=base_version, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by.id, version=base_version + 1
    )
    if not changed:
        raise Unready(Sentence("This contact was changed in the meantime. Look at it again first."))
    contact.refresh_from_db()
    audit.record(
        Event.CONTACT_WITHDRAWN, target=contact, programme_id=contact.programme_id, site_id=contact.site_id, by=by,
        at=at,
    )  # fmt: skip
    return contact


def _kept_client(contact: Contact, draft: ContactDraft, why: str) -> UUID | None:
    """The client that a correction leaves as it was; Invalid where it cannot stay so."""
    if contact.client_id is not None and (
        why == WRONG_PERSON or draft.kind is not ContactKind.SINGLE or draft.site_id != contact.site_id
    ):
        raise Invalid(
            Sentence(
                "Another person, another site or a tally: the client cannot stay as it was. Enter the client code"
                " anew, or make the contact anonymous."
            ),
            fields={"client_code": Sentence("Enter the code anew.")},
        )
    return contact.client_id


def _keep_revision(contact: Contact, *, why: str, by: Actor, at: datetime) -> None:
    destroyed = why == WRONG_PERSON
    if destroyed:
        revisions = ContactRevision.objects.filter(contact=contact)
        check_may_destroy_revisions(
            by, contact.programme_id, contact.site_id,
            is_all_own=contact.recorded_by == by.id and not revisions.exclude(corrected_by=by.id).exists(),
        )  # fmt: skip
        revisions.update(was=None)
    ContactRevision.objects.create(
        programme_id=contact.programme_id, contact=contact, version=contact.version,
        was=None if destroyed else queries.snapshot(contact), why=why, corrected_at=at, corrected_by=by.id,
    )  # fmt: skip


def _check_needs_stay(contact: Contact, draft: ContactDraft) -> None:
    """A need that led to something, a referral or a closing, cannot be corrected away."""
    kept = {need.id for need in draft.needs if need.id is not None}
    dropped = Need.objects.filter(contact=contact).exclude(id__in=kept)
    if dropped.filter(~Q(referral_needs=None) | Q(closed_at__isnull=False)).exists():
        raise Unready(
            Sentence(
                "A need of this contact has a referral or is closed, and cannot be removed. Leave it in the contact;"
                " withdraw the referral if it is wrong."
            )
        )
