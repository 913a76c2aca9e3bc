"""Client codes become pseudonyms here, and nowhere else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Set
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count

from throughline.records.audit import actions as audit
from throughline.records.clients.models import (
    Client,
    ClientKey,
    CodeAttempt,
    LikelyDuplicate,
)
from throughline.records.clients.queries import face_of
from throughline.records.clients.queries.likely import named_already, seal_pair
from throughline.records.composed import Composed, Given
from throughline.records.inserting import insert
from throughline.records.keyring import Purpose, ring
from throughline.records.locking import hold_in_order
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import check_ring
from throughline.rules.access import (
    check_may_record_contact,
    check_may_see_client_history,
    holds,
)
from throughline.rules.client_code import check_code, one_apart
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, TooSoon
from throughline.vocabulary.events import Event
from throughline.vocabulary.pseudonym import Pseudonym

GUESSING_WINDOW = timedelta(minutes=60)
GUESSES_FLAGGED = 20  # codes new to its sites that one account looked up, or recorded, in the window
GUESSES_REFUSED = 40
ENTRIES_REFUSED = 120  # a service's first day: what happened at the counter must be recordable
AT_A_TIME = 500
TRYING = UUID("6f1c2a0e-4c1b-4d0e-9a67-2f0f4d1f5a11")  # of locks: an account's trying of codes


def pseudonym_of(programme: Programme, code: str, version: int | None = None) -> Pseudonym:
    """The keyed pseudonym of a client code in a programme. Invalid where the code does not follow its rule."""
    normal = check_code(code, pattern=programme.client_code_pattern, hint=programme.client_code_hint)
    keys = ring()
    key = keys.key(Purpose.PSEUDONYM, programme.id, version)
    digest = hmac.new(key, normal.encode(), hashlib.sha256).hexdigest()
    return Pseudonym(digest, keys.current if version is None else version)


def identify_client(*, programme: Programme, site: Site, code: str, by: Actor, at: datetime) -> UUID:
    """The client of a code entered at a site; added where the programme does not know it yet.

    Entering many codes that are new to one's own sites is what guessing looks like: it is flagged, then refused.
    Whether another site knows them makes no difference, here or in what comes back.
    """
    check_may_record_contact(by, programme.id, site.id)
    if by.is_system:
        return identify_clients(programme=programme, codes={code}, site_ids={site.id}, by=by, at=at)[code]
    # of the contact's own transaction: what is raised takes that back as well
    with transaction.atomic(savepoint=False):
        return _identify(programme, code, by, at)


def _identify(programme: Programme, code: str, by: Actor, at: datetime) -> UUID:
    entered = _guesses(by, at, is_entry=True)
    if entered >= ENTRIES_REFUSED:
        raise TooSoon(
            Sentence("Too many new codes were entered within an hour. Wait, or ask your service manager.")
        )
    check_ring(programme.id)
    known = _known(programme, [code])
    is_known = any(_met(by, programme.id)(client=client_id) for client_id in set(known.values()))
    found = _identified(programme, {code}, known, by, at)[code]
    insert([CodeAttempt(programme=programme, account_id=by.id, at=at, is_known=is_known, is_entry=True)])
    if (
        not is_known
    ):  # whom their own sites know was looked at before; whom others know is looked at as one who is new
        _note_likely(programme, {code: found})
    if not is_known and entered + 1 >= GUESSES_FLAGGED:
        audit.record(Event.CODE_GUESSING_FLAGGED, target=programme, programme_id=programme.id, by=by, at=at)
    return found


def _guesses(by: Actor, at: datetime, *, is_entry: bool) -> int:
    """How many codes new to its sites an account looked up, or entered, within the window.

    Until the transaction ends the account tries no other: several at once would each be the last one that is allowed.
    """
    hold_in_order([uuid5(TRYING, by.id)])
    found = _ATTEMPTS.one(account=by.id, since=at - GUESSING_WINDOW, is_entry=is_entry)
    return int(found[0]) if found else 0


_ATTEMPTS = Composed(
    lambda: (
        CodeAttempt.objects.filter(
            account_id=Given("account", CodeAttempt._meta.get_field("account_id")),
            at__gt=Given("since", CodeAttempt._meta.get_field("at")),
            is_entry=Given("is_entry", CodeAttempt._meta.get_field("is_entry")),
            is_known=False,
        )
        .values("account_id")
        .annotate(times=Count("id"))
        .values_list("times")
    )
)


def _matches(programme: Programme, code: str) -> set[UUID]:
    return set(_known(programme, [code]).values())


@lru_cache(maxsize=256)
def _met(by: Actor, programme_id: UUID) -> Composed:
    """Whom the actor may know of already: by history, or for who has none by recording at the same sites."""
    sees = holds(by, Permission.SEE_CLIENT_HISTORY, programme_id)
    permission = Permission.SEE_CLIENT_HISTORY if sees else Permission.RECORD_CONTACT
    return Composed(
        lambda: (
            Client.objects.met_where(by, permission)
            .filter(programme_id=programme_id, id=Given("client", Client._meta.get_field("id")))
            .values_list("id")
        )
    )


@transaction.atomic
def identify_clients(
    *, programme: Programme, codes: Set[str], site_ids: Set[UUID], by: Actor, at: datetime
) -> dict[str, UUID]:
    """Code as written -> client id, for many codes at once that were entered at some sites.

    Adds unknown clients with a pseudonym under every key version that is held, so that a process which has not seen
    the newest key yet finds them; gives a client known under an older key its pseudonym under the newer ones. One
    audit event tells how many pseudonyms were added.
    """
    for site_id in site_ids:
        check_may_record_contact(by, programme.id, site_id)
    check_ring(programme.id)
    known = _known(programme, codes)
    found = _identified(programme, codes, known, by, at)
    _note_likely(programme, {code: client for code, client in found.items() if code not in known})
    return found


def _identified(
    programme: Programme, codes: Set[str], known: Mapping[str, UUID], by: Actor, at: datetime
) -> dict[str, UUID]:
    versions = sorted(ring().masters, reverse=True)
    owner: dict[str, UUID] = {}  # newest pseudonym -> client: two ways of writing one code are one client
    # whom the only key found has a pseudonym under it
    is_only = len(versions) == 1
    held = {(one, versions[0]) for one in known.values()} if is_only else _versions_of(set(known.values()))
    added: list[Client] = []
    new_keys: list[ClientKey] = []
    found: dict[str, UUID] = {}
    for code in codes:
        values = {version: pseudonym_of(programme, code, version).value for version in versions}
        newest = values[versions[0]]
        if newest not in owner:
            client_id = known.get(code)
            if client_id is None:
                added.append(Client(programme=programme, added_at=at))
                client_id = added[-1].id
            owner[newest] = client_id
            new_keys += [
                ClientKey(programme=programme, client_id=client_id, key_version=version, pseudonym=value)
                for version, value in values.items()
                if (client_id, version) not in held
            ]
        found[code] = owner[newest]
    insert(added)
    insert(new_keys)
    if new_keys:
        event = Event.CLIENT_ADDED if added else Event.CLIENT_KEY_ADDED
        audit.record(event, target=programme, programme_id=programme.id, by=by, at=at, count=len(new_keys))
    return found


def _versions_of(client_ids: Set[UUID]) -> set[tuple[UUID, int]]:
    """Under which key versions clients have a pseudonym."""
    if len(client_ids) == 1:
        (one,) = client_ids
        return set(_VERSIONS(client=one))
    rows = ClientKey.objects.filter(client_id__in=client_ids)
    return set(rows.values_list("client_id", "key_version"))


def _known(programme: Programme, codes: Iterable[str]) -> dict[str, UUID]:
    """Code as written -> client, newest key first, for the codes that the programme knows."""
    known: dict[str, UUID] = {}
    for version in sorted(ring().masters):
        values = {code: pseudonym_of(programme, code, version).value for code in codes}
        wanted = sorted(set(values.values()))
        clients: dict[str, UUID] = {}
        if len(wanted) == 1:
            clients |= dict(_KEY(programme=programme.id, version=version, pseudonym=wanted[0]))
            wanted = []
        for start in range(0, len(wanted), AT_A_TIME):
            rows = ClientKey.objects.filter(
                programme_id=programme.id,
                key_version=version,
                pseudonym__in=wanted[start : start + AT_A_TIME],
            )
            clients |= dict(rows.values_list("pseudonym", "client_id"))
        known |= {code: clients[value] for code, value in values.items() if value in clients}
    return known


_VERSIONS = Composed(
    lambda: ClientKey.objects.filter(client_id=Given("client", Client._meta.get_field("id"))).values_list(
        "client_id", "key_version"
    )
)
_KEY = Composed(
    lambda: ClientKey.objects.filter(
        programme_id=Given("programme", Programme._meta.get_field("id")),
        key_version=Given("version", ClientKey._meta.get_field("key_version")),
        pseudonym=Given("pseudonym", ClientKey._meta.get_field("pseudonym")),
    ).values_list("pseudonym", "client_id")
)


def look_up_client(*, programme: Programme, code: str, by: Actor, at: datetime) -> UUID | None:
    """Whether the actor's sites know a code, and as whom: a sensitive read. Guessing is flagged, then refused."""
    check_may_see_client_history(by, programme.id)
    with transaction.atomic():
        guesses = _guesses(by, at, is_entry=False)
        if guesses >= GUESSES_REFUSED:
            raise TooSoon(
                Sentence("Too many unknown codes were looked up. Wait an hour, or ask your service manager.")
            )
        check_ring(programme.id)
        found = Client.objects.visible_to(by).filter(id__in=_matches(programme, code)).first()
        CodeAttempt.objects.create(
            programme=programme, account_id=by.id, at=at, is_known=found is not None, is_entry=False
        )
        if found is None:
            event = Event.CODE_GUESSING_FLAGGED if guesses + 1 >= GUESSES_FLAGGED else Event.CLIENT_LOOKED_UP
            audit.record(event, target=programme, programme_id=programme.id, by=by, at=at)
            return None
        audit.record(Event.CLIENT_LOOKED_UP, target=found, programme_id=programme.id, by=by, at=at)
        return face_of(by, found)


