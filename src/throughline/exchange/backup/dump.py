"""An installation becomes one encrypted file: whole or not at all, without stopping whoever records."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from throughline import __version__
from throughline.exchange.backup import embedded, server
from throughline.exchange.backup.disk import full_disk_told
from throughline.exchange.backup.document import FORMAT, PIECE, Header, Part, Summary
from throughline.exchange.backup.write import Writer
from throughline.exchange.new_file import check_new_file
from throughline.records.audit import actions as audit
from throughline.records.keyring import Purpose, ring
from throughline.records.programme.models import Programme
from throughline.rules.access import check_may_back_up
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.events import Event

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class BackedUp:
    """A backup that is whole and on the disk."""

    path: Path
    size: int  # bytes
    header: Header
    summary: Summary


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def back_up(*, path: Path, by: Actor, at: datetime, progress: Progress = silent) -> BackedUp:
    """Write everything but keys into `path`: the database as of one moment, and the freezes.

    Written beside it under another name, and renamed when it is whole. Keys are in no part of it: the header names the
    versions that are needed to open and use it. Raises NotAllowed, and Unready where the file is there already.
    """
    check_may_back_up(by)
    check_new_file(path)
    if connection.in_atomic_block:
        raise Unready(Sentence("A backup cannot be made inside another change."))
    header = _header(at)
    part = path.with_name(f"{path.name}.part")
    with _only_writer(part) as file:
        writer = Writer(file, header, ring().key(Purpose.BACKUP, version=header.key_version))
        summary = _write(writer, progress)
        writer.finish(summary)
        file.flush()
        os.fsync(file.fileno())
        # Before the file has its name: a copy of everything that nobody knows of must not come about.
        _record(header, by, at)
        check_new_file(path)
        part.rename(path)
        embedded.sync_folder(path.parent)
    return BackedUp(path, path.stat().st_size, header, summary)


def _record(header: Header, by: Actor, at: datetime) -> None:
    with full_disk_told(embedded.database_path().parent), transaction.atomic():
        for programme in Programme.objects.order_by("id"):
            audit.record(
                Event.BACKED_UP, target=("backup", header.salt[:16]), programme_id=programme.id, by=by, at=at
            )


def _header(at: datetime) -> Header:
    keys = ring()
    applied = MigrationRecorder(connection).applied_migrations()
    return Header(
        format=FORMAT, created_at=at.isoformat(), made_by=__version__,
        engine="sqlite" if connection.vendor == "sqlite" else "postgresql", key_version=keys.current,
        keys={version: keys.check_value(version) for version in sorted(keys.masters)},
        migrations=tuple(sorted(f"{app}.{name}" for app, name in applied)), salt=os.urandom(32).hex(),
    )  # fmt: skip


@contextmanager
def _only_writer(part: Path) -> Iterator[BinaryIO]:
    """The unfinished file: its owner's alone, gone if anything goes wrong, one run at a time."""
    with full_disk_told(part.parent), os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and locking it, the run before may have made it the finished backup.
            is_ours = part.exists() and os.path.samestat(os.fstat(file.fileno()), part.stat())
        except BlockingIOError:
            is_ours = False
        if not is_ours:
            raise Unready(Sentence("Another backup to this file is running. Wait until it has ended."))
        try:
            file.truncate(0)
            yield file
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _write(writer: Writer, progress: Progress) -> Summary:
    rows: dict[str, int] = {}
    if connection.vendor == "sqlite":
        progress("copying the database", 0, 0)
        with embedded.copy_of_database() as (file, rows, heads):
            total = os.fstat(file.fileno()).st_size
            writer.begin(Part(kind="database", name="throughline.sqlite3"))
            _pour(writer, file, lambda done: progress("writing the database", done, total))
            writer.end()
    else:
        with server.snapshot():
            names = len(server.tables())
            heads = server.audit_heads()
            for done, (table, count) in enumerate(server.dump_tables(writer), start=1):
                rows[table] = count
                progress("writing the database", done, names)
    return Summary(rows=rows, files=_write_freezes(writer, progress), heads=heads)


def _write_freezes(writer: Writer, progress: Progress) -> int:
    """After the database: every freeze that it knows is whole by now."""
    home = Path(settings.THROUGHLINE_FREEZES)
    paths = [path for path in sorted(home.rglob("*")) if path.is_file() and is_kept(path.relative_to(home))]
    for done, path in enumerate(paths, start=1):
        writer.begin(Part(kind="file", name=path.relative_to(home).as_posix()))
        with path.open("rb") as file:
            _pour(writer, file, lambda _: None)
        writer.end()
        progress("writing the freezes", done, len(paths))
    return len(paths)


def is_kept(name: Path) -> bool:
    """Not locks, and not what a freeze that is running or has died has written so far."""
    return not any(part.startswith(".") or ".part-" in part for part in name.parts)


def _pour(writer: Writer, file: BinaryIO, tell: Callable[[int], None]) -> None:
    done = 0
    while piece := file.read(PIECE):
        writer.data(piece)
        done += len(piece)
        tell(done)
