"""Incidents month by month as they leave: months that passed the door for tables, and means where all of them did.

Incidents, and the people of these, are tables by month. Doses are things: a month's are told where the month's people are, and as
the profile shows counts. How many are in no month is told as the profile shows counts, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughline.evaluation.doors import TableSpec
from throughline.evaluation.questions.incidents import DOSES, INCIDENTS, PEOPLE, measured
from throughline.evaluation.results import to_plain
from throughline.methods.series import SeriesMonth
from throughline.methods.suppression import Profile, ProtectedTable
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.periods import Month

Plain = Mapping[str, Any]
Tables = Mapping[str, ProtectedTable | None]
TABLES = {
    INCIDENTS: TableSpec("incidents by month", "incident", ("month",), {"dated": "dated"}, ()),
    PEOPLE: TableSpec("people of incidents by month", "person of an incident", ("month",), {"dated": "dated"}, ()),
}  # fmt: skip


def incidents_left(answer: Plain | None, profile: Profile, left: Tables) -> dict[str, Any] | None:
    """The answer as it leaves. `left`: the tables of TABLES as the door let them through; None: it was refused."""
    if answer is None:
        return None
    starts = Month.parse(answer["starts"]) if answer["starts"] else None
    measures = []
    for found in answer["measures"]:
        table = left.get(PEOPLE if found["measure"] == DOSES else found["measure"])
        told = [_told(one, found["measure"], table, profile) for one in found["months"]]
        if SUPPRESSED in told:
            sides: dict[str, Any] = {"before": None, "after": None}
        else:
            counted = [
                SeriesMonth(Month.parse(one["month"]), Nothing(count) if isinstance(count, str) else count)
                for one, count in zip(found["months"], told, strict=True)
            ]
            again = to_plain(measured(found["measure"], counted, starts))
            sides = {name: again[name] for name in ("before", "after")}
        months = [{**one, "count": count} for one, count in zip(found["months"], told, strict=True)]
        measures.append({"measure": found["measure"], "months": months, **sides})
    return {**answer, "measures": measures, "notes": [_note(one, profile) for one in answer["notes"]]}


def _told(month: Plain, measure: str, table: ProtectedTable | None, profile: Profile) -> int | str:
    if isinstance(month["count"], str):
        return str(month["count"])
    cell = table.cells.get((month["month"],)) if table is not None else None
    if cell is None or cell.count is None:
        return SUPPRESSED
    if measure != DOSES:
        return cell.count
    return SUPPRESSED if profile.hides(month["count"]) else profile.rounded(month["count"])


def _note(sentence: Plain, profile: Profile) -> dict[str, Any]:
    n = sentence["params"].get("n")
    if n is None:
        return dict(sentence)
    return {**sentence, "params": {"n": SUPPRESSED if profile.hides(n) else profile.rounded(n)}}
