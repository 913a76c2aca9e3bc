"""What was shared of a client, and the consents that it rests on, as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from throughline.records.clients.actions.sharing import day_at
from throughline.records.clients.models import Client, Consent, Sharing
from throughline.records.clients.queries.sharing import consents_for, sharings_for
from throughline.vocabulary.actor import Actor
from throughline.web.words import SHARED, SHARING_BASES, SHARING_PURPOSES, SIGNED_AS

RECENT = 5  # on the client's page; the list shows all


@dataclass(frozen=True)
class ShownConsent:
    """A consent in words. `state`: stands, taken back, ended or not begun."""

    consent: Consent
    scope: list[Any]
    purpose: Any
    signed_as: Any
    state: str

    @property
    def stands(self) -> bool:
        return self.state == "stands"


@dataclass(frozen=True)
class ShownSharing:
    """A passage in words. `basis` is a kind of nothing where a file did not tell it."""

    sharing: Sharing
    to: str
    what: list[Any]
    basis: Any


@dataclass(frozen=True)
class SharedOf:
    """Everything that the actor's sites shared of a client, the newest first."""

    consents: list[ShownConsent]
    sharings: list[ShownSharing]

    @property
    def recent(self) -> list[ShownSharing]:
        return self.sharings[:RECENT]

    @property
    def more(self) -> int:
        return max(len(self.sharings) - RECENT, 0)

    @property
    def standing(self) -> list[ShownConsent]:
        return [one for one in self.consents if one.stands]


def shared_of(actor: Actor, client: Client, at: datetime) -> SharedOf:
    return SharedOf(
        [_consent(row, at) for row in consents_for(actor, client)],
        [_sharing(row) for row in sharings_for(actor, client)],
    )


def _consent(row: Consent, at: datetime) -> ShownConsent:
    return ShownConsent(
        row, _in_order(row.scope), SHARING_PURPOSES[row.purpose], SIGNED_AS[row.signed_as],
        _state(row, day_at(row.site, at)),
    )  # fmt: skip


def _state(row: Consent, today: date) -> str:
    if row.withdrawn_at is not None:
        return "taken_back"
    if today > row.to_on:
        return "ended"
    return "stands" if today >= row.from_on else "not_begun"


def _sharing(row: Sharing) -> ShownSharing:
    to = row.to_organisation.name if row.to_organisation else row.to_name
    return ShownSharing(row, to, _in_order(row.what), SHARING_BASES.get(row.basis, row.basis))


def _in_order(codes: Iterable[str]) -> list[Any]:
    wanted = set(codes)
    return [words for code, words in SHARED.items() if code in wanted]
