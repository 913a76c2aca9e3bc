"""Whether the process of a running import still lives: it holds a lock that the system takes from the dead at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

from throughline.records.programme.actions.imports import SILENCE
from throughline.records.programme.models import ImportRun
from throughline.vocabulary.programme import ImportState

try:
    import fcntl
except ImportError:  # Windows: only the heartbeat tells there
    fcntl = None  # type: ignore[assignment]  # a module or None


class Presence(Enum):
    HELD = "held"
    GONE = "gone"
    UNKNOWN = "unknown"  # it runs on another machine, or the system has no such locks


def _path(run_id: UUID) -> Path:
    return Path(settings.THROUGHLINE_HOME) / "imports" / f"{run_id}.lock"


@contextlib.contextmanager
def present(run_id: UUID) -> Iterator[None]:
    """Hold a run's lock while it is imported."""
    path = _path(run_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("wb") as file:
        _lock(file)
        yield
    # Only after a clean end: a file whose lock nobody holds tells the next import that this one died.
    path.unlink(missing_ok=True)


def is_broken(run: ImportRun, now: datetime) -> bool:
    """Whether an unfinished run has nobody to finish it."""
    if run.state == ImportState.BROKEN.value:
        return True
    presence = _presence(run.id)
    if presence is Presence.UNKNOWN:
        return bool(now - run.heartbeat_at > SILENCE)
    return presence is Presence.GONE


def forget(run_id: UUID) -> None:
    """Tidy up after a run that was removed."""
    _path(run_id).unlink(missing_ok=True)


def _presence(run_id: UUID) -> Presence:
    if fcntl is None:
        return Presence.UNKNOWN
    try:
        with _path(run_id).open("rb") as file:
            return Presence.GONE if _lock(file) else Presence.HELD
    except FileNotFoundError:
        return Presence.UNKNOWN


def _lock(file: IO[bytes]) -> bool:
    """Whether the lock is now ours; given back when the file is closed."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
