"""A first run of the demo that is stopped while its database is being made or filled."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from tests.installation import Installation


def interrupted(child: subprocess.Popen[str], place: Installation, by: signal.Signals) -> tuple[int, str]:
    """Let it run until there is something of it, and no further: how it ended, and what it said."""
    try:
        deadline = time.monotonic() + 300
        while _bytes_of_database(place) < 100_000:
            assert child.poll() is None, child.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child.send_signal(by)
        _, err = child.communicate(timeout=120)
    finally:
        child.kill()
    return child.returncode, err


def _bytes_of_database(place: Installation) -> int:
    """What has been written has not left the log for the file itself yet."""
    files = (place.database_file, Path(f"{place.database_file}-wal"))
    return sum(path.stat().st_size for path in files if path.exists())
