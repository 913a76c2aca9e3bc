"""Freezing: one snapshot of the records becomes a folder of Parquet files with a manifest, and a line in the database.

The folder is made under another name and renamed when it is whole; a run that dies leaves a `.part-` folder, which the
next run removes. One freeze of a programme runs at a time: a lock that the system gives back when its holder dies.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from throughline.evaluation.manifest import FILE, Manifest, read_manifest
from throughline.evaluation.room import is_full
from throughline.records.audit.queries import write_heads
from throughline.records.keyring import Purpose, ring
from throughline.records.study.actions import record_freeze
from throughline.records.study.models import Freeze, Study
from throughline.records.study.queries import check_plans
from throughline.rules.access import check_may_freeze
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready

Progress = Callable[[str, int, int], None]
MEMORY_LIMIT = "192MB"  # of the engine; beyond it DuckDB spills to the freeze's folder
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
RESERVED = frozenset({"ledger", "rows", "work"})  # where the evaluation's addresses have something else
log = logging.getLogger(__name__)


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def freeze_study(*, study: Study, name: str, by: Actor, at: datetime, progress: Progress = silent) -> Freeze:
    """Freeze all that a study's programme recorded, under a name that is never used twice.

    `progress(stage, done, total)` is called as it goes. Raises NotAllowed; Invalid for a name that is none; Unready where
    the name is taken, a plan is not as it was locked, another freeze is running, or the disk is full: then nothing is left behind. Must not be called
    inside a transaction, whose rows a snapshot could not see.
    """
    check_may_freeze(by, study.programme_id)
    _check_name(study, name)
    if connection.in_atomic_block:
        raise Unready(Sentence("A freeze cannot be made inside another change."))
    check_plans(study)
    try:
        freeze = _make(study, name, by, at, progress)
    except Exception as error:
        if is_full(error):
            raise _failed("no space") from error
        raise
    write_heads(Path(settings.THROUGHLINE_WITNESS), at)
    progress("done", 1, 1)
    return freeze


def _make(study: Study, name: str, by: Actor, at: datetime, progress: Progress) -> Freeze:
    home = freezes_of(study)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _only_one(home):
        _remove_leftovers(home)
        part = home / f"{name}.part-{os.getpid()}"
        part.mkdir(mode=0o700)
        try:
            manifest = _make_files(study, part, progress)
            return _record(study, name, manifest, part, by, at)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


def freezes_of(study: Study) -> Path:
    """The folder of a programme's freezes."""
    return Path(settings.THROUGHLINE_FREEZES) / study.programme.slug


def folder_of(freeze: Freeze) -> Path:
    """Where the files of a freeze lie."""
    return freezes_of(freeze.study) / freeze.name


