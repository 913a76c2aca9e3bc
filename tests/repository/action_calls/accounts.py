"""What the actions of accounts are called with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from throughline.records.accounts.actions import issue_sign_in_code


def _code(cast: Cast, now: datetime) -> dict[str, Any]:
    code = issue_sign_in_code(programme_id=cast.programme.id, account=cast.bob.account, by=SYSTEM, at=now)
    return {
        "programme_id": cast.programme.id, "account": cast.bob.account, "code": code, "password": "long enough words",
    }  # fmt: skip


CALLS = {
    "add_account": lambda cast, now: {
        "programme_id": cast.programme.id, "username": "new", "display_name": "New", "password": None,
    },
    "close_account": lambda cast, now: {"programme_id": cast.programme.id, "account": cast.bob.account},
    "issue_sign_in_code": lambda cast, now: {"programme_id": cast.programme.id, "account": cast.bob.account},
    "use_sign_in_code": _code,
    "register_device": lambda cast, now: {
        "programme_id": cast.programme.id, "site_id": cast.site.id, "account": cast.bob.account,
    },
    "note_signed_in": lambda cast, now: {"programme_id": cast.programme.id, "account": cast.bob.account},
    "note_signed_out": lambda cast, now: {"programme_id": cast.programme.id, "account": cast.bob.account},
    "note_sign_in_failed": lambda cast, now: {"programme_id": cast.programme.id, "account": cast.bob.account},
}  # fmt: skip
