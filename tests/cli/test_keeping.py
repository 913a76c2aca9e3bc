"""backup, restore and keys, as real processes on a real database."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests.installation import IS_POSTGRES, Installation

pytestmark = pytest.mark.slow
of_files = pytest.mark.sqlite  # keys and files: the database has no part in it
PASSPHRASE = "five words are quite enough"

LOOK_UP = """
from datetime import UTC, datetime
from throughline.records.accounts.models import Account
from throughline.records.clients.actions import look_up_client
from throughline.records.engagement.queries import contacts_of
from throughline.records.clients.queries import client_for
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import actor_for
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import text_of
at = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
bob = actor_for(Account.objects.get(username="bob"), at.date())
found = look_up_client(programme=Programme.objects.get(slug="lantern"), code="AB01021980F", by=bob, at=at)
print(len(contacts_of(bob, client_for(bob, found))))
rosa = actor_for(Account.objects.get(username="rosa"), at.date())
print(text_of(rosa, Source.objects.get(), at))
"""


# On the first installation, after its backup: a phone records a contact and corrects it, and keeps both in its log.
AFTERWARDS = """
import json
from datetime import UTC, datetime
from tests.exchange.device_event.phones import Phone, wire
from throughline.records.accounts.actions import register_device
from throughline.records.accounts.models import Account
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import actor_for, epoch
now, bob = datetime.now(UTC), Account.objects.get(username="bob")
phone = Phone(Programme.objects.get(slug="lantern"), Site.objects.get(name="Harrowmere"), bob, actor_for(bob))
register_device(programme_id=phone.programme.id, site_id=phone.site.id, account=bob, device_id=phone.id, by=phone.actor, at=now)
contact = phone.event("contact", now)
contact["contact"]["client_code"] = "AB01021980F"
told = [contact, phone.event("correction", now, contact_id=contact["id"], after=contact["id"], why="told_later",
                             keeps_client=True, contact=phone.contact(now, place="street"))]
sealed = [phone.sealed(one) for one in told]
assert {one.state for one in phone.send(*sealed, at=now).answers} == {"accepted"}
print(epoch())
print(json.dumps([wire(one) for one in sealed]))
"""
# On the restored one: it has another epoch, the phone registers anew and offers its log, twice.
OFFERED = """
import json
from django.test import Client
from throughline.records.accounts.models import Account
from throughline.records.engagement.models import Contact
from throughline.records.programme.models import Site
log = json.loads({log!r})
device = log[0]["device_id"]
browser = Client(headers={{"host": "localhost"}})
browser.force_login(Account.objects.get(username="bob"))
def post(path, body):
    return browser.post("/api/recorder/" + path, body, content_type="application/json")
hello = browser.get("/api/recorder/hello?device_id=" + device).json()
sending = {{"device_id": device, "device_time": hello["server_time"], "epoch": None, "events": log[::-1]}}
answers = [hello["device"]["state"], post("events", sending).status_code]
answers.append(post("devices", {{"device_id": device, "site_id": str(Site.objects.get(name="Harrowmere").id)}}).status_code)
answers += [sorted({{one["state"] for one in post("events", sending).json()["answers"]}}) for _ in range(2)]
row = Contact.objects.get(id=log[0]["id"])
found = [row.version, row.place, row.client_id is not None, Contact.objects.count()]
print(json.dumps([hello["epoch"], answers, found]))
"""


EVERY_ROW = """
from django.db import connection
with connection.cursor() as cursor:
    for table in connection.introspection.table_names():
        cursor.execute(f'SELECT * FROM "{table}"')
        for row in cursor.fetchall():
            print([bytes(value) if isinstance(value, memoryview) else value for value in row])
