"""Clients whose codes are one element apart: sealed, so that the data alone tell no pair (docs/adr/0034)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import Q

from throughline.records.clients.models import Client, LikelyDuplicate
from throughline.records.clients.queries import family_of
from throughline.records.keyring import Purpose, ring
from throughline.rules.access import check_may_merge_clients
from throughline.vocabulary.actor import Actor

SHOWN = 50  # pairs on a page
AT_A_TIME = 200
_NONCE = 12


@dataclass(frozen=True)
class LikelyPair:
    """Two clients that the actor sees both of, and that nobody has said anything of yet."""

    first: UUID
    second: UUID


def seal_pair(programme_id: UUID, first: UUID, second: UUID) -> LikelyDuplicate:
    """The row of a pair, not written yet. It tells nothing without the key: neither who they are nor when it was made."""
    one, other = sorted((first, second))
    version, nonce = ring().current, os.urandom(_NONCE)
    key = ring().key(Purpose.LIKELY, programme_id, version)
    sealed = nonce + AESGCM(key).encrypt(nonce, one.bytes + other.bytes, programme_id.bytes)
    return LikelyDuplicate(
        programme_id=programme_id, first_mark=_mark(programme_id, one, version),
        second_mark=_mark(programme_id, other, version),
        sealed=f"{version}:{base64.b64encode(sealed).decode()}",
    )  # fmt: skip


def open_pair(row: LikelyDuplicate) -> tuple[UUID, UUID] | None:
    """The two clients; None where the key that sealed them is not held any more."""
    version, _, text = row.sealed.partition(":")
    if int(version) not in ring().masters:
        return None
    sealed = base64.b64decode(text)
    key = ring().key(Purpose.LIKELY, row.programme_id, int(version))
    plain = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], row.programme_id.bytes)
    return UUID(bytes=plain[:16]), UUID(bytes=plain[16:])


def pairs_between(programme_id: UUID, first: UUID, second: UUID) -> list[LikelyDuplicate]:
    """The rows that name just these two."""
    one, other = sorted((first, second))
    found = Q(pk__in=[])
    for version in ring().masters:
        found |= Q(
            first_mark=_mark(programme_id, one, version), second_mark=_mark(programme_id, other, version)
        )
    return list(LikelyDuplicate.objects.filter(found, programme_id=programme_id))


def named_already(programme_id: UUID, pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Which of some pairs a row names, under any key held: after a rotation the same two have other marks."""
    pair_of = {
        (_mark(programme_id, min(pair), version), _mark(programme_id, max(pair), version)): pair
        for pair in pairs
        for version in ring().masters
    }
    firsts = sorted({first for first, _ in pair_of})
    rows = LikelyDuplicate.objects.filter(programme_id=programme_id, first_mark__in=firsts)
    found = rows.values_list("first_mark", "second_mark")
    return {pair_of[marks] for marks in found if marks in pair_of}


def likely_for(actor: Actor, client: Client) -> list[LikelyPair]:
    """Clients alike one (`first` of each is the client, or one merged with it), both in the actor's sight."""
    check_may_merge_clients(actor, client.programme_id)
    family = family_of(actor, client)
    marks = [_mark(client.programme_id, one, version) for one in family for version in ring().masters]
    rows = LikelyDuplicate.objects.filter(
        Q(first_mark__in=marks) | Q(second_mark__in=marks), programme_id=client.programme_id, apart_at=None
    )
    found = [
        LikelyPair(*(pair if pair[0] in family else pair[::-1])) for pair in map(open_pair, rows) if pair
    ]
    return [pair for pair in _in_sight(actor, found) if pair.second not in family]


def likely_in(actor: Actor, programme_id: UUID) -> list[LikelyPair]:
    """Pairs of a programme that the actor sees both of and nobody has said anything of, SHOWN at most.

    In no order of time: when two were met is no reason to show a pair.
    """
    check_may_merge_clients(actor, programme_id)
    rows = LikelyDuplicate.objects.filter(programme_id=programme_id, apart_at=None).order_by("id")
    found: list[LikelyPair] = []
    batch: list[LikelyPair] = []
    for row in rows.iterator(chunk_size=2000):
        pair = open_pair(row)
        if pair is None:
            continue
        batch.append(LikelyPair(*pair))
        if len(batch) == AT_A_TIME:
            found += _not_one(actor, _in_sight(actor, batch))
            batch = []
        if len(found) >= SHOWN:
            return found[:SHOWN]
    return (found + _not_one(actor, _in_sight(actor, batch)))[:SHOWN]


def _in_sight(actor: Actor, pairs: list[LikelyPair]) -> list[LikelyPair]:
    ids = {end for pair in pairs for end in (pair.first, pair.second)}
    seen = (
        set(Client.objects.visible_to(actor).filter(id__in=ids).values_list("id", flat=True)) if ids else ids
    )
    return sorted(
        {pair for pair in pairs if {pair.first, pair.second} <= seen}, key=lambda one: (one.first, one.second)
    )


def _not_one(actor: Actor, pairs: list[LikelyPair]) -> list[LikelyPair]:
    """Without those that were merged in the actor's sight."""
    ids = {end for pair in pairs for end in (pair.first, pair.second)}
    joined_up = {
        row.id: row
        for row in Client.objects.filter(id__in=ids).filter(
            Q(merged_into__isnull=False) | Q(merged__isnull=False)
        )
    }
    return [
        pair
        for pair in pairs
        if pair.first not in joined_up or pair.second not in family_of(actor, joined_up[pair.first])
    ]


def _mark(programme_id: UUID, client_id: UUID, version: int) -> str:
    key = ring().key(Purpose.LIKELY, programme_id, version)
    return hmac.new(key, client_id.bytes, hashlib.sha256).hexdigest()
