"""A file on its way through the pages: the file itself, what was said of it, and what was read. All sealed, for a day at most.

The page's state is on the server, so that going back loses nothing; whoever sent the file sees it and nobody else.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, Self
from uuid import UUID

from throughline.exchange.contacts_csv.choices import Choices, choices_from
from throughline.exchange.held import GONE, discard, is_sealed, seal, unseal
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.importing import ImportReport
from throughline.exchange.table.profile import TableProfile, plain_profile, profile_from
from throughline.records.foundation import new_id
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.sentences import sentence_of
from throughline.work.sealed import unpacked_file

SHOWN_MERGED = 30


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


@dataclass(frozen=True, kw_only=True)
class OnItsWay(ABC):
    """A file on its way. `look`, `tried` and `kept` are the newest works; what each told is sealed under its id.

    Kinds of imports add what is said of their columns. `of` tells them apart: no kind's pages open another's files. `is_another`:
    somebody said that these are other rows of a file that came in already.
    """

    of: ClassVar[str]
    ids: ClassVar[tuple[str, ...]] = ("id", "programme", "file")  # fields that are ids, or None

    owner: str
    programme: UUID
    filename: str
    file: UUID
    id: UUID = field(default_factory=new_id)
    look: str = ""
    tried: str = ""
    kept: str = ""
    is_another: bool = False

    @property
    @abstractmethod
    def file_said(self) -> dict[str, Any]:
        """What was said of how the file is read, as a mapping says it."""

    @abstractmethod
    def with_file_said(self, file: dict[str, Any]) -> Self:
        """The same with something else said of it."""

    @property
    @abstractmethod
    def mapping_name(self) -> str:
        """By which its columns are kept for the next file; "" where none are."""

    @classmethod
    def state_of(cls, begun_id: UUID, actor: Actor, programme: Programme) -> Self:
        """NotFound for anybody but who began it, in another programme or kind of import, and once the file is gone."""
        try:
            plain = json.loads(unseal(begun_id))
        except ValueError:  # sealed, and no state: a file itself
            raise NotFound(GONE) from None
        if plain.get("of") != cls.of or plain["owner"] != actor.id or plain["programme"] != programme.id.hex:
            raise NotFound(GONE)
        ids = {key: UUID(plain[key]) if plain[key] else None for key in cls.ids}
        begun = cls.from_plain({key: one for key, one in plain.items() if key != "of"} | ids)
        if not is_sealed(begun.file) and not begun.kept:
            begun.let_go()
            raise NotFound(GONE)
        return begun

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        return cls(**plain)

    def as_plain(self) -> dict[str, Any]:
        return asdict(self)

    def keep(self) -> Self:
        """Put what was said aside, in place of what was said before."""
        ids = {key: one.hex if (one := getattr(self, key)) else None for key in self.ids}
        seal(json.dumps(self.as_plain() | ids | {"of": self.of}).encode(), self.id)
        return self

    def let_go(self) -> None:
        """Destroy the file, and all that was read and said of it."""
        self.let_file_go()
        for job in (self.tried, self.kept):
            if job:
                discard(UUID(job))
        discard(self.id)

    def let_file_go(self) -> None:
        """The file itself, and what was read of it."""
        discard(self.file)
        if self.look:
            discard(UUID(self.look))

    def given(self) -> tuple[str, bytes]:
        """The file's name, and its bytes."""
        return unpacked_file(unseal(self.file))


@dataclass(frozen=True, kw_only=True)
class Mapped(OnItsWay):
    """One of which all is said in a `mapping`, as its file would. `is_said`: the columns were gone through."""

    mapping: dict[str, Any] = field(default_factory=dict)
    is_said: bool = False

    @property
    def file_said(self) -> dict[str, Any]:
        return dict(self.mapping.get("file", {}))

    def with_file_said(self, file: dict[str, Any]) -> Self:
        rest = {key: one for key, one in self.mapping.items() if key != "file"}
        return replace(self, mapping=rest | ({"file": file} if file else {}))

    @property
    def mapping_name(self) -> str:
        return str(self.mapping.get("name", ""))

    def content(self) -> dict[str, Any]:
        """The mapping, with the sheet and the line of the header as the file was read: the import reads it the same."""
        found = look_of(self) if self.look else None
        about = None if found is None or isinstance(found, Sentence) else found[0]
        return self.mapping if about is None else self.with_file_said(as_read(about, self.file_said)).mapping


@dataclass(frozen=True, kw_only=True)
class Begun(OnItsWay):
    """A log of contacts. `orders`: column -> Order of its dates, where that was asked.

    `is_worded`: what the words of these columns stand for has been said.
    """

    of: ClassVar[str] = "contacts"

    choices: Choices
    orders: dict[str, str] = field(default_factory=dict)
    is_worded: bool = False

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        return cls(**plain | {"choices": choices_from(plain["choices"])})

    def as_plain(self) -> dict[str, Any]:
        return super().as_plain() | {"choices": self.choices.as_plain()}

    @property
    def file_said(self) -> dict[str, Any]:
        return self.choices.file

    def with_file_said(self, file: dict[str, Any]) -> Self:
        return replace(self, choices=replace(self.choices, file=file))

    @property
    def mapping_name(self) -> str:
        return self.choices.name


def as_read(about: About, said: dict[str, Any]) -> dict[str, Any]:
    """What is said of a file, and what was found where a plain reading would take another line or sheet."""
    found: dict[str, Any] = {"header_line": about.header_line} if about.header_line > 1 else {}
    if len(about.sheets) > 1:
        found["sheet"] = about.sheet
    return {key: one for key, one in said.items() if key not in ("header_line", "sheet")} | found


def packed_look(document: TableDocument, profile: TableProfile, *, is_filled: bool) -> bytes:
    about = About(
        document.encoding is None, document.encoding or "", document.delimiter or "", document.sha256,
        document.header_line, document.sheet or "", list(document.sheets), list(document.merged[:SHOWN_MERGED]),
        len(document.merged), is_filled, [note.kept() for note in document.notes],
    )  # fmt: skip
    return json.dumps({"about": asdict(about), "profile": plain_profile(profile)}).encode()


def look_of(begun: OnItsWay) -> tuple[About, TableProfile] | Sentence:
    """How the file was read and what is in it; or why it could not be read."""
    told = json.loads(unseal(UUID(begun.look)))
    if "refused" in told:
        return sentence_of(told["refused"])
    return About(**told["about"]), profile_from(told["profile"])


def packed_report(done: Any) -> bytes:
    """What an import tells of its rows: contacts and incidents, or answers and attitudes, which are counted as recorded."""
    imported = done.imported if isinstance(done, ImportReport) else done.recorded
    told = {
        "rows_read": done.rows_read, "imported": imported, "known": done.known, "rejected": done.rejected,
        "left_out": getattr(done, "left_out", 0), "notes": [note.kept() for note in done.notes],
    }  # fmt: skip
    return json.dumps(told).encode()
