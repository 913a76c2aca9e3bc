"""Events as they were sent become actions: a few in a transaction, each by itself within it, answered once they are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import IntegrityError, OperationalError, transaction

from throughline.exchange.device_event.contact import draft_of
from throughline.exchange.device_event.document import EventDocument
from throughline.exchange.device_event.form import FormIn, recording
from throughline.exchange.device_event.read import Unreadable, read_event
from throughline.exchange.device_event.seal import private_key
from throughline.records.accounts.actions import register_device
from throughline.records.accounts.models import Account, Device
from throughline.records.audit import actions as audit
from throughline.records.composed import asked_once
from throughline.records.engagement.actions import receive_event, settle_event
from throughline.records.engagement.actions.writing import lines_together
from throughline.records.engagement.models import DeviceEvent
from throughline.records.engagement.queries import device_events as queries
from throughline.records.keyring import ring
from throughline.records.locking import hold_in_order
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import actor_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import EventKind, EventState, Sent, Told, Why, WhyHeld
from throughline.vocabulary.errors import Sentence, ThroughlineError, TooSoon, Unready
from throughline.vocabulary.sentences import sentence_of as opened

AT_ONCE = 10  # events in a transaction: a writer waits for no longer than these take
SOON = 5  # seconds: the database was busy
LATER = 900  # seconds: too many new codes within the hour
WAITING_AGAIN = 50


@dataclass(frozen=True)
class Answer:
    """What became of an event: `state` is accepted, already, rejected or conflict; all of them are final for the device.

    `is_waiting`: it is kept here and not recorded yet; `why` says for what it waits.
    """

    event_id: UUID
    state: str
    why: Sentence | None = None
    version: int | None = None
    is_waiting: bool = False


@dataclass(frozen=True)
class Answers:
    """An event without an answer was not kept: it is sent again after so many seconds."""

    answers: tuple[Answer, ...]
    retry_after_seconds: int | None = None


@dataclass(frozen=True)
class _Opened:
    """An event, and what is in it; `programme` is whose key opened it, or where it is held."""

    sent: Sent
    programme: Programme
    said: EventDocument | Why


def receive(
    *,
    events: Sequence[Sent],
    programmes: Sequence[Programme],
    devices: dict[UUID, Device] | None = None,
    by: Actor,
    clock: Callable[[], datetime],
) -> Answers:
    """Keep what a device sent, and say of each event what became of it, once that is on the disk.

    `programmes` are those in which the account may record, the one it works in first; `devices` its own. `clock` is asked in
    each transaction once that has begun: before, it may have waited for another writer, and a month have been closed. Nothing is raised for what an event
    says or fails to say. Where the database is busy, or too many new codes were entered, events are left without an answer.
    """
    devices = queries.devices_of(by) if devices is None else devices
    known = queries.known_events(by, [one.event_id for one in events])
    answers = {one: _again(row) for one, row in known.items()}
    fresh = [
        _open(one, programmes)
        for one in {e.event_id: e for e in events}.values()
        if one.event_id not in answers
    ]
    fresh.sort(key=lambda one: (str(one.sent.device_id), one.sent.sequence))
    retry: list[int] = []
    for start in range(0, len(fresh), AT_ONCE):
        part = fresh[start : start + AT_ONCE]
        try:
            made, refused = _keep(part, devices, by, clock)
        except (OperationalError, IntegrityError):
            # two that wanted the same in another order, or a lock waited for too long: one by one, then later
            devices = queries.devices_of(by)
            made, refused = _keep_each(part, devices, by, clock, retry)
        answers |= made
        retry += [LATER] * refused
    _settle_own(by, programmes, clock)
    waiting = [one for one, answer in answers.items() if answer.is_waiting]
    if waiting:  # a later part of the same request may have brought what it waited for
        rows = queries.known_events(by, waiting)
        answers |= {one: _again(row) if one in known else _answer(row) for one, row in rows.items()}
    told = tuple(answers[one.event_id] for one in events if one.event_id in answers)
    return Answers(told, max(retry) if retry else None)


def _keep_each(
    part: Sequence[_Opened],
    devices: dict[UUID, Device],
    by: Actor,
    clock: Callable[[], datetime],
    retry: list[int],
) -> tuple[dict[UUID, Answer], int]:
    answers: dict[UUID, Answer] = {}
    refused = 0
    for one in part:
        try:
            made, too_soon = _keep([one], devices, by, clock)
        except (OperationalError, IntegrityError):
            devices = queries.devices_of(by)
            retry.append(SOON)
            continue
        answers |= made
        refused += too_soon
    return answers, refused


@transaction.atomic
@asked_once()
@audit.gathered()
def _keep(
    part: Sequence[_Opened], devices: dict[UUID, Device], by: Actor, clock: Callable[[], datetime]
) -> tuple[dict[UUID, Answer], int]:
    """Answers by event, to be given after the commit; and how many were refused for now."""
    about: set[UUID] = set()
    for one in part:
        about |= {one.sent.event_id}
        if isinstance(one.said, EventDocument):
            about |= {one.said.contact_id} | ({one.said.replaces} if one.said.replaces else set())
    hold_in_order(about)
    at = clock()
    answers: dict[UUID, Answer] = {}
    refused = 0
    is_any_waiting = any(queries.is_any_waiting(one) for one in {one.programme.id for one in part})
    # one by one, what cannot be written is that one's own refusal
    with lines_together() if len(part) > 1 and all(map(_is_new_contact, part)) else nullcontext():
        for one in part:
            device = _device(one, devices, by, at)
            said = one.said if isinstance(one.said, Why) else told_of(one.said, by)
            if isinstance(said, Told) and device is None:
                said = Why.of(WhyHeld.OTHER_DEVICE)
            try:
                row = receive_event(
                    programme_id=one.programme.id, sent=one.sent, said=said, device=device, by=by, at=at
                )
            except TooSoon:
                refused += 1
                continue
            answers[one.sent.event_id] = _answer(row)
            is_any_waiting |= row.state == EventState.WAITING.value
    if is_any_waiting and answers and settle_waiting(about, at):
        # what was settled may have ended others as well: what it was sent in the place of
        answers = {one: _answer(row) for one, row in queries.known_events(by, list(answers)).items()}
    return answers, refused


def _is_new_contact(one: _Opened) -> bool:
    """Whether nothing but a contact comes of it, if anything: no lines are read for it."""
    return isinstance(one.said, Why) or (one.said.kind is EventKind.CONTACT and one.said.replaces is None)


def _open(sent: Sent, programmes: Sequence[Programme]) -> _Opened:
    """Read an event with the key of whichever programme it was sealed to."""
    keys = ring()
    if sent.key_version not in keys.masters:
        return _Opened(sent, programmes[0], Why.of(WhyHeld.KEY_MISSING, version=sent.key_version))
    first: Why | None = None
    for programme in programmes:
        key = private_key(keys, programme.id, sent.key_version)
        try:
            said = read_event(sent.sealed, key=key, event_id=sent.event_id)
        except Unreadable as unreadable:
            if unreadable.why.code is WhyHeld.UNOPENABLE:
                first = first or unreadable.why
                continue
            return _Opened(sent, programme, unreadable.why)
        if said.programme_id != programme.id:
            return _Opened(sent, programme, Why.of(WhyHeld.OTHER_PROGRAMME))
        if (said.device_id, said.sequence) != (sent.device_id, sent.sequence):
            return _Opened(sent, programme, Why.of(WhyHeld.OTHER_DEVICE))
        return _Opened(sent, programme, said)
    return _Opened(sent, programmes[0], first or Why.of(WhyHeld.UNOPENABLE))


def _device(one: _Opened, devices: dict[UUID, Device], by: Actor, at: datetime) -> Device | None:
    """The device that an event names, where it is the account's.

    One that a restore has forgotten, and that will never come back itself, is known again by what it recorded.
    """
    device_id, said = one.sent.device_id, one.said
    is_own = isinstance(said, EventDocument) and said.account_id == UUID(by.id)
    told = (said.contact or said.form) if isinstance(said, EventDocument) else None
    if device_id not in devices and is_own and told is not None:
        try:
            devices[device_id] = register_device(
                programme_id=one.programme.id, site_id=told.site_id, device_id=device_id,
                account=Account.objects.get(id=by.id), by=by, at=at,
            )  # fmt: skip
        except ThroughlineError:
            return None
    return devices.get(device_id)


def told_of(said: EventDocument, by: Actor) -> Told | Why:
    """What the action takes; or why an event that opens is not this account's."""
    if said.account_id != UUID(by.id):
        return Why.of(WhyHeld.OTHER_ACCOUNT)
    if said.form is not None:
        return _form_told(said, said.form)
    draft, needs_replaced = None, False
    if said.contact is not None:
        contact = said.contact
        if said.keeps_code:
            kept = _kept_code(said)
            if isinstance(kept, Why):
                if kept.code is WhyHeld.CODE_GONE:
                    return kept
                needs_replaced = True
            else:
                contact = contact.model_copy(update={"client_code": kept})
        draft = replace(
            draft_of(contact, contact_id=said.contact_id, keeps_client=said.keeps_client),
            is_after_the_fact=True,
        )
        if said.kind is EventKind.CONTACT:
            draft = replace(draft, device_id=said.device_id, device_sequence=said.sequence)
    return Told(
        kind=said.kind, contact_id=said.contact_id, made_at=said.made_at, draft=draft, after=said.after,
        base_version=said.base_version, why=said.why or "", replaces=said.replaces, needs_replaced=needs_replaced,
    )  # fmt: skip


