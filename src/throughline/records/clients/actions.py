"""Client codes become pseudonyms here, and nowhere else; clients are described, merged and unmerged."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.clients.models import (
    Client,
    ClientKey,
    ClientMerge,
    ClientSite,
    ClientState,
    CodeAttempt,
)
from throughline.records.foundation import new_id
from throughline.records.keyring import Purpose, ring
from throughline.records.programme.models import Programme, Site
from throughline.rules.access import (
    check_may_merge_clients,
    check_may_record_contact,
    check_may_see_client_history,
)
from throughline.rules.client_code import check_code
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.pseudonym import Pseudonym

GUESSING_WINDOW = timedelta(minutes=60)
GUESSES_FLAGGED = 20  # unknown codes looked up in the window by one account
GUESSES_REFUSED = 40


def pseudonym_of(programme: Programme, code: str, version: int | None = None) -> Pseudonym:
    """The keyed pseudonym of a client code in a programme. Invalid where the code does not follow its rule."""
    normal = check_code(code, pattern=programme.client_code_pattern, hint=programme.client_code_hint)
    keys = ring()
    key = keys.key(Purpose.PSEUDONYM, programme.id, version)
    digest = hmac.new(key, normal.encode(), hashlib.sha256).hexdigest()
    return Pseudonym(digest, keys.current if version is None else version)


@transaction.atomic
def identify_client(*, programme: Programme, site: Site, code: str, by: Actor, at: datetime) -> Client:
    """The client of a code, added where the programme does not know it yet; never says which of the two it was."""
    check_may_record_contact(by, programme.id, site.id)
    found = identify_clients(programme=programme, codes={code: [(site.id, at)]}, by=by, at=at)
    return Client.objects.get(id=found[code])


@transaction.atomic
def identify_clients(
    *, programme: Programme, codes: dict[str, list[tuple[UUID, datetime]]], by: Actor, at: datetime
) -> dict[str, UUID]:
    """Code as written -> client id, for many codes at once, each with the (site, time) pairs at which it was met.

    Adds unknown clients, keeps known ones, and gives a client known under an older key its pseudonym under the
    current one. One audit event tells how many were added.
    """
    for site_id in {site_id for met in codes.values() for site_id, _ in met}:
        check_may_record_contact(by, programme.id, site_id)
    versions = sorted(ring().masters, reverse=True)
    by_version = {v: {code: pseudonym_of(programme, code, v).value for code in codes} for v in versions}
    known = _known(programme.id, by_version)
    added: dict[str, Client] = {}
    new_keys: list[ClientKey] = []
    owner: dict[str, UUID] = {}
    current = versions[0]
    for code in codes:
        value = by_version[current][code]
        client_id = owner.get(value) or known.get((current, value))
        if client_id is None:
            older = (known.get((v, by_version[v][code])) for v in versions[1:])
            client_id = next((found for found in older if found), None)
            if client_id is None:
                added[value] = Client(id=new_id(), programme=programme, added_at=at)
                client_id = added[value].id
            new_keys.append(
                ClientKey(programme=programme, client_id=client_id, key_version=current, pseudonym=value)
            )
        owner[value] = client_id
    Client.objects.bulk_create(added.values(), batch_size=500)
    ClientKey.objects.bulk_create(new_keys, batch_size=500)
    found = {code: owner[by_version[current][code]] for code in codes}
    _note_sites(programme, ((found[code], met) for code, met in codes.items()))
    if new_keys:
        event = Event.CLIENT_ADDED if added else Event.CLIENT_KEY_ADDED
        audit.record(event, target=programme, programme_id=programme.id, by=by, at=at, count=len(new_keys))
    return found


def _known(programme_id: UUID, by_version: dict[int, dict[str, str]]) -> dict[tuple[int, str], UUID]:
    known: dict[tuple[int, str], UUID] = {}
    for version, values in by_version.items():
        wanted = list(set(values.values()))
        for start in range(0, len(wanted), 500):
            rows = ClientKey.objects.filter(
                programme_id=programme_id, key_version=version, pseudonym__in=wanted[start : start + 500]
            )
            known |= {(version, value): pk for value, pk in rows.values_list("pseudonym", "client_id")}
    return known


def _note_sites(programme: Programme, met: Iterable[tuple[UUID, list[tuple[UUID, datetime]]]]) -> None:
    first: dict[tuple[UUID, UUID], datetime] = {}
    for client_id, pairs in met:
        for site_id, when in pairs:
            key = (client_id, site_id)
            first[key] = min(when, first.get(key, when))
    ClientSite.objects.bulk_create(
        (
            ClientSite(programme=programme, client_id=client_id, site_id=site_id, first_met_at=when)
            for (client_id, site_id), when in first.items()
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


def look_up_client(*, programme: Programme, code: str, by: Actor, at: datetime) -> UUID | None:
    """Whether the actor's sites know a code, and as whom: a sensitive read. Guessing is flagged, then refused."""
    check_may_see_client_history(by, programme.id)
    with transaction.atomic():
        since = at - GUESSING_WINDOW
        guesses = CodeAttempt.objects.filter(account_id=by.id, at__gt=since, is_known=False).count()
        if guesses >= GUESSES_REFUSED:
            raise NotAllowed(
                Sentence("Too many unknown codes were looked up. Wait an hour, or ask your service manager.")
            )
        by_version = {v: {code: pseudonym_of(programme, code, v).value} for v in sorted(ring().masters)}
        matches = set(_known(programme.id, by_version).values())
        found = Client.objects.visible_to(by).filter(id__in=matches).first()
        CodeAttempt.objects.create(programme=programme, account_id=by.id, at=at, is_known=found is not None)
        if found is None:
            event = Event.CODE_GUESSING_FLAGGED if guesses + 1 >= GUESSES_FLAGGED else Event.CLIENT_LOOKED_UP
            audit.record(event, target=programme, programme_id=programme.id, by=by, at=at)
            return None
        audit.record(Event.CLIENT_LOOKED_UP, target=found, programme_id=programme.id, by=by, at=at)
        return found.merged_into_id or found.id


