"""Ids, actors and names that the things of a project get among the records, always the same ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Container
from uuid import UUID, uuid5

from throughline.exchange.project.guids import derived
from throughline.vocabulary.nothing import Nothing

_CODER = "coder:"
NOBODY = _CODER + Nothing.NOT_RECORDED.value  # coded by somebody whom the file does not name
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def row_id(analysis_id: UUID, guid: UUID) -> UUID:
    """The id of the row that a thing becomes in an analysis: the same project in two analyses is two sets of rows."""
    return uuid5(analysis_id, guid.hex)


def actor_of(user: UUID | None) -> str:
    """Who stands as analyst for a user of a project."""
    return NOBODY if user is None else f"{_CODER}{user}"


def user_of(actor: str) -> UUID | None:
    """The GUID that stands for an analyst in a project; None for nobody known."""
    if actor == NOBODY:
        return None
    try:
        return UUID(actor.removeprefix(_CODER))
    except ValueError:
        return derived("actor", actor)


def fitted(name: str, most: int, instead: str) -> str:
    """A name on one line, cut to what the database holds; `instead` where there is none."""
    return " ".join(name.split())[:most].strip() or instead


def free(name: str, taken: Container[str], most: int, join: str = " ") -> str:
    """The name, or the name with the first number that makes it one of its own."""
    number, made = 1, name
    while made in taken:
        number += 1
        made = f"{name[: most - len(str(number)) - len(join)]}{join}{number}"
    return made


def slug_of(name: str, taken: Collection[str], most: int = 80) -> str:
    """What a code is called in addresses: ASCII, one of its own in the book."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return free(_NOT_SLUG.sub("-", plain).strip("-")[:most].strip("-") or "code", taken, most, "-")
