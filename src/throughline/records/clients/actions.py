"""Client codes become pseudonyms here, and nowhere else; clients are described, merged and unmerged."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Set
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.clients.models import (
    Client,
    ClientDescription,
    ClientKey,
    ClientMerge,
    ClientQuerySet,
    ClientState,
    CodeAttempt,
)
from throughline.records.inserting import insert
from throughline.records.keyring import Purpose, ring
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import areas_of, check_codes, check_ring
from throughline.rules.access import (
    check_may_describe_client,
    check_may_merge_clients,
    check_may_record_contact,
    check_may_see_client_history,
    holds,
)
from throughline.rules.client_code import check_code
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import Housing
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.pseudonym import Pseudonym
from throughline.vocabulary.referral import YesNo

GUESSING_WINDOW = timedelta(minutes=60)
GUESSES_FLAGGED = 20  # codes new to its sites that one account looked up, or recorded, in the window
GUESSES_REFUSED = 40
ENTRIES_REFUSED = 120  # a service's first day: what happened at the counter must be recordable
BIRTH_YEARS = re.compile(r"(19|20)[0-9]{2}-(19|20)[0-9]{2}")


def pseudonym_of(programme: Programme, code: str, version: int | None = None) -> Pseudonym:
    """The keyed pseudonym of a client code in a programme. Invalid where the code does not follow its rule."""
    normal = check_code(code, pattern=programme.client_code_pattern, hint=programme.client_code_hint)
    keys = ring()
    key = keys.key(Purpose.PSEUDONYM, programme.id, version)
    digest = hmac.new(key, normal.encode(), hashlib.sha256).hexdigest()
    return Pseudonym(digest, keys.current if version is None else version)


@transaction.atomic
def identify_client(*, programme: Programme, site: Site, code: str, by: Actor, at: datetime) -> UUID:
    """The client of a code entered at a site; added where the programme does not know it yet.

    Entering many codes that are new to one's own sites is what guessing looks like: it is flagged, then refused.
    Whether another site knows them makes no difference, here or in what comes back.
    """
    check_may_record_contact(by, programme.id, site.id)
    if by.is_system:
        return identify_clients(programme=programme, codes={code}, site_ids={site.id}, by=by, at=at)[code]
    entered = _guesses(by, at, is_entry=True)
    if entered >= ENTRIES_REFUSED:
        raise NotAllowed(
            Sentence("Too many new codes were entered within an hour. Wait, or ask your service manager.")
        )
    is_known = _met_where_recording(by, programme).filter(id__in=_matches(programme, code)).exists()
    found = identify_clients(programme=programme, codes={code}, site_ids={site.id}, by=by, at=at)[code]
    CodeAttempt.objects.create(programme=programme, account_id=by.id, at=at, is_known=is_known, is_entry=True)
    if not is_known and entered + 1 >= GUESSES_FLAGGED:
        audit.record(Event.CODE_GUESSING_FLAGGED, target=programme, programme_id=programme.id, by=by, at=at)
    return found


def _guesses(by: Actor, at: datetime, *, is_entry: bool) -> int:
    """How many codes new to its sites an account looked up, or entered, within the window."""
    return CodeAttempt.objects.filter(
        account_id=by.id, at__gt=at - GUESSING_WINDOW, is_known=False, is_entry=is_entry
    ).count()


def _matches(programme: Programme, code: str) -> set[UUID]:
    return set(_known(programme, [code]).values())


def _met_where_recording(by: Actor, programme: Programme) -> ClientQuerySet:
    """Whom the actor may know of already: by history, or for who has none by recording at the same sites."""
    sees = holds(by, Permission.SEE_CLIENT_HISTORY, programme.id)
    rows: ClientQuerySet = Client.objects.met_where(
        by, Permission.SEE_CLIENT_HISTORY if sees else Permission.RECORD_CONTACT
    )
    return rows.filter(programme_id=programme.id)


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
    versions = sorted(ring().masters, reverse=True)
    known = _known(programme, codes)
    owner: dict[str, UUID] = {}  # newest pseudonym -> client: two ways of writing one code are one client
    held: set[tuple[UUID, int]] = set(
        ClientKey.objects.filter(client_id__in=set(known.values())).values_list("client_id", "key_version")
    )
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


def _known(programme: Programme, codes: Iterable[str]) -> dict[str, UUID]:
    """Code as written -> client, newest key first, for the codes that the programme knows."""
    known: dict[str, UUID] = {}
    for version in sorted(ring().masters):
        values = {code: pseudonym_of(programme, code, version).value for code in codes}
        wanted = sorted(set(values.values()))
        clients: dict[str, UUID] = {}
        for start in range(0, len(wanted), 500):
            rows = ClientKey.objects.filter(
                programme_id=programme.id, key_version=version, pseudonym__in=wanted[start : start + 500]
            )
            clients |= dict(rows.values_list("pseudonym", "client_id"))
        known |= {code: clients[value] for code, value in values.items() if value in clients}
    return known


def look_up_client(*, programme: Programme, code: str, by: Actor, at: datetime) -> UUID | None:
    """Whether the actor's sites know a code, and as whom: a sensitive read. Guessing is flagged, then refused."""
    check_may_see_client_history(by, programme.id)
    with transaction.atomic():
        guesses = _guesses(by, at, is_entry=False)
        if guesses >= GUESSES_REFUSED:
            raise NotAllowed(
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
        return found.merged_into_id or found.id


@transaction.atomic
def describe_client(
    *, client: Client, site: Site, birth_year_band: str, gender: str, area: str, by: Actor, at: datetime
) -> Client:
    """Bands only: a code of the gender list, a band of birth years, a coarse area, or a kind of nothing each.

    It is shown to who may see histories at the site where it was written down, and to nobody else.
    """
    check_may_describe_client(by, client.programme_id, site.id)
    _check_in_sight(by, client)
    check_codes(client.programme_id, "gender", {gender})
    nothings = {kind.value for kind in Nothing}
    if birth_year_band not in nothings and not BIRTH_YEARS.fullmatch(birth_year_band):
        raise Invalid(Sentence("A band of birth years is written like 1980-1984, or is a kind of nothing."))
    if area not in nothings and area not in areas_of(client.programme_id):
        raise Invalid(Sentence("An area is one of those of the programme's sites, or a kind of nothing."))
    if site.programme_id != client.programme_id:
        raise Invalid(Sentence("A client is described at a site of their own programme."))
    said = {"birth_year_band": birth_year_band, "gender": gender, "area": area}
    Client.objects.filter(id=client.id).update(**said)
    row = ClientDescription(
        programme_id=client.programme_id, client=client, site=site, described_at=at, **said
    )
    ClientDescription.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["client", "site"], update_fields=[*said, "described_at"]
    )
    client.refresh_from_db()
    audit.record(Event.CLIENT_DESCRIBED, target=client, programme_id=client.programme_id, by=by, at=at)
    return client


