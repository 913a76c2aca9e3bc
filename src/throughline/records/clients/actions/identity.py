"""Names are kept where the person agreed, read one at a time, and destroyed when they no longer want it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.clients.actions.sharing import day_at
from throughline.records.clients.models import Client, EmergencyOpening, IdentityVault
from throughline.records.clients.queries import check_in_sight, ids_of
from throughline.records.clients.queries.guarded import check_open, identities_opened, identity_for
from throughline.records.foundation import new_id
from throughline.records.keyring import source_keys
from throughline.records.programme.models import Site
from throughline.rules.access import check_may_destroy_identity, check_may_keep_identity
from throughline.vocabulary.actor import Actor, ActorKind
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Sentence
from throughline.vocabulary.events import Event

LONGEST_NAME, LONGEST_PHONE = 120, 40
PHONE = re.compile(r"\+?[0-9 ()/.-]{4,40}")


@dataclass(frozen=True)
class Identity:
    """What a person wants to be called and reached by. In no repr."""

    name: str = field(repr=False)
    phone: str = field(default="", repr=False)


def keep_identity(
    *, client: Client, site: Site, identity: Identity, consented_on: date, by: Actor, at: datetime
) -> IdentityVault:
    """Keep a name, and a number if they like, of somebody who agreed to it; what was kept at the site before is destroyed.

    Its key goes once the new one is kept: should the database refuse after all, the old one opens still.
    """
    check_may_keep_identity(by, client.programme_id, site.id)
    pk = new_id()
    try:
        with transaction.atomic():
            row, before = _kept(pk, client, site, identity, consented_on, by, at)
    except BaseException:
        source_keys().take_back(pk)
        raise
    for old in before:
        source_keys().destroy(old)
    return row


def _kept(
    pk: UUID, client: Client, site: Site, identity: Identity, consented_on: date, by: Actor, at: datetime
) -> tuple[IdentityVault, list[UUID]]:
    """The new row, and those whose place it takes."""
    _check_person(by)
    check_in_sight(by, client)
    if site.programme_id != client.programme_id:
        raise Invalid(Sentence("A name is kept at a site of the client's own programme."))
    name, phone = " ".join(identity.name.split()), " ".join(identity.phone.split())
    _check_written(name, phone)
    if consented_on > day_at(site, at):
        raise Invalid(
            Sentence("They would agree in the future."), fields={"consented_on": Sentence("In the future.")}
        )
    Client.objects.select_for_update(no_key=True).get(id=client.id)  # two at once: one after the other
    before = list(
        IdentityVault.objects.filter(client_id__in=ids_of(by, client), site=site, withdrawn_at=None)
    )
    for old in before:
        _empty(old, by, at)
    sealed = source_keys().create(pk).encrypt(_packed(str(pk), name, phone))
    row = IdentityVault.objects.create(
        id=pk, programme_id=client.programme_id, client=client, site=site, consented_on=consented_on, sealed=sealed,
        written_at=at, written_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.IDENTITY_KEPT, target=row, programme_id=row.programme_id, site_id=site.id, by=by, at=at
    )
    return row, [old.id for old in before]


@transaction.atomic
def read_identity(
    *, vault: IdentityVault, emergency: EmergencyOpening | None = None, by: Actor, at: datetime
) -> Identity:
    """The name in the clear: to who keeps names at its site, or who has the record open in an emergency. Each time is noted."""
    _check_may_read(vault, emergency, by, at)
    _check_person(by)
    held = IdentityVault.objects.get(id=vault.id)
    if held.withdrawn_at is not None:
        raise NotFound(Sentence("No name is kept here."))
    try:
        cipher = source_keys().open(held.id)
    except NotFound:  # destroyed, and an older database was put back since
        raise NotFound(Sentence("No name is kept here.")) from None
    read = json.loads(cipher.decrypt(bytes(held.sealed)))
    if read["id"] != str(held.id):
        raise NotFound(Sentence("No name is kept here."))
    audit.record(
        Event.IDENTITY_READ, target=held, programme_id=held.programme_id, site_id=held.site_id, by=by, at=at,
        reason=emergency.kind if emergency else "",
    )  # fmt: skip
    return Identity(read["name"], read["phone"])


def destroy_identity(*, vault: IdentityVault, by: Actor, at: datetime) -> None:
    """The person wants no name kept any more. With the key every copy in a backup is closed for good.

    The key goes last. Broken off before that, it goes on the next day (`throughline tasks prune`).
    """
    check_may_destroy_identity(by, vault.programme_id, vault.site_id)
    with transaction.atomic():
        identity_for(by, vault.id)
        _empty(vault, by, at)
    source_keys().destroy(vault.id)


def _check_may_read(
    vault: IdentityVault, emergency: EmergencyOpening | None, by: Actor, at: datetime
) -> None:
    if emergency is None:
        check_may_keep_identity(by, vault.programme_id, vault.site_id)
        identity_for(by, vault.id)
        return
    check_open(by, emergency, at)
    if vault.id not in {one.id for one in identities_opened(emergency)}:
        raise NotFound(Sentence("No name is kept here."))


def _check_person(by: Actor) -> None:
    """A name is read and written by somebody, never by a program's own work."""
    if by.kind is not ActorKind.ACCOUNT:
        raise NotAllowed(Sentence("Names are kept and read by people who have signed in."))


def _check_written(name: str, phone: str) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(
            Sentence("Write what they want to be called, in %(most)s characters at most.", most=LONGEST_NAME),
            fields={"name": Sentence("Needed.")},
        )
    if phone and not PHONE.fullmatch(phone):
        raise Invalid(
            Sentence("A telephone number is written with digits, such as 07700 900123."),
            fields={"phone": Sentence("Not a telephone number.")},
        )


def _packed(pk: str, name: str, phone: str) -> bytes:
    """Padded, so that the length of what is sealed tells nothing of the name."""
    text = json.dumps({"id": pk, "name": name, "phone": phone}, ensure_ascii=False).encode()
    return text.ljust(1024)


def _empty(row: IdentityVault, by: Actor, at: datetime) -> None:
    IdentityVault.objects.filter(id=row.id).update(sealed=b"", withdrawn_at=at, withdrawn_by=by.id)
    audit.record(
        Event.IDENTITY_DESTROYED, target=row, programme_id=row.programme_id, site_id=row.site_id, by=by, at=at
    )
