"""What the actions of engagement are called with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from tests.records.made import a_held_record, a_need, a_phone, an_import_run
from throughline.records.engagement.actions import record_contact
from throughline.records.foundation import new_id
from throughline.vocabulary.arriving import EventKind, Sent, Told, Why, WhyHeld
from throughline.vocabulary.chain import ActionKind, Route
from throughline.vocabulary.contact import ContactDraft


def _draft(cast: Cast, now: datetime) -> ContactDraft:
    return ContactDraft(site_id=cast.site.id, route=Route.SERVICE, device_time=now, client_code="QK17031979F")


def _contact(cast: Cast, now: datetime) -> dict[str, Any]:
    return {"contact": a_need(cast).contact, "base_version": 1}


def _held(cast: Cast) -> dict[str, Any]:
    held = a_held_record(cast)
    return {
        "event": held,
        "said": Told(EventKind.WITHDRAWAL, new_id(), held.received_at, None, base_version=1),
    }


CALLS = {
    "record_contact": lambda cast, now: {"draft": _draft(cast, now)},
    "record_contacts": lambda cast, now: {
        "programme": cast.programme, "drafts": [_draft(cast, now)], "import_run": an_import_run(cast),
    },
    "correct_contact": lambda cast, now: _contact(cast, now) | {
        "draft": _draft(cast, now), "why": "wrong_value",
    },
    "withdraw_contact": _contact,
    "receive_event": lambda cast, now: {
        "programme_id": cast.programme.id, "device": None, "said": Why.of(WhyHeld.UNOPENABLE),
        "sent": Sent(new_id(), cast.site.id, 1, 1, b"no seal", a_phone(cast, now).id),
    },
    "settle_event": lambda cast, now: _held(cast),
    "apply_event": lambda cast, now: _held(cast) | {"account": cast.bob.actor, "is_on_top": False},
    "drop_event": lambda cast, now: {"event": a_held_record(cast), "why": "cannot_be_read"},
    "note_answers_opened": lambda cast, now: {"event": a_held_record(cast)},
    "note_contact_read": lambda cast, now: {
        "contact": record_contact(draft=_draft(cast, now), by=SYSTEM, at=now),
    },
    "close_need": lambda cast, now: {"need": a_need(cast), "closed_as": "met"},
    "record_action": lambda cast, now: {"need": a_need(cast), "kind": ActionKind.ADVISED},
}  # fmt: skip