"""


@pytest.fixture(scope="module")
def passphrase(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("passphrase") / "file"
    path.write_text(PASSPHRASE + "\n")
    return str(path)


@pytest.fixture(scope="module")
def kept(
    made: Installation, tmp_path_factory: pytest.TempPathFactory, passphrase: str
) -> tuple[Installation, Path, Path, str]:
    """An installation with a file of a freeze, its backup, its key export, and its rows as they were."""
    place = tmp_path_factory.mktemp("kept")
    source = made.copied_to(place / "home")
    folder = source.home / "freezes" / "lantern" / "march"
    folder.mkdir(parents=True)
    (folder / "contact.parquet").write_bytes(b"PAR1" * 1000)
    (folder.parent / ".lock").write_bytes(b"")
    (folder.parent / "april.part-77").mkdir()
    (folder.parent / "april.part-77" / "half").write_bytes(b"half")
    counts = source.counts()
    backup, keys = place / "b.tlbackup", place / "k.tlkeys"
    for words in (("backup", str(backup)), ("keys", "export", str(keys), "--passphrase-file", passphrase)):
        done = source.throughline(*words)
        assert done.returncode == 0, done.stderr
    return source, backup, keys, counts


def _restored(kept: tuple[Installation, Path, Path, str], home: Path, passphrase: str) -> Installation:
    source, backup, keys, _ = kept
    target = source.empty_beside(home)
    home.mkdir()
    done = target.throughline("keys", "import", str(keys), "--passphrase-file", passphrase)
    assert done.returncode == 0, done.stderr
    done = target.throughline("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert "The audit chain holds" in done.stdout
    return target


def test_restore_into_an_empty_place_gives_identical_counts_and_finds_a_known_client(
    kept: tuple[Installation, Path, Path, str], tmp_path: Path, passphrase: str
) -> None:
    target = _restored(kept, tmp_path / "new", passphrase)
    assert json.loads(target.counts()) == json.loads(kept[3])
    assert target.python(LOOK_UP).split("\n")[:2] == ["12", "I was met kindly."]
    assert (target.home / "freezes/lantern/march/contact.parquet").read_bytes() == b"PAR1" * 1000
    assert sorted(p.name for p in (target.home / "freezes/lantern").iterdir()) == ["march"]
    assert target.throughline("audit", "verify").returncode == 1  # a new place has no witness yet
    assert target.throughline("heads").returncode == 0
    verified = target.throughline("audit", "verify")
    assert verified.returncode == 0, verified.stderr
    again = target.throughline("restore", str(kept[1]))
    assert again.returncode == 5
    assert "There are records here already" in again.stderr
    # What was recorded since the backup lies on a phone, whose log brings it back, once.
    epoch, log = kept[0].python(AFTERWARDS).splitlines()
    other, answers, found = json.loads(target.python(OFFERED.format(log=log)))
    assert other != epoch
    assert answers == ["unknown", 409, 201, ["accepted"], ["already"]]
    assert found == [2, "street", True, 13]
    # New rows get numbers of their own: sequences were set behind the restored rows.
    added = target.throughline("user", "add", "eve", "--name", "Eve", "--organisation", "Harbour network", "--role",
                               "administrator", "--all-sites", "--programme", "harbour-programme")  # fmt: skip
    assert added.returncode == 0, added.stderr


def test_backup_header_names_key_versions_and_holds_no_key(
    kept: tuple[Installation, Path, Path, str],
) -> None:
    source, backup, keys, _ = kept
    content = backup.read_bytes()
    header = json.loads(content.split(b"\n")[1])
    assert list(header["keys"]) == ["1"]
    ring = json.loads(source.key_file.read_text())["ring"]
    secret = ring.partition(":")[2].encode()
    (source_key,) = (source.home / "keys" / "sources").glob("*.key")
    places = [content, keys.read_bytes()]
    if IS_POSTGRES:
        places.append(source.python(EVERY_ROW).encode())
    apart = source.home / "keys"
    files = [path for path in source.home.rglob("*") if path.is_file() and apart not in path.parents]
    assert IS_POSTGRES or source.database_file in files
    places += [path.read_bytes() for path in files]
    for words in (("audit", "verify"), ("heads",), ("restore", str(backup)), ("keys", "import", str(keys))):
        done = source.throughline(*words, THROUGHLINE_DEBUG="1")  # what is said and logged, in refusals too
        places.append((done.stdout + done.stderr).encode())
    import base64

    for needle in (secret, base64.urlsafe_b64decode(secret), source_key.read_bytes(), b"AB01021980F"):
        assert all(needle not in place for place in places)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_restore_without_keys_names_the_versions(
    kept: tuple[Installation, Path, Path, str], tmp_path: Path
) -> None:
    target = kept[0].empty_beside(tmp_path / "new")
    target.home.mkdir()
    done = target.throughline("restore", str(kept[1]))
    assert done.returncode == 5
    assert "needs key version 1" in done.stderr
    assert not (target.home / "throughline.sqlite3").exists()


@of_files
def test_restore_altered_backup_leaves_nothing(
    kept: tuple[Installation, Path, Path, str], tmp_path: Path, passphrase: str
) -> None:
    source, backup, keys, _ = kept
    target = source.empty_beside(tmp_path / "new")
    target.home.mkdir()
    assert target.throughline("keys", "import", str(keys), "--passphrase-file", passphrase).returncode == 0
    content = bytearray(backup.read_bytes())
    content[-200] ^= 1
    (tmp_path / "altered").write_bytes(content)
    (tmp_path / "cut").write_bytes(backup.read_bytes()[:-1000])
    (tmp_path / "other").write_bytes(b"something else entirely")
    for name in ("altered", "cut", "other"):
        done = target.throughline("restore", str(tmp_path / name))
        assert done.returncode == 6, done.stderr
        assert "Traceback" not in done.stderr
        assert sorted(p.name for p in target.home.iterdir()) == ["keys"]
    done = target.throughline("restore", str(backup))
    assert done.returncode == 0, done.stderr


@of_files
def test_restore_killed_half_way_can_be_done_again(
    kept: tuple[Installation, Path, Path, str], tmp_path: Path, passphrase: str
) -> None:
    source, backup, keys, _ = kept
    target = source.empty_beside(tmp_path / "new")
    stage = target.home / "freezes" / ".restore"
    stage.mkdir(parents=True)
    (stage / "half").write_bytes(b"")
    (target.home / "freezes" / "lantern").mkdir()  # placed before the database was: what a kill leaves
    target.home.joinpath("throughline.sqlite3.restore").write_bytes(b"half")
    assert target.throughline("keys", "import", str(keys), "--passphrase-file", passphrase).returncode == 0
    done = target.throughline("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert not stage.exists()


@of_files
def test_backup_over_a_file_is_refused(made: Installation, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("precious")
    done = made.throughline("backup", str(there))
    assert (done.returncode, there.read_text()) == (5, "precious")


def _amid_a_backup(place: Installation, target: Path) -> tuple[subprocess.Popen[str], Path]:
    """One that writes, and has long to go on; and the freeze's file that takes so long: all nothing, and no room on the disk."""
    long = place.home / "freezes" / "lantern" / "big" / "0.parquet"
    long.parent.mkdir(parents=True)
    long.touch()
    os.truncate(long, 2**30)
    child, part = place.start("backup", str(target)), target.with_name(target.name + ".part")
    until = time.monotonic() + 300
    while not part.exists() or part.stat().st_size < 2_000_000:
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    return child, long