def _form_told(said: EventDocument, form: FormIn) -> Told | Why:
    needs_replaced = False
    if said.keeps_code and form.answers is not None:
        kept = _kept_receipt(said)
        if isinstance(kept, Why):
            if kept.code is not WhyHeld.WAITS_FOR_EVENT:
                return kept
            needs_replaced = True
        else:
            form = form.model_copy(update={"answers": form.answers.model_copy(update={"receipt": kept})})
    record = recording(
        form, approach_id=said.contact_id, programme_id=said.programme_id, made_at=said.made_at
    )
    return Told(
        kind=said.kind, contact_id=said.contact_id, made_at=said.made_at, draft=None, site_id=form.site_id, record=record,
        replaces=said.replaces, needs_replaced=needs_replaced,
    )  # fmt: skip


def opened_again(row: DeviceEvent) -> EventDocument | Why:
    """What lies in an event that is held, with the keys of today."""
    keys = ring()
    if row.key_version not in keys.masters:
        return Why.of(WhyHeld.KEY_MISSING, version=row.key_version)
    key: X25519PrivateKey = private_key(keys, row.programme_id, row.key_version)
    try:
        said = read_event(bytes(row.sealed or b""), key=key, event_id=row.event_id)
    except Unreadable as unreadable:
        return unreadable.why
    if said.programme_id != row.programme_id:
        return Why.of(WhyHeld.OTHER_PROGRAMME)
    return said


