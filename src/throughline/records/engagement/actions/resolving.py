"""Resolving what devices sent and could not be recorded: tried again, recorded on top of what stands, or dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from throughline.records.engagement.actions.arriving import Made, outcome_of, resolve
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.records.locking import hold_in_order
from throughline.rules.access import check_may_resolve_event, holds
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import DropReason, EventKind, EventState, Resolution, Told
from throughline.vocabulary.errors import Invalid, Sentence, Unready


@transaction.atomic
def apply_event(
    *, event: DeviceEvent, said: Told, account: Actor, is_on_top: bool, by: Actor, at: datetime
) -> DeviceEvent:
    """Record what is held after all. Unready, saying why, where it still cannot be.

    `account` is who recorded it on the device, as they are permitted today: a contact is theirs where they still may
    record at its site, else of who resolves it. `is_on_top`: a correction or withdrawal is made from what stands now.
    """
    check_may_resolve_event(by, event.programme_id, event.site_id, is_own=False)
    held = _held(event)
    if said.kind is EventKind.FORM:
        theirs = holds(account, Permission.APPROACH_PEOPLE, held.programme_id, said.site_id)
        recorder = account if theirs else by
    elif said.kind is EventKind.CONTACT:
        theirs = holds(account, Permission.RECORD_CONTACT, held.programme_id, held.site_id)
        recorder = account if theirs else by
        if said.draft is not None and (not theirs or held.device_sequence is None):
            # a device's number is of its account's own records, and of that record alone which has it
            said = replace(said, draft=replace(said.draft, device_id=None, device_sequence=None))
    else:
        recorder = by
        if is_on_top:
            stands = Contact.objects.filter(id=said.contact_id).values_list("version", flat=True).first()
            said = replace(said, after=None, base_version=stands or said.base_version)
    outcome = outcome_of(held, said, by=recorder, at=at)
    if not isinstance(outcome, Made):
        raise Unready(outcome.sentence)
    held.state, held.version, held.site_id = EventState.ACCEPTED.value, outcome.version, outcome.site_id
    held.why = held.why_said = None
    resolve(held, Resolution.APPLIED, by=by, at=at)
    return held


@transaction.atomic
def drop_event(*, event: DeviceEvent, why: str, by: Actor, at: datetime) -> DeviceEvent:
    """It is not to be recorded: what it says is destroyed, that it came and was dropped stays."""
    check_may_resolve_event(by, event.programme_id, event.site_id, is_own=str(event.account_id) == by.id)
    if why not in {reason.value for reason in DropReason}:
        raise Invalid(
            Sentence("Say why it is dropped: %(reasons)s.", reasons=tuple(one.value for one in DropReason)),
            fields={"why": Sentence("Choose one.")},
        )
    held = _held(event)
    resolve(held, Resolution.DROPPED, by=by, at=at, reason=why)
    return held


def drop_forms_about(approaches: QuerySet[Any], by: Actor, at: datetime) -> None:
    """Part of destroying what ended: what is held of people who were asked and do not agree any more (ids of approaches).

    What somebody tries again at this moment is left to them, or to the next day.
    """
    held = DeviceEvent.objects.filter(
        kind=EventKind.FORM.value, sealed__isnull=False, contact_ref__in=approaches
    )
    for event in held.order_by("id").select_for_update(no_key=True, skip_locked=True):
        resolve(event, Resolution.DROPPED, by=by, at=at)


def _held(event: DeviceEvent) -> DeviceEvent:
    """The event as it stands now, and until the transaction ends; whatever else of its contact arrives meanwhile waits."""
    hold_in_order({one for one in (event.event_id, event.contact_ref, event.replaces) if one is not None})
    held: DeviceEvent = DeviceEvent.objects.select_for_update(no_key=True).get(id=event.id)
    if held.state == EventState.ACCEPTED.value or held.resolved_at is not None:
        raise Unready(Sentence("This record was resolved in the meantime."))
    return held
