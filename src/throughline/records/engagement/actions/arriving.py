"""What devices send becomes contacts, corrections and withdrawals; what cannot is held, sealed, and never dropped silently.

The order in which events arrive makes no difference, and an event that comes again is the one that is there already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from throughline.records.accounts.models import Device
from throughline.records.audit import actions as audit
from throughline.records.composed import Composed, Given
from throughline.records.engagement.actions.correcting import correct_contact, withdraw_contact
from throughline.records.engagement.actions.recording import record_contact
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.records.inserting import insert
from throughline.records.programme.models import Site
from throughline.rules.access import check_may_send_events
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import (
    EventKind,
    EventState,
    Resolution,
    Sent,
    Told,
    Why,
    WhyHeld,
)
from throughline.vocabulary.errors import ThroughlineError, TooSoon
from throughline.vocabulary.events import Event

CONFLICTS = frozenset(
    {
        WhyHeld.CHANGED_MEANWHILE, WhyHeld.WITHDRAWN_MEANWHILE, WhyHeld.STANDS_ON_HELD,
        WhyHeld.RECORDED_MEANWHILE, WhyHeld.ANSWERED_MEANWHILE, WhyHeld.CONSENT_ENDED,
    }
)  # fmt: skip
WAITS = frozenset({WhyHeld.WAITS_FOR_EVENT, WhyHeld.WAITS_FOR_VERSION})


@dataclass(frozen=True)
class Made:
    """What an event made: this version of its contact, at this site."""

    version: int
    site_id: UUID


def _is_recorded(row: DeviceEvent) -> bool:
    """Whether what an event tells is recorded, by itself or by another in its place."""
    is_recorded: bool = row.state == EventState.ACCEPTED.value or row.resolved_as == Resolution.REPLACED.value
    return is_recorded


def _is_waiting(row: DeviceEvent) -> bool:
    """One that was dropped while it waited does not wait any more."""
    is_waiting: bool = row.state == EventState.WAITING.value and row.resolved_at is None
    return is_waiting


@dataclass(frozen=True)
class Around:
    """The account's events that bear on one event: itself, whose number it has, what it stands on.

    `attempts` are all that were sent to record the same thing: what it replaces, what replaces it, and so on to every end.
    """

    rows: tuple[DeviceEvent, ...]
    attempts: tuple[DeviceEvent, ...] = ()

    def named(self, event_id: UUID | None) -> DeviceEvent | None:
        all_rows = (*self.rows, *self.attempts)
        return next((row for row in all_rows if event_id is not None and row.event_id == event_id), None)

    def in_place_of(self, event_id: UUID) -> list[DeviceEvent]:
        """What was sent in the place of an event, in the place of that, and so on."""
        found: dict[UUID, DeviceEvent] = {}
        ids = {event_id}
        while ids:
            nearer = [row for row in self.attempts if row.replaces in ids and row.event_id not in found]
            found |= {row.event_id: row for row in nearer}
            ids = {row.event_id for row in nearer}
        return [row for row in found.values() if row.event_id != event_id]

    def replaced_by(self, said: Told) -> list[DeviceEvent]:
        """What an event is sent in the place of, what that one was sent in the place of, and so on."""
        found: dict[UUID, DeviceEvent] = {}
        row = self.named(said.replaces)
        while row is not None and row.event_id not in found:
            found[row.event_id] = row
            row = self.named(row.replaces)
        return list(found.values())

    def is_recorded(self, *, but: UUID) -> bool:
        """Whether any other attempt at the same thing is recorded."""
        return any(_is_recorded(row) for row in self.attempts if row.event_id != but)


def receive_event(
    *, programme_id: UUID, sent: Sent, said: Told | Why, device: Device | None, by: Actor, at: datetime
) -> DeviceEvent:
    """Take what a device sent: record it, let it wait for what it stands on, or hold it and say why.

    `said` is what it says, or why it cannot be read; `device` the one that it names, where it is the account's. An event
    that is there already is returned as it stands. Raises TooSoon where the account has entered too many new codes within
    the hour: then nothing is kept, and the device sends it again later.
    """
    check_may_send_events(by, programme_id)
    # It needs no savepoint of its own: what an event does has one, and nothing else is written before that. So what is raised
    # within ends the whole transaction; TooSoon, which ends only this event, is handed back.
    with transaction.atomic(savepoint=False):
        received = _received(programme_id, sent, said, device, by, at)
    if isinstance(received, TooSoon):
        raise received
    return received


def _received(
    programme_id: UUID, sent: Sent, said: Told | Why, device: Device | None, by: Actor, at: datetime
) -> DeviceEvent | TooSoon:
    around = _around(by, sent, said)
    known = around.named(sent.event_id)
    if known is not None:
        return known
    is_number_taken = any(
        device is not None and row.device_id == device.id and row.device_sequence == sent.sequence
        for row in around.rows
    )
    if is_number_taken and isinstance(said, Told):
        outcome: Made | Why = Why.of(WhyHeld.NUMBER_TAKEN, sequence=sent.sequence)
    elif isinstance(said, Why):
        outcome = said
    elif any(_is_recorded(row) or _is_waiting(row) for row in around.in_place_of(sent.event_id)):
        # while what replaces it waits, it is held: the client code may be needed out of it
        outcome = Why.of(WhyHeld.REPLACED)
    else:
        try:
            outcome = _outcome(programme_id, sent.event_id, said, around, by, at)
        except TooSoon as too_soon:
            return too_soon
    row = _row(programme_id, sent, said, outcome, by, at)
    if isinstance(outcome, Why) and outcome.code is WhyHeld.REPLACED and isinstance(said, Told):
        _end_what_came_late(row, said, around, by, at)
    if isinstance(outcome, Why) and outcome.code is WhyHeld.CONSENT_ENDED:
        # it can never be recorded, and nobody keeps what somebody took back
        row.resolved_at, row.resolved_by, row.resolved_as = at, by.id, Resolution.DROPPED.value
        row.sealed = None
        if isinstance(said, Told):  # nor what this was sent in the place of
            _end_replaced(row.event_id, said, around, by, at)
    row.device_id = device.id if device is not None else None
    row.device_sequence = None if device is None or is_number_taken else sent.sequence
    insert([row])
    _audit(row, by, at)
    return row


@transaction.atomic
def settle_event(*, event: DeviceEvent, said: Told | Why, by: Actor, at: datetime) -> DeviceEvent:
    """Look again at an event that waits: what it stands on may have arrived. `by` is its account.

    `said` is what it says, or why that can never be recorded by now.
    """
    check_may_send_events(by, event.programme_id)
    event = DeviceEvent.objects.select_for_update(no_key=True).get(id=event.id)
    if not _is_waiting(event):
        return event
    outcome = said if isinstance(said, Why) else outcome_of(event, said, by=by, at=at)
    if isinstance(outcome, Why) and outcome.code in WAITS:
        return event
    _write_outcome(event, outcome)
    _audit(event, by, at)
    return event


def outcome_of(event: DeviceEvent, said: Told, *, by: Actor, at: datetime) -> Made | Why:
    """What an event that is held makes when it is tried once more. Part of the actions that resolve one."""
    return _outcome(event.programme_id, event.event_id, said, _around_row(event, said), by, at)


def _around(by: Actor, sent: Sent, said: Told | Why) -> Around:
    after = said.after if isinstance(said, Told) else None
    replaced = said.replaces if isinstance(said, Told) else None
    rows = _AROUND(
        account=UUID(by.id), event=sent.event_id, after=after or sent.event_id, replaced=replaced or sent.event_id,
        device=sent.device_id, sequence=sent.sequence,
    )  # fmt: skip
    around = tuple(DeviceEvent.from_db("default", _OF_EVENT, row) for row in rows)
    if replaced is None and not any(row.replaces == sent.event_id for row in around):
        return Around(around)
    return Around(around, _attempts(UUID(by.id), {sent.event_id, replaced}))


def _attempts(account_id: UUID, ids: set[UUID | None]) -> tuple[DeviceEvent, ...]:
    """What is tied to these events by what replaces what. Locked: of two attempts at once the later one sees the earlier."""
    while True:
        own = Q(account_id=account_id)
        tied = own & Q(event_id__in=ids - {None}) | own & Q(replaces__in=ids - {None})
        rows = DeviceEvent.objects.filter(tied).defer("sealed").order_by("id")
        found = tuple(rows.select_for_update(no_key=True))
        reached = ids | {row.event_id for row in found} | {row.replaces for row in found}
        if reached - {None} == ids - {None}:
            return found
        ids = reached


def _given(name: str, field: str) -> Given:
    found: Any = DeviceEvent._meta.get_field(field)
    return Given(name, getattr(found, "target_field", found))


# Asked with each event; sealed bytes are not read: a field that is left out is read when it is asked for. Each branch names the
# account by itself: with the account in front of them SQLite would look through everything that it ever sent.
_OF_EVENT = [field.attname for field in DeviceEvent._meta.concrete_fields if field.name != "sealed"]
_AROUND = Composed(
    lambda: DeviceEvent.objects.filter(
        Q(
            account_id=_given("account", "account"),
            event_id__in=[_given(name, "event_id") for name in ("event", "after", "replaced")],
        )
        | Q(
            account_id=_given("account", "account"),
            replaces__in=[_given(name, "event_id") for name in ("event", "replaced")],
        )
        | Q(device_id=_given("device", "device"), device_sequence=_given("sequence", "device_sequence"))
    ).values_list(*_OF_EVENT)
)


def _around_row(event: DeviceEvent, said: Told) -> Around:
    rows: tuple[DeviceEvent, ...] = ()
    if said.after is not None:
        of_account = DeviceEvent.objects.filter(account_id=event.account_id)
        rows = tuple(of_account.filter(event_id=said.after).defer("sealed"))
    return Around(rows, _attempts(event.account_id, {event.event_id, said.replaces}))


def _outcome(
    programme_id: UUID, event_id: UUID, said: Told, around: Around, by: Actor, at: datetime
) -> Made | Why:
    """Do what an event says, or say why not; what is half done is taken back. Raises TooSoon."""
    why = _why_replaced(event_id, said, around)
    if why is not None:
        return why
    try:
        # each action is one transaction: what it cannot do is taken back, and nothing else was written before it
        made = _do(programme_id, event_id, said, around, by, at)
    except TooSoon:
        raise
    except ThroughlineError as error:
        return Why.refused(error.sentence)
    if isinstance(made, Made):
        _end_replaced(event_id, said, around, by, at)
    return made


def _do(
    programme_id: UUID, event_id: UUID, said: Told, around: Around, by: Actor, at: datetime
) -> Made | Why:
    if said.kind is EventKind.CONTACT and said.draft is not None:
        contact = record_contact(draft=said.draft, by=by, at=at)
        return Made(1, contact.site_id)
    if said.record is not None:
        where = said.record(by, at)
        return where if isinstance(where, Why) else Made(1, where)
    base = _base(said, around)
    if isinstance(base, Why):
        return base
    found: Contact | None = (
        Contact.objects.select_for_update(no_key=True)
        .filter(id=said.contact_id, programme_id=programme_id)
        .first()
    )
    if found is None or found.version < base:
        return Why.of(WhyHeld.WAITS_FOR_VERSION)
    if found.withdrawn_at is not None:
        return Why.of(WhyHeld.WITHDRAWN_MEANWHILE)
    if found.version > base:
        return Why.of(WhyHeld.CHANGED_MEANWHILE, version=found.version)
    if said.draft is None:
        changed = withdraw_contact(contact=found, base_version=base, by=by, at=at)
    else:
        changed = correct_contact(
            contact=found, draft=said.draft, base_version=base, why=said.why, by=by, at=at
        )
    return Made(changed.version, changed.site_id)


def _base(said: Told, around: Around) -> int | Why:
    """The version that an event was made from."""
    if said.after is None:
        return said.base_version or 0
    stood_on = around.named(said.after)
    if stood_on is None or _is_waiting(stood_on):
        return Why.of(WhyHeld.WAITS_FOR_EVENT)
    if stood_on.version is None:
        return Why.of(WhyHeld.STANDS_ON_HELD)
    if stood_on.contact_ref != said.contact_id:
        return Why.of(WhyHeld.CONTRADICTS)
    return int(stood_on.version)


def _why_replaced(event_id: UUID, said: Told, around: Around) -> Why | None:
    """Why an event cannot be recorded beside others that tell the same: one of them is, or is about to be."""
    if around.is_recorded(but=event_id):
        return Why.of(WhyHeld.RECORDED_MEANWHILE)
    if said.replaces is not None and around.named(said.replaces) is None:
        others = [one for one in around.in_place_of(said.replaces) if one.replaces == said.replaces]
        if any(_is_waiting(one) for one in others if one.event_id != event_id):
            return Why.of(WhyHeld.RECORDED_MEANWHILE)
    return Why.of(WhyHeld.WAITS_FOR_EVENT) if said.needs_replaced else None


def _end_replaced(event_id: UUID, said: Told, around: Around, by: Actor, at: datetime) -> None:
    for replaced in around.replaced_by(said):
        if replaced.event_id != event_id and replaced.resolved_at is None:
            resolve(replaced, Resolution.REPLACED, by=by, at=at)


def _end_what_came_late(row: DeviceEvent, said: Told, around: Around, by: Actor, at: datetime) -> None:
    """What arrives after another was recorded in its place ends at once, and so does what it was sent in the place of."""
    if any(_is_recorded(one) for one in around.in_place_of(row.event_id)):
        row.resolved_at, row.resolved_by, row.resolved_as = at, by.id, Resolution.REPLACED.value
        row.sealed = None
        _end_replaced(row.event_id, said, around, by, at)


def resolve(event: DeviceEvent, how: Resolution, *, by: Actor, at: datetime, reason: str = "") -> None:
    """End the holding of an event: its sealed bytes are destroyed. Part of the actions that decide it."""
    event.resolved_at, event.resolved_by, event.resolved_as = at, by.id, how.value
    event.sealed = None
    event.save(
        update_fields=[
            "resolved_at",
            "resolved_by",
            "resolved_as",
            "sealed",
            "state",
            "version",
            "why",
            "why_said",
        ]
    )
    audit.record(
        Event.DEVICE_EVENT_RESOLVED, target=event, programme_id=event.programme_id, site_id=event.site_id, by=by, at=at,
        reason=reason or how.value,
    )  # fmt: skip


def _row(
    programme_id: UUID, sent: Sent, said: Told | Why, outcome: Made | Why, by: Actor, at: datetime
) -> DeviceEvent:
    row = DeviceEvent(
        programme_id=programme_id, event_id=sent.event_id, account_id=UUID(by.id), carried_by_id=sent.carried_by,
        key_version=sent.key_version, sealed=sent.sealed, received_at=at, clock_skew_seconds=sent.clock_skew_seconds,
    )  # fmt: skip
    if isinstance(said, Told):
        row.kind, row.contact_ref, row.made_at = said.kind.value, said.contact_id, said.made_at
        row.after, row.base_version, row.replaces = said.after, said.base_version, said.replaces
    _mark(row, outcome)
    if row.site_id is None and isinstance(said, Told):
        row.site_id = _site(programme_id, said)
    return row


def _mark(row: DeviceEvent, outcome: Made | Why) -> None:
    """Put on a row what became of its event."""
    if isinstance(outcome, Made):
        row.state, row.version, row.site_id = EventState.ACCEPTED.value, outcome.version, outcome.site_id
        row.why = row.why_said = row.sealed = None
        return
    state = EventState.REJECTED
    if outcome.code in WAITS:
        state = EventState.WAITING
    elif outcome.code in CONFLICTS:
        state = EventState.CONFLICT
    row.state, row.version, row.why = state.value, None, outcome.code.value
    row.why_said = outcome.sentence.kept()


def _write_outcome(row: DeviceEvent, outcome: Made | Why) -> None:
    _mark(row, outcome)
    row.save(update_fields=["state", "version", "site", "why", "why_said", "sealed"])


def _site(programme_id: UUID, said: Told) -> UUID | None:
    """Where what is held happened: who looks after that site's records sees it."""
    site_named = said.site_id if said.draft is None else said.draft.site_id
    if site_named is not None:
        sites = Site.objects.filter(id=site_named, programme_id=programme_id)
        return sites.values_list("id", flat=True).first()
    contacts = Contact.objects.filter(id=said.contact_id, programme_id=programme_id)
    site_id: UUID | None = contacts.values_list("site_id", flat=True).first()
    return site_id


def _audit(row: DeviceEvent, by: Actor, at: datetime) -> None:
    """What is recorded has its own event; what is not is an event of the device's."""
    if row.state == EventState.ACCEPTED.value:
        return
    is_waiting = row.state == EventState.WAITING.value
    audit.record(
        Event.DEVICE_EVENT_WAITS if is_waiting else Event.DEVICE_EVENT_HELD, target=row,
        programme_id=row.programme_id, site_id=row.site_id, by=by, at=at, reason=row.why or "",
    )  # fmt: skip