def said_again(row: DeviceEvent) -> tuple[Told, Actor]:
    """What a held event says, and who recorded it, for the actions that try it again. Unready where it cannot be read."""
    said = opened_again(row)
    account = actor_for(row.account)
    told = said if isinstance(said, Why) else told_of(said, account_of(row))
    if isinstance(told, Why):
        raise Unready(told.sentence)
    return told, account


def account_of(row: DeviceEvent) -> Actor:
    """The account of an event, whatever it may do today (a closed account has no grants and another id)."""
    return replace(actor_for(row.account), id=str(row.account_id))


def settle_waiting(about: set[UUID], at: datetime) -> list[DeviceEvent]:
    """Record whatever waited for something about these contacts and events, as far as that goes on leading to more."""
    settled: list[DeviceEvent] = []
    is_moving = True
    while is_moving:
        is_moving = False
        for row in queries.waiting_on(about, about):
            done = _settled(row, at)
            if done is not None:
                settled.append(done)
                about |= {done.event_id}
                is_moving = True
    return settled


def _settled(row: DeviceEvent, at: datetime) -> DeviceEvent | None:
    """The event as it stands, where it does not wait any more."""
    said = opened_again(row)
    if isinstance(said, Why):
        return None
    by = account_of(row)
    told = told_of(said, by)
    if isinstance(told, Why) and told.code not in {WhyHeld.CODE_GONE, WhyHeld.STANDS_ON_HELD}:
        return None
    try:
        done: DeviceEvent = settle_event(event=row, said=told, by=by, at=at)
    except ThroughlineError:
        return None  # too many new codes within the hour, or no longer permitted: it goes on waiting
    is_waiting = done.state == EventState.WAITING.value and done.resolved_at is None
    return None if is_waiting else done


