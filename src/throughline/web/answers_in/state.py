"""A file of answers on its way through the pages: sealed with all that was said of it, for a day at most.

Whoever sent it sees it, and nobody else.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from throughline.exchange.answers.load import AnswersReport
from throughline.exchange.answers.tables import GivenFile
from throughline.exchange.held import GONE, discard, is_sealed, seal, unseal
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound
from throughline.work.sealed import unpacked_file

IDS = ("id", "programme", "wave", "file", "dictionary")


@dataclass(frozen=True)
class Begun:
    """One file on its way. `mapping`: what a mapping file would say, as far as it was said.

    `look`, `tried` and `kept` are the newest works; what each told is sealed under its id. `is_said`: the columns were gone
    through.
    """

    id: UUID
    owner: str
    programme: UUID
    wave: UUID
    filename: str
    file: UUID
    dictionary: UUID | None = None
    mapping: dict[str, Any] = field(default_factory=dict)
    look: str = ""
    tried: str = ""
    kept: str = ""
    is_said: bool = False

    def given(self) -> GivenFile:
        return GivenFile(*unpacked_file(unseal(self.file)))

    def given_dictionary(self) -> GivenFile | None:
        return None if self.dictionary is None else GivenFile(*unpacked_file(unseal(self.dictionary)))


def keep_state(begun: Begun) -> Begun:
    plain = asdict(begun)
    plain |= {key: plain[key].hex if plain[key] else None for key in IDS}
    seal(json.dumps(plain).encode(), begun.id)
    return begun


def state_of(begun_id: UUID, actor: Actor, programme: Programme) -> Begun:
    """NotFound for anybody but who began it, in another programme, and once the file is gone."""
    plain = json.loads(unseal(begun_id))
    if "wave" not in plain or plain["owner"] != actor.id or plain["programme"] != programme.id.hex:
        raise NotFound(GONE)
    plain |= {key: UUID(plain[key]) if plain[key] else None for key in IDS}
    begun = Begun(**plain)
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
    """The file itself, its dictionary and what was read of it."""
    discard(begun.file)
    if begun.dictionary is not None:
        discard(begun.dictionary)
    if begun.look:
        discard(UUID(begun.look))


def packed_report(done: AnswersReport) -> bytes:
    told = {
        "rows_read": done.rows_read, "imported": done.recorded, "known": done.known, "rejected": done.rejected,
        "left_out": done.left_out, "notes": [note.kept() for note in done.notes],
    }  # fmt: skip
    return json.dumps(told).encode()
