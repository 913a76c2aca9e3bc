"""Spreadsheets brought in on the command line: what became of each row, once, whatever the file."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.cast import START, Cast
from tests.exchange.table.workbooks import sheet_xml, workbook
from throughline.cli.main import app
from throughline.records.engagement.models import Contact
from throughline.records.programme.models import ImportMapping, ImportRun
from throughline.records.referral.models import Incident, IncidentPerson

pytestmark = pytest.mark.django_db

# What is imported, how it is read, its rows with one that cannot be, and the line, column and kind of that one.
LISTS = {
    "incidents": (
        "name: town\nkind: incidents\ntime_zone: Europe/London\nincident: no\nperson: victim\n"
        "when: {at: {column: when, format: YYYY-MM-DD HH:mm}}\nplace: {column: ward}\nsource: police\n",
        [["no", "victim", "when", "ward"], ["7", "1", "2025-04-01 00:42", "Mill"], ["7", "2", "2025-04-01 00:42", "Mill"],
         ["8", "1", "in spring", "Dock"]],
        ("4", "when", "text"),
    ),
    "contacts": (
        "name: log\nkind: contacts\nsite: Harrowmere\nroute: service\nwhen: {date: {column: Day, format: YYYY-MM-DD}}\n"
        "client: {code: Code}\n",
        [["Day", "Code"], ["2025-04-02", "AB01021980F"], ["2025-04-05", "AB01021980F"], ["2025-04-31", "AB01021980F"]],
        ("4", "Day", "date"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LISTS)
def test_spreadsheet_is_imported_once_with_its_rejects_beside_it(
    cast: Cast, tmp_path: Path, what: str
) -> None:
    mapping, rows, rejected = LISTS[what]
    table, how = tmp_path / "list.xlsx", tmp_path / "list.yaml"
    table.write_bytes(workbook({"List": sheet_xml(rows)}))
    how.write_text(mapping)
    words = ["import", what, str(table), "--mapping", str(how), "--programme", cast.programme.slug]
    dry = CliRunner().invoke(app, [*words, "--dry-run"], env={"COLUMNS": "300"})
    assert "3 rows read: 2 would be imported, 0 known already, 1 rejected." in dry.output, dry.output
    assert f"1 row, first in line {rejected[0]}: {rejected[1]}: " in dry.output
    assert not ImportRun.objects.exists()
    kept = tmp_path / "list.xlsx.rejects.csv"
    tried = kept.read_text(encoding="utf-8")
    kept.unlink()
    first, again = (CliRunner().invoke(app, words, env={"COLUMNS": "300"}) for _ in ("first", "once more"))
    assert "3 rows read: 2 imported, 0 known already, 1 rejected." in first.output, first.output
    assert "3 rows read: 0 imported, 2 known already, 1 rejected." in again.output, again.output
    assert first.exit_code == again.exit_code
    assert kept.read_text(encoding="utf-8") == tried
    told = list(csv.DictReader(tried.splitlines()))
    assert [(row["line"], row["column"], row["value_kind"]) for row in told] == [rejected]
    assert told[0]["reason"] and not re.search("spring|04-31", str(told))
    counted = (Incident.objects.count(), IncidentPerson.objects.count(), Contact.objects.count())
    assert counted == ((1, 2, 0) if what == "incidents" else (0, 0, 2))
    how.write_text(mapping.replace("name: ", "name: other-"))
    for more in ([], ["--dry-run"]):
        refused = CliRunner().invoke(app, [*words, *more], env={"COLUMNS": "300"})
        assert refused.exit_code != 0 and "would be counted a second time" in refused.output
        assert "--other-rows" in refused.output
    assert ImportRun.objects.count() == 2
    others = CliRunner().invoke(app, [*words, "--other-rows", "--dry-run"], env={"COLUMNS": "300"})
    assert "2 would be imported" in others.output, others.output


@pytest.mark.parametrize(
    ("what", "choices"),
    [
        ("incidents", {"incident": ["case"], "person": ["victim"]}),
        ("contacts", {"columns": [{"column": "Line", "meaning": "id"}]}),
    ],
)
def test_rows_that_pages_recognise_by_other_columns_are_not_imported_a_second_time(
    cast: Cast, tmp_path: Path, what: str, choices: dict[str, Any]
) -> None:
    mapping, rows, _ = LISTS[what]
    name = "town" if what == "incidents" else "log"
    ImportMapping.objects.create(
        programme=cast.programme, kind=what, name=name, choices=choices, kept_at=START, kept_by="x"
    )
    table, how = tmp_path / "list.xlsx", tmp_path / "list.yaml"
    table.write_bytes(workbook({"List": sheet_xml(rows)}))
    how.write_text(mapping)
    words = ["import", what, str(table), "--mapping", str(how), "--programme", cast.programme.slug]
    refused = CliRunner().invoke(app, words, env={"COLUMNS": "300"})
    assert (
        refused.exit_code != 0
        and "have been recognised by" in refused.output
        and not ImportRun.objects.exists()
    )
