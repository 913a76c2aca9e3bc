"""An installation of its own for tests of the command line: a folder, keys and a database, used by real processes.

On PostgreSQL (THROUGHLINE_DATABASE is set) each gets a database of its own on that server.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from tests import ready

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("THROUGHLINE_DATABASE", "")
IS_POSTGRES = SERVER.startswith("postgres")

COMMAND = "from throughline.cli.main import app\napp()"
# A password of the cast takes a third of a second to hash as in life; nobody guesses at these.
PREPARE = """
from django.conf import settings
from throughline.cli.place import prepare
prepare()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""

SEED = """
from datetime import UTC, datetime, timedelta
from tests.cast import make_cast
from throughline.records.engagement.actions import record_contact
from throughline.records.inquiry.actions import SourceDraft, add_source, open_analysis
from throughline.records.study.actions import create_study
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.study import Approach, SourceKind
cast = make_cast()
at = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
for day in range(12):
    draft = ContactDraft(cast.site.id, Route.SERVICE, at - timedelta(days=day), client_code="AB01021980F")
    record_contact(draft=draft, by=cast.bob.actor, at=at)
study = create_study(programme=cast.programme, title="Lantern study", design="site change", by=cast.chen.actor, at=at)
analysis = open_analysis(study=study, name="Talk", question="What helps?", approach=Approach.REFLEXIVE,
                         by=cast.rosa.actor, at=at)
draft = SourceDraft("I01", SourceKind.INTERVIEW, "I was met kindly.", b"I was met kindly.", "0" * 64, "txt")
add_source(analysis=analysis, draft=draft, by=cast.rosa.actor, at=at)
"""

COUNTS = """
import json
from django.db import connection
with connection.cursor() as cursor:
    counts = {}
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        counts[table] = cursor.fetchone()[0]
print(json.dumps(counts))
"""


@dataclass(frozen=True)
class Installation:
    """Where it lies; `database` is empty for the embedded one. `within`: a process whose disks its commands see."""

    home: Path
    database: str = ""
    within: int = 0

    @property
    def key_file(self) -> Path:
        return self.home / "keys" / "keys.json"

    @property
    def database_file(self) -> Path:
        return self.home / "throughline.sqlite3"

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
        kept |= {"THROUGHLINE_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "throughline.config.settings"}
        if self.database:
            kept["THROUGHLINE_DATABASE"] = self.database
        return kept | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "COLUMNS": "200"}

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        assert not self.within, "only a command that is run to its end sees another process's disks"
        command = [sys.executable, "-m", "throughline.cli.main", *words]
        return subprocess.Popen(
            command, env=self.environment() | more, text=True, cwd=self.home.parent, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def throughline(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; `more` are environment variables."""
        env = self.environment() | more
        return ready.run(COMMAND, *words, env=env, cwd=self.home.parent, within=self.within)

    def python(self, code: str) -> str:
        """Run code inside the installation and return what it prints."""
        done = ready.run(PREPARE + code, env=self.environment(), cwd=self.home.parent, within=self.within)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_python(self, code: str) -> subprocess.Popen[str]:
        """Run code inside the installation; its lines can be read while it runs, and it can be killed."""
        prepared = PREPARE + code
        return subprocess.Popen(
            [sys.executable, "-u", "-c", prepared], env=self.environment(), text=True, cwd=self.home.parent,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def counts(self) -> str:
        """Table -> rows, as JSON."""
        return self.python(COUNTS)

    def copied_to(self, home: Path) -> Installation:
        """Another installation with the same content. Nothing may be running on this one."""
        shutil.copytree(self.home, home)
        return Installation(home, _new_database(self.database) if self.database else "")

    def empty_beside(self, home: Path) -> Installation:
        """A place with nothing in it, on the same kind of database."""
        return Installation(home, _new_database() if self.database else "")


def new_place(home: Path) -> Installation:
    return Installation(home, _new_database() if IS_POSTGRES else "")


def make_installation(home: Path) -> Installation:
    """Set up by `throughline init`, with the cast, twelve contacts of one client and a source."""
    made = new_place(home)
    done = made.throughline("init", "--programme", "Harbour programme", "--organisation", "Harbour network")
    assert done.returncode == 0, done.stderr
    made.python(SEED)
    return made


def made_once(base: Path) -> Installation:
    """`make_installation`, once for all workers of a run; on a server once for each, where copies shut others out."""
    is_shared = "PYTEST_XDIST_WORKER" in os.environ and not IS_POSTGRES
    folder = base.parent if is_shared else base
    with (folder / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = folder / "made" / "database"
        if not ready.exists():
            shutil.rmtree(folder / "made", ignore_errors=True)  # of a worker that failed at it
            (folder / "made").mkdir()
            ready.write_text(make_installation(folder / "made" / "home").database)
        return Installation(folder / "made" / "home", ready.read_text())


def _new_database(template: str = "") -> str:
    import psycopg

    name = f"throughline_{uuid4().hex[:12]}"
    parts = urlsplit(SERVER)
    like = f' TEMPLATE "{urlsplit(template).path.lstrip("/")}"' if template else ""
    with psycopg.connect(
        host=unquote(parts.hostname or ""), user=unquote(parts.username or ""), dbname="postgres", autocommit=True
    ) as server:  # fmt: skip
        server.execute(f'CREATE DATABASE "{name}"{like}')
    return SERVER.replace(parts.path, f"/{name}")
