"""The recorder on a phone: what it needs to know, what it sends, and what of that is held."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router
from ninja.responses import Status

from throughline.api.contact_shapes import shown_contact
from throughline.api.recorder_forms import answers_held
from throughline.api.recorder_screen import screen_of
from throughline.api.recorder_shapes import (
    AnswerOut,
    DeviceIn,
    DeviceOut,
    DeviceStateOut,
    DropIn,
    EventsIn,
    HeldOut,
    HelloOut,
    InboxOut,
    KeyOut,
    NamedOut,
    ReceiptsOut,
    ScreenOut,
    SealedIn,
)
from throughline.api.session import acting, acting_at, now
from throughline.api.shapes import answers
from throughline.exchange.device_event.load import Answer, account_of, opened_again, receive, sentence_of
from throughline.exchange.device_event.seal import public_key
from throughline.records.accounts.actions import register_device
from throughline.records.accounts.models import Device
from throughline.records.engagement.actions import drop_event, note_contact_read
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.records.engagement.queries import device_events as queries
from throughline.records.keyring import ring
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import check_ring, epoch, site_for
from throughline.rules.access import check_may_see_client_history, check_may_send_events, may
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import EventState, Sent, Why
from throughline.vocabulary.errors import NotAllowed, Sentence, Unready

router = Router(tags=["recorder"])


@router.get("/recorder/hello", response=answers(HelloOut), operation_id="recorder_hello")
def hello(request: HttpRequest, device_id: UUID | None = None) -> HelloOut:
    """Who is signed in, what to seal to, and what is here of a device: asked before anything is sent."""
    actor, at = acting(request), now()
    programme = _programmes(request, actor)[0]
    check_ring(programme.id)
    keys = ring()
    return HelloOut(
        server_time=at, epoch=epoch(), csrf_token=get_token(request),
        account=NamedOut(id=UUID(actor.id), name=str(request.user)),
        programme=NamedOut(id=programme.id, name=programme.name),
        key=KeyOut(version=keys.current, public_key=_text(public_key(keys, programme.id))),
        device=_state(actor, device_id), screen_version=screen_of(actor, programme, at).version,
    )  # fmt: skip


@router.post("/recorder/devices", response=answers(DeviceOut, 201), operation_id="register_device")
def register(request: HttpRequest, device: DeviceIn) -> Status[Any]:
    """Know a phone by the id that it made itself. 409 where the id is another account's, or the device was retired."""
    actor = acting_at(request, device.site_id)
    site = site_for(actor, device.site_id)
    row = register_device(
        programme_id=site.programme_id, site_id=site.id, account=request.user, device_id=device.device_id,  # type: ignore[arg-type]  # signed in
        by=actor, at=now(),
    )  # fmt: skip
    return Status(201, DeviceOut(id=row.id, state="active"))


@router.get("/recorder/screen", response=answers(ScreenOut), operation_id="recorder_screen")
def screen(request: HttpRequest) -> ScreenOut:
    """Sites, equipment, lists and words, as of today."""
    actor = acting(request)
    return screen_of(actor, _programmes(request, actor)[0], now())


@router.post("/recorder/events", response=answers(ReceiptsOut), operation_id="send_events")
def send(request: HttpRequest, sending: EventsIn) -> ReceiptsOut:
    """What was recorded on a device. Each event is answered once it is kept, whatever became of it."""
    actor, at = acting(request), now()
    programmes = _programmes(request, actor)
    devices = queries.devices_of(actor)
    _check_sender(devices.get(sending.device_id))
    skew = (sending.device_time - at).total_seconds()
    done = receive(
        events=[_sent(one, sending.device_id, skew) for one in sending.events], programmes=programmes, devices=devices,
        by=actor, clock=now,
    )  # fmt: skip
    return ReceiptsOut(
        epoch=epoch(), server_time=at, skew_seconds=skew, answers=[_answer(one) for one in done.answers],
        retry_after_seconds=done.retry_after_seconds,
    )  # fmt: skip


@router.get("/recorder/inbox", response=answers(InboxOut), operation_id="recorder_inbox")
def inbox(request: HttpRequest) -> InboxOut:
    """One's own records that are held or wait, until each is dropped, sent anew or recorded by who looks after the site's."""
    actor = acting(request)
    _programmes(request, actor)
    return InboxOut(held=[_held(row, actor) for row in queries.held_of(actor).select_related("account")])


