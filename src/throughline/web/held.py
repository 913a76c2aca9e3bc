"""Files between being looked at and being kept: encrypted on the disk, with the key in the page alone.

Nobody but who has the page open can read them, and a page that was closed leaves bytes that nobody can open. They are
removed when they are kept, and after a day in any case.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from throughline.records.foundation import new_id
from throughline.records.keyring import write_private
from throughline.vocabulary.errors import NotFound, Sentence

HELD_SECONDS = 24 * 60 * 60
_TICKET = re.compile(r"^([0-9a-f]{32})\.([A-Za-z0-9_-]{43}=)$")


def hold(content: bytes) -> str:
    """Put something aside. Returns the ticket: a place and the key to it, which is kept nowhere else."""
    _clear()
    key, place = Fernet.generate_key(), new_id().hex
    write_private(_folder() / f"{place}.held", Fernet(key).encrypt(content))
    return f"{place}.{key.decode()}"


def take_up(ticket: str) -> bytes:
    """What was put aside. NotFound where it was kept, removed, or never there."""
    match = _TICKET.match(ticket)
    with contextlib.suppress(OSError, InvalidToken):
        if match is not None:
            sealed = (_folder() / f"{match.group(1)}.held").read_bytes()
            return Fernet(match.group(2)).decrypt(sealed)
    raise NotFound(
        Sentence(
            "This file is no longer held: it was kept or let go already, or a day went by. Choose it again."
        )
    )


def let_go(ticket: str) -> None:
    match = _TICKET.match(ticket)
    if match is not None:
        (_folder() / f"{match.group(1)}.held").unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.THROUGHLINE_HOME) / "held"


def _clear() -> None:
    """Remove what nobody kept within a day."""
    before = time.time() - HELD_SECONDS
    with contextlib.suppress(OSError):
        for entry in os.scandir(_folder()):
            if entry.name.endswith(".held") and entry.stat().st_mtime < before:
                Path(entry.path).unlink(missing_ok=True)
