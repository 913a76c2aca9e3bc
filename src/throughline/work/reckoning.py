"""Sums over many contacts, part by part: what was reckoned is held for some minutes, and a request reckons for its share of time.

What is not reckoned by then is left to the next request: a page says how far it is and asks again by itself
(components/reckoning.html).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.cache import cache

HELD_SECONDS = 300

Key = TypeVar("Key", bound=Hashable)
Sum = TypeVar("Sum")


@dataclass(frozen=True)
class Reckoned(Generic[Key, Sum]):
    """What is known of `of` parts, by part."""

    found: Mapping[Key, Sum]
    of: int

    @property
    def done(self) -> int:
        return len(self.found)

    @property
    def is_whole(self) -> bool:
        return self.done == self.of


def reckoned(parts: Mapping[Key, tuple[str, Callable[[], Sum]]]) -> Reckoned[Key, Sum]:
    """Part -> its sum. Each part comes with the name under which it is held and with how it is reckoned.

    Those held, and of the others, in their order, one and as many as begin within the request's share of processor time.
    """
    held: dict[str, Any] = cache.get_many([name for name, _ in parts.values()])
    found: dict[Key, Sum] = {part: held[name] for part, (name, _) in parts.items() if name in held}
    until = time.thread_time() + settings.THROUGHLINE_RECKONING_SECONDS
    begun = False
    for part, (name, how) in parts.items():
        if part in found:
            continue
        if begun and time.thread_time() >= until:
            break
        begun, found[part] = True, how()
        cache.set(name, found[part], HELD_SECONDS)
    return Reckoned(found, len(parts))


def held_name(*parts: object) -> str:
    """A name that tells nothing of what it is made of."""
    return sha256("|".join(str(part) for part in parts).encode()).hexdigest()
