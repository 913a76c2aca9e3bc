"""Importing a contact log into a programme: counted, recognised again, seen all at once or not at all."""

from __future__ import annotations

import csv
import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.cast import SYSTEM, Cast
from throughline.exchange.contacts_csv.load import import_contacts
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.table.importing import ImportReport, remove_broken_imports
from throughline.exchange.table.mapping import read_mapping
from throughline.records.audit.models import AuditEvent
from throughline.records.engagement.models import Contact
from throughline.records.programme.actions import report_month, start_import
from throughline.records.programme.models import ImportRun
from throughline.records.returns.actions import close_month
from throughline.records.returns.models import MonthClosing
from throughline.records.returns.queries import countings
from throughline.records.returns.queries.counting import members
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import Reporting
from throughline.vocabulary.returns import Part

SIMPLE = "name: tally\nsite: Harrowmere\nroute: peer\nwhen: {at: {column: t}}\ntally: n\n"


def load(
    cast: Cast, now: datetime, data: bytes, mapping: ContactMapping, path: Path | None = None
) -> ImportReport:
    return import_contacts(
        data=data, filename="log.csv", mapping=mapping, programme=cast.programme, by=cast.alice.actor, clock=lambda: now,
        rejects_path=path,
    )  # fmt: skip


def test_import_contacts_accounts_for_every_row(
    stocked: Cast, now: datetime, log_bytes: bytes, mapping: ContactMapping, tmp_path: Path
) -> None:
    path = tmp_path / "rejects.csv"
    report = load(stocked, now, log_bytes, mapping, path)
    assert (report.rows_read, report.imported, report.known, report.rejected) == (13, 3, 0, 10)
    seen = Contact.objects.visible_to(stocked.bob.actor)
    assert seen.count() == 3
    first = seen.get(client__isnull=False, kit_lines__quantity=3)
    assert first.server_time == now
    assert set(first.needs.values_list("domain", flat=True)) == {"housing", "wound_care"}
    run = ImportRun.objects.get(id=report.run_id)
    assert (run.state, run.rows_read, run.rows_imported, run.rows_rejected) == ("complete", 13, 3, 10)
    assert not (Path(settings.THROUGHLINE_HOME) / "imports" / f"{run.id}.lock").exists()
    events = AuditEvent.objects.filter(target_id=str(run.id)).values_list("action", flat=True)
    assert {Event.IMPORT_STARTED.value, Event.IMPORT_COMPLETED.value} <= set(events)


def test_import_contacts_writes_rejects_without_values(
    stocked: Cast, now: datetime, log_bytes: bytes, mapping: ContactMapping, tmp_path: Path
) -> None:
    path = tmp_path / "rejects.csv"
    load(stocked, now, log_bytes, mapping, path)
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert rows[0] == {
        "line": "6", "column": "Where", "value_kind": "text",
        "reason": "The mapping has no translation for this word. Add it to `values`, or mend the cell.",
    }  # fmt: skip
    assert [row["line"] for row in rows] == ["6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_import_contacts_again_adds_nothing(
    stocked: Cast, now: datetime, log_bytes: bytes, mapping: ContactMapping
) -> None:
    load(stocked, now, log_bytes, mapping)
    again = load(stocked, now + timedelta(days=1), log_bytes, mapping)
    assert (again.rows_read, again.imported, again.known, again.rejected) == (13, 0, 3, 10)
    assert Contact.objects.count() == 3
    assert ImportRun.objects.get(id=again.run_id).state == "nothing_new"


def test_import_contacts_of_a_longer_file_adds_what_is_new(cast: Cast, now: datetime) -> None:
    mapping = read_mapping(SIMPLE, "m", ContactMapping)
    load(cast, now, b"t,n\n2025-06-01,2\n2025-06-01,2\n", mapping)
    longer = load(cast, now, b"t,n\n2025-06-01,2\n2025-06-01,2\n2025-06-01,2\n2025-06-02,1\n", mapping)
    assert (longer.imported, longer.known) == (2, 2)


