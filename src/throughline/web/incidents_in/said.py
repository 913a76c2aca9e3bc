"""What was said of a list's columns and words -> a mapping, the same as a mapping file would say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from throughline.exchange.incidents_csv.mapping import IncidentMapping
from throughline.exchange.table.content import yaml_of
from throughline.exchange.table.dates import Order, time_formats
from throughline.exchange.table.mapping import read_mapping
from throughline.exchange.table.profile import TableProfile
from throughline.vocabulary.chain import Gender
from throughline.vocabulary.referral import DoseRoute, GivenBy, YesNo
from throughline.web.answers_in.said import NOTHINGS
from throughline.web.incidents_in.state import Begun

# Parts of a row whose words come from a list of ours; those of places and ages are taken as they are written.
CLOSED: Mapping[str, type[StrEnum]] = {
    "gender": Gender, "fatal": YesNo, "naloxone": YesNo, "dose_route": DoseRoute, "given_by": GivenBy, "source": GivenBy,
}  # fmt: skip
PARTS = ("place", "age_band", "gender", "fatal", "naloxone", "doses", "dose_route", "given_by", "source")
ALWAYS = ("fatal", "naloxone", "dose_route", "given_by", "source")  # which one word can say of all rows
UNNAMED = "list"


def mapping_of(begun: Begun) -> IncidentMapping:
    """What was said, as the importer takes it. Raises Invalid, saying what is missing."""
    named = {"name": UNNAMED} | {key: one for key, one in begun.content().items() if one != ""}
    return read_mapping(yaml_of(named), begun.filename, IncidentMapping)


def column_of(said: Any) -> str:
    """The column that a part of a mapping names, "" where it is one word for all or is not there."""
    return str(said.get("column", "")) if isinstance(said, dict) else ""


def columns_said(mapping: Mapping[str, Any]) -> dict[str, str]:
    """Part -> the column that was said of it."""
    when = mapping.get("when", {})
    day, time = when.get("at") or when.get("date"), when.get("time")
    doses = mapping.get("doses", "")
    found = {part: column_of(mapping.get(part)) for part in PARTS}
    found["doses"] = doses if isinstance(doses, str) else column_of(doses)
    return found | {"when": column_of(day), "time": column_of(time)}


def said(before: Mapping[str, Any], given: Mapping[str, Any], profile: TableProfile) -> dict[str, Any]:
    """The mapping with what the form of columns gives in place of what was said before; what no page asks for stays."""
    asked = {"incident", "person", "when", "time_zone", *PARTS}
    mapping = {key: one for key, one in before.items() if key not in asked}
    mapping |= {
        "kind": "incidents", "time_zone": given["time_zone"], "incident": list(given["incident"]),
        "when": _when(given, profile),
    }  # fmt: skip
    if given["person"]:
        mapping["person"] = list(given["person"])
    for part in PARTS:
        column, was = given[f"{part}_column"], before.get(part)
        if column:
            # The words that were said of a column stay while it means the same.
            mapping[part] = was if column_of(was) == column else {"column": column}
        elif given.get(part):
            mapping[part] = given[part]
    return mapping


def _when(given: Mapping[str, Any], profile: TableProfile) -> dict[str, Any]:
    """`at` where the column holds the time of the day, too."""
    column = profile.named(given["when_column"])
    order = Order(given["order"]) if given["order"] else None
    formats = () if column is None else column.dates.formats(order)
    clock: dict[str, Any] = {"column": given["when_column"]} | ({"format": list(formats)} if formats else {})
    if given["time_column"]:
        times = profile.named(given["time_column"])
        written = time_formats(times.time_words) if times else ()
        return {"date": clock, "time": {"column": given["time_column"]} | ({"format": list(written)} if written else {})}  # fmt: skip
    cells = [] if column is None else [row.cells[column.at] for row in profile.shown if column.at < len(row.cells)]  # fmt: skip
    return {"at": clock} if any(":" in cell for cell in cells) else {"date": clock}


def worded(mapping: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping with what words stand for, by part, and the words that stand for nothing in every column."""
    changed = dict(mapping)
    for part, values in given["values"].items():
        said_of = {key: one for key, one in mapping[part].items() if key != "values"}
        changed[part] = said_of | ({"values": values} if values else {})
    nothing = {
        word.strip(): kind.value for kind in NOTHINGS for word in given[kind.value].split(",") if word.strip()
    }
    changed.pop("nothing", None)
    return changed | ({"nothing": nothing} if nothing else {})
