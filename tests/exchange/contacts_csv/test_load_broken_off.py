"""What is left of an import that was killed, or whose disk was full: nothing that anybody sees, and the next one works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from tests.cast import Cast
from throughline.exchange.contacts_csv.load import import_contacts
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.table.importing import FIRST_ROWS, ImportReport
from throughline.exchange.table.mapping import read_mapping
from throughline.records.engagement.models import Contact, KitLine
from throughline.records.programme.models import ImportRun
from throughline.vocabulary.errors import Unready

MAPPING = """\
name: killed
site: Harrowmere
route: service
when: {at: {column: t}}
client: {code: c}
"""
ROWS = 2_600

# Tells of each batch and, after the first, waits to be killed.
IMPORTER = """\
import sys, time
from datetime import datetime
import django
django.setup()
from throughline.exchange.contacts_csv.load import import_contacts
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.table.mapping import read_mapping
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor

def tell(done, of):
    print(done, of, flush=True)
    time.sleep(60)

import_contacts(
    data=open(sys.argv[1], "rb").read(), filename="log.csv", clock=lambda: datetime.fromisoformat(sys.argv[3]), progress=tell,
    mapping=read_mapping(open(sys.argv[2]).read(), "m", ContactMapping),
    programme=Programme.objects.get(slug="lantern"), by=Actor.system("command line"),
)
"""


def log_of(rows: int) -> bytes:
    lines = [f"2025-06-{1 + at % 28:02d} 09:{at % 60:02d},AB{10_000_000 + at % 900}F" for at in range(rows)]
    return "\n".join(["t,c", *lines]).encode()


def load(cast: Cast, now: datetime, data: bytes, rejects_path: Path | None = None) -> ImportReport:
    return import_contacts(
        data=data, filename="log.csv", mapping=read_mapping(MAPPING, "m", ContactMapping), programme=cast.programme,
        by=cast.alice.actor, clock=lambda: now, rejects_path=rejects_path,
    )  # fmt: skip


def database_url() -> str:
    """The test's own database, as the environment variable names it."""
    known = {key: quote(str(value), safe="") for key, value in connection.settings_dict.items()}
    if connection.vendor == "sqlite":
        return f"sqlite:{connection.settings_dict['NAME']}"
    return f"postgresql://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_import_killed_in_the_middle_leaves_nothing_visible_and_the_next_works(
    cast: Cast, now: datetime, tmp_path: Path
) -> None:
    (tmp_path / "log.csv").write_bytes(log_of(ROWS))
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "importer.py").write_text(IMPORTER)
    environment = os.environ | {
        "THROUGHLINE_DATABASE": database_url(),
        "THROUGHLINE_HOME": str(settings.THROUGHLINE_HOME),
        "DJANGO_SETTINGS_MODULE": "throughline.config.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    arguments = [str(tmp_path / name) for name in ("importer.py", "log.csv", "mapping.yaml")]
    with subprocess.Popen(
        [sys.executable, *arguments, now.isoformat()], stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{FIRST_ROWS} {ROWS}\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    killed = ImportRun.objects.get()
    assert (killed.state, Contact.objects.count()) == ("running", FIRST_ROWS)
    assert not Contact.objects.arrived().exists()
    assert not Contact.objects.visible_to(cast.alice.actor).exists()

    # at once: the dead process no longer holds its lock
    report = load(cast, now, log_of(ROWS))
    assert (report.imported, report.known, report.rejected) == (ROWS, 0, 0)
    assert Contact.objects.count() == Contact.objects.arrived().count() == ROWS
    killed.refresh_from_db()
    assert killed.state == "broken"
    assert load(cast, now, log_of(ROWS)).known == ROWS


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite  # of the disk that files lie on
def test_import_onto_a_full_disk_leaves_nothing_and_the_next_works(cast: Cast, now: datetime) -> None:
    fill, free = _disk()
    fill()
    try:
        with pytest.raises(Unready, match=r"disk is full: nothing of log\.csv was imported"):
            load(cast, now, log_of(ROWS))
    finally:
        free()
    assert not Contact.objects.arrived().exists()
    assert load(cast, now, log_of(ROWS)).imported == ROWS
    assert Contact.objects.count() == ROWS
    assert not KitLine.objects.exists()


@pytest.mark.sqlite  # of the disk that files lie on
def test_import_with_no_room_for_the_rejects_file_leaves_nothing(
    cast: Cast, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "rejects.csv"
    (tmp_path / f".rejects.csv.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(Unready, match="disk is full"):
        load(cast, now, log_of(3) + b"\nno date,AB10000001F\n", path)
    assert not Contact.objects.exists()
    assert not path.exists()
    assert ImportRun.objects.get().state == "broken"


def _disk() -> tuple[object, object]:
    """Ways to fill the database's disk and to free it again."""

    def run(*statements: str) -> object:
        def execute() -> None:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)

        return execute

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")  # else there is room in the pages of earlier tests
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
        return run(f"PRAGMA max_page_count={pages + 400}"), run("PRAGMA max_page_count=1073741823")
    return run(
        "CREATE FUNCTION full_disk() RETURNS trigger AS $$ BEGIN IF (SELECT count(*) FROM engagement_contact) > 2500"
        " THEN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER full_disk BEFORE INSERT ON engagement_contact FOR EACH ROW EXECUTE FUNCTION full_disk()",
    ), run("DROP TRIGGER full_disk ON engagement_contact", "DROP FUNCTION full_disk()")
