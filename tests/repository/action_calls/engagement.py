"""What the actions of engagement are called with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from tests.records.made import a_need, an_import_run
from throughline.records.engagement.actions import record_contact
from throughline.vocabulary.chain import ActionKind, Route
from throughline.vocabulary.contact import ContactDraft


def _draft(cast: Cast, now: datetime) -> ContactDraft:
    return ContactDraft(site_id=cast.site.id, route=Route.SERVICE, device_time=now, client_code="QK17031979F")


def _contact(cast: Cast, now: datetime) -> dict[str, Any]:
    return {"contact": a_need(cast).contact, "base_version": 1}


CALLS = {
    "record_contact": lambda cast, now: {"draft": _draft(cast, now)},
    "record_contacts": lambda cast, now: {
        "programme": cast.programme, "drafts": [_draft(cast, now)], "import_run": an_import_run(cast),
    },
    "correct_contact": lambda cast, now: _contact(cast, now) | {
        "draft": _draft(cast, now), "why": "wrong_value",
    },
    "withdraw_contact": _contact,
    "note_contact_read": lambda cast, now: {
        "contact": record_contact(draft=_draft(cast, now), by=SYSTEM, at=now),
    },
    "close_need": lambda cast, now: {"need": a_need(cast), "closed_as": "met"},
    "record_action": lambda cast, now: {"need": a_need(cast), "kind": ActionKind.ADVISED},
}  # fmt: skip
