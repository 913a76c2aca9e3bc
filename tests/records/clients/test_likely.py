"""Clients alike: found when a code is entered, readable by nobody without the keys, in sight where both were met."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as configured
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import PASSWORD, START, SYSTEM, Cast
from tests.examples import examples
from tests.records.made import events
from throughline.records.accounts.actions import add_account
from throughline.records.clients import actions, queries
from throughline.records.clients.models import Client, ClientMerge, LikelyDuplicate
from throughline.records.clients.queries.likely import likely_for, likely_in
from throughline.records.engagement.actions import record_contact, record_contacts, withdraw_contact
from throughline.records.engagement.queries import contacts_of
from throughline.records.keyring import ring, save_ring
from throughline.records.programme.actions import grant_membership
from throughline.records.programme.models import Site
from throughline.records.programme.queries import actor_for
from throughline.rules.client_code import DEFAULT_PATTERN, one_apart
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import NotAllowed, NotFound, Unready
from throughline.vocabulary.roles import Role

pytestmark = pytest.mark.django_db
CODE = "QK17031979F"
ALIKE = {  # what slipped -> the code as it was written then
    "another initial": "QC17031979F", "another sex letter": "QK17031979M", "day and month": "QK03171979F",
    "a digit of the date": "QK17031978F", "initials turned round": "KQ17031979F",
}  # fmt: skip


def _met(site: Site, now: datetime, code: str = CODE, by: Actor = SYSTEM) -> Client:
    draft = ContactDraft(site_id=site.id, route=Route.SERVICE, device_time=now, client_code=code)
    client = record_contact(draft=draft, by=by, at=now).client
    assert client is not None
    return client


def _manager(cast: Cast, name: str, *sites: Site, all_sites: bool = False) -> Actor:
    account = add_account(
        programme_id=cast.programme.id,
        username=name,
        display_name=name,
        password=PASSWORD,
        by=SYSTEM,
        at=START,
    )
    grant_membership(
        account=account, organisation=cast.service, roles=[Role.SERVICE_MANAGER], sites=sites,
        is_all_sites=all_sites, from_on=START.date(), by=SYSTEM, at=START,
    )  # fmt: skip
    return actor_for(account, START.date() + timedelta(days=400))


def _ends(actor: Actor, client: Client) -> set[UUID]:
    return {pair.second for pair in likely_for(actor, client)}


@given(st.from_regex(DEFAULT_PATTERN, fullmatch=True, alphabet="ABCXYZ0123456789"))
@settings(max_examples=examples(25))
def test_one_apart_is_mutual_and_never_oneself(code: str) -> None:
    near = one_apart(code, pattern=DEFAULT_PATTERN)
    assert code not in near and len(near) < 160
    for other in list(near)[::17]:
        assert code in one_apart(other, pattern=DEFAULT_PATTERN)
        assert len(other) == len(code)


def test_likely_duplicates_are_found_at_entry_and_shown_where_both_were_met(
    cast: Cast, now: datetime
) -> None:
    """By hand or in an import, in any order; in sight of who may merge and met both, and told to nobody by anything else."""
    alike = {
        _met(cast.site, now, code).id for code in list(ALIKE.values())[:3]
    }  # before: each is one apart from the code alone
    drafts = [
        ContactDraft(site_id=cast.site.id, route=Route.SERVICE, device_time=now, client_code=code)
        for code in (CODE, *list(ALIKE.values())[3:], "AB01021980X")
    ]
    record_contacts(programme=cast.programme, drafts=drafts, import_run=None, by=SYSTEM, at=now)
    client_id = actions.look_up_client(programme=cast.programme, code=CODE, by=cast.bob.actor, at=now)
    assert client_id is not None
    client = queries.client_for(cast.alice.actor, client_id)
    for code in list(ALIKE.values())[3:]:
        found = actions.look_up_client(programme=cast.programme, code=code, by=cast.bob.actor, at=now)
        assert found is not None
        alike.add(found)
    assert _ends(cast.alice.actor, client) == alike
    assert {pair.first for pair in likely_for(cast.alice.actor, client)} == {client.id}
    assert {frozenset((one.first, one.second)) for one in likely_in(cast.alice.actor, cast.programme.id)} >= {
        frozenset((client.id, other)) for other in alike
    }
    before = LikelyDuplicate.objects.count()
    _met(cast.site, now, CODE)  # met again, and entered at another site: kept once
    _met(cast.other_site, now, CODE)
    assert LikelyDuplicate.objects.count() == before
    for who in ("bob", "priya", "dana", "ada", "stranger"):
        with pytest.raises(NotAllowed):
            likely_for(cast.everybody()[who], client)
    saltby = _manager(cast, "sol", cast.other_site)
    assert _ends(saltby, client) == set()  # the others are not known there
    _met(cast.other_site, now, ALIKE["another initial"])
    assert len(_ends(saltby, client)) == 1
    with connection.cursor() as cursor:  # what the data alone say of a pair: neither id, nor a moment
        cursor.execute("SELECT * FROM clients_likelyduplicate")
        stored = repr(cursor.fetchall())
    ids = [client.id, *alike]
    assert not any(one.hex in stored or str(one) in stored for one in ids) and "datetime" not in stored


def test_clients_kept_apart_are_not_proposed_again(cast: Cast, now: datetime) -> None:
    one, other = _met(cast.site, now), _met(cast.site, now, ALIKE["day and month"])
    actions.keep_clients_apart(first=other, second=one, by=cast.alice.actor, at=now)
    assert (likely_for(cast.alice.actor, one), likely_in(cast.alice.actor, cast.programme.id)) == ([], [])
    assert len(events("clients_kept_apart")) == 1
    actions.merge_clients(kept=one, merged=other, by=cast.alice.actor, at=now)
    with pytest.raises(Unready, match="Undo the merge"):
        actions.keep_clients_apart(first=other, second=one, by=cast.alice.actor, at=now)
    stranger = _met(cast.other_site, now, "AB01021980X")
    with pytest.raises(NotFound):
        actions.keep_clients_apart(first=one, second=stranger, by=cast.alice.actor, at=now)


def test_clients_kept_apart_stay_so_when_the_key_is_rotated(cast: Cast, now: datetime) -> None:
    """One of them is entered anew at a site that does not know them: the pair is looked for again, under the newer key."""
    one, other = _met(cast.site, now), _met(cast.site, now, ALIKE["day and month"])
    actions.keep_clients_apart(first=other, second=one, by=cast.alice.actor, at=now)
    before = ring()
    save_ring(before.rotated(), Path(configured.THROUGHLINE_KEY_FILE))
    try:
        saltby = _manager(cast, "sol", cast.other_site)
        assert _met(cast.other_site, now, by=saltby) == one
        third = _met(cast.other_site, now, ALIKE["another initial"], by=saltby)
        _met(cast.site, now, ALIKE["another initial"], by=cast.bob.actor)
        assert LikelyDuplicate.objects.filter(apart_at=None).count() == 1
        assert _ends(cast.alice.actor, one) == {third.id}, "and only whom nobody spoke of yet"
    finally:
        save_ring(before, Path(configured.THROUGHLINE_KEY_FILE))


def test_merge_is_in_sight_where_it_was_made_and_nowhere_else(cast: Cast, now: datetime) -> None:
    """Harrowmere merges two; Saltby met one of them, later both: nothing there changes, until its own manager merges."""
    alice, sol = cast.alice.actor, _manager(cast, "sol", cast.other_site)
    kept, merged = _met(cast.site, now), _met(cast.site, now, "RL02021990M")
    _met(cast.other_site, now, "RL02021990M")
    actions.merge_clients(kept=kept, merged=merged, by=alice, at=now)
    assert queries.client_for(alice, merged.id).id == kept.id and queries.ids_of(alice, kept) == [
        kept.id,
        merged.id,
    ]
    assert (
        queries.client_for(sol, merged.id).id == merged.id
    )  # the older leak: here it was `kept`, met elsewhere alone
    assert actions.look_up_client(programme=cast.programme, code="RL02021990M", by=sol, at=now) == merged.id
    with pytest.raises(NotFound):
        queries.client_for(sol, kept.id)
    only_there = _met(cast.other_site, now)
    assert only_there.id == kept.id
    assert [len(contacts_of(sol, queries.client_for(sol, one))) for one in (kept.id, merged.id)] == [1, 1]
    mine = actions.merge_clients(
        kept=merged, merged=kept, by=sol, at=now
    )  # nothing says that it stands elsewhere
    assert queries.client_for(sol, kept.id).id == merged.id
    assert len(contacts_of(sol, queries.client_for(sol, kept.id))) == 2
    with pytest.raises(NotFound):
        actions.unmerge_clients(merge=ClientMerge.objects.exclude(id=mine.id).get(), by=sol, at=now)
    actions.unmerge_clients(merge=mine, by=sol, at=now)
    assert queries.ids_of(sol, kept) == [kept.id]
    assert {c.merged_into_id for c in Client.objects.filter(id__in=[kept.id, merged.id])} == {None, kept.id}
    everywhere = _manager(cast, "eva", all_sites=True)
    assert queries.ids_of(everywhere, merged) == [kept.id, merged.id]
    for contact in contacts_of(everywhere, kept):
        if contact.client_id == kept.id and contact.site_id == cast.site.id:
            withdraw_contact(contact=contact, base_version=1, by=SYSTEM, at=now)
    assert queries.client_for(alice, merged.id).id == merged.id  # the kept one is out of sight here again


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 4)), max_size=10))
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everybody_merged_points_at_one(
    cast: Cast, now: datetime, steps: list[tuple[bool, int, int]]
) -> None:
    """Any order of merging and unmerging: one client of each joined group is merged into nobody, the others into it."""
    people = [_met(cast.site, now, f"AB0102198{number}X") for number in range(5)]
    ClientMerge.objects.all().delete()
    Client.objects.update(merged_into=None)
    standing: list[ClientMerge] = []
    for is_merge, one, other in steps:
        if is_merge and one != other and people[other].id not in queries.ids_of(SYSTEM, _fresh(people[one])):
            standing.append(
                actions.merge_clients(kept=people[one], merged=people[other], by=cast.alice.actor, at=now)
            )
        elif not is_merge and standing:
            actions.unmerge_clients(merge=standing.pop(one % len(standing)), by=cast.alice.actor, at=now)
    groups = [{person.id} for person in people]
    for merge in standing:
        both = [group for group in groups if merge.kept_id in group or merge.merged_id in group]
        groups = [group for group in groups if group not in both] + [set().union(*both)]
    for group in groups:
        rows = Client.objects.filter(id__in=group)
        (root,) = [row.id for row in rows if row.merged_into_id is None]
        assert {row.merged_into_id for row in rows if row.id != root} <= {root}
        assert {queries.face_of(cast.bob.actor, row) for row in rows} == {root} or len(group) > 2
        assert all(set(queries.ids_of(cast.bob.actor, row)) == group for row in rows)


def _fresh(client: Client) -> Client:
    client.refresh_from_db()
    return client