def settle_after(row: DeviceEvent, clock: Callable[[], datetime]) -> bool:
    """Record what waited for an event, or for what it is about; False where the database was busy: it is for later."""
    about = {one for one in (row.event_id, row.contact_ref, row.replaces) if one is not None}
    try:
        with transaction.atomic():
            hold_in_order(about)
            settle_waiting(about, clock())
    except OperationalError:
        return False
    return True


def _settle_own(by: Actor, programmes: Sequence[Programme], clock: Callable[[], datetime]) -> None:
    """What waits for another reason than that something has not arrived, and may be done by now."""
    for row in queries.waiting_of(by, [one.id for one in programmes], WAITING_AGAIN):
        if not settle_after(row, clock):
            return


def _kept_code(said: EventDocument) -> str | Why | None:
    """The client code in what an event replaces, or in what that one took it from.

    None where it is recorded with one of them; or why it is not to be had, or not yet.
    """
    seen: set[UUID] = set()
    while said.keeps_code and said.replaces is not None and said.replaces not in seen:
        seen.add(said.replaces)
        row = queries.event_of(said.account_id, said.replaces)
        if row is None:
            return Why.of(WhyHeld.WAITS_FOR_EVENT)
        if row.state == EventState.ACCEPTED.value:
            return None
        replaced = opened_again(row) if row.sealed is not None else None
        if not isinstance(replaced, EventDocument) or replaced.contact is None:
            break
        if replaced.contact.client_code is not None:
            return replaced.contact.client_code
        said = replaced
    return Why.of(WhyHeld.CODE_GONE)


def _kept_receipt(said: EventDocument) -> str | Why:
    """The receipt's code in the answers that an event replaces, or in what those replaced; or why it is not to be had, or not yet."""
    seen: set[UUID] = set()
    about = said.contact_id
    while said.replaces is not None and said.replaces not in seen:
        seen.add(said.replaces)
        row = queries.event_of(said.account_id, said.replaces)
        if row is None:
            return Why.of(WhyHeld.WAITS_FOR_EVENT)
        replaced = opened_again(row) if row.sealed is not None else None
        if not isinstance(replaced, EventDocument) or replaced.contact_id != about:
            break
        if replaced.form is None or replaced.form.answers is None:
            break
        if not replaced.keeps_code:
            return replaced.form.answers.receipt
        said = replaced
    return Why.of(WhyHeld.STANDS_ON_HELD)


def sentence_of(row: DeviceEvent) -> Sentence | None:
    """Why an event is held, as a sentence."""
    if row.why_said is None:
        return None
    return opened(row.why_said)


def _answer(row: DeviceEvent) -> Answer:
    if row.resolved_at is not None and row.why != WhyHeld.CONSENT_ENDED.value:
        return Answer(row.event_id, "already", version=row.version)
    if row.state == EventState.WAITING.value:
        return Answer(row.event_id, "accepted", why=sentence_of(row), is_waiting=True)
    if row.state == EventState.ACCEPTED.value:
        return Answer(row.event_id, "accepted", version=row.version)
    return Answer(row.event_id, row.state, why=sentence_of(row))


def _again(row: DeviceEvent) -> Answer:
    """Of one that was here before: its first answer may never have been read."""
    found = _answer(row)
    return replace(found, state="already") if found.state == "accepted" else found
