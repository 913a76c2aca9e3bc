"""How long a recorder waits for its receipt while an import, a freeze and a backup run.

A real server (`throughline serve`) on the embedded database; eight people, each signed in, record one contact with its
lines after another over HTTP with a second of thought between. Durable: synchronous=FULL, a commit per contact. Printed: n,
median and 99th percentile alone and under each load, and each as a ratio of alone, in one run.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.installation import Installation, new_place

PEOPLE = 8
SECONDS = float(os.environ.get("THROUGHLINE_BENCH_SECONDS", "25"))
THOUGHT = 1.0
IMPORTED = 30_000

SIGN_IN = """
from datetime import UTC, datetime, timedelta
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from tests.cast import make_cast
from throughline.records.study.actions import add_study_site, create_study, set_phase
from throughline.vocabulary.study import ArmKind, PhaseKind
cast = make_cast()
at = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
study = create_study(programme=cast.programme, title="Bench", design="site change", by=cast.chen.actor, at=at)
Store = import_module(settings.SESSION_ENGINE).SessionStore
print(cast.site.id)
for _ in range({people}):
    session = Store()
    session[SESSION_KEY] = str(cast.bob.account.id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = cast.bob.account.get_session_auth_hash()
    session.save()
    print(session.session_key)
"""
MAPPING = """
name: bench-log
kind: contacts
site: Harrowmere
when:
  at: {column: when, format: YYYY-MM-DD HH:mm}
route: service
client: {code: code}
"""


class Person(threading.Thread):
    """Somebody who records until told to stop, and notes how long each receipt took (milliseconds)."""

    def __init__(self, port: int, session: str, site: str) -> None:
        super().__init__(daemon=True)
        self.port, self.session, self.site = port, session, site
        self.waits: list[float] = []
        self.failed = 0
        self.stop = threading.Event()

    def run(self) -> None:
        token = secrets.token_hex(16)
        headers = {
            "Content-Type": "application/json", "X-CSRFToken": token, "Host": f"localhost:{self.port}",
            "Cookie": f"throughline={self.session}; throughline-csrf={token}",
        }  # fmt: skip
        while not self.stop.is_set():
            body = json.dumps(
                {
                    "site_id": self.site, "route": "service", "device_time": datetime.now(UTC).isoformat(),
                    "disclosures": [{"topic": "crack_use", "answer": "told"}],
                    "needs": [{"domain": "housing", "actions": ["advised"]}],
                }
            )  # fmt: skip
            start = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                connection.request("POST", "/api/contacts", body, headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 201:
                    self.failed += 1
            except OSError:
                self.failed += 1
            finally:
                connection.close()
            self.waits.append((time.perf_counter() - start) * 1000)
            self.stop.wait(THOUGHT)


def record_while(
    place: Installation, port: int, sessions: list[str], site: str, *load: str
) -> tuple[list[float], int]:
    """Waits of all people while a command runs again and again (or nothing does)."""
    people = [Person(port, session, site) for session in sessions]
    for person in people:
        person.start()
    until = time.monotonic() + SECONDS
    runs = 0
    while time.monotonic() < until:
        if not load:
            time.sleep(0.2)
            continue
        words = [word.replace("{run}", str(runs)) for word in load]
        done = place.throughline(*words)
        assert done.returncode == 0, done.stderr[-2000:]
        runs += 1
    for person in people:
        person.stop.set()
    for person in people:
        person.join()
    if load:
        print(f"   ({runs} x throughline {' '.join(load)})")
    return [w for p in people for w in p.waits], sum(p.failed for p in people)


def log_of(folder: Path, site: str) -> tuple[Path, Path]:
    """A made-up contact log and its mapping."""
    start = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
    log = folder / "log.csv"
    with log.open("w") as file:
        file.write("when,code\n")
        for n in range(IMPORTED):
            when = start + timedelta(minutes=7 * n)
            file.write(f"{when:%Y-%m-%d %H:%M},AB{n % 28 + 1:02d}{n % 12 + 1:02d}{1950 + n % 50}F\n")
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING)
    return log, mapping


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as temporary:
        folder = Path(temporary)
        place = new_place(folder / "home")
        made = place.throughline("init", "--programme", "Bench", "--organisation", "Bench network")
        assert made.returncode == 0, made.stderr
        site, *sessions = place.python(SIGN_IN.replace("{people}", str(PEOPLE))).split()
        log, mapping = log_of(folder, site)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        server = subprocess.Popen(
            [sys.executable, "-m", "throughline.cli.main", "serve", "--port", str(port)], env=place.environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(port)
            report(place, port, sessions, site, folder, log, mapping)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)
    return 0


def report(
    place: Installation, port: int, sessions: list[str], site: str, folder: Path, log: Path, mapping: Path
) -> None:
    loads: dict[str, tuple[str, ...]] = {
        "alone": (),
        "while an import runs": (
            "import",
            "contacts",
            str(log),
            "--mapping",
            str(mapping),
            "--programme",
            "lantern",
        ),
        "while a freeze runs": ("freeze", "bench-{run}", "--programme", "lantern"),
        "while a backup runs": ("backup", str(folder / "backup-{run}")),
    }
    print(f"{PEOPLE} people, {SECONDS:.0f} s each, import of {IMPORTED:,} rows; milliseconds to the receipt")
    print(f"{'':24}{'n':>6}{'failed':>8}{'median':>9}{'p99':>9}{'median x':>10}{'p99 x':>8}")
    record_while(place, port, sessions, site)  # not counted: the server's workers warm up
    alone: tuple[float, float] | None = None
    for name, load in loads.items():
        waits, failed = record_while(place, port, sessions, site, *load)
        median, p99 = statistics.median(waits), statistics.quantiles(waits, n=100)[98]
        alone = alone or (median, p99)
        print(
            f"{name:24}{len(waits):6}{failed:8}{median:9.0f}{p99:9.0f}{median / alone[0]:10.2f}{p99 / alone[1]:8.2f}"
        )


def _wait(port: int) -> None:
    for _ in range(120):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the server did not come up")


if __name__ == "__main__":
    raise SystemExit(main())
