"""What a key export is: one line of readable JSON, then AES-256-GCM over the keys, under a key made from a passphrase.

scrypt (RFC 7914) with n = 2^17, r = 8, p = 1: 128 MB and about half a second for every guess. The line is bound to
what follows as associated data. Inside: the ring, and each source's own key as it lies wrapped in its file.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

SCRYPT_N = 2**17
SCRYPT_R = 8
SCRYPT_P = 1
LINE_LIMIT = 4096  # bytes
PASSPHRASE_SHORTEST = 12  # characters


class Lock(BaseModel):
    """How the passphrase was turned into a key, and which key versions lie behind it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    throughline_key_export: Literal[1] = 1
    created_at: str = Field(max_length=40)
    versions: dict[int, Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]]
    kdf: Literal["scrypt"] = "scrypt"
    # Bounds, so that a hostile file cannot make us spend the machine's memory.
    n: int = Field(default=SCRYPT_N, ge=2**14, le=2**18)
    r: int = Field(default=SCRYPT_R, ge=1, le=8)
    p: int = Field(default=SCRYPT_P, ge=1, le=4)
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]


class Keys(BaseModel):
    """`ring` as the environment writes it; `sources`: source id -> its wrapped key; `destroyed`: ids whose key was destroyed.

    Never printed, never logged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ring: str = Field(repr=False)
    sources: dict[UUID, str] = Field(repr=False)
    destroyed: frozenset[UUID] = Field(default=frozenset(), repr=False)
