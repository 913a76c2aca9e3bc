"""Words of what a device sends: an event, what became of it, and why one is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from throughline.vocabulary.actor import Actor
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import Sentence


class EventKind(StrEnum):
    CONTACT = "contact"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    FORM = "form"  # somebody was asked to take part in a survey, and what they answered


class EventState(StrEnum):
    ACCEPTED = "accepted"  # it is recorded
    WAITING = "waiting"  # it stands on something that has not arrived yet
    REJECTED = "rejected"  # it cannot be recorded as it is: held until somebody resolves it
    CONFLICT = "conflict"  # what it stands on was changed by somebody else: held until somebody resolves it


class Resolution(StrEnum):
    DROPPED = "dropped"
    REPLACED = "replaced"  # by another event of its account
    APPLIED = "applied"  # recorded after all, by who looks after the site's records


class DropReason(StrEnum):
    RECORDED_ELSEWHERE = "recorded_elsewhere"
    DID_NOT_HAPPEN = "did_not_happen"
    STANDS_AS_IT_IS = "stands_as_it_is"
    CANNOT_BE_READ = "cannot_be_read"


class WhyHeld(StrEnum):
    """Why an event is not, or not yet, recorded."""

    WAITS_FOR_EVENT = "waits_for_event"
    WAITS_FOR_VERSION = "waits_for_version"
    KEY_MISSING = "key_missing"
    UNOPENABLE = "unopenable"
    TOO_LARGE = "too_large"
    NEWER_FORMAT = "newer_format"
    MISSHAPEN = "misshapen"
    OTHER_PROGRAMME = "other_programme"
    OTHER_ACCOUNT = "other_account"
    OTHER_DEVICE = "other_device"
    NUMBER_TAKEN = "number_taken"
    CONTRADICTS = "contradicts"
    CODE_GONE = "code_gone"
    REPLACED = "replaced"
    REFUSED = "refused"
    CHANGED_MEANWHILE = "changed_meanwhile"
    WITHDRAWN_MEANWHILE = "withdrawn_meanwhile"
    STANDS_ON_HELD = "stands_on_held"
    RECORDED_MEANWHILE = "recorded_meanwhile"
    ANSWERED_MEANWHILE = "answered_meanwhile"
    CONSENT_ENDED = "consent_ended"


# Of `refused` the sentence is that of the check which refused it.
SENTENCES: Mapping[WhyHeld, Sentence] = {
    WhyHeld.WAITS_FOR_EVENT: Sentence("It follows a record of the same device that has not arrived yet. It is kept and recorded then."),
    WhyHeld.WAITS_FOR_VERSION: Sentence("It follows a version of the contact that has not arrived yet. It is kept and recorded then."),
    WhyHeld.KEY_MISSING: Sentence("It is sealed to key version %(version)s, which this server does not hold. Whoever keeps the"
    " server brings that key (throughline keys import FILE); then try again."),
    WhyHeld.UNOPENABLE: Sentence("Its seal does not open: it was altered or cut short on its way, or sealed for another programme."),
    WhyHeld.TOO_LARGE: Sentence("It is larger than a record can be (%(limit)s KB)."),
    WhyHeld.NEWER_FORMAT: Sentence("It was written by another version of the recorder. Bring the server up to date, then try again."),
    WhyHeld.MISSHAPEN: Sentence("It opens, but it is not as a record has to be: see %(where)s."),
    WhyHeld.OTHER_PROGRAMME: Sentence("It belongs to another programme. Send it from an account of that programme."),
    WhyHeld.OTHER_ACCOUNT: Sentence("Somebody else recorded it. They sign in and send it themselves."),
    WhyHeld.OTHER_DEVICE: Sentence("It does not come from the device that it names."),
    WhyHeld.NUMBER_TAKEN: Sentence("Another record of this device has its number (%(sequence)s): the device's storage was copied, or"
    " put back from a copy. Record it again, or drop it if it is recorded already."),
    WhyHeld.CONTRADICTS: Sentence("It follows a record about another contact."),
    WhyHeld.CODE_GONE: Sentence("The client code is in a record that is no longer kept. Enter the code again."),
    WhyHeld.REPLACED: Sentence("Another record was sent in its place."),
    WhyHeld.REFUSED: Sentence("It was refused."),
    WhyHeld.CHANGED_MEANWHILE: Sentence("The contact was changed in the meantime; it is at version %(version)s. Look at what stands"
    " there now."),
    WhyHeld.WITHDRAWN_MEANWHILE: Sentence("The contact was taken back in the meantime. Record a new one if it did happen."),
    WhyHeld.STANDS_ON_HELD: Sentence("It follows a change that is held itself, or was dropped. Look at what stands there now."),
    WhyHeld.RECORDED_MEANWHILE: Sentence("The record that it replaces was recorded in the meantime. Drop this one, or take the other"
    " back first."),
    WhyHeld.ANSWERED_MEANWHILE: Sentence("Other answers of this person were recorded in the meantime, and nobody answers a wave twice. Drop"
    " these."),
    WhyHeld.CONSENT_ENDED: Sentence("The person withdrew in the meantime: what they answered is not recorded, and not kept."),
}  # fmt: skip


@dataclass(frozen=True)
class Why:
    """Why an event is held: a code, and what stands in its sentence. Never a client code, nor anything that was told."""

    code: WhyHeld
    sentence: Sentence

    @classmethod
    def of(cls, code: WhyHeld, **params: object) -> Why:
        return cls(code, SENTENCES[code].given(**params))

    @classmethod
    def refused(cls, sentence: Sentence) -> Why:
        return cls(WhyHeld.REFUSED, sentence)


@dataclass(frozen=True)
class Told:
    """What an event says, once its seal is open. `draft` is None of a withdrawal.

    `needs_replaced`: the client code is to come out of an event that this one is sent in the place of, which is not there yet.
    Of a filled form, `contact_id` is its approach's, `site_id` where it was asked, and `record` the work that records it, whose
    nouns lie above contacts: it gives where, or why it cannot be recorded.
    """

    kind: EventKind
    contact_id: UUID
    made_at: datetime
    draft: ContactDraft | None
    after: UUID | None = None
    base_version: int | None = None
    why: str = ""
    replaces: UUID | None = None
    needs_replaced: bool = False
    site_id: UUID | None = None
    record: Callable[[Actor, datetime], UUID | Why] | None = None


@dataclass(frozen=True)
class Sent:
    """An event as it came, sealed; `carried_by` sent it, `device_id` and `sequence` are whose it says it is."""

    event_id: UUID
    device_id: UUID
    sequence: int
    key_version: int
    sealed: bytes
    carried_by: UUID
    clock_skew_seconds: float | None = None  # of the device that sent it itself: its clock less the server's
