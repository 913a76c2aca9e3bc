"""A backup is made while people work: they are not kept waiting, and each contact is in it whole or not at all."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.installation import new_place
from tests.records.engagement.test_killed import LOOK, RECORD, WORLD

PATIENCE = 120  # seconds
LONGEST = 15  # seconds that a contact may take on a machine with other work; a tenth of one on an idle one


@pytest.mark.slow
def test_backup_while_contacts_are_recorded_holds_each_whole_or_not_at_all(tmp_path: Path) -> None:
    place = new_place(tmp_path / "home")
    assert place.throughline("init", "--programme", "Beam", "--organisation", "Beam network").returncode == 0
    place.python(WORLD)
    freeze = place.home / "freezes" / "beam" / "march"
    freeze.mkdir(parents=True)
    for number in range(3):  # so that it takes a while
        (freeze / f"{number}.parquet").write_bytes(os.urandom(16_000_000))
    backup, keys, passphrase = tmp_path / "b.tlbackup", tmp_path / "k.tlkeys", tmp_path / "passphrase"
    passphrase.write_text("five words are quite enough")
    with_passphrase = ("--passphrase-file", str(passphrase))
    assert place.throughline("keys", "export", str(keys), *with_passphrase).returncode == 0

    acknowledged: list[tuple[str, float]] = []
    recording = place.start_python(RECORD)

    def listen() -> None:
        assert recording.stdout is not None
        acknowledged.extend((line.strip(), time.monotonic()) for line in recording.stdout)

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        _wait(lambda: len(acknowledged) >= 10)
        before, began = len(acknowledged), time.monotonic()
        done = place.throughline("backup", str(backup))
        ended, until = time.monotonic(), len(acknowledged)
        assert done.returncode == 0, done.stderr
        _wait(lambda: len(acknowledged) >= until + 3)
        assert recording.poll() is None
    finally:
        recording.send_signal(signal.SIGKILL)
        listener.join()
        recording.wait()
    moments = [moment for _, moment in acknowledged if began <= moment <= ended]
    assert len(moments) >= 5
    assert max(b - a for a, b in itertools.pairwise(moments)) < LONGEST

    target = place.empty_beside(tmp_path / "new")
    target.home.mkdir()
    assert target.throughline("keys", "import", str(keys), *with_passphrase).returncode == 0
    done = target.throughline("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert "The audit chain holds" in done.stdout
    kept = set(target.python(LOOK).split())
    assert len(kept) >= before
    assert kept == {contact for contact, _ in acknowledged[: len(kept)]}


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
