"""Files between being looked at and being kept: encrypted on the disk.

What a page alone works on has its key in that page and nowhere else: a page that was closed leaves bytes that nobody can
open. It is held for one account, which alone can take it up. What the worker must read too is sealed under the key ring
instead, so that no task and no log carries a key. Both are removed when they are kept, and after a day in any case; of all that
one account sent, so much is held at a time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from throughline.records.foundation import new_id
from throughline.records.keyring import ring, write_private
from throughline.vocabulary.errors import NotFound, Sentence, Unready

HELD_SECONDS = 24 * 60 * 60
GONE = Sentence(
    "This file is no longer held: it was kept or let go already, or a day went by. Choose it again."
)
MOST_HELD = 512 * 1024 * 1024  # bytes, for one account
TOO_MUCH = Sentence(
    "Files of %(most)s MB that were looked at and not kept are held for you already. Keep some of them, or choose fewer."
)
_TICKET = re.compile(r"^([0-9a-f]{32})\.([A-Za-z0-9_-]{43}=)$")


def hold(content: bytes, *, owner: str) -> str:
    """Put something aside for an account. Returns the ticket: a place and the key to it, which is kept nowhere else.

    Unready where so much is held for the account already that this does not fit beside it.
    """
    clear_old()
    _check_fits(content, owner)
    key, place = Fernet.generate_key(), new_id().hex
    write_private(_owned(place, owner), Fernet(key).encrypt(content))
    return f"{place}.{key.decode()}"


def _check_fits(content: bytes, owner: str) -> None:
    if _held_for(owner) + len(content) > MOST_HELD:
        raise Unready(TOO_MUCH.given(most=MOST_HELD >> 20))


def take_up(ticket: str, *, owner: str) -> bytes:
    """What was put aside for this account. NotFound where it was kept, removed, never there, or another's."""
    match = _TICKET.match(ticket)
    with contextlib.suppress(OSError, InvalidToken):
        if match is not None:
            return Fernet(match.group(2)).decrypt(_owned(match.group(1), owner).read_bytes())
    raise NotFound(GONE)


def let_go(ticket: str, *, owner: str) -> None:
    match = _TICKET.match(ticket)
    if match is not None:
        _owned(match.group(1), owner).unlink(missing_ok=True)


def _owned(place: str, owner: str) -> Path:
    return _folder() / f"{place}{_of(owner)}"


def _of(owner: str) -> str:
    """How the names of an account's files end."""
    return f"-{hashlib.sha256(owner.encode()).hexdigest()[:16]}.held"


def _held_for(owner: str) -> int:
    """Bytes on the disk. Of two files that come at once each may count without the other."""
    ending, found = _of(owner), 0
    with contextlib.suppress(FileNotFoundError):
        for entry in os.scandir(_folder()):
            if entry.name.endswith(ending):
                with contextlib.suppress(FileNotFoundError):
                    found += entry.stat().st_size
    return found


def seal(content: bytes, place: UUID | None = None) -> UUID:
    """Put something aside for a page and the worker. Returns its place; whoever asks for it is checked by the caller."""
    clear_old()
    at = place or new_id()
    _write_sealed(content, _sealed(at))
    return at


def seal_for(owner: str, content: bytes) -> UUID:
    """Put aside what an account sent, for a page and the worker; otherwise as `seal`.

    Unready where so much is held for the account already that this does not fit beside it.
    """
    clear_old()
    _check_fits(content, owner)
    at = new_id()
    _write_sealed(content, _owned(at.hex, owner))
    return at


def _write_sealed(content: bytes, where: Path) -> None:
    key = Fernet.generate_key()
    write_private(where, ring().wrap(key) + b"\n" + Fernet(key).encrypt(content))


def unseal(place: UUID) -> bytes:
    """What was sealed. NotFound where it was discarded, is older than a day, or was never there."""
    try:
        wrapped, _newline, sealed = _sealed(place).read_bytes().partition(b"\n")
    except FileNotFoundError as error:
        raise NotFound(GONE) from error
    return Fernet(ring().unwrap(wrapped)).decrypt(sealed)


def is_sealed(place: UUID) -> bool:
    return _sealed(place).is_file()


def discard(place: UUID) -> None:
    _sealed(place).unlink(missing_ok=True)


def _sealed(place: UUID) -> Path:
    """Where it lies; where it would lie if it is not there."""
    of_an_account = next(_folder().glob(f"{place.hex}-*.held"), None)
    return of_an_account or _folder() / f"{place.hex}.held"


def _folder() -> Path:
    return Path(settings.THROUGHLINE_HOME) / "held"


def clear_old() -> None:
    """Remove what nobody kept within a day: whenever something is put aside, and once a day beside a server."""
    before = time.time() - HELD_SECONDS
    with contextlib.suppress(OSError):
        for entry in os.scandir(_folder()):
            if entry.name.endswith(".held") and entry.stat().st_mtime < before:
                Path(entry.path).unlink(missing_ok=True)