def test_backup_killed_leaves_no_file(mine: Installation, tmp_path: Path) -> None:
    """The next run works."""
    target, part = tmp_path / "b.tlbackup", tmp_path / "b.tlbackup.part"
    child, long = _amid_a_backup(mine, target)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert part.exists()
    assert not target.exists()
    long.write_bytes(b"small")
    done = mine.throughline("backup", str(target))
    assert done.returncode == 0, done.stderr
    assert not part.exists()
    assert not list(mine.home.glob(".backup-copy-*"))


@of_files
def test_backup_interrupted_leaves_nothing(mine: Installation, tmp_path: Path) -> None:
    target, part = tmp_path / "b.tlbackup", tmp_path / "b.tlbackup.part"
    child, _ = _amid_a_backup(mine, target)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=300)
    assert child.returncode == 130, err
    assert err.strip() == "Interrupted. Nothing was left half-done."
    assert not part.exists()
    assert not target.exists()


@of_files
def test_backup_on_a_full_disk_says_so_and_leaves_nothing(made: Installation) -> None:
    """/dev/full answers every write as a full disk does; a name beside it cannot be made either."""
    done = made.throughline("backup", "/dev/full/b.tlbackup")
    assert done.returncode == 5
    assert "Traceback" not in done.stderr


@of_files
def test_keys_with_wrong_passphrase_or_file_are_refused(
    kept: tuple[Installation, Path, Path, str], tmp_path: Path
) -> None:
    source, backup, keys, _ = kept
    target = source.empty_beside(tmp_path / "new")
    target.home.mkdir()
    wrong = tmp_path / "wrong"
    wrong.write_text("another five words here\n")
    for file, sentence in (
        (keys, "passphrase is another"),
        (backup, "no key export"),
        (tmp_path / "no", "no such file"),
    ):
        done = target.throughline("keys", "import", str(file), "--passphrase-file", str(wrong))
        assert done.returncode in (5, 6)
        assert sentence in done.stderr
    assert list(target.home.iterdir()) == []


