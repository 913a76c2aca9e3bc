"""A keyed pseudonym: what stands for a client code once it has been entered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pseudonym:
    """HMAC-SHA-256 of a normalised client code (64 hex digits) and the version of the key that made it."""

    value: str
    key_version: int

    def __post_init__(self) -> None:
        if len(self.value) != 64 or set(self.value) - set("0123456789abcdef"):
            raise ValueError("a pseudonym is 64 lower-case hex digits")
        if self.key_version < 1:
            raise ValueError("key versions begin at 1")

    def __repr__(self) -> str:
        # Never the value: a log line must not be a way to look a person up.
        return f"Pseudonym(key_version={self.key_version})"
