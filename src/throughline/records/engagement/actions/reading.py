"""Noting that a contact was read: what a person told a colleague is their history, wherever it is opened."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.engagement.models import Contact
from throughline.rules.access import check_may_read_contact
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event


@transaction.atomic
def note_contact_read(*, contact: Contact, by: Actor, at: datetime) -> None:
    """A colleague's contact with a client is opened: the same event as reading that client's history, ids only.

    One's own contact, and one without a client, tell nothing that the reader did not write or that is about nobody.
    """
    is_own = contact.recorded_by == by.id
    check_may_read_contact(by, contact.programme_id, contact.site_id, is_own=is_own)
    if not is_own and contact.client is not None:
        audit.record(
            Event.CLIENT_HISTORY_READ, target=contact.client, programme_id=contact.programme_id,
            site_id=contact.site_id, by=by, at=at,
        )  # fmt: skip
