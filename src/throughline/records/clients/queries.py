"""Reading clients. Invisible is not found."""

from __future__ import annotations

from uuid import UUID

from throughline.records.clients.models import Client, ClientDescription
from throughline.records.foundation import within_reach
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence


def client_for(actor: Actor, client_id: UUID) -> Client:
    """A client met at one of the actor's sites, the kept one where two were merged."""
    found: Client | None = (
        Client.objects.visible_to(actor)
        .select_related("merged_into", "programme")
        .filter(id=client_id)
        .first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such client."))
    return found.merged_into or found


def ids_of(client: Client) -> list[UUID]:
    """A client's id and the ids of those merged into it: whose records make up one history."""
    return [client.id, *client.merged.values_list("id", flat=True)]


def description_for(actor: Actor, client: Client) -> ClientDescription:
    """The newest that the actor's own sites wrote down of a client; "not recorded" all over where they wrote nothing.

    Bands of another site are left out: that there are any tells that the person is known there.
    """
    rows = ClientDescription.objects.filter(
        within_reach(actor, Permission.SEE_CLIENT_HISTORY), client_id__in=ids_of(client)
    )
    return rows.order_by("-described_at", "-id").first() or ClientDescription(client=client)