@router.post("/recorder/inbox/{event_id}/drop", response=answers(None, 204), operation_id="drop_event")
def drop(request: HttpRequest, event_id: UUID, dropping: DropIn) -> Status[Any]:
    """It is not to be recorded: what it says is destroyed, that it came stays."""
    actor = acting(request)
    _programmes(request, actor)
    drop_event(event=queries.held_event_of(actor, event_id), why=dropping.why, by=actor, at=now())
    return Status(204, None)


def _programmes(request: HttpRequest, actor: Actor) -> list[Programme]:
    """Where the account may record, the programme that it works in first. NotAllowed where that is nowhere."""
    current: Programme | None = request.programme  # type: ignore[attr-defined]  # set by the middleware
    own: tuple[Programme, ...] = request.programmes  # type: ignore[attr-defined]  # set by the middleware
    found = [one for one in own if may(check_may_send_events, actor, one.id)]
    if not found:
        if current is None:
            raise NotAllowed(Sentence("Your account is a member of no programme today."))
        check_may_send_events(actor, current.id)
    return sorted(found, key=lambda one: current is None or one.id != current.id)


def _check_sender(device: Device | None) -> None:
    if device is None:
        raise Unready(Sentence("This device is not registered for you. Register it first, then send again."))
    if device.retired_at is not None:
        raise NotAllowed(
            Sentence(
                "This device was retired and cannot send any more. Save your records to a file and send them from"
                " another device."
            )
        )


def _state(actor: Actor, device_id: UUID | None) -> DeviceStateOut:
    device = queries.devices_of(actor).get(device_id) if device_id is not None else None
    if device is None:
        return DeviceStateOut(state="unknown", receipts=0, last_sequence=0)
    receipts, last = queries.received_from(device.id)
    return DeviceStateOut(
        state="active" if device.retired_at is None else "retired", receipts=receipts, last_sequence=last
    )


def _sent(one: SealedIn, carried_by: UUID, skew: float) -> Sent:
    try:
        padded = one.sealed + "=" * (-len(one.sealed) % 4)
        sealed = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        sealed = one.sealed.encode("utf-8", "replace")  # it will not open, and is kept as it came
    return Sent(
        event_id=one.id, device_id=one.device_id, sequence=one.sequence, key_version=one.key_version, sealed=sealed,
        carried_by=carried_by, clock_skew_seconds=skew if one.device_id == carried_by else None,
    )  # fmt: skip


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _said(sentence: Sentence | None) -> str:
    return "" if sentence is None else str(sentence)


def _answer(one: Answer) -> AnswerOut:
    return AnswerOut(
        id=one.event_id, state=one.state, why=_said(one.why) or None, version=one.version, is_waiting=one.is_waiting,  # type: ignore[arg-type]  # pydantic checks that it is one of the four
    )  # fmt: skip


def _held(row: DeviceEvent, actor: Actor) -> HeldOut:
    said = opened_again(row)
    is_own = not isinstance(said, Why) and str(said.account_id) == account_of(row).id
    contact, has_code = None, False
    if not isinstance(said, Why) and is_own and said.contact is not None:
        contact = said.contact.model_dump(mode="json", exclude={"client_code", "id"})
        has_code = said.contact.client_code is not None
    current = None
    if row.state == EventState.CONFLICT.value and row.contact_ref is not None:
        stands = Contact.objects.visible_to(actor).select_related("client").filter(id=row.contact_ref).first()
        sees = may(check_may_see_client_history, actor, row.programme_id)
        if stands is not None:
            note_contact_read(contact=stands, by=actor, at=now())
            current = shown_contact(stands, with_client=sees)
    return HeldOut(
        id=row.event_id, contact_id=row.contact_ref, kind=row.kind, state=row.state, why=_said(sentence_of(row)),
        made_at=row.made_at, received_at=row.received_at, site_id=row.site_id, contact=contact,
        has_client_code=has_code, current=current, has_answers=is_own and answers_held(row, said) is not None,
    )  # fmt: skip