@transaction.atomic
def record_client_state(
    *,
    client: Client,
    as_of: date,
    housing: Housing,
    smokes_crack: YesNo,
    injects: YesNo,
    by: Actor,
    at: datetime,
) -> ClientState:
    """What a person says of their life at a day; each a code or a kind of nothing."""
    check_may_see_client_history(by, client.programme_id)
    _check_in_sight(by, client)
    row = ClientState.objects.create(
        programme_id=client.programme_id, client=client, as_of=as_of, housing=housing.value,
        smokes_crack=smokes_crack.value, injects=injects.value,
    )  # fmt: skip
    audit.record(Event.CLIENT_STATE_RECORDED, target=row, programme_id=client.programme_id, by=by, at=at)
    return row


@transaction.atomic
def merge_clients(*, kept: Client, merged: Client, by: Actor, at: datetime) -> ClientMerge:
    """Two clients are one person: nothing of either is changed, so that it can be undone."""
    check_may_merge_clients(by, kept.programme_id)
    _check_in_sight(by, kept)
    _check_in_sight(by, merged)
    if kept.id == merged.id or kept.programme_id != merged.programme_id:
        raise Invalid(Sentence("Choose two different clients of the same programme."))
    locked = Client.objects.select_for_update(no_key=True).filter(id__in=[kept.id, merged.id]).order_by("id")
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
    _check_in_sight(by, client)
    audit.record(Event.CLIENT_HISTORY_READ, target=client, programme_id=client.programme_id, by=by, at=at)


def _check_in_sight(by: Actor, client: Client) -> None:
    """A client who was never met at one of the actor's sites is not found, whatever the role."""
    if not Client.objects.visible_to(by).filter(id=client.id).exists():
        raise NotFound(Sentence("There is no such client."))