def find_in_emergency(programme: Programme, code: str, by: Actor, at: datetime) -> Client | None:
    """Part of opening a record: whom the programme knows by a code, wherever they were met. Guessing is flagged, then refused.

    Each counts as a code that is unknown to the actor's sites, known or not.
    """
    guesses = _guesses(by, at, is_entry=False)
    if guesses >= GUESSES_REFUSED:
        raise TooSoon(Sentence("Too many codes were tried. Wait an hour, or ask a data guardian."))
    check_ring(programme.id)
    found: Client | None = (
        Client.objects.filter(id__in=_matches(programme, code)).select_related("merged_into").first()
    )
    CodeAttempt.objects.create(programme=programme, account_id=by.id, at=at, is_known=False, is_entry=False)
    is_flagged = guesses + 1 >= GUESSES_FLAGGED
    event = Event.CODE_GUESSING_FLAGGED if is_flagged else Event.CLIENT_LOOKED_UP
    audit.record(event, target=programme, programme_id=programme.id, by=by, at=at)
    return found.merged_into or found if found else None


def _note_likely(programme: Programme, entered: Mapping[str, UUID]) -> None:
    """Keep which clients' codes are one element apart from those entered: it can be found only while a code is there.

    Nothing of it comes back to who enters the code: trying one would be trying all around it.
    """
    near: dict[str, list[UUID]] = {}
    for version in ring().masters:
        key = ring().key(Purpose.PSEUDONYM, programme.id, version)
        for code, client_id in entered.items():
            normal = check_code(code, pattern=programme.client_code_pattern, hint=programme.client_code_hint)
            for other in one_apart(normal, pattern=programme.client_code_pattern):
                near.setdefault(hmac.digest(key, other.encode(), "sha256").hex(), []).append(client_id)
    pairs = {
        (min(client_id, other_id), max(client_id, other_id))
        for pseudonym, other_id in _clients_of(programme, near)
        for client_id in near[pseudonym]
        if client_id != other_id
    }
    if len(entered) == 1:  # who comes with many others is new: no row names them
        pairs -= named_already(programme.id, pairs)
    LikelyDuplicate.objects.bulk_create(seal_pair(programme.id, *pair) for pair in pairs)


