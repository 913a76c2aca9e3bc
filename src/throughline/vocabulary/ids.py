"""Identifiers that are made where the record is made (RFC 9562, version 7: time-ordered)."""

from __future__ import annotations

import os
from uuid import UUID


def uuid7(unix_ms: int, random: bytes | None = None) -> UUID:
    """A UUIDv7 of the given instant (milliseconds since 1970, 48 bits) and 10 random bytes."""
    if not 0 <= unix_ms < 1 << 48:
        raise ValueError("unix_ms must fit into 48 bits")
    tail = os.urandom(10) if random is None else random
    if len(tail) != 10:
        raise ValueError("random must be 10 bytes")
    value = (unix_ms << 80) | int.from_bytes(tail, "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)