@transaction.atomic
def describe_client(
    *, client: Client, birth_year_band: str, gender: str, area: str, by: Actor, at: datetime
) -> Client:
    """Bands only: a code of the gender list, a band of birth years, a coarse area, or a kind of nothing each."""
    check_may_see_client_history(by, client.programme_id)
    Client.objects.filter(id=client.id).update(birth_year_band=birth_year_band, gender=gender, area=area)
    client.refresh_from_db()
    audit.record(Event.CLIENT_DESCRIBED, target=client, programme_id=client.programme_id, by=by, at=at)
    return client


@transaction.atomic
def record_client_state(
    *, client: Client, as_of: date, housing: str, smokes_crack: str, injects: str, by: Actor, at: datetime
) -> ClientState:
    """What a person says of their life at a day; each a code or a kind of nothing."""
    check_may_see_client_history(by, client.programme_id)
    row = ClientState.objects.create(
        programme_id=client.programme_id, client=client, as_of=as_of, housing=housing, smokes_crack=smokes_crack,
        injects=injects,
    )  # fmt: skip
    audit.record(Event.CLIENT_STATE_RECORDED, target=row, programme_id=client.programme_id, by=by, at=at)
    return row


@transaction.atomic
def merge_clients(*, kept: Client, merged: Client, by: Actor, at: datetime) -> ClientMerge:
    """Two clients are one person: nothing of either is changed, so that it can be undone."""
    check_may_merge_clients(by, kept.programme_id)
    if kept.id == merged.id or kept.programme_id != merged.programme_id:
        raise Invalid(Sentence("Choose two different clients of the same programme."))
    locked = Client.objects.select_for_update().filter(id__in=[kept.id, merged.id]).order_by("id")
    if any(client.merged_into_id for client in locked) or merged.merged.exists():
        raise Unready(Sentence("One of these clients is part of a merge already. Undo that one first."))
    row = ClientMerge.objects.create(
        programme_id=kept.programme_id, kept=kept, merged=merged, merged_at=at, merged_by=by.id
    )
    Client.objects.filter(id=merged.id).update(merged_into=kept)
    audit.record(Event.CLIENTS_MERGED, target=row, programme_id=kept.programme_id, by=by, at=at)
    return row


@transaction.atomic
def unmerge_clients(*, merge: ClientMerge, by: Actor, at: datetime) -> ClientMerge:
    check_may_merge_clients(by, merge.programme_id)
    changed = ClientMerge.objects.filter(id=merge.id, unmerged_at=None).update(
        unmerged_at=at, unmerged_by=by.id
    )
    if not changed:
        raise Unready(Sentence("This merge was undone already."))
    Client.objects.filter(id=merge.merged_id).update(merged_into=None)
    merge.refresh_from_db()
    audit.record(Event.CLIENTS_UNMERGED, target=merge, programme_id=merge.programme_id, by=by, at=at)
    return merge


@transaction.atomic
def note_history_read(*, client: Client, by: Actor, at: datetime) -> None:
    """Reading a client's history is an event, like writing to it."""
    check_may_see_client_history(by, client.programme_id)
    audit.record(Event.CLIENT_HISTORY_READ, target=client, programme_id=client.programme_id, by=by, at=at)