def _check_name(study: Study, name: str) -> None:
    if not NAME.fullmatch(name):
        raise Invalid(
            Sentence("The name of a freeze is small letters, digits and hyphens, such as 2026-03."),
            fields={"name": Sentence("Small letters, digits and hyphens.")},
        )
    if name in RESERVED:
        raise Invalid(
            Sentence("%(name)s is a word of the evaluation's own. Choose another name.", name=name),
            fields={"name": Sentence("This name is taken.")},
        )
    if Freeze.objects.filter(programme_id=study.programme_id, name=name).exists():
        raise Unready(Sentence("There is a freeze called %(name)s already. Choose another name.", name=name))


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    with (home / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Unready(
                Sentence("Another freeze of this programme is running. Wait until it has ended.")
            ) from error
        yield


def _remove_leftovers(home: Path) -> None:
    """Under the lock nobody else is writing: what is half-done is of a run that died."""
    for folder in home.glob("*.part-*"):
        log.warning("removing what a freeze that did not end left behind: %s", folder.name)
        shutil.rmtree(folder)


def _make_files(study: Study, part: Path, progress: Progress) -> Manifest:
    with _child() as child, _source(part, progress) as source:  # it loads while the database is copied
        _extract(child, _job(study, part, source), progress)
    _to_disk(part)
    return read_manifest(part)


def _job(study: Study, part: Path, source: Mapping[str, Any]) -> dict[str, Any]:
    """What the child is told, on its standard input: nothing of it is seen in a list of processes."""
    return {
        "source": source,
        "programme": study.programme_id.hex,
        "study": study.id.hex,
        "folder": str(part),
        "memory_limit": MEMORY_LIMIT,
        "ledger_key": ledger_key(study.programme_id).hex(),
    }


def ledger_key(programme_id: UUID) -> bytes:
    """Under which members have their numbers. The first version for good: they must be the same in every freeze."""
    keys = ring()
    return keys.key(Purpose.LEDGER, programme_id, min(keys.masters))


@contextmanager
def _source(part: Path, progress: Progress) -> Iterator[Mapping[str, Any]]:
    """What the child reads: a copy of SQLite's file, made on Django's own connection, or how to reach PostgreSQL."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        copy = part / "copy.sqlite3"
        os.close(os.open(copy, os.O_CREAT | os.O_WRONLY, 0o600))
        progress("copying", 0, 1)
        # Here, not at the top: it must be the library that Django opened the database with, which settings put in place.
        import sqlite3

        beside = sqlite3.connect(str(copy))
        try:
            with _unmapped():
                connection.connection.backup(beside)
            # Read from here on as it stands: no log, no shared memory beside it.
            beside.execute("PRAGMA journal_mode=DELETE")
        finally:
            beside.close()
        yield {"kind": "sqlite", "path": str(copy)}
        copy.unlink()
        return
    given = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    yield {
        "kind": "postgresql",
        "parameters": {word: str(given[key]) for word, key in names.items() if given.get(key)},
    }


@contextmanager
def _unmapped() -> Iterator[None]:
    """A whole file is read once: kept in this process's memory it would be as large as the file."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA mmap_size")
        (mapped,) = cursor.fetchone()
        cursor.execute("PRAGMA mmap_size=0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA mmap_size={int(mapped)}")


@contextmanager
def _child() -> Iterator[subprocess.Popen[str]]:
    """The process that extracts, apart; its standard input stays open, so that it stops when this process does."""
    child = subprocess.Popen(  # our own module, no shell
        [sys.executable, "-m", "throughline.evaluation.extract"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        try:
            yield child
        finally:
            child.kill()


def _extract(child: subprocess.Popen[str], job: Mapping[str, Any], progress: Progress) -> None:
    """Have the job done, to its end."""
    if child.stdin is None or child.stdout is None:
        raise Unready(Sentence("The freeze could not be started."))
    last = ""
    child.stdin.write(json.dumps(job) + "\n")
    child.stdin.flush()
    for line in child.stdout:
        told = json.loads(line)
        last = told["stage"]
        progress(last, told["done"], told["total"])
    if child.wait() != 0:
        raise _failed(last)


def _failed(stage: str) -> Unready:
    if stage == "no space":
        return Unready(
            Sentence(
                "The disk is full. Nothing was frozen; make room, or move THROUGHLINE_FREEZES, and try again."
            )
        )
    return Unready(
        Sentence(
            "The freeze stopped (%(stage)s). Nothing was frozen; try again.", stage=stage or "at its start"
        )
    )


def _to_disk(part: Path) -> None:
    """Everything has reached the disk before the folder gets its name."""
    for path in [*part.iterdir(), part]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _record(study: Study, name: str, manifest: Manifest, part: Path, by: Actor, at: datetime) -> Freeze:
    """The line in the database and the name of the folder come together: the rename is the transaction's last word."""
    final = part.parent / name
    if final.exists():
        # Files without a line: the machine went down between the two, or an older backup of the database is in use.
        final.rename(part.parent / f"{name}.unrecorded-{at:%Y%m%dT%H%M%S}")
        log.warning("set aside files of a freeze that the database does not know: %s", name)
    with transaction.atomic():
        freeze = record_freeze(
            study=study, name=name, content_hash=manifest.content_hash, rows=manifest.rows, by=by, at=at
        )
        part.rename(final)
    return freeze


def is_whole(folder: Path) -> bool:
    """Whether a folder holds a freeze that was finished: the manifest is written last."""
    return (folder / FILE).is_file()
