"""Noting that a contact was read: what a person told a colleague is their history, wherever it is opened."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.rules.access import check_may_read_contact, check_may_send_events
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
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


@transaction.atomic
def note_answers_opened(*, event: DeviceEvent, by: Actor, at: datetime) -> None:
    """Answers that came back are opened again by who sent them, to be put right. NotFound for anybody else, and once they are settled."""
    check_may_send_events(by, event.programme_id)
    if str(event.account_id) != by.id or event.sealed is None:
        raise NotFound(Sentence("There is no such held record. It may have been resolved in the meantime."))
    audit.record(
        Event.DEVICE_EVENT_READ, target=event, programme_id=event.programme_id, site_id=event.site_id, by=by, at=at
    )  # fmt: skip
