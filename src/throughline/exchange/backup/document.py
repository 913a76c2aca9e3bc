"""What a backup is.

    THROUGHLINE-BACKUP\\n
    {"format": 1, "created_at": ..., "engine": ..., "key_version": ..., "keys": {...}, ...}\\n
    sealed chunks

The header is readable, so that a person can tell which keys a file needs before anything is opened; it holds check
values, never keys. The chunks are AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015;
laid out as in age v1): 1 MiB of plain text each, nonce = 11 bytes of counter and one byte that says whether it is the
last. The key is derived for this one file from the backup key, a random salt and the header itself (HKDF-SHA-256), so
that a changed header, a chunk left out, moved, repeated or cut off does not open.

Inside lies a sequence of frames (4 bytes of length, one letter, content): P begins a part, D is data of it, E ends
it with its size and SHA-256, Z ends the whole with row counts and the heads of the audit chains.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

MAGIC = b"THROUGHLINE-BACKUP\n"
FORMAT = 1
HEADER_LIMIT = 64 * 1024  # bytes
CHUNK = 1024 * 1024  # bytes of plain text in a sealed chunk
TAG = 16  # bytes that GCM adds
PIECE = 256 * 1024  # bytes of data in a frame, at most
FRAME_LIMIT = 16 * 1024 * 1024  # bytes: the summary of very many tables fits, a hostile length does not

Hex = Annotated[str, Field(pattern=r"^[0-9a-f]+$", max_length=64)]


class Document(BaseModel):
    """Base of what is read from a file: frozen, and nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Header(Document):
    """Readable by anybody who holds the file. `keys`: key version -> check value of the ring it was made with."""

    format: int = Field(ge=1, le=1000)
    created_at: str = Field(max_length=40)
    made_by: str = Field(max_length=40)
    engine: Literal["sqlite", "postgresql"]
    key_version: int = Field(ge=1)
    keys: dict[int, Hex]
    migrations: tuple[str, ...]
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(Document):
    """`database`: SQLite's file. `table`: rows as PostgreSQL's COPY text, of these columns. `file`: of the freezes."""

    kind: Literal["database", "table", "file"]
    name: str = Field(min_length=1, max_length=1000)
    columns: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _stays_inside(cls, name: str) -> str:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
            raise ValueError("a name leads out of its folder")
        return name


class PartEnd(Document):
    size: int = Field(ge=0)
    sha256: Hex


class Head(Document):
    """An audit chain as it was: its length and the last event's mac."""

    chain: str
    count: int
    mac: str


class Summary(Document):
    """What must be there when everything has been read: table -> rows, files of freezes, audit heads."""

    rows: dict[str, int]
    files: int
    heads: tuple[Head, ...]
