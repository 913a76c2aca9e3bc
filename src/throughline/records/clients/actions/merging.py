"""Two clients found to be one, found not to be, or found to be two after all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.clients.models import Client, ClientMerge, LikelyDuplicate
from throughline.records.clients.queries import check_in_sight, family_of, joined, merge_in_sight
from throughline.records.clients.queries.likely import pairs_between, seal_pair
from throughline.records.programme.models import Programme
from throughline.rules.access import check_may_merge_clients, grants_with
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event


@transaction.atomic
def merge_clients(*, kept: Client, merged: Client, by: Actor, at: datetime) -> ClientMerge:
    """Two clients are one person: nothing of either is changed, so that it can be undone.

    Whether one of them is part of a merge that is not in the actor's sight makes no difference to them.
    """
    check_may_merge_clients(by, kept.programme_id)
    _check_two(by, kept, merged)
    _one_after_another(kept.programme_id)
    if merged.id in family_of(by, kept):
        raise Unready(Sentence("These two are one client already."))
    grants = [
        one for one in grants_with(by, Permission.MERGE_CLIENTS) if one.programme_id == kept.programme_id
    ]
    row = ClientMerge.objects.create(
        programme_id=kept.programme_id, kept=kept, merged=merged, merged_at=at, merged_by=by.id,
        sites=sorted({str(site_id) for grant in grants for site_id in grant.site_ids}),
        is_everywhere=by.is_system or any(grant.is_all_sites for grant in grants),
    )  # fmt: skip
    _join({kept.id, merged.id})
    audit.record(Event.CLIENTS_MERGED, target=row, programme_id=kept.programme_id, by=by, at=at)
    return row


@transaction.atomic
def unmerge_clients(*, merge: ClientMerge, by: Actor, at: datetime) -> ClientMerge:
    """Undo a merge that the actor sees; what others found of the same two stands."""
    check_may_merge_clients(by, merge.programme_id)
    _one_after_another(merge.programme_id)
    if not merge_in_sight(by, merge):
        raise NotFound(Sentence("There is no such merge."))
    changed = ClientMerge.objects.filter(id=merge.id, unmerged_at=None).update(
        unmerged_at=at, unmerged_by=by.id
    )
    if not changed:
        raise Unready(Sentence("This merge was undone already."))
    _join({merge.kept_id, merge.merged_id})
    merge.refresh_from_db()
    audit.record(Event.CLIENTS_UNMERGED, target=merge, programme_id=merge.programme_id, by=by, at=at)
    return merge


@transaction.atomic
def keep_clients_apart(*, first: Client, second: Client, by: Actor, at: datetime) -> LikelyDuplicate:
    """Two clients alike are two people: they are not proposed again."""
    check_may_merge_clients(by, first.programme_id)
    _check_two(by, first, second)
    if second.id in family_of(by, first):
        raise Unready(Sentence("These two are one client. Undo the merge first."))
    rows = pairs_between(first.programme_id, first.id, second.id)
    if not rows:
        rows = [seal_pair(first.programme_id, first.id, second.id)]
        LikelyDuplicate.objects.bulk_create(rows)
    LikelyDuplicate.objects.filter(id__in=[row.id for row in rows]).update(apart_at=at, apart_by=by.id)
    row = LikelyDuplicate.objects.get(id=rows[0].id)
    audit.record(Event.CLIENTS_KEPT_APART, target=row, programme_id=first.programme_id, by=by, at=at)
    return row


def _check_two(by: Actor, one: Client, other: Client) -> None:
    check_in_sight(by, one)
    check_in_sight(by, other)
    if one.id == other.id or one.programme_id != other.programme_id:
        raise Invalid(Sentence("Choose two different clients of the same programme."))


def _one_after_another(programme_id: UUID) -> None:
    """Merges of a programme wait for each other: each is joined to what stood before it."""
    Programme.objects.select_for_update(no_key=True).get(id=programme_id)


def _join(ends: set[UUID]) -> None:
    """Point everybody who is one with these at one of them, after a merge or its undoing."""
    left = set(ends)
    while left:
        family = joined(left.pop(), _standing)
        left -= family
        kept = _kept_of(family)
        Client.objects.filter(id=kept).update(merged_into=None)
        Client.objects.filter(id__in=family - {kept}).update(merged_into=kept)


def _standing(ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    rows = ClientMerge.objects.filter(unmerged_at=None).values_list("kept_id", "merged_id")
    wanted = list(ids)
    return [*rows.filter(kept_id__in=wanted), *rows.filter(merged_id__in=wanted)]


def _kept_of(family: set[UUID]) -> UUID:
    """The one whom no merge put into another; the first by id where there are several."""
    put_away = {merged for _, merged in _standing(family)}
    return min(family - put_away or family)
