"""Sealed bytes of an event into its document. Whatever is wrong with them has a sentence; nothing of them is repeated."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import ValidationError

from throughline.exchange.device_event.contact import (
    BarrierIn,
    ContactIn,
    DisclosureIn,
    KitLineIn,
    NeedIn,
)
from throughline.exchange.device_event.document import FORMAT, LIMIT, EventDocument
from throughline.exchange.device_event.form import AnswersIn, FileIn, FormIn
from throughline.exchange.device_event.seal import Unopenable, opened
from throughline.vocabulary.arriving import Why, WhyHeld

_NAMES = frozenset(
    name
    for shape in (
        EventDocument,
        ContactIn,
        KitLineIn,
        DisclosureIn,
        NeedIn,
        BarrierIn,
        FormIn,
        AnswersIn,
        FileIn,
    )
    for name in shape.model_fields
)


class Unreadable(Exception):
    """It cannot be read; `why` says so in a sentence that quotes nothing of it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.code.value)
        self.why = why


def read_event(sealed: bytes, *, key: X25519PrivateKey, event_id: UUID) -> EventDocument:
    """The document of an event. Raises Unreadable: too large, unopenable, of another format, or misshapen."""
    if len(sealed) > LIMIT:
        raise Unreadable(Why.of(WhyHeld.TOO_LARGE, limit=LIMIT // 1024))
    try:
        plain = opened(sealed, key=key, event_id=event_id)
    except Unopenable as error:
        raise Unreadable(Why.of(WhyHeld.UNOPENABLE)) from error
    said = _object(plain)
    written = said.get("format")
    if isinstance(written, int) and not isinstance(written, bool) and written != FORMAT:
        raise Unreadable(Why.of(WhyHeld.NEWER_FORMAT))
    try:
        document = EventDocument.model_validate(said)
    except ValidationError as error:
        # `from None`: the library's error quotes what stood there, and a chain of errors may reach a log
        where = _where(error)
        raise Unreadable(Why.of(WhyHeld.MISSHAPEN, where=where)) from None
    if document.id != event_id:
        raise Unreadable(Why.of(WhyHeld.MISSHAPEN, where="id"))
    return document


def _object(plain: bytes) -> dict[str, Any]:
    try:
        said = json.loads(plain.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unreadable(Why.of(WhyHeld.MISSHAPEN, where="JSON")) from None
    if not isinstance(said, dict):
        raise Unreadable(Why.of(WhyHeld.MISSHAPEN, where="JSON"))
    return said


def _where(error: ValidationError) -> str:
    """The field that is first wrong, by names of ours alone: a name that a stranger made up could say anything."""
    steps = [
        str(step) if isinstance(step, int) or step in _NAMES else "?" for step in error.errors()[0]["loc"]
    ]
    return ".".join(steps) or "kind"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands twice")
    return read


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")
