"""Backups and restores onto disks that are really full: a sentence, nothing half-done, and the next run works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.small_disk import small_disk

PASSPHRASE = "five words are quite enough"
MEGABYTE = 1_000_000
COUNT_BACKUPS = """
from throughline.records.audit.models import AuditEvent
print(AuditEvent.objects.filter(action="backed_up").count())
"""

pytestmark = pytest.mark.slow


def _with_a_freeze(place: Installation) -> Installation:
    folder = place.home / "freezes" / "lantern" / "march"
    folder.mkdir(parents=True)
    (folder / "contact.parquet").write_bytes(os.urandom(2 * MEGABYTE))
    return place


def test_backup_onto_a_full_disk_leaves_what_was_there_and_the_next_one_works(
    mine: Installation, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "stick", 60 * MEGABYTE) as disk:
        place = disk.with_commands_of(_with_a_freeze(mine))
        earlier, target = disk.seen / "february.tlbackup", disk.folder / "march.tlbackup"
        earlier.write_bytes(b"an earlier backup")
        for leaving in (0, MEGABYTE):  # no room for the first byte; none for the last
            filler = disk.fill(leaving=leaving)
            done = place.throughline("backup", str(target))
            assert done.returncode == 5, done.stderr
            assert f"The disk of {disk.folder} is full. Nothing was left half-done" in done.stderr
            assert disk.names() == ["february.tlbackup", "filler"]
            filler.unlink()
        assert earlier.read_bytes() == b"an earlier backup"
        assert place.python(COUNT_BACKUPS).strip() == "0"
        done = place.throughline("backup", str(target))
        assert done.returncode == 0, done.stderr
        whole = (disk.seen / target.name).read_bytes()
        disk.fill()
        assert place.throughline("backup", str(target)).returncode == 5
        assert (disk.seen / target.name).read_bytes() == whole


@pytest.mark.sqlite
@pytest.mark.parametrize("leaving", [0, 400_000])
def test_backup_without_room_beside_the_database_names_that_disk(
    made: Installation, tmp_path: Path, leaving: int
) -> None:
    with small_disk(tmp_path / "disk", 60 * MEGABYTE) as disk:
        place = disk.with_a_copy_of(made)
        before = place.counts()
        filler = disk.fill(leaving=leaving)
        target = tmp_path / "b.tlbackup"
        done = place.throughline("backup", str(target))
        assert done.returncode == 5, done.stderr
        assert "is full" in done.stderr
        assert str(place.home) in done.stderr
        assert not list(tmp_path.glob("b.*"))
        assert not [name for name in disk.names("home") if name.startswith(".backup-copy-")]
        filler.unlink()
        assert place.counts() == before
        done = place.throughline("backup", str(target))
        assert done.returncode == 0, done.stderr


def test_restore_onto_a_full_disk_leaves_nothing_and_works_once_there_is_room(
    mine: Installation, tmp_path: Path
) -> None:
    backup, keys, passphrase = tmp_path / "b.tlbackup", tmp_path / "k.tlkeys", tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    counts = _with_a_freeze(mine).counts()
    with_passphrase = ("--passphrase-file", str(passphrase))
    for words in (("backup", str(backup)), ("keys", "export", str(keys), *with_passphrase)):
        assert mine.throughline(*words).returncode == 0
    size = backup.stat().st_size
    with small_disk(tmp_path / "disk", 60 * MEGABYTE) as disk:
        (disk.seen / "home").mkdir()
        target = disk.with_commands_of(mine.empty_beside(disk.folder / "home"))
        done = target.throughline("keys", "import", str(keys), *with_passphrase)
        assert done.returncode == 0, done.stderr
        # No room at all; for half of it; and, where the database is a file, for the files but not for opening it.
        for leaving in (0, size // 4, *(() if target.database else (size + 16_000,))):
            filler = disk.fill(leaving=leaving)
            done = target.throughline("restore", str(backup))
            assert done.returncode == 5, done.stderr
            assert "is full. Nothing was left half-done" in done.stderr
            assert str(target.home) in done.stderr
            assert disk.names("home") == ["keys"]
            filler.unlink()
        done = target.throughline("restore", str(backup))
        assert done.returncode == 0, done.stderr
        assert target.counts() == counts
        for words in (("heads",), ("audit", "verify")):  # a new place has no witness yet
            done = target.throughline(*words)
            assert done.returncode == 0, done.stderr
