"""Incidents month by month: from a freeze of nothing else, as they are asked, as they leave, and as a report tells them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
from django.utils import translation

from tests.cast import Cast
from tests.evaluation.conftest import frozen
from tests.evaluation.world import Written
from tests.exchange.incidents_csv.test_real_files import winnipeg_imported
from tests.records.made import a_study
from tests.reporting.made import material
from tests.reporting.test_series_left import line_of
from throughline.evaluation.doors import _predicates, counted
from throughline.evaluation.frames import FRAMES
from throughline.evaluation.manifest import Manifest
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import incidents, series
from throughline.evaluation.questions.incidents import METHOD
from throughline.evaluation.results import to_plain
from throughline.evaluation.together import protect_together
from throughline.methods.suppression import HES, LT5, Profile, ProtectedTable
from throughline.reporting import design, incidents_words, series_section
from throughline.reporting.document import FigureBlock, TableBlock
from throughline.reporting.incidents_left import TABLES, incidents_left
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month

# Month -> incidents; the second person of an incident on every fifth, two doses each.
MONTHS = {"2025-01": 4, "2025-02": 20, "2025-03": 30, "2025-05": 12, "2025-06": 40, "2025-07": 9}


def opened(months: dict[str, int] = MONTHS, *, starts: date | None = date(2025, 5, 10)) -> OpenFreeze:
    days = [
        date.fromisoformat(f"{month}-{1 + n % 28:02}")
        for month, count in months.items()
        for n in range(count)
    ]
    held: dict[str, list[dict[str, Any]]] = {
        "incidents": [],
        "incident_people": [],
        "doses": [],
        "phases": [],
    }
    for number, day in enumerate([*days, None, date(2007, 1, 1)]):
        flags = "date_outlies_file" if day and day.year == 2007 else ""
        held["incidents"].append(
            {"incident_no": number, "occurred_on": day, "place_band": "north", "flags": flags, "reports": 1}
        )
        for _ in range(1 + (number % 5 == 0)):
            person = len(held["incident_people"])
            held["incident_people"].append(
                {"person_no": person, "incident_no": number, "age_band": "30-34", "gender": "man"}
            )
            held["doses"].append(
                {"dose_no": person, "person_no": person, "quantity": None if person == 6 else 2}
            )
    if starts:
        held["phases"].append(
            {"site": "aston", "arm": "intervention", "phase": "implementation", "from_on": starts}
        )
    engine = duckdb.connect()
    for name, rows in held.items():
        schema = FRAMES[name].schema
        engine.register(
            name,
            pa.Table.from_pylist(
                [{one: row.get(one) for one in schema.names} for row in rows], schema=schema
            ),
        )
    return OpenFreeze(Path("nowhere"), Manifest("", {}), engine)


def left(freeze: OpenFreeze, profile: Profile) -> Any:
    tables: dict[str, ProtectedTable] = {}
    for name, spec in TABLES.items():
        table = counted(freeze, spec)
        (told,) = protect_together(freeze, spec.unit, [(table, _predicates(spec, table.cells))], profile)
        assert isinstance(told, ProtectedTable)
        tables[name] = told
    return incidents_left(to_plain(incidents.ask(freeze)), profile, tables)


def test_months_that_nobody_knows_of_are_gaps_and_never_zero() -> None:
    found = incidents.ask(opened())
    assert found is not None and found.starts == Month(2025, 5)
    of_incidents, people, doses = found.measures
    nothing = Nothing.NOT_RECORDED
    # the first and the last month need not be whole; of April nobody said that there were none
    assert [one.count for one in of_incidents.months] == [nothing, 20, 30, nothing, 12, 40, nothing]
    assert [one.count for one in people.months] == [nothing, 24, 36, nothing, 15, 48, nothing]
    assert doses.months[1].count == 2 * 24 - 2, "a dose of unknown number is no 0 and no 2"
    assert of_incidents.before is not None and of_incidents.after is not None
    assert (of_incidents.before.months, of_incidents.before.counted, of_incidents.before.a_month) == (
        2,
        50,
        25.0,
    )
    assert (of_incidents.after.months, of_incidents.after.counted) == (2, 52)
    assert [str(one).split(": ")[-1] for one in found.notes] == ["1.", "1.", "1."]
    alone = incidents.ask(opened(starts=None))
    assert alone is not None and alone.starts is None and alone.measures[0].before is None
    assert "no month is marked" in str(alone.notes[-1])
    empty = opened()
    empty.engine.register("incidents", FRAMES["incidents"].schema.empty_table())
    assert incidents.ask(empty) is None


def test_a_month_of_few_is_suppressed_and_the_means_with_it() -> None:
    whole = left(opened(), LT5)
    assert [one["count"] for one in whole["measures"][0]["months"]][1:3] == [20, 30]
    assert whole["measures"][0]["before"]["counted"] == 50
    assert all("suppressed" in str(note) for note in whole["notes"]), "how few are in no month is not told"
    few = left(opened(MONTHS | {"2025-03": 3}), LT5)
    of_incidents, people, doses = few["measures"]
    assert (
        of_incidents["months"][2]["count"]
        == people["months"][2]["count"]
        == doses["months"][2]["count"]
        == "suppressed"
    )
    assert of_incidents["before"] is None and of_incidents["after"] is None
    rounded = left(opened(), HES)["measures"]
    assert all(
        one["count"] % 5 == 0 for found in rounded for one in found["months"] if isinstance(one["count"], int)
    )
    refused = incidents_left(to_plain(incidents.ask(opened())), LT5, {})
    assert refused is not None
    assert {one["count"] for found in refused["measures"] for one in found["months"]} == {
        "suppressed",
        "not_recorded",
    }
    assert incidents_left(None, LT5, {}) is None


def test_the_report_draws_them_with_gaps_and_a_table() -> None:
    given = replace(material(), series=(), incidents=left(opened(MONTHS | {"2025-03": 3}), LT5))
    (section,) = series_section.series(given)
    figures = [block for block in section.blocks if isinstance(block, FigureBlock)]
    assert [one.name for one in figures] == [
        "incidents-incidents",
        "incidents-people",
        "incidents-naloxone_doses",
    ]
    assert ">incidents<" in figures[0].svg and ">doses of naloxone<" in figures[2].svg
    (table,) = (block for block in section.blocks if isinstance(block, TableBlock))
    rows = {str(row[0].text): [one.shown for one in row[1:]] for row in table.rows}
    assert rows["2025-02"] == ["20", "24", "46"] and rows["2025-03"] == ["suppressed"] * 3
    assert rows["2025-04"] == ["not recorded"] * 3
    assert METHOD in {str(one) for one in design._versions(given)}
    (before,) = incidents_words.told(left(opened(), LT5)["measures"][0], {"starts": "2025-05"})
    with translation.override("de"):
        assert "(25,0 a month)" in str(before), "as the reader's language writes it"
    assert str(before).startswith(
        "Incidents: 50 in 2 months before May 2025 (25.0 a month), and 52 in 2 months"
    )
    assert "nothing here sets the arms against each other" in str(section)


@pytest.mark.realdata
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_naloxone_of_a_city_imported_and_asked_month_by_month(cast: Cast, shared_data: Path) -> None:
    """Winnipeg's ambulances, through the ordinary import, a freeze and its question, held against a plain count of the file."""
    path = shared_data / "service" / "winnipeg_naloxone_administrations_2024.csv"
    winnipeg_imported(cast, path)
    with frozen(Written(cast.programme, a_study(cast), ())) as freeze:
        answer = to_plain(series.ask(freeze))["incidents"]
        (zone,) = {row["time_zone"] for row in freeze.ask("SELECT DISTINCT time_zone FROM sites")}
        told = left(freeze, LT5)
    begun: dict[str, datetime] = {}
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        at = datetime.fromisoformat(row["dispatch_date"]).astimezone(ZoneInfo(zone))
        begun[row["incident_number"]] = min(at, begun.get(row["incident_number"], at))
    month_of = {number: f"{at:%Y-%m}" for number, at in begun.items()}
    plain = {
        "incidents": Counter(month_of.values()),
        "people": Counter(month_of[row["incident_number"]] for row in rows),
        "naloxone_doses": Counter[str](),
    }
    for row in rows:
        plain["naloxone_doses"][month_of[row["incident_number"]]] += int(row["naxolone_administrations"])
    inner = sorted(month for month in plain["people"] if month > "2008")[1:-1]
    for found in answer["measures"]:
        counts = {one["month"]: one["count"] for one in found["months"]}
        assert {month: counts[month] for month in inner} == {
            month: plain[found["measure"]][month] for month in inner
        }
        assert set(counts) - set(inner) == {min(counts), max(counts)}
    assert "far from all others" in str(answer["notes"])
    (section,) = series_section.series(replace(material(), series=(), incidents=told))
    drawn = next(
        block for block in section.blocks if isinstance(block, FigureBlock) and block.name.endswith("doses")
    )
    heights = [float(one.split(",")[1]) for one in re.findall(r"[ML](-?[\d.]+,-?[\d.]+)", line_of(drawn.svg))]
    doses = [plain["naloxone_doses"][month] for month in inner]
    assert len(heights) == len(inner)
    # the highest month is the one with most, and the lowest the one with fewest
    assert (heights.index(min(heights)), heights.index(max(heights))) == (
        doses.index(max(doses)),
        doses.index(min(doses)),
    )