@of_files
def test_keys_import_over_other_keys_is_refused(
    kept: tuple[Installation, Path, Path, str], tmp_path: Path, passphrase: str
) -> None:
    target = Installation(tmp_path / "new")
    target.home.mkdir()
    target.python(
        "from throughline.records.keyring import *\nsave_ring(KeyRing.new(), Path(settings.THROUGHLINE_KEY_FILE))"
    )
    before = target.key_file.read_bytes()
    done = target.throughline("keys", "import", str(kept[2]), "--passphrase-file", passphrase)
    assert done.returncode == 5
    assert "The keys here are others" in done.stderr
    assert target.key_file.read_bytes() == before


@of_files
def test_keys_import_does_not_bring_back_the_key_of_an_erased_source(
    mine: Installation, tmp_path: Path, passphrase: str
) -> None:
    keys = tmp_path / "k"
    assert mine.throughline("keys", "export", str(keys), "--passphrase-file", passphrase).returncode == 0
    mine.python(
        "from datetime import UTC, datetime\n"
        "from throughline.records.inquiry.actions import erase_source\n"
        "from throughline.records.inquiry.models import Source\n"
        "from throughline.vocabulary.actor import Actor\n"
        "erase_source(source=Source.objects.get(), by=Actor.system('command line'), at=datetime.now(UTC))"
    )
    assert not list((mine.home / "keys/sources").glob("*.key"))
    done = mine.throughline("keys", "import", str(keys), "--passphrase-file", passphrase)
    assert done.returncode == 0, done.stderr
    assert "1 keys of erased sources and of withdrawn answers were left out" in done.stdout
    assert not list((mine.home / "keys/sources").glob("*.key"))


def test_keys_rotate_keeps_known_clients_and_old_backups(mine: Installation, tmp_path: Path) -> None:
    assert mine.throughline("keys", "rotate").returncode == 0
    assert mine.python(LOOK_UP).split("\n")[:2] == ["12", "I was met kindly."]
    assert mine.throughline("heads").returncode == 0
    assert mine.throughline("audit", "verify").returncode == 0
    assert mine.throughline("backup", str(tmp_path / "b")).returncode == 0
    header = json.loads((tmp_path / "b").read_bytes().split(b"\n")[1])
    assert list(header["keys"]) == ["1", "2"]
    assert stat.S_IMODE(mine.key_file.stat().st_mode) == 0o600


SIGN_IN = """
from datetime import UTC, datetime
from django.test import Client
from throughline.records.accounts.actions import issue_sign_in_code
from throughline.records.accounts.models import Account
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
bob, client = Account.objects.get(username="bob"), Client()
client.force_login(bob)
issue_sign_in_code(
    programme_id=Programme.objects.get(slug="lantern").id, account=bob, by=Actor.system("command line"),
    at=datetime.now(UTC),
)
print(client.session.session_key)
"""
SIGNED_IN = """
from django.conf import settings
from django.test import Client
from throughline.records.accounts.models import SignInCode
client = Client(SERVER_NAME="localhost")
client.cookies[settings.SESSION_COOKIE_NAME] = "{session}"
print(client.get("/").status_code, SignInCode.objects.filter(used_at=None).count())
"""


@of_files
def test_restore_revives_no_session_and_no_one_time_code(
    mine: Installation, tmp_path: Path, passphrase: str
) -> None:
    session = mine.python(SIGN_IN).strip()
    assert mine.python(SIGNED_IN.format(session=session)).split() == ["200", "1"]
    backup, keys = tmp_path / "b.tlbackup", tmp_path / "k.tlkeys"
    assert mine.throughline("backup", str(backup)).returncode == 0
    assert mine.throughline("keys", "export", str(keys), "--passphrase-file", passphrase).returncode == 0
    target = _restored((mine, backup, keys, ""), tmp_path / "new", passphrase)
    assert target.python(SIGNED_IN.format(session=session)).split() == ["302", "0"]