def _clients_of(programme: Programme, pseudonyms: Mapping[str, object]) -> Iterable[tuple[str, UUID]]:
    """The clients behind pseudonyms, of any key version: all of the programme's are looked through where many are asked for."""
    rows = ClientKey.objects.filter(programme_id=programme.id).values_list("pseudonym", "client_id")
    if len(pseudonyms) > AT_A_TIME * 4:
        return (row for row in rows.iterator(chunk_size=10_000) if row[0] in pseudonyms)
    wanted = sorted(pseudonyms)
    if 0 < len(wanted) <= AT_A_TIME:
        # the next power of two: few shapes of the question; a place that is left over asks for the last one again
        size = 1 << (len(wanted) - 1).bit_length()
        asked = {f"p{n}": wanted[min(n, len(wanted) - 1)] for n in range(size)}
        return _among(size)(programme=programme.id, **asked)
    parts = (wanted[start : start + AT_A_TIME] for start in range(0, len(wanted), AT_A_TIME))
    return [row for part in parts for row in rows.filter(pseudonym__in=part)]


@lru_cache(maxsize=16)
def _among(size: int) -> Composed:
    pseudonym: Any = ClientKey._meta.get_field("pseudonym")
    return Composed(
        lambda: ClientKey.objects.filter(
            programme_id=Given("programme", Programme._meta.get_field("id")),
            pseudonym__in=[Given(f"p{n}", pseudonym) for n in range(size)],
        ).values_list("pseudonym", "client_id")
    )
