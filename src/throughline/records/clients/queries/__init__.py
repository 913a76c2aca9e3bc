"""Reading clients. Invisible is not found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from django.db.models import Q

from throughline.records.clients.models import Client, ClientDescription, ClientMerge, ClientState
from throughline.records.foundation import within_reach
from throughline.rules.access import grants_with
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence


def client_for(actor: Actor, client_id: UUID) -> Client:
    """A client met at one of the actor's sites; where two of those were merged in their sight, the kept one."""
    found: Client | None = (
        Client.objects.visible_to(actor).select_related("programme").filter(id=client_id).first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such client."))
    face = face_of(actor, found)
    if face == found.id:
        return found
    kept: Client = Client.objects.select_related("programme").get(id=face)
    return kept


def check_in_sight(actor: Actor, client: Client) -> None:
    """A client who was never met at one of the actor's sites is not found, whatever the role."""
    if not Client.objects.visible_to(actor).filter(id=client.id).exists():
        raise NotFound(Sentence("There is no such client."))


def ids_of(actor: Actor, client: Client) -> list[UUID]:
    """Whose records make up one history, to this actor: the client and those merged with it in their sight."""
    return family_of(actor, client)


def face_of(actor: Actor, client: Client) -> UUID:
    """Under which id a client is shown to an actor."""
    return family_of(actor, client)[0]


def family_of(actor: Actor, client: Client) -> list[UUID]:
    """The clients that are one with this to an actor, the one that the others were merged into first.

    A merge counts where the actor sees both of it and it was made at a site of theirs: all else would tell what another
    site knows.
    """
    # asked anew: the row at hand may be older than a merge
    root = Client.objects.filter(id=client.id).values_list("merged_into_id", flat=True).get() or client.id
    everybody = {root, client.id, *Client.objects.filter(merged_into_id=root).values_list("id", flat=True)}
    if everybody == {client.id}:
        return [client.id]
    edges = [(row.kept_id, row.merged_id) for row in merges_in_sight(actor, everybody)]
    family = joined(client.id, lambda ids: [edge for edge in edges if edge[0] in ids or edge[1] in ids])
    put_away = {merged for kept, merged in edges if merged in family}
    face = min(family - put_away or family)
    return [face, *sorted(family - {face})]


def merges_in_sight(actor: Actor, clients: Iterable[UUID]) -> list[ClientMerge]:
    """Standing merges of some clients that an actor sees, the oldest first."""
    ids = list(clients)
    rows = ClientMerge.objects.filter(Q(kept_id__in=ids) | Q(merged_id__in=ids), unmerged_at=None)
    found = [row for row in rows.order_by("merged_at", "id") if _was_made_in_reach(actor, row)]
    ends = {end for row in found for end in (row.kept_id, row.merged_id)}
    seen = set(Client.objects.visible_to(actor).filter(id__in=ends).values_list("id", flat=True))
    return [row for row in found if {row.kept_id, row.merged_id} <= seen]


def merge_in_sight(actor: Actor, merge: ClientMerge) -> bool:
    """Whether an actor sees a merge, be it undone already."""
    seen = Client.objects.visible_to(actor).filter(id__in=[merge.kept_id, merge.merged_id]).count()
    return seen == 2 and _was_made_in_reach(actor, merge)


def merge_for(actor: Actor, merge_id: UUID) -> ClientMerge:
    found = ClientMerge.objects.filter(id=merge_id).first()
    if found is None or not merge_in_sight(actor, found):
        raise NotFound(Sentence("There is no such merge."))
    return found


def _was_made_in_reach(actor: Actor, merge: ClientMerge) -> bool:
    if actor.is_system or merge.is_everywhere:
        return True
    return any(
        grant.is_all_sites or {str(site_id) for site_id in grant.site_ids} & set(merge.sites)
        for grant in grants_with(actor, Permission.SEE_CLIENT_HISTORY)
        if grant.programme_id == merge.programme_id
    )


def joined(start: UUID, edges_of: Callable[[Collection[UUID]], Iterable[tuple[UUID, UUID]]]) -> set[UUID]:
    """Everybody who hangs together with a client by merges; `edges_of` tells the merges that name one of some."""
    family, fresh = {start}, {start}
    while fresh:
        reached = {end for edge in edges_of(fresh) for end in edge}
        fresh = reached - family
        family |= fresh
    return family


def description_for(actor: Actor, client: Client) -> ClientDescription:
    """The newest that the actor's own sites wrote down of a client; "not recorded" all over where they wrote nothing.

    Bands of another site are left out: that there are any tells that the person is known there.
    """
    rows = ClientDescription.objects.filter(
        within_reach(actor, Permission.SEE_CLIENT_HISTORY), client_id__in=ids_of(actor, client)
    )
    return rows.order_by("-described_at", "-id").first() or ClientDescription(client=client)


def state_for(actor: Actor, client: Client) -> ClientState | None:
    """What a client last said of their life at the actor's own sites; None where they said nothing there."""
    rows = ClientState.objects.filter(
        within_reach(actor, Permission.SEE_CLIENT_HISTORY), client_id__in=ids_of(actor, client)
    )
    return rows.order_by("-as_of", "-recorded_at", "-id").first()
