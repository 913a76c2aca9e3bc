"""Incidents month by month: how many there were, how many people they were of, and doses of naloxone given to these.

Incidents are of no site, so of no arm: their months are described, and none is set against another. Merged ones count once. Nobody
reports a month of incidents as a whole, so a month without one is not recorded, never a zero, and so are the first and the last
month of all, which need not be whole. An incident without a day is in no month, nor is one whose day lies far from all others of
the file that it came with; a sentence says how many these are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from throughline.evaluation.opened import OpenFreeze
from throughline.methods.series import SeriesMonth
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.referral import IncidentFlag
from throughline.vocabulary.study import ArmKind, PhaseKind

METHOD = "incidents.by_month/1"
INCIDENTS, PEOPLE, DOSES = "incidents", "people", "naloxone_doses"
MEASURES = (INCIDENTS, PEOPLE, DOSES)

NOT_DATED = Sentence("Incidents without a day, which are in no month: %(n)s.")
DOUBTFUL = Sentence(
    "Incidents whose day lies far from all others of their file, which are in no month: %(n)s."
)
UNCOUNTED = Sentence(
    "Times that naloxone was given and nobody knows how many doses, which are in none of its months: %(n)s."
)
NO_START = Sentence(
    "No phase of the study says when the programme began at an intervention site, so no month is marked."
)
CANNOT_SHOW = (
    Sentence("Incidents are of no site: nothing here sets the arms against each other, and no change is an effect of the programme."),
    Sentence("They are those that were reported and written down. That more were does not show that more happened."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """The months with a number on one side of the start, and the mean of a month; None where there is no such month."""

    months: int
    counted: int
    a_month: float | None


@dataclass(frozen=True, slots=True)
class IncidentMeasure:
    """One thing counted by month. `before` and `after` the start; None where no month is marked, or a month may not be told."""

    measure: str
    months: tuple[SeriesMonth, ...]
    before: Side | None
    after: Side | None


@dataclass(frozen=True, slots=True)
class IncidentsAnswer:
    """`starts`: the month in which the programme began at the first intervention site."""

    starts: Month | None
    measures: tuple[IncidentMeasure, ...]
    notes: tuple[Sentence, ...]
    cannot_show: tuple[Sentence, ...] = CANNOT_SHOW
    method: str = METHOD


def ask(freeze: OpenFreeze) -> IncidentsAnswer | None:
    """None where no incident was frozen."""
    rows = freeze.ask(
        "WITH people AS (SELECT p.incident_no, COUNT(DISTINCT p.person_no) AS people, CAST(SUM(d.quantity) AS BIGINT) AS doses,"
        " COUNT(*) FILTER (d.dose_no IS NOT NULL AND d.quantity IS NULL) AS uncounted"
        " FROM incident_people AS p LEFT JOIN doses AS d ON d.person_no = p.person_no GROUP BY p.incident_no)"
        " SELECT CASE WHEN i.occurred_on IS NULL THEN 'undated' WHEN POSITION(? IN i.flags) > 0 THEN 'doubtful' ELSE"
        " strftime(i.occurred_on, '%Y-%m') END AS month, COUNT(*) AS incidents, CAST(COALESCE(SUM(p.people), 0) AS BIGINT) AS people,"
        " CAST(COALESCE(SUM(p.doses), 0) AS BIGINT) AS naloxone_doses, CAST(COALESCE(SUM(p.uncounted), 0) AS BIGINT) AS uncounted"
        " FROM incidents AS i LEFT JOIN people AS p ON p.incident_no = i.incident_no GROUP BY ALL ORDER BY month",
        [IncidentFlag.DATE_OUTLIES_FILE.value],
    )
    if not rows:
        return None
    apart = {row["month"]: row["incidents"] for row in rows if not row["month"][:1].isdigit()}
    held = {Month.parse(row["month"]): row for row in rows if row["month"] not in apart}
    starts = _starts(freeze)
    notes = [
        NOT_DATED.given(n=apart["undated"]) if "undated" in apart else None,
        DOUBTFUL.given(n=apart["doubtful"]) if "doubtful" in apart else None,
        UNCOUNTED.given(n=n) if (n := sum(row["uncounted"] for row in held.values())) else None,
        None if starts else NO_START,
    ]
    return IncidentsAnswer(
        starts,
        tuple(measured(name, tuple(_months(held, name)), starts) for name in MEASURES),
        tuple(one for one in notes if one is not None),
    )


def measured(measure: str, months: Sequence[SeriesMonth], starts: Month | None) -> IncidentMeasure:
    """A measure's months with what they come to on either side of the start."""
    if starts is None:
        return IncidentMeasure(measure, tuple(months), None, None)
    before, after = ([one for one in months if (one.month >= starts) is late] for late in (False, True))
    return IncidentMeasure(measure, tuple(months), _side(before), _side(after))


def _side(months: Sequence[SeriesMonth]) -> Side:
    counts = [one.count for one in months if not isinstance(one.count, Nothing)]
    return Side(len(counts), sum(counts), sum(counts) / len(counts) if counts else None)


def _months(held: Mapping[Month, Mapping[str, Any]], measure: str) -> Iterator[SeriesMonth]:
    """From the first month to the last, neither of which need be whole."""
    if not held:
        return
    here, last = min(held), max(held)
    first = here
    while here <= last:
        is_known = here in held and first < here < last
        yield SeriesMonth(here, held[here][measure] if is_known else Nothing.NOT_RECORDED)
        here = here.next()


def _starts(freeze: OpenFreeze) -> Month | None:
    rows = freeze.ask(
        "SELECT MIN(from_on) AS from_on FROM phases WHERE arm = ? AND phase IN (?, ?)",
        [ArmKind.INTERVENTION.value, PhaseKind.IMPLEMENTATION.value, PhaseKind.AFTER.value],
    )
    return Month.of(rows[0]["from_on"]) if rows[0]["from_on"] else None
