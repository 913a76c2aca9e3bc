"""A backup becomes an installation: into an empty place only, checked as a whole before any of it is in place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from throughline.exchange.backup import embedded, server
from throughline.exchange.backup.disk import full_disk_told
from throughline.exchange.backup.document import Header, Part, Summary
from throughline.exchange.backup.read import Reader, read_header
from throughline.records.accounts.models import SignInCode
from throughline.records.audit.queries import ChainReport, Head, Witness, verify
from throughline.records.keyring import ENVIRONMENT, KeyRing, Purpose, ring
from throughline.records.programme.models import Epoch
from throughline.records.tables import bring_up_to_date
from throughline.rules.access import check_may_back_up
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready

Progress = Callable[[str, int, int], None]
STAGE = ".restore"  # in the folder of freezes, and behind the database's name


@dataclass(frozen=True)
class Restored:
    """What is in place now; its row counts are those of the summary. `chain` tells whether the audit chain holds."""

    header: Header
    summary: Summary
    chain: ChainReport


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def restore(*, path: Path, by: Actor, progress: Progress = silent) -> Restored:
    """Put a backup in place. Unready over anything that is there; Invalid for a file that is not whole: then nothing is changed.

    The audit chain is the backup's own and goes on from there: a database cannot witness its own restoring.
    """
    check_may_back_up(by)
    total = path.stat().st_size
    with path.open("rb") as file:
        header, line = read_header(file)
        check_keys(header, _ring_here())
        _check_fits(header)
        _check_empty()
        reader = Reader(file, header, line, ring().key(Purpose.BACKUP, version=header.key_version))
        stage = Path(settings.THROUGHLINE_FREEZES) / STAGE
        is_placed = False
        try:
            with full_disk_told(_disk()):
                stage.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                stage.mkdir(mode=0o700)
                progress("reading the backup", 0, total)
                summary = _put(
                    reader, header, stage, lambda: progress("reading the backup", reader.place, total)
                )
                is_placed = True
                # Still part of it: a database that is in place and cannot be opened for want of room is half a restore.
                bring_up_to_date()
                _end_sign_ins()
                _begin_epoch()
                chain = _verified(header, summary)
        except BaseException:
            if is_placed:
                _empty_database()
            _take_back()
            raise
    shutil.rmtree(stage, ignore_errors=True)
    return Restored(header, summary, chain)


def _disk() -> Path:
    """Where this process itself writes: a server has its disk elsewhere."""
    if connection.vendor == "sqlite":
        return embedded.database_path().parent
    return Path(settings.THROUGHLINE_FREEZES)


def _end_sign_ins() -> None:
    """Whoever was signed in when the backup was made is not any more, and a code of that day opens nothing."""
    Session.objects.all().delete()
    SignInCode.objects.filter(used_at=None).delete()


def _begin_epoch() -> None:
    """What was recorded since the backup is gone here, and may still lie on devices: by this they notice it."""
    Epoch.objects.update_or_create(number=1, defaults={"value": uuid4()})


def _verified(header: Header, summary: Summary) -> ChainReport:
    heads = (
        Head(chain_id=UUID(h.chain), count=h.count, mac=h.mac, at=header.created_at) for h in summary.heads
    )
    return verify(Witness(tuple(heads)))


def _ring_here() -> KeyRing:
    """The ring; an empty one where there is none yet, so that what is said is which versions to bring."""
    if not os.environ.get(ENVIRONMENT) and not Path(settings.THROUGHLINE_KEY_FILE).exists():
        return KeyRing({})
    return ring()


def check_keys(header: Header, keys: KeyRing) -> None:
    """Raise Unready, naming the versions, unless the ring is the one that the backup was made with."""
    missing = [
        v for v, value in sorted(header.keys.items()) if v not in keys.masters or keys.check_value(v) != value
    ]
    if missing or header.key_version not in keys.masters:
        raise Unready(
            Sentence(
                "This backup of %(day)s needs key version %(needed)s; the keys here do not have: %(missing)s. Bring them"
                " first: throughline keys import FILE",
                day=header.created_at[:10], needed=tuple(map(str, sorted(header.keys))),
                missing=tuple(map(str, missing or [header.key_version])),
            )
        )  # fmt: skip


def _check_fits(header: Header) -> None:
    here = "sqlite" if connection.vendor == "sqlite" else "postgresql"
    if header.engine != here:
        raise Invalid(
            Sentence(
                "This backup was made from %(there)s and this installation uses %(here)s. Set THROUGHLINE_DATABASE to the"
                " same kind of database.",
                there=header.engine, here=here,
            )
        )  # fmt: skip
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = [step for step in header.migrations if step not in known]
    if unknown:
        raise Invalid(
            Sentence(
                "This backup was made by Throughline %(made_by)s, whose database this version does not know. Upgrade"
                " Throughline first.",
                made_by=header.made_by,
            )
        )


def _check_empty() -> None:
    if not _is_database_empty():
        raise Unready(
            Sentence(
                "There are records here already. A backup is restored into an empty place only: choose another"
                " THROUGHLINE_HOME, or move this one away."
            )
        )
    freezes = Path(settings.THROUGHLINE_FREEZES)
    if (freezes / STAGE).exists():
        _take_back()  # a restore that was killed: it had begun in an empty folder
    if freezes.exists() and any(freezes.iterdir()):
        raise Unready(Sentence("There are freezes in %(path)s already. Move them away first.", path=freezes))


def _is_database_empty() -> bool:
    if connection.vendor != "sqlite":
        return server.is_empty()
    path = embedded.database_path()
    if not path.exists() or path.stat().st_size == 0:
        return True
    try:
        return server.is_empty()
    finally:
        connection.close()


def _put(reader: Reader, header: Header, stage: Path, tell: Callable[[], None]) -> Summary:
    if header.engine == "sqlite":
        staged = _staged_database()
        summary = _read_all(reader, stage, tell, lambda part: _write_database(part, staged, reader, tell))
        embedded.check_file(staged, summary.rows)
        _place_freezes(stage)
        embedded.put_in_place(staged)
        return summary
    server.migrate_to(header.migrations)
    with transaction.atomic(durable=True):
        loader = server.TableLoader()
        loader.clear()
        summary = _read_all(reader, stage, tell, lambda part: loader.load(part, reader))
        loader.finish(summary)
        _place_freezes(stage)
    return summary


def _read_all(reader: Reader, stage: Path, tell: Callable[[], None], take: Callable[[Part], None]) -> Summary:
    """Every part to its place, `file` parts below `stage`; the summary once all of it proved whole."""
    files = 0
    for part in reader.parts():
        if part.kind == "file":
            target = stage / part.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            embedded.write_pieces(target, reader.data(), lambda _: tell())
            files += 1
        else:
            take(part)
        tell()
    if files != reader.summary.files:
        raise Invalid(Sentence("The freezes of this backup are not those that it names. Take another copy."))
    return reader.summary


def _write_database(part: Part, staged: Path, reader: Reader, tell: Callable[[], None]) -> None:
    if part.kind != "database" or staged.exists():
        raise Invalid(Sentence("This backup holds more than one database."))
    embedded.write_pieces(staged, reader.data(), lambda _: tell())


def _staged_database() -> Path:
    path = embedded.database_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged = path.with_name(path.name + STAGE)
    staged.unlink(missing_ok=True)
    return staged


def _place_freezes(stage: Path) -> None:
    for child in sorted(stage.iterdir()):
        child.rename(stage.parent / child.name)
    embedded.sync_folder(stage.parent)


def _empty_database() -> None:
    """What was put in place after `_check_empty` had found nothing there."""
    if connection.vendor == "sqlite":
        embedded.remove_database()
    else:
        server.TableLoader().clear()


def _take_back() -> None:
    """What an unfinished restore has written. Freezes without a database are its own: the folder was empty before."""
    freezes = Path(settings.THROUGHLINE_FREEZES)
    shutil.rmtree(freezes if _is_database_empty() else freezes / STAGE, ignore_errors=True)
    if connection.vendor == "sqlite":
        path = embedded.database_path()
        path.with_name(path.name + STAGE).unlink(missing_ok=True)
