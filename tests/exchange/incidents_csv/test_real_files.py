"""Two public lists of incidents, imported whole and held against a plain count of the file."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db.models import Sum

from tests.cast import Cast
from throughline.exchange.incidents_csv.load import import_incidents
from throughline.exchange.incidents_csv.mapping import IncidentMapping
from throughline.exchange.table.importing import ImportReport
from throughline.exchange.table.mapping import read_mapping
from throughline.records.referral.models import Incident, IncidentPerson, NaloxoneDose

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
MAPPINGS = Path(__file__).parent / "mappings"


def load(cast: Cast, path: Path, name: str) -> ImportReport:
    mapping = read_mapping((MAPPINGS / f"{name}.yaml").read_text(), name, IncidentMapping)
    return import_incidents(
        data=path.read_bytes(), filename=path.name, mapping=mapping, programme=cast.programme, by=cast.alice.actor,
        clock=lambda: NOW,
    )  # fmt: skip


@pytest.mark.realdata
@pytest.mark.slow
def test_import_incidents_of_pennsylvania(cast: Cast, shared_data: Path) -> None:
    path = shared_data / "service" / "pa_odin_overdose_incidents_cleaned.csv"
    report = load(cast, path, "pa-overdose")
    assert (report.rows_read, report.imported, report.known, report.rejected) == (10_953, 10_953, 0, 0)
    people = IncidentPerson.objects.filter(incident__in=Incident.objects.visible_to(cast.alice.actor))
    assert (people.count(), Incident.objects.count()) == (10_953, 10_774)
    assert people.filter(naloxone_given="yes").count() == 7_236
    assert people.filter(naloxone_given="no").count() == 3_717
    assert [people.filter(fatal=word).count() for word in ("yes", "no", "dont_know")] == [1_806, 8_471, 676]
    assert not Incident.objects.exclude(flags=[]).exists()
    again = load(cast, path, "pa-overdose")
    assert (again.imported, again.known, again.rejected) == (0, 10_953, 0)


def winnipeg_imported(cast: Cast, path: Path) -> None:
    """The import of naloxone in Winnipeg, for the test that goes on with it (tests/evaluation/test_incidents.py)."""
    report = load(cast, path, "winnipeg-naloxone")
    assert (report.rows_read, report.imported, report.rejected) == (22_538, 22_538, 0)
    assert (IncidentPerson.objects.count(), Incident.objects.count()) == (22_538, 15_941)
    assert NaloxoneDose.objects.aggregate(Sum("quantity"))["quantity__sum"] == 34_745
    assert not NaloxoneDose.objects.exclude(given_by="ambulance").exists()

    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(1 for row in rows if row["ward"] == "NA") == 305
    wards: dict[str, set[str]] = {}
    for row in rows:
        wards.setdefault(row["incident_number"], set()).add(row["ward"])
    nowhere = sum(1 for found in wards.values() if found == {"NA"})
    assert Incident.objects.filter(place_band="not_recorded").count() == nowhere
    assert not Incident.objects.filter(place_band="NA").exists()

    flagged = Incident.objects.exclude(flags=[])
    assert {incident.occurred_at.year for incident in flagged} == {2007}
    assert IncidentPerson.objects.filter(incident__in=flagged).count() == sum(
        1 for row in rows if row["dispatch_date"].startswith("2007")
    )
    assert load(cast, path, "winnipeg-naloxone").known == 22_538
