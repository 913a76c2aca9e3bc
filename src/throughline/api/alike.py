"""Clients that may be one person: pairs to be looked at, said to be one or two, and merges undone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from throughline.api.clients import ToldOut
from throughline.api.session import acting, now
from throughline.api.shapes import In, Out, answers
from throughline.records.clients.actions import (
    keep_clients_apart,
    merge_clients,
    note_history_read,
    unmerge_clients,
)
from throughline.records.clients.models import Client
from throughline.records.clients.queries import client_for, face_of, merge_for
from throughline.records.clients.queries.likely import LikelyPair, likely_in
from throughline.records.engagement.queries import facts_of
from throughline.records.programme.queries import programme_for
from throughline.rules.access import check_may_merge_clients
from throughline.vocabulary.actor import Actor

router = Router(tags=["clients"])


class LikelyPairOut(Out):
    first: UUID
    second: UUID


class OtherClientIn(In):
    other_id: UUID


class ClientFactsOut(Out):
    """What tells two clients apart without a code, of the contacts that the account sees."""

    client_id: UUID
    contacts: int
    first_at: datetime | None
    last_at: datetime | None
    sites: list[str]
    routes: list[str]
    told: list[ToldOut]
    needs_open: int
    needs_closed: int
    birth_year_band: str
    gender: str
    area: str


class MergeOut(Out):
    """`client_id`: under which the one line is shown now. `merge_id`: to undo it by."""

    merge_id: UUID
    client_id: UUID


@router.get(
    "/programmes/{programme_id}/likely-duplicates",
    response=answers(list[LikelyPairOut]),
    operation_id="likely_duplicates",
)
def likely(request: HttpRequest, programme_id: UUID) -> list[LikelyPair]:
    """Pairs of clients alike that nobody has said anything of yet; in no order of time."""
    actor = acting(request)
    return likely_in(actor, programme_for(actor, programme_id).id)


@router.get(
    "/clients/{client_id}/beside/{other_id}", response=answers(list[ClientFactsOut]), operation_id="clients_beside"
)  # fmt: skip
def beside(request: HttpRequest, client_id: UUID, other_id: UUID) -> list[ClientFactsOut]:
    """Two clients side by side. Reading both is an event of the audit; one alone comes back where they are one."""
    actor, at = acting(request), now()
    found = {row.id: row for row in _two(actor, client_id, other_id)}
    for row in found.values():
        note_history_read(client=row, by=actor, at=at)
    return [_facts(actor, row) for row in found.values()]


@router.post("/clients/{client_id}/merge", response=answers(MergeOut, 201), operation_id="merge_clients")
def merge(request: HttpRequest, client_id: UUID, wanted: OtherClientIn) -> Status[MergeOut]:
    """They are one person. Nothing of either changes, and it can be undone; the one with the longer past goes on."""
    actor = acting(request)
    two = _two(actor, client_id, wanted.other_id)
    kept, merged = sorted(two, key=lambda each: -facts_of(actor, each).contacts)
    row = merge_clients(kept=kept, merged=merged, by=actor, at=now())
    return Status(201, MergeOut(merge_id=row.id, client_id=face_of(actor, kept)))


@router.post("/clients/{client_id}/apart", response=answers(None, 204), operation_id="keep_clients_apart")
def apart(request: HttpRequest, client_id: UUID, wanted: OtherClientIn) -> Status[None]:
    """They are two people, and are not proposed again."""
    actor = acting(request)
    first, second = _two(actor, client_id, wanted.other_id)
    keep_clients_apart(first=first, second=second, by=actor, at=now())
    return Status(204, None)


@router.post("/merges/{merge_id}/undo", response=answers(None, 204), operation_id="unmerge_clients")
def undo(request: HttpRequest, merge_id: UUID) -> Status[None]:
    """They are two after all, each with its own line. 409 where it was undone already."""
    actor = acting(request)
    unmerge_clients(merge=merge_for(actor, merge_id), by=actor, at=now())
    return Status(204, None)


def _two(actor: Actor, client_id: UUID, other_id: UUID) -> tuple[Client, Client]:
    first, second = client_for(actor, client_id), client_for(actor, other_id)
    check_may_merge_clients(actor, first.programme_id)
    check_may_merge_clients(actor, second.programme_id)
    return first, second


def _facts(actor: Actor, row: Client) -> ClientFactsOut:
    facts = facts_of(actor, row)
    own = [name for name in ClientFactsOut.model_fields if name not in ("client_id", "told")]
    return ClientFactsOut(
        client_id=facts.client.id, told=[ToldOut.model_validate(one) for one in facts.told],
        **{name: getattr(facts, name) for name in own},
    )  # fmt: skip