def test_import_contacts_tells_progress_and_keeps_rows_out_of_the_log(
    stocked: Cast, now: datetime, log_bytes: bytes, mapping: ContactMapping, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[tuple[int, int]] = []
    logging.getLogger("throughline").propagate = True
    with caplog.at_level(logging.DEBUG):
        import_contacts(
            data=log_bytes, filename="log.csv", mapping=mapping, programme=stocked.programme, by=stocked.alice.actor,
            clock=lambda: now, progress=lambda done, of: told.append((done, of)),
        )  # fmt: skip
    logging.getLogger("throughline").propagate = False
    assert told == [(13, 13)]
    texts = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not any(word in text for text in texts for word in ("Zoë", "ZB02011980F", "another site", "money"))


def test_import_contacts_arrives_when_its_run_starts_and_not_when_its_file_was_opened(
    cast: Cast, now: datetime
) -> None:
    """A month that is closed while a long file is still being read has no run to wait for: its rows are late, not lost."""
    told: list[datetime] = []
    month = Month(2026, 2)
    report_month(site=cast.site, month=month.first(), reporting=Reporting.COMPLETE, by=SYSTEM, at=now)

    def clock() -> datetime:
        if ImportRun.objects.exists():
            return told[-1] + timedelta(minutes=10)
        if len(told) == 1:
            close_month(site=cast.site, month=month, by=SYSTEM, at=now + timedelta(minutes=5))
        told.append(now + timedelta(minutes=10 * len(told)))
        return told[-1]

    mapping = read_mapping(SIMPLE, "m", ContactMapping)
    done = import_contacts(
        data=b"t,n\n2026-02-11,2\n", filename="log.csv", mapping=mapping, programme=cast.programme,
        by=cast.alice.actor, clock=clock,
    )  # fmt: skip
    contact = Contact.objects.get(import_run=done.run_id)
    assert contact.server_time == contact.import_run.started_at == told[-1]
    assert contact.server_time > MonthClosing.objects.get(site=cast.site).arrived_until
    counted = countings(cast.site, month.next(), told[-1] + timedelta(days=40))
    assert sum(tally for _, tally in members(counted[Part.LATE])[0]["peer"]) == 2


def test_import_contacts_by_who_may_not(
    stocked: Cast, now: datetime, log_bytes: bytes, mapping: ContactMapping
) -> None:
    allowed = set()
    for name, actor in stocked.everybody().items():
        try:
            import_contacts(
                data=log_bytes,
                filename="log.csv",
                mapping=mapping,
                programme=stocked.programme,
                by=actor,
                clock=lambda: now,
            )
            allowed.add(name)
        except NotAllowed:
            continue
    assert allowed == {"alice"}


def test_import_contacts_at_a_site_of_others_is_refused(
    stocked: Cast, now: datetime, mapping: ContactMapping
) -> None:
    elsewhere = read_mapping(SIMPLE.replace("Harrowmere", "Saltby"), "m", ContactMapping)
    with pytest.raises(Invalid, match="no site `Saltby` at which you may record"):
        load(stocked, now, b"t,n\n2025-06-01,2\n", elsewhere)
    by_column = read_mapping(SIMPLE.replace("Harrowmere", "{column: s}"), "m", ContactMapping)
    report = load(
        stocked,
        now,
        b"t,n,s\n2025-06-01,2,Saltby\n2025-06-01,2,Farholt\n2025-06-01,3,harrowmere\n",
        by_column,
    )
    assert (report.imported, report.rejected) == (1, 2)


def test_import_contacts_with_a_rejects_path_that_cannot_be_written(
    cast: Cast, now: datetime, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="rejected rows cannot be written"):
        load(
            cast,
            now,
            b"t,n\n2025-06-01,2\n",
            read_mapping(SIMPLE, "m", ContactMapping),
            tmp_path / "no" / "r.csv",
        )
    assert not ImportRun.objects.exists()


def test_import_contacts_while_another_runs_waits_for_its_silence(cast: Cast, now: datetime) -> None:
    other = start_import(
        programme=cast.programme, kind="contacts", mapping_name="x", mapping_hash="", file_hash="",
        by=cast.alice.actor, at=now,
    )  # fmt: skip
    mapping = read_mapping(SIMPLE, "m", ContactMapping)
    with pytest.raises(Unready, match="Another import"):
        load(cast, now + timedelta(seconds=119), b"t,n\n2025-06-01,2\n", mapping)
    assert load(cast, now + timedelta(seconds=121), b"t,n\n2025-06-01,2\n", mapping).imported == 1
    other.refresh_from_db()
    assert (other.state, other.ended_at is not None) == ("broken", True)


def test_remove_broken_imports_by_who_may_not(cast: Cast, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        remove_broken_imports(programme=cast.programme, by=cast.dana.actor, at=now)
