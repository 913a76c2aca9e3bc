"""An import on its way through the pages: its file, what was said of it, and what was read. All sealed, for a day at most.

The page's state is on the server, so that going back loses nothing; whoever sent the file sees it and nobody else.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from throughline.exchange.contacts_csv.choices import Choices, choices_from
from throughline.exchange.held import GONE, discard, is_sealed, seal, unseal
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.importing import ImportReport
from throughline.exchange.table.profile import TableProfile, plain_profile, profile_from
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.sentences import sentence_of

SHOWN_MERGED = 30


@dataclass(frozen=True)
class Begun:
    """One import on its way. `orders`: column -> Order of its dates, where that was asked.

    `look`, `tried` and `kept` are the newest works; what each told is sealed under its id. `is_worded`: what the words of
    these columns stand for has been said.
    """

    id: UUID
    owner: str
    programme: UUID
    filename: str
    file: UUID
    choices: Choices
    orders: dict[str, str] = field(default_factory=dict)
    look: str = ""
    tried: str = ""
    kept: str = ""
    is_worded: bool = False


@dataclass(frozen=True)
class About:
    """How the file was read."""

    is_spreadsheet: bool
    encoding: str
    delimiter: str
    sha256: str
    header_line: int
    sheet: str
    sheets: list[str]
    merged: list[str]
    merged_count: int
    is_filled: bool
    notes: list[dict[str, Any]]

    @property
    def sentences(self) -> list[Sentence]:
        return [sentence_of(one) for one in self.notes]


def keep_state(begun: Begun) -> Begun:
    plain = asdict(begun) | {"choices": begun.choices.as_plain()}
    plain |= {key: plain[key].hex for key in ("id", "programme", "file")}
    seal(json.dumps(plain).encode(), begun.id)
    return begun


def state_of(begun_id: UUID, actor: Actor, programme: Programme) -> Begun:
    """NotFound for anybody but who began it, in another programme, and once the file is gone."""
    plain = json.loads(unseal(begun_id))
    if "owner" not in plain or plain["owner"] != actor.id or plain["programme"] != programme.id.hex:
        raise NotFound(GONE)
    plain |= {key: UUID(plain[key]) for key in ("id", "programme", "file")}
    begun = Begun(**{**plain, "choices": choices_from(plain["choices"])})
    if not is_sealed(begun.file) and not begun.kept:
        let_state_go(begun)
        raise NotFound(GONE)
    return begun


def let_state_go(begun: Begun) -> None:
    """Destroy the file, and all that was read and said of it."""
    discard(begun.file)
    for job in (begun.look, begun.tried, begun.kept):
        if job:
            discard(UUID(job))
    discard(begun.id)


def packed_look(document: TableDocument, profile: TableProfile, *, is_filled: bool) -> bytes:
    about = About(
        document.encoding is None, document.encoding or "", document.delimiter or "", document.sha256,
        document.header_line, document.sheet or "", list(document.sheets), list(document.merged[:SHOWN_MERGED]),
        len(document.merged), is_filled, [note.kept() for note in document.notes],
    )  # fmt: skip
    return json.dumps({"about": asdict(about), "profile": plain_profile(profile)}).encode()


def look_of(begun: Begun) -> tuple[About, TableProfile] | Sentence:
    """How the file was read and what is in it; or why it could not be read."""
    told = json.loads(unseal(UUID(begun.look)))
    if "refused" in told:
        return sentence_of(told["refused"])
    return About(**told["about"]), profile_from(told["profile"])


def packed_report(done: ImportReport) -> bytes:
    told = {
        "rows_read": done.rows_read, "imported": done.imported, "known": done.known, "rejected": done.rejected,
    }  # fmt: skip
    return json.dumps(told).encode()
