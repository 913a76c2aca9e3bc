"""A name is kept where the person agreed, read by who meets them, one at a time, and gone when they want it gone."""

from __future__ import annotations

import ast
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from tests.cast import Cast
from tests.records.made import a_met_client, events
from throughline.exchange.key_export.dump import export_keys
from throughline.exchange.key_export.load import destroy_left_keys, import_keys
from throughline.records import keyring
from throughline.records.clients import actions
from throughline.records.clients.actions import Identity
from throughline.records.clients.models import Client, IdentityVault
from throughline.records.clients.queries.guarded import identities_of, identity_for
from throughline.records.keyring import SourceKeys, source_keys
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
SOMEBODY = Identity("Robin Vale", "07700 900123")
SOURCE = Path(__file__).resolve().parents[3] / "src" / "throughline"


@pytest.fixture
def client(cast: Cast, now: datetime) -> Client:
    return a_met_client(cast, now)


def keep(cast: Cast, client: Client, now: datetime, identity: Identity = SOMEBODY) -> IdentityVault:
    return actions.keep_identity(
        client=client, site=cast.site, identity=identity, consented_on=now.date(), by=cast.bob.actor, at=now
    )


def test_a_name_is_kept_sealed_and_each_reading_is_noted(
    cast: Cast, client: Client, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        vault = keep(cast, client, now)
        read = actions.read_identity(vault=vault, by=cast.bob.actor, at=now)
    assert (read.name, read.phone) == (SOMEBODY.name, SOMEBODY.phone)
    held = bytes(IdentityVault.objects.get().sealed)
    assert b"Robin" not in held and b"07700" not in held
    short = keep(cast, client, now, Identity("Al"))
    assert len(bytes(IdentityVault.objects.get(id=short.id).sealed)) == len(held)
    assert "Robin" not in caplog.text + repr(read) + repr(vault.__dict__)
    noted = [*events("identity_kept"), *events("identity_read")]
    assert [event.target_id for event in noted] == [str(vault.id), str(short.id), str(vault.id)]
    assert not any("Robin" in str(vars(event)) for event in noted)


@pytest.mark.parametrize(
    "name", ["alice", "priya", "omar", "chen", "rosa", "grace", "ada", "dana", "stranger"]
)
def test_only_who_meets_the_person_keeps_and_reads(
    cast: Cast, client: Client, now: datetime, name: str
) -> None:
    """Not even the service manager, whose way in is an emergency."""
    vault, actor = keep(cast, client, now), cast.everybody()[name]
    for tried in (
        lambda: actions.read_identity(vault=vault, by=actor, at=now),
        lambda: actions.keep_identity(
            client=client, site=cast.site, identity=SOMEBODY, consented_on=now.date(), by=actor, at=now
        ),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            tried()
    assert not events("identity_read")
    assert bool(identities_of(actor, client)) is (name == "alice")  # she may see that one is kept


@pytest.mark.parametrize("name", ["command line", "example", "emergency reading"])
def test_no_work_of_a_program_reads_a_name(cast: Cast, client: Client, now: datetime, name: str) -> None:
    vault = keep(cast, client, now)
    with pytest.raises(NotAllowed):
        actions.read_identity(vault=vault, by=Actor.system(name), at=now)


def test_a_new_number_destroys_the_old_one(cast: Cast, client: Client, now: datetime) -> None:
    old = keep(cast, client, now)
    new = keep(cast, client, now, Identity("Robin Vale", "07700 900999"))
    assert [one.id for one in identities_of(cast.bob.actor, client)] == [new.id]
    assert not bytes(IdentityVault.objects.get(id=old.id).sealed)
    with pytest.raises(NotFound):
        source_keys().open(old.id)
    assert actions.read_identity(vault=new, by=cast.bob.actor, at=now).phone == "07700 900999"


def test_destroyed_it_is_gone_from_backups_and_no_older_export_or_database_brings_it_back(
    cast: Cast, client: Client, now: datetime, tmp_path: Path
) -> None:
    """The database says what was destroyed; where that is older, the keys themselves do, and on another machine a newer export."""
    vault, keys = keep(cast, client, now), source_keys()
    before = IdentityVault.objects.filter(id=vault.id).values("sealed", "withdrawn_at", "withdrawn_by").get()
    file = keys.folder / f"{vault.id}.key"
    wrapped = file.read_bytes()
    given: dict[str, Any] = {"passphrase": "a long enough passphrase", "by": Actor.system("command line")}
    export_keys(path=tmp_path / "older", at=now, **given)
    actions.destroy_identity(vault=vault, by=cast.alice.actor, at=now)
    after = IdentityVault.objects.filter(id=vault.id).values("sealed", "withdrawn_at", "withdrawn_by").get()
    export_keys(path=tmp_path / "newer", at=now, **given)
    IdentityVault.objects.filter(id=vault.id).update(**before)
    assert import_keys(path=tmp_path / "older", **given).erased == 1
    with pytest.raises(NotFound):
        keys.open(vault.id).decrypt(bytes(before["sealed"]))
    with pytest.raises(NotFound, match="No name is kept here"):
        actions.read_identity(vault=vault, by=cast.bob.actor, at=now)
    file.with_suffix(".gone").unlink()  # another machine, with what the older export brought there
    file.write_bytes(wrapped)
    import_keys(path=tmp_path / "newer", **given)
    assert vault.id in keys.destroyed() and not file.exists()
    IdentityVault.objects.filter(id=vault.id).update(**after)
    for tried in (
        lambda: identity_for(cast.bob.actor, vault.id),
        lambda: actions.read_identity(vault=vault, by=cast.bob.actor, at=now),
        lambda: actions.destroy_identity(vault=vault, by=cast.bob.actor, at=now),
    ):
        with pytest.raises(NotFound):
            tried()
    assert [event.actor_id for event in events("identity_destroyed")] == [cast.alice.actor.id]


def test_what_is_not_kept_after_all_leaves_the_old_name_and_no_key(
    cast: Cast, client: Client, now: datetime
) -> None:
    old = keep(cast, client, now)
    held = source_keys().held()

    def is_full(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT INTO") and "audit_auditevent" in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(is_full):
        with pytest.raises(OperationalError):
            keep(cast, client, now, Identity("Robin Vale", "07700 900999"))
        with pytest.raises(OperationalError):
            actions.destroy_identity(vault=old, by=cast.alice.actor, at=now)
    assert source_keys().held() == held and old.id not in source_keys().destroyed()
    assert actions.read_identity(vault=old, by=cast.bob.actor, at=now).phone == "07700 900123"


def test_a_key_that_outlived_its_name_goes_the_next_day(cast: Cast, client: Client, now: datetime) -> None:
    vault = keep(cast, client, now)
    other = keep(cast, a_met_client(cast, now, "AB01021980M"), now)
    IdentityVault.objects.filter(id=vault.id).update(sealed=b"", withdrawn_at=now, withdrawn_by="x")
    assert destroy_left_keys() == 1 and destroy_left_keys() == 0
    assert other.id in source_keys().held() and vault.id in source_keys().destroyed()


def test_another_sites_name_is_not_there(cast: Cast, client: Client, now: datetime) -> None:
    vault = keep(cast, client, now)
    IdentityVault.objects.update(site=cast.other_site)
    assert identities_of(cast.bob.actor, client) == []
    for tried in (actions.read_identity, actions.destroy_identity):
        with pytest.raises((NotAllowed, NotFound)):
            tried(vault=IdentityVault.objects.get(id=vault.id), by=cast.bob.actor, at=now)


@pytest.mark.parametrize(
    ("identity", "field"), [(Identity(" "), "name"), (Identity("A", "ask at the shop"), "phone")]
)
def test_what_is_no_name_or_number_is_refused(
    cast: Cast, client: Client, now: datetime, identity: Identity, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        keep(cast, client, now, identity)
    assert field in refusal.value.fields and not IdentityVault.objects.exists()
    with pytest.raises(Invalid):
        actions.keep_identity(
            client=client, site=cast.site, identity=SOMEBODY, consented_on=now.date() + timedelta(days=2),
            by=cast.bob.actor, at=now,
        )  # fmt: skip


def test_names_are_known_to_the_clients_pages_alone() -> None:
    """No freeze, export, report, API or command imports them; the export of keys knows the ids of those destroyed."""
    knowing = set()
    for floor in ("evaluation", "exchange", "reporting", "api", "cli", "example"):
        for path in (SOURCE / floor).rglob("*.py"):
            names = {
                name.name
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.ImportFrom)
                for name in node.names
            }
            if names & {"IdentityVault", "read_identity", "Identity", "identities_of", "ids_destroyed"}:
                knowing.add(str(path.relative_to(SOURCE)))
    assert knowing == {"exchange/key_export/load.py"}


def test_a_key_whose_destruction_broke_off_goes_though_an_older_database_knows_nothing_of_it(
    cast: Cast, client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = keep(cast, client, now)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(SourceKeys, "take_back", broken_off)
        source_keys().destroy(vault.id)
    assert vault.id in source_keys().held() & source_keys().destroyed()
    assert destroy_left_keys() == 1 and vault.id not in source_keys().held()


def test_a_next_key_that_outlived_the_one_in_use_goes_too(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, pk = source_keys(), uuid4()
    keys.create(pk)
    keys.renew(pk)
    with monkeypatch.context() as patched:
        patched.setattr(keyring, "_shred", lambda path: path.unlink() if path.suffix == ".key" else None)
        keys.destroy(pk)
    assert pk in keys.renewing() and destroy_left_keys() == 1 and pk not in keys.renewing()


def broken_off(*_: object) -> None:
    raise KeyboardInterrupt
