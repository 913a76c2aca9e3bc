"""A file of attitudes on its way through the pages: sealed with all that was said of it, for a day at most.

Whoever sent it sees it, and nobody else.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from throughline.exchange.attitudes.load import AttitudesReport
from throughline.exchange.held import GONE, discard, is_sealed, seal, unseal
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound
from throughline.work.sealed import unpacked_file

IDS = ("id", "programme", "scale", "file")


@dataclass(frozen=True)
class Begun:
    """One file on its way. `mapping`: what a mapping file would say; empty until the columns were gone through.

    `look`, `tried` and `kept` are the newest works; what each told is sealed under its id.
    """

    id: UUID
    owner: str
    programme: UUID
    scale: UUID
    filename: str
    file: UUID
    mapping: dict[str, Any] = field(default_factory=dict)
    look: str = ""
    tried: str = ""
    kept: str = ""

    def given(self) -> tuple[str, bytes]:
        """The file's name, and its bytes."""
        return unpacked_file(unseal(self.file))


def keep_state(begun: Begun) -> Begun:
    plain = asdict(begun) | {key: getattr(begun, key).hex for key in IDS}
    seal(json.dumps(plain).encode(), begun.id)
    return begun


def state_of(begun_id: UUID, actor: Actor, programme: Programme) -> Begun:
    """NotFound for anybody but who began it, in another programme, and once the file is gone."""
    plain = json.loads(unseal(begun_id))
    if "scale" not in plain or plain["owner"] != actor.id or plain["programme"] != programme.id.hex:
        raise NotFound(GONE)
    begun = Begun(**plain | {key: UUID(plain[key]) for key in IDS})
    if not is_sealed(begun.file) and not begun.kept:
        let_state_go(begun)
        raise NotFound(GONE)
    return begun


def let_state_go(begun: Begun) -> None:
    """Destroy the file, and all that was read and said of it."""
    let_file_go(begun)
    for job in (begun.tried, begun.kept):
        if job:
            discard(UUID(job))
    discard(begun.id)


def let_file_go(begun: Begun) -> None:
    """The file itself, and what was read of it."""
    discard(begun.file)
    if begun.look:
        discard(UUID(begun.look))


def packed_report(done: AttitudesReport) -> bytes:
    told = {
        "rows_read": done.rows_read, "imported": done.recorded, "known": done.known, "rejected": done.rejected,
        "notes": [note.kept() for note in done.notes],
    }  # fmt: skip
    return json.dumps(told).encode()
